//! The loopback way back (RFC 8252 §7.3): a port of this computer that hears one kind of request.
//!
//! Any program and any web page on this computer can knock here. So what is heard is exact (method,
//! path, `Host`), short and slow-proof, what is answered is always the same page, and whether a
//! sign-in waits for an answer is decided elsewhere. Not here: reading the answer.

use crate::Error;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use drawbridge_domain::SecretString;
use sha2::{Digest as _, Sha256};
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
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
    returns: Mutex<mpsc::Receiver<SecretString>>,
    accepting: AbortHandle,
}

impl Listener {
    /// Opens a port that the system chooses, on 127.0.0.1 or, where that is missing, on `[::1]`.
    pub async fn bind() -> Result<Self, Error> {
        let socket = match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await {
            Ok(socket) => socket,
            Err(_) => TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.map_err(Error::NoPort)?,
        };
        let address = socket.local_addr().map_err(Error::NoPort)?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let accepting = tokio::spawn(accept(socket, address, sender)).abort_handle();
        Ok(Self { address, returns: Mutex::new(receiver), accepting })
    }

    /// The redirect address to send to the host, with the address as digits: a name could be made
    /// to point elsewhere (RFC 8252 §8.3).
    pub fn redirect_uri(&self) -> String {
        format!("http://{}/callback", self.address)
    }

    /// Where it listens, such as `127.0.0.1:49152`.
    pub fn address(&self) -> SocketAddr {
        self.address
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

async fn accept(socket: TcpListener, address: SocketAddr, returns: mpsc::Sender<SecretString>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    // Dropped with this task, and with it every connection.
    let mut open = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        while open.try_join_next().is_some() {}
        let Ok((stream, _)) = socket.accept().await else {
            // Out of file handles, most likely: those that are open end within their patience.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let returns = returns.clone();
        open.spawn(async move {
            let served = tokio::time::timeout(PATIENCE, serve(stream, address, &returns)).await;
            if !matches!(served, Ok(Ok(()))) {
                tracing::debug!("a connection to the loopback port ended early");
            }
            drop(place);
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    address: SocketAddr,
    returns: &mpsc::Sender<SecretString>,
) -> std::io::Result<()> {
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
    let found = callback_target(&head, address);
    let reply = match found {
        Some(target) => {
            let link = SecretString::new(format!("http://{address}{target}"));
            // Full means that nobody is interested: the page is the same.
            if returns.try_send(link).is_err() {
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
fn callback_target(head: &[u8], address: SocketAddr) -> Option<&str> {
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
    if hosts.next().is_some() || host.trim() != address.to_string() {
        return None;
    }
    target.strip_prefix("/callback?").map(|_| target)
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
