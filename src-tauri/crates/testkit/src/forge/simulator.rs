//! Starting, stopping and turning the knobs of a simulator from Rust.
//!
//! Not here: the same knobs over HTTP (see `control`).

use super::{
    change::{Change, Oddity},
    device,
    dialect::{Dialect, Speaks},
    exchange::{Exchange, Request},
    fault::{Fault, Match, Trouble},
    grants::{Grants, TokenKind},
    server,
    world::{Affiliation, Repository, World},
    world_seed,
};
use drawbridge_domain::{BaseUrl, Clock, SystemClock, Timestamp};
use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::watch;

/// An OAuth client that the simulator knows.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its name on the consent page.
    pub name: String,
    /// Its public id.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<String>,
    /// Where it may be returned to; the first one also serves for errors.
    pub redirect_uris: Vec<String>,
    /// Whether it may use the device flow.
    pub device_flow: bool,
}

impl Default for Registration {
    /// A client as a person would register it for Drawbridge.
    fn default() -> Self {
        Self {
            name: "Drawbridge".to_owned(),
            client_id: "Ov23practiceforge001".to_owned(),
            client_secret: Some("practice-5f1e0c2b9a7d4e63".to_owned()),
            redirect_uris: vec![
                "dev.drawbridge.desktop:/oauth/callback".to_owned(),
                "dev.drawbridge.desktop://oauth/callback".to_owned(),
                // Any port and any path: this client trusts its own computer.
                "http://127.0.0.1/".to_owned(),
                "http://[::1]/".to_owned(),
            ],
            device_flow: true,
        }
    }
}

/// In which form the token endpoint replies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenReply {
    /// As the request's `Accept` says; form-encoded if it says nothing.
    #[default]
    AsAsked,
    /// Always form-encoded.
    Form,
    /// Always JSON.
    Json,
}

/// How a simulator begins.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// What kind of forge it is.
    pub dialect: Dialect,
    /// What names, numbers and random values are made from.
    pub seed: u64,
    /// How many repositories the first user reaches.
    pub repositories: usize,
    /// How many people can sign in; at least one, at most five.
    pub users: usize,
    /// The port of `127.0.0.1`; 0: any free one.
    pub port: u16,
    /// The clients that are registered.
    pub clients: Vec<Registration>,
    /// Whether tokens end after eight hours and come with a refresh token.
    pub expiring_tokens: bool,
    /// Requests per hour and token.
    pub rate_limit: u32,
    /// How long each request takes at least.
    pub latency: Duration,
    /// How many seconds a device waits between polls.
    pub device_interval: u64,
    /// Whether requests are recorded.
    pub keeps_log: bool,
    /// Where the time comes from; the world is as of the time of the start.
    pub clock: Arc<dyn Clock>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            seed: 1,
            repositories: 2_500,
            users: 2,
            port: 0,
            clients: vec![Registration::default()],
            expiring_tokens: false,
            rate_limit: 5_000,
            latency: Duration::ZERO,
            device_interval: 5,
            keeps_log: true,
            clock: Arc::new(SystemClock),
        }
    }
}

impl SimulatorConfig {
    /// A usual one of another kind, with so many repositories.
    pub fn of(dialect: Dialect, repositories: usize) -> Self {
        Self { dialect, ..Self::with_repositories(repositories) }
    }

    /// The usual one with so many repositories.
    pub fn with_repositories(repositories: usize) -> Self {
        Self { repositories, ..Self::default() }
    }
}

/// What went over the line, kept also where requests are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests that were answered.
    pub requests: u64,
    /// Bytes of the answers' bodies.
    pub bytes: u64,
}

/// A repository as it is at the forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    /// Its id, which no rename changes.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
    /// Read-only.
    pub archived: bool,
    /// One line about it.
    pub description: Option<String>,
}

/// Everything that requests change or depend on.
pub(crate) struct State {
    pub(super) world: World,
    pub(super) grants: Grants,
    pub(super) faults: Vec<Fault>,
    /// How many of them are still to come.
    pub(super) ahead: watch::Sender<usize>,
    /// Changes that happen just before a page is answered.
    pub(super) drifts: Vec<(u32, Change)>,
    pub(super) latency: Duration,
    pub(super) rate_limit: u32,
    pub(super) device_interval: u64,
    pub(super) token_reply: TokenReply,
    pub(super) granted_scopes: Option<Vec<String>>,
    pub(super) issuer: Option<String>,
    /// Organisations that want single sign-on first.
    pub(super) sso: Vec<String>,
    /// Organisations that have not approved the program: left out without a word, refused by name.
    pub(super) blocked: Vec<String>,
    /// The most entries of a tree that are told at once.
    pub(super) tree_limit: Option<usize>,
    /// More requests than this at once are limited.
    pub(super) crowd: Option<u32>,
    pub(super) in_flight: u32,
    pub(super) peak: watch::Sender<u32>,
    pub(super) traffic: Traffic,
    pub(super) keeps_log: bool,
    pub(super) log: VecDeque<Exchange>,
    pub(super) kept_bytes: usize,
    /// The folder of repositories that git is served from.
    pub(super) git: Option<std::path::PathBuf>,
}

impl State {
    pub(super) fn order(&mut self, fault: Fault) {
        self.faults.push(fault);
        self.ahead.send_replace(self.faults.len());
    }

    pub(super) fn forget_faults(&mut self) {
        self.faults.clear();
        self.ahead.send_replace(0);
    }

    pub(super) fn take_trouble(&mut self, request: &Request) -> Option<Trouble> {
        let fault = self.faults.iter_mut().find(|fault| fault.times > 0 && fault.at.fits(request))?;
        fault.times -= 1;
        let trouble = fault.then.clone();
        self.faults.retain(|fault| fault.times > 0);
        self.ahead.send_replace(self.faults.len());
        Some(trouble)
    }

    /// Lets the changes happen that were ordered for this page.
    pub(super) fn drift(&mut self, request: &Request, now: Timestamp) {
        let Some(page) = request.listed_page else { return };
        let (due, later) = std::mem::take(&mut self.drifts).into_iter().partition(|(at, _)| *at == page);
        self.drifts = later;
        for (_, change) in due {
            self.world.change(&change, now);
        }
    }

    pub(super) fn clear_log(&mut self) {
        self.log.clear();
        self.kept_bytes = 0;
    }
}

/// What the serving thread and the knobs share.
pub(crate) struct Shared {
    state: Mutex<State>,
    dialect: Dialect,
    pub(super) clock: Arc<dyn Clock>,
    /// The simulator's address.
    pub(super) web: String,
}

impl Shared {
    pub(super) fn speaks(&self) -> &'static dyn Speaks {
        self.dialect.speaks()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running simulator. It ends when this is dropped.
pub struct Simulator {
    shared: Arc<Shared>,
    clients: Vec<Registration>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts one on `127.0.0.1`. It answers as soon as this returns.
    pub fn start(config: SimulatorConfig) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, config.port)))?;
        listener.set_nonblocking(true)?;
        let web = format!("http://{}", listener.local_addr()?);
        let today = config.clock.now();
        let mut grants = Grants::new(config.seed, config.dialect, config.clients.clone());
        grants.expiring = config.expiring_tokens;
        let nested = config.dialect.speaks().nests();
        let state = State {
            world: world_seed::grow(config.seed, config.users, config.repositories, nested, today),
            grants,
            faults: Vec::new(),
            ahead: watch::Sender::new(0),
            drifts: Vec::new(),
            latency: config.latency,
            rate_limit: config.rate_limit,
            device_interval: config.device_interval,
            token_reply: TokenReply::AsAsked,
            granted_scopes: None,
            issuer: None,
            sso: Vec::new(),
            blocked: Vec::new(),
            tree_limit: None,
            crowd: None,
            in_flight: 0,
            peak: watch::Sender::new(0),
            traffic: Traffic::default(),
            keeps_log: config.keeps_log,
            log: VecDeque::new(),
            kept_bytes: 0,
            git: None,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), dialect: config.dialect, clock: config.clock, web });
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("practice-forge".to_owned())
            .spawn(move || runtime.block_on(server::serve(serving, listener, stopped)))?;
        Ok(Self { shared, clients: config.clients, stop, thread: Some(thread) })
    }

    /// Its address: what a person would type as the host.
    pub fn url(&self) -> &str {
        &self.shared.web
    }

    /// The same as a parsed address.
    ///
    /// # Panics
    /// Never: a loopback address with a port is always a server's address.
    #[expect(clippy::expect_used, reason = "a loopback address with a port is always a server's address")]
    pub fn host(&self) -> BaseUrl {
        BaseUrl::parse(&self.shared.web).expect("a loopback address")
    }

    /// Serves git from a folder of bare repositories, each at the path of its address here.
    pub fn serve_git(&self, root: &std::path::Path) {
        self.shared.lock().git = Some(root.to_owned());
    }

    /// What kind of forge it is.
    pub fn dialect(&self) -> Dialect {
        self.shared.dialect
    }

    /// What went over the line so far.
    pub fn traffic(&self) -> Traffic {
        self.shared.lock().traffic
    }

    /// The address of its API.
    pub fn api_url(&self) -> String {
        format!("{}{}", self.shared.web, self.shared.speaks().prefix())
    }

    /// The first registered client.
    ///
    /// # Panics
    /// If it was started without any.
    #[expect(clippy::expect_used, reason = "a test that starts without clients does not ask for one")]
    pub fn client(&self) -> &Registration {
        self.clients.first().expect("a registered client")
    }

    /// The login of a user, by number from 0.
    pub fn login(&self, user: usize) -> String {
        self.shared.lock().world.owners[user].login.clone()
    }

    /// The stable id of a user, by number from 0.
    pub fn user_id(&self, user: usize) -> u64 {
        self.shared.lock().world.owners[user].id
    }

    /// Whether that is an organisation, or a group within one; no person.
    pub fn is_organisation(&self, login: &str) -> bool {
        let state = self.shared.lock();
        state.world.owner(login).is_some_and(|place| state.world.owners[place].organisation)
    }

    /// The full names of all repositories, in no particular order.
    pub fn full_names(&self) -> Vec<String> {
        let state = self.shared.lock();
        state.world.all().map(|one| state.world.full_name(one)).collect()
    }

    /// The id of a repository.
    pub fn repository_id(&self, full_name: &str) -> Option<u64> {
        let state = self.shared.lock();
        state.world.all().find(|one| state.world.full_name(one) == full_name).map(|one| one.id)
    }

    /// Everything a user was let in to, whether listings show it or not.
    pub fn reached(&self, user: usize) -> Vec<There> {
        let state = self.shared.lock();
        let world = &state.world;
        let let_in = |one: &&Repository| world.access(user, one).is_some_and(|(why, _)| why != Affiliation::None);
        let there = |one: &Repository| There {
            id: one.id,
            full_name: world.full_name(one),
            archived: one.archived,
            description: one.description.clone(),
        };
        world.all().filter(let_in).map(there).collect()
    }

    /// A token as a person makes it on a settings page, for the user of that number.
    pub fn add_token(&self, user: usize, kind: TokenKind, scopes: &[&str], ends: Option<Timestamp>) -> String {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.shared.lock().grants.add_token(user, kind, scopes, None, ends)
    }

    /// Gives every token other scopes and another end, as a person does on a settings page.
    pub fn edit_tokens(&self, scopes: &[&str], ends: Option<Timestamp>) {
        self.shared.lock().grants.edit_all(scopes, ends);
    }

    /// Ends every token, as if the person had withdrawn all access on the site.
    pub fn revoke_all(&self) {
        self.shared.lock().grants.end_all();
    }

    /// Every token that there is, for looking where none may be.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.lock().grants.texts()
    }

    /// How many tokens work now.
    pub fn working_tokens(&self) -> usize {
        self.shared.lock().grants.working(self.shared.clock.now())
    }

    /// Approves (or denies) a waiting device by the code that its person would type.
    pub fn decide_device(&self, user_code: &str, approve: bool) -> bool {
        let now = self.shared.clock.now();
        device::settle(&mut self.shared.lock(), user_code, approve, None, now)
    }

    /// Lets something happen now. False if what it names is not there.
    pub fn change(&self, change: &Change) -> bool {
        let now = self.shared.clock.now();
        self.shared.lock().world.change(change, now)
    }

    /// Lets something happen just before this page of the listing is answered next.
    pub fn change_before_page(&self, page: u32, change: Change) {
        self.shared.lock().drifts.push((page, change));
    }

    /// Describes a repository in an odd way from now on.
    pub fn twist(&self, full_name: &str, oddity: Oddity) -> bool {
        self.change(&Change::Twist { full_name: full_name.to_owned(), oddity: Some(oddity) })
    }

    /// Orders trouble. Faults are looked at in the order in which they were ordered.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().order(fault);
    }

    /// Orders trouble for the next `times` requests that match.
    pub fn trouble(&self, at: Match, then: Trouble, times: u32) {
        self.fault(Fault { at, then, times });
    }

    /// The page fails with this status, so many times.
    pub fn fail_page(&self, page: u32, status: u16, times: u32) {
        self.trouble(Match::page(page), Trouble::Status(status), times);
    }

    /// The next requests to the API are asked to wait so many seconds (429 with `Retry-After`).
    pub fn limit_next(&self, requests: u32, seconds: u64) {
        self.trouble(Match::api(), Trouble::SecondaryLimit(seconds), requests);
    }

    /// Takes back all orders of trouble, and of changes before a page that was not asked for.
    pub fn all_well(&self) {
        let mut state = self.shared.lock();
        state.forget_faults();
        state.drifts.clear();
    }

    /// How long each request takes from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.lock().latency = latency;
    }

    /// Requests per hour and token from now on.
    pub fn set_rate_limit(&self, limit: u32) {
        self.shared.lock().rate_limit = limit;
    }

    /// The most entries of a tree that are told at once; none: all of them.
    pub fn set_tree_limit(&self, most: Option<usize>) {
        self.shared.lock().tree_limit = most;
    }

    /// More API requests than this at the same time are asked to wait.
    pub fn set_crowd(&self, most: Option<u32>) {
        self.shared.lock().crowd = most;
    }

    /// In which form the token endpoint replies from now on.
    pub fn set_token_reply(&self, reply: TokenReply) {
        self.shared.lock().token_reply = reply;
    }

    /// Which scopes are granted, whatever is asked for; none: those.
    pub fn set_granted_scopes(&self, scopes: Option<&[&str]>) {
        self.shared.lock().granted_scopes = scopes.map(|all| all.iter().map(|&one| one.to_owned()).collect());
    }

    /// Whether new tokens end after eight hours and come with a refresh token.
    pub fn set_expiring_tokens(&self, expiring: bool) {
        self.shared.lock().grants.expiring = expiring;
    }

    /// Whether a second use of a refresh token ends everything that was given to the client.
    pub fn set_reuse_ends_all(&self, ends: bool) {
        self.shared.lock().grants.reuse_ends_all = ends;
    }

    /// Which issuer the way back names (RFC 9207); none: not at all, as GitHub does it.
    pub fn set_issuer(&self, issuer: Option<&str>) {
        self.shared.lock().issuer = issuer.map(str::to_owned);
    }

    /// These organisations are left out until the person signs in there (SSO).
    pub fn set_sso(&self, organisations: &[&str]) {
        self.shared.lock().sso = organisations.iter().map(|&login| login.to_owned()).collect();
    }

    /// These organisations have not approved the program (OAuth app access restrictions).
    pub fn set_blocked(&self, organisations: &[&str]) {
        self.shared.lock().blocked = organisations.iter().map(|&login| login.to_owned()).collect();
    }

    /// How long a device waits between polls, for device codes that are asked for from now on.
    pub fn set_device_interval(&self, seconds: u64) {
        self.shared.lock().device_interval = seconds;
    }

    /// What was asked and answered so far, in the order of the answers.
    pub fn log(&self) -> Vec<Exchange> {
        self.shared.lock().log.iter().cloned().collect()
    }

    /// Forgets the log and the largest number of requests at once.
    pub fn clear_log(&self) {
        let mut state = self.shared.lock();
        state.clear_log();
        let now = state.in_flight;
        state.peak.send_replace(now);
    }

    /// The largest number of requests that were being answered at once.
    pub fn most_in_flight(&self) -> u32 {
        *self.shared.lock().peak.borrow()
    }

    /// Waits until every fault that was ordered has happened.
    pub async fn faults_happened(&self) {
        let mut ahead = self.shared.lock().ahead.subscribe();
        // The sender lives as long as this.
        let _ = ahead.wait_for(|ahead| *ahead == 0).await;
    }

    /// Waits until so many requests were being answered at once.
    pub async fn reaches_in_flight(&self, requests: u32) {
        let mut peak = self.shared.lock().peak.subscribe();
        // The sender lives as long as this.
        let _ = peak.wait_for(|peak| *peak >= requests).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A serving thread that panicked has already said so.
            let _ = thread.join();
        }
    }
}
