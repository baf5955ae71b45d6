//! The simulator as Bitbucket Cloud, Bitbucket Data Center and Azure DevOps: what their references say, and
//! what they refuse, asked over the wire.
#![allow(clippy::expect_used)]

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

async fn ask_with(url: &str, headers: &[(&str, &str)]) -> Page {
    Browser::new().get_with(url, headers).await.expect("an answer")
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn start(dialect: Dialect, repositories: usize, scopes: &[&str]) -> (Simulator, String) {
    let simulator = Simulator::start(SimulatorConfig::of(dialect, repositories)).expect("a simulator");
    let token = simulator.add_token(0, TokenKind::Classic, scopes, None);
    (simulator, token)
}

fn rows(page: &Page, name: &str) -> Vec<Value> {
    page.json()[name].as_array().expect("a list").clone()
}

const CLOUD: &[&str] = &["read:user:bitbucket", "read:workspace:bitbucket", "read:repository:bitbucket"];

#[tokio::test]
async fn nothing_is_listed_across_workspaces_but_the_workspaces() {
    let (simulator, token) = start(Dialect::BitbucketCloud, 250, CLOUD);
    for gone in ["/repositories?role=member", "/workspaces", "/user/permissions/repositories"] {
        assert_eq!(ask(&simulator, &token, gone, None).await.status, 410, "{gone}");
    }
    let workspaces = ask(&simulator, &token, "/user/workspaces?pagelen=100", None).await;
    let (mut seen, mut fullest) = (HashSet::new(), 0);
    for row in rows(&workspaces, "values") {
        let slug = row["workspace"]["slug"].as_str().expect("a slug").to_owned();
        assert_eq!(row["administrator"], slug == simulator.login(0), "{row}");
        let mut next = Some(format!("/repositories/{slug}?role=member&sort=created_on&pagelen=20"));
        while let Some(path) = next {
            let page = ask(&simulator, &token, &path, None).await;
            let found = rows(&page, "values");
            fullest = fullest.max(found.len());
            seen.extend(found.iter().map(|one| one["uuid"].as_str().expect("an id").to_owned()));
            let link = page.json()["next"].as_str().map(str::to_owned);
            next = link.map(|link| link.strip_prefix(&simulator.api_url()).expect("the API").to_owned());
        }
    }
    assert_eq!((seen.len(), fullest), (250, 20), "each once, in pages");
    let own = simulator.login(0);
    for (query, status) in [
        ("pagelen=101", 400),
        ("pagelen=x", 400),
        ("page=999", 404),
        ("sort=stars", 400),
        ("role=boss", 400),
        ("q=name%20>%20%22x%22", 400),
        ("weather=1", 200),
    ] {
        let path = format!("/repositories/{own}?{query}");
        assert_eq!(ask(&simulator, &token, &path, None).await.status, status, "{query}");
    }
    let few = ask(&simulator, &token, &format!("/repositories/{own}?pagelen=1&fields=values.uuid,next"), None).await;
    assert_eq!(rows(&few, "values")[0].as_object().expect("an object").len(), 1, "only what was asked for");
    assert!(few.json().get("size").is_none());
}

#[tokio::test]
async fn a_persons_token_goes_with_their_address_and_private_things_are_forbidden() {
    let (simulator, token) = start(Dialect::BitbucketCloud, 20, CLOUD);
    let user = format!("{}/user", simulator.api_url());
    let mail = format!("{}@mail.example", simulator.login(0));
    for (authorization, status) in
        [(basic(&mail, &token), 200), (basic(&simulator.login(0), &token), 401), (basic(&mail, "wrong"), 401)]
    {
        assert_eq!(ask_with(&user, &[("authorization", &authorization)]).await.status, status);
    }
    let full_name = format!("{}/hidden", simulator.login(1));
    assert!(simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    assert_eq!(ask(&simulator, &token, &format!("/repositories/{full_name}"), None).await.status, 403);
    assert_eq!(ask(&simulator, &token, &format!("/repositories/{full_name}-not"), None).await.status, 404);
    let weak = simulator.add_token(0, TokenKind::Classic, &["read:user:bitbucket"], None);
    assert_eq!(ask(&simulator, &weak, "/user", None).await.status, 200);
    assert_eq!(ask(&simulator, &weak, "/user/workspaces", None).await.status, 403);
}

#[tokio::test]
async fn a_branch_is_no_commit_and_a_deep_question_takes_too_long() {
    let (simulator, token) = start(Dialect::BitbucketCloud, 5, CLOUD);
    let full_name = format!("{}/deep", simulator.login(0));
    assert!(simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    for path in ["a/b/c.txt", "a/d.txt", "e.txt"] {
        let change = Change::Write { full_name: full_name.clone(), path: path.to_owned(), text: path.to_owned() };
        assert!(simulator.change(&change));
    }
    let at = format!("/repositories/{full_name}");
    let refs = ask(&simulator, &token, &format!("{at}/refs?q=name=%22main%22"), None).await;
    let commit = rows(&refs, "values")[0]["target"]["hash"].as_str().expect("a commit").to_owned();
    assert_eq!(ask(&simulator, &token, &format!("{at}/src/main/"), None).await.status, 404);
    let count = async |query: &str| {
        let page = ask(&simulator, &token, &format!("{at}/src/{commit}/{query}"), None).await;
        (page.status, page.json()["size"].as_u64())
    };
    assert_eq!(count("").await, (200, Some(2)));
    assert_eq!(count("?max_depth=2").await, (200, Some(4)));
    assert_eq!(count("?max_depth=9").await, (200, Some(5)));
    assert_eq!(count("a?max_depth=9").await, (200, Some(3)));
    simulator.set_tree_limit(Some(3));
    assert_eq!(count("?max_depth=9").await.0, 555);
    assert_eq!(count("").await, (200, Some(2)));
}

#[tokio::test]
async fn only_a_page_knows_where_the_next_begins_and_archived_ones_are_asked_for() {
    let (simulator, token) = start(Dialect::BitbucketDc, 250, &["REPO_READ"]);
    let hidden = format!("{}/hidden", simulator.login(1));
    assert!(simulator.change(&Change::Add { full_name: hidden.clone(), visibility: Visibility::Private }));
    let archived = simulator.full_names()[3].clone();
    assert!(simulator.change(&Change::Archive { full_name: archived, archived: true }));
    let count = async |archived: &str| {
        let (mut sizes, mut start) = (Vec::new(), Some(0));
        while let Some(at) = start {
            let path = format!("/repos?limit=1000{archived}&start={at}");
            let page = ask(&simulator, &token, &path, None).await;
            assert_eq!(page.header("x-ausername"), Some(simulator.login(0).as_str()));
            sizes.push(rows(&page, "values").len());
            start = page.json()["nextPageStart"].as_u64();
            assert_eq!(start.is_none(), page.json()["isLastPage"] == true);
        }
        sizes
    };
    assert_eq!(count("&archived=ALL").await, [100, 100, 50], "capped by the administrator");
    let active: usize = count("").await.iter().sum();
    assert!(active < 250, "archived ones are left out unless they are asked for");
    let (owner, name) = hidden.split_once('/').expect("two");
    let refused = ask(&simulator, &token, &format!("/projects/~{owner}/repos/{name}"), None).await;
    assert_eq!((refused.status, refused.header("x-ausername").is_some()), (401, true), "known, and may not");
    assert!(refused.text().contains("AuthorisationException"));
    let unknown = ask(&simulator, "wrong", "/repos", None).await;
    assert_eq!((unknown.status, unknown.header("x-ausername")), (401, None));
    let nobodys = ask_with(&format!("{}/repos", simulator.api_url()), &[]).await;
    assert_eq!((nobodys.status, nobodys.header("x-ausername")), (200, None), "anybody may ask, and is told nothing");
    assert!(rows(&nobodys, "values").is_empty());
}

#[tokio::test]
async fn who_is_not_known_is_shown_a_page_for_signing_in() {
    let (simulator, token) = start(Dialect::AzureDevops, 30, &["vso.code"]);
    let list = format!("{}/practice/_apis/git/repositories?api-version=7.1", simulator.url());
    let known = basic("practice", &token);
    let wrong = basic("practice", "wrong");
    let suppress = ("x-tfs-fedauthredirect", "Suppress");
    let page = ask_with(&list, &[("authorization", &known)]).await;
    assert_eq!((page.status, rows(&page, "value").len()), (200, 30), "everything at once");
    let page = ask_with(&list, &[("authorization", &wrong)]).await;
    assert!(page.status == 203 && page.text().contains("<html"), "a success that is none: {}", page.status);
    assert_eq!(ask_with(&list, &[("authorization", &wrong), suppress]).await.status, 401);
    for (path, status) in [
        ("/practice/_apis/git/repositories", 400),
        ("/elsewhere/_apis/git/repositories?api-version=7.1", 404),
        ("/_apis/profile/profiles/me?api-version=7.1", 401),
        ("/practice/_apis/connectionData", 200),
    ] {
        let url = format!("{}{path}", simulator.url());
        assert_eq!(ask_with(&url, &[("authorization", &known), suppress]).await.status, status, "{path}");
    }
    simulator.limit_next(1, 7);
    let limited = ask_with(&list, &[("authorization", &known)]).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
}
