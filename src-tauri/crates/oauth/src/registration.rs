//! A client that registers itself (RFC 7591), and takes that back (RFC 7592 §2.3).
//!
//! A registration can't be asked for again: whoever loses the reply leaves one at the server that
//! nobody uses. So it is sent once, and one that is not what was asked for is taken back at once.
//! Not here: which ways back and scopes are wanted, and keeping what was registered.

use crate::{
    AuthMethod, Error,
    endpoints::is_web_address,
    error::error_code,
    sender::{is_page, read_object},
};
use drawbridge_domain::{SecretString, Timestamp};
use drawbridge_http::{Client, Request, Response};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// A registration is a few kilobytes, its request included.
const MAX_REPLY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);
/// As everywhere a client id is written down.
const MAX_ID: usize = 200;
const MAX_SECRET: usize = 4096;

/// What is asked for (RFC 7591 §2).
#[derive(Debug, Clone, Serialize)]
pub struct Registration {
    /// What the server calls the client on its pages.
    pub client_name: String,
    /// The ways back.
    pub redirect_uris: Vec<String>,
    /// What the token endpoint is asked with.
    pub grant_types: Vec<String>,
    /// The scopes, with spaces between; none leaves the choice to the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The ways of saying who it is that can be used; the first is asked for.
    #[serde(skip)]
    pub auth_methods: Vec<AuthMethod>,
}

/// What goes over the wire: the rest is the same for every native client.
#[derive(Serialize)]
struct Sent<'a> {
    #[serde(flatten)]
    registration: &'a Registration,
    response_types: [&'static str; 1],
    application_type: &'static str,
    token_endpoint_auth_method: AuthMethod,
}

/// What a server registered.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The `client_id` of RFC 6749 §2.2: 1 to 200 visible characters.
    pub client_id: String,
    /// Its secret, if it has to use one.
    pub secret: Option<SecretString>,
    /// When that secret ends, if it does.
    pub secret_ends_at: Option<Timestamp>,
    /// What it is changed and removed with, if the server gave that.
    pub management: Option<Management>,
}

/// Where a registration is looked after, and by which token (RFC 7592 §3).
#[derive(Debug, Clone)]
pub struct Management {
    /// The address of the registration.
    pub url: Url,
    /// The registration access token.
    pub token: SecretString,
}

/// How a registration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unregistered {
    /// The server removed it.
    Removed,
    /// The server does not know it, or not any more.
    Unknown,
}

/// As it is written (RFC 7591 §3.2.1).
#[derive(Deserialize)]
struct Written {
    client_id: String,
    client_secret: Option<SecretString>,
    /// Seconds since 1970; zero for never.
    client_secret_expires_at: Option<u64>,
    token_endpoint_auth_method: Option<AuthMethod>,
    redirect_uris: Option<Vec<String>>,
    scope: Option<String>,
}

/// Registers a client. Sent once, whatever comes of it.
pub async fn register(http: &Client, at: Url, asked: &Registration, now: Timestamp) -> Result<Registered, Error> {
    let first = asked.auth_methods.first().ok_or(Error::Input { what: "way of saying who a client is" })?;
    let sent = Sent {
        registration: asked,
        response_types: ["code"],
        application_type: "native",
        token_endpoint_auth_method: *first,
    };
    let request = Request::post(at).header("accept", "application/json").json(&sent);
    let reply = http.send(request.max_bytes(MAX_REPLY).timeout(PATIENCE)).await.map_err(Error::from_http)?;
    let object = accepted(&reply)?;
    let management = management(&object);
    // What ends is told by the server's own clock.
    match read(object, asked, reply.date().unwrap_or(now)) {
        Ok(registered) => Ok(Registered { management, ..registered }),
        Err(error) => {
            // It exists all the same. What can't be taken back is left behind; the caller says so.
            if let Some(management) = &management {
                let _ = unregister(http, management).await;
            }
            Err(error)
        }
    }
}

/// Removes a registration at its server.
pub async fn unregister(http: &Client, management: &Management) -> Result<Unregistered, Error> {
    let request = Request::delete(management.url.clone()).bearer(&management.token).idempotent();
    let reply = http.send(request.max_bytes(MAX_REPLY).timeout(PATIENCE)).await.map_err(Error::from_http)?;
    match reply.status {
        200..=299 if !is_page(&reply) => Ok(Unregistered::Removed),
        200..=399 => Err(Error::Interposed),
        // RFC 7592 §2.3: 401 is also what a registration gets that is not there any more.
        401 | 404 | 410 => Ok(Unregistered::Unknown),
        429 | 500.. => Err(Error::Unwell { status: reply.status, wait: reply.retry_after() }),
        status => Err(Error::refused(format!("http_{status}"))),
    }
}

type Object = serde_json::Map<String, serde_json::Value>;

/// The reply of a server that registered something.
fn accepted(reply: &Response) -> Result<Object, Error> {
    let read = read_object(reply);
    match reply.status {
        429 | 500.. => Err(Error::Unwell { status: reply.status, wait: reply.retry_after() }),
        200..=299 if read.is_err() && is_page(reply) => Err(Error::Interposed),
        200..=299 => read,
        300..=399 => Err(Error::Interposed),
        status => {
            let named = read.ok().and_then(|object| object.get("error")?.as_str().map(error_code));
            Err(Error::refused(named.unwrap_or_else(|| format!("http_{status}"))))
        }
    }
}

/// Both or none: one without the other is of no use.
fn management(object: &Object) -> Option<Management> {
    let text = |name: &str| object.get(name)?.as_str().filter(|text| !text.is_empty() && text.len() <= MAX_SECRET);
    let url = Url::parse(text("registration_client_uri")?).ok().filter(is_web_address)?;
    let token = text("registration_access_token").filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()))?;
    Some(Management { url, token: SecretString::from(token.to_owned()) })
}

/// Checks what was registered against what was asked for; a server may change it (RFC 7591 §3.2.1).
fn read(object: Object, asked: &Registration, now: Timestamp) -> Result<Registered, Error> {
    let malformed = |what: &'static str| Error::Malformed { what };
    let written: Written =
        serde_json::from_value(serde_json::Value::Object(object)).map_err(|_| malformed("registration"))?;
    let id = written.client_id;
    if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed("client id"));
    }
    let first = asked.auth_methods.first().copied().unwrap_or(AuthMethod::None);
    let method = written.token_endpoint_auth_method.unwrap_or(first);
    if !asked.auth_methods.contains(&method) {
        return Err(malformed("way of saying who the client is"));
    }
    let secret = match (method, written.client_secret.filter(|secret| !secret.is_empty())) {
        // Some servers hand one out to clients that have no use for it.
        (AuthMethod::None, _) => None,
        (_, None) => return Err(malformed("client secret")),
        (_, Some(secret)) if secret.expose().len() > MAX_SECRET || secret.expose().contains(char::is_control) => {
            return Err(malformed("client secret"));
        }
        (_, secret) => secret,
    };
    let ends_at = written.client_secret_expires_at.filter(|seconds| *seconds > 0 && secret.is_some());
    let ends_at = ends_at.map(|seconds| Timestamp::from_millis(0).plus(Duration::from_secs(seconds)));
    if ends_at.is_some_and(|ends_at| ends_at <= now) {
        return Err(malformed("end of the client secret"));
    }
    // A code would be sent to wherever else a redirect address leads.
    let same = |given: &Vec<String>| {
        given.len() == asked.redirect_uris.len() && given.iter().all(|uri| asked.redirect_uris.contains(uri))
    };
    if written.redirect_uris.is_some_and(|given| !same(&given)) {
        return Err(malformed("ways back"));
    }
    if let (Some(given), Some(wanted)) = (&written.scope, &asked.scope)
        && wanted.split(' ').any(|scope| !given.split(' ').any(|one| one == scope))
    {
        return Err(malformed("scopes"));
    }
    Ok(Registered { client_id: id, secret, secret_ends_at: ends_at, management: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(auth_methods: Vec<AuthMethod>) -> Registration {
        Registration {
            client_name: "Drawbridge".to_owned(),
            redirect_uris: vec!["http://127.0.0.1/callback".to_owned(), crate::DEEP_LINK_REDIRECT.to_owned()],
            grant_types: vec!["authorization_code".to_owned()],
            scope: Some("openid email".to_owned()),
            auth_methods,
        }
    }

    fn read_text(text: &str, methods: &[AuthMethod]) -> Result<Registered, Error> {
        let serde_json::Value::Object(object) = serde_json::from_str(text).expect("JSON") else { panic!("an object") };
        read(object, &asked(methods.to_vec()), Timestamp::from_millis(1_000_000))
    }

    #[test]
    fn what_is_sent_is_a_native_client_by_the_words_of_the_standard() {
        let registration = asked(vec![AuthMethod::None, AuthMethod::Basic]);
        let sent = Sent {
            registration: &registration,
            response_types: ["code"],
            application_type: "native",
            token_endpoint_auth_method: AuthMethod::None,
        };
        assert_eq!(
            serde_json::to_value(&sent).expect("JSON"),
            serde_json::json!({
                "client_name": "Drawbridge",
                "redirect_uris": ["http://127.0.0.1/callback", "dev.drawbridge.desktop:/oauth/callback"],
                "grant_types": ["authorization_code"],
                "scope": "openid email",
                "response_types": ["code"],
                "application_type": "native",
                "token_endpoint_auth_method": "none",
            })
        );
    }

    #[test]
    fn a_registration_is_taken_as_it_was_asked_for() {
        let both = [AuthMethod::None, AuthMethod::Basic];
        let plain = read_text(r#"{"client_id":"one"}"#, &both).expect("read");
        assert!(plain.client_id == "one" && plain.secret.is_none() && plain.secret_ends_at.is_none());
        let needless = read_text(r#"{"client_id":"one","client_secret":"canary","client_secret_expires_at":0}"#, &both);
        assert!(needless.expect("read").secret.is_none(), "a secret of no use is not kept");
        let secret = read_text(
            r#"{"client_id":"one","client_secret":"canary","client_secret_expires_at":2000,
                "token_endpoint_auth_method":"client_secret_basic","scope":"email openid more",
                "redirect_uris":["dev.drawbridge.desktop:/oauth/callback","http://127.0.0.1/callback"]}"#,
            &both,
        )
        .expect("read");
        assert!(secret.secret.as_ref().is_some_and(|secret| secret.same_as("canary")));
        assert_eq!(secret.secret_ends_at, Some(Timestamp::from_millis(2_000_000)));
        assert!(!format!("{secret:?}").contains("canary"));
    }

    #[test]
    fn a_registration_that_is_another_one_is_refused() {
        for bad in [
            "{}",
            r#"{"client_id":7}"#,
            r#"{"client_id":""}"#,
            r#"{"client_id":"a b"}"#,
            r#"{"client_id":"one","token_endpoint_auth_method":"client_secret_post","client_secret":"s"}"#,
            r#"{"client_id":"one","token_endpoint_auth_method":"private_key_jwt"}"#,
            r#"{"client_id":"one","token_endpoint_auth_method":"client_secret_basic"}"#,
            r#"{"client_id":"one","token_endpoint_auth_method":"client_secret_basic","client_secret":"a\nb"}"#,
            r#"{"client_id":"one","token_endpoint_auth_method":"client_secret_basic","client_secret":"s",
                "client_secret_expires_at":999}"#,
            r#"{"client_id":"one","redirect_uris":[]}"#,
            r#"{"client_id":"one","redirect_uris":["http://127.0.0.1/callback","https://evil.example/"]}"#,
            r#"{"client_id":"one","scope":"openid"}"#,
        ] {
            let read = read_text(bad, &[AuthMethod::None, AuthMethod::Basic]);
            assert!(matches!(read, Err(Error::Malformed { .. })), "{bad}: {read:?}");
        }
    }

    #[test]
    fn it_is_looked_after_only_where_a_token_may_travel() {
        let from = |text: &str| {
            let serde_json::Value::Object(object) = serde_json::from_str(text).expect("JSON") else { panic!("object") };
            management(&object)
        };
        let good = r#"{"registration_client_uri":"https://host/reg/1","registration_access_token":"canary"}"#;
        assert!(from(good).is_some_and(|management| management.url.path() == "/reg/1"));
        for bad in [
            r#"{"registration_client_uri":"https://host/reg/1"}"#,
            r#"{"registration_access_token":"canary"}"#,
            r#"{"registration_client_uri":"http://host/reg/1","registration_access_token":"canary"}"#,
            r#"{"registration_client_uri":"https://u:p@host/reg/1","registration_access_token":"canary"}"#,
            r#"{"registration_client_uri":"https://host/reg/1","registration_access_token":"a b"}"#,
        ] {
            assert!(from(bad).is_none(), "{bad}");
        }
    }
}
