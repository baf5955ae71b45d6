//! The loopback way back (RFC 8252 §7.3): a port of this computer that hears one kind of request.
//!
//! Any program and any web page on this computer can knock here. So what is heard is exact (method,
//! path, `Host`), short and slow-proof, what is answered is always the same page, and whether a
//! sign-in waits for an answer is decided elsewhere. Not here: reading the answer.

use crate::{CallbackMark, Error, callback, parse_return};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use drawbridge_domain::SecretString;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, Semaphore, mpsc},
    task::{AbortHandle, JoinSet},
};

/// A request's line and headers together; an answer's address is at most 8 KiB of it.
const MAX_HEAD: usize = 16 * 1024;
/// One request from the first byte to the last of its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Browsers open a few connections ahead; more than this wait for their turn.
const CONNECTIONS: usize = 64;
/// Answers not yet asked for. There is one, normally.
const WAITING: usize = 8;

/// Waits for the browser. The port is closed when this is dropped.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    redirect: String,
    returns: Mutex<mpsc::Receiver<SecretString>>,
    state: Arc<OnceLock<SecretString>>,
    accepting: AbortHandle,
}

impl Listener {
    /// Opens a port that the system chooses, on 127.0.0.1 or, where that is missing, on `[::1]`.
    pub async fn bind() -> Result<Self, Error> {
        Self::bind_as(&Shape::default()).await
    }

    /// Opens a port for a redirect address of a certain shape.
    pub async fn bind_as(shape: &Shape) -> Result<Self, Error> {
        let ports: &[u16] = if shape.ports.is_empty() { &[0] } else { &shape.ports };
        let (socket, other) = bound(&shape.host, ports, async |address| TcpListener::bind(address).await).await?;
        let address = socket.local_addr().map_err(Error::NoPort)?;
        let authority = match shape.host.as_str() {
            "localhost" => format!("localhost:{}", address.port()),
            _ => address.to_string(),
        };
        let redirect = format!("http://{authority}{}", shape.path());
        let (sender, receiver) = mpsc::channel(WAITING);
        let state = Arc::default();
        let place = Arc::new(Place { authority, path: shape.path().to_owned(), state: Arc::clone(&state) });
        let accepting = tokio::spawn(async move {
            let second = async {
                match other {
                    Some(other) => accept(other, Arc::clone(&place), sender.clone()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::join!(accept(socket, Arc::clone(&place), sender.clone()), second);
        });
        Ok(Self { address, redirect, returns: Mutex::new(receiver), state, accepting: accepting.abort_handle() })
    }

    /// Opens the port of a redirect address again, after a restart; none if somebody else has it now.
    pub async fn bind_again(redirect_uri: &str) -> Option<Self> {
        let rest = redirect_uri.strip_prefix("http://")?;
        let (authority, path) = rest.split_at(rest.find('/')?);
        let (host, port) = authority.rsplit_once(':')?;
        let ports = vec![port.parse().ok()?];
        Self::bind_as(&Shape { host: host.to_owned(), ports, path: Some(path.to_owned()) }).await.ok()
    }

    /// The redirect address to send to the host. With the address as digits unless the host insists
    /// on the name, which could be made to point elsewhere (RFC 8252 §8.3).
    pub fn redirect_uri(&self) -> String {
        self.redirect.clone()
    }

    /// Where it listens, such as `127.0.0.1:49152`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says which sign-in is waited for. From then on only what carries its `state` is kept, so that
    /// knocking with anything else can't push the right answer out.
    pub fn answers_to(&self, state: SecretString) {
        let _ = self.state.set(state);
    }

    /// The next address the browser asked for at the callback's path, whole; for [`crate::parse_return`].
    /// May be called again and again: a wrong answer does not end the waiting.
    pub async fn next_return(&self) -> SecretString {
        match self.returns.lock().await.recv().await {
            Some(link) => link,
            // The other end lives as long as this; should it end all the same, nothing comes any more.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// How a loopback redirect address has to look (RFC 8252 §7.3): what the client is registered with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// `127.0.0.1`, `[::1]` or `localhost`.
    pub host: String,
    /// The only ports that may be used; any if empty.
    pub ports: Vec<u16>,
    /// The one path that may be used, with its slash; where none is named, a client may be
    /// registered with one of its installation alone.
    pub path: Option<String>,
}

impl Shape {
    /// The same for clients that are registered with addresses of one installation alone.
    #[must_use]
    pub fn marked(self, mark: Option<&CallbackMark>) -> Self {
        let path = self.path.unwrap_or_else(|| callback::below(callback::LOOPBACK_PATH, mark));
        Self { path: Some(path), ..self }
    }

    /// The path of its redirect addresses.
    pub fn path(&self) -> &str {
        self.path.as_deref().unwrap_or(callback::LOOPBACK_PATH)
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), ports: Vec::new(), path: None }
    }
}

/// The first port of the list that is free. For the name `localhost`, the same port of the other
/// family too where it can be had: browsers differ in which they try first. A computer may have one
/// of the two families only (RFC 8252 §7.3).
async fn bound(
    host: &str,
    ports: &[u16],
    bind: impl AsyncFn(SocketAddr) -> std::io::Result<TcpListener>,
) -> Result<(TcpListener, Option<TcpListener>), Error> {
    let (four, six) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST));
    let (first, other) = if host == "[::1]" { (six, four) } else { (four, six) };
    let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    for port in ports {
        match bind((first, *port).into()).await {
            Ok(socket) if host == "localhost" => {
                let port = socket.local_addr().map_err(Error::NoPort)?.port();
                return Ok((socket, bind((other, port).into()).await.ok()));
            }
            Ok(socket) => return Ok((socket, None)),
            // Whoever has the port in one family would hear what is meant for us in the other.
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => last = error,
            // Digits and port together are what a client is registered with, but any port means any.
            Err(_) if host == "localhost" || *port == 0 => match bind((other, *port).into()).await {
                Ok(socket) => return Ok((socket, None)),
                Err(error) => last = error,
            },
            Err(error) => last = error,
        }
    }
    Err(Error::NoPort(last))
}

/// What a request has to be sent to.
struct Place {
    authority: String,
    path: String,
    state: Arc<OnceLock<SecretString>>,
}

impl Place {
    /// Whether an answer is the one that is waited for, as far as that is known.
    fn wants(&self, link: &SecretString) -> bool {
        let Some(state) = self.state.get() else { return true };
        parse_return(link.expose()).is_ok_and(|returned| returned.state.same_as(state.expose()))
    }
}

async fn accept(socket: TcpListener, place: Arc<Place>, returns: mpsc::Sender<SecretString>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    // Dropped with this task, and with it every connection.
    let mut open = JoinSet::new();
    loop {
        let Ok(turn) = Arc::clone(&places).acquire_owned().await else { return };
        while open.try_join_next().is_some() {}
        let Ok((stream, _)) = socket.accept().await else {
            // Out of file handles, most likely: those that are open end within their patience.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (returns, expected) = (returns.clone(), Arc::clone(&place));
        open.spawn(async move {
            let served = tokio::time::timeout(PATIENCE, serve(stream, &expected, &returns)).await;
            if !matches!(served, Ok(Ok(()))) {
                tracing::debug!("a connection to the loopback port ended early");
            }
            drop(turn);
        });
    }
}

async fn serve(mut stream: TcpStream, place: &Place, returns: &mpsc::Sender<SecretString>) -> std::io::Result<()> {
    let mut head = zeroize::Zeroizing::new(Vec::with_capacity(2048));
    loop {
        let mut part = [0_u8; 2048];
        let count = stream.read(&mut part).await?;
        if count == 0 || head.len() + count > MAX_HEAD {
            return Ok(());
        }
        head.extend_from_slice(&part[..count]);
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
    }
    let found = callback_target(&head, place);
    let reply = match found {
        Some(target) => {
            let link = SecretString::new(format!("http://{}{target}", place.authority));
            // Full means that nobody is interested: the page is the same.
            if place.wants(&link) && returns.try_send(link).is_err() {
                tracing::debug!("an answer at the loopback port was dropped");
            }
            page()
        }
        None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
            .to_owned(),
    };
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

/// The path and query of a request for the callback; none if it is any other request.
///
/// `Host` has to be the address we gave out: a web page that got its own name to point at this
/// computer still names itself there.
fn callback_target<'h>(head: &'h [u8], place: &Place) -> Option<&'h str> {
    let text = std::str::from_utf8(head).ok()?;
    let (head, _) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if method != "GET" || words.next().is_some() || !version.starts_with("HTTP/1.") {
        return None;
    }
    let mut hosts = lines.filter_map(|line| line.split_once(':')).filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    let (_, host) = hosts.next()?;
    if hosts.next().is_some() || host.trim() != place.authority {
        return None;
    }
    target.strip_prefix(&place.path)?.strip_prefix('?').map(|_| target)
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}\
h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:0}";

/// The same page whatever came: it is shown before anything is checked, holds nothing of the
/// request, loads nothing, and leads nowhere.
fn page() -> String {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Drawbridge</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>Go back to Drawbridge</h1>\n\
         <p>The browser has done its part. Drawbridge shows what came of it; this page can be closed.</p>\n</body>\n</html>\n"
    );
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A computer that lacks the loopback address of one family.
    async fn bound_without(missing: fn(&IpAddr) -> bool, host: &str, ports: &[u16]) -> Result<SocketAddr, Error> {
        let bind = async |address: SocketAddr| match missing(&address.ip()) {
            true => Err(std::io::Error::from(std::io::ErrorKind::AddrNotAvailable)),
            false => TcpListener::bind(address).await,
        };
        let (socket, _) = bound(host, ports, bind).await?;
        socket.local_addr().map_err(Error::NoPort)
    }

    #[tokio::test]
    async fn one_loopback_address_is_enough() {
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let at = bound_without(IpAddr::is_ipv4, host, &[0]).await.expect("there is the other");
            assert!(at.is_ipv6(), "{host}: {at}");
            let at = bound_without(IpAddr::is_ipv6, host, &[0]).await.expect("there is the other");
            assert!(at.is_ipv4(), "{host}: {at}");
        }
        // Registered with digits and port: the other address is not the one the host knows.
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound").port();
        for (missing, host) in [(IpAddr::is_ipv4 as fn(&IpAddr) -> bool, "127.0.0.1"), (IpAddr::is_ipv6, "[::1]")] {
            let refused = bound_without(missing, host, &[free]).await;
            assert!(matches!(refused, Err(Error::NoPort(_))), "{host}: {refused:?}");
        }
        bound_without(IpAddr::is_ipv4, "localhost", &[free]).await.expect("the name is the same for both");
    }

    #[tokio::test]
    async fn a_port_that_somebody_else_has_is_not_shared_with_them() {
        let theirs = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = theirs.local_addr().expect("bound").port();
        let shape = Shape { host: "localhost".to_owned(), ports: vec![port], path: None };
        assert!(matches!(Listener::bind_as(&shape).await, Err(Error::NoPort(_))));
    }
}
