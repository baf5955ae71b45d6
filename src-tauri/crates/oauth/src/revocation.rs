//! Ending a token at the server that issued it (RFC 7009).
//!
//! Not here: which token, and what else ends with it; servers differ.

use crate::{ClientAuth, Dialect, Error, error::error_code};
use drawbridge_domain::SecretString;
use drawbridge_http::{Client, Request};
use std::collections::BTreeMap;
use url::Url;

/// Asks a server to end a token. A server that does not know the token answers as if it had ended
/// it, which it has (RFC 7009 §2.2). The request is written as those to its token endpoint are.
pub async fn revoke(
    http: &Client,
    at: Url,
    dialect: &Dialect,
    client: Option<ClientAuth<'_>>,
    token: &SecretString,
    hint: &str,
) -> Result<(), Error> {
    let mut form = vec![("token", token.expose().as_str())];
    // Hosts that want JSON say which fields they take; this one may be left out (RFC 7009 §2.1).
    if !dialect.json_body {
        form.push(("token_type_hint", hint));
    }
    let mut request = Request::post(at).header("accept", "application/json").idempotent();
    for (name, value) in &dialect.headers {
        request = request.header(name, value);
    }
    if let Some(client) = client {
        request = client.identify(request, &mut form);
    }
    let request = if dialect.json_body {
        request.json(&form.into_iter().collect::<BTreeMap<_, _>>())
    } else {
        request.form(form)
    };
    let answer = http.send(request).await.map_err(Error::from_http)?;
    let said: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
    let error = said.as_ref().and_then(|said| said.get("error")).and_then(serde_json::Value::as_str);
    match (answer.status, error) {
        // What did not reach the host has ended nothing.
        (200..=299, None) if answer.is_page() => Err(Error::Interposed),
        (300..=399 | 511, None) => Err(Error::Interposed),
        // The second: refused as a token it does not know, so what was to end is not there.
        (200..=299, None) | (_, Some("invalid_token" | "token_not_found")) => Ok(()),
        (500.. | 429, _) => Err(Error::Unwell { status: answer.status, wait: answer.retry_after() }),
        (_, Some(error)) => Err(Error::refused(error_code(error))),
        (status, None) => Err(Error::refused(format!("http_{status}"))),
    }
}
