//! What hosts say of themselves: asked when a sign-in needs it, kept, and asked again when it is a
//! day old or an address in it is gone.
//!
//! A newer description that can't be had or can't be used leaves the one before in its place. Not
//! here: reading one (`oauth`), and which of its facts count (`providers`).

use crate::{Answer, Keeper, clients::Target, open::Open, words};
use drawbridge_domain::Timestamp;
use drawbridge_oauth::{Error, Metadata};
use drawbridge_store::HostRow;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Asked again at the next sign-in after so long.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// A description as it is kept.
#[derive(Serialize, Deserialize)]
struct Described {
    /// When the host was asked; nothing counts as long ago.
    #[serde(default)]
    asked_at: Option<Timestamp>,
    #[serde(flatten)]
    metadata: Metadata,
}

fn read(host: &HostRow) -> Option<Described> {
    host.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// What a host says of itself, as it was asked last.
pub(crate) fn metadata_of(host: &HostRow) -> Option<Metadata> {
    read(host).map(|described| described.metadata)
}

/// Whether a failure says that there is nothing at an address any more.
fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Refused { error, .. } if error == "http_404" || error == "http_410")
}

impl Keeper {
    /// What the host says of itself, where the definition leaves something to it. `host` is its row,
    /// if it has one already.
    pub(crate) async fn described(
        &self,
        open: &Open,
        target: &Target,
        host: Option<&HostRow>,
    ) -> Answer<Option<Metadata>> {
        let wants = target.provider.definition.oauth.as_ref().is_some_and(|oauth| oauth.discovery);
        let known = host.and_then(read);
        let now = self.parts.clock.now();
        let fresh = |at: Timestamp| at <= now && now.since(at) < FRESH;
        if let Some(issuer) = target.provider.definition.oauth.as_ref().and_then(|oauth| oauth.issuer.as_deref()) {
            self.sole_bearer(open, target, issuer).await?;
        }
        if !wants || known.as_ref().is_some_and(|known| known.asked_at.is_some_and(fresh)) {
            let Some(Described { metadata, .. }) = known else { return Ok(None) };
            self.sole_bearer(open, target, &metadata.issuer).await?;
            return Ok(Some(metadata));
        }
        let label = target.host.label();
        let found = match (drawbridge_oauth::discover(&self.http, &target.host).await, known) {
            (Ok(Some(found)), _) => found,
            (asked, Some(known)) => {
                tracing::info!(host = label, answered = asked.is_ok(), "the description from before is used");
                self.sole_bearer(open, target, &known.metadata.issuer).await?;
                return Ok(Some(known.metadata));
            }
            (asked, None) => return asked.map_err(|error| words::oauth(&error, label)),
        };
        // A server that does not check S256 would let a stolen code be used (RFC 9700 §2.1.1). What is
        // known of a provider counts where its host says nothing; of any server nothing is known.
        let known_otherwise = target.provider.definition.oauth.as_ref().is_some_and(|oauth| oauth.authorize.is_some());
        if found.pkce == Some(false) || found.pkce.is_none() && !known_otherwise {
            return Err(words::no_pkce(label));
        }
        // Before it is kept: what is refused must not stand in the way of what was there first.
        self.sole_bearer(open, target, &found.issuer).await?;
        if let Some(host) = host {
            self.keep_description(open, host, &found).await?;
        }
        Ok(Some(found))
    }

    /// Refuses a host that names itself as another one does that has a client or an account here: who
    /// an answer comes from could not be told any more (RFC 9207 §4).
    async fn sole_bearer(&self, open: &Open, target: &Target, issuer: &str) -> Answer<()> {
        let catalog = self.catalog();
        let mut session = open.store.read().await.map_err(words::store)?;
        let (hosts, clients) =
            (session.hosts().await.map_err(words::store)?, session.clients().await.map_err(words::store)?);
        let accounts = session.accounts().await.map_err(words::store)?;
        drop(session);
        for other in hosts {
            let provider = catalog.find(&other.provider);
            let oauth = provider.and_then(|provider| provider.definition.oauth.as_ref());
            let named = oauth.and_then(|oauth| oauth.issuer.clone());
            let same = named.or_else(|| read(&other).map(|known| known.metadata.issuer)).is_some_and(|it| it == issuer);
            let itself = other.provider == target.provider.id && other.base_url == target.host;
            let used = clients.iter().any(|client| client.host == other.id)
                || accounts.iter().any(|account| account.host == other.id);
            if same && used && !itself {
                let name = provider.map_or(other.provider.as_str(), |provider| provider.definition.name.as_str());
                return Err(words::one_issuer(target.host.label(), other.base_url.label(), name));
            }
        }
        Ok(())
    }

    /// After a failure: where an address is gone that the host itself had named, asks it anew where
    /// that is now, for the next time.
    pub(crate) async fn look_again(&self, open: &Open, host: &HostRow, error: &Error) {
        if host.metadata.is_none() || !is_gone(error) {
            return;
        }
        if let Ok(Some(found)) = drawbridge_oauth::discover(&self.http, &host.base_url).await
            && found.pkce != Some(false)
            && let Err(problem) = self.keep_description(open, host, &found).await
        {
            tracing::warn!(code = ?problem.code, "a newer description could not be kept");
        }
    }

    async fn keep_description(&self, open: &Open, host: &HostRow, found: &Metadata) -> Answer<()> {
        let host = HostRow { metadata: Some(self.description_text(found)?), ..host.clone() };
        let mut write = open.store.write().await.map_err(words::store)?;
        write.put_host(&host).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)
    }

    /// A description that was asked for just now, as it is kept.
    pub(crate) fn description_text(&self, found: &Metadata) -> Answer<String> {
        let described = Described { asked_at: Some(self.parts.clock.now()), metadata: found.clone() };
        serde_json::to_string(&described).map_err(|error| words::internal("keeping a description", &error))
    }
}
