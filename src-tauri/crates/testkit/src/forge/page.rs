//! The practice forge's few pages: consent, device, messages. Plain HTML without scripts, usable
//! by keyboard, readable in light and dark.
//!
//! Not here: what a press on a button does.

use super::{Registration, world::Owner};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#20242b;--soft:#5b6470;--paper:#fff;--ground:#eef0f3;--line:#d5dae1;--go:#1f6f4a}\
@media(prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#9aa4b0;--paper:#1d2127;--ground:#14171b;--line:#343b45;--go:#2f9465}}\
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);\
color:var(--ink);font:16px/1.5 system-ui,sans-serif;padding:24px}main{width:100%;max-width:460px;background:var(--paper);\
border:1px solid var(--line);border-radius:12px;padding:32px}p.forge{margin:0 0 20px;color:var(--soft);font-size:13px;\
letter-spacing:.02em}h1{font-size:22px;line-height:1.3;margin:0 0 8px}p{margin:0 0 16px}ul{margin:0 0 20px;padding:12px 16px 12px 32px;\
border:1px solid var(--line);border-radius:8px}li{margin:4px 0}code{font:14px ui-monospace,monospace}label{display:block;margin:0 0 16px;\
font-size:14px;color:var(--soft)}select,input[type=text]{display:block;width:100%;margin-top:4px;padding:8px 10px;font:inherit;color:var(--ink);\
background:var(--paper);border:1px solid var(--line);border-radius:8px}input[type=text]{font:20px ui-monospace,monospace;letter-spacing:.1em;\
text-transform:uppercase}div.row{display:flex;gap:12px;justify-content:flex-end;margin-top:24px}button{font:inherit;padding:9px 18px;\
border-radius:8px;border:1px solid var(--line);background:none;color:var(--ink);cursor:pointer}button.go{background:var(--go);\
border-color:var(--go);color:#fff;font-weight:600}:focus-visible{outline:3px solid #5b9bd5;outline-offset:2px}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn frame(title: &str, inner: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{} · Practice forge</title>\
         <style>{STYLE}</style></head><body><main><p class=\"forge\">Practice forge</p>{inner}</main></body></html>",
        escape(title)
    )
}

fn people(users: &[Owner]) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("<label>Signed in as<select name=\"login\">");
    for user in users {
        let (login, name) = (escape(&user.login), escape(user.name.as_deref().unwrap_or(&user.login)));
        // Writing to a String can't fail.
        let _ = write!(out, "<option value=\"{login}\">{name} ({login})</option>");
    }
    out + "</select></label>"
}

const BUTTONS: &str = "<div class=\"row\"><button name=\"decision\" value=\"deny\">Deny</button>\
     <button class=\"go\" name=\"decision\" value=\"approve\">Approve</button></div>";

/// What an application asks for, with the two answers.
pub(super) fn consent(client: &Registration, scopes: &[String], users: &[Owner], value: &str) -> String {
    let name = escape(&client.name);
    let list: String = if scopes.is_empty() {
        "<li>Public information only</li>".to_owned()
    } else {
        scopes.iter().flat_map(|scope| ["<li><code>".to_owned(), escape(scope), "</code></li>".to_owned()]).collect()
    };
    let inner = format!(
        "<h1>Let {name} use your account?</h1><p>It asks for:</p><ul>{list}</ul>\
         <form method=\"post\" action=\"/login/oauth/authorize\">\
         <input type=\"hidden\" name=\"authenticity_token\" value=\"{value}\">{}{BUTTONS}</form>",
        people(users)
    );
    frame(&format!("Approve {}", client.name), &inner)
}

/// Where a device's code is typed.
pub(super) fn device(user_code: &str, users: &[Owner], value: &str) -> String {
    let inner = format!(
        "<h1>Connect a device</h1><p>Type the code that your device shows.</p>\
         <form method=\"post\" action=\"/login/device\">\
         <input type=\"hidden\" name=\"authenticity_token\" value=\"{value}\">\
         <label>Code<input type=\"text\" name=\"user_code\" value=\"{}\" autocomplete=\"off\" autofocus></label>\
         {}{BUTTONS}</form>",
        escape(user_code),
        people(users)
    );
    frame("Connect a device", &inner)
}

/// A heading and a sentence.
pub(super) fn message(title: &str, text: &str) -> String {
    frame(title, &format!("<h1>{}</h1><p>{}</p>", escape(title), escape(text)))
}
