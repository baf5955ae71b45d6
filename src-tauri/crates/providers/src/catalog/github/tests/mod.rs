//! GitHub's answers, good and bad, and what is made of them.

use super::FORGE;
use crate::{
    Catalog, Ends, EntryKind, Forge, ForgeError, Grant, PageKey, PageReply, RepositoryRef, Revocation, StoredPage,
    TreeEntry, TreeQuery,
    host::{Host, answer},
};
use drawbridge_domain::{BaseUrl, ForgeRepository, Permission, SecretString, Timestamp, Visibility};
use serde_json::{Value, json};
use std::time::Duration;

const API: &str = "/api/v3";
const LIST: &str = "/api/v3/user/repos";

fn row(id: u64) -> Value {
    json!({
        "id": id, "node_id": "R_1", "name": "booking-api", "full_name": "fjordline/booking-api",
        "owner": { "login": "fjordline", "id": 9 }, "private": true, "visibility": "internal",
        "html_url": "https://github.com/fjordline/booking-api", "description": " Ferries\nand \u{1b}[31mseats ",
        "fork": true, "archived": true, "is_template": true, "default_branch": "main", "language": "Rust",
        "topics": ["ferry", "booking"], "license": { "key": "mit", "spdx_id": "MIT", "name": "MIT License" },
        "size": 108, "clone_url": "https://github.com/fjordline/booking-api.git",
        "ssh_url": "git@github.com:fjordline/booking-api.git", "created_at": "2011-01-26T19:01:12Z",
        "updated_at": "2011-01-26T19:14:43Z", "pushed_at": "2011-01-26T19:06:43Z",
        "permissions": { "admin": false, "maintain": true, "push": true, "triage": true, "pull": true }
    })
}

fn named<'a>(owner: &'a str, name: &'a str) -> RepositoryRef<'a> {
    RepositoryRef { forge_id: "7", owner, name }
}

fn key(number: &str) -> PageKey {
    PageKey(number.to_owned())
}

fn keys(numbers: impl IntoIterator<Item = u32>) -> Vec<PageKey> {
    numbers.into_iter().map(|number| PageKey(number.to_string())).collect()
}

async fn page_of(headers: &[(&'static str, &str)], body: &str, number: &str) -> Result<PageReply, ForgeError> {
    let host = Host::start(API, vec![answer(LIST, 200, headers, body)]).await;
    FORGE.list_page(&host.api(), &key(number), None).await
}

async fn one_row(row: &Value) -> ForgeRepository {
    match page_of(&[], &json!([row]).to_string(), "1").await {
        Ok(PageReply::Page { mut rows, .. }) if rows.len() == 1 => rows.remove(0),
        other => panic!("{row}: {other:?}"),
    }
}

async fn refusal(status: u16, headers: &[(&'static str, &str)], body: &str) -> ForgeError {
    let host = Host::start(API, vec![answer(LIST, status, headers, body)]).await;
    FORGE.list_page(&host.api(), &key("1"), None).await.expect_err("a refusal")
}

#[test]
fn the_api_is_found_from_the_host() {
    for (host, api) in [
        ("https://github.com", "https://api.github.com"),
        ("https://fjordline.ghe.com", "https://api.fjordline.ghe.com"),
        ("https://github.example.org", "https://github.example.org/api/v3"),
        ("https://git.example.org/hub/", "https://git.example.org/hub/api/v3"),
        ("http://127.0.0.1:4411", "http://127.0.0.1:4411/api/v3"),
        ("https://github.com.example.org", "https://github.com.example.org/api/v3"),
    ] {
        assert_eq!(FORGE.api_url(&BaseUrl::parse(host).expect("valid")).expect("an address").as_str(), api, "{host}");
    }
    let id = "github".parse().expect("an id");
    let catalog = Catalog::shipped();
    let provider = catalog.find(&id).expect("in the catalogue");
    let endpoints = provider.endpoints(&BaseUrl::parse("github.com").expect("valid"), None).expect("OAuth");
    assert_eq!(endpoints.authorize.as_str(), "https://github.com/login/oauth/authorize");
    assert_eq!(endpoints.token.as_str(), "https://github.com/login/oauth/access_token");
    assert_eq!(endpoints.device.expect("a device flow").as_str(), "https://github.com/login/device/code");
}

#[tokio::test]
async fn identity_is_the_number_and_scopes_are_what_the_host_says() {
    let body = r#"{"id":48213377,"login":"fjordline-mara","name":null,"email":"m@example.org","plan":{}}"#;
    let headers = [
        ("x-oauth-scopes", "repo, read:org,,user:email"),
        ("github-authentication-token-expiration", "2026-12-04 09:00:00 UTC"),
    ];
    let host = Host::start(API, vec![answer("/api/v3/user", 200, &headers, body)]).await;
    let found = FORGE.identify(&host.api()).await.expect("an identity").expect("it knows itself");
    assert_eq!((found.identity.subject.as_str(), found.identity.login.as_str()), ("48213377", "fjordline-mara"));
    assert_eq!((found.identity.name, found.identity.email.as_deref()), (None, Some("m@example.org")));
    assert_eq!(found.scopes.expect("said"), ["repo", "read:org", "user:email"]);
    assert_eq!(found.expires_at, Timestamp::parse("2026-12-04T09:00:00Z"));
    let asked = &host.asked()[0];
    assert_eq!(asked.line, "GET /api/v3/user");
    assert_eq!(asked.header("authorization"), Some("Bearer canary-token"));
    assert_eq!(asked.header("accept"), Some("application/vnd.github+json"));
    assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));

    for (headers, scopes, ends) in [
        (vec![], None, None),
        (vec![("x-oauth-scopes", "")], Some(vec![]), None),
        (
            vec![("github-authentication-token-expiration", "2026-12-04 10:00:00 +0100")],
            None,
            Timestamp::parse("2026-12-04T09:00:00Z"),
        ),
        (vec![("github-authentication-token-expiration", "next week")], None, None),
    ] {
        let host = Host::start(API, vec![answer("/api/v3/user", 200, &headers, body)]).await;
        let found = FORGE.identify(&host.api()).await.expect("an identity").expect("it knows itself");
        assert_eq!((found.scopes, found.expires_at), (scopes, ends), "{headers:?}");
    }
    for body in ["{}", "[]", r#"{"login":"x"}"#, r#"{"id":1,"login":""}"#, r#"{"id":1,"login":"a/../b"}"#] {
        let host = Host::start(API, vec![answer("/api/v3/user", 200, &[], body)]).await;
        let outcome = FORGE.identify(&host.api()).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{body}: {outcome:?}");
    }
    let host = Host::start(API, vec![answer("/api/v3/user", 200, &[], "<html>")]).await;
    let outcome = FORGE.identify(&host.api()).await;
    assert!(matches!(outcome, Err(ForgeError::Interposed)), "a page for people is not its answer: {outcome:?}");
}

#[tokio::test]
async fn a_row_is_read_in_our_terms() {
    let found = one_row(&row(7)).await;
    let expected = ForgeRepository {
        forge_id: "7".to_owned(),
        owner: "fjordline".to_owned(),
        name: "booking-api".to_owned(),
        visibility: Visibility::Internal,
        archived: true,
        fork: true,
        template: true,
        default_branch: Some("main".to_owned()),
        description: Some("Ferries and  [31mseats".to_owned()),
        language: Some("Rust".to_owned()),
        topics: vec!["ferry".to_owned(), "booking".to_owned()],
        licence: Some("MIT".to_owned()),
        size_kib: 108,
        clone_url: "https://github.com/fjordline/booking-api.git".to_owned(),
        ssh_url: Some("git@github.com:fjordline/booking-api.git".to_owned()),
        web_url: "https://github.com/fjordline/booking-api".to_owned(),
        created_at: Timestamp::parse("2011-01-26T19:01:12Z"),
        updated_at: Timestamp::parse("2011-01-26T19:14:43Z"),
        pushed_at: Timestamp::parse("2011-01-26T19:06:43Z"),
        permission: Permission::Maintain,
    };
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_fact_that_is_missing_null_or_new_costs_the_fact_and_not_the_row() {
    let required = ["id", "name"];
    let whole = row(7);
    for name in whole.as_object().expect("an object").keys() {
        if required.contains(&name.as_str()) {
            continue;
        }
        for strange in [None, Some(Value::Null), Some(json!({ "new": [1] })), Some(json!("never-seen")), Some(json!(-1))] {
            let mut row = whole.clone();
            match &strange {
                Some(value) => row[name] = value.clone(),
                None => drop(row.as_object_mut().expect("an object").remove(name)),
            }
            let found = one_row(&row).await;
            assert_eq!((found.forge_id.as_str(), found.name.as_str()), ("7", "booking-api"), "{name}: {strange:?}");
        }
    }
    let with = async |name: &str, value: Value| {
        let mut row = whole.clone();
        row[name] = value;
        one_row(&row).await
    };
    assert_eq!(with("visibility", Value::Null).await.visibility, Visibility::Private, "from `private`");
    assert_eq!(with("permissions", Value::Null).await.permission, Permission::Read, "the least, if nothing is said");
    assert_eq!(with("license", json!({"spdx_id": "NOASSERTION", "name": "Other"})).await.licence.as_deref(), Some("Other"));
    assert_eq!(with("size", json!(u64::MAX)).await.size_kib, u32::MAX);
    assert_eq!(with("topics", json!(["a", 1, null, "b"])).await.topics, ["a", "b"]);
    assert_eq!(with("topics", json!(vec!["t"; 5000])).await.topics.len(), 100, "any number is too many");
    assert_eq!(with("description", json!("x".repeat(100_000))).await.description.expect("some").len(), 1000);
    assert_eq!(with("owner", Value::Null).await.owner, "fjordline", "from the full name");
    let mut public = whole.clone();
    public["private"] = json!(false);
    public["visibility"] = json!("galactic");
    assert_eq!(one_row(&public).await.visibility, Visibility::Public);
}

#[tokio::test]
async fn an_address_that_would_do_something_else_is_left_out() {
    let mut dangerous = row(7);
    for (page, clone) in [
        ("javascript:alert(1)", "ext::sh -c touch% /tmp/x"),
        ("file:///etc/passwd", "file:///etc"),
        ("editor://host/open", "ext://host/x"),
        ("https://user:pw@host/x", "https://user:pw@host/x"),
        ("/x", "--upload-pack=x"),
    ] {
        dangerous["html_url"] = json!(page);
        dangerous["clone_url"] = json!(clone);
        let found = one_row(&dangerous).await;
        assert_eq!((found.web_url.as_str(), found.clone_url.as_str()), ("", ""), "{clone}");
    }
    for ssh in ["-oProxyCommand=x@y:z", "ssh://-oProxyCommand=x/y", "git@-oProxyCommand=x:y", "file:///etc", "git@host", "a b@c:d"] {
        dangerous["ssh_url"] = json!(ssh);
        assert_eq!(one_row(&dangerous).await.ssh_url, None, "{ssh}");
    }
}

#[tokio::test]
async fn a_row_that_can_not_be_told_from_others_fails_its_page() {
    for (name, value) in [
        ("id", Value::Null),
        ("id", json!("7")),
        ("name", json!("")),
        ("name", json!("a/b")),
        ("name", json!("..")),
        ("owner", json!({ "login": "a\nb" })),
    ] {
        let mut broken = row(8);
        broken[name] = value.clone();
        let outcome = page_of(&[], &json!([row(7), broken]).to_string(), "1").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{name} {value}: leaving it out looks like a removal");
    }
    let mut orphan = row(8);
    (orphan["owner"], orphan["full_name"]) = (Value::Null, json!("/booking-api"));
    let outcome = page_of(&[], &json!([orphan]).to_string(), "1").await;
    assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "nobody's repository: {outcome:?}");

    let reply = page_of(&[], &json!([row(7), null, row(9)]).to_string(), "1").await.expect("a page");
    let PageReply::Page { rows, partial, .. } = reply else { panic!("{reply:?}") };
    assert_eq!((rows.len(), partial), (2, true), "the host itself left one out, and that is known");

    let many: Vec<Value> = (0..1001).map(row).collect();
    for body in ["", "{}", "[", "null", &json!(many).to_string()] {
        let outcome = page_of(&[], body, "1").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{body:.20}: {outcome:?}");
    }
    let outcome = page_of(&[], "<html>", "1").await;
    assert!(matches!(outcome, Err(ForgeError::Interposed)), "a page for people is not its answer: {outcome:?}");
}

#[tokio::test]
async fn a_page_is_asked_for_in_a_stable_order_and_only_if_it_changed() {
    let headers = [("etag", "W/\"abc\"")];
    let host = Host::start(API, vec![answer(LIST, 200, &headers, &json!([row(7)]).to_string())]).await;
    let reply = FORGE.list_page(&host.api(), &FORGE.first_page(), None).await.expect("a page");
    let PageReply::Page { rows, etag, more, partial, .. } = reply else { panic!("{reply:?}") };
    assert_eq!((rows.len(), etag.as_deref(), more.len(), partial), (1, Some("W/\"abc\""), 0, false));
    let line = host.asked()[0].line.clone();
    assert_eq!(
        line,
        "GET /api/v3/user/repos?affiliation=owner%2Ccollaborator%2Corganization_member&sort=created&direction=asc\
         &per_page=100&page=1"
    );
    assert_eq!(host.asked()[0].header("if-none-match"), None);

    let host = Host::start(API, vec![answer(LIST, 304, &[], "")]).await;
    let reply = FORGE.list_page(&host.api(), &key("3"), Some("W/\"abc\"")).await.expect("an answer");
    assert!(matches!(reply, PageReply::Unmodified));
    assert_eq!(host.asked()[0].header("if-none-match"), Some("W/\"abc\""));
    assert!(host.asked()[0].line.ends_with("&page=3"));
    let unasked = FORGE.list_page(&host.api(), &key("3"), None).await;
    assert!(matches!(unasked, Err(ForgeError::Server { status: 304 })), "nothing it could be unmodified from");

    for bad in ["0", "-1", "x", "", "1000000"] {
        let outcome = FORGE.list_page(&host.api(), &key(bad), None).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{bad}");
    }
}

#[tokio::test]
async fn the_other_pages_are_known_from_the_first() {
    let link = |page: u32, relation: &str| format!("<https://elsewhere.example/x?page={page}&per_page=100>; rel=\"{relation}\"");
    for (number, link, expected) in [
        ("1", format!("{}, {}", link(2, "next"), link(84, "last")), keys(2..=84)),
        ("3", format!("{}, {}, {}", link(2, "prev"), link(4, "next"), link(5, "last")), keys(4..=5)),
        ("1", link(2, "next"), keys([2])),
        ("5", format!("{}, {}", link(1, "first"), link(4, "prev")), keys([])),
    ] {
        let reply = page_of(&[("link", &link)], "[]", number).await.expect("a page");
        let PageReply::Page { more, .. } = reply else { panic!("{reply:?}") };
        assert_eq!(more, expected, "page {number}: {link}");
    }
    for (number, link) in [
        ("1", link(10_001, "last")),
        ("3", link(3, "next")),
        ("3", link(2, "next")),
        ("1", "<https://host/x>; rel=\"next\"".to_owned()),
        ("1", "<https://host/x?page=4000000000000>; rel=\"last\"".to_owned()),
    ] {
        let outcome = page_of(&[("link", &link)], "[]", number).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{link}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_single_sign_on_holds_back_is_known() {
    for (text, expected) in
        [("partial-results; organizations=21955855,20582480", true), ("required; url=https://host/", false)]
    {
        let reply = page_of(&[("x-github-sso", text)], "[]", "1").await.expect("a page");
        assert!(matches!(reply, PageReply::Page { partial, .. } if partial == expected), "{text}");
    }
}

#[test]
fn behind_a_full_last_page_there_may_be_another() {
    let stored = |rows: usize, more: Vec<PageKey>| StoredPage {
        key: key("7"),
        etag: Some("e".to_owned()),
        forge_ids: (0..rows).map(|id| id.to_string()).collect(),
        more,
    };
    assert_eq!(FORGE.page_beyond(&stored(100, vec![])), Some(key("8")));
    assert_eq!(FORGE.page_beyond(&stored(99, vec![])), None, "what is added comes onto this page first");
    assert_eq!(FORGE.page_beyond(&stored(100, keys([8]))), None, "it is not the last");
}

#[tokio::test]
async fn a_limit_is_told_from_a_refusal_and_from_a_dead_token() {
    let date = ("date", "Sun, 22 Nov 2026 04:10:53 GMT");
    let reset = ("x-ratelimit-reset", "1795320953"); // 300 s later
    let spent = ("x-ratelimit-remaining", "0");
    let (left, quiet) = (("x-ratelimit-remaining", "4999"), "{}");
    let secondary = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#;
    for (status, headers, body, wait) in [
        (403, vec![("retry-after", "30")], quiet, 30),
        (429, vec![("retry-after", "30"), spent, reset, date], quiet, 30),
        (403, vec![spent, reset, date], quiet, 300),
        (429, vec![spent, reset, date], quiet, 300),
        (403, vec![spent, ("x-ratelimit-reset", "99999999999"), date], quiet, 7200),
        (403, vec![spent, ("x-ratelimit-reset", "0"), date], quiet, 1),
        (403, vec![spent], quiet, 60),
        (429, vec![left], quiet, 60),
        (429, vec![], "", 60),
        (403, vec![left], secondary, 60),
        (403, vec![("retry-after", "0")], quiet, 1),
    ] {
        let refused = refusal(status, &headers, body).await;
        let ForgeError::RateLimited { wait: told } = refused else { panic!("{status} {headers:?}: {refused:?}") };
        assert_eq!(told, Duration::from_secs(wait), "{status} {headers:?}");
    }
    let forbidden = r#"{"message":"Resource protected by organization SAML enforcement."}"#;
    assert!(matches!(refusal(403, &[left], forbidden).await, ForgeError::Forbidden));
    assert!(matches!(refusal(403, &[], "<html>").await, ForgeError::Forbidden));
    assert!(matches!(refusal(401, &[spent], "").await, ForgeError::Unauthorized));
    assert!(matches!(refusal(404, &[], "").await, ForgeError::NotFound));
    assert!(matches!(refusal(410, &[], "").await, ForgeError::Gone));
    for status in [302, 511] {
        let refused = refusal(status, &[], "").await;
        assert!(matches!(refused, ForgeError::Interposed), "{status}: {refused:?}");
    }
    for status in [400, 422, 500, 204] {
        let refused = refusal(status, &[], "").await;
        assert!(matches!(refused, ForgeError::Server { status: told } if told == status), "{status}: {refused:?}");
    }
}

#[tokio::test]
async fn a_renamed_repository_is_followed_by_its_number_and_nowhere_else() {
    let elsewhere = Host::start(API, vec![]).await;
    let stolen = elsewhere.base.join("/repositories/7").to_string();
    for (location, follows) in [
        ("ORIGIN/api/v3/repositories/7", true),
        ("ORIGIN/api/v3/repositories/x", false),
        ("ORIGIN/api/v3/repositories/", false),
        ("ORIGIN/api/v3/repositories/7/../../user", false),
        ("ORIGIN/api/v3/repositories/7?x=1", false),
        ("ORIGIN/api/v3/repos/fjordline/booking-api", false),
        ("ORIGIN/repositories/7", false),
        ("/api/v3/repositories/7", false),
        (stolen.as_str(), false),
    ] {
        let host = Host::start(API, vec![
            answer("/api/v3/repos/old/name", 301, &[("location", location)], "{}"),
            answer("/api/v3/repositories/7", 200, &[], &row(7).to_string()),
        ])
        .await;
        let outcome = FORGE.find_repository(&host.api(), named("old", "name")).await;
        if follows {
            let found = outcome.expect("an answer").expect("there");
            assert_eq!((found.forge_id.as_str(), found.name.as_str()), ("7", "booking-api"), "under its new name");
        } else {
            assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{location}: {outcome:?}");
        }
        assert_eq!(host.asked().len(), 1 + usize::from(follows), "{location}");
    }
    assert_eq!(elsewhere.asked().len(), 0, "the token must not go where an answer points");

    let circle = [("location", "ORIGIN/api/v3/repositories/7")];
    let host = Host::start(API, vec![
        answer("/api/v3/repos/old/name", 301, &circle, "{}"),
        answer("/api/v3/repositories/7", 301, &circle, "{}"),
    ])
    .await;
    let outcome = FORGE.find_repository(&host.api(), named("old", "name")).await;
    assert!(matches!(outcome, Err(ForgeError::Interposed)), "once and not again: {outcome:?}");
    assert_eq!(host.asked().len(), 2);
}

#[tokio::test]
async fn one_repository_is_there_or_not_or_unknown() {
    let found = answer("/api/v3/repos/fjordline/booking-api", 200, &[], &row(7).to_string());
    let twice = ("location", "http://127.0.0.1:1/api/v3/repositories/8");
    let host = Host::start(API, vec![
        found,
        answer("/api/v3/repos/gone/gone", 404, &[], "{}"),
        answer("/api/v3/repos/blocked/x", 451, &[], "{}"),
        answer("/api/v3/repos/forbidden/x", 403, &[], "{}"),
        answer("/api/v3/repos/moved/x", 301, &[twice], "{}"),
        answer("/api/v3/repos/empty/x", 200, &[], "[]"),
    ])
    .await;
    let ask = async |owner: &str, name: &str| FORGE.find_repository(&host.api(), named(owner, name)).await;
    assert_eq!(ask("fjordline", "booking-api").await.expect("an answer").expect("there").forge_id, "7");
    assert!(matches!(ask("gone", "gone").await, Ok(None)));
    assert!(matches!(ask("blocked", "x").await, Err(ForgeError::Server { status: 451 })), "blocked is not gone");
    assert!(matches!(ask("forbidden", "x").await, Err(ForgeError::Forbidden)), "forbidden is not gone");
    assert!(matches!(ask("moved", "x").await, Err(ForgeError::Malformed { .. })));
    assert!(matches!(ask("empty", "x").await, Err(ForgeError::Malformed { .. })));
    let before = host.asked().len();
    for (owner, name) in [("..", "x"), ("x", "."), ("", "x"), ("x", "")] {
        assert!(matches!(ask(owner, name).await, Ok(None)), "no repository has such a name");
    }
    assert_eq!(host.asked().len(), before, "and nothing is asked about it");
    let _ = ask("a/../../user", "x?y#z").await;
    assert_eq!(host.asked().last().expect("asked").line, "GET /api/v3/repos/a%2F..%2F..%2Fuser/x%3Fy%23z");
}

fn grant_of<'a>(host: &'a Host, client: Option<(&'a str, Option<&'a SecretString>)>) -> Grant<'a> {
    static NOTHING: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    Grant { access: &host.token, refresh: None, client, kept: &NOTHING, access_over: false }
}

#[tokio::test]
async fn access_is_ended_with_the_clients_secret_or_by_hand() {
    let secret = SecretString::from("canary-secret".to_owned());
    let grant = "/api/v3/applications/Iv1.abc/grant";
    let me = r#"{"id":1,"login":"me"}"#;
    for (status, user, expected) in [
        (204, 599, Revocation::Ended(Ends::Grant)),
        (404, 401, Revocation::Ended(Ends::Grant)),
        (404, 200, Revocation::OnlyByHand),
        (401, 599, Revocation::OnlyByHand),
    ] {
        let host = Host::start(API, vec![answer(grant, status, &[], ""), answer("/api/v3/user", user, &[], me)]).await;
        let outcome = FORGE.revoke(&host.api(), &grant_of(&host, Some(("Iv1.abc", Some(&secret))))).await;
        assert_eq!(outcome.expect("an answer"), Some(expected), "{status}, and then {user}");
        let asked = host.asked().remove(0);
        assert_eq!(asked.line, format!("DELETE {grant}"));
        assert_eq!(asked.header("authorization"), Some("Basic SXYxLmFiYzpjYW5hcnktc2VjcmV0"), "the client, not the token");
        let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
        assert_eq!(body, json!({ "access_token": "canary-token" }));
    }
    let host = Host::start(API, vec![answer(grant, 404, &[], ""), answer("/api/v3/user", 500, &[], "")]).await;
    let outcome = FORGE.revoke(&host.api(), &grant_of(&host, Some(("Iv1.abc", Some(&secret))))).await;
    assert!(matches!(outcome, Err(ForgeError::Server { status: 500 })), "not known whether it has ended");
    let host = Host::start(API, vec![answer(grant, 500, &[], "")]).await;
    let outcome = FORGE.revoke(&host.api(), &grant_of(&host, Some(("Iv1.abc", Some(&secret))))).await;
    assert!(matches!(outcome, Err(ForgeError::Server { status: 500 })), "not known to have ended");
    let before = host.asked().len();
    for client in [None, Some(("Iv1.abc", None)), Some(("..", Some(&secret)))] {
        let outcome = FORGE.revoke(&host.api(), &grant_of(&host, client)).await.expect("an answer");
        assert_eq!(outcome, Some(Revocation::OnlyByHand));
    }
    assert_eq!(host.asked().len(), before, "without a secret nothing is asked");
}

#[tokio::test]
async fn what_changed_last_is_listed_page_by_page_after_one_row_that_tells_the_total() {
    let address = "/api/v3/user/repos?affiliation=owner%2Ccollaborator%2Corganization_member&sort=updated&direction=desc";
    let page = |size: u32, number: u32| -> &str { format!("{address}&per_page={size}&page={number}").leak() };
    let link = |last: u32| {
        format!("<ORIGIN/api/v3/user/repos?page=2>; rel=\"next\", <ORIGIN/api/v3/user/repos?page={last}>; rel=\"last\"")
    };
    let body = json!([row(7)]).to_string();
    let host = Host::start(API, vec![
        answer(page(1, 1), 200, &[("link", &link(100_000))], &body),
        answer(page(100, 1), 200, &[("link", &link(1000)), ("etag", "W/\"n1\"")], &body),
    ])
    .await;
    let keys = FORGE.newest_first(&[]);
    let reply = FORGE.list_page(&host.api(), &keys[0], None).await.expect("a page");
    let PageReply::Page { more, total, .. } = reply else { panic!("nothing was remembered: {reply:?}") };
    assert_eq!((total, more.as_slice()), (Some(100_000), [key("newest:1")].as_slice()));
    let reply = FORGE.list_page(&host.api(), &more[0], None).await.expect("a page");
    let PageReply::Page { rows, etag, more, total, .. } = reply else { panic!("nothing was remembered: {reply:?}") };
    assert_eq!((rows.len(), etag.as_deref(), total), (1, Some("W/\"n1\""), None));
    assert_eq!(more, [key("newest:2")], "only the next, though the last is named");
}

#[tokio::test]
async fn a_listing_without_links_is_all_there_is() {
    let address = "/api/v3/user/repos?affiliation=owner%2Ccollaborator%2Corganization_member&sort=updated&direction=desc";
    let path = format!("{address}&per_page=1&page=1").leak();
    for (body, expected) in [(json!([]), 0), (json!([row(7)]), 1)] {
        let host = Host::start(API, vec![answer(path, 200, &[], &body.to_string())]).await;
        let reply = FORGE.list_page(&host.api(), &FORGE.newest_first(&[])[0], None).await.expect("a page");
        assert!(matches!(reply, PageReply::Page { total, .. } if total == Some(expected)), "{reply:?}");
    }
}

#[tokio::test]
async fn a_tree_is_read_with_its_folders_and_its_limits() {
    let root = json!({ "sha": "9fb0", "truncated": true, "tree": [
        { "path": "zeta", "mode": "040000", "type": "tree", "sha": "aa01" },
        { "path": "copier.yml", "mode": "100644", "type": "blob", "sha": "bb02", "size": 512 },
        { "path": "link", "mode": "120000", "type": "blob", "sha": "cc03", "size": 9 },
        { "path": "other", "mode": "160000", "type": "commit", "sha": "dd04" },
        { "path": "../up", "mode": "100644", "type": "blob", "sha": "ee05" },
        { "path": "what", "mode": "000000", "type": "blob", "sha": "ff06" },
    ]});
    let below = json!({ "sha": "aa01", "tree": [{ "path": "SKILL.md", "mode": "100755", "type": "blob", "sha": "0a0b" }] });
    let host = Host::start(API, vec![
        answer("/api/v3/repos/ann/box/git/trees/feature%2Fx?recursive=1", 200, &[], &root.to_string()),
        answer("/api/v3/repos/ann/box/git/trees/aa01", 200, &[], &below.to_string()),
        answer("/api/v3/repos/ann/empty/git/trees/main", 409, &[], "{\"message\":\"Git Repository is empty.\"}"),
        answer("/api/v3/repos/ann/gone/git/trees/feature%2Fx?recursive=1", 404, &[], "{}"),
    ])
    .await;
    let api = host.api();
    let ask = async |name: &str, query: TreeQuery<'_>| FORGE.tree(&api, named("ann", name), query).await;
    let whole = TreeQuery { reference: "feature/x", folder: None, recursive: true };
    let tree = ask("box", whole).await.expect("an answer").expect("a tree");
    let shown: Vec<_> = tree.entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    assert_eq!(
        shown,
        [
            ("copier.yml", EntryKind::File),
            ("link", EntryKind::Link),
            ("other", EntryKind::Submodule),
            ("zeta", EntryKind::Folder)
        ],
        "in order, without what leads out or is no kind of entry"
    );
    assert!(tree.truncated, "the host said that it cut something off");
    let folder = tree.entries.last();
    let one = ask("box", TreeQuery { reference: "feature/x", folder, recursive: false }).await;
    let one = one.expect("an answer").expect("a tree");
    assert_eq!((one.entries[0].path.as_str(), one.truncated), ("zeta/SKILL.md", false), "told from the root");
    let empty = ask("empty", TreeQuery { reference: "main", folder: None, recursive: false }).await;
    assert!(matches!(empty, Ok(None)), "an empty repository has no tree: {empty:?}");
    assert!(matches!(ask("gone", whole).await, Ok(None)), "nor has one that is not there");
}

#[tokio::test]
async fn a_file_is_read_as_its_bytes_and_not_beyond_its_limit() {
    let host = Host::start(API, vec![
        answer("/api/v3/repos/ann/box/git/blobs/bb02", 200, &[], "_min: 9\n"),
        answer("/api/v3/repos/ann/box/git/blobs/0000", 404, &[], "{}"),
    ])
    .await;
    let entry = |id: Option<&str>| TreeEntry {
        path: "copier.yml".to_owned(),
        kind: EntryKind::File,
        id: id.map(str::to_owned),
        size: None,
    };
    let api = host.api();
    let read = async |id: Option<&str>, most: usize| {
        FORGE.blob(&api, named("ann", "box"), "main", &entry(id), most).await.expect("an answer")
    };
    assert_eq!(read(Some("bb02"), 100).await.as_deref(), Some(b"_min: 9\n".as_slice()));
    assert_eq!(host.asked()[0].headers["accept"], "application/vnd.github.raw+json");
    assert!(read(Some("bb02"), 4).await.is_none(), "longer than wanted");
    assert!(read(Some("0000"), 100).await.is_none(), "not there");
    assert!(read(None, 100).await.is_none(), "nothing to ask by");
}

#[tokio::test]
async fn words_are_looked_for_at_the_host() {
    let found = json!({ "total_count": 2, "incomplete_results": false, "items": [row(1), row(2)] });
    let path = "/api/v3/search/repositories?q=ferry+%26+co+in%3Aname+fork%3Atrue&per_page=1";
    let host = Host::start(API, vec![answer(path, 200, &[], &found.to_string())]).await;
    let found = FORGE.search(&host.api(), "ferry & co", 1).await.expect("an answer");
    assert_eq!((found.rows.len(), found.more), (1, true), "no more than wanted, whatever comes");

    for incomplete in [false, true] {
        let answered = json!({ "total_count": 1, "incomplete_results": incomplete, "items": [row(1)] });
        let path = "/api/v3/search/repositories?q=ferry+in%3Aname+fork%3Atrue&per_page=9";
        let host = Host::start(API, vec![answer(path, 200, &[], &answered.to_string())]).await;
        let found = FORGE.search(&host.api(), "ferry", 9).await.expect("an answer");
        assert_eq!((found.rows.len(), found.more), (1, incomplete), "a search that gave up may have missed some");
    }
}
