//! Gitea's answers, good and bad, and what is made of them.

use super::FORGE;
use crate::{
    EntryKind, Forge, ForgeError, PageKey, PageReply, RepositoryRef, TreeEntry, TreeQuery,
    host::{Host, Prepared, answer},
};
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use serde_json::{Value, json};

const API: &str = "/api/v1";
const LIST: &str = "/api/v1/user/repos";
const TREE: &str = "/api/v1/repos/fjordline/booking-api/git/trees/";
const BLOB: &str = "/api/v1/repos/fjordline/booking-api/git/blobs/ab12";
const SEVEN: RepositoryRef<'_> = RepositoryRef { forge_id: "7", owner: "fjordline", name: "booking-api" };

fn row(id: u64) -> Value {
    json!({
        "id": id, "name": "booking-api", "full_name": "fjordline/booking-api", "owner": { "id": 9, "login": "fjordline" },
        "private": true, "internal": false, "archived": true, "fork": true, "template": true, "empty": false,
        "mirror": true, "default_branch": "main", "description": " Ferries\nand seats ", "language": "Rust",
        "topics": ["ferry"], "licenses": ["MIT", "Apache-2.0"], "size": 108,
        "clone_url": "https://gitea.example/fjordline/booking-api.git",
        "ssh_url": "git@gitea.example:fjordline/booking-api.git", "html_url": "https://gitea.example/fjordline/booking-api",
        "created_at": "2011-01-26T19:01:12Z", "updated_at": "2011-01-26T20:14:43+01:00",
        "permissions": { "admin": false, "push": true, "pull": true },
    })
}

async fn page_of(headers: &[(&'static str, &str)], body: &str, asked: &str) -> Result<PageReply, ForgeError> {
    let host = Host::start(API, vec![answer(LIST, 200, headers, body)]).await;
    FORGE.list_page(&host.api(), &PageKey(asked.to_owned()), None).await
}

async fn one_row(row: &Value) -> ForgeRepository {
    match page_of(&[], &json!([row]).to_string(), "1").await {
        Ok(PageReply::Page { mut rows, .. }) if rows.len() == 1 => rows.remove(0),
        other => panic!("{row}: {other:?}"),
    }
}

#[tokio::test]
async fn a_row_is_read_in_our_terms() {
    let expected = ForgeRepository {
        forge_id: "7".to_owned(),
        owner: "fjordline".to_owned(),
        name: "booking-api".to_owned(),
        visibility: Visibility::Private,
        archived: true,
        fork: true,
        template: true,
        default_branch: Some("main".to_owned()),
        description: Some("Ferries and seats".to_owned()),
        language: Some("Rust".to_owned()),
        topics: vec!["ferry".to_owned()],
        licence: Some("MIT".to_owned()),
        size_kib: 108,
        clone_url: "https://gitea.example/fjordline/booking-api.git".to_owned(),
        ssh_url: Some("git@gitea.example:fjordline/booking-api.git".to_owned()),
        web_url: "https://gitea.example/fjordline/booking-api".to_owned(),
        created_at: Timestamp::parse("2011-01-26T19:01:12Z"),
        updated_at: Timestamp::parse("2011-01-26T19:14:43Z"),
        pushed_at: Timestamp::parse("2011-01-26T19:14:43Z"),
        permission: Permission::Write,
    };
    assert_eq!(one_row(&row(7)).await, expected);
}

#[tokio::test]
async fn a_fact_that_is_missing_null_or_new_costs_the_fact_and_not_the_row() {
    let whole = row(7);
    for name in whole.as_object().expect("an object").keys().filter(|name| !["id", "name"].contains(&name.as_str())) {
        for strange in [None, Some(Value::Null), Some(json!({ "new": [1] })), Some(json!(-1))] {
            let mut row = whole.clone();
            match &strange {
                Some(value) => row[name] = value.clone(),
                None => drop(row.as_object_mut().expect("an object").remove(name)),
            }
            let found = one_row(&row).await;
            assert_eq!((found.owner.as_str(), found.name.as_str()), ("fjordline", "booking-api"), "{name}: {strange:?}");
        }
    }
    let with = async |name: &str, value: Value| {
        let mut row = whole.clone();
        row[name] = value;
        one_row(&row).await
    };
    assert_eq!(with("internal", json!(true)).await.visibility, Visibility::Internal);
    assert_eq!(with("private", json!(false)).await.visibility, Visibility::Public);
    assert_eq!(with("private", Value::Null).await.visibility, Visibility::Private, "the careful answer");
    assert_eq!(with("empty", json!(true)).await.default_branch, None, "a branch that does not exist yet");
    assert_eq!(with("language", json!("")).await.language, None, "an empty text says nothing");
    assert_eq!(with("permissions", json!({ "admin": true, "push": true })).await.permission, Permission::Admin);
    assert_eq!(with("permissions", json!({ "pull": true })).await.permission, Permission::Read);
}

#[tokio::test]
async fn a_row_that_can_not_be_told_from_others_fails_its_page() {
    for (name, value) in [("id", json!("7")), ("name", json!("a/b")), ("owner", json!({ "login": "../x" }))] {
        let mut broken = row(8);
        broken[name] = value.clone();
        let outcome = page_of(&[], &json!([row(7), broken]).to_string(), "1").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{name} {value}: {outcome:?}");
    }
    let reply = page_of(&[], &json!([row(7), null]).to_string(), "1").await.expect("a page");
    assert!(matches!(reply, PageReply::Page { partial: true, .. }), "{reply:?}");
}

#[tokio::test]
async fn the_other_pages_are_known_from_the_first() {
    let links = "<https://h/x?page=2&limit=50>; rel=\"next\",<https://h/x?page=4&limit=50>; rel=\"last\"";
    let host = Host::start(API, vec![answer(LIST, 200, &[("link", links), ("x-total-count", "160")], "[]")]).await;
    let reply = FORGE.list_page(&host.api(), &FORGE.first_page(), None).await.expect("a page");
    let PageReply::Page { more, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(more, ["2", "3", "4"].map(|number| PageKey(number.to_owned())));
    assert_eq!(host.asked()[0].line, "GET /api/v1/user/repos?limit=50&page=1");
    assert!(FORGE.newest_first(&[]).is_empty(), "it comes in one order only");

    let lost = page_of(&[("x-total-count", "160")], &json!([row(1)]).to_string(), "1").await;
    assert!(matches!(lost, Err(ForgeError::Malformed { .. })), "links that were lost are not an end: {lost:?}");
    let whole = page_of(&[("x-total-count", "1")], &json!([row(1)]).to_string(), "1").await;
    assert!(matches!(whole, Ok(PageReply::Page { more, .. }) if more.is_empty()));
    let backwards = page_of(&[("link", "<https://h/x?page=2>; rel=\"next\"")], "[]", "2").await;
    assert!(matches!(backwards, Err(ForgeError::Malformed { .. })), "{backwards:?}");
}

#[tokio::test]
async fn a_repository_is_asked_for_by_its_id() {
    let host = Host::start(API, vec![answer("/api/v1/repositories/7", 200, &[], &row(7).to_string())]).await;
    let found = FORGE.find_repository(&host.api(), SEVEN).await.expect("an answer");
    assert_eq!(found.map(|found| found.forge_id).as_deref(), Some("7"));
    let gone = Host::start(API, vec![answer("/api/v1/repositories/7", 404, &[], "{}")]).await;
    assert_eq!(FORGE.find_repository(&gone.api(), SEVEN).await.expect("an answer"), None);
    for forge_id in ["..", "search", "7/8"] {
        let outcome = FORGE.find_repository(&host.api(), RepositoryRef { forge_id, ..SEVEN }).await;
        assert!(outcome.is_err(), "{forge_id}: not asked, so not known to be gone");
    }
    assert_eq!(host.asked().len(), 1);
    let by_name = format!("/api/v1/repos/{}/{}", SEVEN.owner, SEVEN.name);
    let host = Host::start(API, vec![answer(Box::leak(by_name.into_boxed_str()), 200, &[], &row(7).to_string())]).await;
    let named = FORGE.find_repository(&host.api(), RepositoryRef { forge_id: "", ..SEVEN }).await.expect("an answer");
    assert_eq!(named.map(|found| found.forge_id).as_deref(), Some("7"), "what a person named has no id yet");
}

fn tree_page(page: u32, path: &str, truncated: bool) -> Prepared {
    let path_asked = format!("{TREE}release%2F1?recursive=true&per_page=1000&page={page}");
    let entry = json!({ "path": path, "mode": "100644", "type": "blob", "sha": "ab12", "size": 5 });
    let body = json!({ "sha": "x", "tree": [entry], "truncated": truncated, "page": page });
    answer(Box::leak(path_asked.into_boxed_str()), 200, &[], &body.to_string())
}

#[tokio::test]
async fn a_tree_is_read_page_by_page() {
    let query = TreeQuery { reference: "release/1", folder: None, recursive: true };
    let host = Host::start(API, vec![tree_page(1, "b", true), tree_page(2, "a/c", false)]).await;
    let tree = FORGE.tree(&host.api(), SEVEN, query).await.expect("an answer").expect("a tree");
    let found: Vec<_> = tree.entries.iter().map(|entry| (entry.path.as_str(), entry.size)).collect();
    assert_eq!((found, tree.truncated), (vec![("a/c", Some(5)), ("b", Some(5))], false));
    for status in [400, 404, 409] {
        let host = Host::start(API, vec![answer(TREE, status, &[], "{}")]).await;
        assert_eq!(FORGE.tree(&host.api(), SEVEN, query).await.expect("an answer"), None, "{status}");
    }
    let host = Host::start(API, vec![answer(TREE, 200, &[], r#"{"tree":null,"truncated":false}"#)]).await;
    assert!(FORGE.tree(&host.api(), SEVEN, query).await.is_err(), "no answer is no empty tree");
    let folder = TreeEntry { path: "stacks".to_owned(), kind: EntryKind::Folder, id: Some("cd34".to_owned()), size: None };
    let body = json!({ "tree": [{ "path": "web", "mode": "040000", "sha": "1" }] }).to_string();
    let host = Host::start(API, vec![answer(TREE, 200, &[], &body)]).await;
    let query = TreeQuery { folder: Some(&folder), recursive: false, ..query };
    let below = FORGE.tree(&host.api(), SEVEN, query).await.expect("an answer").expect("a tree");
    assert_eq!(below.entries[0].path, "stacks/web", "paths from the root");
    assert!(host.asked()[0].line.starts_with(&format!("GET {TREE}cd34?recursive=false")));
}

#[tokio::test]
async fn a_file_is_read_whole_or_not_at_all() {
    let file = TreeEntry { path: "a".to_owned(), kind: EntryKind::File, id: Some("ab12".to_owned()), size: None };
    let read = async |status: u16, body: &str, most: usize| {
        let host = Host::start(API, vec![answer(BLOB, status, &[], body)]).await;
        FORGE.blob(&host.api(), SEVEN, "main", &file, most).await
    };
    let hello = r#"{"content":"SGVs\nbG8=","encoding":"base64","size":5}"#;
    assert_eq!(read(200, hello, 5).await.expect("an answer").as_deref(), Some(&b"Hello"[..]));
    assert_eq!(read(200, hello, 4).await.expect("an answer"), None, "longer than wanted");
    assert_eq!(read(200, &format!("{{\"content\":\"{}\"}}", "A".repeat(40_000)), 16).await.expect("an answer"), None);
    assert_eq!(read(200, r#"{"content":"","size":9000000}"#, 100).await.expect("an answer"), None, "held back");
    assert_eq!(read(404, "{}", 5).await.expect("an answer"), None);
    assert!(read(200, r#"{"content":"%%%"}"#, 5).await.is_err());
}

#[tokio::test]
async fn a_search_is_passed_on_in_the_hosts_order() {
    let body = json!({ "ok": true, "data": [row(9), row(7), row(8)] }).to_string();
    let host = Host::start(API, vec![answer("/api/v1/repos/search", 200, &[], &body)]).await;
    let found = FORGE.search(&host.api(), "water gate", 2).await.expect("an answer");
    assert_eq!(found.rows.iter().map(|one| one.forge_id.as_str()).collect::<Vec<_>>(), ["9", "7"]);
    assert_eq!(host.asked()[0].line, "GET /api/v1/repos/search?q=water+gate&limit=2");
}
