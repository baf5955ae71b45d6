//! The address a person's browser is sent to, with PKCE and a fresh `state`.
//!
//! Not here: opening it, and keeping what must be kept until the answer comes.

use crate::{Endpoints, Error, endpoints};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use drawbridge_domain::{Random, SafeUrl, SecretString};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use zeroize::Zeroizing;

/// One authorisation request: what is opened, and what its answer is checked with.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// The page to open.
    pub url: SafeUrl,
    /// Comes back with the answer; single use.
    pub state: SecretString,
    /// Proves at the exchange that the answer is ours (RFC 7636).
    pub verifier: SecretString,
}

/// Makes an authorisation request for a code. `extra` are the host's own parameters.
pub fn authorize(
    endpoints: &Endpoints,
    client_id: &str,
    redirect_uri: &str,
    scopes: &[&str],
    extra: &[(&str, &str)],
    random: &dyn Random,
) -> Result<Authorization, Error> {
    let state = random_text(random);
    let verifier = random_text(random);
    // It is opened in a browser: nothing but a web address may be, whatever a definition says.
    if !endpoints::is_web_address(&endpoints.authorize) {
        return Err(Error::Input { what: "authorisation address" });
    }
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Error::Input { what: "redirect address" })?;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.expose().clone()));
    let client = oauth2::basic::BasicClient::new(ClientId::new(client_id.to_owned()))
        .set_auth_uri(AuthUrl::from_url(endpoints.authorize.clone()))
        .set_redirect_uri(redirect);
    let dialect = &endpoints.dialect;
    let mut request = client.authorize_url(|| CsrfToken::new(state.expose().clone()));
    if dialect.pkce {
        request = request.set_pkce_challenge(challenge);
    }
    let joined = scopes.join(&dialect.scope_separator.to_string());
    if dialect.scope_separator == ' ' && dialect.scope_parameter == "scope" {
        request = request.add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())));
    } else if !joined.is_empty() {
        request = request.add_extra_param(&dialect.scope_parameter, joined);
    }
    for (name, value) in extra {
        request = request.add_extra_param(*name, *value);
    }
    let (url, _) = request.url();
    Ok(Authorization { url: SafeUrl::new(url), state, verifier })
}

/// 256 random bits as 43 characters that need no escaping anywhere (RFC 7636 §4.1).
fn random_text(random: &dyn Random) -> SecretString {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    random.fill(&mut bytes[..]);
    SecretString::new(BASE64_URL_SAFE_NO_PAD.encode(&bytes[..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::SystemRandom;
    use sha2::{Digest as _, Sha256};
    use std::collections::HashMap;
    use url::Url;

    fn endpoints(authorize: &str) -> Endpoints {
        Endpoints::plain(Url::parse(authorize).expect("valid"), Url::parse("https://host/token").expect("valid"))
    }

    fn ask(authorize_at: &str) -> Result<Authorization, Error> {
        let redirect = crate::DEEP_LINK_REDIRECT;
        let extra = [("prompt", "select_account")];
        authorize(&endpoints(authorize_at), "client", redirect, &["repo", "read:org"], &extra, &SystemRandom)
    }

    #[test]
    fn the_address_holds_what_the_protocol_wants_and_not_the_verifier() {
        let request = ask("https://host/authorize?tenant=7").expect("valid");
        let url = request.url.expose();
        let pairs: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(request.verifier.expose()));
        for (name, value) in [
            ("tenant", "7"),
            ("response_type", "code"),
            ("client_id", "client"),
            ("redirect_uri", "dev.drawbridge.desktop:/oauth/callback"),
            ("scope", "repo read:org"),
            ("state", request.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("prompt", "select_account"),
        ] {
            assert_eq!(pairs.get(name).map(String::as_str), Some(value), "{name}");
        }
        assert!(!url.as_str().contains(request.verifier.expose()), "the verifier stays here until the exchange");
    }

    #[test]
    fn a_dialect_joins_scopes_its_way_and_may_leave_pkce_out() {
        let mut endpoints = endpoints("https://host/authorize");
        endpoints.dialect.pkce = false;
        endpoints.dialect.scope_separator = ',';
        endpoints.dialect.scope_parameter = "user_scope".to_owned();
        let request = authorize(&endpoints, "client", crate::DEEP_LINK_REDIRECT, &["a:read", "b"], &[], &SystemRandom)
            .expect("valid");
        let pairs: HashMap<String, String> = request.url.expose().query_pairs().into_owned().collect();
        assert_eq!(pairs.get("user_scope").map(String::as_str), Some("a:read,b"));
        assert!(!pairs.contains_key("scope") && !pairs.keys().any(|name| name.starts_with("code_challenge")));
    }

    #[test]
    fn the_address_is_written_in_its_one_encoded_form() {
        // Whoever opens it passes it on through other programs, some of which mend what looks raw.
        let extra = [("login hint", "Ann \"the\" O'Brien <a+b@x.example>|^`{}\\é"), ("prompt", "login consent")];
        let at = "https://host/author ize/\"here\"?tenant=a b\"c";
        let scopes = ["read me", "files:\"mine\""];
        let request = authorize(&endpoints(at), "cli ent\"", crate::DEEP_LINK_REDIRECT, &scopes, &extra, &SystemRandom)
            .expect("valid");
        let text = request.url.expose().as_str();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?&=%+*".contains(c);
        assert!(text.chars().all(plain), "{text}");
        for part in text.split('%').skip(1) {
            let digits = part.get(..2).is_some_and(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(digits, "{part} is escaped by halves: {text}");
        }
        assert_eq!(Url::parse(text).expect("an address").as_str(), text, "reading it anew changes nothing");
        let pairs: HashMap<String, String> = Url::parse(text).expect("an address").query_pairs().into_owned().collect();
        assert_eq!(pairs.get("login hint").map(String::as_str), Some(extra[0].1), "and nothing is lost");
        assert_eq!(pairs.get("scope").map(String::as_str), Some("read me files:\"mine\""));
        assert_eq!(pairs.get("client_id").map(String::as_str), Some("cli ent\""));
    }

    #[test]
    fn every_request_has_its_own_256_bits() {
        let (one, two) = (ask("https://host/a").expect("valid"), ask("https://host/a").expect("valid"));
        assert!(!one.state.same_as(two.state.expose()) && !one.verifier.same_as(two.verifier.expose()));
        for secret in [&one.state, &one.verifier] {
            assert_eq!(secret.expose().len(), 43, "32 bytes in base64 without padding");
            assert!(secret.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        }
        assert!(!one.state.same_as(one.verifier.expose()), "knowing the state must not mean knowing the verifier");
    }

    #[test]
    fn only_a_web_address_is_ever_opened() {
        for address in ["http://host/authorize", "file:///etc/passwd", "javascript:alert(1)", "smb://host/share"] {
            assert!(matches!(ask(address), Err(Error::Input { .. })), "{address} must not be opened");
        }
        ask("http://127.0.0.1:4411/authorize").expect("a practice host on this computer");
    }
}
