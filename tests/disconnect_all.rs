//! Every sign-in ended at once, as when a computer is lost: who may, what ended, what waits, what is left.
//!
//! Not here: how one is ended (`connect`, `connections`).

use crate::{
    app::{App, PATIENCE, forge},
    connections::{Bench, ROTATES},
    security::{OTHER, PASSPHRASE, passphrase_vault, refused, typed, with_account},
};
use drawbridge_domain::{SecretString, SignInWay};
use drawbridge_keeper::{
    Code,
    dto::{Account, NewClient, Proof, Proven, StartSignIn},
};
use drawbridge_testkit::{
    fault::{CLIENT_ID, CLIENT_SECRET, FaultServer, Rules},
    forge::TokenKind,
};
use std::{collections::HashMap, sync::Arc};

/// The keychain's word, which is all that a vault without a passphrase can ask for.
const UNTYPED: Proven = Proven { proof: Proof::Keychain };

/// Connects somebody by a further provider of the same kind.
async fn connect(app: &App, server: &FaultServer, provider: &str, subject: &str) -> Account {
    let provider: drawbridge_domain::ProviderId = provider.parse().expect("an id");
    let client = NewClient {
        provider: provider.clone(),
        host: None,
        api_url: None,
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(SecretString::from(CLIENT_SECRET.to_owned())),
        name: None,
        preferred: false,
        own_redirects: false,
    };
    app.keeper.client_add(client).await.expect("the client is added");
    let request = StartSignIn {
        provider,
        host: None,
        api_url: None,
        client: None,
        way: Some(SignInWay::DeepLink),
        account: None,
        scopes: Vec::new(),
    };
    let started = app.keeper.sign_in_start(request).await.expect("starts");
    let link = server.approve(&started.url, subject).expect("approved");
    app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_ended_or_queued_or_left_to_the_person_and_the_receipts_stay() {
    let (practice, elsewhere) = (forge(30), Rules::default());
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let ended = bench.connect("ann").await;
    // Another server of the same kind, whose address for revocations answers nobody.
    let clock = Arc::clone(&bench.clock) as _;
    let away = FaultServer::start(elsewhere, clock).expect("a server");
    let definition = away.definition("Away", "", ROTATES);
    let silent = definition.replace("address = \"/revoke\"", "address = \"http://127.0.0.1:9/revoke\"");
    bench.app.add_provider("away", &silent).await;
    let queued = connect(&bench.app, &away, "away", "bo").await;
    let by_hand = bench.app.connect_token(&practice).await;
    bench.app.keeper.sync_wait(Some(by_hand.id.clone())).await.expect("listed");
    assert_eq!(
        [&ended, &queued, &by_hand].map(|account| account.revocable),
        [true, true, false],
        "what can be ended from here is known before"
    );

    assert!(bench.app.keeper.account_disconnect_all_show().await.expect("asked").is_none(), "nobody asked for it");
    let all = bench.app.keeper.account_disconnect_all(UNTYPED).await.expect("all were tried");
    assert!(all.over);
    let receipts: HashMap<_, _> = all.rows.iter().map(|row| (&row.account, row.receipt.as_ref())).collect();
    let receipt = |account: &Account| receipts[&account.id].expect("a receipt");
    assert!(receipt(&ended).revoked && !receipt(&ended).queued, "{}", receipt(&ended).sentence);
    assert_eq!(bench.server.truth("ann").ended_by, Some("revoked"));
    assert!(!receipt(&queued).revoked && receipt(&queued).queued, "{}", receipt(&queued).sentence);
    assert!(away.truth("bo").alive, "not yet");
    assert!(!receipt(&by_hand).revoked && !receipt(&by_hand).queued, "{}", receipt(&by_hand).sentence);
    assert!(receipt(&by_hand).page.is_some(), "and where the person can");
    assert!(receipt(&by_hand).repositories >= 30, "{}", receipt(&by_hand).repositories);

    assert_eq!(bench.app.keeper.account_list().await.expect("listed").total, 0);
    assert_eq!(bench.app.count().await, 0);
    assert_eq!(bench.app.keeper.unended_list().await.expect("listed").total, 1, "the queued one is not forgotten");
    let shown = bench.app.keeper.account_disconnect_all_show().await.expect("asked").expect("it is kept");
    assert_eq!(shown.rows.len(), 3, "the receipts can be read again");
    bench.app.keeper.vault_lock().await.expect("locks");
    let app = bench.app.restart().await;
    assert!(app.keeper.account_disconnect_all_show().await.expect("asked").is_none(), "until the lock");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_answer_holds_up_no_other_and_nobody_starts_it_twice() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    for subject in ["ann", "bo", "cy", "di"] {
        bench.connect(subject).await;
    }
    // What is sent here is taken and never answered, until it is gone.
    let stuck = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let place = format!("address = \"http://{}/revoke\"", stuck.local_addr().expect("its address"));
    let other = FaultServer::start(Rules::default(), Arc::clone(&bench.clock) as _).expect("a server");
    let definition = other.definition("Stuck", "", ROTATES).replace("address = \"/revoke\"", &place);
    bench.app.add_provider("stuck", &definition).await;
    connect(&bench.app, &other, "stuck", "ed").await;
    let mut events = bench.app.keeper.events();
    let keeper = Arc::clone(&bench.app.keeper);
    let work = tokio::spawn(async move { keeper.account_disconnect_all(UNTYPED).await });
    let four_are_through = async {
        loop {
            let all = bench.app.keeper.account_disconnect_all_show().await.expect("asked");
            if let Some(all) = all.filter(|all| all.rows.iter().filter(|row| row.receipt.is_some()).count() == 4) {
                return all;
            }
            events.recv().await.expect("an event");
        }
    };
    let all = tokio::time::timeout(PATIENCE, four_are_through).await.expect("the others are through");
    assert!(!all.over, "one is still waited for");
    assert_eq!(refused(bench.app.keeper.account_disconnect_all(UNTYPED).await), Code::InvalidInput);
    drop(stuck);
    let all = tokio::time::timeout(PATIENCE, work).await.expect("it ends").expect("it ran").expect("all were tried");
    let queued = all.rows.iter().filter(|row| row.receipt.as_ref().is_some_and(|receipt| receipt.queued)).count();
    assert_eq!((all.over, all.rows.len(), queued), (true, 5, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_asks_for_the_passphrase_where_there_is_one() {
    let (practice, app) = (forge(10), passphrase_vault().await);
    with_account(&app, &practice).await;
    let all = |proof| app.keeper.account_disconnect_all(Proven { proof });
    assert_eq!(refused(all(Proof::Keychain).await), Code::PassphraseNeeded);
    assert_eq!(refused(all(typed(OTHER)).await), Code::WrongPassphrase);
    assert_eq!(app.keeper.account_list().await.expect("listed").total, 1, "nothing was ended");
    assert!(app.keeper.account_disconnect_all_show().await.expect("asked").is_none());
    let done = all(typed(PASSPHRASE)).await.expect("all were tried");
    assert_eq!((done.rows.len(), app.keeper.account_list().await.expect("listed").total), (1, 0));
    let none = all(typed(PASSPHRASE)).await.expect("nobody is left");
    assert!(none.over && none.rows.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_in_the_middle_leaves_nothing_half_done() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    for subject in ["ann", "bo"] {
        bench.connect(subject).await;
    }
    let practice = forge(5);
    bench.app.connect_with(&practice, &practice.add_token(0, TokenKind::Classic, &["repo"], None)).await.expect("in");
    let (one, other) = tokio::join!(bench.app.keeper.account_disconnect_all(UNTYPED), bench.app.keeper.vault_lock());
    other.expect("locks");
    drop(one);
    let app = bench.app.restart().await;
    // Each is gone with its access ended, or here and working: never the access ended and the account fine.
    for account in app.keeper.account_list().await.expect("listed").rows {
        if account.provider.as_str() == "faulty" {
            assert!(bench.server.truth(&account.subject).alive, "{} is here and works", account.subject);
        }
    }
}
