//! GitLab's answers, good and bad, and what is made of them.

use super::FORGE;
use crate::{
    EntryKind, Forge, ForgeError, PageKey, PageReply, RepositoryRef, StoredPage, Tree, TreeEntry, TreeQuery,
    host::{Host, Prepared, answer},
};
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use serde_json::{Value, json};
use std::time::Duration;

const API: &str = "/api/v4";
const LIST: &str = "/api/v4/projects";
const TREE: &str = "/api/v4/projects/7/repository/tree";

fn row(id: u64) -> Value {
    json!({
        "id": id, "name": "Booking API", "path": "booking-api",
        "path_with_namespace": "fjordline/boats/booking-api",
        "namespace": { "id": 9, "name": "Boats", "path": "boats", "kind": "group", "full_path": "fjordline/boats" },
        "visibility": "internal", "archived": true, "forked_from_project": { "id": 3 }, "default_branch": "main",
        "description": " Ferries\nand \u{1b}[31mseats ", "topics": ["ferry", "booking"], "tag_list": ["old"],
        "http_url_to_repo": "https://gitlab.example/fjordline/boats/booking-api.git",
        "ssh_url_to_repo": "git@gitlab.example:fjordline/boats/booking-api.git",
        "web_url": "https://gitlab.example/fjordline/boats/booking-api",
        "created_at": "2011-01-26T19:01:12.000Z", "updated_at": "2011-01-26T19:14:43.000Z",
        "last_activity_at": "2011-01-26T19:06:43.000Z", "statistics": { "repository_size": 110_592 },
        "permissions": {
            "project_access": { "access_level": 20, "notification_level": 3 },
            "group_access": { "access_level": 40, "notification_level": 3 },
        },
    })
}

fn key(text: &str) -> PageKey {
    PageKey(text.to_owned())
}

const SEVEN: RepositoryRef<'_> = RepositoryRef { forge_id: "7", owner: "fjordline/boats", name: "booking-api" };

async fn page_of(headers: &[(&'static str, &str)], body: &str, asked: &str) -> Result<PageReply, ForgeError> {
    let host = Host::start(API, vec![answer(LIST, 200, headers, body)]).await;
    FORGE.list_page(&host.api(), &key(asked), None).await
}

async fn one_row(row: &Value) -> ForgeRepository {
    match page_of(&[], &json!([row]).to_string(), "0").await {
        Ok(PageReply::Page { mut rows, .. }) if rows.len() == 1 => rows.remove(0),
        other => panic!("{row}: {other:?}"),
    }
}

#[tokio::test]
async fn a_row_is_read_in_our_terms() {
    let expected = ForgeRepository {
        forge_id: "7".to_owned(),
        owner: "fjordline/boats".to_owned(),
        name: "booking-api".to_owned(),
        visibility: Visibility::Internal,
        archived: true,
        fork: true,
        template: false,
        default_branch: Some("main".to_owned()),
        description: Some("Ferries and  [31mseats".to_owned()),
        language: None,
        topics: vec!["ferry".to_owned(), "booking".to_owned()],
        licence: None,
        size_kib: 108,
        clone_url: "https://gitlab.example/fjordline/boats/booking-api.git".to_owned(),
        ssh_url: Some("git@gitlab.example:fjordline/boats/booking-api.git".to_owned()),
        web_url: "https://gitlab.example/fjordline/boats/booking-api".to_owned(),
        created_at: Timestamp::parse("2011-01-26T19:01:12Z"),
        updated_at: Timestamp::parse("2011-01-26T19:14:43Z"),
        pushed_at: Timestamp::parse("2011-01-26T19:06:43Z"),
        permission: Permission::Maintain,
    };
    assert_eq!(one_row(&row(7)).await, expected);
}

#[tokio::test]
async fn a_fact_that_is_missing_null_or_new_costs_the_fact_and_not_the_row() {
    let whole = row(7);
    for name in whole.as_object().expect("an object").keys().filter(|name| !["id", "path"].contains(&name.as_str())) {
        for strange in [None, Some(Value::Null), Some(json!({ "new": [1] })), Some(json!(-1))] {
            let mut row = whole.clone();
            match &strange {
                Some(value) => row[name] = value.clone(),
                None => drop(row.as_object_mut().expect("an object").remove(name)),
            }
            let found = one_row(&row).await;
            let named = (found.forge_id.as_str(), found.owner.as_str(), found.name.as_str());
            assert_eq!(named, ("7", "fjordline/boats", "booking-api"), "{name}: {strange:?}");
        }
    }
    let with = async |name: &str, value: Value| {
        let mut row = whole.clone();
        row[name] = value;
        one_row(&row).await
    };
    assert_eq!(with("topics", Value::Null).await.topics, ["old"], "as older servers call them");
    assert_eq!(with("visibility", json!("moonlit")).await.visibility, Visibility::Private, "the careful answer");
    assert_eq!(with("updated_at", Value::Null).await.updated_at, Timestamp::parse("2011-01-26T19:06:43Z"));
    assert_eq!(with("default_branch", Value::Null).await.default_branch, None, "an empty project");
    let doomed = with("marked_for_deletion_on", json!("2026-12-01")).await;
    assert_eq!(doomed, one_row(&whole).await, "it is there until it is not");
    let access = |level: u64| json!({ "access_level": level });
    for (project, group, expected) in [
        (json!(null), json!(null), Permission::Read),
        (access(5), json!(null), Permission::Read),
        (access(10), access(15), Permission::Read),
        (access(20), access(10), Permission::Triage),
        (access(10), access(30), Permission::Write),
        (access(40), access(30), Permission::Maintain),
        (json!(null), access(50), Permission::Admin),
        (access(60), json!("new"), Permission::Admin),
    ] {
        let granted = json!({ "project_access": project, "group_access": group });
        assert_eq!(with("permissions", granted.clone()).await.permission, expected, "{granted}");
    }
}

#[tokio::test]
async fn a_row_that_can_not_be_told_from_others_fails_its_page() {
    for (name, value) in [
        ("id", Value::Null),
        ("id", json!("7")),
        ("path", json!("")),
        ("path", json!("a/b")),
        ("namespace", json!({ "full_path": "fjordline/../boats" })),
        ("namespace", json!({ "full_path": "/boats" })),
        ("namespace", json!({ "full_path": vec!["a"; 40].join("/") })),
    ] {
        let mut broken = row(8);
        broken[name] = value.clone();
        let outcome = page_of(&[], &json!([row(7), broken]).to_string(), "0").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{name} {value}: {outcome:?}");
    }
    let reply = page_of(&[], &json!([row(7), null]).to_string(), "0").await.expect("a page");
    assert!(matches!(reply, PageReply::Page { partial: true, .. }), "{reply:?}");
    for body in ["", "{}", "null", r#"{"message":"404 Not Found"}"#] {
        let outcome = page_of(&[], body, "0").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{body}: {outcome:?}");
    }
    let outcome = page_of(&[], "<html>", "0").await;
    assert!(matches!(outcome, Err(ForgeError::Interposed)), "a page is somebody else's: {outcome:?}");
}

#[tokio::test]
async fn pages_go_on_behind_an_id_and_are_asked_for_only_if_they_changed() {
    let link = "<https://elsewhere.example/api/v4/projects?id_after=42&pagination=keyset>; rel=\"next\"";
    let headers = [("etag", "W/\"abc\""), ("link", link)];
    let host = Host::start(API, vec![answer(LIST, 200, &headers, &json!([row(42)]).to_string())]).await;
    let reply = FORGE.list_page(&host.api(), &FORGE.first_page(), None).await.expect("a page");
    let PageReply::Page { rows, etag, more, partial, .. } = reply else { panic!("{reply:?}") };
    assert_eq!((rows.len(), etag.as_deref(), more, partial), (1, Some("W/\"abc\""), vec![key("42")], false));
    let keyset = "membership=true&per_page=100&pagination=keyset&order_by=id&sort=asc";
    assert_eq!(host.asked()[0].line, format!("GET /api/v4/projects?{keyset}"));

    let host = Host::start(API, vec![answer(LIST, 304, &[], "")]).await;
    let reply = FORGE.list_page(&host.api(), &key("42"), Some("W/\"abc\"")).await.expect("an answer");
    assert!(matches!(reply, PageReply::Unmodified));
    let asked = &host.asked()[0];
    assert_eq!(asked.line, format!("GET /api/v4/projects?{keyset}&id_after=42"), "at the same place, not the link's");
    assert_eq!(asked.headers["if-none-match"], "W/\"abc\"");

    for (asked, link) in [
        ("42", "<https://h/x?id_after=42>; rel=\"next\""),
        ("42", "<https://h/x?id_after=7>; rel=\"next\""),
        ("42", "<https://h/x?page=2>; rel=\"next\""),
        ("42", "<https://h/x?id_after=99999999999999999999>; rel=\"next\""),
        ("newest:2", "<https://h/x?page=2>; rel=\"next\""),
    ] {
        let outcome = page_of(&[("link", link)], "[]", asked).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{link}: {outcome:?}");
    }
    for bad in ["", "-1", "x", "newest:0", "newest:2501", "newest:"] {
        let outcome = FORGE.list_page(&host.api(), &key(bad), None).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{bad}");
    }
}

#[tokio::test]
async fn what_changed_last_is_asked_for_by_number() {
    let link = "<https://h/x?page=2&per_page=100>; rel=\"next\", <https://h/x?page=9>; rel=\"last\"";
    let host = Host::start(API, vec![answer(LIST, 200, &[("link", link), ("x-total", "180")], "[]")]).await;
    let first = FORGE.newest_first(&[]).remove(0);
    let reply = FORGE.list_page(&host.api(), &first, None).await.expect("a page");
    let PageReply::Page { more, total, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(more, [key("newest:2")], "one after the other, until nothing is new");
    assert_eq!(total, Some(180), "what is held against what is known");
    let line = "GET /api/v4/projects?membership=true&per_page=20&order_by=updated_at&sort=desc&page=1";
    assert_eq!(host.asked()[0].line, line);
    let link = "<https://h/x?page=2501>; rel=\"next\"";
    let reply = page_of(&[("link", link)], "[]", "newest:2500").await.expect("a page");
    assert!(matches!(reply, PageReply::Page { more, .. } if more.is_empty()), "the host goes no further");
}

#[test]
fn behind_a_full_last_page_there_may_be_another() {
    let stored = |at: &str, rows: u64, more: Vec<PageKey>| StoredPage {
        key: key(at),
        etag: None,
        forge_ids: (1..=rows).map(|id| id.to_string()).collect(),
        more,
    };
    assert_eq!(FORGE.page_beyond(&stored("0", 100, vec![])), Some(key("100")));
    assert_eq!(FORGE.page_beyond(&stored("0", 99, vec![])), None);
    assert_eq!(FORGE.page_beyond(&stored("0", 100, vec![key("100")])), None, "it is not the last");
    assert_eq!(FORGE.page_beyond(&stored("newest:1", 100, vec![])), None);
}

#[tokio::test]
async fn limits_are_told_from_refusals() {
    let date = ("date", "Sun, 22 Nov 2026 04:10:53 GMT");
    let reset = ("ratelimit-reset", "1795320713"); // 60 s later
    for (status, headers, wait) in [
        (429, vec![("retry-after", "30"), ("ratelimit-remaining", "0"), reset, date], Some(30)),
        (429, vec![("ratelimit-remaining", "0"), reset, date], Some(60)),
        (429, vec![], Some(60)),
        (403, vec![("ratelimit-remaining", "17"), reset, date], None),
    ] {
        let host = Host::start(API, vec![answer(LIST, status, &headers, "Retry later\n")]).await;
        let outcome = FORGE.list_page(&host.api(), &key("0"), None).await;
        match (wait, outcome) {
            (Some(seconds), Err(ForgeError::RateLimited { wait })) => assert_eq!(wait, Duration::from_secs(seconds)),
            (None, Err(ForgeError::Forbidden)) => {}
            (_, other) => panic!("{status} {headers:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_project_is_asked_for_by_its_id() {
    let host = Host::start(API, vec![answer("/api/v4/projects/7", 200, &[], &row(7).to_string())]).await;
    let found = FORGE.find_repository(&host.api(), SEVEN).await.expect("an answer").expect("there");
    assert_eq!((found.forge_id.as_str(), found.owner.as_str()), ("7", "fjordline/boats"));
    assert_eq!(host.asked()[0].line, "GET /api/v4/projects/7");
    let gone = Host::start(API, vec![answer("/api/v4/projects/7", 404, &[], "{}")]).await;
    assert_eq!(FORGE.find_repository(&gone.api(), SEVEN).await.expect("an answer"), None);
    let ill = Host::start(API, vec![answer("/api/v4/projects/7", 502, &[], "{}")]).await;
    assert!(FORGE.find_repository(&ill.api(), SEVEN).await.is_err(), "no answer is no confirmation");
    for forge_id in ["..", "7/8", "x"] {
        let outcome = FORGE.find_repository(&host.api(), RepositoryRef { forge_id, ..SEVEN }).await;
        assert!(outcome.is_err(), "{forge_id}: not asked, so not known to be gone");
    }
    assert_eq!(host.asked().len(), 1);
    let by_path = format!("/api/v4/projects/{}%2F{}", SEVEN.owner.replace('/', "%2F"), SEVEN.name);
    let host = Host::start(API, vec![answer(Box::leak(by_path.into_boxed_str()), 200, &[], &row(7).to_string())]).await;
    let named = FORGE.find_repository(&host.api(), RepositoryRef { forge_id: "", ..SEVEN }).await.expect("an answer");
    assert_eq!(named.map(|found| found.forge_id).as_deref(), Some("7"), "what a person named has no id yet");
}

fn entry(path: &str, mode: &str) -> Value {
    json!({ "id": "e69de29b", "name": "x", "type": "blob", "path": path, "mode": mode })
}

async fn tree_of(prepared: Vec<Prepared>) -> (Result<Option<Tree>, ForgeError>, Vec<String>) {
    let host = Host::start(API, prepared).await;
    let query = TreeQuery { reference: "release/1", folder: None, recursive: true };
    let tree = FORGE.tree(&host.api(), SEVEN, query).await;
    (tree, host.asked().into_iter().map(|asked| asked.line).collect())
}

#[tokio::test]
async fn a_tree_is_read_page_by_page() {
    let asked = "?ref=release%2F1&path=&recursive=true&per_page=100&pagination=keyset";
    let first: &'static str = Box::leak(format!("{TREE}{asked}&page_token=t1").into_boxed_str());
    let link = "<https://elsewhere.example/x?page_token=t1>; rel=\"next\"";
    let (tree, lines) = tree_of(vec![
        answer(first, 200, &[], &json!([entry("a/b", "100755"), entry("../c", "100644")]).to_string()),
        answer(TREE, 200, &[("link", link)], &json!([entry("b", "120000"), entry("a", "040000")]).to_string()),
    ])
    .await;
    let tree = tree.expect("an answer").expect("a tree");
    let found: Vec<_> = tree.entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    assert_eq!(found, [("a", EntryKind::Folder), ("a/b", EntryKind::File), ("b", EntryKind::Link)]);
    assert!(!tree.truncated);
    assert_eq!(lines, [format!("GET {TREE}{asked}"), format!("GET {first}")]);

    let (tree, lines) = tree_of(vec![answer(TREE, 200, &[("link", link)], "[]")]).await;
    assert!(matches!(tree, Err(ForgeError::Malformed { .. })), "the same page for ever: {tree:?}");
    assert_eq!(lines.len(), 2);
    let (tree, _) = tree_of(vec![answer(TREE, 404, &[], r#"{"message":"404 Tree Not Found"}"#)]).await;
    assert_eq!(tree.expect("an answer"), None);
    let (tree, _) = tree_of(vec![answer(TREE, 403, &[], r#"{"message":"403 Forbidden"}"#)]).await;
    assert!(matches!(tree, Err(ForgeError::Forbidden)), "code that is switched off or hidden: {tree:?}");
}

#[tokio::test]
async fn a_file_is_read_as_it_is() {
    let file = TreeEntry { path: "README.md".to_owned(), kind: EntryKind::File, id: Some("ab12".to_owned()), size: None };
    let host = Host::start(API, vec![answer("/api/v4/projects/7/repository/blobs/ab12/raw", 200, &[], "Hello")]).await;
    let read = async |most: usize| FORGE.blob(&host.api(), SEVEN, "main", &file, most).await.expect("an answer");
    assert_eq!(read(100).await.as_deref(), Some(&b"Hello"[..]));
    assert_eq!(read(3).await, None, "longer than wanted");
    let unnamed = TreeEntry { id: None, ..file.clone() };
    assert_eq!(FORGE.blob(&host.api(), SEVEN, "main", &unnamed, 9).await.expect("not asked"), None);
}

#[tokio::test]
async fn a_search_is_passed_on_in_the_hosts_order() {
    let body = json!([row(9), row(7), row(8)]).to_string();
    let host = Host::start(API, vec![answer(LIST, 200, &[], &body)]).await;
    let found = FORGE.search(&host.api(), "water gate", 2).await.expect("an answer");
    assert_eq!(found.rows.iter().map(|one| one.forge_id.as_str()).collect::<Vec<_>>(), ["9", "7"]);
    assert_eq!(host.asked()[0].line, "GET /api/v4/projects?search=water+gate&per_page=2");
}
