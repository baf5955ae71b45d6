//! A proxy on loopback before the independent OAuth server, which changes one reply at a time: what
//! a broken or hostile server would send, made from what an honest one sends.
//!
//! It speaks HTTP/1.0 to the server, so that a reply ends with its connection. Not here: what a
//! client is to make of it.

use crate::oidc::{OidcError, Server, start_as};
use serde_json::Value;
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// No request of a test is longer.
const MAX_REQUEST: usize = 256 * 1024;

/// A reply on its way.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers, but for its length.
    pub headers: Vec<(String, String)>,
    /// Its content.
    pub body: Vec<u8>,
    /// Whether the connection ends in the middle of the content.
    pub cut: bool,
}

impl Reply {
    /// A reply of that kind.
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status, headers, body: body.into(), cut: false }
    }

    /// The content as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Changes one field of a JSON object; null takes it away.
    pub fn set(&mut self, name: &str, value: Value) {
        let mut whole = self.json();
        if let Value::Object(object) = &mut whole {
            if value.is_null() {
                object.remove(name);
            } else {
                object.insert(name.to_owned(), value);
            }
            self.body = whole.to_string().into_bytes();
        }
    }

    /// Changes the address that a redirect leads to.
    pub fn redirect(&mut self, change: impl Fn(&str) -> String) {
        for (name, value) in &mut self.headers {
            if name.eq_ignore_ascii_case("location") {
                *value = change(value);
            }
        }
    }
}

type Change = Arc<dyn Fn(&mut Reply) + Send + Sync>;

#[derive(Default)]
struct State {
    change: Option<(String, Change)>,
    changed: usize,
    asked: Vec<Asked>,
    last: HashMap<String, Reply>,
}

struct Asked {
    path: String,
    content: String,
}

/// A server with the proxy before it. Both end when this is dropped.
pub struct Tampered {
    /// The server. What it names as its addresses is the proxy.
    pub server: Server,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

impl Tampered {
    /// Starts both; access tokens work for so long.
    pub async fn start(token_life: Duration) -> Result<Self, OidcError> {
        let socket = TcpListener::bind("127.0.0.1:0").await.map_err(OidcError::Node)?;
        let address = socket.local_addr().map_err(OidcError::Node)?;
        let server = start_as(token_life, Some(&format!("http://{address}"))).await?;
        let behind = server.address.trim_start_matches("http://").to_owned();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let (state, behind) = (Arc::clone(&shared), behind.clone());
                tokio::spawn(async move {
                    let _ = carry(stream, &behind, &state).await;
                });
            }
        });
        Ok(Self { server, state, accepting })
    }

    /// From now on changes every reply to a request whose path begins like this, and no other.
    pub fn change(&self, path: &str, change: impl Fn(&mut Reply) + Send + Sync + 'static) {
        let mut state = lock(&self.state);
        state.change = Some((path.to_owned(), Arc::new(change)));
        state.changed = 0;
    }

    /// Changes nothing any more; says how many replies were changed since the change was set.
    pub fn restore(&self) -> usize {
        let mut state = lock(&self.state);
        state.change = None;
        std::mem::take(&mut state.changed)
    }

    /// How many requests came whose path begins like this.
    pub fn asked(&self, path: &str) -> usize {
        self.asked_with(path, "")
    }

    /// How many of them hold this text in their content.
    pub fn asked_with(&self, path: &str, text: &str) -> usize {
        let state = lock(&self.state);
        state.asked.iter().filter(|asked| asked.path.starts_with(path) && asked.content.contains(text)).count()
    }

    /// The last reply from a path, as the server sent it.
    pub fn last(&self, path: &str) -> Reply {
        lock(&self.state).last.get(path).cloned().unwrap_or_default()
    }
}

impl Drop for Tampered {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries one request there and its reply back.
async fn carry(mut stream: TcpStream, behind: &str, state: &Mutex<State>) -> io::Result<()> {
    let Some(request) = read_request(&mut stream).await? else { return Ok(()) };
    let text = String::from_utf8_lossy(&request);
    let target = text.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let Some((head, _)) = text.split_once("\r\n") else { return Ok(()) };
    let mut older = head.replace("HTTP/1.1", "HTTP/1.0").into_bytes();
    older.extend_from_slice(&request[head.len()..]);

    let mut server = TcpStream::connect(behind).await?;
    server.write_all(&older).await?;
    let mut whole = Vec::new();
    server.read_to_end(&mut whole).await?;
    let Some(mut reply) = read_reply(&whole) else { return Ok(()) };
    {
        let mut state = lock(state);
        let content = text.split_once("\r\n\r\n").map(|(_, content)| content.to_owned()).unwrap_or_default();
        state.asked.push(Asked { path: path.clone(), content });
        state.last.insert(path.clone(), reply.clone());
        if let Some((at, change)) = state.change.clone()
            && path.starts_with(&at)
        {
            change(&mut reply);
            state.changed += 1;
        }
    }
    let mut head =
        format!("HTTP/1.1 {} X\r\nconnection: close\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
    head.extend(reply.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    let sent = if reply.cut { &reply.body[..reply.body.len() / 2] } else { &reply.body };
    stream.write_all(sent).await?;
    stream.shutdown().await
}

/// One whole request; none if the connection ends before.
async fn read_request(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut request = Vec::new();
    let mut part = [0; 8192];
    loop {
        if let Some(end) = memchr::memmem::find(&request, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
            if request.len() >= end + 4 + length {
                return Ok(Some(request));
            }
        }
        let count = stream.read(&mut part).await?;
        if count == 0 || request.len() > MAX_REQUEST {
            return Ok(None);
        }
        request.extend_from_slice(&part[..count]);
    }
}

fn read_reply(whole: &[u8]) -> Option<Reply> {
    let end = memchr::memmem::find(whole, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&whole[..end]);
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let ours = ["content-length", "connection", "transfer-encoding", "keep-alive"];
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .filter(|(name, _)| !ours.contains(&name.as_str()))
        .collect();
    Some(Reply { status, headers, body: whole[end + 4..].to_vec(), cut: false })
}
