//! How a simulated OAuth server behaves, as data: what it demands of a client, how its replies look,
//! how long things live and what ends what.
//!
//! The default is a strict server that follows the RFCs; a TOML file says how another one differs.
//! A demand that is not met is refused as the real server refuses it. Not here: doing it (`world`).

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// How the server is made; what it does on its good days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// How long access lives; none (0 in a file) if it never ends.
    #[serde(deserialize_with = "seconds")]
    pub lives: Option<Duration>,
    /// Whether refresh tokens are given at all.
    pub renews: bool,
    /// Each renewal brings a new refresh token and spends the old one.
    pub rotates: bool,
    /// What using a spent refresh token does.
    pub reuse: Reuse,
    /// A spent refresh token is taken once more for so long.
    #[serde(deserialize_with = "seconds")]
    pub grace: Option<Duration>,
    /// A refresh token that is not used for so long works no more.
    #[serde(deserialize_with = "seconds")]
    pub idle: Option<Duration>,
    /// So long after the sign-in nothing is renewed, however much it is used.
    #[serde(deserialize_with = "seconds")]
    pub absolute: Option<Duration>,
    /// Whether access that was issued before a renewal works on until its own end.
    pub old_access_works: bool,
    /// How much its clock is off, in seconds.
    pub skew: i64,
    /// The page where a person approves.
    pub authorize: Authorize,
    /// The token endpoint.
    pub token: Token,
    /// What tells whose access it is.
    pub who: Who,
    /// What ends access.
    pub revoke: Revoke,
    /// How refusals look.
    pub errors: Errors,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lives: Some(Duration::from_secs(3600)),
            renews: true,
            rotates: true,
            reuse: Reuse::EndsAll,
            grace: None,
            idle: None,
            absolute: None,
            old_access_works: false,
            skew: 0,
            authorize: Authorize::default(),
            token: Token::default(),
            who: Who::default(),
            revoke: Revoke::default(),
            errors: Errors::default(),
        }
    }
}

impl Rules {
    /// Reads rules from a file's text. The error says where and what.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

/// What using a spent refresh token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// It ends the whole grant (RFC 9700 §4.14.2).
    EndsAll,
    /// It is refused, and nothing else happens.
    Refused,
    /// It works on until its own end.
    Works,
}

/// The page where a person approves (RFC 6749 §4.1.1).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Authorize {
    /// Where it is.
    pub path: String,
    /// What it does with a challenge (RFC 7636).
    pub pkce: Pkce,
    /// The registered redirect addresses; any address if empty.
    pub redirects: Vec<String>,
    /// Whether the port of a registered loopback address may be any (RFC 8252 §7.3).
    pub any_port: bool,
    /// Parameters that have to be there, with these values.
    pub requires: BTreeMap<String, String>,
    /// Parameters it does not want.
    pub refuses: Vec<String>,
    /// The parameter that scopes are asked by.
    pub scope_parameter: String,
    /// What joins them there.
    pub scope_separator: String,
    /// The scopes it knows; any if empty.
    pub scopes: Vec<String>,
    /// What a scope is called in replies, where that is not its own name; nothing if it is not named.
    pub told_as: BTreeMap<String, String>,
    /// A refresh token is only given if these parameters came, with these values.
    pub refresh_needs: BTreeMap<String, String>,
    /// A refresh token is only given if this scope was asked for.
    pub refresh_scope: Option<String>,
    /// The issuer that the way back names (RFC 9207).
    pub issuer: Option<String>,
}

impl Default for Authorize {
    fn default() -> Self {
        Self {
            path: "/authorize".to_owned(),
            pkce: Pkce::Checked,
            redirects: Vec::new(),
            any_port: false,
            requires: BTreeMap::new(),
            refuses: Vec::new(),
            scope_parameter: "scope".to_owned(),
            scope_separator: " ".to_owned(),
            scopes: Vec::new(),
            told_as: BTreeMap::new(),
            refresh_needs: BTreeMap::new(),
            refresh_scope: None,
            issuer: None,
        }
    }
}

/// What a server does with a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// Nothing: neither challenge nor verifier is looked at.
    Ignored,
    /// One that came has to be met.
    Checked,
    /// One has to come and be met.
    Required,
}

/// How a client says who it is (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// By its id alone.
    None,
    /// Id and secret in the body.
    Body,
    /// Id and secret in `Authorization: Basic`.
    Basic,
    /// Id and an empty secret in `Authorization: Basic`.
    Empty,
}

/// How a request's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// One JSON object.
    Json,
    /// None: the token is in `Authorization: Bearer`.
    Bearer,
}

/// The token endpoint (RFC 6749 §3.2).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Token {
    /// Where it is.
    pub path: String,
    /// How clients may say who they are.
    pub clients: Vec<ClientKind>,
    /// How requests may be written.
    pub bodies: Vec<BodyKind>,
    /// Headers that have to be there.
    pub headers: BTreeMap<String, String>,
    /// What a reply looks like.
    pub reply: Shape,
    /// What the reply to a renewal looks like, where that is different.
    pub renewal: Option<Shape>,
    /// Whether replies are forms instead of JSON.
    pub form_replies: bool,
    /// What joins scopes in replies.
    pub scope_join: String,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            path: "/token".to_owned(),
            clients: vec![ClientKind::Body, ClientKind::Basic],
            bodies: vec![BodyKind::Form],
            headers: BTreeMap::new(),
            reply: Shape::of(
                r#"{"access_token": "{access}", "token_type": "bearer", "expires_in": "{lives}",
                    "scope": "{scope}", "refresh_token": "{refresh}"}"#,
            ),
            renewal: None,
            form_replies: false,
            scope_join: " ".to_owned(),
        }
    }
}

/// What tells whose access it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Who {
    /// Where it is.
    pub path: String,
    /// The method.
    pub method: String,
    /// Parameters that have to be there.
    pub query: BTreeMap<String, String>,
    /// Headers that have to be there.
    pub headers: BTreeMap<String, String>,
    /// The JSON body it has to have.
    pub body: Option<String>,
    /// The header that the token comes in, if not as `Authorization: Bearer`.
    pub token_header: Option<String>,
    /// Scopes without which it is forbidden.
    pub scopes: Vec<String>,
    /// What the answer looks like.
    pub reply: Shape,
    /// The status of a refusal.
    pub refused_status: u16,
    /// What a refusal looks like.
    pub refused: String,
    /// What it says with status 200 while it is not well.
    pub unwell: Option<String>,
}

impl Default for Who {
    fn default() -> Self {
        Self {
            path: "/me".to_owned(),
            method: "GET".to_owned(),
            query: BTreeMap::new(),
            headers: BTreeMap::new(),
            body: None,
            token_header: None,
            scopes: Vec::new(),
            reply: Shape::of(r#"{"id": "{subject}", "login": "login-{subject}"}"#),
            refused_status: 401,
            refused: "{}".to_owned(),
            unwell: None,
        }
    }
}

/// What ends access (RFC 7009).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Revoke {
    /// Where it is; there is none if empty.
    pub path: String,
    /// How the token travels.
    pub body: BodyKind,
    /// How clients have to say who they are; not at all if empty.
    pub clients: Vec<ClientKind>,
    /// Headers that have to be there.
    pub headers: BTreeMap<String, String>,
    /// The only fields it takes; any if empty.
    pub fields: Vec<String>,
    /// Whether it takes refresh tokens.
    pub takes_refresh: bool,
    /// Whether it takes access tokens; they have to work still.
    pub takes_access: bool,
    /// Whether the whole grant ends, or the one token.
    pub ends_grant: bool,
    /// What the answer looks like.
    pub reply: String,
    /// The status of the answer about a token it does not know.
    pub unknown_status: u16,
    /// What that answer looks like.
    pub unknown: String,
}

impl Default for Revoke {
    fn default() -> Self {
        Self {
            path: "/revoke".to_owned(),
            body: BodyKind::Form,
            clients: Vec::new(),
            headers: BTreeMap::new(),
            fields: Vec::new(),
            takes_refresh: true,
            takes_access: true,
            ends_grant: true,
            reply: String::new(),
            unknown_status: 200,
            unknown: String::new(),
        }
    }
}

/// How refusals of the token endpoint look (RFC 6749 §5.2).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Errors {
    /// The status, where a refusal has none of its own.
    pub status: u16,
    /// What a refusal looks like.
    pub shape: Shape,
    /// What it says when it limits requests (429).
    pub limited: String,
    /// The request is not as it has to be.
    pub request: Refusal,
    /// The client is not known, or not proven.
    pub client: Refusal,
    /// The code is not known, or not the client's.
    pub code: Refusal,
    /// The refresh token is not known.
    pub unknown: Refusal,
    /// The refresh token is spent.
    pub spent: Refusal,
    /// A spent refresh token ended the grant.
    pub reused: Refusal,
    /// The person ended the grant.
    pub withdrawn: Refusal,
    /// The refresh token was idle for too long, or its time is over.
    pub idle: Refusal,
}

impl Default for Errors {
    fn default() -> Self {
        let refusal = |error: &str, description: &str| Refusal {
            error: error.to_owned(),
            description: description.to_owned(),
            status: None,
        };
        Self {
            status: 400,
            shape: Shape::of(r#"{"error": "{error}", "error_description": "{description}"}"#),
            limited: "not well".to_owned(),
            request: refusal("invalid_request", "the request has the wrong form"),
            client: refusal("invalid_client", "unknown"),
            code: refusal("invalid_grant", "the code is not known"),
            unknown: refusal("invalid_grant", "the refresh token is not known"),
            spent: refusal("invalid_grant", "the refresh token was already used"),
            reused: refusal("invalid_grant", "the refresh token was already used"),
            withdrawn: refusal("invalid_grant", "the grant was revoked"),
            idle: refusal("invalid_grant", "the refresh token has expired"),
        }
    }
}

/// One refusal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Its code.
    pub error: String,
    /// Its description.
    #[serde(default)]
    pub description: String,
    /// Its status, where that is not the usual one.
    #[serde(default)]
    pub status: Option<u16>,
}

/// A JSON text with places for values: `"{access}"` as a whole text becomes the value, or goes with
/// its name where there is none; `"{subject:number}"` becomes a number.
#[derive(Debug, Clone)]
pub struct Shape(Value);

impl Shape {
    /// # Panics
    /// If the text is no JSON: a test that starts so is wrong.
    #[expect(clippy::expect_used, reason = "the shapes of tests are constants")]
    pub fn of(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("a shape is JSON"))
    }

    /// The JSON with all its places filled.
    pub(super) fn filled(&self, value: &dyn Fn(&str) -> Option<Value>) -> Value {
        fill(&self.0, value).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

fn fill(shape: &Value, value: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    match shape {
        Value::Object(fields) => Some(Value::Object(
            fields.iter().filter_map(|(name, shape)| Some((name.clone(), fill(shape, value)?))).collect(),
        )),
        Value::Array(items) => Some(Value::Array(items.iter().filter_map(|shape| fill(shape, value)).collect())),
        Value::String(text) => {
            let Some((before, rest)) = text.split_once('{') else { return Some(shape.clone()) };
            let (name, after) = rest.split_once('}')?;
            let (name, number) = name.split_once(':').map_or((name, false), |(name, kind)| (name, kind == "number"));
            let found = value(name)?;
            match &found {
                Value::String(found) if number => found.parse().ok().map(Value::Number),
                Value::String(found) => Some(Value::String(format!("{before}{found}{after}"))),
                _ => Some(found),
            }
        }
        other => Some(other.clone()),
    }
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    Ok(Some(Duration::from_secs(seconds)).filter(|span| !span.is_zero()))
}
