//! The client against a server that misbehaves in every way that matters.

mod proxy;
mod server;

use crate::{Client, Config, Error, Request};
use drawbridge_domain::SecretString;
use server::{Act, Server, answer};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::fmt::MakeWriter;
use url::Url;

fn client() -> Client {
    Client::new(Config { user_agent: "drawbridge-test/1".to_owned() }).expect("a client")
}

fn token() -> SecretString {
    SecretString::from("canary-token".to_owned())
}

#[tokio::test]
async fn a_request_arrives_as_it_was_built() {
    let server = Server::start(vec![answer(200, "ETag: \"e\"\r\n", "{\"a\":1}")]).await;
    let request = Request::post(server.url("/p?q=1"))
        .bearer(&token())
        .header("accept", "application/json")
        .if_none_match("\"e\"")
        .form([("a", "1 2"), ("b", "ü&")]);
    let reply = client().send(request).await.expect("an answer");
    assert_eq!((reply.status, reply.header("etag")), (200, Some("\"e\"")));
    assert_eq!(reply.json::<serde_json::Value>().expect("JSON")["a"], 1);
    let seen = server.requests().remove(0);
    let seen = seen.to_ascii_lowercase();
    for part in [
        "post /p?q=1 http/1.1\r\n",
        "user-agent: drawbridge-test/1\r\n",
        "authorization: bearer canary-token\r\n",
        "if-none-match: \"e\"\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
        "\r\n\r\na=1+2&b=%c3%bc%26",
    ] {
        assert!(seen.contains(part), "{part:?} is missing in {seen}");
    }
    assert!(!seen.contains("cookie") && !seen.contains("referer"), "nothing is sent that was not asked for: {seen}");
}

#[tokio::test]
async fn every_wait_has_an_end() {
    // Byte by byte, a body of this length takes longer than anybody waits.
    const LENGTH: usize = 1 << 26;
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n";
    for act in [Act::Keep, Act::Repeat(head, "x".to_owned())] {
        let server = Server::start(vec![act]).await;
        let request = Request::post(server.url("/")).timeout(Duration::from_millis(300)).max_bytes(LENGTH);
        let failed = client().send(request).await.expect_err("no whole answer");
        assert!(matches!(failed, Error::TimedOut), "{failed:?}");
        assert!(failed.reply_may_be_lost(), "the request had arrived: what it asks for may have been done");
        assert_eq!(server.requests().len(), 1, "what may have been done is not sent again");
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut_off() {
    let chunked = Act::Repeat(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "20\r\n0123456789abcdef0123456789abcdef\r\n".to_owned(),
    );
    let announced = answer(200, "", &"x".repeat(2000));
    // Taken at its word, this one would ask for more memory than there is.
    let boasting = Act::Repeat("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000\r\n\r\n", "x".to_owned());
    for act in [chunked, announced, boasting] {
        let server = Server::start(vec![act]).await;
        let failed = client().send(Request::get(server.url("/")).max_bytes(1000)).await.expect_err("too long");
        assert!(matches!(failed, Error::TooLarge { limit: 1000 }), "{failed:?}");
        assert_eq!(server.requests().len(), 1, "asking again would bring the same");
    }
    let server = Server::start(vec![answer(200, "", &"x".repeat(1000))]).await;
    let reply = client().send(Request::get(server.url("/")).max_bytes(1000)).await.expect("just short enough");
    assert_eq!(reply.body.len(), 1000);
}

#[tokio::test]
async fn headers_without_an_end_are_cut_off() {
    let server =
        Server::start(vec![Act::Repeat("HTTP/1.1 200 OK\r\n", format!("X-More: {}\r\n", "x".repeat(4000)))]).await;
    let failed = client().send(Request::get(server.url("/"))).await.expect_err("no end of headers");
    assert!(matches!(failed, Error::Interrupted(_)), "long before the time is up: {failed:?}");
}

type Build = fn(Url) -> Request;

#[tokio::test]
async fn only_what_may_be_done_twice_is_tried_again() {
    let (busy, fine) = (answer(503, "", ""), answer(200, "", "done"));
    let later = answer(503, "Retry-After: 1\r\n", "");
    let (get, post): (Build, Build) = (Request::get, Request::post);
    let again: Build = |url| Request::post(url).idempotent();
    for (acts, build, status, sent, why) in [
        (vec![busy.clone(), busy.clone(), fine.clone()], get, 200, 3, "twice again is allowed"),
        (vec![busy.clone(), busy.clone(), busy.clone(), fine.clone()], get, 503, 3, "more is not"),
        (vec![answer(502, "", ""), fine.clone()], get, 200, 2, "a gateway may find its server again"),
        (vec![answer(504, "", ""), fine.clone()], again, 200, 2, "what was said to be idempotent"),
        (vec![busy.clone(), fine.clone()], post, 503, 1, "a POST is not idempotent by itself"),
        (vec![later, fine.clone()], get, 503, 1, "how long to wait is the caller's decision"),
        (vec![answer(500, "", ""), fine.clone()], get, 500, 1, "a broken server breaks again"),
        (vec![answer(429, "", ""), fine], get, 429, 1, "asking again is what it complains about"),
    ] {
        let server = Server::start(acts).await;
        let reply = client().send(build(server.url("/"))).await.expect("an answer");
        assert_eq!((reply.status, server.requests().len()), (status, sent), "{why}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_tried_again() {
    let client = client();
    let warm = Server::start(vec![answer(200, "", "")]).await;
    client.send(Request::get(warm.url("/"))).await.expect("an answer");

    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("valid")).expect("a port");
    let url = Url::parse(&format!("http://{}/", socket.local_addr().expect("bound"))).expect("valid");
    // Bound but not listening: refused, and nobody else can take the port meanwhile.
    let failed = client.send(Request::post(url.clone())).await.expect_err("nobody listens");
    assert!(matches!(failed, Error::Unreachable(_)), "{failed:?}");
    assert!(!failed.reply_may_be_lost(), "nothing was sent");

    // It comes once the first attempt was in vain, which only the log tells.
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let listening = async {
        log.holds("not answered").await;
        Server::on(socket.listen(8).expect("listening"), vec![answer(200, "", "")])
    };
    let (reply, server) = tokio::join!(client.send(Request::get(url)), listening);
    assert_eq!(reply.expect("found at the second or third attempt").status, 200);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Server::start(vec![answer(200, "", "")]).await;
    for status in [301, 302, 303, 307, 308] {
        let server =
            Server::start(vec![answer(status, &format!("Location: {}\r\n", elsewhere.url("/stolen")), "")]).await;
        let reply = client().send(Request::get(server.url("/")).bearer(&token())).await.expect("an answer");
        assert_eq!(reply.status, status);
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new(), "the token must not go where an answer points");
}

#[tokio::test]
async fn a_connection_that_ends_early_is_told_from_one_that_never_was() {
    for act in [Act::Close, Act::Say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_owned())] {
        let server = Server::start(vec![act]).await;
        let failed = client().send(Request::post(server.url("/"))).await.expect_err("no whole answer");
        assert!(matches!(failed, Error::Interrupted(_)) && failed.reply_may_be_lost(), "{failed:?}");
        assert_eq!(server.requests().len(), 1, "it may have been carried out");
    }
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_properly_is_refused() {
    let server = Server::start(vec![Act::Say("HTTP/1.1 400 plain text on an encrypted port\r\n\r\n".to_owned())]).await;
    let mut url = server.url("/");
    url.set_scheme("https").expect("https fits");
    let failed = client().send(Request::get(url).bearer(&token())).await.expect_err("no TLS there");
    assert!(matches!(failed, Error::Refused { .. }), "{failed:?}");
    assert!(!server.requests().concat().contains("canary"), "nothing is said before it is encrypted");
}

#[tokio::test]
async fn an_address_that_would_carry_secrets_in_the_clear_is_not_asked() {
    for address in [
        "http://git.example.org/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.org/",
        "https://user:password@git.example.org/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "data:text/plain,x",
    ] {
        let request = Request::get(Url::parse(address).expect("valid")).bearer(&token());
        let failed = client().send(request).await.expect_err(address);
        assert!(matches!(failed, Error::Address), "{address}: {failed:?}");
    }
}

/// Run as a child of itself, because a process can't change its own environment safely.
#[tokio::test]
async fn this_computer_is_never_asked_through_a_proxy() {
    const TARGET: &str = "DRAWBRIDGE_HTTP_TEST_TARGET";
    #[expect(clippy::disallowed_methods, reason = "how the parent tells the child its part")]
    let target = std::env::var(TARGET);
    if let Ok(target) = target {
        let reply = client().send(Request::get(Url::parse(&target).expect("valid")).bearer(&token())).await;
        assert_eq!(reply.expect("an answer").status, 200);
        return;
    }
    let (proxy, server) =
        (Server::start(vec![answer(200, "", "")]).await, Server::start(vec![answer(200, "", "")]).await);
    let child = tokio::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "tests::this_computer_is_never_asked_through_a_proxy"])
        .env(TARGET, server.url("/direct").as_str())
        .envs(["http_proxy", "HTTP_PROXY", "ALL_PROXY"].map(|name| (name, proxy.url("").to_string())))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .kill_on_drop(true)
        .output()
        .await
        .expect("a child");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(proxy.requests(), Vec::<String>::new(), "the token would leave this computer unencrypted");
}

/// What is logged while it is the subscriber's writer.
#[derive(Clone, Default)]
struct Log(Arc<(Mutex<Vec<u8>>, tokio::sync::Notify)>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.0.lock().expect("not poisoned")).into_owned()
    }

    /// Waits until this was logged.
    async fn holds(&self, words: &str) {
        let logged = async {
            while !self.text().contains(words) {
                self.0.1.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), logged).await.expect("it is logged");
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.0.0.lock().expect("not poisoned").write(bytes);
        self.0.1.notify_one();
        written
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_at_any_level() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let client = client();
    let server = Server::start(vec![
        answer(200, "Set-Cookie: canary-cookie\r\n", "canary-reply"),
        answer(302, "Location: http://127.0.0.1/?code=canary-location\r\n", ""),
        Act::Close,
    ])
    .await;
    for _ in 0..3 {
        let request = Request::post(server.url("/path?code=canary-code"))
            .bearer(&token())
            .header("x-key", "canary-header")
            .form([("client_secret", "canary-secret")]);
        let outcome = client.send(request).await;
        let mut shown = format!("{outcome:?}");
        let mut cause = outcome.as_ref().err().map(|error| error as &dyn std::error::Error);
        while let Some(error) = cause {
            shown = format!("{shown} {error} {error:?}");
            cause = error.source();
        }
        assert!(!shown.contains("canary"), "an outcome may be logged by anybody: {shown}");
    }
    drop(guard);
    let text = log.text();
    assert!(text.contains("/path"), "the request is in the log: {text}");
    let leak = text.lines().find(|line| line.contains("canary"));
    assert_eq!(leak, None, "a secret is in the log");
}
