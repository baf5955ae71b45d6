//! What lies in repositories, and the search for them, as GitHub tells it.
#![allow(clippy::expect_used)]

use super::*;

fn write(full_name: &str, path: &str, text: &str) -> Change {
    Change::Write { full_name: full_name.to_owned(), path: path.to_owned(), text: text.to_owned() }
}

#[tokio::test]
async fn files_are_found_by_tree_and_read_by_blob() {
    let (simulator, _clock) = small(5);
    let token = token(&simulator);
    let full_name = format!("{}/templates", simulator.login(0));
    assert!(simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    let tree = async |what: &str| ask(&simulator, &token, &format!("/repos/{full_name}/git/trees/{what}"), None).await;
    assert_eq!(tree("main").await.status, 409, "an empty repository has no tree");
    for (path, text) in [("stacks/web/copier.yml", "_min_copier_version: 9\n"), ("README.md", "Hello\n")] {
        assert!(simulator.change(&write(&full_name, path, text)));
    }
    let root = tree("main").await.json();
    let paths = |tree: &serde_json::Value| -> Vec<String> {
        let rows = tree["tree"].as_array().expect("entries");
        rows.iter().map(|row| row["path"].as_str().expect("a path").to_owned()).collect()
    };
    assert_eq!((paths(&root), &root["truncated"]), (vec!["README.md".to_owned(), "stacks".to_owned()], &false.into()));
    let all = tree("main?recursive=1").await;
    assert_eq!(paths(&all.json()), ["README.md", "stacks", "stacks/web", "stacks/web/copier.yml"]);
    let etag = all.header("etag").expect("a validator").to_owned();
    let path = format!("/repos/{full_name}/git/trees/main?recursive=1");
    assert_eq!(ask(&simulator, &token, &path, Some(&etag)).await.status, 304);
    let folder = root["tree"][1]["sha"].as_str().expect("an id");
    assert_eq!(paths(&tree(&format!("{folder}?recursive=1")).await.json()), ["web", "web/copier.yml"]);
    assert_eq!(tree("no-such-branch").await.status, 404);
    simulator.set_tree_limit(Some(2));
    let cut = tree("main?recursive=1").await.json();
    assert_eq!((paths(&cut).len(), &cut["truncated"]), (2, &true.into()));

    let id = root["tree"][0]["sha"].as_str().expect("an id").to_owned();
    let address = format!("/repos/{full_name}/git/blobs/{id}");
    let told = ask(&simulator, &token, &address, None).await.json();
    assert_eq!((&told["content"], &told["size"]), (&"SGVsbG8K".into(), &6.into()));
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("user-agent", "test"),
        ("accept", "application/vnd.github.raw+json"),
    ];
    let raw = Browser::new().get_with(&format!("{}{address}", simulator.api_url()), &headers).await.expect("an answer");
    assert_eq!(raw.text(), "Hello\n");
    assert!(simulator.change(&write(&full_name, "README.md", "Hello again\n")));
    assert_eq!(ask(&simulator, &token, &address, None).await.status, 404, "that content is gone");
    assert_eq!(ask(&simulator, &token, &path, Some(&etag)).await.status, 200, "a change shows");
    assert!(simulator.change(&Change::Erase { full_name: full_name.clone(), path: "README.md".to_owned() }));
    assert_eq!(paths(&tree("main").await.json()), ["stacks"]);
}

#[tokio::test]
async fn what_the_seed_made_is_not_empty() {
    let (simulator, _clock) = small(30);
    let token = token(&simulator);
    let row = ask(&simulator, &token, "/user/repos?per_page=1", None).await.json()[0].clone();
    let (name, branch) = (row["full_name"].as_str().expect("a name"), row["default_branch"].as_str().expect("one"));
    let tree = ask(&simulator, &token, &format!("/repos/{name}/git/trees/{branch}"), None).await.json();
    assert_eq!(tree["tree"][0]["path"], "README.md");
    let full_name = name.to_owned();
    assert!(simulator.change(&Change::Delete { full_name }));
    assert_eq!(ask(&simulator, &token, &format!("/repos/{name}/git/trees/{branch}"), None).await.status, 404);
}

#[tokio::test]
async fn a_search_finds_names_with_all_words_that_the_token_may_see() {
    let (simulator, _clock) = small(400);
    let (all, public) = (token(&simulator), simulator.add_token(0, TokenKind::Classic, &[], None));
    let path = "/search/repositories?q=gate%20in:name%20fork:true&per_page=100";
    for name in ["Water-Gate", "gatehouse"] {
        let full_name = format!("{}/{name}", simulator.login(0));
        assert!(simulator.change(&Change::Add { full_name, visibility: Visibility::Private }));
    }
    let found = ask(&simulator, &all, path, None).await.json();
    let names: Vec<&str> =
        found["items"].as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name")).collect();
    assert!(names.contains(&"Water-Gate") && names.contains(&"gatehouse"), "{names:?}");
    assert!(names.iter().all(|name| name.to_lowercase().contains("gate")), "{names:?}");
    assert_eq!(found["total_count"], names.len());
    let hidden = ask(&simulator, &public, path, None).await.json();
    assert!(hidden["items"].as_array().expect("a list").iter().all(|one| one["private"] == false));
    assert_eq!(ask(&simulator, &all, "/search/repositories", None).await.status, 422);
}

#[tokio::test]
async fn a_page_means_that_of_the_listing_of_everything() {
    let (simulator, _clock) = small(150);
    let token = token(&simulator);
    simulator.fail_page(2, 502, 1);
    assert_eq!(ask(&simulator, &token, "/search/repositories?q=a&page=2", None).await.status, 200);
    assert_eq!(ask(&simulator, &token, "/user/repos?per_page=100&page=2", None).await.status, 502);
}
