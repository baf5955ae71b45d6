//! `/_control/…`: the knobs of a simulator that runs in another process, as JSON over HTTP.
//!
//! Not here: what the knobs do; the methods of [`super::Simulator`] turn the same ones.

use super::{
    Shared, State, TokenReply,
    change::Change,
    device,
    exchange::{Exchange, Reply, Request},
    fault::Fault,
    grants::TokenKind,
};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    #[serde(default)]
    login: Option<String>,
    kind: TokenKind,
    #[serde(default)]
    scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    user_code: String,
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    deny: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    latency_ms: Option<u64>,
    rate_limit: Option<u32>,
    device_interval: Option<u64>,
    expiring_tokens: Option<bool>,
    reuse_ends_all: Option<bool>,
    granted_scopes: Option<Vec<String>>,
    sso: Option<Vec<String>>,
    crowd: Option<u32>,
    tree_limit: Option<usize>,
    token_reply: Option<TokenReply>,
}

/// Answers if the request is for the control desk.
pub(super) fn answer(shared: &Shared, request: &Request) -> Option<Reply> {
    let what = request.path.strip_prefix("/_control/")?;
    let mut state = shared.lock();
    let done = match (request.method.as_str(), what) {
        ("GET", "log") => Ok(json!(state.log.iter().map(line).collect::<Vec<_>>())),
        ("DELETE", "log") => {
            state.clear_log();
            Ok(json!({}))
        }
        ("GET", "state") => Ok(overview(&state, shared)),
        ("POST", "fault") => parse::<Fault>(request).map(|fault| {
            state.order(fault);
            json!({})
        }),
        ("DELETE", "fault") => {
            state.forget_faults();
            Ok(json!({}))
        }
        ("POST", "change") => {
            parse::<Change>(request).and_then(|change| found(state.world.change(&change, shared.clock.now())))
        }
        ("POST", "set") => parse::<Settings>(request).map(|settings| {
            apply(&mut state, settings);
            json!({})
        }),
        ("POST", "token") => parse::<Token>(request).and_then(|asked| {
            let user = asked.login.as_deref().map_or(Some(0), |login| state.world.user(login)).ok_or("no such user")?;
            let token = state.grants.add_token(user, asked.kind, asked.scopes, None, None);
            Ok(json!({ "token": token }))
        }),
        ("POST", "revoke-all") => {
            state.grants.end_all();
            Ok(json!({}))
        }
        ("POST", "device") => parse::<Decision>(request).and_then(|asked| {
            let now = shared.clock.now();
            found(device::settle(&mut state, &asked.user_code, !asked.deny, asked.login.as_deref(), now))
        }),
        _ => Err("there is no such knob".to_owned()),
    };
    Some(match done {
        Ok(value) => Reply::json(200, value.to_string()),
        Err(why) => Reply::json(400, json!({ "error": why }).to_string()),
    })
}

fn parse<'a, T: Deserialize<'a>>(request: &'a Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|error| error.to_string())
}

fn found(done: bool) -> Result<serde_json::Value, String> {
    if done { Ok(json!({})) } else { Err("nothing of that name, or the new name is taken".to_owned()) }
}

fn apply(state: &mut State, settings: Settings) {
    let Settings {
        latency_ms,
        rate_limit,
        device_interval,
        expiring_tokens,
        reuse_ends_all,
        granted_scopes,
        sso,
        crowd,
        tree_limit,
        token_reply,
    } = settings;
    if let Some(millis) = latency_ms {
        state.latency = Duration::from_millis(millis);
    }
    state.rate_limit = rate_limit.unwrap_or(state.rate_limit);
    state.device_interval = device_interval.unwrap_or(state.device_interval);
    state.grants.expiring = expiring_tokens.unwrap_or(state.grants.expiring);
    state.grants.reuse_ends_all = reuse_ends_all.unwrap_or(state.grants.reuse_ends_all);
    state.granted_scopes = granted_scopes.or(state.granted_scopes.take());
    state.sso = sso.unwrap_or_else(|| std::mem::take(&mut state.sso));
    state.crowd = crowd.or(state.crowd);
    state.tree_limit = tree_limit.or(state.tree_limit);
    state.token_reply = token_reply.unwrap_or(state.token_reply);
}

fn overview(state: &State, shared: &Shared) -> serde_json::Value {
    let users: Vec<_> = state.world.owners[..state.world.users].iter().map(|user| user.login.clone()).collect();
    let waiting: Vec<_> = state.grants.devices.values().map(|device| device.user_code.clone()).collect();
    json!({
        "repositories": state.world.all().count(),
        "users": users,
        "user_codes": waiting,
        "working_tokens": state.grants.working(shared.clock.now()),
        "in_flight": state.in_flight,
        "most_in_flight": *state.peak.borrow(),
    })
}

/// One exchange without bodies, which may hold credentials.
fn line(one: &Exchange) -> serde_json::Value {
    json!({
        "at": one.at, "method": one.method, "path": one.path, "query": one.query, "headers": one.headers,
        "status": one.status, "troubled": one.troubled,
    })
}
