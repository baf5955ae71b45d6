//! A server on a loopback port that does what a test tells it, byte by byte.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

/// What is done with a connection once its request was read.
#[derive(Clone)]
pub enum Act {
    /// This is written, then the connection is closed.
    Say(String),
    /// Nothing is written and the connection stays open.
    Keep,
    /// Nothing is written and the connection is closed.
    Close,
    /// The first text is written, then the second again and again until nobody listens.
    Repeat(&'static str, String),
}

/// A whole answer with a short body.
pub fn answer(status: u16, headers: &str, body: &str) -> Act {
    Act::Say(format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    ))
}

/// A running server; ends when dropped.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Treats the connections in turn as told, the last way again and again.
    pub async fn start(acts: Vec<Act>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(socket, acts)
    }

    pub fn on(socket: TcpListener, acts: Vec<Act>) -> Self {
        let address = socket.local_addr().expect("bound");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let accepting = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            for place in 0.. {
                let Ok((stream, _)) = socket.accept().await else { return };
                let act = acts[place.min(acts.len() - 1)].clone();
                open.spawn(serve(stream, act, Arc::clone(&seen)));
            }
        });
        Self { address, requests, accepting }
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("valid")
    }

    /// The requests so far, each as it came.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut part).await {
            Ok(count) if count > 0 => request.extend_from_slice(&part[..count]),
            _ => break,
        }
    }
    seen.lock().expect("not poisoned").push(String::from_utf8_lossy(&request).into_owned());
    match act {
        Act::Say(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Act::Keep => std::future::pending().await,
        Act::Close => {}
        Act::Repeat(first, then) => {
            let _ = stream.write_all(first.as_bytes()).await;
            while stream.write_all(then.as_bytes()).await.is_ok() {}
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    // The first byte of a TLS handshake: what follows can't be read here.
    if request.first() == Some(&0x16) {
        return true;
    }
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.map_or(0, |text| text.trim().parse().expect("a length"))
}
