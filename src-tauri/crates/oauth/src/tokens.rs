//! Exchanging a code, renewing access, and asking for it as a client itself.
//!
//! The first two are never sent twice from here: both spend what they are sent with. Not here: deciding
//! when to renew, and keeping what was issued.

use crate::{ClientAuth, Dialect, Endpoints, Error, RefusalHint, SecretStyle, sender::Sender};
use drawbridge_domain::{SecretString, Timestamp};
use drawbridge_http::Client;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse as _, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap, time::Duration};
use url::Url;

/// No token is anywhere near this long, and a header has to hold it.
const MAX_TOKEN: usize = 16 * 1024;

/// What a host issued.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The access token: not empty, and fit for a header.
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
    /// Fields of the reply that are handed on as they are, by path; no secrets.
    pub kept: BTreeMap<String, String>,
}

/// What some hosts add to the reply of RFC 6749 §5.1.
#[derive(Deserialize, Serialize)]
pub(crate) struct Extra {
    #[serde(default)]
    refresh_token_expires_in: Option<u64>,
}

/// Required by the library, and harmless: the one field is a count of seconds.
impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extra").finish_non_exhaustive()
    }
}

impl ExtraTokenFields for Extra {}

pub(crate) type Reply = StandardTokenResponse<Extra, BasicTokenType>;

/// The library's client with our reply, and the token endpoint known.
type Caller = oauth2::Client<
    BasicErrorResponse,
    Reply,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Exchanges a code for tokens. `redirect_uri` is the one of the authorisation request.
pub async fn exchange(
    http: &Client,
    endpoints: &Endpoints,
    client: ClientAuth<'_>,
    code: &SecretString,
    verifier: &SecretString,
    redirect_uri: &str,
) -> Result<Tokens, Error> {
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Error::Input { what: "redirect address" })?;
    let sender = Sender::new(http, &endpoints.dialect);
    let caller = caller(&endpoints.token, client);
    let mut request =
        caller.exchange_code(AuthorizationCode::new(code.expose().clone())).set_redirect_uri(Cow::Owned(redirect));
    if endpoints.dialect.pkce {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().clone()));
    }
    for (name, value) in &endpoints.dialect.exchange {
        request = request.add_extra_param(name, value);
    }
    let reply = request.request_async(&sender).await.map_err(failure)?;
    tokens(&reply, &sender)
}

/// Renews access. A host that rotates refresh tokens gives a new one; otherwise the old one stays.
pub async fn refresh(
    http: &Client,
    endpoints: &Endpoints,
    client: ClientAuth<'_>,
    refresh_token: &SecretString,
) -> Result<Tokens, Error> {
    let sender = Sender::new(http, &endpoints.dialect);
    let caller = caller(endpoints.refresh.as_ref().unwrap_or(&endpoints.token), client);
    let token = RefreshToken::new(refresh_token.expose().clone());
    let mut request = caller.exchange_refresh_token(&token);
    for (name, value) in &endpoints.dialect.refresh {
        request = request.add_extra_param(name, value);
    }
    let reply = request.request_async(&sender).await.map_err(failure)?;
    tokens(&reply, &sender)
}

/// Asks for access as the client itself (RFC 6749 §4.4). There is nothing to renew it with: whoever
/// needs newer access asks again.
pub async fn client_credentials(
    http: &Client,
    token: &Url,
    client: ClientAuth<'_>,
    scopes: &[String],
) -> Result<Tokens, Error> {
    let dialect = Dialect::default();
    let sender = Sender::new(http, &dialect);
    let caller = caller(token, client);
    let request = caller.exchange_client_credentials().add_scopes(scopes.iter().cloned().map(oauth2::Scope::new));
    let reply = request.request_async(&sender).await.map_err(failure)?;
    tokens(&reply, &sender)
}

fn caller(token: &Url, client: ClientAuth<'_>) -> Caller {
    let style = match client.style {
        SecretStyle::Body => AuthType::RequestBody,
        SecretStyle::Basic => AuthType::BasicAuth,
    };
    let caller = oauth2::Client::new(ClientId::new(client.id.to_owned()))
        .set_auth_type(style)
        .set_token_uri(TokenUrl::from_url(token.clone()));
    match client.secret {
        Some(secret) => caller.set_client_secret(ClientSecret::new(secret.expose().clone())),
        None => caller,
    }
}

/// Sorts a failure of the library. What it holds of the reply's content is dropped here.
pub(crate) fn failure<T>(error: RequestTokenError<Error, oauth2::StandardErrorResponse<T>>) -> Error
where
    T: oauth2::ErrorResponseType,
    oauth2::StandardErrorResponse<T>: oauth2::ErrorResponse,
    T: AsRef<str>,
{
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(reply) => Error::Refused {
            error: reply.error().as_ref().to_owned(),
            hint: reply.error_description().and_then(|text| RefusalHint::of(text)),
        },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Error::Malformed { what: "reply" },
    }
}

/// Checks a reply and takes it over.
pub(crate) fn tokens(reply: &Reply, sender: &Sender<'_>) -> Result<Tokens, Error> {
    if *reply.token_type() != BasicTokenType::Bearer {
        // Sending, say, a DPoP-bound token as a bearer token would be using it wrongly (RFC 6750 §1).
        return Err(Error::Malformed { what: "token type" });
    }
    let access = reply.access_token().secret();
    if access.is_empty() || access.len() > MAX_TOKEN || !access.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Malformed { what: "access token" });
    }
    let refresh = reply.refresh_token().map(RefreshToken::secret).filter(|token| !token.is_empty());
    if refresh.is_some_and(|token| token.len() > MAX_TOKEN) {
        return Err(Error::Malformed { what: "refresh token" });
    }
    let words = |scopes: &Vec<oauth2::Scope>| {
        scopes.iter().map(|scope| scope.to_string()).filter(|scope| !scope.is_empty()).collect()
    };
    Ok(Tokens {
        access: SecretString::new(access.clone()),
        refresh: refresh.cloned().map(SecretString::new),
        expires_in: reply.expires_in(),
        refresh_expires_in: reply.extra_fields().refresh_token_expires_in.map(Duration::from_secs),
        scopes: reply.scopes().map(words),
        server_date: sender.date(),
        kept: sender.kept(),
    })
}
