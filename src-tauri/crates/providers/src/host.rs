//! For the tests of forges: a host on a loopback port that gives prepared answers by path, and keeps
//! what it was asked.
//!
//! Not here: what a forge answers; that is prepared by its tests.

use crate::Api;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use drawbridge_domain::{BaseUrl, SecretString};
use drawbridge_http::{Client, Config};
use std::sync::{Arc, Mutex};

/// One prepared answer: for which path (with its query), a status, headers, a body. `ORIGIN` in a
/// header or the body stands for the host's own address.
pub struct Prepared {
    pub path: &'static str,
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

pub fn answer(path: &'static str, status: u16, headers: &[(&'static str, &str)], body: &str) -> Prepared {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Prepared { path, status, headers, body: body.to_owned() }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub line: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Clone)]
struct Shared {
    prepared: Arc<Vec<Prepared>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

pub struct Host {
    pub http: Client,
    pub base: BaseUrl,
    pub token: SecretString,
    shared: Shared,
    serving: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Its API is found at this place below its address.
    pub async fn start(api: &str, prepared: Vec<Prepared>) -> Self {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = BaseUrl::parse(&format!("http://{}{api}", socket.local_addr().expect("bound"))).expect("valid");
        let shared = Shared { prepared: Arc::new(prepared), asked: Arc::default() };
        let router = Router::new().fallback(reply).with_state(shared.clone());
        let serving = tokio::spawn(async move {
            let _ = axum::serve(socket, router).await;
        });
        let http = Client::new(Config { user_agent: "drawbridge-test/1".to_owned() }).expect("a client");
        Self { http, base, token: SecretString::from("canary-token".to_owned()), shared, serving }
    }

    pub fn api(&self) -> Api<'_> {
        Api::with_token(&self.http, &self.base, &self.token)
    }

    /// The same with a user name beside the token.
    pub fn api_as<'a>(&'a self, user: &'a str) -> Api<'a> {
        Api { user: Some(user), ..self.api() }
    }

    /// The lines of all questions so far: method, path and query.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// The requests so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().expect("not poisoned").clone()
    }
}

impl Asked {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn reply(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let target = parts.uri.path_and_query().expect("a path").as_str().to_owned();
    let line = format!("{} {target}", parts.method);
    let own = format!("http://{}", parts.headers["host"].to_str().expect("text"));
    shared.asked.lock().expect("not poisoned").push(Asked { line, headers: parts.headers, body });
    let found = shared.prepared.iter().find(|prepared| target.starts_with(prepared.path));
    let body = found.map(|found| found.body.replace("ORIGIN", &own)).unwrap_or_default();
    let mut reply = Response::new(axum::body::Body::from(body));
    let status = found.map_or(599, |found| found.status);
    *reply.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in found.map(|found| found.headers.as_slice()).unwrap_or_default() {
        reply.headers_mut().append(*name, value.replace("ORIGIN", &own).parse().expect("a header"));
    }
    reply
}
