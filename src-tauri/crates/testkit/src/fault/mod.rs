//! An OAuth server on loopback that behaves as it is told to: rotation, reuse that ends everything,
//! replies that are lost, late, odd or not its own. It keeps the truth, to hold a client against.
//!
//! What it is like on its good days is data ([`Rules`]): with the rules of a provider it is that
//! provider's simulator. Not here: consent pages and repositories (`forge`), and a server that knows
//! the protocol better than we do (`oidc`).

mod rules;
mod wire;
mod world;

pub use rules::{Authorize, BodyKind, ClientKind, Errors, Pkce, Refusal, Reuse, Revoke, Rules, Shape, Token, Who};

use drawbridge_domain::{Clock, Timestamp};
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use wire::Reply;
use world::World;

/// The client that is registered.
pub const CLIENT_ID: &str = "fault-client";
/// Its secret.
pub const CLIENT_SECRET: &str = "fault-client-secret";

/// What happens to the next request for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends before anything is done.
    NotReached,
    /// It is done, and the reply does not arrive.
    ReplyLost,
    /// It is done, and half of the reply arrives.
    ReplyCut,
    /// It is done, and no reply comes, while the connection stays.
    Silence,
    /// Nothing is done, and nothing comes, while the connection stays.
    Stuck,
    /// Nothing is done, and this status comes.
    Status(u16),
    /// Nothing is done, and it asks to wait so many seconds (429).
    Limited(u64),
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

/// The running server; ends when dropped.
pub struct FaultServer {
    url: String,
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
    /// How many requests are being served, and a sign at every change.
    serving: watch::Sender<u32>,
    /// Whether questions about accounts wait for their answer.
    held: watch::Sender<bool>,
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
        let world = Arc::new(Mutex::new(World::new(rules)));
        let (known, time) = (Arc::clone(&world), Arc::clone(&clock));
        let serving = watch::Sender::new(0);
        let count = serving.clone();
        let held = watch::Sender::new(false);
        let hold = held.subscribe();
        runtime.spawn(async move {
            let Ok(socket) = TcpListener::from_std(socket) else { return };
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = socket.accept().await {
                while open.try_join_next().is_some() {}
                let (world, time, hold) = (Arc::clone(&known), Arc::clone(&time), hold.clone());
                // Counted before the next one is accepted.
                let served = Served::new(count.clone());
                open.spawn(async move {
                    let _ = serve(stream, &world, &*time, &served, hold).await;
                });
            }
        });
        Ok(Self { url, clock, world, serving, held, runtime: Some(runtime) })
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

    /// What a person's approval of an authorisation page sends the browser back to; an error says what
    /// the server does not accept.
    pub fn approve(&self, page: &str, subject: &str) -> Result<String, String> {
        let now = self.clock.now();
        self.lock().authorize(page, subject, now)
    }

    /// Who sits before the browser: whoever opens the authorisation page approves as this person.
    pub fn seat(&self, subject: &str) {
        subject.clone_into(&mut self.lock().person);
    }

    /// What was asked for in ways that the server refuses, in order.
    pub fn complaints(&self) -> Vec<String> {
        self.lock().complaints.clone()
    }

    /// The next questions about accounts meet a server that is not well, in its own words.
    pub fn unwell(&self, times: u32) {
        self.lock().unwell = times;
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

    /// Whether questions about accounts wait, from now on, and are answered as things are afterwards.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// How many questions about accounts came.
    pub fn asked(&self) -> u32 {
        self.lock().asked
    }

    /// The person ends the grant on the server's own page.
    pub fn withdraw(&self, subject: &str) {
        world::end(self.lock().grants.get_mut(subject), "withdrawn");
    }

    /// Somebody else uses the refresh token that was issued last.
    pub fn steal(&self, subject: &str) {
        let now = self.clock.now();
        self.lock().steal(subject, now);
    }

    /// Whether any access of a person's grant works.
    pub fn opens(&self, subject: &str) -> bool {
        let now = self.clock.now();
        self.lock().opens(subject, now)
    }

    /// Whether an access token works.
    pub fn works(&self, access: &str) -> bool {
        let now = self.clock.now();
        self.lock().owner(access, now).is_some()
    }

    /// Waits until something is so, looking at every request that comes or is done.
    pub async fn until(&self, mut met: impl FnMut(&Self) -> bool) {
        let mut changes = self.serving.subscribe();
        while !met(self) {
            // The sender lives as long as this.
            let _ = changes.changed().await;
        }
    }

    /// Waits until nothing is being served, of all that was sent before.
    pub async fn quiet(&self) {
        // Connections are accepted in their order: once this one is served, all before were counted.
        let asked = async {
            let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).await?;
            stream.write_all(b"GET /quiet HTTP/1.1\r\n\r\n").await?;
            stream.read_to_end(&mut Vec::new()).await
        };
        let _ = asked.await;
        let _ = self.serving.subscribe().wait_for(|serving| *serving == 0).await;
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

/// Counts a request in, and out.
struct Served(watch::Sender<u32>);

impl Served {
    fn new(count: watch::Sender<u32>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }

    /// Gives the sign that something came to be known of it.
    fn noted(&self) {
        self.0.send_modify(|_| {});
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

async fn serve(
    mut stream: TcpStream,
    world: &Mutex<World>,
    clock: &dyn Clock,
    served: &Served,
    mut held: watch::Receiver<bool>,
) -> io::Result<()> {
    let Some(asked) = wire::read(&mut stream).await? else { return Ok(()) };
    let now = clock.now();
    let lock = || world.lock().unwrap_or_else(PoisonError::into_inner);
    let (date, paths) = {
        let rules = &lock().rules;
        let date = Timestamp::from_millis(now.as_millis() + rules.skew * 1000);
        let paths = [&rules.authorize.path, &rules.token.path, &rules.who.path, &rules.revoke.path].map(String::clone);
        (date, paths)
    };
    let at = paths.iter().position(|path| *path == asked.path);
    lock().look_at_address(&asked);
    let reply = match (asked.method.as_str(), at) {
        ("GET", Some(0)) => {
            let mut world = lock();
            let person = world.person.clone();
            match world.authorize(&asked.target(), &person, now) {
                Ok(back) => Reply::text(302, "").with("Location", back),
                Err(why) => Reply::text(400, why),
            }
        }
        ("POST", Some(1)) => return tokens(stream, &asked, world, now, date, served).await,
        (_, Some(2)) => {
            lock().asked += 1;
            served.noted();
            // The sender lives as long as the server.
            let _ = held.wait_for(|held| !held).await;
            lock().who(&asked, now)
        }
        ("POST", Some(3)) => lock().revoke(&asked, now),
        _ => Reply::text(404, ""),
    };
    wire::answer(&mut stream, &reply, date, false).await
}

/// The token endpoint, on good days and bad.
async fn tokens(
    mut stream: TcpStream,
    asked: &wire::Asked,
    world: &Mutex<World>,
    now: Timestamp,
    date: Timestamp,
    served: &Served,
) -> io::Result<()> {
    let lock = || world.lock().unwrap_or_else(PoisonError::into_inner);
    let (fault, limited) = {
        let mut world = lock();
        world.token_requests += 1;
        (world.script.pop_front(), world.rules.errors.limited.clone())
    };
    served.noted();
    let instead = match fault {
        Some(Fault::NotReached) => return Ok(()),
        Some(Fault::Status(status)) => Some(Reply::text(status, "not well")),
        Some(Fault::Limited(seconds)) => Some(Reply::json(429, limited).with("Retry-After", seconds.to_string())),
        Some(Fault::Portal) => {
            Some(Reply::new(200, "text/html", "<!doctype html><title>Guest network</title><p>Sign in"))
        }
        Some(Fault::Redirect) => Some(Reply::new(302, "text/html", "").with("Location", "http://127.0.0.1:9/guest")),
        Some(Fault::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            None
        }
        Some(Fault::Stuck) => return std::future::pending().await,
        _ => None,
    };
    if let Some(reply) = instead {
        return wire::answer(&mut stream, &reply, date, false).await;
    }
    let whole = !matches!(fault, Some(Fault::ReplyLost | Fault::ReplyCut | Fault::Silence | Fault::GatewayAfter(_)));
    let reply = lock().token(asked, now, whole, fault == Some(Fault::FewerScopes));
    match fault {
        Some(Fault::ReplyLost) => Ok(()),
        Some(Fault::Silence) => {
            served.noted();
            std::future::pending().await
        }
        Some(Fault::ReplyCut) => wire::answer(&mut stream, &reply, date, true).await,
        Some(Fault::GatewayAfter(status)) => {
            wire::answer(&mut stream, &Reply::text(status, "gateway"), date, false).await
        }
        _ => wire::answer(&mut stream, &reply, date, false).await,
    }
}
