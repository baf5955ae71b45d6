//! What is sent: one method, one address, headers and a body, and the limits of the answer.
//!
//! Whatever could be a secret (every header value, the body) is marked or wrapped as one. Not here:
//! the sending.

use crate::Error;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use drawbridge_domain::{SafeUrl, SecretBytes, SecretString};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;
use std::time::Duration;
use url::{Url, form_urlencoded};

/// An answer longer than this is cut off unless the request says otherwise.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// From the first packet to the last byte of the answer, retries included.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request, built step by step. A step that fails is reported when the request is sent.
#[derive(Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: SafeUrl,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<SecretBytes>,
    pub(crate) max_bytes: usize,
    pub(crate) timeout: Duration,
    pub(crate) idempotent: bool,
    pub(crate) apart: Option<&'static str>,
    pub(crate) problem: Option<&'static str>,
}

impl Request {
    /// Any method. Nothing but GET counts as idempotent until [`Request::idempotent`] says so.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            idempotent: method == Method::GET,
            method,
            url: SafeUrl::new(url),
            headers: HeaderMap::new(),
            body: None,
            max_bytes: MAX_BYTES,
            timeout: TIMEOUT,
            apart: None,
            problem: None,
        }
    }

    /// Reads something.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// Hands something in.
    pub fn post(url: Url) -> Self {
        Self::new(Method::POST, url)
    }

    /// Takes something away.
    pub fn delete(url: Url) -> Self {
        Self::new(Method::DELETE, url)
    }

    /// Authenticates with a token (RFC 6750 §2.1).
    #[must_use]
    pub fn bearer(self, token: &SecretString) -> Self {
        let value = SecretString::new(format!("Bearer {}", token.expose()));
        self.header(header::AUTHORIZATION.as_str(), value.expose())
    }

    /// Authenticates with a name and a password (RFC 7617).
    #[must_use]
    pub fn basic(self, name: &str, password: &SecretString) -> Self {
        let pair = SecretString::new(format!("{name}:{}", password.expose()));
        let value = SecretString::new(format!("Basic {}", BASE64_STANDARD.encode(pair.expose())));
        self.header(header::AUTHORIZATION.as_str(), value.expose())
    }

    /// Sets a header, in place of one of the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            _ => self.problem = Some("header"),
        }
        self
    }

    /// Asks for the answer only if it differs from the one with this validator (RFC 9110 §13.1.2).
    #[must_use]
    pub fn if_none_match(self, etag: &str) -> Self {
        self.header(header::IF_NONE_MATCH.as_str(), etag)
    }

    /// Sends name-value pairs the way a web form does.
    #[must_use]
    pub fn form<'p>(self, pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.body("application/x-www-form-urlencoded", SecretBytes::new(text.into_bytes()))
    }

    /// Sends a value as JSON.
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        if let Ok(bytes) = serde_json::to_vec(value) {
            return self.body("application/json", SecretBytes::new(bytes));
        }
        self.problem = Some("JSON body");
        self
    }

    /// Sends bytes of a media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, bytes: SecretBytes) -> Self {
        self.body = Some(bytes);
        self.header(header::CONTENT_TYPE.as_str(), media_type)
    }

    /// Cuts the answer off at another length.
    #[must_use]
    pub fn max_bytes(mut self, limit: usize) -> Self {
        self.max_bytes = limit;
        self
    }

    /// Gives up after another time.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Says that doing it twice does no more than doing it once, so that it may be tried again.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Says that the host counts such requests apart from others, under a name of ours.
    #[must_use]
    pub fn counted_apart(mut self, name: &'static str) -> Self {
        self.apart = Some(name);
        self
    }

    /// The address, fit for a log.
    pub fn url(&self) -> &SafeUrl {
        &self.url
    }

    /// What went wrong while it was built.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.problem.map_or(Ok(()), |what| Err(Error::Request { what }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_name_and_password() {
        let url = Url::parse("https://host/").expect("valid");
        let request = Request::get(url).basic("Aladdin", &SecretString::from("open sesame".to_owned()));
        assert_eq!(request.headers[header::AUTHORIZATION], "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "RFC 7617 §2");
    }

    #[test]
    fn a_request_shows_nothing_secret() {
        let url = Url::parse("https://host/path?code=canary-1").expect("valid");
        let request =
            Request::post(url).bearer(&SecretString::from("canary-2".to_owned())).form([("client_secret", "canary-3")]);
        let shown = format!("{request:?}");
        assert!(!shown.contains("canary"), "neither query, header nor body may be printable: {shown}");
    }

    #[test]
    fn a_line_break_in_a_header_is_a_failure_not_a_second_header() {
        let url = Url::parse("https://host/").expect("valid");
        let request = Request::get(url).bearer(&SecretString::from("abc\r\nX-More: 1".to_owned()));
        assert!(matches!(request.check(), Err(Error::Request { what: "header" })), "the token must not split headers");
    }
}
