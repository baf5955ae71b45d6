//! The device flow (RFC 8628), one request at a time.
//!
//! Not here: the waiting between two questions. It belongs to the caller, whose sign-in outlives
//! a restart, which is why the library's own polling loop is not used.

use crate::{
    ClientAuth, Endpoints, Error, Tokens,
    endpoints::is_web_address,
    sender::Sender,
    tokens::{Reply, failure, tokens},
};
use drawbridge_domain::SecretString;
use drawbridge_http::{Client, Request};
use oauth2::{
    AuthType, ClientId, DeviceAuthorizationUrl, DeviceCodeErrorResponse, DeviceCodeErrorResponseType, Scope,
    StandardDeviceAuthorizationResponse, basic::BasicClient,
};
use std::time::Duration;
use url::Url;

/// A host that counts differently does not make anybody wait for days.
const LONGEST_LIFE: Duration = Duration::from_hours(1);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const NOT_A_PAGE: Error = Error::Malformed { what: "verification page" };

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
    let device = endpoints.device.clone().ok_or(Error::Input { what: "device endpoint" })?;
    let sender = Sender::new(http, &endpoints.dialect);
    let reply: StandardDeviceAuthorizationResponse = BasicClient::new(ClientId::new(client_id.to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_device_authorization_url(DeviceAuthorizationUrl::from_url(device))
        .exchange_device_code()
        .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
        .request_async(&sender)
        .await
        .map_err(failure)?;
    let page = |url: &Url| if is_web_address(url) { Ok(url.clone()) } else { Err(NOT_A_PAGE) };
    let verification_uri = page(reply.verification_uri().url())?;
    let complete = reply.verification_uri_complete().and_then(|text| Url::parse(text.secret()).ok());
    let user_code = reply.user_code().secret();
    let device_code = reply.device_code().secret();
    if user_code.is_empty() || user_code.len() > 64 || !user_code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Malformed { what: "user code" });
    }
    if device_code.is_empty() || device_code.len() > 4096 {
        return Err(Error::Malformed { what: "device code" });
    }
    Ok(DeviceStart {
        device_code: SecretString::new(device_code.clone()),
        user_code: user_code.clone(),
        verification_uri,
        verification_uri_complete: complete.filter(is_web_address),
        expires_in: reply.expires_in().min(LONGEST_LIFE),
        interval: reply.interval().clamp(SHORTEST_PAUSE, LONGEST_PAUSE),
    })
}

/// Asks once whether the person has answered.
pub async fn device_poll(
    http: &Client,
    endpoints: &Endpoints,
    client: ClientAuth<'_>,
    device_code: &SecretString,
) -> Result<DevicePoll, Error> {
    let mut form = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code.expose().as_str()),
    ];
    let request = Request::post(endpoints.token.clone()).header("accept", "application/json");
    let request = client.identify(request, &mut form);
    let sender = Sender::new(http, &endpoints.dialect);
    let (status, object) = sender.send(request.form(form)).await?;
    let object = serde_json::Value::Object(object);
    if status == 200 {
        let reply: Reply = serde_json::from_value(object).map_err(|_| Error::Malformed { what: "reply" })?;
        return tokens(&reply, &sender).map(DevicePoll::Tokens);
    }
    let refused: DeviceCodeErrorResponse =
        serde_json::from_value(object).map_err(|_| Error::Malformed { what: "reply" })?;
    match refused.error() {
        DeviceCodeErrorResponseType::AuthorizationPending => Ok(DevicePoll::Pending),
        DeviceCodeErrorResponseType::SlowDown => Ok(DevicePoll::SlowDown),
        DeviceCodeErrorResponseType::AccessDenied => Ok(DevicePoll::Denied),
        DeviceCodeErrorResponseType::ExpiredToken => Ok(DevicePoll::Expired),
        DeviceCodeErrorResponseType::Basic(other) => Err(Error::refused(other.as_ref().to_owned())),
    }
}
