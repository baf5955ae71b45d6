//! Answers that are held against the wrong sign-in: one server's answer as another one's (RFC 9700
//! §4.4), and two kinds that are one server.
//!
//! Not here: servers that name themselves in answers (`independent_tampered`), and links that are
//! nobody's (`connect`).

use crate::{
    app::{App, finished, forge, waits},
    independent_keeper::Bench,
};
use drawbridge_domain::{BaseUrl, SecretString, SignInWay, SystemClock};
use drawbridge_keeper::{
    Answer, Code,
    dto::{NewClient, RedirectsOf, SignIn, SignInState, StartSignIn},
};
use drawbridge_oauth::CallbackMark;
use drawbridge_testkit::{
    browser::{self, Browser},
    fault::{Authorize, CLIENT_ID, CLIENT_SECRET, FaultServer, Rules},
    forge::Simulator,
};
use std::sync::Arc;
use url::Url;

/// A client of the practice forge, registered with its installation's own addresses or the shared ones.
async fn add_client(app: &App, practice: &Simulator, own_redirects: bool) {
    let known = practice.client();
    let new = NewClient {
        provider: "github".parse().expect("an id"),
        host: Some(practice.host()),
        api_url: None,
        client_id: known.client_id.clone(),
        client_secret: known.client_secret.clone().map(SecretString::from),
        name: None,
        preferred: false,
        own_redirects,
    };
    app.keeper.client_add(new).await.expect("added");
}

fn redirects(app: &App, provider: &str, host: &BaseUrl) -> Vec<String> {
    let request = RedirectsOf { provider: provider.parse().expect("an id"), host: Some(host.clone()) };
    app.keeper.client_redirects(&request).expect("known")
}

/// The redirect address that an authorisation page is asked with.
fn redirect_of(started: &SignIn) -> String {
    let page = Url::parse(&started.url).expect("an address");
    page.query_pairs().find(|(name, _)| name == "redirect_uri").expect("a way back").1.into_owned()
}

/// An answer of one sign-in as it would come to the address of another.
fn at_the_address_of(link: &str, other: &str) -> String {
    let query = link.split_once('?').expect("an answer").1;
    format!("{}?{query}", other.split_once('?').expect("an answer").0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_at_another_ones_address_is_refused_without_a_request() {
    let (one, other) = (forge(3), forge(3));
    let app = App::open().await;
    let (at_one, at_other) = (redirects(&app, "github", &one.host()), redirects(&app, "github", &other.host()));
    assert_eq!(at_one.len(), 2);
    assert!(at_one.iter().all(|address| !at_other.contains(address)), "two hosts of one kind: {at_one:?}");
    add_client(&app, &one, true).await;
    add_client(&app, &other, true).await;

    let first = app.sign_in(&one, SignInWay::DeepLink).await;
    let second = app.sign_in(&other, SignInWay::DeepLink).await;
    assert_eq!((redirect_of(&first), redirect_of(&second)), (at_one[0].clone(), at_other[0].clone()), "as registered");
    let mine = browser::approve(&first.url).await.expect("approved");
    let theirs = browser::approve(&second.url).await.expect("approved");
    for practice in [&one, &other] {
        practice.clear_log();
    }
    let shared = format!("dev.drawbridge.desktop:/oauth/callback?{}", mine.split_once('?').expect("an answer").1);
    for link in [at_the_address_of(&mine, &theirs), at_the_address_of(&theirs, &mine), shared] {
        let problem = app.keeper.sign_in_return(link).await.expect_err("at the wrong address");
        assert_eq!(problem.code, Code::SignInUnknown);
    }
    assert!(one.log().is_empty() && other.log().is_empty(), "no code was given to anybody");
    assert!(waits(&app, &first).await && waits(&app, &second).await);
    for link in [mine, theirs] {
        assert_eq!(app.keeper.sign_in_return(link).await.expect("at its own").state, SignInState::Connected);
    }

    let third = app.sign_in(&one, SignInWay::Loopback).await;
    let mine = browser::approve(&third.url).await.expect("approved");
    one.clear_log();
    let mark = |addresses: &[String]| addresses[0].rsplit_once('/').expect("a path").1.to_owned();
    let wrong = mine.replace(&mark(&at_one), &mark(&at_other));
    assert_ne!(wrong, mine);
    assert_eq!(Browser::new().get(&wrong).await.expect("somebody listens").status, 404, "nothing is expected there");
    assert_eq!(app.keeper.sign_in_return(wrong).await.expect_err("handed in").code, Code::SignInUnknown);
    assert!(one.log().is_empty() && waits(&app, &third).await);
    assert_eq!(Browser::new().get(&mine).await.expect("thanked").status, 200);
    assert_eq!(finished(&app, &third).await.state, SignInState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_from_before_keeps_the_address_it_is_registered_with() {
    let (before, after) = (forge(3), forge(3));
    let app = App::open().await;
    add_client(&app, &before, false).await;
    add_client(&app, &after, true).await;
    let app = app.restart().await;
    for (practice, expected) in [
        (&before, "dev.drawbridge.desktop:/oauth/callback".to_owned()),
        (&after, redirects(&app, "github", &after.host())[0].clone()),
    ] {
        let started = app.sign_in(practice, SignInWay::DeepLink).await;
        assert_eq!(redirect_of(&started), expected);
        let link = browser::approve(&started.url).await.expect("approved");
        assert_eq!(app.keeper.sign_in_return(link).await.expect("completes").state, SignInState::Connected);
    }
    let started = app.sign_in(&before, SignInWay::Loopback).await;
    assert!(redirect_of(&started).ends_with("/callback"), "{}", redirect_of(&started));
}

/// A provider that compares redirect addresses whole.
const HONEST: &str = "https://honest.example";

/// What its browser page is asked, if somebody else's page sends a person on to it with what that one was asked.
fn sent_on(asked: &str, page: &str) -> String {
    let (asked, mut page) = (Url::parse(asked).expect("an address"), Url::parse(page).expect("an address"));
    let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
    page.query_pairs_mut().clear().extend_pairs(pairs.iter().map(|(name, value)| match name.as_str() {
        "client_id" => ("client_id", CLIENT_ID),
        "scope" => ("scope", "read"),
        name => (name, value.as_str()),
    }));
    page.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_sends_people_on_to_another_one_gets_none_of_its_codes() {
    let mark = CallbackMark::of("honest", &BaseUrl::parse(HONEST).expect("an address"));
    for own_redirects in [false, true] {
        let registered = if own_redirects { format!("/{}", mark.as_str()) } else { String::new() };
        let redirects = vec![format!("dev.drawbridge.desktop:/oauth/callback{registered}")];
        let rules = Rules { authorize: Authorize { redirects, ..Authorize::default() }, ..Rules::default() };
        let honest = FaultServer::start(rules, Arc::new(SystemClock)).expect("a server");
        let (evil, app) = (forge(1), App::open().await);
        let text = honest.definition("Honest", "", "access = \"1h\"");
        let at =
            |text: &str, path: &str| text.replace(&format!("\"/{path}\""), &format!("\"{}/{path}\"", honest.url()));
        let text = text.replace(&format!("host = \"{}\"", honest.url()), &format!("host = \"{HONEST}\""));
        let text = ["authorize", "token", "me", "revoke"].into_iter().fold(text, |text, path| at(&text, path));
        app.add_provider("honest", &text).await;
        let new = NewClient {
            provider: "honest".parse().expect("an id"),
            host: None,
            api_url: None,
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(SecretString::from(CLIENT_SECRET.to_owned())),
            name: None,
            preferred: false,
            own_redirects,
        };
        app.keeper.client_add(new).await.expect("added");
        add_client(&app, &evil, own_redirects).await;

        let trap = app.sign_in(&evil, SignInWay::DeepLink).await;
        let page = format!("{}/authorize", honest.url());
        let sent_on = honest.approve(&sent_on(&trap.url, &page), "ann");
        evil.clear_log();
        match sent_on {
            Ok(link) => {
                assert!(!own_redirects, "the address of another installation is not registered there");
                // What an address of its own is for: with the shared one the code goes to the wrong server.
                app.keeper.sign_in_return(link).await.expect_err("no code of its own");
                assert!(!evil.log().is_empty(), "the attack works against clients from before");
            }
            Err(why) => {
                assert!(own_redirects && why.contains("not registered"), "{why}");
                assert!(evil.log().is_empty());
                assert!(waits(&app, &trap).await);
            }
        }
        // And the honest one is as easy to sign in to as before.
        let request = StartSignIn {
            provider: "honest".parse().expect("an id"),
            host: None,
            api_url: None,
            client: None,
            way: Some(SignInWay::DeepLink),
            account: None,
            scopes: Vec::new(),
        };
        let started = app.keeper.sign_in_start(request).await.expect("starts");
        let link = honest.approve(&started.url, "ann").expect("its own address is registered");
        assert_eq!(app.keeper.sign_in_return(link).await.expect("completes").state, SignInState::Connected);
    }
}

/// The same server under another name.
const TWIN: &str = r#"
name = "Twin"
monogram = "TW"
category = "any"
self_hosted = true
checked = "2026-11-22"

[oauth]
discovery = true
client_auth = ["none", "body"]
ways = ["deep-link", "loopback"]

[who]
id = "sub"
"#;

async fn as_twin(bench: &Bench) -> Answer<SignIn> {
    let host = Some(bench.host());
    let new = NewClient {
        provider: "twin".parse().expect("an id"),
        host: host.clone(),
        api_url: None,
        client_id: "somebody".to_owned(),
        client_secret: None,
        name: None,
        preferred: false,
        own_redirects: true,
    };
    bench.app.keeper.client_add(new).await.expect("added");
    let request = StartSignIn {
        provider: "twin".parse().expect("an id"),
        host,
        api_url: None,
        client: None,
        way: Some(SignInWay::DeepLink),
        account: None,
        scopes: Vec::new(),
    };
    bench.app.keeper.sign_in_start(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_issuer_is_one_kind_of_server_only() {
    let bench = Bench::registered().await;
    bench.app.add_provider("twin", TWIN).await;
    let problem = as_twin(&bench).await.expect_err("it is set up as something else");
    assert_eq!(problem.code, Code::NotOffered, "{problem:?}");
    let label = bench.host().label().to_owned();
    assert!(problem.message.contains(&label) && problem.hint.contains("remove the clients"), "{problem:?}");
    let sign_ins = bench.app.keeper.sign_in_list().await.expect("listed");
    assert!(sign_ins.is_empty(), "nothing was begun");
    // What was there first is not disturbed by the try.
    bench.connect().await.expect("connects");

    // The way out: without accounts and clients of the first kind there is one kind again.
    for account in bench.accounts().await {
        bench.app.keeper.account_disconnect(account.id).await.expect("disconnected");
    }
    for client in bench.clients().await.into_iter().filter(|client| client.provider.as_str() != "twin") {
        bench.app.keeper.client_remove(client.id).await.expect("removed");
    }
    as_twin(&bench).await.expect("it starts");
    let again = bench.register().await.expect_err("and now the other kind is one too many");
    assert_eq!(again.code, Code::NotOffered, "{again:?}");
    assert_eq!(bench.way.server.registered().await.expect("an answer"), Vec::<String>::new(), "nothing is left there");
}
