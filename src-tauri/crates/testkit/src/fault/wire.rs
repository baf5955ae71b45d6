//! A request as the simulated server reads it, and a reply as it leaves.
//!
//! By hand, so that a reply can be cut anywhere. Not here: what is answered.

use super::rules::BodyKind;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use drawbridge_domain::Timestamp;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    io,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::form_urlencoded;

/// More than any request of a test has.
const MAX_HEAD: usize = 64 * 1024;

/// A request, read to its end.
pub(super) struct Asked {
    pub method: String,
    pub path: String,
    pub query: HashMap<String, String>,
    /// By small name.
    headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(&name.to_ascii_lowercase()).map_or("", String::as_str)
    }

    /// The first of these headers that is not there with its value.
    pub fn lacks<'h>(&self, headers: &'h BTreeMap<String, String>) -> Option<&'h str> {
        headers.iter().find(|(name, value)| self.header(name) != value.as_str()).map(|(name, _)| name.as_str())
    }

    /// The address of the request as a browser shows it.
    pub fn target(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        format!("http://simulated{}?{query}", self.path)
    }

    pub fn kind(&self) -> BodyKind {
        let kind = self.header("content-type");
        if kind.starts_with("application/json") {
            BodyKind::Json
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            BodyKind::Form
        } else {
            BodyKind::Bearer
        }
    }

    /// The fields of its body.
    pub fn fields(&self) -> HashMap<String, String> {
        if self.kind() == BodyKind::Json {
            let value: HashMap<String, Value> = serde_json::from_slice(&self.body).unwrap_or_default();
            return value.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect();
        }
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization").strip_prefix("Bearer ")
    }

    /// Id and secret of `Authorization: Basic`, decoded as RFC 6749 §2.3.1 encodes them.
    pub fn basic(&self) -> Option<(String, String)> {
        let code = self.header("authorization").strip_prefix("Basic ")?;
        let pair = BASE64_STANDARD.decode(code).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
        let (id, secret) = pair.split_once(':')?;
        let plain = |text: &str| {
            let text = text.to_owned();
            form_urlencoded::parse(text.as_bytes()).next().map(|(plain, _)| plain.into_owned()).unwrap_or_default()
        };
        Some((plain(id), plain(secret)))
    }
}

/// A reply.
pub(super) struct Reply {
    pub status: u16,
    pub kind: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn new(status: u16, kind: &'static str, body: impl Into<String>) -> Self {
        Self { status, kind, headers: Vec::new(), body: body.into() }
    }

    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "application/json", body)
    }

    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain", body)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub(super) async fn read(stream: &mut TcpStream) -> io::Result<Option<Asked>> {
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
        if bytes.len() > MAX_HEAD {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let headers: HashMap<String, String> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = bytes[head_end + 4..].to_vec();
    while body.len() < length {
        match stream.read(&mut part).await? {
            0 => return Ok(None),
            count => body.extend_from_slice(&part[..count]),
        }
    }
    let mut line = head.lines().next().unwrap_or_default().split(' ');
    let method = line.next().unwrap_or_default().to_owned();
    let target = line.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Ok(Some(Asked { method, path: path.to_owned(), query, headers, body }))
}

pub(super) async fn answer(stream: &mut TcpStream, reply: &Reply, date: Timestamp, cut: bool) -> io::Result<()> {
    let more = reply.headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat());
    let more = more.collect::<Vec<_>>().concat();
    let head = format!(
        "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nDate: {}\r\n{more}Connection: close\r\n\r\n",
        reply.status,
        reply.kind,
        reply.body.len(),
        http_date(date)
    );
    stream.write_all(head.as_bytes()).await?;
    let body = if cut { &reply.body[..reply.body.len() / 2] } else { &reply.body[..] };
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
