//! Ending access at its host: what is sent, and how the access stands afterwards.
//!
//! Not here: when it is tried (`accounts.rs`, `upkeep.rs`), and the requests (`providers`).

use crate::{Keeper, hosts::metadata_of, open::Open};
use drawbridge_domain::SecretString;
use drawbridge_providers::{Api, Ends, ForgeError, Grant, Revocation};
use drawbridge_store::{NewRevocation, RevocationRow};
use std::time::Duration;

/// What takes longer counts as not done.
pub(crate) const REVOKE_LIMIT: Duration = Duration::from_secs(20);

/// How access stands at its host after a try to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The host ended it, and this with it.
    Ended(Ends),
    /// It had ended before.
    Over,
    /// Trying again changes nothing: the person can end it.
    OnlyByHand,
    /// What is here has ended, and there may be more.
    NotKnown,
    /// The host did not do it yet.
    Later,
}

impl Standing {
    fn of(outcome: &Result<Revocation, ForgeError>, renewable: bool) -> Self {
        match outcome {
            Ok(Revocation::Ended(ends)) => Self::Ended(*ends),
            // Access that works no more says nothing of the grant it can be renewed from.
            Err(ForgeError::Unauthorized) if !renewable => Self::Over,
            // This client may not, or nobody may.
            Ok(Revocation::OnlyByHand)
            | Err(
                ForgeError::Unauthorized
                | ForgeError::Forbidden
                | ForgeError::SignOnFirst { .. }
                | ForgeError::NotApproved { .. }
                | ForgeError::NotFound
                | ForgeError::Gone,
            ) => Self::OnlyByHand,
            Err(
                ForgeError::RateLimited { .. }
                | ForgeError::Server { .. }
                | ForgeError::Unreachable(_)
                | ForgeError::Interposed
                | ForgeError::Malformed { .. },
            ) => Self::Later,
        }
    }

    /// The same where what is here may not be all that was issued.
    pub(crate) fn of_what_is_here(self) -> Self {
        match self {
            Self::Ended(_) | Self::Over => Self::NotKnown,
            other => other,
        }
    }
}

/// One for the person to end: nothing from here could, so nothing of it is kept.
pub(crate) fn by_hand(row: RevocationRow) -> NewRevocation {
    NewRevocation {
        row: RevocationRow { next_try_at: RevocationRow::NEVER, ..row },
        access: SecretString::from(String::new()),
        refresh: None,
        secret: None,
    }
}

impl Keeper {
    /// Ends what there is to end; who waits for it sets a limit. `access_over`: the access token may have ended by its time.
    pub(crate) async fn end(&self, open: &Open, it: &NewRevocation, access_over: bool) -> Standing {
        Standing::of(&self.revoke(open, it, access_over).await, it.refresh.is_some())
    }

    async fn revoke(&self, open: &Open, it: &NewRevocation, access_over: bool) -> Result<Revocation, ForgeError> {
        let unknown = || ForgeError::Malformed { what: "definition" };
        let provider = self.known(&it.row.provider).map_err(|_| unknown())?;
        let mut found = None;
        if let Ok(mut session) = open.store.read().await {
            let host = session.host_at(&it.row.provider, &it.row.base_url).await.ok().flatten();
            found = host.as_ref().and_then(metadata_of);
        }
        let client_id = it.row.client_id.as_deref();
        let api = Api { http: &self.http, base: &it.row.api_url, token: &it.access, user: None, client_id };
        let grant = Grant {
            access: &it.access,
            refresh: it.refresh.as_ref(),
            client: client_id.map(|id| (id, it.secret.as_ref())),
            kept: &it.row.kept,
            access_over,
        };
        provider.revoke(&api, &it.row.base_url, &grant, found.as_ref()).await
    }
}
