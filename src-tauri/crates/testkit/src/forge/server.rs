//! The listening side: connections, reading requests, troubles and delays, sending, recording.
//!
//! Not here: what is answered (see `dialect`, `web`, `device`, `control`).

use super::{
    Shared, State, control, device,
    exchange::{Delivery, Exchange, Reply, Request, recorded},
    fault::Trouble,
    git, page, web,
};
use drawbridge_domain::Timestamp;
use http_body_util::{BodyExt as _, Limited, combinators::BoxBody};
use hyper::{
    body::{Body, Bytes, Frame, Incoming},
    service::service_fn,
};
use std::{
    future::pending,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// More than any request here needs.
const REQUEST_LIMIT: usize = 1024 * 1024;
/// The log keeps bodies up to this many bytes in all.
const KEPT_BYTES: usize = 96 * 1024 * 1024;
/// The log keeps this many exchanges; then the oldest go.
const KEPT_EXCHANGES: usize = 50_000;

/// More than clients should read of one page.
const HUGE: usize = 10 * 1024 * 1024;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is ended on purpose")]
struct HangUp;

/// Accepts connections until told to stop; then all of them end with it.
pub(super) async fn serve(shared: Arc<Shared>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                // Without this, small replies wait for the other side's acknowledgement.
                let _ = stream.set_nodelay(true);
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    let io = hyper_util::rt::TokioIo::new(stream);
                    let service = service_fn(|request| answer(Arc::clone(&shared), request));
                    // A connection that ends early is the other side's business.
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
                });
            }
        }
    }
}

async fn answer(
    shared: Arc<Shared>,
    incoming: hyper::Request<Incoming>,
) -> Result<hyper::Response<BoxBody<Bytes, io::Error>>, HangUp> {
    let (head, body) = incoming.into_parts();
    let Ok(body) = Limited::new(body, REQUEST_LIMIT).collect().await else {
        return Ok(send(shared.speaks().error(413, "The request is too large."), Timestamp::from_millis(0)));
    };
    let mut request = read(&shared, head, body.to_bytes());
    let now = shared.clock.now();
    if let Some(reply) = control::answer(&shared, &request) {
        return Ok(send(reply, now));
    }
    let (trouble, latency) = {
        let mut state = shared.lock();
        state.in_flight += 1;
        let at_once = state.in_flight;
        state.peak.send_if_modified(|peak| std::mem::replace(peak, at_once.max(*peak)) < at_once);
        request.listed_page = shared.speaks().listed_page(&mut state, &request, now).filter(|_| request.is_api);
        let crowded = state.crowd.is_some_and(|most| request.is_api && state.in_flight > most);
        let trouble = if crowded { Some(Trouble::SecondaryLimit(1)) } else { state.take_trouble(&request) };
        (trouble, state.latency)
    };
    let _leaving = Leaving(&shared);
    tokio::time::sleep(latency).await;
    let reply = match trouble.clone() {
        None if git::is_git(&request) => Some(git::answer(&shared, &request, now).await),
        None => Some(respond(&shared, &request, now)),
        Some(trouble) => disturb(&shared, &request, trouble, now).await,
    };
    shared.record(&request, reply.as_ref(), trouble.is_some(), now);
    reply.map(|reply| send(reply, now)).ok_or(HangUp)
}

/// Counts a request out, also when its connection ends early.
struct Leaving<'a>(&'a Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.lock().in_flight -= 1;
    }
}

fn read(shared: &Shared, head: http::request::Parts, body: Bytes) -> Request {
    let whole = head.uri.path();
    let prefix = shared.speaks().prefix();
    let (api, path, prefixed) = match whole.strip_prefix(prefix) {
        Some(rest) if rest.starts_with('/') => (format!("{}{prefix}", shared.web), rest, true),
        _ => (shared.web.clone(), whole, false),
    };
    let is_api = prefixed || shared.speaks().bare().iter().any(|start| path.starts_with(*start));
    let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    Request {
        method: head.method.as_str().to_owned(),
        path: path.to_owned(),
        is_api,
        listed_page: None,
        api,
        query,
        headers: head.headers,
        body,
    }
}

/// The answer of a good day.
fn respond(shared: &Shared, request: &Request, now: Timestamp) -> Reply {
    let (state, web): (&mut State, &str) = (&mut shared.lock(), &shared.web);
    match (request.method.as_str(), request.path.as_str()) {
        _ if request.is_api => {
            state.drift(request, now);
            shared.speaks().answer(state, web, request, now)
        }
        ("GET", "/login/oauth/authorize") => web::ask(state, request),
        ("POST", "/login/oauth/authorize") => web::decide(state, request, now),
        ("POST", "/login/oauth/access_token") => web::exchange(state, request, now),
        ("POST", "/login/device/code") => device::begin(state, web, request, now),
        ("GET", "/login/device") => device::page(state, request),
        ("POST", "/login/device") => device::decide(state, request, now),
        ("GET", path) => {
            let name = path.trim_matches('/');
            Reply::html(200, page::message(name, "A page of the practice forge. There is nothing to do here."))
        }
        _ => Reply::html(404, page::message("Not Found", "There is no such page.")),
    }
}

/// The answer of a bad one; none ends the connection.
async fn disturb(shared: &Shared, request: &Request, trouble: Trouble, now: Timestamp) -> Option<Reply> {
    let speaks = shared.speaks();
    let good = || respond(shared, request, now);
    Some(match trouble {
        Trouble::Status(status) => speaks.error(status, "Something went wrong on purpose."),
        Trouble::PrimaryLimit(seconds) => speaks.spent(seconds, now),
        Trouble::SecondaryLimit(seconds) => speaks.crowded(429, seconds),
        Trouble::SecondaryLimitForbidden(seconds) => speaks.crowded(403, seconds),
        Trouble::LostRequest => return None,
        Trouble::LostReply => {
            good();
            return None;
        }
        Trouble::CutReply => Reply { delivery: Delivery::Cut, ..good() },
        Trouble::Html => Reply::html(200, page::message("Welcome to the Lobby network", "Please accept our terms.")),
        Trouble::NotJson => Reply::json(200, "[{\"id\": 12, \"name\": "),
        Trouble::OtherJson => Reply::json(200, r#"{"data":{"items":"none"}}"#),
        Trouble::Errors => {
            Reply::json(200, r#"{"data":null,"errors":[{"message":"Something went wrong on purpose."}]}"#)
        }
        Trouble::Huge => Reply::json(200, format!("[{}{{}}]", "{},".repeat(HUGE / 3))),
        Trouble::Empty => Reply::json(200, ""),
        Trouble::Endless => Reply { delivery: Delivery::Endless, ..Reply::json(200, "") },
        Trouble::Stall => Reply { delivery: Delivery::Stall, ..Reply::json(200, "") },
        Trouble::Silence => pending().await,
        Trouble::Delay(millis) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            good()
        }
        Trouble::Drip(millis) => Reply { delivery: Delivery::Drip(Duration::from_millis(millis)), ..good() },
        Trouble::Redirect(to) => speaks.error(302, "Found").with("location", to),
        Trouble::OauthError(error) => web::oauth_error(&shared.lock(), request, &error),
    })
}

fn send(reply: Reply, now: Timestamp) -> hyper::Response<BoxBody<Bytes, io::Error>> {
    let length = reply.body.len();
    let mut response = hyper::Response::builder().status(reply.status).header("server", "practice-forge");
    if now.as_millis() > 0 {
        response = response.header("date", http_date(now));
    }
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body = match reply.delivery {
        Delivery::Whole => http_body_util::Full::new(reply.body).map_err(|never| match never {}).boxed(),
        Delivery::Cut => {
            response = response.header("content-length", length);
            Trickle::new(reply.body.slice(..length / 2), None, Ending::HangUp).boxed()
        }
        Delivery::Endless => Trickle::new(Bytes::from(vec![b' '; 64 * 1024]), None, Ending::Again).boxed(),
        Delivery::Stall => Trickle::new(Bytes::from_static(b"["), None, Ending::Never).boxed(),
        Delivery::Drip(pause) => Trickle::new(reply.body, Some(pause), Ending::Done).boxed(),
    };
    // Names and values above are our own and well formed; an odd redirect target is not.
    response
        .body(body)
        .unwrap_or_else(|_| hyper::Response::new(http_body_util::Empty::new().map_err(|never| match never {}).boxed()))
}

/// RFC 9110 §5.6.7.
fn http_date(now: Timestamp) -> String {
    use time::{OffsetDateTime, macros::format_description};
    let form =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    let at = OffsetDateTime::from_unix_timestamp(now.as_millis() / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    at.format(&form).unwrap_or_default()
}

/// How a body that misbehaves ends.
#[derive(PartialEq)]
enum Ending {
    Done,
    HangUp,
    Again,
    Never,
}

/// A body that comes in its own time.
struct Trickle {
    rest: Bytes,
    all: Bytes,
    pause: Option<Duration>,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
    ending: Ending,
}

impl Trickle {
    fn new(all: Bytes, pause: Option<Duration>, ending: Ending) -> Self {
        Self { rest: all.clone(), all, pause, sleep: None, ending }
    }
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(sleep) = self.sleep.as_mut() {
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        if self.rest.is_empty() {
            match self.ending {
                Ending::Done => return Poll::Ready(None),
                Ending::HangUp => return Poll::Ready(Some(Err(io::Error::other(HangUp)))),
                Ending::Never => return Poll::Pending,
                Ending::Again => self.rest = self.all.clone(),
            }
        }
        let size = if self.pause.is_some() { self.all.len().div_ceil(10) } else { self.rest.len() };
        let piece = {
            let size = size.min(self.rest.len());
            self.rest.split_to(size)
        };
        self.sleep = self.pause.map(|pause| Box::pin(tokio::time::sleep(pause)));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl Shared {
    fn record(&self, request: &Request, reply: Option<&Reply>, troubled: bool, now: Timestamp) {
        let mut state = self.lock();
        state.traffic.requests += 1;
        state.traffic.bytes += reply.map_or(0, |reply| u64::try_from(reply.body.len()).unwrap_or(0));
        if !state.keeps_log {
            return;
        }
        let answer = reply.map(|reply| reply.body.clone()).filter(|body| state.kept_bytes + body.len() <= KEPT_BYTES);
        state.kept_bytes += answer.as_ref().map_or(0, Bytes::len);
        if state.log.len() >= KEPT_EXCHANGES
            && let Some(oldest) = state.log.pop_front()
        {
            state.kept_bytes -= oldest.answer.map_or(0, |body| body.len());
        }
        state.log.push_back(Exchange {
            at: now,
            method: request.method.clone(),
            path: request.path.clone(),
            is_api: request.is_api,
            query: request.query.clone(),
            headers: recorded(&request.headers),
            body: request.body.clone(),
            status: reply.map(|reply| reply.status),
            answer_headers: reply
                .map(|reply| reply.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
                .unwrap_or_default(),
            answer,
            troubled,
        });
    }
}
