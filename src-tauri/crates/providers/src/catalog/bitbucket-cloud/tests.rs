//! Bitbucket Cloud's answers, good and bad, and what is made of them.

use super::FORGE;
use crate::{
    Catalog, EntryKind, Forge, ForgeError, PageKey, PageReply, RepositoryRef, StoredPage, TreeEntry, TreeQuery,
    host::{Host, Prepared, answer},
};
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use serde_json::{Value, json};
use std::time::Duration;

const API: &str = "/2.0";
const WORKSPACES: &str = "/2.0/user/workspaces";
const REPOSITORIES: &str = "/2.0/repositories/acme?";
const GRANTS: &str = "/2.0/user/workspaces/acme/permissions/repositories";
const ID: &str = "{5f0e1a2b-1111-4a2b-9c3d-00000000000a}";
const COMMIT: &str = "6a1ac09b23b7aef1ab5bd4f6c2f4a3f2b7b0c1de";

fn row() -> Value {
    json!({
        "type": "repository", "uuid": ID, "name": "Booking API", "full_name": "acme/booking-api",
        "is_private": true, "parent": { "full_name": "other/booking-api" }, "mainbranch": { "name": "main" },
        "description": " Ferries\nand \u{1b}[31mseats ", "language": "rust", "size": 110_000,
        "created_on": "2011-01-26T19:01:12.123456+00:00", "updated_on": "2011-01-26T19:14:43.654321+00:00",
        "workspace": { "slug": "acme" },
        "links": {
            "html": { "href": "https://bitbucket.org/acme/booking-api" },
            "clone": [
                { "name": "https", "href": "https://mara@bitbucket.org/acme/booking-api.git" },
                { "name": "ssh", "href": "git@bitbucket.org:acme/booking-api.git" },
            ],
        },
    })
}

fn key(text: &str) -> PageKey {
    PageKey(text.to_owned())
}

fn booking() -> RepositoryRef<'static> {
    RepositoryRef { forge_id: ID, owner: "acme", name: "booking-api" }
}

fn listed(rows: &[Value]) -> Prepared {
    answer(REPOSITORIES, 200, &[], &json!({ "pagelen": 100, "values": rows }).to_string())
}

fn granted(permission: &str) -> Prepared {
    let body = json!({ "values": [{ "permission": permission, "repository": { "uuid": ID } }] });
    answer(GRANTS, 200, &[], &body.to_string())
}

async fn one_row(row: &Value) -> ForgeRepository {
    let host = Host::start(API, vec![listed(std::slice::from_ref(row))]).await;
    match FORGE.list_page(&host.api(), &key("admin/whole/acme"), None).await {
        Ok(PageReply::Page { mut rows, .. }) if rows.len() == 1 => rows.remove(0),
        other => panic!("{row}: {other:?}"),
    }
}

async fn page(prepared: Vec<Prepared>, named: &str) -> Result<(Vec<ForgeRepository>, Vec<PageKey>), ForgeError> {
    let host = Host::start(API, prepared).await;
    match FORGE.list_page(&host.api(), &key(named), None).await? {
        PageReply::Page { rows, more, partial: false, etag: None, .. } => Ok((rows, more)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_code_belongs_to_its_definition() {
    let catalog = Catalog::shipped();
    let provider = catalog.find(&"bitbucket-cloud".parse().expect("an id")).expect("in the catalogue");
    assert!(provider.forge().is_some());
    let host = provider.public_host().expect("one installation");
    assert_eq!(provider.api_url(&host).as_str(), "https://api.bitbucket.org/2.0");
}

#[tokio::test]
async fn the_workspaces_come_first_and_then_the_repositories_of_each() {
    let body = json!({
        "values": [
            { "type": "workspace_access", "administrator": true, "workspace": { "slug": "acme" } },
            { "type": "workspace_access", "administrator": false, "workspace": { "slug": "north-sea" } },
            { "workspace": { "slug": "old_harbour" } },
        ],
        "next": "https://elsewhere.example/2.0/user/workspaces?pagelen=100&page=2",
    });
    let host = Host::start(API, vec![answer(WORKSPACES, 200, &[], &body.to_string())]).await;
    let api = host.api_as("mara@example.org");
    let reply = FORGE.list_page(&api, &FORGE.first_page(), None).await.expect("a page");
    let PageReply::Page { rows, more, partial: false, .. } = reply else { panic!("{reply:?}") };
    assert!(rows.is_empty(), "a workspace is no repository");
    let expected = ["admin/whole/acme", "member/whole/north-sea", "member/whole/old_harbour", "workspaces/2"];
    assert_eq!(more, expected.map(key));
    let asked = &host.asked()[0];
    assert_eq!(
        asked.line,
        "GET /2.0/user/workspaces?pagelen=100&fields=next%2Cvalues.administrator%2Cvalues.workspace.slug"
    );
    assert_eq!(asked.header("authorization"), Some("Basic bWFyYUBleGFtcGxlLm9yZzpjYW5hcnktdG9rZW4="));
    let _ = FORGE.list_page(&api, &more[3], None).await;
    assert!(host.lines()[1].starts_with("GET /2.0/user/workspaces?") && host.lines()[1].ends_with("&page=2"));

    for body in [
        json!({ "values": [{ "workspace": { "slug": "a/b" } }] }),
        json!({ "values": [{ "administrator": true }] }),
        json!({ "values": null }),
        json!([]),
    ] {
        let outcome = page(vec![answer(WORKSPACES, 200, &[], &body.to_string())], "workspaces").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{body}: a workspace less looks like a removal");
    }
}

#[tokio::test]
async fn a_row_is_read_in_our_terms() {
    let expected = ForgeRepository {
        forge_id: ID.to_owned(),
        owner: "acme".to_owned(),
        name: "booking-api".to_owned(),
        visibility: Visibility::Private,
        archived: false,
        fork: true,
        template: false,
        default_branch: Some("main".to_owned()),
        description: Some("Ferries and  [31mseats".to_owned()),
        language: Some("rust".to_owned()),
        topics: Vec::new(),
        licence: None,
        size_kib: 108,
        clone_url: "https://bitbucket.org/acme/booking-api.git".to_owned(),
        ssh_url: Some("git@bitbucket.org:acme/booking-api.git".to_owned()),
        web_url: "https://bitbucket.org/acme/booking-api".to_owned(),
        created_at: Timestamp::parse("2011-01-26T19:01:12.123456+00:00"),
        updated_at: Timestamp::parse("2011-01-26T19:14:43.654321+00:00"),
        pushed_at: None,
        permission: Permission::Admin,
    };
    let found = one_row(&row()).await;
    assert!(found.created_at.is_some() && found.updated_at.is_some());
    assert_eq!(found, expected);
    let mut whole = row();
    whole["is_private"] = json!(false);
    whole["parent"] = Value::Null;
    whole["links"]["clone"][0]["href"] = json!("https://mara:secret@bitbucket.org/acme/booking-api.git");
    let found = one_row(&whole).await;
    assert_eq!((found.visibility, found.fork), (Visibility::Public, false));
    assert_eq!(found.clone_url, "https://bitbucket.org/acme/booking-api.git", "from its page: no address has a password");
}

#[tokio::test]
async fn a_fact_that_is_missing_null_or_new_costs_the_fact_and_not_the_row() {
    let whole = row();
    for name in whole.as_object().expect("an object").keys() {
        if ["uuid", "full_name"].contains(&name.as_str()) {
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
        ("uuid", Value::Null),
        ("uuid", json!("../x")),
        ("uuid", json!("")),
        ("full_name", json!("booking-api")),
        ("full_name", json!("acme/")),
        ("full_name", json!("acme/..")),
        ("full_name", json!("acme/a b")),
    ] {
        let mut broken = row();
        broken[name] = value.clone();
        let outcome = page(vec![listed(&[row(), broken])], "admin/whole/acme").await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{name} {value}: leaving it out looks like a removal");
    }
}

#[tokio::test]
async fn a_page_names_the_next_one_and_never_the_place() {
    let with = |next: Value| {
        let body = json!({ "values": [row()], "next": next });
        vec![answer(REPOSITORIES, 200, &[], &body.to_string()), granted("write")]
    };
    let next = |page: &str| json!(format!("https://elsewhere.example/steal?pagelen=100&page={page}"));
    for (named, page_of_next, expected) in [
        ("admin/whole/acme", "2", "admin/whole/acme/2"),
        ("admin/whole/acme/2", "3", "admin/whole/acme/3"),
        ("member/newest/acme", "2", "member/newest/acme/2"),
        ("admin/whole/acme/2", "abcDEF-_%3D", "admin/whole/acme/abcDEF-_="),
    ] {
        let (_, more) = page(with(next(page_of_next)), named).await.expect("a page");
        assert_eq!(more, [key(expected)], "{named}");
    }
    assert_eq!(page(with(Value::Null), "admin/whole/acme").await.expect("a page").1, []);
    for (named, strange) in [
        ("admin/whole/acme", next("1")),
        ("admin/whole/acme/3", next("3")),
        ("admin/whole/acme/3", next("2")),
        ("admin/whole/acme/x", next("x")),
        ("admin/whole/acme", next("..%2F..%2Fuser")),
        ("admin/whole/acme", json!("https://elsewhere.example/steal")),
        ("admin/whole/acme", json!("2")),
        ("admin/whole/acme", json!(2)),
    ] {
        let outcome = page(with(strange.clone()), named).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{named} {strange}: {outcome:?}");
    }
    for strange in ["", "x", "workspaces2", "workspaces/a/b", "admin", "admin/whole", "admin/whole/..", "admin/x/acme",
        "admin/whole/acme/", "admin/whole/acme/2/3"] {
        let outcome = page(vec![], strange).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{strange}: {outcome:?}");
    }
    let many: Vec<Value> = (0..1001).map(|_| row()).collect();
    assert!(page(vec![listed(&many)], "admin/whole/acme").await.is_err(), "no page is that long");
}

#[tokio::test]
async fn a_page_is_asked_for_in_a_stable_order_with_what_is_read_of_it() {
    let host = Host::start(API, vec![listed(&[row()])]).await;
    for (named, sort) in [("admin/whole/acme/7", "created_on"), ("admin/newest/acme/7", "-updated_on")] {
        FORGE.list_page(&host.api(), &key(named), Some("\"etag\"")).await.expect("a page");
        let asked = host.asked().pop().expect("asked");
        let start = format!("GET /2.0/repositories/acme?role=member&sort={sort}&pagelen=100&fields=next%2Csize%2Cvalues.uuid%2C");
        assert!(asked.line.starts_with(&start) && asked.line.ends_with("&page=7"), "{}", asked.line);
        assert_eq!(asked.header("if-none-match"), None, "what may be done there is no part of the page");
    }
    let whole = ["workspaces", "admin/whole/acme", "admin/whole/acme/2", "member/whole/north-sea", "odd"];
    let whole = whole.map(|name| StoredPage { key: key(name), etag: None, forge_ids: Vec::new(), more: Vec::new() });
    assert_eq!(FORGE.newest_first(&whole), ["admin/newest/acme", "member/newest/north-sea"].map(key));
}

#[tokio::test]
async fn what_an_account_may_do_is_known_or_the_least() {
    for (permission, expected) in
        [("admin", Permission::Admin), ("write", Permission::Write), ("read", Permission::Read), ("new", Permission::Read)]
    {
        let (rows, _) = page(vec![listed(&[row()]), granted(permission)], "member/whole/acme").await.expect("a page");
        assert_eq!(rows[0].permission, expected, "{permission}");
    }
    for status in [403, 404] {
        let refused = answer(GRANTS, status, &[], "{}");
        let (rows, _) = page(vec![listed(&[row()]), refused], "member/whole/acme").await.expect("a page");
        assert_eq!(rows[0].permission, Permission::Read, "{status}: a token may list and not ask that");
    }
    for status in [401, 500] {
        let outcome = page(vec![listed(&[row()]), answer(GRANTS, status, &[], "{}")], "member/whole/acme").await;
        assert!(outcome.is_err(), "{status}: not known is not the least");
    }
    let second = json!({ "values": [{ "permission": "write", "repository": { "uuid": ID } }] });
    let first = json!({ "values": [], "next": "ORIGIN/2.0/x?page=2" });
    let prepared = vec![
        listed(&[row()]),
        answer("/2.0/user/workspaces/acme/permissions/repositories?pagelen=100&fields=next%2Cvalues.permission%2Cvalues.repository.uuid&page=2", 200, &[], &second.to_string()),
        answer(GRANTS, 200, &[], &first.to_string()),
    ];
    let (rows, _) = page(prepared, "member/whole/acme").await.expect("a page");
    assert_eq!(rows[0].permission, Permission::Write, "from the second page of them");

    let host = Host::start(API, vec![listed(&[])]).await;
    FORGE.list_page(&host.api(), &key("member/whole/acme"), None).await.expect("a page");
    assert_eq!(host.asked().len(), 1, "of nothing, nothing is asked");
}

#[tokio::test]
async fn a_refusal_is_what_it_is() {
    let ask = async |status: u16, headers: &[(&'static str, &str)]| {
        page(vec![answer(REPOSITORIES, status, headers, "{}")], "admin/whole/acme").await.expect_err("a refusal")
    };
    assert!(matches!(ask(401, &[]).await, ForgeError::Unauthorized));
    assert!(matches!(ask(403, &[]).await, ForgeError::Forbidden));
    assert!(matches!(ask(404, &[]).await, ForgeError::NotFound));
    assert!(matches!(ask(410, &[]).await, ForgeError::Gone), "an address that has ended is no empty list");
    assert!(matches!(ask(429, &[]).await, ForgeError::RateLimited { .. }));
    let told = ask(429, &[("retry-after", "7")]).await;
    assert!(matches!(told, ForgeError::RateLimited { wait } if wait == Duration::from_secs(7)));
    assert!(matches!(ask(555, &[]).await, ForgeError::Server { status: 555 }));
    assert!(matches!(ask(304, &[]).await, ForgeError::Server { status: 304 }));
}

#[tokio::test]
async fn one_repository_is_asked_for_by_its_id() {
    const AT: &str = "/2.0/repositories/acme/%7B5f0e1a2b-1111-4a2b-9c3d-00000000000a%7D?";
    const MOVED: &str = "/2.0/repositories/north-sea/%7B5f0e1a2b-1111-4a2b-9c3d-00000000000a%7D?";
    let mut renamed = row();
    renamed["full_name"] = json!("acme/reservations");
    let host = Host::start(API, vec![answer(AT, 200, &[], &renamed.to_string()), granted("write")]).await;
    let found = FORGE.find_repository(&host.api(), booking()).await.expect("an answer").expect("there");
    assert_eq!((found.forge_id.as_str(), found.name.as_str()), (ID, "reservations"), "a rename is a rename");
    assert_eq!(found.permission, Permission::Write);
    let filter = "q=repository.uuid+%3D+%22%7B5f0e1a2b-1111-4a2b-9c3d-00000000000a%7D%22";
    assert!(host.lines()[1].contains(filter), "{}", host.lines()[1]);

    for (status, gone) in [(404, true), (403, true), (401, false), (500, false), (429, false), (302, false)] {
        let workspaces = json!({ "values": [{ "workspace": { "slug": "acme" } }, { "workspace": { "slug": "north-sea" } }] });
        let prepared = |elsewhere: Option<u16>| {
            let mut prepared =
                vec![answer(AT, status, &[], "{}"), answer(WORKSPACES, 200, &[], &workspaces.to_string())];
            prepared.extend(elsewhere.map(|status| answer(MOVED, status, &[], "{}")));
            prepared
        };
        let host = Host::start(API, prepared(Some(404))).await;
        let outcome = FORGE.find_repository(&host.api(), booking()).await;
        assert_eq!(matches!(outcome, Ok(None)), gone, "{status}: {outcome:?}");
        assert_eq!(outcome.is_err(), !gone, "{status}");
        if gone {
            let mut moved = row();
            moved["full_name"] = json!("north-sea/booking-api");
            let unwell = prepared(Some(502));
            // The first answer whose address fits is given: the longer one stands first.
            let grants = "/2.0/user/workspaces/north-sea/permissions/repositories";
            let mut moved = vec![
                answer(MOVED, 200, &[], &moved.to_string()),
                answer(grants, 200, &[], &json!({ "values": [] }).to_string()),
            ];
            moved.extend(prepared(None));
            let host = Host::start(API, moved).await;
            let found = FORGE.find_repository(&host.api(), booking()).await.expect("an answer").expect("it moved");
            assert_eq!((found.owner.as_str(), found.forge_id.as_str()), ("north-sea", ID));
            let host = Host::start(API, unwell).await;
            let outcome = FORGE.find_repository(&host.api(), booking()).await;
            assert!(outcome.is_err(), "not known elsewhere either is not gone: {outcome:?}");
        }
    }
    let host = Host::start(API, vec![answer("/2.0/repositories/acme/booking-api?", 404, &[], "{}")]).await;
    let by_name = RepositoryRef { forge_id: "", owner: "acme", name: "booking-api" };
    let outcome = FORGE.find_repository(&host.api(), by_name).await;
    assert!(matches!(outcome, Ok(None)), "what a person named is where they say or nowhere: {outcome:?}");
    assert_eq!(host.asked().len(), 1);
    let host = Host::start(API, vec![]).await;
    for (owner, forge_id) in [("..", ID), ("", ID), ("acme", ".")] {
        let named = RepositoryRef { forge_id, owner, name: "x" };
        let outcome = FORGE.find_repository(&host.api(), named).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "not asked is not gone: {outcome:?}");
    }
    assert!(host.asked().is_empty());
}

#[tokio::test]
async fn words_are_looked_for_in_each_workspace() {
    let workspaces = json!({ "values": [
        { "administrator": true, "workspace": { "slug": "acme" } }, { "workspace": { "slug": "north" } },
    ]});
    let host = Host::start(API, vec![
        answer(WORKSPACES, 200, &[], &workspaces.to_string()),
        answer("/2.0/repositories/acme?q=name+%7E+%22a+%5C%22b%5C%22+%5C%5C%22&", 200, &[], &json!({ "values": [row()] }).to_string()),
        answer("/2.0/repositories/north?", 200, &[], &json!({ "values": [row(), row()] }).to_string()),
    ])
    .await;
    let found = FORGE.search(&host.api(), r#"a "b" \"#, 2).await.expect("an answer");
    assert_eq!((found.rows.len(), found.more), (2, true), "no more than wanted, whatever comes");
    assert_eq!(host.asked().len(), 3);
    let found = FORGE.search(&host.api(), r#"a "b" \"#, 1).await.expect("an answer");
    assert_eq!((found.rows.len(), host.asked().len()), (1, 6), "a few are asked at once, as somebody waits");
}

#[tokio::test]
async fn a_search_that_does_not_reach_every_workspace_says_so() {
    let of = |count: usize, next: bool| {
        let workspaces: Vec<Value> =
            (0..count).map(|at| json!({ "workspace": { "slug": format!("team-{at}") } })).collect();
        let next = next.then(|| format!("https://api.example{WORKSPACES}?page=2"));
        json!({ "values": workspaces, "next": next }).to_string()
    };
    for (count, next, whole) in [(40, false, true), (41, false, false), (3, true, false)] {
        let host = Host::start(API, vec![
            answer(WORKSPACES, 200, &[], &of(count, next)),
            answer("/2.0/repositories/team-", 200, &[], &json!({ "values": [] }).to_string()),
        ])
        .await;
        let found = FORGE.search(&host.api(), "ferry", 20).await.expect("an answer");
        assert_eq!((found.rows.len(), found.more), (0, !whole), "{count} workspaces, and a next page: {next}");
        assert_eq!(host.asked().len(), 1 + count.min(40));
    }
}

fn references(kinds: &[&str]) -> Prepared {
    let values: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            let hash = if *kind == "branch" { COMMIT.to_owned() } else { "0".repeat(40) };
            json!({ "type": kind, "target": { "hash": hash } })
        })
        .collect();
    let body = json!({ "values": values }).to_string();
    answer("/2.0/repositories/acme/%7B5f0e1a2b-1111-4a2b-9c3d-00000000000a%7D/refs?q=name+%3D+%22feature%2Fx%22", 200, &[], &body)
}

fn source(behind: &str) -> &'static str {
    format!("/2.0/repositories/acme/%7B5f0e1a2b-1111-4a2b-9c3d-00000000000a%7D/src/{COMMIT}/{behind}").leak()
}

#[tokio::test]
async fn a_tree_is_read_page_by_page_at_the_commit_of_a_branch() {
    let first = json!({ "values": [
        { "path": "zeta", "type": "commit_directory" },
        { "path": "copier.yml", "type": "commit_file", "size": 512, "attributes": [] },
        { "path": "../up", "type": "commit_file" },
        { "path": "what", "type": "commit_new" },
    ], "next": "ORIGIN/2.0/x?page=Ab1" });
    let second = json!({ "values": [
        { "path": "link", "type": "commit_file", "attributes": ["link"] },
        { "path": "other", "type": "commit_file", "attributes": ["subrepository"] },
    ]});
    let fields = "fields=next%2Cvalues.path%2Cvalues.type%2Cvalues.size%2Cvalues.attributes";
    let host = Host::start(API, vec![
        references(&["tag", "branch"]),
        answer(source(&format!("?max_depth=8&pagelen=100&{fields}&page=Ab1")), 200, &[], &second.to_string()),
        answer(source("?max_depth=8"), 200, &[], &first.to_string()),
        answer(source("zeta?max_depth=1"), 200, &[], &json!({ "values": [
            { "path": "zeta/SKILL.md", "type": "commit_file", "size": 9 },
        ]}).to_string()),
    ])
    .await;
    let whole = TreeQuery { reference: "feature/x", folder: None, recursive: true };
    let tree = FORGE.tree(&host.api(), booking(), whole).await.expect("an answer").expect("a tree");
    let shown: Vec<_> = tree.entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    let expected = [
        ("copier.yml", EntryKind::File),
        ("link", EntryKind::Link),
        ("other", EntryKind::Submodule),
        ("zeta", EntryKind::Folder),
    ];
    assert_eq!(shown, expected, "in order, without what leads out or is no kind of entry");
    assert!(!tree.truncated, "the folder was not at the last depth");
    let below = TreeQuery { reference: COMMIT, folder: tree.entries.last(), recursive: false };
    let before = host.asked().len();
    let one = FORGE.tree(&host.api(), booking(), below).await.expect("an answer").expect("a tree");
    assert_eq!((one.entries[0].path.as_str(), one.entries[0].size, one.truncated), ("zeta/SKILL.md", Some(9), false));
    assert_eq!(host.asked().len(), before + 1, "a commit needs no looking up");
}

#[tokio::test]
async fn a_tree_that_is_too_deep_is_said_to_be_cut_off() {
    let whole = TreeQuery { reference: COMMIT, folder: None, recursive: true };
    let top = json!({ "values": [{ "path": "a", "type": "commit_directory" }] });
    let deep = json!({ "values": [{ "path": "a/b/c/d/e/f/g/h", "type": "commit_directory" }] });
    for prepared in [
        vec![answer(source("?max_depth=8"), 555, &[], ""), answer(source("?max_depth=1&"), 200, &[], &top.to_string())],
        vec![answer(source("?max_depth=8"), 200, &[], &deep.to_string())],
    ] {
        let host = Host::start(API, prepared).await;
        let tree = FORGE.tree(&host.api(), booking(), whole).await.expect("an answer").expect("a tree");
        assert_eq!((tree.entries.len(), tree.truncated), (1, true));
    }
    let endless: Vec<Prepared> = (2..=101)
        .rev()
        .map(|page| answer(format!("{}&page={page}", source("?max_depth=8&pagelen=100&fields=next%2Cvalues.path%2Cvalues.type%2Cvalues.size%2Cvalues.attributes")).leak(), 200, &[], &json!({ "values": [], "next": format!("ORIGIN/x?page={}", page + 1) }).to_string()))
        .chain([answer(source("?max_depth=8"), 200, &[], &json!({ "values": [], "next": "ORIGIN/x?page=2" }).to_string())])
        .collect();
    let host = Host::start(API, endless).await;
    let tree = FORGE.tree(&host.api(), booking(), whole).await.expect("an answer").expect("a tree");
    assert_eq!((tree.truncated, host.asked().len()), (true, 100), "one that has no end is cut off");
}

#[tokio::test]
async fn a_tree_that_is_not_there_is_none_and_one_that_fails_is_a_failure() {
    let named = TreeQuery { reference: "feature/x", folder: None, recursive: false };
    let host = Host::start(API, vec![references(&[])]).await;
    assert!(matches!(FORGE.tree(&host.api(), booking(), named).await, Ok(None)), "no such branch");
    for (status, gone) in [(404, true), (500, false), (401, false)] {
        let host = Host::start(API, vec![references(&["branch"]), answer(source(""), status, &[], "{}")]).await;
        let outcome = FORGE.tree(&host.api(), booking(), named).await;
        assert_eq!((matches!(outcome, Ok(None)), outcome.is_err()), (gone, !gone), "{status}");
    }
}

#[tokio::test]
async fn a_file_is_read_as_its_bytes_and_not_beyond_its_limit() {
    let host = Host::start(API, vec![
        references(&["branch"]),
        answer(source("a%20b/copier.yml"), 200, &[], "_min: 9\n"),
        answer(source("gone"), 404, &[], "{}"),
    ])
    .await;
    let api = host.api();
    let read = async |path: &str, most: usize| {
        let entry = TreeEntry { path: path.to_owned(), kind: EntryKind::File, id: None, size: None };
        FORGE.blob(&api, booking(), "feature/x", &entry, most).await.expect("an answer")
    };
    assert_eq!(read("a b/copier.yml", 100).await.as_deref(), Some(b"_min: 9\n".as_slice()));
    assert!(read("a b/copier.yml", 4).await.is_none(), "longer than wanted");
    assert!(read("gone", 100).await.is_none(), "not there");
}
