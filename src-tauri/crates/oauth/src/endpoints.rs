//! Where a host's OAuth endpoints are, and how a client says who it is there.
//!
//! Not here: finding them out.

use crate::Dialect;
use drawbridge_domain::{BaseUrl, SecretString};
use drawbridge_http::Request;
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

/// The OAuth endpoints of one host.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// RFC 6749 §3.1.
    pub authorize: Url,
    /// RFC 6749 §3.2.
    pub token: Url,
    /// Where access is renewed, where that is not the token endpoint.
    pub refresh: Option<Url>,
    /// RFC 8628 §3.1.
    pub device: Option<Url>,
    /// Who the host is, if that is known.
    pub issuer: Option<Issuer>,
    /// How its token endpoint differs from the protocol.
    pub dialect: Dialect,
}

impl Endpoints {
    /// The endpoints of a host that follows the protocol, without the device flow.
    pub fn plain(authorize: Url, token: Url) -> Self {
        Self { authorize, token, refresh: None, device: None, issuer: None, dialect: Dialect::default() }
    }
}

/// Who a host says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issuer {
    /// Its name: an address (RFC 8414 §2).
    pub name: String,
    /// Whether every answer from its authorisation page carries it (RFC 9207 §3).
    pub in_answers: bool,
}

/// How a client says who it is at the token endpoint, by the names of RFC 7591 §2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMethod {
    /// By its id alone.
    #[serde(rename = "none")]
    None,
    /// By a secret in the `Authorization` header.
    #[serde(rename = "client_secret_basic")]
    Basic,
    /// By a secret in the body.
    #[serde(rename = "client_secret_post")]
    Body,
}

/// How a client's secret travels (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretStyle {
    /// In the request's body.
    #[default]
    Body,
    /// In the `Authorization` header.
    Basic,
}

/// What a client authenticates with at the token endpoint.
#[derive(Debug, Clone, Copy)]
pub struct ClientAuth<'a> {
    /// The `client_id` of RFC 6749 §2.2.
    pub id: &'a str,
    /// Its secret, unless it is a public client.
    pub secret: Option<&'a SecretString>,
    /// How the secret is sent.
    pub style: SecretStyle,
}

impl<'a> ClientAuth<'a> {
    /// A client whose secret, if any, travels in the body.
    pub fn new(id: &'a str, secret: Option<&'a SecretString>) -> Self {
        Self { id, secret, style: SecretStyle::Body }
    }

    /// Says who the client is: in the request's header, or in the form that is to become its body.
    pub(crate) fn identify(self, request: Request, form: &mut Vec<(&'static str, &'a str)>) -> Request {
        match (self.style, self.secret) {
            (SecretStyle::Basic, Some(secret)) => {
                let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                // RFC 6749 §2.3.1: both halves are form-encoded before they become user name and password.
                request.basic(&encoded(self.id), &SecretString::new(encoded(secret.expose())))
            }
            (_, secret) => {
                form.push(("client_id", self.id));
                form.extend(secret.map(|secret| ("client_secret", secret.expose().as_str())));
                request
            }
        }
    }
}

/// Whether a page may be opened there: `https`, or `http` on this computer; no user information.
pub(crate) fn is_web_address(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && BaseUrl::parse(&url.origin().ascii_serialization()).is_ok()
}
