//! A server on loopback that opens for one credential at a time: headers, a user and a password, or a
//! client that asks for access as itself. It writes down who came, to hold a client against.
//!
//! Not here: people and their sign-ins (`forge`, `fault`).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::{
    collections::HashMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use url::form_urlencoded;

/// A caller that says nothing for so long is let go.
const PATIENCE: Duration = Duration::from_secs(20);
const MOST: u64 = 1 << 16;

/// What opens the door.
#[derive(Debug, Clone, Default)]
pub struct Key {
    /// The header `X-Api-Key` at `/headers`.
    pub header: String,
    /// The user at `/basic`.
    pub user: String,
    /// The password at `/basic`.
    pub password: String,
    /// The client at `/token`.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Whether the client has to come in the body instead of the header.
    pub secret_in_body: bool,
}

/// One request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Where to.
    pub path: String,
    /// The status it was answered with.
    pub status: u16,
    /// The scopes that were asked for at `/token`.
    pub scope: Option<String>,
}

#[derive(Default)]
struct State {
    key: Key,
    visits: Vec<Visit>,
}

/// The server. It goes on until the program ends.
pub struct Door {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Door {
    /// Starts it with what opens it.
    pub fn start(key: Key) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State { key, visits: Vec::new() }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for caller in listener.incoming().filter_map(Result::ok) {
                let state = Arc::clone(&shared);
                // A caller that leaves half-way is no fault of the server.
                thread::spawn(move || drop(answer(&caller, &state)));
            }
        });
        Ok(Self { address, state })
    }

    /// Its address with a path: `/headers`, `/basic`, `/token`, `/moved`, `/broken`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What a credential is bound to that may go there.
    pub fn pattern(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what opens it.
    pub fn set(&self, change: impl FnOnce(&mut Key)) {
        change(&mut self.lock().key);
    }

    /// Who came since the last time this was asked.
    pub fn visits(&self) -> Vec<Visit> {
        std::mem::take(&mut self.lock().visits)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Asked {
    path: String,
    headers: HashMap<String, String>,
    form: HashMap<String, String>,
}

fn read(caller: &TcpStream) -> io::Result<Asked> {
    let mut lines = BufReader::new(caller.take(MOST));
    let mut first = String::new();
    lines.read_line(&mut first)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text: &String| text.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    lines.take(length).read_to_end(&mut body)?;
    let form = form_urlencoded::parse(&body).into_owned().collect();
    Ok(Asked { path, headers, form })
}

fn answer(mut caller: &TcpStream, state: &Mutex<State>) -> io::Result<()> {
    caller.set_read_timeout(Some(PATIENCE))?;
    let asked = read(caller)?;
    let key = state.lock().unwrap_or_else(PoisonError::into_inner).key.clone();
    let (status, body) = decide(&asked, &key);
    let visit = Visit { path: asked.path.clone(), status, scope: asked.form.get("scope").cloned() };
    state.lock().unwrap_or_else(PoisonError::into_inner).visits.push(visit);
    let more = if status == 302 { "location: /elsewhere\r\n" } else { "" };
    let length = body.len();
    write!(
        caller,
        "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn decide(asked: &Asked, key: &Key) -> (u16, String) {
    let header = |name: &str| asked.headers.get(name).map_or("", String::as_str);
    let basic = |name: &str, secret: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{secret}")));
    let open = match asked.path.split('?').next().unwrap_or_default() {
        "/headers" => header("x-api-key") == key.header,
        "/basic" => header("authorization") == basic(&key.user, &key.password),
        "/token" => {
            let in_body = |name: &str| asked.form.get(name).map_or("", String::as_str);
            let known = if key.secret_in_body {
                in_body("client_id") == key.client_id && in_body("client_secret") == key.client_secret
            } else {
                header("authorization") == basic(&key.client_id, &key.client_secret)
            };
            if in_body("grant_type") != "client_credentials" {
                return (400, r#"{"error":"unsupported_grant_type"}"#.to_owned());
            }
            if !known {
                return (401, r#"{"error":"invalid_client"}"#.to_owned());
            }
            if in_body("scope").contains("too-much") {
                return (400, r#"{"error":"invalid_scope"}"#.to_owned());
            }
            return (
                200,
                r#"{"access_token":"canary-issued-to-a-client","token_type":"bearer","expires_in":60}"#.to_owned(),
            );
        }
        "/moved" => return (302, String::new()),
        "/broken" => return (500, String::new()),
        _ => return (404, String::new()),
    };
    (if open { 200 } else { 401 }, "{}".to_owned())
}
