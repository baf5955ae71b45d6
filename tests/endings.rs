//! How access stands at its host after a try to end or to renew it: nothing is called done that
//! may not be.
//!
//! Not here: what ends it (`connect`, `connections`), all at once (`disconnect_all`).

use crate::{
    app::{App, PATIENCE},
    connections::{Bench, HOUR, ROTATES},
};
use drawbridge_domain::{BaseUrl, SecretString};
use drawbridge_keeper::{
    Code,
    dto::{Account, DisconnectReceipt, NewClient, RegisterClient, Unended},
};
use drawbridge_testkit::fault::{BodyKind, Fault, FaultServer, Revoke, Rules};
use std::sync::Arc;

const REVOKE: &str = "address = \"/revoke\"";
const NOBODY: &str = "address = \"http://127.0.0.1:9/revoke\"";

/// The server's definition with another `[revoke]`.
fn revoking(server: &FaultServer, revoke: &str) -> String {
    server.definition("Faulty", "", ROTATES).replace(REVOKE, revoke)
}

async fn disconnect(bench: &Bench, account: Account) -> DisconnectReceipt {
    bench.app.keeper.account_disconnect(account.id).await.expect("disconnects")
}

async fn unended(app: &App) -> Vec<Unended> {
    app.keeper.unended_list().await.expect("listed").rows
}

/// Disconnects while the host is away, and lets it come back after the access has ended.
async fn queued_until_the_access_has_ended(rules: Revoke, revoke: &str) -> (App, FaultServer, Vec<Unended>) {
    let bench = Bench::start(Rules { revoke: rules, ..Rules::default() }, "", ROTATES).await;
    let away = revoke.replace(REVOKE, NOBODY);
    bench.app.add_provider("faulty", &revoking(&bench.server, &away)).await;
    let account = bench.connect("ann").await;
    let receipt = disconnect(&bench, account).await;
    assert!(receipt.queued && !receipt.revoked, "{}", receipt.sentence);
    bench.app.add_provider("faulty", &revoking(&bench.server, revoke)).await;
    bench.clock.advance(5 * HOUR);
    let Bench { app, server, .. } = bench;
    let app = app.restart().await;
    let mut events = app.keeper.events();
    let tried = async {
        loop {
            let rows = unended(&app).await;
            if rows.iter().all(|row| row.next_try_at.is_none()) {
                return rows;
            }
            let _ = events.recv().await;
        }
    };
    let rows = tokio::time::timeout(PATIENCE, tried).await.expect("it is tried");
    (app, server, rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_has_ended_says_nothing_of_the_grant_it_was_renewed_from() {
    let bearer = Revoke { body: BodyKind::Bearer, takes_refresh: false, unknown_status: 401, ..Revoke::default() };
    let (_app, server, rows) =
        queued_until_the_access_has_ended(bearer, &format!("{REVOKE}\nform = \"bearer\"\ntoken = \"access\"")).await;
    assert!(server.truth("ann").alive, "nothing ended it");
    assert_eq!(rows.len(), 1, "so it is not struck off");
    assert!(rows[0].sentence.contains("end it in your settings there"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_access_has_ended_the_refresh_token_ends_the_grant_or_the_person_does() {
    let by_access = format!("{REVOKE}\ntoken = \"access\"");
    let (_app, server, rows) = queued_until_the_access_has_ended(Revoke::default(), &by_access).await;
    assert!(rows.is_empty(), "{rows:?}");
    assert_eq!(server.truth("ann").ended_by, Some("revoked"), "what left the list has ended");

    let deaf = Revoke {
        takes_refresh: false,
        unknown_status: 400,
        unknown: r#"{"error": "unsupported_token_type"}"#.to_owned(),
        ..Revoke::default()
    };
    let (_app, server, rows) = queued_until_the_access_has_ended(deaf, &by_access).await;
    assert!(server.truth("ann").alive && rows.len() == 1, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_person_can_end_is_listed_from_the_first_moment() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let none = bench.server.definition("Faulty", "", ROTATES).replace("[revoke]\naddress = \"/revoke\"\n\n", "");
    bench.app.add_provider("faulty", &none).await;
    let account = bench.connect("ann").await;
    let receipt = disconnect(&bench, account).await;
    assert!(!receipt.revoked && !receipt.queued && receipt.page.is_none(), "{}", receipt.sentence);
    assert!(receipt.sentence.ends_with("in your settings there."), "no page is known: {}", receipt.sentence);
    let rows = unended(&bench.app).await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].next_try_at.is_none() && rows[0].login == "login-ann", "{rows:?}");
    bench.app.keeper.unended_forget(&rows[0].id).await.expect("the person has seen to it");
    assert!(unended(&bench.app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_by_its_refresh_token_is_not_renewed_first() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    bench.clock.advance(2 * HOUR);
    let sent = bench.server.token_requests();
    let receipt = disconnect(&bench, account).await;
    assert!(receipt.revoked, "{}", receipt.sentence);
    assert_eq!(bench.server.token_requests(), sent, "nothing could be lost on the way");
    assert!(!bench.server.truth("ann").alive);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_was_lost_is_not_said_to_have_ended() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    bench.clock.advance(2 * HOUR);
    bench.server.script([Fault::ReplyLost]);
    bench.check(&account).await.expect_err("the reply was lost");
    let receipt = disconnect(&bench, account).await;
    assert!(bench.server.truth("ann").alive, "the server answers that a token it does not know has ended");
    assert!(!receipt.revoked && !receipt.queued && receipt.sentence.contains("is not known"), "{}", receipt.sentence);
    let rows = unended(&bench.app).await;
    assert!(rows.len() == 1 && rows[0].next_try_at.is_none(), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_host_says_of_the_token_itself_ends_it() {
    for (code, ended) in [("internal_error", false), ("token_revoked", true)] {
        let revoke = Revoke {
            body: BodyKind::Bearer,
            takes_access: false,
            unknown_status: 200,
            unknown: format!("{{\"ok\": false, \"error\": \"{code}\"}}"),
            ..Revoke::default()
        };
        let bench = Bench::start(Rules { revoke, renews: false, ..Rules::default() }, "", "").await;
        let text = bench.server.definition("Faulty", "", "");
        let text = text.replace(REVOKE, &format!("{REVOKE}\nform = \"bearer\"\ntoken = \"access\""));
        let who = "login = \"login\"\nerror = \"error\"\nunauthorized = [\"token_revoked\"]\n";
        bench.app.add_provider("faulty", &text.replace("login = \"login\"\n", who)).await;
        let account = bench.connect("ann").await;
        let receipt = disconnect(&bench, account).await;
        assert_eq!((receipt.revoked, receipt.queued), (ended, !ended), "{code}: {}", receipt.sentence);
        assert_eq!(unended(&bench.app).await.len(), usize::from(!ended), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_was_not_sent_is_not_called_done() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    let sent = bench.server.token_requests();
    // Nobody knows any more where to renew.
    let lost = bench.server.definition("Faulty", "", ROTATES).replace("token = \"/token\"\n", "discovery = true\n");
    bench.app.add_provider("faulty", &lost).await;
    bench.check(&account).await.expect("what is there works");
    let refused = bench.app.keeper.account_refresh(account.id.clone()).await.expect_err("nothing was renewed");
    assert_eq!(refused.code, Code::NotOffered, "{refused:?}");
    bench.app.add_provider("faulty", &bench.server.definition("Faulty", "", ROTATES)).await;
    let client = bench.app.keeper.client_list().await.expect("listed").rows.remove(0);
    bench.app.keeper.client_remove(client.id).await.expect("removed");
    let refused = bench.app.keeper.account_refresh(account.id.clone()).await.expect_err("nothing was renewed");
    assert_eq!(refused.code, Code::ClientMissing, "{refused:?}");
    bench.check(&account).await.expect("what is there works");
    assert_eq!(bench.server.token_requests(), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_client_leaves_the_address_of_the_api_as_it_was_said() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    let api = |path: &str| format!("{}{path}", bench.server.url()).parse::<BaseUrl>().expect("an address");
    let client = |client_id: &str, api_url| NewClient {
        provider: "faulty".parse().expect("an id"),
        host: None,
        api_url,
        client_id: client_id.to_owned(),
        client_secret: Some(SecretString::from("a secret".to_owned())),
        name: None,
        preferred: false,
        own_redirects: false,
    };
    let added = bench.app.keeper.client_add(client("second", Some(api("/elsewhere")))).await.expect("added");
    assert_eq!(added.api_url, api("/elsewhere"));
    bench.check(&account).await.expect_err("nothing answers there");
    let third = bench.app.keeper.client_add(client("third", None)).await.expect("added");
    assert_eq!(third.api_url, api("/elsewhere"), "nothing was said of it");
    let said = bench.app.keeper.client_add(client("third", Some(api("")))).await.expect("added");
    assert_eq!(said.api_url, api(""));
    bench.check(&account).await.expect("it was said where it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_does_not_wait_for_a_server_that_was_not_asked_to_register_yet() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    // What is sent here is taken and never answered.
    let stuck = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let host = format!("http://{}", stuck.local_addr().expect("its address")).parse().expect("an address");
    let request = RegisterClient { provider: "oauth-server".parse().expect("an id"), host: Some(host), api_url: None };
    let keeper = Arc::clone(&bench.app.keeper);
    let registering = tokio::spawn(async move { keeper.client_register(request).await });
    let asked = tokio::time::timeout(PATIENCE, stuck.accept()).await.expect("it asks").expect("accepted");
    bench.app.keeper.vault_lock().await.expect("locks");
    let came = tokio::time::timeout(PATIENCE, registering).await.expect("it ends").expect("it ran");
    assert_eq!(came.expect_err("nothing was registered").code, Code::VaultLocked);
    drop(asked);
}
