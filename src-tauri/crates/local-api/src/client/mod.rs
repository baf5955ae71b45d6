//! The client side: every use case of the keeper as a method, with the keeper's own problems.
//!
//! One connection per call: over a local socket that costs less than keeping one well. Not here:
//! finding or starting a keeper.

mod calls;
mod clones;
mod contents;
mod credentials;
mod sources;
mod views;
mod written;

use crate::{VERSION_HEADER, words};
use drawbridge_keeper::Problem;
use http::{HeaderMap, Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use serde::de::DeserializeOwned;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::task::AbortOnDropHandle;

/// What a call gives.
pub type Answer<T> = Result<T, Problem>;

/// How long connecting may take; it is a matter of microseconds with a keeper that works.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long a use case may take that asks a host at most a few things.
const ANSWER_TIME: Duration = Duration::from_secs(150);
/// How long a stream may stay silent: a few heartbeats.
const SILENCE: Duration = Duration::from_secs(60);
/// The largest answer that is read; a thousand rows are two megabytes at most.
const ANSWER_LIMIT: usize = 32 * 1024 * 1024;
/// The longest line of a stream.
const LINE_LIMIT: usize = 4 * 1024 * 1024;

/// A keeper at the other end of a socket.
#[derive(Debug, Clone)]
pub struct Client {
    socket: PathBuf,
    version: Option<String>,
}

impl Client {
    /// Finds out whether a keeper answers at `socket`. [`Code::KeeperGone`] if none does.
    ///
    /// [`Code::KeeperGone`]: drawbridge_keeper::Code::KeeperGone
    pub async fn connect(socket: impl AsRef<Path>) -> Answer<Self> {
        let mut client = Self { socket: socket.as_ref().to_owned(), version: None };
        let call = Call { limit: CONNECT_TIME, ..Call::get("/v1") };
        let reply = client.send(call).await?;
        client.version = reply.version.clone();
        // Read to the end: a keeper that is going away is found out here rather than later.
        reply.whole().await?;
        Ok(client)
    }

    /// The keeper's version, as it told when the connection was made.
    pub fn keeper_version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Whether the keeper is of another version than this front.
    pub fn differs(&self) -> bool {
        self.version.as_deref() != Some(crate::VERSION)
    }

    async fn read<T: DeserializeOwned>(&self, call: Call) -> Answer<T> {
        let text = self.send(call).await?.whole().await?;
        serde_json::from_slice(&text).map_err(|error| unreadable(&error))
    }

    async fn done(&self, call: Call) -> Answer<()> {
        self.send(call).await?.whole().await.map(drop)
    }

    async fn lines<T: DeserializeOwned>(&self, call: Call) -> Answer<Lines<T>> {
        let reply = self.send(call).await?;
        Ok(Lines { reply, rest: Vec::new(), line: std::marker::PhantomData })
    }

    async fn send(&self, call: Call) -> Answer<Reply> {
        let Call { method, path, body, limit } = call;
        let mut request = Request::builder().method(method).uri(path).header("host", "keeper");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body)).map_err(|error| {
            tracing::error!(%error, "a request could not be made");
            words::unreadable_answer()
        })?;
        let stream =
            tokio::time::timeout(CONNECT_TIME, dial(&self.socket)).await.map_err(|_| words::keeper_silent())??;
        // Bodies are sent from where they are and not copied together first: they are wiped.
        let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
            .writev(true)
            .handshake(stream)
            .await
            .map_err(|error| gone(&error))?;
        let connection = AbortOnDropHandle::new(tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the connection to the keeper ended");
            }
        }));
        let response = tokio::time::timeout(limit, sender.send_request(request))
            .await
            .map_err(|_| words::keeper_silent())?
            .map_err(|error| gone(&error))?;
        let (head, body) = response.into_parts();
        let reply = Reply { version: version(&head.headers), body, _connection: connection };
        if head.status.is_success() { Ok(reply) } else { Err(reply.problem(head.status).await) }
    }
}

/// One request to come.
struct Call {
    method: Method,
    path: String,
    body: Bytes,
    limit: Duration,
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: Bytes::new(), limit: ANSWER_TIME }
    }

    fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    /// A body without anything secret in it.
    fn json(self, value: &impl serde::Serialize) -> Answer<Self> {
        let text = serde_json::to_vec(value).map_err(|error| unreadable(&error))?;
        Ok(self.body(text.into()))
    }

    fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

#[cfg(unix)]
async fn dial(socket: &Path) -> Answer<hyper_util::rt::TokioIo<tokio::net::UnixStream>> {
    use tokio::net::UnixStream;
    let stream = UnixStream::connect(socket).await.map_err(|_| words::keeper_gone())?;
    // A keeper of another user is none of ours; it would be handed our passphrase.
    let ours = UnixStream::pair().and_then(|(one, _other)| one.peer_cred()).map(|own| own.uid());
    match (stream.peer_cred().map(|peer| peer.uid()), ours) {
        (Ok(peer), Ok(ours)) if peer == ours => Ok(hyper_util::rt::TokioIo::new(stream)),
        _ => Err(words::keeper_gone()),
    }
}

#[cfg(not(unix))]
async fn dial(_socket: &Path) -> Answer<hyper_util::rt::TokioIo<tokio::io::DuplexStream>> {
    Err(words::not_here())
}

/// An answer whose body is still to be read.
struct Reply {
    version: Option<String>,
    body: Incoming,
    // Reads on while the body is wanted, and no longer.
    _connection: AbortOnDropHandle<()>,
}

impl Reply {
    async fn whole(mut self) -> Answer<Vec<u8>> {
        let mut text = Vec::new();
        while let Some(data) = self.more().await? {
            if text.len() + data.len() > ANSWER_LIMIT {
                return Err(words::unreadable_answer());
            }
            text.extend_from_slice(&data);
        }
        Ok(text)
    }

    async fn more(&mut self) -> Answer<Option<Bytes>> {
        loop {
            if self.body.is_end_stream() {
                return Ok(None);
            }
            let frame = tokio::time::timeout(SILENCE, self.body.frame()).await.map_err(|_| words::keeper_silent())?;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(gone(&error)),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    async fn problem(self, status: StatusCode) -> Problem {
        match self.whole().await {
            Err(problem) => problem,
            Ok(text) => serde_json::from_slice(&text).unwrap_or_else(|_| {
                tracing::error!(status = status.as_u16(), "the keeper refused without a reason");
                words::unreadable_answer()
            }),
        }
    }
}

/// An answer that comes line by line.
pub struct Lines<T> {
    reply: Reply,
    rest: Vec<u8>,
    line: std::marker::PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Lines<T> {
    /// The next line; `None` when the keeper has ended the answer.
    pub async fn next(&mut self) -> Option<Answer<T>> {
        loop {
            while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                // An empty line is a heartbeat.
                if !line.trim_ascii().is_empty() {
                    return Some(serde_json::from_slice(&line).map_err(|error| unreadable(&error)));
                }
            }
            match self.reply.more().await {
                Err(problem) => return Some(Err(problem)),
                Ok(None) if self.rest.is_empty() => return None,
                // It broke off in the middle of a line.
                Ok(None) => {
                    self.rest.clear();
                    return Some(Err(words::keeper_gone()));
                }
                Ok(Some(data)) => self.rest.extend_from_slice(&data),
            }
            if self.rest.len() > LINE_LIMIT {
                return Some(Err(words::unreadable_answer()));
            }
        }
    }
}

fn version(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(VERSION_HEADER)?.to_str().ok()?.chars().take(40).collect())
}

fn gone(error: &hyper::Error) -> Problem {
    tracing::debug!(%error, "the keeper went away");
    words::keeper_gone()
}

fn unreadable(error: &serde_json::Error) -> Problem {
    // The category only: the message may quote what was read.
    tracing::error!(category = ?error.classify(), "the keeper's answer could not be read");
    words::unreadable_answer()
}
