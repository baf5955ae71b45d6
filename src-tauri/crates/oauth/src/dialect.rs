//! How one host's token endpoint differs from the protocol, as data.
//!
//! The default is the protocol itself. Not here: which host differs how.

use crate::FieldPath;
use serde::Deserialize;

/// How a host differs from RFC 6749.
#[derive(Debug, Clone)]
pub struct Dialect {
    /// Whether PKCE is sent (RFC 7636); off only for hosts that refuse requests with it.
    pub pkce: bool,
    /// What joins scopes in the authorisation request.
    pub scope_separator: char,
    /// The parameter that scopes are asked by.
    pub scope_parameter: String,
    /// Whether requests to the token endpoint are one JSON object instead of a form.
    pub json_body: bool,
    /// Further parameters of the exchange.
    pub exchange: Vec<(String, String)>,
    /// Further parameters of a renewal.
    pub refresh: Vec<(String, String)>,
    /// Further headers of requests to the token endpoint.
    pub headers: Vec<(String, String)>,
    /// Where replies hold what.
    pub reply: ReplyPaths,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            pkce: true,
            scope_separator: ' ',
            scope_parameter: "scope".to_owned(),
            json_body: false,
            exchange: Vec::new(),
            refresh: Vec::new(),
            headers: Vec::new(),
            reply: ReplyPaths::default(),
        }
    }
}

/// Where a reply of the token endpoint holds what, where that is not RFC 6749 §5.1; each a path of
/// field names joined by dots.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReplyPaths {
    /// The access token, if not `access_token`.
    pub access: Option<FieldPath>,
    /// The refresh token, if not `refresh_token`.
    pub refresh: Option<FieldPath>,
    /// Seconds until access ends, if not `expires_in`.
    pub expires_in: Option<FieldPath>,
    /// Seconds until renewing ends, if not `refresh_token_expires_in`.
    pub refresh_expires_in: Option<FieldPath>,
    /// The scopes granted, if not `scope`.
    pub scope: Option<FieldPath>,
    /// A field that is false when the reply is an error whatever its status; the code is in `error`.
    pub ok: Option<FieldPath>,
    /// Whether token types other than `bearer` are names without meaning here.
    pub any_type: bool,
    /// Fields to hand on as they are, kept with the account; never secrets.
    pub keeps: Vec<FieldPath>,
}
