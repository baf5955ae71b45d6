//! Our requests and the practice forge's answers, held against GitHub's and Forgejo's own descriptions of their
//! APIs.
//!
//! Not here: the OAuth endpoints, which that description does not have (see the simulator's own
//! tests, and `independent_oauth`).

use drawbridge_domain::{BaseUrl, SecretString, Visibility};
use drawbridge_http::{Client, Config};
use drawbridge_providers::{Api, Catalog, Forge, Grant, PageKey, PageReply, Provider, RepositoryRef, TreeQuery};
use drawbridge_testkit::{
    browser,
    contract::{Contract, Side},
    forge::{Change, Dialect, Exchange, Simulator, SimulatorConfig, TokenKind},
};
use std::sync::Arc;

fn contract() -> Contract {
    Contract::github().expect("GitHub's description, which `cargo xtask test` fetches")
}

fn provider() -> Arc<Provider> {
    let id = "github".parse().expect("an id");
    Arc::clone(Catalog::shipped().find(&id).expect("GitHub is in the catalogue"))
}

fn github() -> &'static dyn Forge {
    provider().forge().expect("it hosts repositories")
}

/// Everything our GitHub does, once, on good days and at the edges.
async fn use_all_of_it(simulator: &Simulator) {
    let http = Client::new(Config { user_agent: "drawbridge-tests".to_owned() }).expect("a client");
    let base = BaseUrl::parse(&simulator.api_url()).expect("an address");
    let text = simulator.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    let token = SecretString::from(text);
    let api = Api::with_token(&http, &base, &token);
    let forge = github();
    provider().identify(&api).await.expect("identified");

    let mut waiting = vec![forge.first_page()];
    let mut asked: Vec<PageKey> = Vec::new();
    while let Some(key) = waiting.pop() {
        let PageReply::Page { etag, more, .. } = forge.list_page(&api, &key, None).await.expect("a page") else {
            panic!("a page that was never seen can't be unmodified");
        };
        let again = forge.list_page(&api, &key, etag.as_deref()).await.expect("a page");
        assert!(matches!(again, PageReply::Unmodified), "nothing has changed since");
        asked.push(key);
        waiting.extend(more.into_iter().filter(|key| !asked.contains(key)));
        waiting.dedup();
    }
    assert!(asked.len() >= 3, "several pages");

    let full_name = format!("{}/before", simulator.login(0));
    simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Internal });
    let login = simulator.login(0);
    let find = async |name: &str| {
        let named = RepositoryRef { forge_id: "", owner: &login, name };
        forge.find_repository(&api, named).await.expect("an answer")
    };
    assert!(find("before").await.is_some());
    simulator.change(&Change::Rename { full_name, to: "after".to_owned() });
    assert!(find("before").await.is_some_and(|one| one.name == "after"), "found by its former name");
    assert!(find("never-was").await.is_none());

    let after = RepositoryRef { forge_id: "", owner: &login, name: "after" };
    let whole = TreeQuery { reference: "main", folder: None, recursive: true };
    assert_eq!(forge.tree(&api, after, whole).await.expect("an answer"), None, "nothing in it yet");
    for (path, text) in [("skills/sort/SKILL.md", "Sort\n"), ("README.md", "Read me\n")] {
        let full_name = format!("{login}/after");
        assert!(simulator.change(&Change::Write { full_name, path: path.to_owned(), text: text.to_owned() }));
    }
    let tree = forge.tree(&api, after, whole).await.expect("an answer").expect("a tree");
    assert_eq!((tree.entries.len(), tree.truncated), (4, false));
    simulator.set_tree_limit(Some(2));
    assert!(forge.tree(&api, after, whole).await.expect("an answer").expect("a tree").truncated);
    let folder = tree.entries.iter().find(|entry| entry.path == "skills").expect("a folder");
    let below = TreeQuery { folder: Some(folder), recursive: false, ..whole };
    let below = forge.tree(&api, after, below).await.expect("an answer").expect("a tree");
    assert_eq!(below.entries[0].path, "skills/sort", "paths from the root");
    let file = tree.entries.iter().find(|entry| entry.path == "README.md").expect("a file");
    let content = forge.blob(&api, after, "main", file, 100).await.expect("an answer");
    assert_eq!(content.as_deref(), Some(&b"Read me\n"[..]));
    let found = forge.search(&api, "after", 10).await.expect("an answer");
    assert!(found.rows.iter().any(|one| one.owner == login && one.name == "after"));
    let newest = forge.newest_first(&[]).remove(0);
    let PageReply::Page { rows, .. } = forge.list_page(&api, &newest, None).await.expect("a page") else {
        panic!("a page that was never seen can't be unmodified");
    };
    assert_eq!(rows[0].name, "after", "what changed last");

    let client = simulator.client().clone();
    let callback = "http://127.0.0.1:40001/callback";
    let address = format!(
        "{}/login/oauth/authorize?client_id={}&redirect_uri={callback}&scope=repo&state=s",
        simulator.url(),
        client.client_id
    );
    let back = browser::approve(&address).await.expect("approved");
    let back = url::Url::parse(&back).expect("an address");
    let code = back.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let secret = client.client_secret.expect("a secret");
    let fields = [
        ("client_id", client.client_id.as_str()),
        ("client_secret", &secret),
        ("code", &code),
        ("redirect_uri", callback),
    ];
    let endpoint = format!("{}/login/oauth/access_token", simulator.url());
    let form = browser::Browser::new().post(&endpoint, &fields).await.expect("an answer").text();
    let issued = form.split('&').find_map(|pair| pair.strip_prefix("access_token=")).expect("a token").to_owned();
    let issued = SecretString::from(issued);
    let api = Api::with_token(&http, &base, &issued);
    provider().identify(&api).await.expect("identified");
    let secret = SecretString::from(secret);
    let kept = std::collections::BTreeMap::new();
    let grant = Grant {
        access: api.token,
        refresh: None,
        client: Some((&client.client_id, Some(&secret))),
        kept: &kept,
        access_over: false,
    };
    provider().revoke(&api, &simulator.host(), &grant, None).await.expect("revoked");
    assert!(provider().identify(&api).await.is_err(), "revoked");
}

#[tokio::test]
async fn what_we_ask_and_what_the_simulator_answers_is_as_github_describes_it() {
    let simulator = Simulator::start(SimulatorConfig::with_repositories(420)).expect("a simulator");
    use_all_of_it(&simulator).await;
    let contract = contract();
    let violations = simulator.check_log(&contract);
    let shown: Vec<String> = violations.iter().take(20).map(ToString::to_string).collect();
    assert!(violations.is_empty(), "{} violations, the first:\n{}", violations.len(), shown.join("\n"));
    let seen = |method: &str, start: &str, status: u16| {
        simulator
            .log()
            .iter()
            .any(|one| one.method == method && one.path.starts_with(start) && one.status == Some(status))
    };
    for (method, start, status) in [
        ("GET", "/user", 200),
        ("GET", "/user", 401),
        ("GET", "/user/repos", 200),
        ("GET", "/user/repos", 304),
        ("GET", "/repos/", 200),
        ("GET", "/repos/", 301),
        ("GET", "/repos/", 404),
        ("GET", "/repositories/", 200),
        ("GET", "/search/", 200),
        ("DELETE", "/applications/", 204),
    ] {
        assert!(seen(method, start, status), "{method} {start} -> {status} was not part of the check");
    }
}

/// Everything our Forgejo does, once, on good days and at the edges.
async fn use_all_of_forgejo(simulator: &Simulator) {
    let id = "forgejo".parse().expect("an id");
    let provider = Arc::clone(Catalog::shipped().find(&id).expect("Forgejo is in the catalogue"));
    let http = Client::new(Config { user_agent: "drawbridge-tests".to_owned() }).expect("a client");
    let base = provider.api_url(&simulator.host());
    let scopes = ["read:user", "read:repository"];
    let token = SecretString::from(simulator.add_token(0, TokenKind::Classic, &scopes, None));
    let api = Api::with_token(&http, &base, &token);
    let forge = provider.forge().expect("it hosts repositories");
    provider.identify(&api).await.expect("identified");
    let mut more = vec![forge.first_page()];
    for key in std::mem::take(&mut more).into_iter().chain(forge.newest_first(&[])) {
        let reply = forge.list_page(&api, &key, None).await.expect("a page");
        let PageReply::Page { more: behind, .. } = reply else { panic!("a page that was never seen") };
        more.extend(behind);
    }
    for key in more {
        forge.list_page(&api, &key, None).await.expect("a page");
    }
    let login = simulator.login(0);
    let full_name = format!("{login}/stencils");
    simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Internal });
    let id = simulator.repository_id(&full_name).expect("an id").to_string();
    let named = RepositoryRef { forge_id: &id, owner: &login, name: "stencils" };
    let whole = TreeQuery { reference: "main", folder: None, recursive: true };
    assert_eq!(forge.tree(&api, named, whole).await.expect("an answer"), None);
    for path in ["README.md", "skills/sort/SKILL.md"] {
        let change = Change::Write { full_name: full_name.clone(), path: path.to_owned(), text: "Sort\n".to_owned() };
        assert!(simulator.change(&change));
    }
    let tree = forge.tree(&api, named, whole).await.expect("an answer").expect("a tree");
    let elsewhere = TreeQuery { reference: "no-such", ..whole };
    assert_eq!(forge.tree(&api, named, elsewhere).await.expect("an answer"), None);
    forge.blob(&api, named, "main", &tree.entries[0], 100).await.expect("an answer").expect("a file");
    assert!(forge.find_repository(&api, named).await.expect("an answer").is_some());
    simulator.change(&Change::Delete { full_name });
    assert!(forge.find_repository(&api, named).await.expect("an answer").is_none());
    forge.search(&api, "o", 20).await.expect("an answer");
    simulator.revoke_all();
    assert!(forge.list_page(&api, &forge.first_page(), None).await.is_err());
}

#[tokio::test]
async fn what_we_ask_and_what_the_simulator_answers_is_as_forgejo_describes_it() {
    let simulator = Simulator::start(SimulatorConfig::of(Dialect::Forgejo, 120)).expect("a simulator");
    use_all_of_forgejo(&simulator).await;
    let contract = Contract::forgejo().expect("Forgejo's description, which `cargo xtask test` fetches");
    let violations = simulator.check_log(&contract);
    let shown: Vec<String> = violations.iter().take(20).map(ToString::to_string).collect();
    assert!(violations.is_empty(), "{} violations, the first:\n{}", violations.len(), shown.join("\n"));
    let log = simulator.log();
    for (start, status) in [
        ("/user", 200),
        ("/user/repos", 200),
        ("/user/repos", 401),
        ("/repositories/", 200),
        ("/repositories/", 404),
        ("/repos/search", 200),
        ("/repos/rowan-hale/stencils/git/trees/", 200),
        ("/repos/rowan-hale/stencils/git/trees/", 400),
        ("/repos/rowan-hale/stencils/git/trees/", 404),
        ("/repos/rowan-hale/stencils/git/blobs/", 200),
    ] {
        let seen = log.iter().any(|one| one.path.starts_with(start) && one.status == Some(status));
        assert!(seen, "{start} -> {status} was not part of the check");
    }
    // The description is no rubber stamp.
    let good = log.iter().find(|one| one.path == "/user/repos" && one.status == Some(200)).expect("a listing");
    let changes: [fn(&mut Exchange); 4] = [
        |one| rewrite(one, |rows| rows[0]["id"] = "seven".into()),
        |one| rewrite(one, |rows| rows[0]["updated_at"] = "yesterday".into()),
        |one| one.query.push(("per_page".to_owned(), "10".to_owned())),
        |one| one.headers.retain(|(name, _)| name != "authorization"),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut spoilt = good.clone();
        change(&mut spoilt);
        assert!(!contract.check(&spoilt).is_empty(), "change {number} was not noticed");
    }
}

/// An exchange of a listing, as recorded.
async fn listing(simulator: &Simulator) -> Exchange {
    let token = simulator.add_token(0, TokenKind::Classic, &["repo"], None);
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("user-agent", "drawbridge-tests"),
        ("accept", "application/vnd.github+json"),
    ];
    let address = format!("{}/user/repos?per_page=10&page=2", simulator.api_url());
    let sent = browser::Browser::new().get_with(&address, &headers).await;
    assert_eq!(sent.expect("an answer").status, 200);
    simulator.log().pop().expect("a record")
}

/// Spoils an exchange.
type Break = fn(&mut Exchange);

/// Changes the answer of an exchange.
fn rewrite(exchange: &mut Exchange, change: impl FnOnce(&mut serde_json::Value)) {
    let body = exchange.answer.as_ref().expect("a kept body");
    let mut value = serde_json::from_slice(body).expect("JSON");
    change(&mut value);
    exchange.answer = Some(value.to_string().into());
}

#[tokio::test]
async fn a_broken_answer_or_request_is_noticed() {
    let simulator = Simulator::start(SimulatorConfig::with_repositories(40)).expect("a simulator");
    let contract = contract();
    let good = listing(&simulator).await;
    assert_eq!(contract.check(&good), []);

    let answers: &[(&str, Break)] = &[
        ("a field is missing", |one| {
            rewrite(one, |rows| {
                rows[0].as_object_mut().expect("a row").remove("clone_url");
            });
        }),
        ("null where none may be", |one| rewrite(one, |rows| rows[1]["owner"] = serde_json::Value::Null)),
        ("another type", |one| rewrite(one, |rows| rows[2]["private"] = "yes".into())),
        ("a time that is none", |one| rewrite(one, |rows| rows[3]["pushed_at"] = "yesterday".into())),
        ("not a list", |one| rewrite(one, |rows| *rows = serde_json::json!({ "items": [] }))),
        ("not JSON", |one| one.answer = Some("<html>".into())),
        ("an unknown status", |one| one.status = Some(206)),
        ("a body where none may be", |one| one.status = Some(304)),
        ("an error without its shape", |one| one.status = Some(500)),
        ("another media type", |one| one.answer_headers.retain(|(name, _)| name != "content-type")),
        ("nothing known", |one| one.answer = None),
    ];
    let requests: &[(&str, Break)] = &[
        ("an unknown parameter", |one| one.query.push(("perpage".to_owned(), "10".to_owned()))),
        ("a word that is none of the known", |one| one.query.push(("sort".to_owned(), "stars".to_owned()))),
        ("no number", |one| one.query[0].1 = "many".to_owned()),
        ("the same twice", |one| one.query.push(("page".to_owned(), "3".to_owned()))),
        ("an unknown path", |one| one.path = "/user/repositories".to_owned()),
        ("another method", |one| one.method = "POST".to_owned()),
        ("no user agent", |one| one.headers.retain(|(name, _)| name != "user-agent")),
        ("no accepted type", |one| one.headers.retain(|(name, _)| name != "accept")),
        ("no credential", |one| one.headers.retain(|(name, _)| name != "authorization")),
        ("a version that is none", |one| {
            one.headers.push(("x-github-api-version".to_owned(), "2021-01-01".to_owned()));
        }),
        ("a body nobody reads", |one| one.body = "{}".into()),
    ];
    for (side, cases) in [(Side::Answer, answers), (Side::Request, requests)] {
        for (what, spoil) in cases {
            let mut spoilt = good.clone();
            spoil(&mut spoilt);
            let violations = contract.check(&spoilt);
            assert!(violations.iter().any(|one| one.side == side), "{what}: {violations:?}");
        }
    }
}
