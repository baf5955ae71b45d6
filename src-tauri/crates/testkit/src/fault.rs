//! An OAuth server on loopback that behaves as it is told to: rotation, reuse that ends everything,
//! replies that are lost, late, odd or not its own. It keeps the truth, to hold a client against.
//!
//! Not here: consent pages and repositories (`forge`), and a server that knows the protocol better
//! than we do (`oidc`).

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use drawbridge_domain::{Clock, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::{Url, form_urlencoded};

/// The client that is registered.
pub const CLIENT_ID: &str = "fault-client";
/// Its secret.
pub const CLIENT_SECRET: &str = "fault-client-secret";

/// How the server is made; what it does on its good days.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Each renewal brings a new refresh token and spends the old one.
    pub rotates: bool,
    /// A spent refresh token that is used ends the whole grant.
    pub reuse_ends: bool,
    /// A spent refresh token is taken once more for so long.
    pub grace: Option<Duration>,
    /// How long access lives.
    pub lives: Duration,
    /// Replies are forms.
    pub form: bool,
    /// Tokens lie inside `data`.
    pub nested: bool,
    /// Requests have to be JSON.
    pub json_body: bool,
    /// The client has to come by `Authorization: Basic`.
    pub basic: bool,
    /// Errors come with status 200.
    pub errors_with_200: bool,
    /// How much its clock is off, in seconds.
    pub skew: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            rotates: true,
            reuse_ends: true,
            grace: None,
            lives: Duration::from_secs(3600),
            form: false,
            nested: false,
            json_body: false,
            basic: false,
            errors_with_200: false,
            skew: 0,
        }
    }
}

/// What happens to the next request for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends before anything is done.
    NotReached,
    /// It is done, and the reply does not arrive.
    ReplyLost,
    /// It is done, and half of the reply arrives.
    ReplyCut,
    /// Nothing is done, and this status comes.
    Status(u16),
    /// It is done, and a gateway answers with this status all the same.
    GatewayAfter(u16),
    /// A page of a guest network comes instead.
    Portal,
    /// A redirect to a guest network comes instead.
    Redirect,
    /// It is done, after a while.
    Slow(Duration),
    /// It is done, and fewer scopes are granted from now on.
    FewerScopes,
}

/// What the server knows of one person's grant.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// Whether anything of it still works.
    pub alive: bool,
    /// Why it ended.
    pub ended_by: Option<&'static str>,
    /// Renewals that were carried out.
    pub renewals: u32,
    /// How often a spent refresh token came.
    pub reuses: u32,
    /// Whether the reply to the last renewal that was carried out went out whole.
    pub told: bool,
}

#[derive(Default)]
struct GrantState {
    truth: Truth,
    refresh: String,
    spent: HashMap<String, Timestamp>,
    access: HashMap<String, Timestamp>,
    scopes: Vec<String>,
}

struct World {
    rules: Rules,
    grants: HashMap<String, GrantState>,
    codes: HashMap<String, (String, Option<String>, String)>,
    script: VecDeque<Fault>,
    counter: u64,
    token_requests: u32,
    asked: u32,
}

/// The running server; ends when dropped.
pub struct FaultServer {
    url: String,
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl std::fmt::Debug for FaultServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultServer").field("url", &self.url).finish_non_exhaustive()
    }
}

impl FaultServer {
    /// Starts one that takes its time from a clock.
    pub fn start(rules: Rules, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("fault").enable_all().build()?;
        let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        let url = format!("http://{}", socket.local_addr()?);
        let world = Arc::new(Mutex::new(World {
            rules,
            grants: HashMap::new(),
            codes: HashMap::new(),
            script: VecDeque::new(),
            counter: 0,
            token_requests: 0,
            asked: 0,
        }));
        let (serving, time) = (Arc::clone(&world), Arc::clone(&clock));
        runtime.spawn(async move {
            let Ok(socket) = TcpListener::from_std(socket) else { return };
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = socket.accept().await {
                while open.try_join_next().is_some() {}
                let (world, time) = (Arc::clone(&serving), Arc::clone(&time));
                open.spawn(async move {
                    let _ = serve(stream, &world, &*time).await;
                });
            }
        });
        Ok(Self { url, clock, world, runtime: Some(runtime) })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A definition of it, as a person would write one. `more` goes into `[oauth]`, `life` into `[oauth.life]`.
    pub fn definition(&self, name: &str, more: &str, life: &str) -> String {
        format!(
            "name = \"{name}\"\nmonogram = \"FA\"\ncategory = \"any\"\nhost = \"{}\"\nself_hosted = true\n\
             checked = \"2026-11-22\"\n\n[oauth]\nauthorize = \"/authorize\"\ntoken = \"/token\"\n\
             ways = [\"deep-link\", \"loopback\"]\nclient_auth = [\"body\", \"basic\"]\n{more}\n\n[oauth.life]\n{life}\n\n\
             [revoke]\naddress = \"/revoke\"\n\n[who]\naddress = \"/me\"\nid = \"id\"\nlogin = \"login\"\n\n\
             [token]\n\n[[scope]]\nname = \"read\"\nsentence = \"Read\"\nasked = true\n\n\
             [[scope]]\nname = \"write\"\nsentence = \"Write\"\nasked = true\n",
            self.url
        )
    }

    /// What a person's approval of an authorisation page sends the browser back to.
    pub fn approve(&self, page: &str, subject: &str) -> Option<String> {
        let url = Url::parse(page).ok()?;
        let pairs: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let redirect = pairs.get("redirect_uri")?;
        let mut world = self.lock();
        world.counter += 1;
        let code = format!("code-{}", world.counter);
        let challenge = pairs.get("code_challenge").cloned();
        world.codes.insert(code.clone(), (subject.to_owned(), challenge, redirect.clone()));
        let state: String = form_urlencoded::byte_serialize(pairs.get("state")?.as_bytes()).collect();
        Some(format!("{redirect}?code={code}&state={state}"))
    }

    /// What happens to the next requests for tokens; then all is well again.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().script = faults.into_iter().collect();
    }

    /// The truth about a person's grant.
    pub fn truth(&self, subject: &str) -> Truth {
        self.lock().grants.get(subject).map(|grant| grant.truth.clone()).unwrap_or_default()
    }

    /// How many requests came to the token endpoint.
    pub fn token_requests(&self) -> u32 {
        self.lock().token_requests
    }

    /// How many questions about accounts were answered.
    pub fn asked(&self) -> u32 {
        self.lock().asked
    }

    /// The person ends the grant on the server's own page.
    pub fn withdraw(&self, subject: &str) {
        end(self.lock().grants.get_mut(subject), "withdrawn");
    }

    /// Somebody else uses the refresh token that was issued last.
    pub fn steal(&self, subject: &str) {
        let now = self.clock.now();
        let mut world = self.lock();
        world.counter += 1;
        let next = format!("refresh-{}-stolen", world.counter);
        if let Some(grant) = world.grants.get_mut(subject) {
            let old = std::mem::replace(&mut grant.refresh, next);
            grant.spent.insert(old, now);
        }
    }

    /// Whether an access token works.
    pub fn works(&self, access: &str) -> bool {
        let now = self.clock.now();
        self.lock().grants.values().any(|grant| grant.access.get(access).is_some_and(|ends| now < *ends))
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn end(grant: Option<&mut GrantState>, why: &'static str) {
    if let Some(grant) = grant.filter(|grant| grant.truth.alive) {
        grant.truth.alive = false;
        grant.truth.ended_by = Some(why);
        grant.access.clear();
    }
}

struct Asked {
    method: String,
    path: String,
    authorization: String,
    json: bool,
    body: Vec<u8>,
}

async fn read(stream: &mut TcpStream) -> io::Result<Option<Asked>> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut part).await? {
            0 => return Ok(None),
            count => bytes.extend_from_slice(&part[..count]),
        }
        if bytes.len() > 64 * 1024 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let header = |name: &str| {
        head.lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    };
    let length: usize = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = bytes[head_end + 4..].to_vec();
    while body.len() < length {
        match stream.read(&mut part).await? {
            0 => return Ok(None),
            count => body.extend_from_slice(&part[..count]),
        }
    }
    let mut line = head.lines().next().unwrap_or_default().split(' ');
    Ok(Some(Asked {
        method: line.next().unwrap_or_default().to_owned(),
        path: line.next().unwrap_or_default().to_owned(),
        authorization: header("authorization").unwrap_or_default(),
        json: header("content-type").is_some_and(|kind| kind.contains("json")),
        body,
    }))
}

async fn answer(
    stream: &mut TcpStream,
    status: u16,
    kind: &str,
    body: &str,
    date: Timestamp,
    cut: bool,
) -> io::Result<()> {
    let more = if (300..400).contains(&status) { "Location: http://127.0.0.1:9/guest\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nDate: {}\r\n{more}Connection: close\r\n\r\n",
        body.len(),
        http_date(date)
    );
    stream.write_all(head.as_bytes()).await?;
    let body = if cut { &body[..body.len() / 2] } else { body };
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

fn http_date(at: Timestamp) -> String {
    let format = time::macros::format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let at =
        time::OffsetDateTime::from_unix_timestamp(at.as_millis() / 1000).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    at.format(&format).unwrap_or_default()
}

async fn serve(mut stream: TcpStream, world: &Mutex<World>, clock: &dyn Clock) -> io::Result<()> {
    let Some(asked) = read(&mut stream).await? else { return Ok(()) };
    let now = clock.now();
    let lock = || world.lock().unwrap_or_else(PoisonError::into_inner);
    let date = {
        let skew = lock().rules.skew;
        Timestamp::from_millis(now.as_millis() + skew * 1000)
    };
    let json_kind = "application/json";
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/token") => {
            let fault = {
                let mut world = lock();
                world.token_requests += 1;
                world.script.pop_front()
            };
            match fault {
                Some(Fault::NotReached) => return Ok(()),
                Some(Fault::Status(status)) => {
                    return answer(&mut stream, status, "text/plain", "not well", date, false).await;
                }
                Some(Fault::Portal) => {
                    let page = "<!doctype html><title>Guest network</title><p>Sign in";
                    return answer(&mut stream, 200, "text/html", page, date, false).await;
                }
                Some(Fault::Redirect) => return answer(&mut stream, 302, "text/html", "", date, false).await,
                Some(Fault::Slow(wait)) => tokio::time::sleep(wait).await,
                _ => {}
            }
            let whole = !matches!(fault, Some(Fault::ReplyLost | Fault::ReplyCut | Fault::GatewayAfter(_)));
            let (status, kind, body) = {
                let mut world = lock();
                world.token(&asked, now, whole, fault == Some(Fault::FewerScopes))
            };
            match fault {
                Some(Fault::ReplyLost) => Ok(()),
                Some(Fault::ReplyCut) => answer(&mut stream, status, kind, &body, date, true).await,
                Some(Fault::GatewayAfter(status)) => {
                    answer(&mut stream, status, "text/plain", "gateway", date, false).await
                }
                _ => answer(&mut stream, status, kind, &body, date, false).await,
            }
        }
        ("POST", "/revoke") => {
            let token = fields(&asked).remove("token").unwrap_or_default();
            for grant in lock().grants.values_mut() {
                if grant.refresh == token || grant.access.contains_key(&token) {
                    end(Some(grant), "revoked");
                }
            }
            answer(&mut stream, 200, json_kind, "", date, false).await
        }
        ("GET", "/me") => {
            let token = asked.authorization.strip_prefix("Bearer ").unwrap_or_default().to_owned();
            let who = {
                let mut world = lock();
                world.asked += 1;
                let works = |grant: &GrantState| grant.access.get(&token).is_some_and(|ends| now < *ends);
                world.grants.iter().find(|(_, grant)| works(grant)).map(|(subject, _)| subject.clone())
            };
            match who {
                Some(who) => {
                    let body = json!({ "id": who, "login": format!("login-{who}") }).to_string();
                    answer(&mut stream, 200, json_kind, &body, date, false).await
                }
                None => answer(&mut stream, 401, json_kind, "{}", date, false).await,
            }
        }
        _ => answer(&mut stream, 404, "text/plain", "", date, false).await,
    }
}

fn fields(asked: &Asked) -> HashMap<String, String> {
    if asked.json {
        let value: HashMap<String, Value> = serde_json::from_slice(&asked.body).unwrap_or_default();
        return value.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect();
    }
    form_urlencoded::parse(&asked.body).into_owned().collect()
}

impl World {
    fn token(&mut self, asked: &Asked, now: Timestamp, whole: bool, fewer: bool) -> (u16, &'static str, String) {
        let mut form = fields(asked);
        if asked.json != self.rules.json_body {
            return self.refused("invalid_request", "the body has the wrong form");
        }
        if let Some(basic) = asked.authorization.strip_prefix("Basic ") {
            let pair =
                BASE64_STANDARD.decode(basic).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
            let (id, secret) = pair.split_once(':').unwrap_or_default();
            form.insert("client_id".to_owned(), id.to_owned());
            form.insert("client_secret".to_owned(), secret.to_owned());
        } else if self.rules.basic {
            return self.refused("invalid_client", "Basic is wanted");
        }
        let take = |name: &str| form.get(name).cloned().unwrap_or_default();
        if take("client_id") != CLIENT_ID || take("client_secret") != CLIENT_SECRET {
            return self.refused("invalid_client", "unknown");
        }
        match take("grant_type").as_str() {
            "authorization_code" => {
                let Some((subject, challenge, redirect)) = self.codes.remove(&take("code")) else {
                    return self.refused("invalid_grant", "the code is not known");
                };
                let proof = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(take("code_verifier")));
                if challenge.is_some_and(|challenge| challenge != proof) || redirect != take("redirect_uri") {
                    return self.refused("invalid_grant", "the code is not yours");
                }
                let mut grant =
                    GrantState { scopes: vec!["read".to_owned(), "write".to_owned()], ..GrantState::default() };
                grant.truth = Truth { alive: true, told: whole, ..Truth::default() };
                self.grants.insert(subject.clone(), grant);
                self.issue(&subject, now, true)
            }
            "refresh_token" => {
                let token = take("refresh_token");
                let found =
                    self.grants.iter().find(|(_, grant)| grant.refresh == token || grant.spent.contains_key(&token));
                let Some(subject) = found.map(|(subject, _)| subject.clone()) else {
                    return self.refused("invalid_grant", "the refresh token is not known");
                };
                let (reuse_ends, grace, rotates) = (self.rules.reuse_ends, self.rules.grace, self.rules.rotates);
                let Some(grant) = self.grants.get_mut(&subject) else {
                    return self.refused("invalid_grant", "the refresh token is not known");
                };
                grant.truth.told = whole;
                if !grant.truth.alive {
                    let why = grant.truth.ended_by;
                    return self.refused(
                        "invalid_grant",
                        match why {
                            Some("reuse") => "the refresh token was already used",
                            _ => "the grant was revoked",
                        },
                    );
                }
                if let Some(spent) = grant.spent.get(&token) {
                    grant.truth.reuses += 1;
                    if grace.is_none_or(|grace| now.since(*spent) > grace) {
                        if reuse_ends {
                            end(Some(grant), "reuse");
                        }
                        return self.refused("invalid_grant", "the refresh token was already used");
                    }
                }
                grant.truth.renewals += 1;
                if fewer {
                    grant.scopes.truncate(1);
                }
                self.issue(&subject, now, rotates)
            }
            _ => self.refused("unsupported_grant_type", ""),
        }
    }

    fn issue(&mut self, subject: &str, now: Timestamp, new_refresh: bool) -> (u16, &'static str, String) {
        self.counter += 1;
        let number = self.counter;
        let lives = self.rules.lives;
        let Some(grant) = self.grants.get_mut(subject) else { return self.refused("server_error", "") };
        let access = format!("access-{number}-{subject}");
        // Old access dies with its refresh token, as at the strictest servers.
        grant.access.clear();
        grant.access.insert(access.clone(), now.plus(lives));
        let mut reply = json!({
            "access_token": access,
            "token_type": "bearer",
            "expires_in": lives.as_secs(),
            "scope": grant.scopes.join(" "),
        });
        if new_refresh {
            let old = std::mem::replace(&mut grant.refresh, format!("refresh-{number}-{subject}"));
            if !old.is_empty() {
                grant.spent.insert(old, now);
            }
            reply["refresh_token"] = Value::String(grant.refresh.clone());
        }
        if self.rules.nested {
            reply = json!({ "data": reply });
        }
        if self.rules.form {
            let mut out = form_urlencoded::Serializer::new(String::new());
            for (key, value) in reply.as_object().into_iter().flatten() {
                out.append_pair(key, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
            return (200, "application/x-www-form-urlencoded", out.finish());
        }
        (200, "application/json", reply.to_string())
    }

    fn refused(&self, error: &str, description: &str) -> (u16, &'static str, String) {
        let status = if self.rules.errors_with_200 { 200 } else { 400 };
        (status, "application/json", json!({ "error": error, "error_description": description }).to_string())
    }
}
