//! The address a person's browser is sent to, with PKCE and a fresh `state`.
//!
//! Not here: opening it, and keeping what must be kept until the answer comes.

use crate::{Endpoints, Error};
use drawbridge_domain::{Random, SafeUrl, SecretString};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};

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
    let redirect =
        RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Error::Malformed { what: "redirect address" })?;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.expose().clone()));
    let client = oauth2::basic::BasicClient::new(ClientId::new(client_id.to_owned()))
        .set_auth_uri(AuthUrl::from_url(endpoints.authorize.clone()))
        .set_redirect_uri(redirect);
    let mut request = client
        .authorize_url(|| CsrfToken::new(state.expose().clone()))
        .set_pkce_challenge(challenge)
        .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())));
    for (name, value) in extra {
        request = request.add_extra_param(*name, *value);
    }
    let (url, _) = request.url();
    Ok(Authorization { url: SafeUrl::new(url), state, verifier })
}

/// 256 random bits as 43 characters that need no escaping anywhere.
fn random_text(random: &dyn Random) -> SecretString {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let mut bytes = drawbridge_domain::SecretBytes::new(vec![0; 32]).expose().clone();
    random.fill(&mut bytes);
    SecretString::new(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
