//! The proxies that the environment names, in a process that has such an environment.

use super::client;
use crate::{Error, Request};
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

const LIMIT: Duration = Duration::from_secs(30);
/// Names the address to the process that the test starts as itself.
const ASKED: &str = "DRAWBRIDGE_TEST_ASKED";
const TEST: &str = "tests::proxy::a_proxy_is_asked_and_one_that_wants_to_know_who_asks_is_told_apart";

/// Hears one connection, sends its first bytes along and answers so.
fn hears(answer: &'static str) -> (SocketAddr, mpsc::Receiver<Vec<u8>>) {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("bound");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in socket.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut first = vec![0; 1024];
            let count = stream.read(&mut first).unwrap_or(0);
            first.truncate(count);
            let _ = stream.write_all(answer.as_bytes());
            if sender.send(first).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}

/// What a process says that asks an address with this in its environment.
fn asked(address: &str, environment: &[(&str, &str)]) -> String {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(["--exact", TEST, "--nocapture"]);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    command.env(ASKED, address).envs(environment.iter().copied());
    String::from_utf8(command.output().expect("it runs").stdout).expect("text")
}

/// What the process does that is started with an environment.
async fn ask(address: &str) {
    let request = Request::get(address.parse().expect("an address")).timeout(Duration::from_secs(10));
    let error = client().send(request).await.expect_err("nobody answers there");
    assert!(!error.reply_may_be_lost(), "nothing was sent: {error:?}");
    println!("said: {}", matches!(error, Error::ProxySignIn(_)));
}

#[tokio::test]
async fn a_proxy_is_asked_and_one_that_wants_to_know_who_asks_is_told_apart() {
    #[expect(clippy::disallowed_methods, reason = "it is told so by the test that runs it")]
    if let Ok(address) = std::env::var(ASKED) {
        return ask(&address).await;
    }
    // Nobody's address, that the system takes for this computer: not loopback, so a proxy may be asked.
    let (host, direct) = hears("");
    let (proxy, asked_at_proxy) = hears("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let address = format!("https://0.0.0.0:{}/", host.port());
    let proxy = format!("http://{proxy}");
    let said = asked(&address, &[("HTTPS_PROXY", &proxy)]);
    assert!(said.contains("said: true"), "{said}");
    let seen = asked_at_proxy.recv_timeout(LIMIT).expect("it was asked");
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.starts_with(&format!("CONNECT 0.0.0.0:{}", host.port())), "{seen}");
    assert!(direct.try_recv().is_err(), "and nobody else");

    let said = asked(&address, &[("HTTPS_PROXY", &proxy), ("NO_PROXY", "0.0.0.0")]);
    assert!(said.contains("said: false"), "{said}");
    let seen = direct.recv_timeout(LIMIT).expect("the host itself was asked");
    assert_eq!(seen.first(), Some(&0x16), "by TLS, from its first byte on");
    // Sent before it gave up: the proxy was tried three times above, and not once more.
    while asked_at_proxy.try_recv().is_ok() {}
    let loopback = format!("https://127.0.0.1:{}/", host.port());
    asked(&loopback, &[("HTTPS_PROXY", &proxy)]);
    assert!(asked_at_proxy.try_recv().is_err(), "this computer is never asked through a proxy");
}
