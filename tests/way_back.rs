//! The way back that was meant can't be used here, or nothing comes by it: what is done instead, and
//! what the person is told.
//!
//! Not here: each way where it works (`connect`, `returns`).

use crate::{
    app::{App, finished, forge},
    connections::{Bench, ROTATES},
    security::refused,
};
use drawbridge_domain::SignInWay;
use drawbridge_keeper::{
    Code, Opener,
    dto::{SignIn, SignInState, StartSignIn},
};
use drawbridge_testkit::{
    browser::{self, Browser},
    fault::Rules,
    scan::scanned,
};
use std::net::TcpListener;

async fn begin(app: &App, way: SignInWay) -> drawbridge_keeper::Answer<SignIn> {
    let request = StartSignIn {
        provider: "faulty".parse().expect("an id"),
        host: None,
        api_url: None,
        client: None,
        way: Some(way),
        account: None,
        scopes: Vec::new(),
    };
    app.keeper.sign_in_start(request).await
}

/// A bench whose only loopback port another program has.
async fn blocked(ways: &str) -> (Bench, TcpListener) {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let shape = format!("loopback = {{ ports = [{port}] }}");
    let bench = Bench::start(Rules::default(), &shape, ROTATES).await;
    let pasted = if ways.contains("paste") { "paste_redirect = \"urn:ietf:wg:oauth:2.0:oob\"\n" } else { "" };
    let text = bench.server.definition("Faulty", &format!("{pasted}{shape}"), ROTATES);
    let text = text.replace("ways = [\"deep-link\", \"loopback\"]", &format!("ways = [{ways}]"));
    bench.app.add_provider("faulty", &text).await;
    (bench, taken)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_another_program_opens_gives_way_to_a_port_and_that_is_said() {
    let practice = forge(5);
    let app = App::open().await;
    app.add_client(&practice).await;
    let usual = app.sign_in(&practice, SignInWay::DeepLink).await;
    assert_eq!((usual.way, usual.note), (SignInWay::DeepLink, None), "ours, so nothing is to be said");
    app.links.taken_by(Opener::Unknown);
    assert_eq!(app.sign_in(&practice, SignInWay::DeepLink).await.way, SignInWay::DeepLink, "nobody can tell: as meant");

    app.links.taken_by(Opener::Other);
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    assert_eq!(started.way, SignInWay::Loopback);
    let note = started.note.as_deref().expect("it is said");
    assert!(
        note.starts_with("Another program opens Drawbridge's links") && note.contains("address of this computer"),
        "{note}"
    );
    let link = browser::approve(&started.url).await.expect("approved");
    assert!(link.starts_with("http://127.0.0.1:"), "the host was told of the way it goes now: {link}");
    Browser::new().get(&link).await.expect("our page");
    assert_eq!(finished(&app, &started).await.state, SignInState::Connected);
    let meant = app.sign_in(&practice, SignInWay::Loopback).await;
    assert_eq!((meant.way, meant.note), (SignInWay::Loopback, None), "what was asked for needs no reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_another_program_has_gives_way_to_what_is_offered_next() {
    let (bench, _taken) = blocked("\"loopback\", \"paste\", \"deep-link\"").await;
    let started = begin(&bench.app, SignInWay::Loopback).await.expect("starts all the same");
    assert_eq!(started.way, SignInWay::DeepLink, "what needs no hand comes first");
    assert_eq!(
        started.note.as_deref(),
        Some(
            "No address of this computer can be listened at, so the answer comes back by a link that opens Drawbridge."
        )
    );
    let link = bench.server.approve(&started.url, "ann").expect("approved");
    let done = bench.app.keeper.sign_in_return(link).await.expect("completes");
    assert_eq!(done.state, SignInState::Connected);

    bench.app.links.taken_by(Opener::Other);
    for meant in [SignInWay::Loopback, SignInWay::DeepLink] {
        let started = begin(&bench.app, meant).await.expect("starts all the same");
        assert_eq!(started.way, SignInWay::Paste, "{meant:?}");
        assert!(started.note.is_some_and(|note| note.ends_with("shows a code, and you paste it here.")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_else_is_offered_the_reason_is_said() {
    let (bench, taken) = blocked("\"loopback\"").await;
    assert_ne!(refused(begin(&bench.app, SignInWay::Loopback).await), Code::Internal);
    assert!(bench.app.keeper.sign_in_list().await.expect("listed").is_empty(), "nothing waits for what can't come");
    drop(taken);
    let started = begin(&bench.app, SignInWay::Loopback).await.expect("the port is free again");
    assert_eq!((started.way, started.note), (SignInWay::Loopback, None));

    let (bench, _taken) = blocked("\"deep-link\"").await;
    bench.app.links.taken_by(Opener::Other);
    let started = begin(&bench.app, SignInWay::DeepLink).await.expect("starts");
    assert_eq!(started.way, SignInWay::DeepLink);
    assert!(started.note.is_some_and(|note| note.contains("paste the whole address")), "by hand it still goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_way_back_is_opened_and_both_are_good_until_one_is_used() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    for by_second in [true, false] {
        let first = begin(&bench.app, SignInWay::DeepLink).await.expect("starts");
        assert_eq!(first.listens_at, None);
        let both = bench.app.keeper.sign_in_listen_too(first.id.clone()).await.expect("known");
        let at = both.listens_at.clone().expect("it listens");
        assert_eq!((both.way, both.state), (SignInWay::DeepLink, SignInState::Waiting));
        let note = both.note.as_deref().expect("it is said");
        assert!(note.contains("has not arrived") && note.contains(&at), "{note}");
        assert_ne!(both.url, first.url, "whoever opens the page again comes back by the port");
        let again = bench.app.keeper.sign_in_listen_too(first.id.clone()).await.expect("known");
        assert_eq!((again.url, again.listens_at), (both.url.clone(), both.listens_at.clone()), "one is enough");

        let by_link = bench.server.approve(&first.url, "ann").expect("approved");
        let by_port = bench.server.approve(&both.url, "ann").expect("approved");
        assert!(by_port.starts_with(&format!("http://{at}/")), "{by_port}");
        if by_second {
            assert_eq!(Browser::new().get(&by_port).await.expect("our page").status, 200);
        } else {
            bench.app.keeper.sign_in_return(by_link.clone()).await.expect("completes");
        }
        assert_eq!(finished(&bench.app, &first).await.state, SignInState::Connected);
        for spent in [by_link, by_port] {
            assert_eq!(
                refused(bench.app.keeper.sign_in_return(spent).await),
                Code::SignInUnknown,
                "one use, whichever"
            );
        }
        let over = bench.app.keeper.sign_in_listen_too(first.id.clone()).await.expect("known");
        assert_eq!((over.listens_at, over.url.as_str()), (None, ""), "what is over opens nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_way_back_lives_through_a_restart_and_is_not_mixed_up_with_the_first() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let first = begin(&bench.app, SignInWay::DeepLink).await.expect("starts");
    let both = bench.app.keeper.sign_in_listen_too(first.id.clone()).await.expect("known");
    let Bench { app, server, .. } = bench;
    let app = app.restart().await;
    let after = app.keeper.sign_in_show(first.id.clone()).await.expect("it waits");
    assert_eq!((after.listens_at, &after.url), (both.listens_at, &both.url), "at the same port");
    // A link with the port's secrets is no answer: it did not come the way it was sent.
    let by_port = server.approve(&both.url, "ann").expect("approved");
    let query = by_port.split_once('?').expect("an answer").1;
    let swapped = format!("dev.drawbridge.desktop:/oauth/callback?{query}");
    assert_eq!(refused(app.keeper.sign_in_return(swapped).await), Code::SignInUnknown);
    Browser::new().get(&by_port).await.expect("our page");
    assert_eq!(finished(&app, &first).await.state, SignInState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_device_code_can_be_scanned() {
    let practice = forge(3);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::Device).await;
    let qr = started.qr.as_ref().expect("a code");
    assert!(!qr.fills_code, "this host has no page with the code filled in");
    assert_eq!(scanned(&qr.rows).as_deref(), Ok(started.url.as_str()));
    let over = app.keeper.sign_in_cancel(started.id).await.expect("cancelled");
    assert_eq!(over.qr, None, "there is nothing to scan for what is over");
    assert_eq!(app.sign_in(&practice, SignInWay::DeepLink).await.qr, None);
}
