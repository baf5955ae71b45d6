//! Our side of OAuth against a server that is not ours and shares none of our misunderstandings.
//!
//! Not here: what one provider does differently; that is the practice forge's part.

use drawbridge_domain::{SecretString, SystemRandom};
use drawbridge_http::{Client, Config};
use drawbridge_oauth::{
    Answer, Authorization, ClientAuth, DEEP_LINK_REDIRECT, DevicePoll, Endpoints, Error, Issuer, Return, ReturnVia,
    SecretStyle, Tokens, authorize, check_issuer, client_credentials, device_poll, device_start, exchange,
    loopback::Listener, parse_return, refresh,
};
use drawbridge_testkit::{browser::Browser, oidc};
use std::time::Duration;
use url::Url;

const SCOPES: &[&str] = &["openid", "offline_access", "repo", "read:org"];

struct Bench {
    http: Client,
    server: oidc::Server,
    endpoints: Endpoints,
    secret: SecretString,
}

impl Bench {
    async fn start() -> Self {
        let server = oidc::start().await.expect("the independent server");
        let at = |text: String| Url::parse(&text).expect("an address");
        let endpoints = Endpoints {
            device: Some(at(server.device())),
            issuer: Some(Issuer { name: server.issuer.clone(), in_answers: true }),
            ..Endpoints::plain(at(server.authorize()), at(server.token()))
        };
        let secret = SecretString::from(server.client_secret.clone());
        let http = Client::new(Config { user_agent: "drawbridge-tests".to_owned() }).expect("a client");
        Self { http, server, endpoints, secret }
    }

    /// Each way of saying who we are.
    fn clients(&self) -> [ClientAuth<'_>; 3] {
        [
            ClientAuth::new(&self.server.public_client, None),
            ClientAuth::new(&self.server.post_client, Some(&self.secret)),
            ClientAuth { id: &self.server.basic_client, secret: Some(&self.secret), style: SecretStyle::Basic },
        ]
    }

    fn ask(&self, client: ClientAuth<'_>, redirect: &str, extra: &[(&str, &str)]) -> Authorization {
        let mut all = vec![("prompt", "consent")];
        all.extend_from_slice(extra);
        authorize(&self.endpoints, client.id, redirect, SCOPES, &all, &SystemRandom).expect("an address")
    }

    /// From the address to what came back, checked as the keeper does it.
    async fn approved(&self, asked: &Authorization) -> Return {
        let link = oidc::approve(asked.url.expose().as_str()).await.expect("the way back");
        let back = parse_return(&link).expect("an answer");
        assert!(back.state.same_as(asked.state.expose()), "the state comes back as it was sent");
        check_issuer(self.endpoints.issuer.as_ref(), back.iss.as_deref()).expect("it names itself");
        back
    }

    async fn exchanged(&self, client: ClientAuth<'_>, redirect: &str) -> Result<Tokens, Error> {
        let asked = self.ask(client, redirect, &[]);
        let Answer::Code(code) = self.approved(&asked).await.answer else { panic!("a code") };
        exchange(&self.http, &self.endpoints, client, &code, &asked.verifier, redirect).await
    }
}

fn is_refused_with(outcome: &Result<Tokens, Error>, code: &str) -> bool {
    matches!(outcome, Err(Error::Refused { error, .. }) if error == code)
}

#[tokio::test]
async fn authorise_exchange_and_refresh_are_accepted_for_every_kind_of_client() {
    let bench = Bench::start().await;
    for client in bench.clients() {
        let first = bench.exchanged(client, DEEP_LINK_REDIRECT).await.expect("tokens");
        assert!(bench.server.knows(first.access.expose()).await.expect("an answer"), "the server knows what it gave");
        assert_eq!(first.expires_in, Some(Duration::from_hours(1)));
        assert!(first.server_date.is_some(), "freshness is counted by the server's clock");
        let scopes = first.scopes.expect("said");
        assert!(SCOPES.iter().all(|scope| scopes.iter().any(|granted| granted == scope)), "{scopes:?}");

        let spent = first.refresh.expect("a refresh token");
        let second = refresh(&bench.http, &bench.endpoints, client, &spent).await.expect("tokens");
        assert!(bench.server.knows(second.access.expose()).await.expect("an answer"));
        assert!(!second.access.same_as(first.access.expose()), "a new one");
        let next = second.refresh.expect("a refresh token");
        assert!(!next.same_as(spent.expose()), "it rotates");

        // A second use of the spent one ends the whole grant, and both say so in the same words.
        let reused = refresh(&bench.http, &bench.endpoints, client, &spent).await;
        assert!(is_refused_with(&reused, "invalid_grant"), "{reused:?}");
        let ended = refresh(&bench.http, &bench.endpoints, client, &next).await;
        assert!(is_refused_with(&ended, "invalid_grant"), "{ended:?}");
    }
}

#[tokio::test]
async fn a_client_that_acts_for_itself_is_given_access_and_nothing_to_renew_it_with() {
    let bench = Bench::start().await;
    let token = &bench.endpoints.token;
    let wrong = SecretString::from("wrong".to_owned());
    let own = |secret| ClientAuth { id: "service-client", secret: Some(secret), style: SecretStyle::Basic };
    let scopes = ["repo".to_owned()];
    let first = client_credentials(&bench.http, token, own(&bench.secret), &scopes).await.expect("access");
    assert!(first.refresh.is_none() && first.scopes.as_deref() == Some(&scopes[..]), "{:?}", first.scopes);
    let again = client_credentials(&bench.http, token, own(&bench.secret), &[]).await.expect("access");
    for issued in [&first, &again] {
        assert!(bench.server.knows(issued.access.expose()).await.expect("an answer"), "the server knows what it gave");
    }
    assert!(!again.access.same_as(first.access.expose()), "asked again is new access");
    let refused = client_credentials(&bench.http, token, own(&wrong), &scopes).await;
    assert!(is_refused_with(&refused, "invalid_client"), "{refused:?}");
    let strange = client_credentials(&bench.http, token, own(&bench.secret), &["nobody-knows".to_owned()]).await;
    let granted = strange.expect("this server passes over what it does not know").scopes.unwrap_or_default();
    assert!(granted.is_empty(), "and grants nothing for it: {granted:?}");
    let person = client_credentials(&bench.http, token, bench.clients()[2], &scopes).await;
    assert!(matches!(person, Err(Error::Refused { .. })), "a client for people only: {person:?}");
}

#[tokio::test]
async fn the_browser_really_reaches_our_port() {
    let bench = Bench::start().await;
    let client = bench.clients()[0];
    let listener = Listener::bind().await.expect("a port");
    let redirect = listener.redirect_uri();
    let asked = bench.ask(client, &redirect, &[]);
    let link = oidc::approve(asked.url.expose().as_str()).await.expect("the way back");
    let page = Browser::new().get(&link).await.expect("our page");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Go back to Drawbridge"), "a page for the person");

    let came = tokio::time::timeout(Duration::from_secs(20), listener.next_return()).await.expect("it was heard");
    assert_eq!(came.expose(), &link, "whole");
    let back = parse_return(came.expose()).expect("an answer");
    assert_eq!(back.via, ReturnVia::Loopback { port: listener.address().port() });
    assert!(back.state.same_as(asked.state.expose()));
    let Answer::Code(code) = back.answer else { panic!("a code") };
    let outcome = exchange(&bench.http, &bench.endpoints, client, &code, &asked.verifier, &redirect).await;
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_anybody_else() {
    let bench = Bench::start().await;
    let [public, other, _] = bench.clients();
    for (client, verifier, redirect, why) in [
        (public, Some("x".repeat(43)), DEEP_LINK_REDIRECT, "another program that caught the link has no verifier"),
        (other, None, DEEP_LINK_REDIRECT, "it was issued to one client"),
        (public, None, "http://127.0.0.1:4411/callback", "it was issued for one way back"),
    ] {
        let asked = bench.ask(public, DEEP_LINK_REDIRECT, &[]);
        let Answer::Code(code) = bench.approved(&asked).await.answer else { panic!("a code") };
        let verifier = verifier.map_or_else(|| asked.verifier.clone(), SecretString::from);
        let outcome = exchange(&bench.http, &bench.endpoints, client, &code, &verifier, redirect).await;
        assert!(is_refused_with(&outcome, "invalid_grant"), "{why}: {outcome:?}");
    }
    // Twice.
    let asked = bench.ask(public, DEEP_LINK_REDIRECT, &[]);
    let Answer::Code(code) = bench.approved(&asked).await.answer else { panic!("a code") };
    let again =
        async || exchange(&bench.http, &bench.endpoints, public, &code, &asked.verifier, DEEP_LINK_REDIRECT).await;
    again().await.expect("the first time");
    assert!(is_refused_with(&again().await, "invalid_grant"), "a code works once");
}

#[tokio::test]
async fn a_no_comes_back_as_a_no() {
    let bench = Bench::start().await;
    let asked = bench.ask(bench.clients()[0], DEEP_LINK_REDIRECT, &[("login_hint", "refuse")]);
    let back = bench.approved(&asked).await;
    assert!(matches!(back.answer, Answer::Refused { error, .. } if error == "access_denied"));
}

#[tokio::test]
async fn a_wrong_secret_is_the_clients_fault_and_not_the_persons() {
    let bench = Bench::start().await;
    let wrong = SecretString::from("wrong".to_owned());
    let client = ClientAuth::new(&bench.server.post_client, Some(&wrong));
    let outcome = bench.exchanged(client, DEEP_LINK_REDIRECT).await;
    assert!(is_refused_with(&outcome, "invalid_client"), "{outcome:?}");
}

#[tokio::test]
async fn a_code_typed_on_another_device_connects_this_one() {
    let bench = Bench::start().await;
    for client in bench.clients() {
        // Only a client without a secret can ask for a code without one; the others are told so.
        let started = device_start(&bench.http, &bench.endpoints, client.id, SCOPES).await;
        if client.secret.is_some() {
            assert!(
                matches!(started, Err(Error::Refused { ref error, .. }) if error == "invalid_client"),
                "{started:?}"
            );
            continue;
        }
        let started = started.expect("a code");
        assert!(started.verification_uri.as_str().starts_with(&bench.server.issuer));
        assert_eq!(started.interval, Duration::from_secs(5), "what the protocol says if the server says nothing");
        let ask = async || device_poll(&bench.http, &bench.endpoints, client, &started.device_code).await;
        assert!(matches!(ask().await, Ok(DevicePoll::Pending)), "nobody has typed it yet");
        oidc::approve_device(&bench.server, &started.user_code).await.expect("approved");
        let Ok(DevicePoll::Tokens(tokens)) = ask().await else { panic!("approved") };
        assert!(bench.server.knows(tokens.access.expose()).await.expect("an answer"));
        assert!(ask().await.is_err_and(|error| matches!(error, Error::Refused { .. })), "once");
    }
    let unknown = SecretString::from("unknown".to_owned());
    let outcome = device_poll(&bench.http, &bench.endpoints, bench.clients()[0], &unknown).await;
    assert!(matches!(outcome, Err(Error::Refused { ref error, .. }) if error == "invalid_grant"), "{outcome:?}");
}
