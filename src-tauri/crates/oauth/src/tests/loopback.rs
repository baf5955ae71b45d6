//! The loopback port among everything else that may knock at it.

use crate::{ReturnVia, loopback::Listener, parse_return};
use drawbridge_domain::SecretString;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const LIMIT: Duration = Duration::from_secs(30);

async fn send(address: SocketAddr, request: &str) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        // It may hang up before everything is sent; what it answered is what counts.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply).await;
        String::from_utf8_lossy(&reply).into_owned()
    };
    tokio::time::timeout(LIMIT, exchange).await.expect("every connection ends")
}

fn get(address: SocketAddr, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nCookie: a=b\r\n\r\n")
}

#[tokio::test]
async fn the_browsers_answer_arrives_whole_and_is_thanked_with_a_dead_page() {
    let listener = Listener::bind().await.expect("a port");
    let address = listener.address();
    assert!(address.ip().is_loopback() && address.port() != 0);
    assert_eq!(listener.redirect_uri(), format!("http://{address}/callback"));

    let page = send(address, &get(address, "/callback?code=canary-c&state=canary-s")).await;
    let link = listener.next_return().await;
    assert_eq!(link.expose(), &format!("http://{address}/callback?code=canary-c&state=canary-s"));
    let read = parse_return(link.expose()).expect("an answer");
    assert_eq!(read.via, ReturnVia::Loopback { port: address.port() });

    let (head, body) = page.split_once("\r\n\r\n").expect("a page");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    for header in [
        "Content-Type: text/html; charset=utf-8",
        "Content-Security-Policy: default-src 'none';",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Connection: close",
        &format!("Content-Length: {}", body.len()),
    ] {
        assert!(head.contains(header), "{header:?} is missing in {head}");
    }
    assert!(!page.contains("canary"), "the page must not repeat what it was asked with");
    for active in ["<script", "<img", "<link", "<a ", "<form", "http-equiv", "src=", "href="] {
        assert!(!body.contains(active), "{active} would load or lead somewhere");
    }

    send(address, &get(address, "/callback?code=2&state=s")).await;
    assert!(listener.next_return().await.expose().contains("code=2"), "one answer does not end the waiting");
}

#[tokio::test]
async fn nothing_else_is_an_answer() {
    let listener = Listener::bind().await.expect("a port");
    let address = listener.address();
    let port = address.port();
    for request in [
        get(address, "/"),
        get(address, "/favicon.ico"),
        get(address, "/callback"),
        get(address, "/callback/?code=c&state=s"),
        get(address, "/callbackx?code=c&state=s"),
        get(address, "//callback?code=c&state=s"),
        get(address, &format!("http://{address}/callback?code=c&state=s")),
        get(address, "/x/../callback?code=c&state=s"),
        format!("POST /callback?code=c&state=s HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        format!("HEAD /callback?code=c&state=s HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        format!("GET /callback?code=c&state=s HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
        format!("GET /callback?code=c&state=s HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"),
        format!("GET /callback?code=c&state=s HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", port ^ 1),
        format!("GET /callback?code=c&state=s HTTP/1.1\r\nHost: {address}\r\nHost: {address}\r\n\r\n"),
        "GET /callback?code=c&state=s HTTP/1.1\r\n\r\n".to_owned(),
        "GET /callback?code=c&state=s\r\n\r\n".to_owned(),
        format!("GET /callback?code=c &state=s HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        "\r\n\r\n".to_owned(),
    ] {
        let reply = send(address, &request).await;
        assert!(reply.starts_with("HTTP/1.1 404 "), "{request:?} got {reply:?}");
    }
    for request in ["x".repeat(100_000), format!("GET /callback?code={} HTTP/1.1\r\n", "c".repeat(100_000))] {
        assert_eq!(send(address, &request).await, "", "too long to be listened to");
    }
    // The first thing that comes out is the first thing that was right.
    send(address, &get(address, "/callback?code=right&state=s")).await;
    assert!(listener.next_return().await.expose().contains("code=right"), "nothing before it was taken in");
}

#[tokio::test]
async fn knocking_all_the_time_neither_blocks_nor_piles_up() {
    let listener = Listener::bind().await.expect("a port");
    let address = listener.address();
    // More silent connections than are served at once, held open.
    let mut silent = Vec::new();
    for _ in 0..80 {
        silent.push(TcpStream::connect(address).await.expect("it listens"));
    }
    // Far more answers than anybody asked for: the rest is dropped, none waits.
    for number in 0..40 {
        let page = send(address, &get(address, &format!("/callback?code={number}&state=s"))).await;
        assert!(page.starts_with("HTTP/1.1 200 "), "the silent ones make room in time: {page}");
    }
    let mut kept = 0;
    while let Ok(link) = tokio::time::timeout(Duration::from_millis(100), listener.next_return()).await {
        assert!(link.expose().contains(&format!("code={kept}&")), "in the order they came");
        kept += 1;
    }
    assert!((1..=16).contains(&kept), "few are kept: {kept}");
}

#[tokio::test]
async fn a_flood_of_rubbish_neither_pushes_the_answer_out_nor_piles_up() {
    let listener = Listener::bind().await.expect("a port");
    let address = listener.address();
    listener.answers_to(SecretString::from("right".to_owned()));
    let knock = async |number: usize| {
        let request = match number % 4 {
            0 => get(address, &format!("/callback?code={number}&state=forged")),
            1 => get(address, &format!("/callback?error=access_denied&state=forged{number}")),
            2 => get(address, &format!("/{}", "x".repeat(12_000))),
            _ => format!("POST /callback HTTP/1.1\r\nHost: {address}\r\nContent-Length: 9\r\n\r\ncode=evil"),
        };
        send(address, &request).await
    };
    // What the first ones need is not counted: buffers that are used again.
    for number in 0..200 {
        knock(number).await;
    }
    let before = resident();
    // Ten seconds of 200 a second, as fast as they are answered.
    for number in 0..2_000 {
        knock(number).await;
    }
    let grown = resident().saturating_sub(before);
    send(address, &get(address, "/callback?code=mine&state=right")).await;
    let first = tokio::time::timeout(LIMIT, listener.next_return()).await.expect("it came through");
    assert!(first.expose().contains("code=mine"), "nothing forged was kept before it");
    println!("2000 requests of rubbish, {} KiB more resident", grown / 1024);
    assert!(grown < 4 * 1024 * 1024, "{grown} bytes more");
}

/// Bytes of this process in memory (`/proc/self/statm`, second field, in pages of 4 KiB).
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

#[tokio::test]
async fn the_port_is_closed_with_its_owner() {
    let listener = Listener::bind().await.expect("a port");
    let address = listener.address();
    let mut open = TcpStream::connect(address).await.expect("it listens");
    drop(listener);
    // The task that ends closes both: what is open, and the port.
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(LIMIT, open.read_to_end(&mut rest)).await.expect("every connection is closed");
    assert!(rest.is_empty());
    assert!(TcpStream::connect(address).await.is_err(), "and the port");
}
