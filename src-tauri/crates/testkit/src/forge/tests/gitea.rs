//! The simulator as Gitea and as Forgejo, asked over the wire.
#![allow(clippy::expect_used)]

use super::*;

fn start(dialect: Dialect, repositories: usize) -> (Simulator, String) {
    let simulator = Simulator::start(SimulatorConfig::of(dialect, repositories)).expect("a simulator");
    let token = simulator.add_token(0, TokenKind::Classic, &["read:user", "read:repository"], None);
    (simulator, token)
}

#[tokio::test]
async fn pages_are_of_fifty_at_most_and_say_how_many_there_are() {
    let (simulator, token) = start(Dialect::Gitea, 130);
    let page = ask(&simulator, &token, "/user/repos?limit=100&page=1", None).await;
    assert_eq!(page.json().as_array().map(Vec::len), Some(50));
    assert_eq!((page.header("x-total-count"), page.header("etag")), (Some("130"), None));
    let link = page.header("link").expect("more than one page");
    assert!(link.contains("page=2>; rel=\"next\"") && link.contains("page=3>; rel=\"last\""), "{link}");
    let usual = ask(&simulator, &token, "/user/repos", None).await;
    assert_eq!(usual.json().as_array().map(Vec::len), Some(30));
}

#[tokio::test]
async fn only_forgejo_takes_an_order() {
    for (dialect, ordered) in [(Dialect::Gitea, false), (Dialect::Forgejo, true)] {
        let (simulator, token) = start(dialect, 40);
        let rows = ask(&simulator, &token, "/user/repos?limit=50&order_by=id", None).await.json();
        let rows = rows.as_array().expect("a list");
        assert_eq!(rows.is_sorted_by_key(|row| row["id"].as_u64()), ordered, "{dialect:?}");
        let by_name = rows.is_sorted_by_key(|row| row["name"].as_str().map(str::to_lowercase));
        assert_eq!(by_name, !ordered, "{dialect:?}");
    }
    let (simulator, token) = start(Dialect::Forgejo, 5);
    assert_eq!(ask(&simulator, &token, "/user/repos?order_by=colour", None).await.status, 422);
}

#[tokio::test]
async fn trees_say_that_there_is_another_page() {
    let (simulator, token) = start(Dialect::Forgejo, 5);
    let full_name = format!("{}/parts", simulator.login(0));
    assert!(simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    let tree = async |page: u32| {
        let path = format!("/repos/{full_name}/git/trees/main?recursive=true&per_page=1000&page={page}");
        ask(&simulator, &token, &path, None).await
    };
    assert_eq!(tree(1).await.status, 404, "nothing in it yet");
    for path in ["a", "b", "c"] {
        let (path, text) = (path.to_owned(), "x".to_owned());
        assert!(simulator.change(&Change::Write { full_name: full_name.clone(), path, text }));
    }
    simulator.set_tree_limit(Some(2));
    for (page, rows, truncated) in [(1, 2, true), (2, 1, false)] {
        let told = tree(page).await.json();
        assert_eq!((told["tree"].as_array().map(Vec::len), &told["truncated"]), (Some(rows), &truncated.into()));
        assert_eq!(told["total_count"], 3);
    }
    let wrong = ask(&simulator, &token, &format!("/repos/{full_name}/git/trees/no-such"), None).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn tokens_need_the_permissions_for_what_they_ask() {
    let (simulator, token) = start(Dialect::Gitea, 5);
    let little = simulator.add_token(0, TokenKind::Classic, &["read:user"], None);
    assert_eq!(ask(&simulator, &little, "/user", None).await.status, 200);
    assert_eq!(ask(&simulator, &little, "/user/repos", None).await.status, 403);
    assert_eq!(ask(&simulator, "none", "/user", None).await.status, 401);
    let full_name = simulator.full_names()[0].clone();
    let id = simulator.repository_id(&full_name).expect("an id");
    let one = format!("/repositories/{id}");
    assert_eq!(ask(&simulator, &token, &one, None).await.json()["full_name"], full_name.as_str());
    assert!(simulator.change(&Change::Delete { full_name }));
    assert_eq!(ask(&simulator, &token, &one, None).await.status, 404);
}
