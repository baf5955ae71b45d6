//! Connecting: by token, by each way through the browser, and everything after it.

use super::{Following, Home, PASSPHRASE, forge, signal, until, until_in};
use drawbridge_testkit::{
    browser::{self, Browser},
    forge::Simulator,
    oidc,
    temp::{canary, search_tree_for},
};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _};

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// Presses "Approve" and gives the address the browser was sent back to.
fn approve(url: &str) -> String {
    now(browser::approve(url)).expect("approved")
}

/// Presses "Approve" and follows the browser to its end.
fn approve_and_return(url: &str) {
    now(async {
        let back = browser::approve(url).await.expect("approved");
        Browser::new().get(&back).await.expect("the loopback page answers")
    });
}

/// Starts connecting, and reads the first line.
fn begin(home: &Home, forge: &Simulator, via: &str) -> (Following, Value) {
    let line = ["connect", "github", "--host", forge.url(), "--via", via, "--no-browser", "--json"];
    let mut connecting = home.follow(&line);
    let open = connecting.object();
    assert_eq!(open["kind"], "open", "{open}");
    (connecting, open)
}

fn url(open: &Value) -> &str {
    open["url"].as_str().expect("an address")
}

/// The last line of a connect that went well.
fn account(connecting: Following) -> Value {
    let ended = connecting.finish().done();
    assert_eq!(ended.err, "", "with --json, nothing but errors goes there");
    let last = ended.json();
    assert_eq!(last["kind"], "connected", "{last}");
    last["account"].clone()
}

#[test]
fn by_a_token() {
    let (home, forge) = (Home::open(), forge(12));
    let last = home.connect_token(&forge).done().json();
    assert_eq!(last["kind"], "connected");
    assert_eq!(last["account"]["login"], forge.login(0));
    assert_eq!(last["account"]["kind"], "token");
    // The first sync has begun by itself.
    until("all repositories are listed", || home.run(&["repo", "list", "--json"]).done().json()["total"] == 12);

    let line = ["connect", "github", "--host", forge.url(), "--token-stdin"];
    let refused = home.with_input(&line, "ghp_wrong\n");
    assert_ne!(refused.code, Some(0), "a wrong token does not connect");
    assert_eq!(refused.out, "");
    assert!(!refused.err.contains("ghp_wrong"), "what came in as a secret is not repeated: {}", refused.err);
}

#[test]
fn by_loopback() {
    let (home, forge) = (Home::open(), forge(3));
    home.add_client(&forge).done();
    let (connecting, open) = begin(&home, &forge, "loopback");
    assert_eq!(open.get("user_code"), None, "only a device has one");
    assert!(url(&open).contains("redirect_uri=http%3A%2F%2F127.0.0.1"), "{open}");
    approve_and_return(url(&open));
    let account = account(connecting);
    assert_eq!((&account["login"], &account["kind"]), (&forge.login(0).into(), &"oauth".into()));
}

#[test]
fn a_client_registers_itself_where_the_server_takes_that() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(oidc::start()).expect("the independent server");
    let home = Home::open();
    let there = ["oauth-server", "--host", &server.issuer];
    let connect = [&["connect"], &there[..], &["--via", "loopback", "--json"]].concat();
    let problem = home.run(&connect).failed(1).problem();
    assert_eq!(problem["code"], "client_missing");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("`drawbridge client register`")), "{problem}");

    let registered = home.run(&[&["client", "register"], &there[..], &["--json"]].concat()).done().json();
    let client = &registered["client"];
    assert_eq!((&client["origin"], &client["has_secret"]), (&"registered".into(), &false.into()));
    let known = runtime.block_on(server.registered()).expect("an answer");
    assert_eq!(json!(known), json!([client["client_id"]]));

    let id = client["id"].as_str().expect("an id");
    let removed = home.run(&["client", "remove", id]).done();
    assert!(removed.out.starts_with("Unregistered at 127.0.0.1:"), "{}", removed.out);
    assert!(runtime.block_on(server.registered()).expect("an answer").is_empty());
    assert_eq!(home.run(&["client", "list", "--json"]).done().json()["total"], 0);
    let shown = home.run(&["provider", "show", "oauth-server"]).done();
    assert!(shown.out.contains("may register itself"), "{}", shown.out);
}

#[test]
fn by_deep_link_and_return() {
    let (home, forge) = (Home::open(), forge(3));
    home.add_client(&forge).done();
    let (connecting, open) = begin(&home, &forge, "deep-link");
    let link = approve(url(&open));
    let shown = home.run(&["provider", "show", "github", "--host", forge.url(), "--json"]).done().json();
    let registered = shown["redirects"][0].as_str().expect("an address");
    assert!(registered.starts_with("dev.drawbridge.desktop:/oauth/callback/"), "of this server alone: {registered}");
    assert!(link.starts_with(&format!("{registered}?")), "what was shown is what is asked for: {link}");
    let returned = home.run(&["return", &link, "--json"]).done().json();
    assert_eq!((&returned["state"], &returned["account"]["login"]), (&"connected".into(), &forge.login(0).into()));
    assert_eq!(account(connecting)["login"], forge.login(0));

    let replayed = home.run(&["return", &link, "--json"]).failed(1);
    assert_eq!(replayed.problem()["code"], "sign_in_unknown", "an answer counts once");
    let forged = home.run(&["return", "dev.drawbridge.desktop:/oauth/callback?code=x&state=y", "--json"]).failed(1);
    assert_eq!(forged.problem()["code"], "sign_in_unknown");
    assert_eq!(home.run(&["return", "https://example.org/", "--json"]).failed(1).problem()["code"], "sign_in_unknown");
    assert_eq!(home.run(&["account", "list", "--json"]).done().json()["total"], 1);

    let (connecting, open) = begin(&home, &forge, "deep-link");
    // The link may come by standard input, where no other process sees it.
    let seen = home.with_input(&["return", "-"], &approve(url(&open))).done().seen(&home, Some(&forge));
    let login = forge.login(0);
    assert_eq!(seen, format!("Connected     {login}\nHost          FORGE\nCame back by  link to the app\n"));
    account(connecting);
    assert_eq!(
        home.run(&["account", "list", "--json"]).done().json()["total"],
        1,
        "the same person is the same account"
    );
}

#[test]
fn by_device() {
    let (home, forge) = (Home::open(), forge(3));
    home.add_client(&forge).done();
    let (connecting, open) = begin(&home, &forge, "device");
    let code = open["user_code"].as_str().expect("a code to type");
    assert!(url(&open).starts_with(forge.url()), "the page where it is typed: {open}");
    assert!(forge.decide_device(code, true), "the code is one of the forge's");
    assert_eq!(account(connecting)["login"], forge.login(0));
}

#[test]
fn a_person_who_says_no() {
    let (home, forge) = (Home::open(), forge(3));
    home.add_client(&forge).done();
    let (connecting, open) = begin(&home, &forge, "deep-link");
    let link = now(browser::deny(url(&open))).expect("denied");
    let returned = home.run(&["return", &link, "--json"]).failed(1);
    assert_eq!(returned.problem()["code"], "sign_in_denied");
    let ended = connecting.finish().failed(1);
    assert_eq!(ended.out, "", "no account");
    assert_eq!(ended.problem()["code"], "sign_in_denied");

    let (connecting, open) = begin(&home, &forge, "device");
    assert!(forge.decide_device(open["user_code"].as_str().expect("a code"), false), "known");
    assert_eq!(connecting.finish().failed(1).problem()["code"], "sign_in_denied");
    assert_eq!(home.run(&["account", "list", "--json"]).done().json()["total"], 0);
}

#[test]
fn ctrl_c_and_even_a_killed_keeper_leave_the_sign_in_waiting() {
    let (home, forge) = (Home::open(), forge(3));
    home.add_client(&forge).done();
    let (connecting, open) = begin(&home, &forge, "deep-link");
    signal(connecting.process(), "INT");
    assert_eq!(connecting.finish().code, None, "ended by the signal");
    let keeper = home.keeper_process().expect("the keeper is still there");
    signal(keeper, "KILL");
    let link = approve(url(&open));
    let locked = home.run(&["return", &link]);
    assert_eq!(locked.code, Some(3), "the new keeper's vault is locked: {}", locked.err);
    home.with_input(&["vault", "unlock", "--passphrase-stdin"], PASSPHRASE).done();
    let returned = home.run(&["return", &link, "--json"]).done().json();
    assert_eq!(returned["account"]["login"], forge.login(0), "it completes after a restart");
}

#[test]
fn the_browser_gets_the_address_as_one_argument() {
    let (home, forge) = (Home::open(), forge(3));
    home.add_client(&forge).done();
    let opened = home.around().join("opened");
    let opener = home.programs().join("xdg-open");
    let script =
        format!("#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" > '{0}.part' && mv '{0}.part' '{0}'\n", opened.display());
    fs::write(&opener, script).expect("written");
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("made a program");
    let line = ["connect", "github", "--host", forge.url(), "--via", "loopback"];
    let connecting = home.follow(&line);
    until_in(home.around(), "the browser is opened", || opened.exists());
    let text = fs::read_to_string(&opened).expect("what it was given");
    let (count, address) = text.trim().split_once('\n').expect("two lines");
    assert_eq!(count, "1");
    approve_and_return(address);
    let ran = connecting.finish().done();
    let login = forge.login(0);
    assert_eq!(
        ran.out.replace(forge.host().label(), "FORGE"),
        format!("Approve Drawbridge at FORGE, in the browser that has opened.\nConnected {login} at FORGE.\n")
    );
    assert!(ran.err.starts_with("Waiting for 10 minutes. Ctrl-C leaves it waiting.\n"), "{}", ran.err);

    // A browser that can't be opened is no dead end.
    fs::write(&opener, "#!/bin/sh\nexit 4\n").expect("written");
    let mut connecting = home.follow(&line);
    assert_eq!(connecting.text(), "Open this address in a browser:\n");
    approve_and_return(connecting.text().trim());
    connecting.finish().done();
}

#[test]
fn accounts_are_listed_shown_and_disconnected() {
    let forge = forge(40);
    let home = Home::connected(&forge);
    let list = home.run(&["account", "list", "--json"]).done().json();
    let id = list["rows"][0]["id"].as_str().expect("an id").to_owned();
    let login = forge.login(0);
    let seen = home.run(&["account", "list"]).done().seen(&home, Some(&forge));
    let row = seen.lines().nth(1).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().take(6).collect();
    assert_eq!(cells, [&id, &login, "FORGE", "token", "working", "40"], "{seen}");
    home.run(&["account", "rename", &id, "day job"]).done();
    let named = home.run(&["account", "list"]).done().out;
    assert!(named.lines().nth(1).is_some_and(|row| row.ends_with("  day job")), "{named}");
    home.run(&["account", "rename", &id]).done();

    assert_eq!(home.run(&["account", "show", &id, "--json"]).done().json()["repositories"], 40);
    let seen = home.run(&["account", "show", &id]).done().seen(&home, Some(&forge));
    assert!(seen.starts_with(&format!("Account       {login}\n")), "{seen}");
    assert!(seen.contains("Repositories  40\n") && seen.contains("Host          FORGE\n"), "{seen}");

    let seen = home.run(&["account", "disconnect", &id]).done().seen(&home, Some(&forge));
    assert!(seen.contains("40 repositories have left the list.\n"), "{seen}");
    assert_eq!(home.run(&["account", "list", "--json"]).done().json(), json!({ "total": 0, "rows": [] }));
    assert_eq!(home.run(&["repo", "list", "--json"]).done().json()["total"], 0);
    home.run(&["sync"]).failed(4);

    home.connect_token(&forge).done();
    let id = home.run(&["account", "list", "--json"]).done().json()["rows"][0]["id"].clone();
    let receipt = home.run(&["account", "disconnect", id.as_str().expect("an id"), "--json"]).done().json();
    assert_eq!(receipt["login"], login);
    assert!(receipt["sentence"].is_string(), "{receipt}");
}

#[test]
fn secrets_are_found_nowhere() {
    let (home, forge) = (Home::new(), forge(5));
    let passphrase = canary("cli-passphrase");
    home.with_input(&["vault", "create", "--passphrase-stdin"], &passphrase).done();
    home.add_client(&forge).done();
    let (connecting, open) = begin(&home, &forge, "deep-link");
    let link = approve(url(&open));
    home.run(&["return", &link]).done();
    account(connecting);
    let token = canary("cli-token");
    let refused = home.with_input(&["connect", "github", "--host", forge.url(), "--token-stdin"], &token);
    assert_ne!(refused.code, Some(0), "the forge does not know it");
    home.run(&["sync"]).done();
    home.run(&["vault", "lock"]).done();
    let code = link.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code").to_owned();
    let secret = forge.client().client_secret.clone().expect("a secret");
    let login = forge.login(0);
    let host = forge.host();
    let needles = [passphrase.as_str(), &token, &code, &secret, &login, host.label()];
    assert!(home.log().contains("the keeper runs"), "the log is one of the searched files");
    let finds = search_tree_for(home.around(), &needles).expect("searched");
    assert_eq!(finds, [], "0 passphrase, 1 token, 2 code, 3 client secret, 4 login, 5 host");
}
