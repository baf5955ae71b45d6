//! Bitbucket Data Center's answers, good and bad, and what is made of them.

use super::FORGE;
use crate::{
    Catalog, EntryKind, Forge, ForgeError, PageKey, PageReply, RepositoryRef, TreeEntry, TreeQuery,
    host::{Host, Prepared, answer},
};
use drawbridge_domain::{ForgeRepository, Permission, Visibility};
use serde_json::{Value, json};

const LIST: &str = "/rest/api/1.0/repos";
const ONE: &str = "/rest/api/1.0/projects/FLEET/repos/booking-api";
/// What every answer to an account has.
const KNOWN: (&str, &str) = ("x-ausername", "mara");
const NOT_PERMITTED: &str = r#"{"errors":[{"context":null,"message":"no","exceptionName":"com.atlassian.bitbucket.AuthorisationException"}]}"#;

fn row() -> Value {
    json!({
        "slug": "booking-api", "id": 7, "name": "Booking API", "description": " Ferries\nand seats ", "scmId": "git",
        "state": "AVAILABLE", "forkable": true, "public": false, "archived": true, "defaultBranch": "main",
        "project": { "key": "FLEET", "id": 3, "name": "Fleet", "public": false, "type": "NORMAL" },
        "origin": { "slug": "booking-api", "id": 2 },
        "links": {
            "clone": [
                { "href": "ssh://git@git.example.org:7999/fleet/booking-api.git", "name": "ssh" },
                { "href": "https://mara@git.example.org/scm/fleet/booking-api.git", "name": "http" },
            ],
            "self": [{ "href": "https://git.example.org/projects/FLEET/repos/booking-api/browse" }],
        },
    })
}

fn key(text: &str) -> PageKey {
    PageKey(text.to_owned())
}

fn booking() -> RepositoryRef<'static> {
    RepositoryRef { forge_id: "7", owner: "FLEET", name: "booking-api" }
}

fn told(path: &'static str, body: &Value) -> Prepared {
    answer(path, 200, &[KNOWN], &body.to_string())
}

fn last(rows: &[Value]) -> Value {
    json!({ "size": rows.len(), "limit": 1000, "isLastPage": true, "start": 0, "values": rows })
}

async fn page(prepared: Prepared, named: &str) -> Result<(Vec<ForgeRepository>, Vec<PageKey>), ForgeError> {
    let host = Host::start("", vec![prepared]).await;
    match FORGE.list_page(&host.api(), &key(named), None).await? {
        PageReply::Page { rows, more, partial: false, etag: None, .. } => Ok((rows, more)),
        other => panic!("{other:?}"),
    }
}

async fn one_row(row: &Value) -> ForgeRepository {
    let (mut rows, _) = page(told(LIST, &last(std::slice::from_ref(row))), "0").await.expect("a page");
    rows.remove(0)
}

#[test]
fn the_code_belongs_to_its_definition() {
    let catalog = Catalog::shipped();
    let provider = catalog.find(&"bitbucket-dc".parse().expect("an id")).expect("in the catalogue");
    assert!(provider.forge().is_some());
}

#[tokio::test]
async fn whose_a_token_is_stands_in_a_header_and_its_number_beside_the_name() {
    let user = json!({ "name": "Mara@Fleet", "id": 48, "displayName": "Mara", "emailAddress": "m@example.org" });
    let named = ("x-ausername", "Mara@Fleet");
    let host = Host::start("", vec![
        answer("/rest/api/1.0/application-properties", 200, &[named], "{}"),
        answer("/rest/api/1.0/users/mara_fleet", 200, &[named], &user.to_string()),
    ])
    .await;
    let found = FORGE.identify(&host.api()).await.expect("an identity").expect("it knows itself").identity;
    assert_eq!((found.subject.as_str(), found.login.as_str()), ("48", "Mara@Fleet"));
    assert_eq!((found.name.as_deref(), found.email.as_deref()), (Some("Mara"), Some("m@example.org")));
    assert_eq!(host.asked()[0].header("authorization"), Some("Bearer canary-token"));

    for nobody in [&[][..], &[("x-ausername", "")], &[("x-ausername", "anonymous")]] {
        let host = Host::start("", vec![answer("/rest/api/1.0/application-properties", 200, nobody, "{}")]).await;
        let outcome = FORGE.identify(&host.api()).await;
        assert!(matches!(outcome, Err(ForgeError::Unauthorized)), "anybody may ask that: {nobody:?}");
    }
    for other in [json!({ "name": "eve", "id": 1 }), json!({ "name": "Mara@Fleet" }), json!([])] {
        let host = Host::start("", vec![
            answer("/rest/api/1.0/application-properties", 200, &[named], "{}"),
            answer("/rest/api/1.0/users/", 200, &[named], &other.to_string()),
        ])
        .await;
        let outcome = FORGE.identify(&host.api()).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{other}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_row_is_read_in_our_terms() {
    let expected = ForgeRepository {
        forge_id: "7".to_owned(),
        owner: "FLEET".to_owned(),
        name: "booking-api".to_owned(),
        visibility: Visibility::Private,
        archived: true,
        fork: true,
        template: false,
        default_branch: Some("main".to_owned()),
        description: Some("Ferries and seats".to_owned()),
        language: None,
        topics: Vec::new(),
        licence: None,
        size_kib: 0,
        clone_url: "https://git.example.org/scm/fleet/booking-api.git".to_owned(),
        ssh_url: Some("ssh://git@git.example.org:7999/fleet/booking-api.git".to_owned()),
        web_url: "https://git.example.org/projects/FLEET/repos/booking-api/browse".to_owned(),
        created_at: None,
        updated_at: None,
        pushed_at: None,
        permission: Permission::Read,
    };
    assert_eq!(one_row(&row()).await, expected);
    let mut own = row();
    (own["project"], own["public"]) = (json!({ "key": "~mara" }), json!(true));
    let own = one_row(&own).await;
    assert_eq!((own.owner.as_str(), own.visibility), ("~mara", Visibility::Public));
    let mut in_open_project = row();
    in_open_project["project"]["public"] = json!(true);
    assert_eq!(one_row(&in_open_project).await.visibility, Visibility::Public);
}

#[tokio::test]
async fn a_fact_that_is_missing_null_or_new_costs_the_fact_and_not_the_row() {
    let whole = row();
    for name in whole.as_object().expect("an object").keys() {
        if ["id", "slug", "project"].contains(&name.as_str()) {
            continue;
        }
        for strange in [None, Some(Value::Null), Some(json!({ "new": [1] })), Some(json!("new")), Some(json!(-1))] {
            let mut row = whole.clone();
            match &strange {
                Some(value) => row[name] = value.clone(),
                None => drop(row.as_object_mut().expect("an object").remove(name)),
            }
            assert_eq!(one_row(&row).await.forge_id, "7", "{name}: {strange:?}");
        }
    }
    for (name, value) in [
        ("id", Value::Null),
        ("id", json!("7")),
        ("slug", json!("")),
        ("slug", json!("..")),
        ("project", Value::Null),
        ("project", json!({ "key": "a/b" })),
    ] {
        let mut broken = row();
        broken[name] = value.clone();
        let outcome = page(told(LIST, &last(&[row(), broken])), "0").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{name} {value}: leaving it out looks like a removal");
    }
}

#[tokio::test]
async fn only_a_page_knows_where_the_next_one_starts() {
    let with = |fields: Value| {
        let mut body = last(&[row()]);
        for (name, value) in fields.as_object().expect("an object") {
            body[name] = value.clone();
        }
        told(LIST, &body)
    };
    for (named, fields, expected) in [
        ("0", json!({ "isLastPage": false, "nextPageStart": 1713 }), vec![key("1713")]),
        ("1713", json!({ "isLastPage": false, "nextPageStart": 1714 }), vec![key("1714")]),
        ("0", json!({ "isLastPage": true, "nextPageStart": null }), vec![]),
        ("0", json!({ "isLastPage": true, "nextPageStart": 5 }), vec![]),
    ] {
        assert_eq!(page(with(fields.clone()), named).await.expect("a page").1, expected, "{fields}");
    }
    for (named, fields) in [
        ("0", json!({ "isLastPage": false })),
        ("0", json!({ "isLastPage": false, "nextPageStart": 0 })),
        ("9", json!({ "isLastPage": false, "nextPageStart": 9 })),
        ("9", json!({ "isLastPage": false, "nextPageStart": 3 })),
        ("0", json!({ "isLastPage": false, "nextPageStart": -3 })),
        ("0", json!({ "isLastPage": false, "nextPageStart": 99_000_000 })),
        ("0", json!({ "isLastPage": "yes" })),
        ("0", json!({ "values": null })),
        ("", json!({})),
        ("x", json!({})),
        ("-1", json!({})),
    ] {
        let outcome = page(with(fields.clone()), named).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{named} {fields}: {outcome:?}");
    }
    let host = Host::start("", vec![told(LIST, &last(&[]))]).await;
    FORGE.list_page(&host.api(), &FORGE.first_page(), None).await.expect("a page");
    assert_eq!(host.lines(), ["GET /rest/api/1.0/repos?archived=ALL&limit=1000&start=0"]);
    assert!(FORGE.newest_first(&[]).is_empty(), "no such order is known");
}

#[tokio::test]
async fn a_refusal_is_what_it_is_and_an_answer_to_nobody_is_none() {
    let ask = async |status: u16, headers: &[(&'static str, &str)], body: &str| {
        page(answer(LIST, status, headers, body), "0").await
    };
    let everybodys = last(&[row()]).to_string();
    assert!(matches!(ask(200, &[], &everybodys).await, Err(ForgeError::Unauthorized)), "what everybody sees is not the list");
    assert!(ask(200, &[KNOWN], &everybodys).await.is_ok());
    assert!(matches!(ask(401, &[], NOT_PERMITTED).await, Err(ForgeError::Unauthorized)), "nobody has to sign in");
    assert!(matches!(ask(401, &[KNOWN], NOT_PERMITTED).await, Err(ForgeError::Forbidden)), "somebody may not");
    assert!(matches!(ask(401, &[KNOWN], "{}").await, Err(ForgeError::Unauthorized)));
    assert!(matches!(ask(403, &[KNOWN], "{}").await, Err(ForgeError::Forbidden)));
    assert!(matches!(ask(404, &[KNOWN], "{}").await, Err(ForgeError::NotFound)));
    assert!(matches!(ask(429, &[KNOWN], "{}").await, Err(ForgeError::RateLimited { .. })));
    assert!(matches!(ask(500, &[KNOWN], "{}").await, Err(ForgeError::Server { status: 500 })));
}

#[tokio::test]
async fn one_repository_is_asked_for_by_name_and_followed_where_it_went() {
    let elsewhere = Host::start("", vec![]).await;
    let stolen = elsewhere.base.join("/rest/api/1.0/projects/SHORE/repos/booking").to_string();
    for (location, follows) in [
        ("ORIGIN/rest/api/1.0/projects/SHORE/repos/booking", true),
        ("ORIGIN/rest/api/1.0/projects/~mara/repos/booking", true),
        ("ORIGIN/rest/api/1.0/projects/SHORE/repos/", false),
        ("ORIGIN/rest/api/1.0/projects/SHORE", false),
        ("ORIGIN/rest/api/1.0/projects/SHORE/repos/booking?x=1", false),
        ("ORIGIN/projects/SHORE/repos/booking", false),
        ("/rest/api/1.0/projects/SHORE/repos/booking", false),
        (stolen.as_str(), false),
    ] {
        let mut moved = row();
        (moved["slug"], moved["project"]["key"]) = (json!("booking"), json!("SHORE"));
        let host = Host::start("", vec![
            answer(ONE, 301, &[KNOWN, ("location", location)], ""),
            told("/rest/api/1.0/projects/SHORE/repos/booking", &moved),
            told("/rest/api/1.0/projects/~mara/repos/booking", &moved),
        ])
        .await;
        let outcome = FORGE.find_repository(&host.api(), booking()).await;
        if follows {
            let found = outcome.expect("an answer").expect("there");
            assert_eq!((found.forge_id.as_str(), found.name.as_str()), ("7", "booking"), "{location}");
        } else {
            assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{location}: {outcome:?}");
        }
        assert_eq!(host.asked().len(), 1 + usize::from(follows), "{location}");
    }
    assert!(elsewhere.asked().is_empty(), "the token must not go where an answer points");
    for (status, headers, body, gone) in [
        (404, &[KNOWN][..], "{}", true),
        (401, &[KNOWN], NOT_PERMITTED, true),
        (401, &[], NOT_PERMITTED, false),
        (500, &[KNOWN], "{}", false),
        (200, &[], &row().to_string(), false),
    ] {
        let host = Host::start("", vec![answer(ONE, status, headers, body)]).await;
        let outcome = FORGE.find_repository(&host.api(), booking()).await;
        assert_eq!((matches!(outcome, Ok(None)), outcome.is_err()), (gone, !gone), "{status} {headers:?}: {outcome:?}");
    }
    let host = Host::start("", vec![]).await;
    let outcome = FORGE.find_repository(&host.api(), RepositoryRef { name: "..", ..booking() }).await;
    assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "not asked is not gone: {outcome:?}");
    assert!(host.asked().is_empty());
}

#[tokio::test]
async fn words_are_looked_for_in_names() {
    let host = Host::start("", vec![told(LIST, &last(&[row(), row()]))]).await;
    let found = FORGE.search(&host.api(), "ferry & co", 1).await.expect("an answer");
    assert_eq!((found.rows.len(), found.more), (1, true), "no more than wanted, whatever comes");
    assert_eq!(host.lines(), ["GET /rest/api/1.0/repos?name=ferry+%26+co&archived=ALL&limit=1"]);
}

#[tokio::test]
async fn a_whole_tree_is_read_as_paths_and_a_folder_with_ids() {
    let first = json!({ "values": ["b/c/SKILL.md", "copier.yml", "../up"], "isLastPage": false, "nextPageStart": 3 });
    let second = json!({ "values": ["b/d.md"], "isLastPage": true });
    let browse = json!({ "path": {}, "revision": "x", "children": { "isLastPage": true, "values": [
        { "path": { "components": ["c"] }, "contentId": "aa01", "type": "DIRECTORY" },
        { "path": { "components": ["d.md"] }, "contentId": "bb02", "type": "FILE", "size": 9 },
        { "path": { "components": ["other"] }, "contentId": "cc03", "type": "SUBMODULE" },
        { "path": { "components": ["what"] }, "type": "NEW" },
        { "path": { "components": ["e", "f"] }, "type": "DIRECTORY" },
    ]}});
    let host = Host::start("", vec![
        told("/rest/api/1.0/projects/FLEET/repos/booking-api/files?at=feature%2Fx&limit=5000&start=3", &second),
        told("/rest/api/1.0/projects/FLEET/repos/booking-api/files?at=feature%2Fx&limit=5000&start=0", &first),
        told("/rest/api/1.0/projects/FLEET/repos/booking-api/browse/b?at=feature%2Fx&limit=5000&start=0", &browse),
        told("/rest/api/1.0/projects/FLEET/repos/booking-api/files/b?", &json!({ "values": ["c/SKILL.md"], "isLastPage": true })),
    ])
    .await;
    let query = TreeQuery { reference: "feature/x", folder: None, recursive: true };
    let tree = FORGE.tree(&host.api(), booking(), query).await.expect("an answer").expect("a tree");
    let shown: Vec<_> = tree.entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    let expected = [
        ("b", EntryKind::Folder),
        ("b/c", EntryKind::Folder),
        ("b/c/SKILL.md", EntryKind::File),
        ("b/d.md", EntryKind::File),
        ("copier.yml", EntryKind::File),
    ];
    assert_eq!(shown, expected);
    assert!(!tree.truncated);
    let folder = Some(&tree.entries[0]);
    let one = TreeQuery { folder, recursive: false, ..query };
    let one = FORGE.tree(&host.api(), booking(), one).await.expect("an answer").expect("a tree");
    let shown: Vec<_> = one.entries.iter().map(|one| (one.path.as_str(), one.kind, one.id.as_deref())).collect();
    let expected = [
        ("b/c", EntryKind::Folder, Some("aa01")),
        ("b/d.md", EntryKind::File, Some("bb02")),
        ("b/e/f", EntryKind::Folder, None),
        ("b/other", EntryKind::Submodule, Some("cc03")),
    ];
    assert_eq!(shown, expected);
    let below = TreeQuery { folder, recursive: true, ..query };
    let below = FORGE.tree(&host.api(), booking(), below).await.expect("an answer").expect("a tree");
    let shown: Vec<_> = below.entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(shown, ["b/c", "b/c/SKILL.md"], "told from the root, and the folder itself is no entry");
}

#[tokio::test]
async fn a_tree_without_an_end_is_cut_off_and_one_that_is_not_there_is_none() {
    let query = TreeQuery { reference: "main", folder: None, recursive: true };
    let pages = (0..=100_u32).rev().map(|page| {
        let path = format!("{ONE}/files?at=main&limit=5000&start={page}").leak();
        told(path, &json!({ "values": [format!("f{page}")], "isLastPage": false, "nextPageStart": page + 1 }))
    });
    let host = Host::start("", pages.collect()).await;
    let tree = FORGE.tree(&host.api(), booking(), query).await.expect("an answer").expect("a tree");
    assert_eq!((tree.entries.len(), tree.truncated), (100, true));
    for (status, gone) in [(404, true), (500, false)] {
        let host = Host::start("", vec![answer(ONE, status, &[KNOWN], "{}")]).await;
        let outcome = FORGE.tree(&host.api(), booking(), query).await;
        assert_eq!((matches!(outcome, Ok(None)), outcome.is_err()), (gone, !gone), "{status}");
    }
}

#[tokio::test]
async fn a_file_is_read_as_its_bytes_and_not_beyond_its_limit() {
    let host = Host::start("", vec![
        answer("/rest/api/1.0/projects/FLEET/repos/booking-api/raw/a%20b/copier.yml?at=main", 200, &[KNOWN], "_min: 9\n"),
        answer("/rest/api/1.0/projects/FLEET/repos/booking-api/raw/gone?at=main", 404, &[KNOWN], "{}"),
    ])
    .await;
    let api = host.api();
    let read = async |path: &str, most: usize| {
        let entry = TreeEntry { path: path.to_owned(), kind: EntryKind::File, id: None, size: None };
        FORGE.blob(&api, booking(), "main", &entry, most).await.expect("an answer")
    };
    assert_eq!(read("a b/copier.yml", 100).await.as_deref(), Some(b"_min: 9\n".as_slice()));
    assert!(read("a b/copier.yml", 4).await.is_none(), "longer than wanted");
    assert!(read("gone", 100).await.is_none(), "not there");
}
