//! A request as the simulator reads it, a reply as it gives it, and the record of both.
//!
//! Not here: what is answered.

use crate::temp::hex;
use drawbridge_domain::Timestamp;
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// A request, read to its end.
#[derive(Clone)]
pub(super) struct Request {
    pub method: String,
    /// Without the API's prefix.
    pub path: String,
    /// Whether it was asked at the API's prefix or is one of the API's paths.
    pub is_api: bool,
    /// Which page of the listing of everything it asks for, from 1.
    pub listed_page: Option<u32>,
    /// The address of the API as this request came in.
    pub api: String,
    pub query: Vec<(String, String)>,
    pub headers: http::HeaderMap,
    pub body: Bytes,
}

impl Request {
    /// The parts of the path, each decoded, so that a `/` within one stays there.
    pub fn segments(&self) -> Vec<String> {
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        self.path.trim_start_matches('/').split('/').map(decoded).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn page(&self) -> u32 {
        self.param("page").and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1)
    }

    /// The fields of a form or, if it says so, of a JSON body.
    pub fn form(&self) -> Form {
        let json = self.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        let fields = if json {
            let value: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
            let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            value.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), text(value))).collect()
        } else {
            url::form_urlencoded::parse(&self.body).into_owned().collect()
        };
        Form(fields)
    }

    /// The last part of `Authorization: Bearer …` or `token …`.
    pub fn token(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token")).then_some(token.trim())
    }

    /// User name and password of `Authorization: Basic …`.
    pub fn basic(&self) -> Option<(String, String)> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let (scheme, code) = self.header("authorization")?.split_once(' ')?;
        let pair = STANDARD.decode(code.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let (user, password) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }
}

/// Fields of a form by name.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// How the body of a reply leaves.
#[derive(Debug, Clone)]
pub(super) enum Delivery {
    Whole,
    /// Only the first half, then the connection ends.
    Cut,
    Endless,
    Stall,
    Drip(Duration),
}

/// A reply.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
    pub delivery: Delivery,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body: body.into(), delivery: Delivery::Whole }
    }

    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, "application/json; charset=utf-8", body)
    }

    pub fn html(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
    }

    pub fn bare(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), delivery: Delivery::Whole }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// One request and what was answered, as the log keeps it.
#[derive(Clone)]
pub struct Exchange {
    /// When it came in, by the simulator's clock.
    pub at: Timestamp,
    /// The method, in capitals.
    pub method: String,
    /// The path without the API's prefix.
    pub path: String,
    /// Whether it went to the API rather than to a page or an OAuth endpoint.
    pub is_api: bool,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The request's headers; the credential is replaced by its scheme and a fingerprint.
    pub headers: Vec<(String, String)>,
    /// The request's body.
    pub body: Bytes,
    /// The status of the answer; none if the connection was ended instead.
    pub status: Option<u16>,
    /// The answer's headers.
    pub answer_headers: Vec<(String, String)>,
    /// The answer's body; none if it was not kept.
    pub answer: Option<Bytes>,
    /// Whether the answer was ordered to go wrong: such answers prove nothing about either side.
    pub troubled: bool,
}

impl Exchange {
    /// A parameter of the query.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A header of the request.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A header of the answer.
    pub fn answer_header(&self, name: &str) -> Option<&str> {
        self.answer_headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Bodies may hold credentials, so they are not shown.
impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let page = self.param("page").unwrap_or("-");
        write!(f, "{} {} (page {page}) -> {:?}", self.method, self.path, self.status)
    }
}

/// Headers for the record: a credential becomes its scheme and a fingerprint, so that a test can
/// tell two apart without any of them being kept.
pub(super) fn recorded(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let value = |name: &str, value: &http::HeaderValue| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        match name {
            "authorization" => {
                let (scheme, secret) = text.split_once(' ').unwrap_or(("", &text));
                format!("{scheme} {}", fingerprint(secret))
            }
            "cookie" => "[cookie]".to_owned(),
            _ => text,
        }
    };
    headers.iter().map(|(name, text)| (name.as_str().to_owned(), value(name.as_str(), text))).collect()
}

/// Eight hexadecimal digits that stand for a credential in the log.
pub fn fingerprint(credential: &str) -> String {
    hex(&Sha256::digest(credential.as_bytes())[..4])
}
