//! The simulator as GitLab: what its documentation says, asked over the wire.
#![allow(clippy::expect_used)]

use super::*;

const ALL: &str = "/projects?membership=true&pagination=keyset&order_by=id&sort=asc&per_page=100";

fn gitlab(repositories: usize) -> (Simulator, String) {
    let simulator = Simulator::start(SimulatorConfig::of(Dialect::GitLab, repositories)).expect("a simulator");
    let token = simulator.add_token(0, TokenKind::Classic, &["read_user", "read_api"], None);
    (simulator, token)
}

/// The path that a link of this relation leads to.
fn linked(simulator: &Simulator, page: &Page, relation: &str) -> Option<String> {
    let link = page.header("link")?.split(", ").find(|part| part.ends_with(&format!("rel=\"{relation}\"")))?;
    let url = link.split(['<', '>']).nth(1).expect("an address");
    Some(url.strip_prefix(&simulator.api_url()).expect("the same prefix as asked").to_owned())
}

#[tokio::test]
async fn pages_go_on_behind_an_id_until_one_is_empty() {
    let (simulator, token) = gitlab(250);
    let (mut seen, mut sizes, mut next) = (Vec::new(), Vec::new(), Some(ALL.to_owned()));
    while let Some(path) = next {
        let page = ask(&simulator, &token, &path, None).await;
        assert_eq!((page.status, page.header("x-total")), (200, None));
        let rows = page.json();
        let ids: Vec<u64> =
            rows.as_array().expect("a list").iter().map(|row| row["id"].as_u64().expect("one")).collect();
        sizes.push(ids.len());
        seen.extend(ids);
        next = linked(&simulator, &page, "next");
        assert_eq!(next.is_some(), page.text() != "[]", "only the empty page is the last");
    }
    assert_eq!(sizes, [100, 100, 50, 0]);
    assert!(seen.is_sorted() && seen.len() == 250);
}

#[tokio::test]
async fn pages_by_number_count_up_to_ten_thousand_and_go_no_further_than_fifty() {
    let (simulator, token) = gitlab(10_001);
    let path = "/projects?membership=true&order_by=updated_at&per_page=500";
    let first = ask(&simulator, &token, path, None).await;
    assert_eq!((first.header("x-per-page"), first.header("x-next-page")), (Some("100"), Some("2")), "capped");
    assert_eq!((first.header("x-total"), linked(&simulator, &first, "last")), (None, None), "too many to be counted");
    assert!(linked(&simulator, &first, "next").is_some());
    let few = ask(&simulator, &token, "/projects?membership=true&search=etl&per_page=1", None).await;
    assert!(few.header("x-total").is_some() && linked(&simulator, &few, "last").is_some());
    let far = ask(&simulator, &token, "/projects?per_page=100&page=501", None).await;
    assert_eq!(far.status, 405);
    for (query, status) in [
        ("order_by=stars", 400),
        ("sort=up", 400),
        ("membership=perhaps", 400),
        ("pagination=keyset&order_by=name", 405),
        ("perpage=7", 200),
    ] {
        assert_eq!(ask(&simulator, &token, &format!("/projects?{query}"), None).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn an_unchanged_page_is_a_304_that_counts() {
    let (simulator, token) = gitlab(50);
    let page = ask(&simulator, &token, ALL, None).await;
    let again = ask(&simulator, &token, ALL, page.header("etag")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let left = |page: &Page| page.header("ratelimit-remaining").and_then(|left| left.parse::<u32>().ok());
    assert_eq!(left(&again), left(&page).map(|left| left - 1), "it saves bytes, not budget");
    let full_name = simulator.full_names()[3].clone();
    assert!(simulator.change(&Change::Describe { full_name, description: Some("new".to_owned()) }));
    assert_eq!(ask(&simulator, &token, ALL, page.header("etag")).await.status, 200);
    simulator.set_rate_limit(3);
    let limited = ask(&simulator, &token, ALL, None).await;
    assert_eq!((limited.status, limited.text().as_str()), (429, "Retry later\n"));
    assert!(limited.header("retry-after").is_some() && limited.header("ratelimit-reset").is_some());
}

#[tokio::test]
async fn a_project_is_found_by_id_and_by_former_paths_and_only_by_who_may_see_it() {
    let (simulator, token) = gitlab(5);
    let (login, stranger) = (simulator.login(0), simulator.add_token(1, TokenKind::Classic, &["api"], None));
    for (path, member) in [("acme", 0), ("acme/boats", 1), ("acme/boats/engines", 1)] {
        let member = simulator.login(member);
        assert!(simulator.change(&Change::AddGroup { path: path.to_owned(), member }), "{path}");
    }
    assert!(!simulator.change(&Change::AddGroup { path: "nobody/here".to_owned(), member: login.clone() }));
    let full_name = "acme/boats/engines/diesel".to_owned();
    assert!(simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    let id = simulator.repository_id(&full_name).expect("an id");
    let one = ask(&simulator, &token, &format!("/projects/{id}"), None).await.json();
    assert_eq!(one["path_with_namespace"], full_name.as_str());
    assert_eq!(one["namespace"]["full_path"], "acme/boats/engines");
    assert_eq!((&one["default_branch"], &one["empty_repo"]), (&serde_json::Value::Null, &true.into()));
    assert_eq!(one["permissions"]["group_access"]["access_level"], 30, "by a group further up");
    let listed = ask(&simulator, &token, ALL, None).await.json();
    let row = listed.as_array().expect("a list").iter().find(|row| row["id"] == id).expect("listed").clone();
    assert_eq!(row["permissions"]["group_access"], serde_json::Value::Null, "a list looks no further up");

    assert!(simulator.change(&Change::RenameOwner { login: "acme/boats".to_owned(), to: "acme/ships".to_owned() }));
    let by_path = |path: &str| format!("/projects/{}", path.replace('/', "%2F"));
    let moved = ask(&simulator, &token, &by_path(&full_name), None).await;
    let target = format!("{}/projects/{id}", simulator.api_url());
    assert_eq!((moved.status, moved.header("location")), (301, Some(target.as_str())));
    assert_eq!(ask(&simulator, &token, &by_path("acme/ships/engines/diesel"), None).await.status, 200);
    assert!(simulator.change(&Change::Doom { full_name: "acme/ships/engines/diesel".to_owned() }));
    let doomed = ask(&simulator, &token, &format!("/projects/{id}"), None).await.json();
    assert!(doomed["marked_for_deletion_on"].is_string(), "still there: {doomed}");

    assert!(simulator.change(&Change::Leave { login, organisation: "acme".to_owned() }));
    assert_eq!(ask(&simulator, &token, &format!("/projects/{id}"), None).await.status, 404);
    assert_eq!(ask(&simulator, &stranger, &format!("/projects/{id}"), None).await.status, 200);
}

#[tokio::test]
async fn trees_come_in_pages_and_files_as_they_are() {
    let (simulator, token) = gitlab(5);
    let full_name = format!("{}/parts", simulator.login(0));
    assert!(simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    let id = simulator.repository_id(&full_name).expect("an id");
    let tree = format!("/projects/{id}/repository/tree?recursive=true&per_page=100&pagination=keyset");
    assert_eq!(ask(&simulator, &token, &tree, None).await.status, 404, "nothing in it yet");
    for number in 0..120 {
        // All of the same content, so of the same id.
        let (path, text) = (format!("all/{number}"), "same".to_owned());
        assert!(simulator.change(&Change::Write { full_name: full_name.clone(), path, text }));
    }
    let first = ask(&simulator, &token, &tree, None).await;
    let next = linked(&simulator, &first, "next").expect("another page");
    let second = ask(&simulator, &token, &next, None).await;
    let rows = |page: &Page| page.json().as_array().map_or(0, Vec::len);
    assert_eq!((rows(&first), rows(&second), linked(&simulator, &second, "next")), (100, 21, None));
    let blob = first.json()[1]["id"].as_str().expect("an id").to_owned();
    let raw = ask(&simulator, &token, &format!("/projects/{id}/repository/blobs/{blob}/raw"), None).await;
    assert_eq!(raw.text(), "same");
    assert!(simulator.twist(&full_name, Oddity::NoCode));
    assert_eq!(ask(&simulator, &token, &tree, None).await.status, 403, "its code is switched off");
    assert_eq!(ask(&simulator, &token, &format!("/projects/{id}"), None).await.status, 200, "and it is there");
}

#[tokio::test]
async fn tokens_need_the_scopes_for_what_they_ask() {
    let (simulator, _token) = gitlab(5);
    let little = simulator.add_token(0, TokenKind::Classic, &["read_user"], None);
    assert!(little.starts_with("glpat-"));
    assert_eq!(ask(&simulator, &little, "/user", None).await.json()["username"], simulator.login(0).as_str());
    let refused = ask(&simulator, &little, ALL, None).await;
    assert_eq!((refused.status, &refused.json()["error"]), (403, &"insufficient_scope".into()));
    assert_eq!(ask(&simulator, "glpat-none", "/user", None).await.status, 401);
}

#[tokio::test]
async fn a_page_of_a_fault_is_told_by_its_place_in_the_list() {
    let (simulator, token) = gitlab(250);
    let first = ask(&simulator, &token, ALL, None).await;
    let second = linked(&simulator, &first, "next").expect("another page");
    simulator.fail_page(2, 502, 1);
    assert_eq!(ask(&simulator, &token, ALL, None).await.status, 200);
    assert_eq!(ask(&simulator, &token, &second, None).await.status, 502);
    let gone = simulator.full_names()[0].clone();
    simulator.change_before_page(2, Change::Delete { full_name: gone.clone() });
    assert_eq!(ask(&simulator, &token, &second, None).await.status, 200);
    assert!(simulator.repository_id(&gone).is_none());
}
