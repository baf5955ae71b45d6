//! Clients that are added: where, and what an import says of each.
//!
//! Not here: clients that register themselves (`independent_oauth`), and whose access they renew (`connections`).

use crate::app::App;
use drawbridge_domain::BaseUrl;
use drawbridge_keeper::{
    Code,
    dto::{ImportClients, ImportedClient, NewClient},
};

fn client(provider: &str, host: Option<&str>, client_id: &str) -> NewClient {
    NewClient {
        provider: provider.parse().expect("a provider id"),
        host: host.map(|host| BaseUrl::parse(host).expect("an address")),
        api_url: None,
        client_id: client_id.to_owned(),
        client_secret: None,
        name: None,
        preferred: false,
        own_redirects: false,
    }
}

async fn import(app: &App, clients: Vec<NewClient>) -> Vec<ImportedClient> {
    app.keeper.client_import(ImportClients { clients }).await.expect("read").rows
}

/// A provider whose address has two parts of a person's own.
const TWO_PARTS: &str = r#"
name = "Two Parts"
monogram = "2P"
category = "work"
template = "https://{team}.{region}.two.example"
checked = "2026-11-22"
sources = ["https://two.example/docs"]

[[part]]
name = "team"
label = "Team"
hint = "herons"

[[part]]
name = "region"
label = "Region"
hint = "eu"

[oauth]
authorize = "/authorize"
token = "/token"
ways = ["loopback"]

[who]
address = "/me"
id = "id"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_several_parts_is_taken_with_all_of_them() {
    let app = App::open().await;
    app.add_provider("two-parts", TWO_PARTS).await;
    let added = app.keeper.client_add(client("two-parts", Some("https://herons.eu-1.two.example"), "one")).await;
    assert_eq!(added.expect("it is of the template").host.label(), "herons.eu-1.two.example");
    for host in ["https://herons.two.example", "https://.eu.two.example", "https://herons.eu.three.example"] {
        let refused = app.keeper.client_add(client("two-parts", Some(host), "one")).await.expect_err(host);
        assert_eq!(refused.code, Code::InvalidInput, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_what_is_wrong_and_what_to_do() {
    let app = App::open().await;
    let rows = import(&app, vec![client("gitlabb", None, "one"), client("gitlab", None, "two words")]).await;
    assert!(rows.iter().all(|row| row.client.is_none()), "{rows:?}");
    assert!(rows[0].why.contains("no provider called gitlabb. Did you mean gitlab?"), "{}", rows[0].why);
    assert!(rows[1].why.ends_with("Copy it from the client's page at the host."), "{}", rows[1].why);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_another_provider_at_the_same_host_is_another() {
    let app = App::open().await;
    let host = Some("https://git.example");
    let rows = import(&app, vec![client("gitea", host, "same"), client("gitlab", host, "same")]).await;
    assert!(rows.iter().all(|row| row.client.is_some()), "{rows:?}");
    let again = import(&app, vec![client("gitea", host, " same ")]).await;
    assert!(again[0].why.contains("here already"), "{again:?}");
    assert_eq!(app.keeper.client_list().await.expect("listed").total, 2);
}
