//! Azure DevOps' answers, good and bad, and what is made of them.

use super::FORGE;
use crate::{
    Catalog, EntryKind, Forge, ForgeError, PageKey, PageReply, RepositoryRef, TreeEntry, TreeQuery,
    host::{Host, Prepared, answer},
};
use drawbridge_domain::{BaseUrl, ForgeRepository, Permission, Visibility};
use serde_json::{Value, json};
use std::time::Duration;

const LIST: &str = "/fleet/_apis/git/repositories?api-version=7.1";
const ID: &str = "5febef5a-833d-4e14-b9c0-14cb638f91e6";
const ONE: &str = "/fleet/_apis/git/repositories/5febef5a-833d-4e14-b9c0-14cb638f91e6";
const SIGN_IN_PAGE: &str = "<!DOCTYPE html><html><title>Sign in</title></html>";

fn row() -> Value {
    json!({
        "id": ID, "name": "Booking API", "url": "https://dev.azure.com/fleet/_apis/git/repositories/5febef5a",
        "project": {
            "id": "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c", "name": "North Sea", "state": "wellFormed",
            "visibility": "organization", "lastUpdateTime": "2026-01-26T19:01:12.123Z",
        },
        "defaultBranch": "refs/heads/feature/main", "size": 110_000, "isDisabled": true, "isFork": true,
        "remoteUrl": "https://fleet@dev.azure.com/fleet/North%20Sea/_git/Booking%20API",
        "sshUrl": "git@ssh.dev.azure.com:v3/fleet/North%20Sea/Booking%20API",
        "webUrl": "https://dev.azure.com/fleet/North%20Sea/_git/Booking%20API",
    })
}

fn key(text: &str) -> PageKey {
    PageKey(text.to_owned())
}

fn booking() -> RepositoryRef<'static> {
    RepositoryRef { forge_id: ID, owner: "fleet/North Sea", name: "Booking API" }
}

fn told(path: &'static str, body: &Value) -> Prepared {
    answer(path, 200, &[], &body.to_string())
}

fn listed(rows: &[Value]) -> Prepared {
    told(LIST, &json!({ "count": rows.len(), "value": rows }))
}

async fn page(prepared: Prepared, named: &str) -> Result<(Vec<ForgeRepository>, Vec<PageKey>), ForgeError> {
    let host = Host::start("", vec![prepared]).await;
    match FORGE.list_page(&host.api_as("fleet"), &key(named), None).await? {
        PageReply::Page { rows, more, partial: false, etag: None, .. } => Ok((rows, more)),
        other => panic!("{other:?}"),
    }
}

async fn one_row(row: &Value) -> ForgeRepository {
    let (mut rows, _) = page(listed(std::slice::from_ref(row)), "in/fleet").await.expect("a page");
    rows.remove(0)
}

#[test]
fn the_code_belongs_to_its_definition_and_people_are_known_at_their_own_address() {
    let catalog = Catalog::shipped();
    let provider = catalog.find(&"azure-devops".parse().expect("an id")).expect("in the catalogue");
    assert!(provider.forge().is_some());
    let api = provider.api_url(&provider.public_host().expect("for any directory"));
    assert_eq!(api.as_str(), "https://dev.azure.com");
    assert_eq!(super::reply::people(&api).expect("an address").as_str(), "https://app.vssps.visualstudio.com");
    let own = BaseUrl::parse("https://azure.example.org").expect("valid");
    assert_eq!(super::reply::people(&own).expect("an address"), own);
}

#[tokio::test]
async fn a_token_is_asked_about_in_its_organisation() {
    let user = |id: &str| {
        json!({ "authenticatedUser": {
            "id": id, "providerDisplayName": "Mara", "isActive": true,
            "properties": { "Account": { "$type": "System.String", "$value": "mara@example.org" } },
        }})
    };
    let host = Host::start("", vec![told("/fleet/_apis/connectionData", &user(&ID.to_uppercase()))]).await;
    let found = FORGE.identify(&host.api_as("fleet")).await.expect("an identity").expect("it knows itself").identity;
    assert_eq!((found.subject.as_str(), found.login.as_str()), (ID, "mara@example.org"));
    assert_eq!((found.name.as_deref(), found.email.as_deref()), (Some("Mara"), Some("mara@example.org")));
    let asked = &host.asked()[0];
    assert_eq!(asked.header("authorization"), Some("Basic ZmxlZXQ6Y2FuYXJ5LXRva2Vu"));
    assert_eq!(asked.header("x-tfs-fedauthredirect"), Some("Suppress"));
    assert!(matches!(FORGE.identify(&host.api()).await, Ok(None)), "who signed in is asked by the definition");

    let nobody = told("/fleet/_apis/connectionData", &user("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"));
    let host = Host::start("", vec![nobody]).await;
    assert!(matches!(FORGE.identify(&host.api_as("fleet")).await, Err(ForgeError::Unauthorized)), "anybody may look");
    for (status, body) in [(203, SIGN_IN_PAGE), (401, "")] {
        let host = Host::start("", vec![answer("/fleet/_apis/connectionData", status, &[], body)]).await;
        assert!(matches!(FORGE.identify(&host.api_as("fleet")).await, Err(ForgeError::Unauthorized)), "{status}");
    }
    for body in [json!({}), json!([]), user("x"), user("../../x")] {
        let host = Host::start("", vec![told("/fleet/_apis/connectionData", &body)]).await;
        let outcome = FORGE.identify(&host.api_as("fleet")).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{body}: {outcome:?}");
    }
}

#[tokio::test]
async fn every_organisation_of_a_person_is_a_page() {
    let accounts = json!({ "count": 2, "value": [
        { "accountId": "1", "accountUri": "https://elsewhere.example/", "accountName": "fleet" },
        { "accountId": "2", "accountName": "shore" },
    ]});
    let host = Host::start("", vec![
        told("/_apis/profile/profiles/me?api-version=7.1", &json!({ "id": ID, "displayName": "Mara" })),
        told("/_apis/accounts?api-version=7.1&memberId=5febef5a-833d-4e14-b9c0-14cb638f91e6", &accounts),
    ])
    .await;
    let reply = FORGE.list_page(&host.api(), &FORGE.first_page(), None).await.expect("a page");
    let PageReply::Page { rows, more, .. } = reply else { panic!("{reply:?}") };
    assert_eq!((rows.len(), more), (0, vec![key("in/fleet"), key("in/shore")]));
    assert_eq!(host.asked()[0].header("authorization"), Some("Bearer canary-token"));

    let alone = Host::start("", vec![]).await;
    let reply = FORGE.list_page(&alone.api_as("fleet"), &FORGE.first_page(), None).await.expect("a page");
    assert!(matches!(reply, PageReply::Page { more, .. } if more == [key("in/fleet")]), "a token is of one");
    assert!(alone.asked().is_empty(), "and may ask about no other");

    let (me, list) = ("/_apis/profile/profiles/me", "/_apis/accounts");
    for (profile, accounts) in [
        (answer(me, 203, &[], SIGN_IN_PAGE), told(list, &accounts)),
        (told(me, &json!({ "id": ID })), answer(list, 203, &[], SIGN_IN_PAGE)),
    ] {
        let host = Host::start("", vec![profile, accounts]).await;
        let outcome = FORGE.list_page(&host.api(), &FORGE.first_page(), None).await;
        assert!(matches!(outcome, Err(ForgeError::Unauthorized)), "never an empty list: {outcome:?}");
    }
    for odd in [json!({}), json!({ "value": [{ "accountName": "a/b" }] }), json!({ "value": [{}] })] {
        let host = Host::start("", vec![told(me, &json!({ "id": ID })), told(list, &odd)]).await;
        let outcome = FORGE.list_page(&host.api(), &FORGE.first_page(), None).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{odd}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_row_is_read_in_our_terms() {
    let expected = ForgeRepository {
        forge_id: ID.to_owned(),
        owner: "fleet/North Sea".to_owned(),
        name: "Booking API".to_owned(),
        visibility: Visibility::Internal,
        archived: true,
        fork: true,
        template: false,
        default_branch: Some("feature/main".to_owned()),
        description: None,
        language: None,
        topics: Vec::new(),
        licence: None,
        size_kib: 108,
        clone_url: "https://dev.azure.com/fleet/North%20Sea/_git/Booking%20API".to_owned(),
        ssh_url: Some("git@ssh.dev.azure.com:v3/fleet/North%20Sea/Booking%20API".to_owned()),
        web_url: "https://dev.azure.com/fleet/North%20Sea/_git/Booking%20API".to_owned(),
        created_at: None,
        updated_at: None,
        pushed_at: None,
        permission: Permission::Read,
    };
    assert_eq!(one_row(&row()).await, expected);
    for (told, expected) in [
        (json!("public"), Visibility::Public),
        (json!("private"), Visibility::Private),
        (json!("galactic"), Visibility::Private),
        (Value::Null, Visibility::Private),
    ] {
        let mut row = row();
        row["project"]["visibility"] = told.clone();
        assert_eq!(one_row(&row).await.visibility, expected, "{told}");
    }
}

#[tokio::test]
async fn a_fact_that_is_missing_null_or_new_costs_the_fact_and_not_the_row() {
    let whole = row();
    for name in whole.as_object().expect("an object").keys() {
        if ["id", "name", "project"].contains(&name.as_str()) {
            continue;
        }
        for strange in [None, Some(Value::Null), Some(json!({ "new": [1] })), Some(json!("new")), Some(json!(-1))] {
            let mut row = whole.clone();
            match &strange {
                Some(value) => row[name] = value.clone(),
                None => drop(row.as_object_mut().expect("an object").remove(name)),
            }
            assert_eq!(one_row(&row).await.forge_id, ID, "{name}: {strange:?}");
        }
    }
    for (name, value) in [
        ("id", Value::Null),
        ("id", json!("7")),
        ("name", json!("")),
        ("name", json!("..")),
        ("name", json!("a/b")),
        ("name", json!("a\u{1b}[31m")),
        ("project", Value::Null),
        ("project", json!({ "name": " x" })),
    ] {
        let mut broken = row();
        broken[name] = value.clone();
        let outcome = page(listed(&[row(), broken]), "in/fleet").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{name} {value}: leaving it out looks like a removal");
    }
}

#[tokio::test]
async fn a_refusal_is_what_it_is_and_a_page_for_signing_in_is_one() {
    let ask = async |status: u16, headers: &[(&'static str, &str)], body: &str| {
        page(answer(LIST, status, headers, body), "in/fleet").await.expect_err("a refusal")
    };
    assert!(matches!(ask(203, &[("content-type", "text/html")], SIGN_IN_PAGE).await, ForgeError::Unauthorized));
    assert!(matches!(ask(401, &[], "").await, ForgeError::Unauthorized));
    assert!(matches!(ask(403, &[], "{}").await, ForgeError::Forbidden));
    assert!(matches!(ask(404, &[], "{}").await, ForgeError::NotFound));
    assert!(matches!(ask(200, &[], SIGN_IN_PAGE).await, ForgeError::Interposed));
    assert!(matches!(ask(302, &[("location", "https://elsewhere.example/")], "").await, ForgeError::Interposed));
    let told = ask(429, &[("retry-after", "7"), ("x-ratelimit-remaining", "0")], "").await;
    assert!(matches!(told, ForgeError::RateLimited { wait } if wait == Duration::from_secs(7)));
    for strange in ["", "in", "in/", "in/a/b", "in/..", "organisations/2", "x/fleet"] {
        let outcome = page(listed(&[]), strange).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{strange}: {outcome:?}");
    }
    assert!(FORGE.newest_first(&[]).is_empty(), "no such order is known");
}

#[tokio::test]
async fn one_repository_is_asked_for_by_its_id_in_its_organisation() {
    let mut renamed = row();
    renamed["name"] = json!("Reservations");
    let host = Host::start("", vec![told(ONE, &renamed)]).await;
    let found = FORGE.find_repository(&host.api_as("fleet"), booking()).await.expect("an answer").expect("there");
    assert_eq!((found.owner.as_str(), found.name.as_str()), ("fleet/North Sea", "Reservations"), "a rename is a rename");
    assert_eq!(host.lines(), [format!("GET {ONE}?api-version=7.1")]);
    for (status, gone) in [(404, true), (203, false), (401, false), (403, false), (500, false)] {
        let host = Host::start("", vec![answer(ONE, status, &[], "{}")]).await;
        let outcome = FORGE.find_repository(&host.api_as("fleet"), booking()).await;
        assert_eq!((matches!(outcome, Ok(None)), outcome.is_err()), (gone, !gone), "{status}: {outcome:?}");
    }
    let host = Host::start("", vec![]).await;
    let outcome = FORGE.find_repository(&host.api_as("fleet"), RepositoryRef { forge_id: "..", ..booking() }).await;
    assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "not asked is not gone: {outcome:?}");
    assert!(host.asked().is_empty());
}

fn items(behind: &str) -> &'static str {
    format!("{ONE}/items?api-version=7.1&{behind}").leak()
}

#[tokio::test]
async fn a_tree_comes_at_once_or_folder_by_folder() {
    let root = json!({ "count": 5, "value": [
        { "objectId": "aa00", "gitObjectType": "tree", "path": "/", "isFolder": true },
        { "objectId": "aa01", "gitObjectType": "tree", "path": "/zeta", "isFolder": true },
        { "objectId": "bb02", "gitObjectType": "blob", "path": "/copier.yml" },
        { "objectId": "cc03", "gitObjectType": "blob", "path": "/link", "isSymLink": true },
        { "objectId": "dd04", "gitObjectType": "commit", "path": "/other" },
        { "objectId": "ee05", "gitObjectType": "blob", "path": "/../up" },
        { "objectId": "ff06", "gitObjectType": "new", "path": "/what" },
    ]});
    let below = json!({ "value": [
        { "objectId": "aa01", "gitObjectType": "tree", "path": "/zeta", "isFolder": true },
        { "objectId": "0a0b", "gitObjectType": "blob", "path": "/zeta/SKILL.md" },
    ]});
    let version = "versionDescriptor.versionType=branch&versionDescriptor.version=feature%2Fx";
    let host = Host::start("", vec![
        told(items(&format!("scopePath=%2F&recursionLevel=full&{version}")), &root),
        told(items(&format!("scopePath=%2Fzeta&recursionLevel=oneLevel&{version}")), &below),
        told(items("scopePath=%2F&recursionLevel=full&versionDescriptor.versionType=tag&versionDescriptor.version=v1"), &below),
        told(items("scopePath=%2F&recursionLevel=full&versionDescriptor.versionType=commit&"), &below),
    ])
    .await;
    let api = host.api_as("fleet");
    let query = TreeQuery { reference: "feature/x", folder: None, recursive: true };
    let tree = FORGE.tree(&api, booking(), query).await.expect("an answer").expect("a tree");
    let shown: Vec<_> = tree.entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    let expected = [
        ("copier.yml", EntryKind::File),
        ("link", EntryKind::Link),
        ("other", EntryKind::Submodule),
        ("zeta", EntryKind::Folder),
    ];
    assert_eq!(shown, expected, "in order, without what leads out or is no kind of entry");
    let one = TreeQuery { folder: tree.entries.last(), recursive: false, ..query };
    let one = FORGE.tree(&api, booking(), one).await.expect("an answer").expect("a tree");
    assert_eq!(one.entries.len(), 1, "the folder is no entry of its own: {one:?}");
    assert_eq!((one.entries[0].path.as_str(), one.entries[0].id.as_deref()), ("zeta/SKILL.md", Some("0a0b")));
    for reference in ["refs/heads/feature/x", "refs/tags/v1", "6a1ac09b23b7aef1ab5bd4f6c2f4a3f2b7b0c1de"] {
        let tree = FORGE.tree(&api, booking(), TreeQuery { reference, ..query }).await;
        assert!(matches!(tree, Ok(Some(_))), "{reference}: {tree:?}");
    }
    for (status, gone) in [(404, true), (203, false), (500, false)] {
        let host = Host::start("", vec![answer(ONE, status, &[], "{}")]).await;
        let outcome = FORGE.tree(&host.api_as("fleet"), booking(), query).await;
        assert_eq!((matches!(outcome, Ok(None)), outcome.is_err()), (gone, !gone), "{status}");
    }
}

#[tokio::test]
async fn a_tree_longer_than_is_read_is_asked_for_folder_by_folder() {
    let long = " ".repeat(super::content::MAX_TREE + 1);
    let host = Host::start("", vec![answer(ONE, 200, &[], &long)]).await;
    let query = TreeQuery { reference: "main", folder: None, recursive: true };
    let tree = FORGE.tree(&host.api_as("fleet"), booking(), query).await.expect("an answer").expect("a tree");
    assert_eq!((tree.entries.len(), tree.truncated), (0, true));
    let one = TreeQuery { recursive: false, ..query };
    assert!(FORGE.tree(&host.api_as("fleet"), booking(), one).await.is_err(), "a folder that long is a failure");
}

#[tokio::test]
async fn a_file_is_read_as_its_bytes_and_not_beyond_its_limit() {
    let host = Host::start("", vec![
        answer("/fleet/_apis/git/repositories/5febef5a-833d-4e14-b9c0-14cb638f91e6/blobs/bb02?api-version=7.1&%24format=octetstream", 200, &[], "_min: 9\n"),
        answer("/fleet/_apis/git/repositories/5febef5a-833d-4e14-b9c0-14cb638f91e6/blobs/0000", 404, &[], "{}"),
        answer("/fleet/_apis/git/repositories/5febef5a-833d-4e14-b9c0-14cb638f91e6/blobs/203", 203, &[], SIGN_IN_PAGE),
    ])
    .await;
    let api = host.api_as("fleet");
    let read = async |id: Option<&str>, most: usize| {
        let entry =
            TreeEntry { path: "copier.yml".to_owned(), kind: EntryKind::File, id: id.map(str::to_owned), size: None };
        FORGE.blob(&api, booking(), "main", &entry, most).await
    };
    assert_eq!(read(Some("bb02"), 100).await.expect("an answer").as_deref(), Some(b"_min: 9\n".as_slice()));
    assert!(matches!(read(Some("bb02"), 4).await, Ok(None)), "longer than wanted");
    assert!(matches!(read(Some("0000"), 100).await, Ok(None)), "not there");
    assert!(matches!(read(None, 100).await, Ok(None)), "nothing to ask by");
    assert!(matches!(read(Some("203"), 1000).await, Err(ForgeError::Unauthorized)), "a page for signing in is no file");
    assert!(FORGE.search(&api, "ferry", 9).await.expect("an answer").rows.is_empty(), "the host looks for no names");
}
