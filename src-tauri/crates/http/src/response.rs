//! What came back: status, headers and a bounded body, and the few headers that several rooms read.
//!
//! Not here: what a status means to somebody.

use crate::Error;
use drawbridge_domain::{SafeUrl, Timestamp};
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use url::Url;

/// No server's wish to wait is believed beyond this.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// An answer. Its body may hold secrets, so printing it shows only the length.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
    pub(crate) url: SafeUrl,
}

impl Response {
    /// The text of a header, if it is there once or more and is text; the first one counts.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The server's own time when it answered.
    pub fn date(&self) -> Option<Timestamp> {
        timestamp(httpdate::parse_http_date(self.header(header::DATE.as_str())?).ok()?)
    }

    /// How long the server asks to wait: in seconds, or as a time, which is taken by the server's own clock.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header(header::RETRY_AFTER.as_str())?.trim();
        let wait = if let Ok(seconds) = text.parse::<u64>() {
            Duration::from_secs(seconds)
        } else {
            timestamp(httpdate::parse_http_date(text).ok()?)?.since(self.date()?)
        };
        Some(wait.min(LONGEST_WAIT))
    }

    /// Reads the body as JSON. The failure names a place, never a value: a value may be a secret.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::NotJson { line: error.line(), column: error.column() })
    }

    /// Whether the body is a page for people: by its type, or by how it begins. An empty one is none,
    /// whatever its type.
    pub fn is_page(&self) -> bool {
        if self.body.trim_ascii().is_empty() {
            return false;
        }
        let said = self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(64)]).trim_start().to_ascii_lowercase();
        said || start.starts_with("<!doctype") || start.starts_with("<html")
    }

    /// The address that the `Link` header names for a relation (RFC 8288), made whole by the
    /// request's address.
    pub fn link(&self, relation: &str) -> Option<Url> {
        let values = self.headers.get_all(header::LINK);
        values
            .iter()
            .filter_map(|value| value.to_str().ok())
            .find_map(|text| find_link(text, relation))
            .and_then(|target| self.url.expose().join(target).ok())
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("url", &self.url)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

fn timestamp(at: SystemTime) -> Option<Timestamp> {
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp::from_millis)
}

/// Finds `<target>; rel="… relation …"` in a `Link` header. A comma inside the angle brackets
/// belongs to the target, so the text is not split at commas first.
fn find_link<'t>(text: &'t str, relation: &str) -> Option<&'t str> {
    let mut rest = text;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let end = after.find('<').unwrap_or(after.len());
        let (parameters, next) = after.split_at(end);
        let named = parameters.split([';', ',']).filter_map(|parameter| parameter.trim().split_once('=')).any(
            |(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split_ascii_whitespace().any(|word| word == relation)
            },
        );
        if named {
            return Some(target);
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn response(headers: &[(&'static str, &'static str)]) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let url = SafeUrl::new(Url::parse("https://host/api/list?page=1").expect("valid"));
        Response { status: 200, headers: map, body: Vec::new(), url }
    }

    #[test]
    fn a_link_is_found_by_its_relation() {
        let answer = response(&[(
            "link",
            r#"<https://host/api/list?a=1,2&page=2>; rel="next", </api/list?page=84>; title="x"; rel="last end""#,
        )]);
        let text = |relation| answer.link(relation).map(String::from);
        assert_eq!(text("next").as_deref(), Some("https://host/api/list?a=1,2&page=2"));
        assert_eq!(text("last").as_deref(), Some("https://host/api/list?page=84"), "a relative target is made whole");
        assert_eq!(text("prev"), None);
        assert_eq!(response(&[("link", "<https://host/; rel=next")]).link("next"), None, "no end, no link");
        assert_eq!(response(&[]).link("next"), None);
    }

    #[test]
    fn a_wait_is_read_as_seconds_or_as_a_time_and_never_believed_for_ever() {
        assert_eq!(response(&[("retry-after", "7")]).retry_after(), Some(Duration::from_secs(7)));
        let dated = [("date", "Sun, 22 Nov 2026 04:10:53 GMT"), ("retry-after", "Sun, 22 Nov 2026 04:11:53 GMT")];
        assert_eq!(response(&dated).retry_after(), Some(Duration::from_secs(60)), "by the server's own clock");
        assert_eq!(response(&[("retry-after", "99999999999999")]).retry_after(), Some(LONGEST_WAIT));
        assert_eq!(response(&[("retry-after", "soon")]).retry_after(), None);
        assert_eq!(
            response(&[("date", "Sun, 22 Nov 2026 04:10:53 GMT")]).date(),
            Timestamp::parse("2026-11-22T04:10:53Z")
        );
    }

    #[test]
    fn neither_a_printed_answer_nor_a_failed_reading_shows_the_body() {
        let mut answer = response(&[]);
        answer.body = br#"{"access_token": "canary"}"#.to_vec();
        let failed = answer.json::<Vec<u8>>().expect_err("an object is no list");
        assert!(!format!("{answer:?} {failed} {failed:?}").contains("canary"), "the body may hold a token");
    }
}
