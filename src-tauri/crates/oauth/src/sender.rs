//! Carries the oauth2 library's requests over our own HTTP, and makes replies into what the library
//! can read: one JSON object with a status that fits it.
//!
//! Hosts differ from the protocol in ways that have no other place: errors with status 200, replies
//! as a form although JSON was asked for, numbers as text, scopes joined by commas. Not here: what
//! a reply means.

use crate::{Dialect, Error, FieldPath, ReplyPaths, error::error_code};
use drawbridge_domain::{SecretBytes, Timestamp};
use drawbridge_http::{Client, Request, Response};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Mutex, PoisonError},
};
use url::{Url, form_urlencoded};

/// No reply of a token endpoint is anywhere near this long.
const MAX_REPLY: usize = 256 * 1024;
/// A field that is handed on is a name or an address.
const MAX_KEPT: usize = 1000;

/// Sends what the library wants to send, and remembers the host's time of the last reply.
pub(crate) struct Sender<'h> {
    http: &'h Client,
    dialect: &'h Dialect,
    date: Mutex<Option<Timestamp>>,
    kept: Mutex<BTreeMap<String, String>>,
}

impl<'h> Sender<'h> {
    pub(crate) fn new(http: &'h Client, dialect: &'h Dialect) -> Self {
        Self { http, dialect, date: Mutex::default(), kept: Mutex::default() }
    }

    /// The fields of the last reply that are to be handed on.
    pub(crate) fn kept(&self) -> BTreeMap<String, String> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The host's own time in its last reply.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        *self.date.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request; the reply is one JSON object, with status 200 or 400.
    pub(crate) async fn send(&self, request: Request) -> Result<(u16, Map<String, Value>), Error> {
        let reply = self.http.send(request.max_bytes(MAX_REPLY)).await.map_err(Error::from_http)?;
        *self.date.lock().unwrap_or_else(PoisonError::into_inner) = reply.date();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        normalise(&reply, &self.dialect.reply, &mut kept)
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|_| Error::Input { what: "endpoint address" })?;
        let mut carried = Request::new(parts.method, url);
        for (name, value) in &parts.headers {
            let value = value.to_str().map_err(|_| Error::Input { what: "header" })?;
            carried = carried.header(name.as_str(), value);
        }
        for (name, value) in &self.dialect.headers {
            carried = carried.header(name, value);
        }
        let body = SecretBytes::new(body);
        let carried = if self.dialect.json_body {
            carried.body("application/json", as_json(&body)?)
        } else {
            carried.body("application/x-www-form-urlencoded", body)
        };
        let (status, object) = self.send(carried).await?;
        let body = serde_json::to_vec(&object).map_err(|_| Error::Malformed { what: "reply" })?;
        let mut reply = HttpResponse::new(body);
        *reply.status_mut() = http::StatusCode::from_u16(status).map_err(|_| Error::Malformed { what: "status" })?;
        Ok(reply)
    }
}

impl<'c> AsyncHttpClient<'c> for Sender<'_> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}

/// A form as one JSON object of the same fields.
fn as_json(form: &SecretBytes) -> Result<SecretBytes, Error> {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(form.expose()).collect();
    serde_json::to_vec(&fields).map(SecretBytes::new).map_err(|_| Error::Input { what: "request" })
}

fn normalise(
    reply: &Response,
    paths: &ReplyPaths,
    kept: &mut BTreeMap<String, String>,
) -> Result<(u16, Map<String, Value>), Error> {
    if reply.status >= 500 || reply.status == 429 {
        return Err(Error::Unwell { status: reply.status, wait: reply.retry_after() });
    }
    let read = read_object(reply);
    if let Ok(object) = &read
        && let Some(Value::String(error)) = object.get("error")
        && !says_nothing_is_there(reply.status, error)
    {
        let error = Value::String(error_code(error));
        let mut told = Map::from_iter([("error".to_owned(), error)]);
        // Read for a hint, see `RefusalHint`; it goes no further.
        told.extend(
            object
                .get_key_value("error_description")
                .filter(|(_, text)| text.is_string())
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        return Ok((400, told));
    }
    match reply.status {
        200..=299 => {
            if read.is_err() && reply.is_page() {
                return Err(Error::Interposed);
            }
            let mut object = standard(read?, paths, kept)?;
            for name in ["expires_in", "refresh_token_expires_in", "interval"] {
                make_number(&mut object, name);
            }
            make_scope(&mut object);
            Ok((200, object))
        }
        300..=399 => Err(Error::Interposed),
        status => Err(Error::refused(format!("http_{status}"))),
    }
}

/// Whether an error is that of a server with nothing at this address, rather than of its token
/// endpoint, which says that with status 400 (RFC 6749 §5.2).
fn says_nothing_is_there(status: u16, error: &str) -> bool {
    matches!(status, 404 | 410) && error == "invalid_request"
}

/// A successful reply with everything where RFC 6749 §5.1 has it.
fn standard(
    object: Map<String, Value>,
    paths: &ReplyPaths,
    kept: &mut BTreeMap<String, String>,
) -> Result<Map<String, Value>, Error> {
    let whole = Value::Object(object);
    if paths.ok.as_ref().is_some_and(|path| path.of(&whole) == Some(&Value::Bool(false))) {
        // An error that does not even name itself.
        return Err(Error::refused("unnamed".to_owned()));
    }
    for path in &paths.keeps {
        if let Some(text) = path.text(&whole).filter(|text| text.len() <= MAX_KEPT) {
            kept.insert(path.as_str().to_owned(), text);
        }
    }
    let moved: Vec<(&str, Value)> = [
        ("access_token", &paths.access),
        ("refresh_token", &paths.refresh),
        ("expires_in", &paths.expires_in),
        ("refresh_token_expires_in", &paths.refresh_expires_in),
        ("scope", &paths.scope),
    ]
    .into_iter()
    .filter_map(|(name, path)| Some((name, path.as_ref().and_then(|path: &FieldPath| path.of(&whole))?.clone())))
    .collect();
    let Value::Object(mut object) = whole else { return Err(Error::Malformed { what: "reply" }) };
    object.extend(moved.into_iter().map(|(name, value)| (name.to_owned(), value)));
    // Required by RFC 6749 §5.1, and left out by many; it can only be this.
    if paths.any_type || !object.contains_key("token_type") {
        object.insert("token_type".to_owned(), Value::String("bearer".to_owned()));
    }
    Ok(object)
}

/// The reply as one object: JSON, or a form, which is told by its look because the media type lies.
pub(crate) fn read_object(reply: &Response) -> Result<Map<String, Value>, Error> {
    const NOT_READABLE: Error = Error::Malformed { what: "reply" };
    let text = std::str::from_utf8(&reply.body).map_err(|_| NOT_READABLE)?.trim();
    if text.starts_with('{') {
        return serde_json::from_str::<Once>(text).map(|object| object.0).map_err(|_| NOT_READABLE);
    }
    if text.is_empty() || !text.contains('=') || text.contains(['<', ' ', '\n', '"']) {
        return Err(NOT_READABLE);
    }
    let mut object = Map::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if object.insert(name.into_owned(), Value::String(value.into_owned())).is_some() {
            return Err(Error::Malformed { what: "a parameter given twice" });
        }
    }
    Ok(object)
}

/// An object in which no name comes twice (RFC 6749 §5.1): which of the two was meant is not for us
/// to guess, and two readers could guess differently.
struct Once(Map<String, Value>);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = fields.next_entry::<String, Value>()? {
            if object.insert(name, value).is_some() {
                return Err(serde::de::Error::custom("a name comes twice"));
            }
        }
        Ok(object)
    }
}

/// A count of seconds as a whole number; what can't be read as one counts as not said.
fn make_number(object: &mut Map<String, Value>, name: &str) {
    let Some(value) = object.get(name) else { return };
    let number = match value {
        Value::String(text) => text.trim().parse::<u64>().ok(),
        Value::Number(number) => number.as_u64().or_else(|| {
            // Some hosts count in fractions; beyond the range of a u32 it is no time to live.
            let whole = number.as_f64()?.floor();
            (0.0..f64::from(u32::MAX)).contains(&whole).then(|| format!("{whole}").parse().ok())?
        }),
        _ => None,
    };
    match number {
        Some(number) => object.insert(name.to_owned(), number.into()),
        None => object.remove(name),
    };
}

/// Scopes as words with single spaces between, however they were joined.
fn make_scope(object: &mut Map<String, Value>) {
    let joined = match object.get("scope") {
        Some(Value::String(text)) => split_scopes(text).collect::<Vec<_>>().join(" "),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Some(_) => {
            object.remove("scope");
            return;
        }
        None => return,
    };
    object.insert("scope".to_owned(), Value::String(joined));
}

/// The scopes in a text that joins them by spaces (RFC 6749 §3.3) or commas.
pub(crate) fn split_scopes(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',']).filter(|word| !word.is_empty())
}
