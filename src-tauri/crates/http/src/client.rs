//! Sends a request and brings back the answer within its limits.
//!
//! Not here: how many requests go out at once (`budget`), and which are sent at all.

use crate::{Budget, Error, Request, Response, Urgency, tls};
use bytes::Bytes;
use drawbridge_domain::{BaseUrl, SecretBytes};
use std::{
    hash::{BuildHasher as _, RandomState},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::OnceCell, time::Instant};
use url::{Host, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often an idempotent request is sent at most.
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Connections kept open to one host for the next request.
const IDLE_CONNECTIONS: usize = 16;

/// What a client is told at its start.
#[derive(Debug, Clone)]
pub struct Config {
    /// What it calls itself to servers.
    pub user_agent: String,
}

/// Sends requests. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    /// What everything it sends is counted in.
    budget: Option<(Arc<Budget>, Urgency)>,
}

struct Shared {
    user_agent: http::HeaderValue,
    senders: Mutex<Arc<Senders>>,
}

/// Made at the first use: reading the system's certificates takes longer than opening a window may.
#[derive(Default)]
struct Senders {
    outside: OnceCell<reqwest::Client>,
    /// For this computer: never through a proxy, which would carry the credential out unencrypted.
    loopback: OnceCell<reqwest::Client>,
}

impl Client {
    /// A client that calls itself as told. Connects nowhere yet.
    #[expect(clippy::needless_pass_by_value, reason = "a client keeps its configuration")]
    pub fn new(config: Config) -> Result<Self, Error> {
        let user_agent = http::HeaderValue::try_from(config.user_agent.as_str())
            .map_err(|_| Error::Request { what: "user agent" })?;
        Ok(Self { shared: Arc::new(Shared { user_agent, senders: Mutex::default() }), budget: None })
    }

    /// The same client, whose requests are sent within a budget. They wait for their turn, and are not sent
    /// ([`Error::Paused`]) while the host asked to wait.
    #[must_use]
    pub fn within(&self, budget: &Arc<Budget>, urgency: Urgency) -> Self {
        Self { shared: Arc::clone(&self.shared), budget: Some((Arc::clone(budget), urgency)) }
    }

    /// The same client for work that nobody waits for.
    #[must_use]
    pub fn in_background(&self) -> Self {
        let budget = self.budget.as_ref().map(|(budget, _)| (Arc::clone(budget), Urgency::Background));
        Self { shared: Arc::clone(&self.shared), budget }
    }

    /// Sends a request and waits for the whole answer, whatever its status.
    ///
    /// An idempotent request is sent up to three times, with a pause, when no connection came about
    /// or a server in between says that the right one is not there (502, 503, 504 without a wish to
    /// wait). All of it happens within the request's time limit.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        request.check()?;
        let loopback = check_address(request.url.expose())?;
        let Some((budget, urgency)) = &self.budget else { return self.send_now(request, loopback).await };
        let apart = request.apart;
        let place = budget.permit(*urgency, apart).await?;
        let outcome = self.send_now(request, loopback).await;
        if let Ok(answer) = &outcome {
            place.note(answer, apart);
        }
        outcome
    }

    async fn send_now(&self, request: Request, loopback: bool) -> Result<Response, Error> {
        let sender = self.sender(loopback).await?;
        let body = request.body.clone().map(|bytes| Bytes::from_owner(Body(bytes)));
        let deadline = Instant::now() + request.timeout;
        let mut attempt = 1;
        loop {
            let outcome = attempt_once(&sender, &request, body.clone(), deadline).await;
            match &outcome {
                Ok(response) => {
                    tracing::debug!(method = %request.method, url = %request.url, status = response.status, attempt, "answered");
                }
                Err(error) => {
                    tracing::debug!(method = %request.method, url = %request.url, %error, attempt, "not answered");
                }
            }
            let pause = pause_before(attempt);
            if !request.idempotent
                || attempt >= ATTEMPTS
                || !is_worth_another(&outcome)
                || Instant::now() + pause >= deadline
            {
                return outcome;
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// Closes the connections that wait for a next request: their buffers still hold what was
    /// sent, and with it credentials. Requests that are under way keep theirs to their end.
    pub fn forget_connections(&self) {
        *self.shared.senders.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    async fn sender(&self, loopback: bool) -> Result<reqwest::Client, Error> {
        let senders = Arc::clone(&self.shared.senders.lock().unwrap_or_else(PoisonError::into_inner));
        let cell = if loopback { &senders.loopback } else { &senders.outside };
        let made = cell.get_or_try_init(|| async {
            let user_agent = self.shared.user_agent.clone();
            let made = tokio::task::spawn_blocking(move || build(user_agent, loopback)).await;
            made.map_err(|error| Error::Setup(Box::new(error)))?
        });
        made.await.cloned()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// A request's body on its way out: wiped when the last clone is gone.
struct Body(SecretBytes);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self.0.expose()
    }
}

fn build(user_agent: http::HeaderValue, loopback: bool) -> Result<reqwest::Client, Error> {
    let tls = tls::config().map_err(|error| Error::Setup(Box::new(error)))?;
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(IDLE_CONNECTIONS);
    let builder = if loopback {
        // The name `localhost` counts as this computer, so nobody may say that it is another one.
        let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        builder.no_proxy().resolve_to_addrs("localhost", &here)
    } else {
        builder
    };
    builder.build().map_err(|error| Error::Setup(Box::new(error)))
}

async fn attempt_once(
    sender: &reqwest::Client,
    request: &Request,
    body: Option<Bytes>,
    deadline: Instant,
) -> Result<Response, Error> {
    let sending = async {
        let mut builder =
            sender.request(request.method.clone(), request.url.expose().clone()).headers(request.headers.clone());
        if let Some(body) = body {
            builder = builder.body(body);
        }
        let answer = builder.send().await.map_err(Error::from_sender)?;
        read(answer, request).await
    };
    tokio::time::timeout_at(deadline, sending).await.map_err(|_| Error::TimedOut)?
}

async fn read(mut answer: reqwest::Response, request: &Request) -> Result<Response, Error> {
    let limit = request.max_bytes;
    let too_large = Error::TooLarge { limit };
    let announced = answer.content_length().unwrap_or(0);
    if announced > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(too_large);
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    while let Some(chunk) = answer.chunk().await.map_err(Error::from_sender)? {
        if chunk.len() > limit - body.len() {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(answer.headers_mut());
    Ok(Response { status: answer.status().as_u16(), headers, body, url: request.url.clone() })
}

fn is_worth_another(outcome: &Result<Response, Error>) -> bool {
    match outcome {
        Ok(response) => matches!(response.status, 502..=504) && response.retry_after().is_none(),
        Err(error) => matches!(error, Error::Unreachable(_)),
    }
}

/// Twice as long each time, between half and one and a half of it, so that many clients that failed
/// together don't come back together.
fn pause_before(attempt: u32) -> Duration {
    // Every `RandomState` has its own keys: chance enough for a pause, and never used for more.
    let chance = u32::try_from(RandomState::new().hash_one(attempt) % 1000).unwrap_or(0);
    let middle = FIRST_PAUSE * 2_u32.pow(attempt.saturating_sub(1).min(8));
    middle / 2 + middle * chance / 1000
}

/// Whether the address is this computer; a failure if it may not be asked at all.
fn check_address(url: &Url) -> Result<bool, Error> {
    if !url.username().is_empty() || url.password().is_some() || !matches!(url.scheme(), "http" | "https") {
        return Err(Error::Address);
    }
    // The rule which addresses may be unencrypted is the base address's; the path does not matter to it.
    BaseUrl::parse(&url.origin().ascii_serialization()).map_err(|_| Error::Address)?;
    Ok(match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    })
}
