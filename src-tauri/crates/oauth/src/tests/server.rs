//! A token endpoint on a loopback port that gives prepared answers and keeps what it was asked.

use crate::Endpoints;
use drawbridge_http::{Client, Config};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};
use url::{Url, form_urlencoded};

/// A status, a media type and a body.
pub type Reply = (u16, &'static str, String);

/// A running server; ends when dropped.
pub struct Server {
    pub http: Client,
    pub endpoints: Endpoints,
    requests: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

pub fn json(status: u16, body: &str) -> Reply {
    (status, "application/json; charset=utf-8", body.to_owned())
}

pub fn form(body: &str) -> Reply {
    (200, "application/x-www-form-urlencoded; charset=utf-8", body.to_owned())
}

impl Server {
    /// Gives one prepared answer to every request; without one, hangs up.
    pub async fn start(reply: Option<Reply>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = Url::parse(&format!("http://{}", socket.local_addr().expect("bound"))).expect("valid");
        let at = |path| base.join(path).expect("valid");
        let endpoints = Endpoints { device: Some(at("/device")), ..Endpoints::plain(at("/authorize"), at("/token")) };
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let accepting = tokio::spawn(async move {
            while let Ok((mut stream, _)) = socket.accept().await {
                let mut request = Vec::new();
                let mut part = [0; 4096];
                while !is_whole(&request) {
                    match stream.read(&mut part).await {
                        Ok(count) if count > 0 => request.extend_from_slice(&part[..count]),
                        _ => break,
                    }
                }
                seen.lock().expect("not poisoned").push(String::from_utf8_lossy(&request).into_owned());
                if let Some((status, media, body)) = &reply {
                    let text = format!(
                        "HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
                         Date: Sun, 22 Nov 2026 04:10:53 GMT\r\nRetry-After: 7\r\n\
                         Location: https://elsewhere.example/\r\nConnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = stream.write_all(text.as_bytes()).await;
                }
            }
        });
        let http = Client::new(Config { user_agent: "drawbridge-test/1".to_owned() }).expect("a client");
        Self { http, endpoints, requests, accepting }
    }

    /// How often it was asked.
    pub fn count(&self) -> usize {
        self.requests.lock().expect("not poisoned").len()
    }

    /// The last request: its head in lower case, and its form.
    pub fn last(&self) -> (String, HashMap<String, String>) {
        let requests = self.requests.lock().expect("not poisoned");
        let (head, body) = requests.last().expect("a request").split_once("\r\n\r\n").expect("a whole one");
        (head.to_owned(), form_urlencoded::parse(body.as_bytes()).into_owned().collect())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.map_or(0, |text| text.trim().parse().expect("a length"))
}
