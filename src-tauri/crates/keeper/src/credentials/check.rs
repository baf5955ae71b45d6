//! Asks the other side whether a credential works.
//!
//! Not here: what is stored afterwards.

use super::{headers, ssh_key, words};
use crate::{Answer, Keeper, Problem};
use drawbridge_domain::{ClientFacts, HostPattern, SecretPlace, SecretString, TypedFacts, WebUrl};
use drawbridge_oauth::{ClientAuth, Error as OauthError, SecretStyle};
use drawbridge_providers::{ForgeError, Presented};

/// Why a check did not say yes.
pub(super) struct CheckFailure {
    /// Whether the other side said no, which is not the same as saying nothing.
    pub(super) refused: bool,
    /// In words.
    pub(super) problem: Problem,
}

impl From<Problem> for CheckFailure {
    fn from(problem: Problem) -> Self {
        Self { refused: false, problem }
    }
}

impl Keeper {
    /// Asks. `false` if there is nobody to ask.
    pub(super) async fn try_credential(
        &self,
        hosts: &[HostPattern],
        facts: &TypedFacts,
        secret: &SecretString,
    ) -> Result<bool, CheckFailure> {
        match facts {
            // Nobody but the key itself can be asked: its hosts may be wildcards, and a sign-in there leaves traces.
            TypedFacts::SshKey(facts) => {
                let same = ssh_key::facts_of(secret)?.fingerprint == facts.fingerprint;
                if same { Ok(true) } else { Err(crate::words::damaged_value().into()) }
            }
            TypedFacts::Headers(facts) => {
                let Some(url) = may_ask(hosts, facts.check_url.as_ref())? else { return Ok(false) };
                let headers = headers::read(secret)?;
                self.present(url, Presented::Headers(&headers)).await
            }
            TypedFacts::Basic(facts) => {
                let Some(url) = may_ask(hosts, facts.check_url.as_ref())? else { return Ok(false) };
                self.present(url, Presented::Basic(&facts.user, secret)).await
            }
            TypedFacts::ClientCredentials(client) => self.issue(client, secret).await,
        }
    }

    async fn present(&self, url: &WebUrl, presented: Presented<'_>) -> Result<bool, CheckFailure> {
        let asked = drawbridge_providers::probe(&self.http, url.url(), presented).await;
        asked.map(|()| true).map_err(|error| CheckFailure {
            refused: matches!(error, ForgeError::Unauthorized | ForgeError::Forbidden),
            problem: words::probed(&error, &url.label()),
        })
    }

    /// Asks for access as the client itself. What is issued is dropped at once: who needs some asks again.
    async fn issue(&self, client: &ClientFacts, secret: &SecretString) -> Result<bool, CheckFailure> {
        let style = match client.secret_in {
            SecretPlace::Header => SecretStyle::Basic,
            SecretPlace::Body => SecretStyle::Body,
        };
        let auth = ClientAuth { id: &client.client_id, secret: Some(secret), style };
        let endpoint = &client.token_endpoint;
        let issued = drawbridge_oauth::client_credentials(&self.http, endpoint.url(), auth, &client.scopes).await;
        issued.map(|_| true).map_err(|error| CheckFailure {
            refused: matches!(&error, OauthError::Refused { error, .. } if words::is_of_the_client(error)),
            problem: words::asked(&error, &endpoint.label()),
        })
    }
}

/// The address to ask, if it is one that the credential may go to.
fn may_ask<'u>(hosts: &[HostPattern], url: Option<&'u WebUrl>) -> Answer<Option<&'u WebUrl>> {
    match url {
        Some(url) if !hosts.iter().any(|host| host.applies_to(url.url())) => Err(words::check_elsewhere()),
        url => Ok(url),
    }
}
