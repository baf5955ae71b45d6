//! What a server says of itself: RFC 8414, and OpenID Connect Discovery 1.0 where that is all there is.
//!
//! Not here: what a definition says already; that is never overwritten by this.

use crate::{AuthMethod, Error, endpoints::is_web_address};
use drawbridge_domain::BaseUrl;
use drawbridge_http::{Client, Request};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// A description is a few kilobytes.
const MAX_BYTES: usize = 256 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);
const UNREADABLE: Error = Error::Malformed { what: "server's description" };

/// What a server says of itself. Every address is `https`, or of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who it is; the address it was asked at (RFC 8414 §3.3).
    pub issuer: String,
    /// RFC 6749 §3.1.
    pub authorize: Option<Url>,
    /// RFC 6749 §3.2.
    pub token: Option<Url>,
    /// RFC 8628 §3.1.
    pub device: Option<Url>,
    /// RFC 7009 §2.
    pub revoke: Option<Url>,
    /// OpenID Connect Core §5.3.
    pub userinfo: Option<Url>,
    /// RFC 7591 §3.
    pub register: Option<Url>,
    /// The scopes it names.
    pub scopes: Vec<String>,
    /// Whether it names `S256` (RFC 7636); nothing if it names no methods.
    pub pkce: Option<bool>,
    /// How clients may say who they are, of the ways known here; nothing if it does not say.
    #[serde(default)]
    pub auth_methods: Option<Vec<AuthMethod>>,
    /// The grant types it names (RFC 7591 §2); nothing if it does not say.
    #[serde(default)]
    pub grants: Option<Vec<String>>,
    /// Whether its answers name it (RFC 9207 §3).
    #[serde(default)]
    pub iss_in_answers: bool,
}

/// As it is written (RFC 8414 §2, OpenID Connect Discovery §3).
#[derive(Deserialize)]
struct Written {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    device_authorization_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    userinfo_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    grant_types_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Asks a server what it says of itself; `None` if it says nothing.
pub async fn discover(http: &Client, host: &BaseUrl) -> Result<Option<Metadata>, Error> {
    let mut unreadable = false;
    for address in addresses(host) {
        let request = Request::get(address).header("accept", "application/json").max_bytes(MAX_BYTES).timeout(PATIENCE);
        let answer = http.send(request).await.map_err(Error::from_http)?;
        match answer.status {
            200 => {}
            500.. | 429 => return Err(Error::Unwell { status: answer.status, wait: answer.retry_after() }),
            _ => continue,
        }
        let Ok(written) = serde_json::from_slice::<Written>(&answer.body) else {
            // Many servers answer every address with a page for people.
            unreadable |= answer.body.trim_ascii_start().starts_with(b"{");
            continue;
        };
        return read(written, host).map(Some);
    }
    if unreadable { Err(UNREADABLE) } else { Ok(None) }
}

/// Where descriptions are: RFC 8414 §3.1 puts the name before the path, OpenID behind it.
fn addresses(host: &BaseUrl) -> Vec<Url> {
    let url = host.to_url();
    let path = url.path().trim_end_matches('/').to_owned();
    let mut oauth = url.clone();
    oauth.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    vec![oauth, host.join("/.well-known/openid-configuration")]
}

fn read(written: Written, host: &BaseUrl) -> Result<Metadata, Error> {
    // A description that names somebody else is one that somebody else wrote (RFC 8414 §3.3). The
    // address of a host has no slash at its end, and an issuer may have one: it is left out before the
    // well-known part is put in (RFC 8414 §3.1, OpenID Connect Discovery §4), so that for both this is
    // what stands there. Beyond that it is the same character for character, as it is in answers.
    let named = written.issuer.strip_suffix('/').unwrap_or(&written.issuer);
    if named != host.as_str() {
        return Err(Error::IssuerMismatch);
    }
    let address = |text: Option<String>| match text {
        None => Ok(None),
        Some(text) => match Url::parse(&text) {
            Ok(url) if is_web_address(&url) => Ok(Some(url)),
            _ => Err(Error::Malformed { what: "address in the server's description" }),
        },
    };
    let short = |scope: &String| scope.len() <= 200 && scope.chars().all(|c| c.is_ascii_graphic());
    Ok(Metadata {
        authorize: address(written.authorization_endpoint)?,
        token: address(written.token_endpoint)?,
        device: address(written.device_authorization_endpoint)?,
        revoke: address(written.revocation_endpoint)?,
        userinfo: address(written.userinfo_endpoint)?,
        register: address(written.registration_endpoint)?,
        scopes: written.scopes_supported.into_iter().filter(short).take(200).collect(),
        pkce: written.code_challenge_methods_supported.map(|methods| methods.iter().any(|method| method == "S256")),
        auth_methods: written.token_endpoint_auth_methods_supported.map(|all| {
            let known = |name: &String| serde_json::from_value(serde_json::Value::from(name.as_str())).ok();
            all.iter().filter_map(known).take(10).collect()
        }),
        grants: written.grant_types_supported.map(|all| all.into_iter().filter(short).take(50).collect()),
        iss_in_answers: written.authorization_response_iss_parameter_supported,
        issuer: written.issuer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Written {
        serde_json::from_str(text).expect("a description")
    }

    #[test]
    fn the_two_places_are_asked_in_order() {
        let host = BaseUrl::parse("https://sso.example.org/realms/one").expect("valid");
        let asked: Vec<String> = addresses(&host).iter().map(Url::to_string).collect();
        assert_eq!(
            asked,
            [
                "https://sso.example.org/.well-known/oauth-authorization-server/realms/one",
                "https://sso.example.org/realms/one/.well-known/openid-configuration"
            ]
        );
    }

    #[test]
    fn an_issuer_with_a_slash_is_described_where_the_one_without_is() {
        for (typed, issuer) in [
            ("https://sso.example.org", "https://sso.example.org/"),
            ("https://sso.example.org/realms/one", "https://sso.example.org/realms/one/"),
        ] {
            let host = BaseUrl::parse(typed).expect("valid");
            let named = BaseUrl::parse(issuer).expect("valid");
            assert_eq!(addresses(&host), addresses(&named), "what was read is what stands there");
            let found = read(written(&format!(r#"{{"issuer":"{issuer}"}}"#)), &host).expect("read");
            assert_eq!(found.issuer, issuer, "and answers are held against it as it is written");
        }
    }

    #[test]
    fn a_description_of_somebody_else_or_with_open_addresses_is_refused() {
        let host = BaseUrl::parse("https://sso.example.org").expect("valid");
        let good = read(
            written(r#"{"issuer":"https://sso.example.org/","token_endpoint":"https://sso.example.org/t"}"#),
            &host,
        );
        assert_eq!(good.expect("read").token.expect("there").path(), "/t");
        let more = written(
            r#"{"issuer":"https://sso.example.org","grant_types_supported":["refresh_token","a b"],
                "token_endpoint_auth_methods_supported":["private_key_jwt","none","client_secret_post"],
                "authorization_response_iss_parameter_supported":true}"#,
        );
        let more = read(more, &host).expect("read");
        assert_eq!(more.auth_methods, Some(vec![AuthMethod::None, AuthMethod::Body]));
        assert_eq!((more.grants, more.iss_in_answers), (Some(vec!["refresh_token".to_owned()]), true));
        for other in [
            "https://evil.example.org",
            "https://sso.example.org//",
            "https://sso.example.org/.",
            "https://SSO.example.org",
            "https://sso.example.org:443",
            "https://sso.example.org/x",
            "https://sso.example.org?",
            " https://sso.example.org",
            "",
        ] {
            let other = read(written(&format!(r#"{{"issuer":"{other}"}}"#)), &host);
            assert!(matches!(other, Err(Error::IssuerMismatch)), "{other:?}");
        }
        for bad in ["http://sso.example.org/t", "javascript:1", "https://u:p@sso.example.org/t"] {
            let text = format!(r#"{{"issuer":"https://sso.example.org","token_endpoint":"{bad}"}}"#);
            assert!(matches!(read(written(&text), &host), Err(Error::Malformed { .. })), "{bad}");
        }
    }
}
