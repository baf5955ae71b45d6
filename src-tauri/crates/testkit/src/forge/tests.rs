//! The simulator itself, asked over the wire.
#![allow(clippy::expect_used)]

use super::*;
use crate::{
    browser::{Browser, Page, approve, approve_as, deny},
    temp::FakeClock,
};
use drawbridge_domain::Visibility;
use http::Method;
use hyper::body::Bytes;
use std::{collections::HashSet, sync::Arc, time::Duration};
use url::Url;

mod content;
mod gitea;
mod gitlab;
mod others;
mod troubles;

const VERIFIER: &str = "correct-horse-battery-staple-0123456789-abcdef";
/// `BASE64URL(SHA-256(VERIFIER))`, computed with openssl rather than with our own code.
const CHALLENGE: &str = "UTPKvwKKybsVQ7_OZYJ-QDMzok2TnWzyk3K3pYGpAec";
const BACK: &str = "http://127.0.0.1:41234/callback";

fn small(repositories: usize) -> (Simulator, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::default());
    let config = SimulatorConfig {
        clock: Arc::clone(&clock) as Arc<dyn drawbridge_domain::Clock>,
        ..SimulatorConfig::with_repositories(repositories)
    };
    (Simulator::start(config).expect("a simulator"), clock)
}

async fn ask(simulator: &Simulator, token: &str, path: &str, etag: Option<&str>) -> Page {
    let authorization = format!("Bearer {token}");
    let mut headers = vec![("authorization", authorization.as_str()), ("user-agent", "test")];
    headers.extend(etag.map(|etag| ("if-none-match", etag)));
    let url = format!("{}{path}", simulator.api_url());
    Browser::new().get_with(&url, &headers).await.expect("an answer")
}

fn token(simulator: &Simulator) -> String {
    simulator.add_token(0, TokenKind::Classic, &["repo", "read:org", "read:user"], None)
}

fn authorize_url(simulator: &Simulator, extra: &str) -> String {
    let client = &simulator.client().client_id;
    format!(
        "{}/login/oauth/authorize?client_id={client}&redirect_uri={BACK}&state=s-1&scope=repo%20read:org\
         &code_challenge={CHALLENGE}&code_challenge_method=S256{extra}",
        simulator.url()
    )
}

fn query(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn exchange(simulator: &Simulator, fields: &[(&str, &str)]) -> serde_json::Value {
    let client = simulator.client().clone();
    let secret = client.client_secret.unwrap_or_default();
    let mut all = vec![("client_id", client.client_id.as_str()), ("client_secret", secret.as_str())];
    all.extend(fields);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&all).finish();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    let url = format!("{}/login/oauth/access_token", simulator.url());
    Browser::new().send(Method::POST, &url, &headers, Bytes::from(body)).await.expect("an answer").json()
}

#[tokio::test]
async fn pages_link_to_each_other_and_hold_everything_once() {
    let (simulator, _clock) = small(950);
    let token = token(&simulator);
    let mut seen = HashSet::new();
    let mut next = Some("/user/repos?per_page=100&sort=full_name&page=1".to_owned());
    let mut pages = 0;
    while let Some(path) = next {
        let page = ask(&simulator, &token, &path, None).await;
        assert_eq!(page.status, 200);
        for row in page.json().as_array().expect("a list") {
            assert!(seen.insert(row["id"].as_u64().expect("an id")), "a row on two pages");
        }
        pages += 1;
        let link = page.header("link").expect("more than one page").to_owned();
        let relation = |name: &str| link.contains(&format!("rel=\"{name}\""));
        assert_eq!((relation("next"), relation("last")), (pages < 10, pages < 10), "page {pages}: {link}");
        assert_eq!((relation("prev"), relation("first")), (pages > 1, pages > 1), "page {pages}: {link}");
        next = link.split(", ").find(|part| part.ends_with("rel=\"next\"")).map(|part| {
            let url = part.split(['<', '>']).nth(1).expect("an address");
            url.strip_prefix(&simulator.api_url()).expect("the same prefix as asked").to_owned()
        });
    }
    assert_eq!((pages, seen.len()), (10, 950));
    let beyond = ask(&simulator, &token, "/user/repos?per_page=100&page=11", None).await;
    assert_eq!(beyond.text(), "[]");
    let one = ask(&simulator, &token, "/user/repos?affiliation=owner&per_page=100&visibility=public", None).await;
    assert_eq!(one.header("link"), None, "a single page has no links");
}

#[tokio::test]
async fn an_unchanged_page_is_a_304_and_costs_nothing() {
    let (simulator, _clock) = small(150);
    let token = token(&simulator);
    let path = "/user/repos?per_page=100&page=2";
    let page = ask(&simulator, &token, path, None).await;
    let etag = page.header("etag").expect("a validator").to_owned();
    assert!(etag.starts_with("W/\""));
    let again = ask(&simulator, &token, path, Some(&etag)).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("x-ratelimit-used"), page.header("x-ratelimit-used"));
    assert_eq!(again.header("etag"), Some(etag.as_str()));

    let other = simulator.add_token(0, TokenKind::Classic, &["repo"], None);
    assert_eq!(ask(&simulator, &other, path, Some(&etag)).await.status, 200, "validators belong to one token");

    let name = page.json()[3]["full_name"].as_str().expect("a name").to_owned();
    assert!(simulator.change(&Change::Describe { full_name: name, description: Some("new".to_owned()) }));
    assert_eq!(ask(&simulator, &token, path, Some(&etag)).await.status, 200, "a change shows");
}

#[tokio::test]
async fn a_page_keeps_its_validator_when_pages_come_to_be_behind_it() {
    let (simulator, _clock) = small(100);
    let token = token(&simulator);
    let path = "/user/repos?per_page=100&sort=created&direction=asc&page=1";
    let page = ask(&simulator, &token, path, None).await;
    assert_eq!(page.header("link"), None);
    let full_name = format!("{}/brand-new", simulator.login(0));
    assert!(simulator.change(&Change::Add { full_name, visibility: Visibility::Private }));
    assert_eq!(ask(&simulator, &token, path, page.header("etag")).await.status, 304);
    let beyond = ask(&simulator, &token, &path.replace("&page=1", "&page=2"), None).await;
    assert_eq!(beyond.json()[0]["name"], "brand-new");
}

#[tokio::test]
async fn a_code_works_once_within_ten_minutes_and_with_its_verifier_only() {
    let (simulator, clock) = small(5);
    let back = approve(&authorize_url(&simulator, "")).await.expect("approved");
    assert!(back.starts_with(BACK));
    assert_eq!(query(&back, "state").as_deref(), Some("s-1"));
    let code = query(&back, "code").expect("a code");
    let fields = [("code", code.as_str()), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    let reply = exchange(&simulator, &fields).await;
    assert_eq!(reply["scope"], "repo,read:org");
    let token = reply["access_token"].as_str().expect("a token").to_owned();
    assert!(token.starts_with("gho_"));
    assert_eq!(ask(&simulator, &token, "/user", None).await.json()["login"], simulator.login(0).as_str());
    assert_eq!(exchange(&simulator, &fields).await["error"], "bad_verification_code", "a second use");

    for (verifier, late, redirect, error) in [
        ("another-horse-battery-staple-0123456789-abcdef", 0, BACK, "bad_verification_code"),
        ("", 0, BACK, "bad_verification_code"),
        (VERIFIER, 600, BACK, "bad_verification_code"),
        (VERIFIER, 0, "http://127.0.0.1:9/callback", "redirect_uri_mismatch"),
    ] {
        let back = approve(&authorize_url(&simulator, "")).await.expect("approved");
        let code = query(&back, "code").expect("a code");
        clock.advance(Duration::from_secs(late));
        let fields = [("code", code.as_str()), ("redirect_uri", redirect), ("code_verifier", verifier)];
        let reply = exchange(&simulator, &fields).await;
        assert_eq!(reply["error"], error, "{verifier} {late} {redirect}");
        let fields = [("code", code.as_str()), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
        assert_eq!(exchange(&simulator, &fields).await["error"], "bad_verification_code", "spent by the failure");
    }
}

/// RFC 6749 §5.1 and §5.2, RFC 6750 §2.3, RFC 8628 §3.2; GitHub's own description says nothing here.
#[tokio::test]
async fn token_and_device_replies_keep_the_rules_of_the_rfcs() {
    let (simulator, _clock) = small(5);
    let client = simulator.client().clone();
    let back = approve(&authorize_url(&simulator, "")).await.expect("approved");
    assert_eq!(back.matches("state=").count(), 1, "the state comes back once and as it was");
    let code = query(&back, "code").expect("a code");
    let secret = client.client_secret.clone().unwrap_or_default();
    let fields = [
        ("client_id", client.client_id.as_str()),
        ("client_secret", secret.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let send = async |path: &str, body: String, accept: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", accept)];
        let url = format!("{}{path}", simulator.url());
        Browser::new().send(Method::POST, &url, &headers, Bytes::from(body)).await.expect("an answer")
    };
    for expected in ["access_token", "error"] {
        let page = send("/login/oauth/access_token", body.clone(), "application/json").await;
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("application/json")));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let reply = page.json();
        assert!(reply[expected].is_string(), "{expected}");
        assert_eq!(reply["token_type"].is_string(), expected == "access_token");
    }
    for knob in [TokenReply::Form, TokenReply::Json] {
        simulator.set_token_reply(knob);
        let page = send("/login/oauth/access_token", body.clone(), "application/json").await;
        let json = page.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        assert_eq!(json, knob == TokenReply::Json, "the knob is stronger than what the request accepts");
    }
    let page = send("/login/device/code", format!("client_id={}", client.client_id), "application/json").await;
    let reply = page.json();
    assert_eq!(reply["verification_uri"], format!("{}/login/device", simulator.url()));
    assert!(reply["expires_in"].is_u64() && reply["interval"].is_u64() && reply["device_code"].is_string());
    let user_code = reply["user_code"].as_str().expect("a code");
    assert!(user_code.len() == 9 && user_code.as_bytes()[4] == b'-');
}

#[tokio::test]
async fn the_way_back_tells_what_went_wrong() {
    let (simulator, _clock) = small(5);
    let back = deny(&authorize_url(&simulator, "")).await.expect("denied");
    assert_eq!(query(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(query(&back, "state").as_deref(), Some("s-1"));
    let client = &simulator.client().client_id;
    let wrong = format!(
        "{}/login/oauth/authorize?client_id={client}&redirect_uri=https://evil.example/&state=s-2",
        simulator.url()
    );
    let back = approve(&wrong).await.expect("sent back");
    assert!(back.starts_with("dev.drawbridge.desktop:/oauth/callback?error=redirect_uri_mismatch"), "{back}");
    let plain = authorize_url(&simulator, "").replace("S256", "plain");
    let back = approve(&plain).await.expect("sent back");
    assert_eq!(query(&back, "error").as_deref(), Some("invalid_request"));
    simulator.set_issuer(Some("https://issuer.example"));
    let back = approve(&authorize_url(&simulator, "")).await.expect("approved");
    assert_eq!(query(&back, "iss").as_deref(), Some("https://issuer.example"));
}

#[tokio::test]
async fn a_consent_without_the_value_of_its_form_is_refused() {
    let (simulator, _clock) = small(5);
    let mut browser = Browser::new();
    let url = format!("{}/login/oauth/authorize", simulator.url());
    let page = browser.post(&url, &[("decision", "approve")]).await.expect("an answer");
    assert_eq!(page.status, 422);
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_second_use_is_noticed() {
    let (simulator, clock) = small(5);
    simulator.set_expiring_tokens(true);
    let back = approve_as(&authorize_url(&simulator, ""), &simulator.login(1)).await.expect("approved");
    let code = query(&back, "code").expect("a code");
    let first = exchange(&simulator, &[("code", &code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]).await;
    assert_eq!(first["expires_in"], 28_800);
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let (access, refresh) = (text(&first["access_token"]), text(&first["refresh_token"]));
    clock.advance(Duration::from_hours(8));
    assert_eq!(ask(&simulator, &access, "/user", None).await.status, 401, "expired");
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let second = exchange(&simulator, &again).await;
    let access = text(&second["access_token"]);
    assert_eq!(ask(&simulator, &access, "/user", None).await.json()["login"], simulator.login(1).as_str());
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(exchange(&simulator, &again).await["error"], "bad_refresh_token");
    assert_eq!(ask(&simulator, &access, "/user", None).await.status, 200, "reuse alone ends nothing by default");
    simulator.set_reuse_ends_all(true);
    assert_eq!(exchange(&simulator, &again).await["error"], "bad_refresh_token");
    assert_eq!(ask(&simulator, &access, "/user", None).await.status, 401, "reuse ended the whole grant");
}

#[tokio::test]
async fn the_device_flow_waits_slows_down_and_ends() {
    let (simulator, clock) = small(5);
    let client = simulator.client().client_id.clone();
    let url = format!("{}/login/device/code", simulator.url());
    let begin = || async {
        let page = Browser::new().post(&url, &[("client_id", &client), ("scope", "repo")]).await.expect("an answer");
        let fields: std::collections::HashMap<_, _> = url::form_urlencoded::parse(&page.body).into_owned().collect();
        (fields["device_code"].clone(), fields["user_code"].clone())
    };
    let poll = |code: String| {
        let simulator = &simulator;
        async move {
            let grant = "urn:ietf:params:oauth:grant-type:device_code";
            exchange(simulator, &[("grant_type", grant), ("device_code", &code)]).await
        }
    };
    let (code, user_code) = begin().await;
    assert_eq!(poll(code.clone()).await["error"], "authorization_pending");
    clock.advance(Duration::from_secs(4));
    let slow = poll(code.clone()).await;
    assert_eq!((&slow["error"], &slow["interval"]), (&"slow_down".into(), &10.into()));
    let mut browser = Browser::new();
    let page = browser.get(&format!("{}/login/device", simulator.url())).await.expect("a page");
    let value = page.field("authenticity_token").expect("a form");
    let typed = user_code.to_lowercase().replace('-', " ");
    let fields = [("authenticity_token", value.as_str()), ("user_code", &typed), ("decision", "approve")];
    let done = browser.post(page.url.as_str(), &fields).await.expect("an answer");
    assert_eq!(done.status, 200, "{}", done.text());
    clock.advance(Duration::from_secs(10));
    assert_eq!(poll(code.clone()).await["scope"], "repo");
    assert_eq!(poll(code).await["error"], "incorrect_device_code", "a device code works once");

    let (code, user_code) = begin().await;
    assert!(simulator.decide_device(&user_code, false));
    assert_eq!(poll(code).await["error"], "access_denied");
    let (code, user_code) = begin().await;
    clock.advance(Duration::from_mins(15));
    assert_eq!(poll(code).await["error"], "expired_token");
    assert!(!simulator.decide_device(&user_code, true), "too late");
}

#[tokio::test]
async fn a_renamed_repository_is_found_at_its_id_until_the_name_is_taken() {
    let (simulator, _clock) = small(20);
    let token = token(&simulator);
    let owner = simulator.login(0);
    let (old, path) = (format!("{owner}/old-name"), format!("/repos/{owner}/old-name"));
    simulator.change(&Change::Add { full_name: old.clone(), visibility: Visibility::Private });
    let id = simulator.repository_id(&old).expect("an id");
    assert!(simulator.change(&Change::Rename { full_name: old.clone(), to: "new-name".to_owned() }));
    let moved = ask(&simulator, &token, &path, None).await;
    assert_eq!(moved.status, 301);
    let target = moved.header("location").expect("a target").to_owned();
    assert_eq!(target, format!("{}/repositories/{id}", simulator.api_url()));
    let found = ask(&simulator, &token, &format!("/repositories/{id}"), None).await;
    assert_eq!((found.status, &found.json()["name"]), (200, &"new-name".into()));
    simulator.change(&Change::Add { full_name: old, visibility: Visibility::Public });
    let another = ask(&simulator, &token, &path, None).await;
    assert_eq!(another.status, 200);
    assert_ne!(another.json()["id"], id, "another repository under the old name");
    assert!(simulator.change(&Change::Delete { full_name: format!("{owner}/new-name") }));
    assert_eq!(ask(&simulator, &token, &format!("/repositories/{id}"), None).await.status, 404);
    assert!(simulator.change(&Change::RenameOwner { login: "harbourline".to_owned(), to: "harbourside".to_owned() }));
    assert!(simulator.full_names().iter().all(|name| !name.starts_with("harbourline/")));
}

#[tokio::test]
async fn scopes_and_single_sign_on_decide_what_is_seen() {
    let (simulator, _clock) = small(400);
    let all = token(&simulator);
    let public = simulator.add_token(0, TokenKind::Classic, &["public_repo"], None);
    let path = "/user/repos?per_page=100";
    let rows = ask(&simulator, &public, path, None).await.json();
    assert!(rows.as_array().expect("a list").iter().all(|row| row["private"] == false));
    let page = ask(&simulator, &all, path, None).await;
    assert_eq!(page.header("x-oauth-scopes"), Some("repo, read:org, read:user"));
    assert_eq!(page.header("x-github-sso"), None);
    simulator.set_sso(&["harbourline"]);
    let page = ask(&simulator, &all, "/user/repos?per_page=100&sort=full_name", None).await;
    assert_eq!(page.header("x-github-sso"), Some("partial-results; organizations=61870000"));
    assert!(!page.text().contains("\"full_name\":\"harbourline/"));
    let hidden = simulator.full_names().into_iter().find(|name| name.starts_with("harbourline/")).expect("one");
    let refused = ask(&simulator, &all, &format!("/repos/{hidden}"), None).await;
    assert!(refused.status == 403 && refused.header("x-github-sso").is_some_and(|text| text.starts_with("required;")));
}

#[tokio::test]
async fn ending_a_grant_needs_the_client_and_ends_all_its_tokens() {
    let (simulator, _clock) = small(5);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let back = approve(&authorize_url(&simulator, "")).await.expect("approved");
        let code = query(&back, "code").expect("a code");
        let reply = exchange(&simulator, &[("code", &code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]).await;
        tokens.push(reply["access_token"].as_str().expect("a token").to_owned());
    }
    let pasted = token(&simulator);
    let client = simulator.client().clone();
    let url = format!("{}/applications/{}/grant", simulator.api_url(), client.client_id);
    let body = Bytes::from(serde_json::json!({ "access_token": tokens[0] }).to_string());
    let end = async |secret: &str| {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{secret}", client.client_id)));
        let headers = [("authorization", basic.as_str()), ("user-agent", "test")];
        Browser::new().send(Method::DELETE, &url, &headers, body.clone()).await.expect("an answer").status
    };
    assert_eq!(end("wrong").await, 404);
    assert_eq!(ask(&simulator, &tokens[1], "/user", None).await.status, 200);
    assert_eq!(end(client.client_secret.as_deref().unwrap_or_default()).await, 204);
    assert_eq!(ask(&simulator, &tokens[1], "/user", None).await.status, 401);
    assert_eq!(ask(&simulator, &pasted, "/user", None).await.status, 200, "what the person made stays");
}

#[tokio::test]
async fn the_list_can_drift_between_two_pages() {
    let (simulator, _clock) = small(200);
    let token = token(&simulator);
    let list = async |page: u32| {
        let path = format!("/user/repos?per_page=100&sort=full_name&page={page}");
        ask(&simulator, &token, &path, None).await.json()
    };
    let first = list(1).await;
    let gone = first[0]["full_name"].as_str().expect("a name").to_owned();
    simulator.change_before_page(2, Change::Delete { full_name: gone });
    assert_eq!(list(2).await.as_array().map(Vec::len), Some(99), "one row slipped to the page before");
}

#[tokio::test]
async fn the_control_desk_turns_the_same_knobs() {
    let (simulator, _clock) = small(30);
    let mut browser = Browser::new();
    let desk = async |browser: &mut Browser, method: Method, what: &str, body: serde_json::Value| {
        let url = format!("{}/_control/{what}", simulator.url());
        browser.send(method, &url, &[], Bytes::from(body.to_string())).await.expect("an answer")
    };
    let made =
        desk(&mut browser, Method::POST, "token", serde_json::json!({ "kind": "classic", "scopes": ["repo"] })).await;
    let token = made.json()["token"].as_str().expect("a token").to_owned();
    let order = serde_json::json!({ "path": "/user/repos", "page": 1, "then": { "status": 500 }, "times": 1 });
    assert_eq!(desk(&mut browser, Method::POST, "fault", order).await.status, 200);
    assert_eq!(ask(&simulator, &token, "/user/repos", None).await.status, 500);
    let order = serde_json::json!({ "change": "rename", "full_name": simulator.full_names()[0], "to": "renamed-here" });
    assert_eq!(desk(&mut browser, Method::POST, "change", order.clone()).await.status, 200);
    assert_eq!(desk(&mut browser, Method::POST, "change", order).await.status, 400, "it is not there any more");
    let slower = serde_json::json!({ "latency_ms": 30 });
    assert_eq!(desk(&mut browser, Method::POST, "set", slower).await.status, 200);
    assert_eq!(desk(&mut browser, Method::POST, "set", serde_json::json!({ "latencyms": 3 })).await.status, 400);
    let log = desk(&mut browser, Method::GET, "log", serde_json::Value::Null).await;
    assert_eq!(log.json().as_array().map(Vec::len), Some(1));
    assert!(!log.text().contains(&token));
    desk(&mut browser, Method::POST, "revoke-all", serde_json::Value::Null).await;
    assert_eq!(ask(&simulator, &token, "/user", None).await.status, 401);
}

#[tokio::test]
async fn odd_descriptions_come_as_ordered() {
    let (simulator, _clock) = small(20);
    let token = token(&simulator);
    let name = simulator.full_names()[0].clone();
    for (oddity, field, expected) in [
        (Oddity::NullOwner, "owner", serde_json::json!(null)),
        (Oddity::UnknownVisibility, "visibility", serde_json::json!("moonlit")),
        (Oddity::NullBranch, "default_branch", serde_json::json!(null)),
        (Oddity::HugeSize, "size", serde_json::json!(9_007_199_254_740_993_u64)),
        (Oddity::ExtraFields, "Visibility", serde_json::json!(7)),
    ] {
        assert!(simulator.twist(&name, oddity));
        let row = ask(&simulator, &token, &format!("/repos/{name}"), None).await.json();
        assert_eq!(row[field], expected, "{oddity:?}");
    }
    assert!(simulator.twist(&name, Oddity::NullRow));
    let rows = ask(&simulator, &token, "/user/repos?per_page=100", None).await.json();
    assert_eq!(rows.as_array().expect("a list").iter().filter(|row| row.is_null()).count(), 1);
}
