//! The whole keeper against a server that is not ours: it describes itself, takes registrations,
//! rotates, and ends what it is asked to end.
//!
//! Not here: replies that were changed on their way (`independent_tampered.rs`), and the protocol
//! alone (`independent_oauth.rs`).

use crate::app::{App, finished};
use drawbridge_domain::{BaseUrl, ClientOrigin, Clock as _, SignInWay, SystemClock};
use drawbridge_keeper::{
    Answer, Code,
    dto::{
        Account, Client, CreateVault, EndingKind, NewClient, Provider, RegisterClient, RegisteredClient, SignIn,
        SignInState, StartSignIn,
    },
};
use drawbridge_testkit::{
    browser::Browser,
    oidc,
    tamper::{Reply, Tampered},
    temp::{FakeClock, search_tree_for},
};
use std::{sync::Arc, time::Duration};

const HOUR: Duration = Duration::from_secs(60 * 60);
const PROVIDER: &str = "oauth-server";

/// A keeper, and the server that it knows by its address alone.
pub struct Bench {
    pub app: App,
    pub clock: Arc<FakeClock>,
    pub way: Tampered,
}

impl Bench {
    pub async fn start() -> Self {
        let way = Tampered::start(HOUR).await.expect("the independent server");
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let app = App::with_clock(Arc::clone(&clock) as _).await;
        app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        Self { app, clock, way }
    }

    /// One where Drawbridge is registered already.
    pub async fn registered() -> Self {
        let bench = Self::start().await;
        bench.register().await.expect("registered");
        bench
    }

    pub fn host(&self) -> BaseUrl {
        self.way.server.issuer.parse().expect("an address")
    }

    pub async fn register(&self) -> Answer<RegisteredClient> {
        let provider = PROVIDER.parse().expect("an id");
        self.app.keeper.client_register(RegisterClient { provider, host: Some(self.host()), api_url: None }).await
    }

    pub async fn begin(&self, way: SignInWay) -> Answer<SignIn> {
        let request = StartSignIn {
            provider: PROVIDER.parse().expect("an id"),
            host: Some(self.host()),
            api_url: None,
            client: None,
            way: Some(way),
            account: None,
            scopes: Vec::new(),
        };
        self.app.keeper.sign_in_start(request).await
    }

    /// The whole way by our own link, as far as it goes.
    pub async fn connect(&self) -> Answer<Account> {
        let started = self.begin(SignInWay::DeepLink).await?;
        let link = oidc::approve(&started.url).await.expect("the way back");
        let done = self.app.keeper.sign_in_return(link).await?;
        assert_eq!(done.state, SignInState::Connected);
        Ok(done.account.expect("an account"))
    }

    pub async fn accounts(&self) -> Vec<Account> {
        self.app.keeper.account_list().await.expect("listed").rows
    }

    pub async fn clients(&self) -> Vec<Client> {
        self.app.keeper.client_list().await.expect("listed").rows
    }

    pub async fn provider(&self) -> Provider {
        let all = self.app.keeper.provider_list().await.expect("listed");
        all.into_iter().find(|provider| provider.id.as_str() == PROVIDER).expect("there")
    }

    /// What the server gave last: access and refresh token.
    pub fn given(&self) -> (String, String) {
        let reply = self.way.last("/token").json();
        let text = |name: &str| reply[name].as_str().expect(name).to_owned();
        (text("access_token"), text("refresh_token"))
    }

    pub async fn works(&self, token: &str) -> bool {
        self.way.server.knows(token).await.expect("an answer")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_alone_leads_to_an_account_by_every_way_and_back_to_nothing() {
    let bench = Bench::start().await;
    assert!(bench.provider().await.may_register);
    let problem = bench.begin(SignInWay::Loopback).await.expect_err("there is no client yet");
    assert_eq!(problem.code, Code::ClientMissing);
    assert!(problem.hint.contains("client register"), "{}", problem.hint);

    let registered = bench.register().await.expect("registered");
    let client = &registered.client;
    assert_eq!((client.origin, client.has_secret, client.preferred), (ClientOrigin::Registered, false, true));
    assert!(registered.sentence.starts_with("Drawbridge is registered at 127.0.0.1:"), "{}", registered.sentence);
    assert_eq!(bench.way.server.registered().await.expect("an answer"), std::slice::from_ref(&client.client_id));

    let token = bench.way.last("/reg").json()["registration_access_token"].as_str().expect("given").to_owned();
    let found = search_tree_for(bench.app.folder.around(), &[&token]).expect("searched");
    assert!(found.is_empty(), "what manages the registration lies sealed: {found:?}");

    // By a port of this computer.
    let started = bench.begin(SignInWay::Loopback).await.expect("starts");
    let link = oidc::approve(&started.url).await.expect("the way back");
    Browser::new().get(&link).await.expect("our page");
    let done = finished(&bench.app, &started).await;
    assert_eq!(done.state, SignInState::Connected, "{:?}", done.problem);
    let account = done.account.expect("an account");
    assert_eq!((account.login.as_str(), account.email.as_deref()), ("login-person-1", Some("person@example.org")));
    assert!(account.renews_itself);
    // By our own link, and by a code: the same person is the same account.
    assert_eq!(bench.connect().await.expect("connects").id, account.id);
    let started = bench.begin(SignInWay::Device).await.expect("starts");
    oidc::approve_device(&bench.way.server, started.user_code.as_deref().expect("a code")).await.expect("approved");
    let done = finished(&bench.app, &started).await;
    assert_eq!(done.state, SignInState::Connected, "{:?}", done.problem);
    assert_eq!(done.account.expect("an account").id, account.id);

    // Renewed, with a new refresh token each time.
    let mut before = bench.given();
    for _ in 0..2 {
        bench.clock.advance(2 * HOUR);
        bench.app.keeper.account_check(account.id.clone()).await.expect("renewed");
        let after = bench.given();
        assert!(before.0 != after.0 && before.1 != after.1, "it rotates");
        assert!(bench.works(&after.0).await);
        before = after;
    }

    // What lives by a registration keeps it.
    let problem = bench.app.keeper.client_remove(client.id.clone()).await.expect_err("an account lives by it");
    assert_eq!(problem.code, Code::InvalidInput, "{}", problem.message);
    assert!(bench.works(&before.0).await);

    let receipt = bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
    assert!(receipt.revoked, "{}", receipt.sentence);
    assert!(!bench.works(&before.0).await && !bench.works(&before.1).await, "the server says that both have ended");

    let removed = bench.app.keeper.client_remove(client.id.clone()).await.expect("removed");
    assert!(!removed.left_at_host && removed.sentence.starts_with("Unregistered at"), "{}", removed.sentence);
    assert!(
        !bench.way.server.knows_client(&client.client_id).await.expect("an answer"),
        "it does not know us any more"
    );
    assert!(bench.way.server.registered().await.expect("an answer").is_empty());
    assert!(bench.clients().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_secret_says_who_it_is_the_way_the_server_takes() {
    for method in ["client_secret_post", "client_secret_basic"] {
        let bench = Bench::start().await;
        let only = serde_json::json!(["private_key_jwt", method]);
        bench.way.change("/.well-known/", move |reply| {
            reply.set("token_endpoint_auth_methods_supported", only.clone());
        });
        let registered = bench.register().await.expect("registered");
        assert!(bench.way.restore() > 0);
        assert!(registered.client.has_secret, "{method}");
        let account = bench.connect().await.unwrap_or_else(|problem| panic!("{method}: {problem:?}"));
        bench.clock.advance(2 * HOUR);
        bench.app.keeper.account_check(account.id.clone()).await.expect("renewed");
        let (access, refresh) = bench.given();
        let receipt = bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
        assert!(receipt.revoked, "{method}: {}", receipt.sentence);
        assert!(!bench.works(&access).await && !bench.works(&refresh).await, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_secret_is_said() {
    let bench = Bench::start().await;
    let ends = i64::from(u32::MAX);
    bench.way.change("/.well-known/", |reply| {
        reply.set("token_endpoint_auth_methods_supported", serde_json::json!(["client_secret_basic"]));
    });
    bench.begin(SignInWay::DeepLink).await.expect_err("no client");
    bench.way.restore();
    bench.way.change("/", move |reply| {
        if reply.json().get("client_secret").is_some() {
            reply.set("client_secret_expires_at", ends.into());
        }
        reply.set("token_endpoint_auth_methods_supported", serde_json::json!(["client_secret_basic"]));
    });
    let registered = bench.register().await.expect("registered");
    assert!(registered.sentence.contains("Its secret there ends on 2106-02-07"), "{}", registered.sentence);
    let kept = bench.clients().await.remove(0).secret_ends_at.expect("kept");
    assert_eq!(kept.as_millis() / 1000, ends);
    let ending = bench.app.keeper.calendar().await.expect("listed").rows.remove(0);
    assert_eq!(
        (ending.kind, ending.client, ending.by_itself),
        (EndingKind::ClientSecret, Some(registered.client.id), false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_can_not_be_taken_back_is_said_and_removed_here() {
    for (change, words) in [
        (Reply::new(503, "text/plain", "later"), "did not answer"),
        (Reply::new(405, "text/plain", ""), "on its own pages only"),
        (Reply::new(200, "text/html", "<html>Welcome to the hotel"), "did not answer"),
    ] {
        let bench = Bench::registered().await;
        let [client] = &bench.clients().await[..] else { panic!("one client") };
        bench.way.change("/reg/", move |reply| *reply = change.clone());
        let removed = bench.app.keeper.client_remove(client.id.clone()).await.expect("removed");
        assert!(bench.way.restore() > 0, "it was tried");
        assert!(removed.left_at_host && removed.sentence.contains(words), "{}", removed.sentence);
        assert!(bench.clients().await.is_empty());
    }
    // Who took it back already has nothing left.
    let bench = Bench::registered().await;
    let [client] = &bench.clients().await[..] else { panic!("one client") };
    bench.way.change("/reg/", |reply| *reply = Reply::new(401, "application/json", "{}"));
    let removed = bench.app.keeper.client_remove(client.id.clone()).await.expect("removed");
    assert!(!removed.left_at_host && removed.sentence.contains("did not know it any more"), "{}", removed.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_a_persons_own_is_removed_without_a_word_to_the_server() {
    let bench = Bench::start().await;
    let new = NewClient {
        provider: PROVIDER.parse().expect("an id"),
        host: Some(bench.host()),
        api_url: None,
        client_id: bench.way.server.public_client.clone(),
        client_secret: None,
        name: None,
        preferred: false,
        own_redirects: false,
    };
    let client = bench.app.keeper.client_add(new).await.expect("added");
    bench.connect().await.expect("connects");
    let removed = bench.app.keeper.client_remove(client.id).await.expect("removed");
    assert_eq!((removed.left_at_host, bench.way.asked("/reg")), (false, 0));
    assert!(bench.way.server.knows_client(&bench.way.server.public_client).await.expect("an answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_of_itself_is_asked_again_after_a_day_or_where_an_address_is_gone() {
    let bench = Bench::registered().await;
    let asked = || bench.way.asked("/.well-known/");
    let first = asked();
    assert_eq!(first, 1);
    bench.connect().await.expect("connects");
    bench.clock.advance(23 * HOUR);
    bench.begin(SignInWay::DeepLink).await.expect("starts");
    assert_eq!(asked(), first, "what is fresh is not asked again");

    // A server that does not answer now said enough before.
    bench.clock.advance(2 * HOUR);
    bench.way.change("/.well-known/", |reply| *reply = Reply::new(500, "text/plain", "no"));
    bench.begin(SignInWay::DeepLink).await.expect("starts all the same");
    assert!(bench.way.restore() > 0, "it was asked");

    // One that has moved its endpoint says so.
    let elsewhere = format!("{}/elsewhere", bench.way.server.issuer);
    bench.way.change("/.well-known/", move |reply| {
        reply.set("device_authorization_endpoint", elsewhere.clone().into());
    });
    let problem = bench.begin(SignInWay::Device).await.expect_err("nothing is there");
    assert!(problem.message.contains("has no sign-in at the address"), "{}", problem.message);
    assert_eq!(bench.way.restore(), 2, "asked again at once, as the address is gone");
    bench.begin(SignInWay::Device).await.expect_err("what it said last counts for a day");
    bench.begin(SignInWay::Device).await.expect("which ended when that was gone as well");
}
