//! Exchange, refresh and device code: what is sent, and what each kind of reply becomes.

use super::server::{Reply, Server, form, json};
use crate::{ClientAuth, DevicePoll, Error, SecretStyle, Tokens, device_poll, device_start, exchange, refresh};
use drawbridge_domain::{SecretString, Timestamp};
use std::time::Duration;

const REDIRECT: &str = crate::DEEP_LINK_REDIRECT;
const VERIFIER: &str = "canary-verifier-canary-verifier-canary-verifier";

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

/// The compiler's word that a flow may run in a task of its own.
fn sendable<T: Send>(value: T) -> T {
    value
}

async fn exchange_with(server: &Server) -> Result<Tokens, Error> {
    let client_secret = secret("canary-secret&=");
    let client = ClientAuth::new("client-1", Some(&client_secret));
    let (code, verifier) = (secret("canary-code"), secret(VERIFIER));
    sendable(exchange(&server.http, &server.endpoints, client, &code, &verifier, REDIRECT)).await
}

async fn exchange_for(reply: Reply) -> Result<Tokens, Error> {
    let server = Server::start(Some(reply)).await;
    let outcome = exchange_with(&server).await;
    assert_eq!(server.count(), 1, "a code is spent by the first request and never sent twice");
    let shown = format!("{outcome:?}");
    assert!(!shown.contains("canary"), "no outcome may show what was sent or came: {shown}");
    outcome
}

#[tokio::test]
async fn an_exchange_sends_what_the_protocol_wants_to_the_token_endpoint() {
    let server = Server::start(Some(json(200, r#"{"access_token":"canary-a","token_type":"bearer"}"#))).await;
    exchange_with(&server).await.expect("tokens");
    let (head, form) = server.last();
    assert!(head.starts_with("POST /token HTTP/1.1\r\n"), "{head}");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("\r\naccept: application/json\r\n") && !head.contains("authorization:"), "{head}");
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "canary-code"),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
        ("client_id", "client-1"),
        ("client_secret", "canary-secret&="),
    ] {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_secret_travels_the_way_the_host_wants() {
    let reply = || Some(json(200, r#"{"access_token":"a","token_type":"bearer"}"#));
    let client_secret = secret("p&ss");
    let basic = ClientAuth { id: "id:1", secret: Some(&client_secret), style: SecretStyle::Basic };
    let public = ClientAuth::new("id:1", None);

    let server = Server::start(reply()).await;
    refresh(&server.http, &server.endpoints, basic, &secret("r")).await.expect("tokens");
    let (by_library, form) = server.last();
    assert!(!form.contains_key("client_secret"), "not in both places (RFC 6749 §2.3)");
    device_poll(&server.http, &server.endpoints, basic, &secret("d")).await.expect("tokens");
    let (by_us, form) = server.last();
    assert!(!form.contains_key("client_secret"));
    let line = |head: &str| {
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization")).map(str::to_owned)
    };
    assert_eq!(line(&by_us), line(&by_library), "one encoding of the pair (RFC 6749 §2.3.1)");
    assert!(line(&by_us).is_some());

    refresh(&server.http, &server.endpoints, public, &secret("r")).await.expect("tokens");
    let (head, form) = server.last();
    assert_eq!(
        (form.get("client_id").map(String::as_str), form.get("client_secret"), line(&head)),
        (Some("id:1"), None, None)
    );
}

#[tokio::test]
async fn a_reply_is_read_whatever_its_form() {
    let replies = [
        json(
            200,
            r#"{"access_token":"canary-a","token_type":"Bearer","scope":"repo,read:org","expires_in":28800,
                "refresh_token":"canary-r","refresh_token_expires_in":15811200,"more":{"x":1}}"#,
        ),
        json(
            200,
            r#"{"access_token":"canary-a","token_type":"BEARER","scope":"repo read:org","expires_in":"28800",
                "refresh_token":"canary-r","refresh_token_expires_in":15811200.0}"#,
        ),
        json(
            200,
            r#"{"access_token":"canary-a","token_type":"bearer","scope":["repo","read:org"],"expires_in":28800.9,
                "refresh_token":"canary-r","refresh_token_expires_in":"15811200"}"#,
        ),
        form(
            "access_token=canary-a&expires_in=28800&refresh_token=canary-r&refresh_token_expires_in=15811200\
             &scope=repo%2Cread%3Aorg&token_type=bearer",
        ),
        // The media type says the opposite of the truth.
        (
            200,
            "application/json",
            "access_token=canary-a&token_type=bearer&scope=repo+read:org&expires_in=28800\
            &refresh_token=canary-r&refresh_token_expires_in=15811200"
                .to_owned(),
        ),
        (
            200,
            "text/html",
            r#"{"access_token":"canary-a","token_type":"bearer","scope":"repo, read:org",
            "expires_in":28800,"refresh_token":"canary-r","refresh_token_expires_in":15811200}"#
                .to_owned(),
        ),
        json(
            201,
            r#" {"access_token":"canary-a","token_type":"bearer","scope":" repo  read:org ","expires_in":28800,
            "refresh_token":"canary-r","refresh_token_expires_in":15811200} "#,
        ),
    ];
    for reply in replies {
        let body = reply.2.clone();
        let tokens = exchange_for(reply).await.unwrap_or_else(|error| panic!("{error}: {body}"));
        assert!(tokens.access.same_as("canary-a") && tokens.refresh.expect("one").same_as("canary-r"), "{body}");
        assert_eq!(tokens.expires_in, Some(Duration::from_secs(28800)), "{body}");
        assert_eq!(tokens.refresh_expires_in, Some(Duration::from_secs(15_811_200)), "{body}");
        assert_eq!(tokens.scopes.expect("said"), ["repo", "read:org"], "{body}");
        assert_eq!(tokens.server_date, Timestamp::parse("2026-11-22T04:10:53Z"), "by the host's clock");
    }
}

#[tokio::test]
async fn what_is_not_said_is_not_made_up() {
    let said = r#"{"access_token":"a","token_type":"bearer","scope":"","expires_in":null,"refresh_token":""}"#;
    let tokens = exchange_for(json(200, said)).await.expect("tokens");
    assert_eq!(tokens.scopes, Some(Vec::new()), "no scopes is something else than no word about them");
    assert!(tokens.refresh.is_none() && tokens.expires_in.is_none());
    for lifetime in ["-1", "\"soon\"", "[]", "1e300", "true"] {
        let body = format!(r#"{{"access_token":"a","token_type":"bearer","expires_in":{lifetime}}}"#);
        let tokens = exchange_for(json(200, &body)).await.expect("tokens");
        assert_eq!((tokens.expires_in, tokens.scopes), (None, None), "{lifetime} is no lifetime");
    }
}

#[tokio::test]
async fn a_refusal_is_one_with_any_status_and_says_only_its_code() {
    let spent = r#"{"error":"bad_verification_code","error_description":"canary","error_uri":"https://canary"}"#;
    for (reply, code) in [
        (json(200, spent), "bad_verification_code"),
        (json(400, spent), "bad_verification_code"),
        (json(401, r#"{"error":"invalid_client"}"#), "invalid_client"),
        (form("error=incorrect_client_credentials&error_description=canary"), "incorrect_client_credentials"),
        (json(400, r#"{"error":"invalid_grant","access_token":"a","token_type":"bearer"}"#), "invalid_grant"),
        (json(200, r#"{"error":"a b\u001b<script>","access_token":"a","token_type":"bearer"}"#), "a_b__script_"),
        (json(200, r#"{"error":""}"#), "unnamed"),
        (json(404, r#"{"error":"Not Found"}"#), "Not_Found"),
        ((404, "text/html", "<h1>canary</h1>".to_owned()), "http_404"),
        (json(404, r#"{"error":"invalid_request"}"#), "http_404"),
        (json(410, r#"{"error":"invalid_request"}"#), "http_410"),
        (json(400, r#"{"error":"invalid_request"}"#), "invalid_request"),
        (json(404, r#"{"error":"invalid_grant"}"#), "invalid_grant"),
    ] {
        let outcome = exchange_for(reply).await;
        let Err(Error::Refused { error, .. }) = &outcome else { panic!("{code}: {outcome:?}") };
        assert_eq!(error, code);
    }
    let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(5000));
    assert!(matches!(exchange_for(json(400, &long)).await, Err(Error::Refused { error, .. }) if error.len() == 64));
}

#[tokio::test]
async fn a_reply_that_is_none_is_told_from_a_refusal() {
    for reply in [
        json(200, ""),
        json(200, "{"),
        json(200, "[]"),
        json(200, "null"),
        json(200, "{}"),
        json(200, r#"{"access_token":"","token_type":"bearer"}"#),
        json(200, r#"{"access_token":"canary a","token_type":"bearer"}"#),
        json(200, r#"{"access_token":"canary\r\nX: 1","token_type":"bearer"}"#),
        json(200, r#"{"access_token":7,"token_type":"bearer"}"#),
        json(200, r#"{"access_token":"canary-a","token_type":"dpop"}"#),
        json(200, r#"{"access_token":"canary-a","token_type":"mac"}"#),
        form("access_token=canary-a&access_token=canary-b&token_type=bearer"),
        json(200, r#"{"access_token":"canary-a","access_token":"canary-b","token_type":"bearer"}"#),
        json(200, r#"{"access_token":"canary-a","token_type":"bearer","token_type":"dpop"}"#),
    ] {
        let body = reply.2.clone();
        let outcome = exchange_for(reply).await;
        let Err(error @ Error::Malformed { .. }) = &outcome else { panic!("{body}: {outcome:?}") };
        assert!(error.reply_may_be_lost(), "the code may be spent: {body}");
    }
    for reply in [
        (200, "text/html", "<html><body>Sign in to the guest network".to_owned()),
        (200, "text/plain", " <!DOCTYPE html><p>Sign in".to_owned()),
        (302, "text/html", String::new()),
    ] {
        let body = reply.2.clone();
        let outcome = exchange_for(reply).await;
        let Err(error @ Error::Interposed) = &outcome else { panic!("{body}: {outcome:?}") };
        assert!(!error.reply_may_be_lost(), "the host was not reached: {body}");
    }
    let outcome = exchange_for(json(200, &format!("{{\"x\":\"{}\"}}", "x".repeat(300_000)))).await;
    assert!(matches!(outcome, Err(Error::ReplyLost(_))), "no reply is that long: {outcome:?}");
}

#[tokio::test]
async fn a_token_type_counts_as_bearer_where_it_is_left_out_or_known_to_mean_nothing() {
    let left_out = [json(200, r#"{"access_token":"a"}"#), form("access_token=a&scope=b")];
    for reply in left_out {
        exchange_for(reply).await.expect("it can be nothing else");
    }
    for odd in ["null", "7", "\"\"", "\"DPoP\"", "\"user\""] {
        let body = format!(r#"{{"access_token":"a","token_type":{odd}}}"#);
        let outcome = exchange_for(json(200, &body)).await;
        assert!(matches!(outcome, Err(Error::Malformed { .. })), "{odd} is said, and is not bearer: {outcome:?}");
        let mut server = Server::start(Some(json(200, &body))).await;
        server.endpoints.dialect.reply.any_type = true;
        exchange_with(&server).await.unwrap_or_else(|error| panic!("{odd} means nothing at this host: {error}"));
    }
}

#[tokio::test]
async fn a_host_that_is_unwell_has_refused_nothing() {
    for (status, lost) in [(429, false), (500, false), (502, true), (503, false), (504, true)] {
        let server = Server::start(Some(json(status, r#"{"error":"invalid_grant"}"#))).await;
        let client = ClientAuth::new("client-1", None);
        let outcome = refresh(&server.http, &server.endpoints, client, &secret("canary-r")).await;
        let Err(error @ Error::Unwell { wait, .. }) = &outcome else { panic!("{status}: {outcome:?}") };
        assert_eq!((*wait, error.reply_may_be_lost()), (Some(Duration::from_secs(7)), lost), "{status}");
        assert_eq!(server.count(), 1, "a refresh token is not sent twice: it may be spent");
        let (_, form) = server.last();
        assert_eq!(form.get("grant_type").map(String::as_str), Some("refresh_token"));
        assert_eq!(form.get("refresh_token").map(String::as_str), Some("canary-r"));
    }
}

#[tokio::test]
async fn a_lost_reply_is_told_from_a_host_that_was_never_reached() {
    let server = Server::start(None).await;
    let client = ClientAuth::new("client-1", None);
    let outcome = refresh(&server.http, &server.endpoints, client, &secret("canary-r")).await;
    assert!(matches!(&outcome, Err(error @ Error::ReplyLost(_)) if error.reply_may_be_lost()), "{outcome:?}");
    assert_eq!(server.count(), 1);

    // Bound and not listening: refused at once, and nobody else can have the port.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("valid")).expect("a port");
    let mut endpoints = server.endpoints.clone();
    endpoints.token.set_port(Some(socket.local_addr().expect("bound").port())).expect("a port fits");
    let outcome = refresh(&server.http, &endpoints, client, &secret("canary-r")).await;
    assert!(matches!(&outcome, Err(error @ Error::Unreachable(_)) if !error.reply_may_be_lost()), "{outcome:?}");
}

#[tokio::test]
async fn a_device_code_is_asked_for_and_bounded() {
    let body = r#"{"device_code":"canary-d","user_code":"WDJB-MJHT","verification_uri":"https://host/device",
        "verification_uri_complete":"https://host/device?user_code=WDJB-MJHT","expires_in":900,"interval":5}"#;
    let server = Server::start(Some(json(200, body))).await;
    let start = sendable(device_start(&server.http, &server.endpoints, "client-1", &["repo", "read:org"]));
    let start = start.await.expect("a code");
    assert_eq!((start.user_code.as_str(), start.verification_uri.as_str()), ("WDJB-MJHT", "https://host/device"));
    assert!(start.device_code.same_as("canary-d") && start.verification_uri_complete.is_some());
    assert_eq!((start.expires_in.as_secs(), start.interval.as_secs()), (900, 5));
    let (head, form) = server.last();
    assert!(head.starts_with("POST /device "), "{head}");
    assert_eq!(form.get("scope").map(String::as_str), Some("repo read:org"));
    assert_eq!(form.get("client_id").map(String::as_str), Some("client-1"));

    // A form, no pause named, an endless life, and a link that a browser must not open.
    let body = "device_code=d&user_code=A-1&verification_uri=https%3A%2F%2Fhost%2Fdevice&expires_in=99999999\
        &verification_uri_complete=javascript%3Aalert(1)";
    let server = Server::start(Some(self::form(body))).await;
    let start = device_start(&server.http, &server.endpoints, "client-1", &[]).await.expect("a code");
    assert_eq!((start.expires_in.as_secs(), start.interval.as_secs()), (3600, 5), "five seconds are the default");
    assert_eq!(start.verification_uri_complete, None);
    assert!(!server.last().1.contains_key("scope"), "no scopes, no parameter");

    for (page, code) in [("http://host/device", "A-1"), ("file:///etc/passwd", "A-1"), ("https://host/d", "A 1\\u001b")]
    {
        let body =
            format!(r#"{{"device_code":"d","user_code":"{code}","verification_uri":"{page}","expires_in":900}}"#);
        let server = Server::start(Some(json(200, &body))).await;
        let outcome = device_start(&server.http, &server.endpoints, "client-1", &[]).await;
        assert!(matches!(outcome, Err(Error::Malformed { .. })), "{page} {code}: {outcome:?}");
    }
    let server = Server::start(Some(json(200, r#"{"error":"device_flow_disabled"}"#))).await;
    let outcome = device_start(&server.http, &server.endpoints, "client-1", &[]).await;
    assert!(matches!(outcome, Err(Error::Refused { error, .. }) if error == "device_flow_disabled"));
}

#[tokio::test]
async fn every_answer_to_a_device_code_is_understood() {
    let ask = async |reply: Reply| {
        let server = Server::start(Some(reply)).await;
        let client = ClientAuth::new("client-1", None);
        let outcome = sendable(device_poll(&server.http, &server.endpoints, client, &secret("canary-d"))).await;
        let (_, form) = server.last();
        assert_eq!(form.get("grant_type").map(String::as_str), Some("urn:ietf:params:oauth:grant-type:device_code"));
        assert_eq!(form.get("device_code").map(String::as_str), Some("canary-d"));
        assert_eq!(server.count(), 1, "one question, one request: the pause is the caller's");
        outcome
    };
    let error = |code: &str| format!(r#"{{"error":"{code}","interval":10}}"#);
    for status in [200, 400] {
        assert!(matches!(ask(json(status, &error("authorization_pending"))).await, Ok(DevicePoll::Pending)));
        assert!(matches!(ask(json(status, &error("slow_down"))).await, Ok(DevicePoll::SlowDown)));
        assert!(matches!(ask(json(status, &error("access_denied"))).await, Ok(DevicePoll::Denied)));
        assert!(matches!(ask(json(status, &error("expired_token"))).await, Ok(DevicePoll::Expired)));
        let other = ask(json(status, &error("incorrect_device_code"))).await;
        assert!(matches!(other, Err(Error::Refused { error, .. }) if error == "incorrect_device_code"));
    }
    assert!(matches!(ask(json(503, "")).await, Err(Error::Unwell { status: 503, .. })));
    let reply = ask(form("access_token=a&token_type=bearer&scope=repo")).await;
    assert!(matches!(reply, Ok(DevicePoll::Tokens(tokens)) if tokens.access.same_as("a")));
}
