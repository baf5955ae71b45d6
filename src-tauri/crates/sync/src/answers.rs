//! What a person says about repositories that a listing does not show: that they are gone, or that they
//! stay in the list; and one that a person asks for by name although no listing brought it.
//!
//! Not here: whether they are missing, and the removal itself: also what a person says is gone is removed only
//! when its host confirms it.

use crate::SyncError;
use drawbridge_domain::{AccountId, ForgeRepository, HostId, RepositoryId, Timestamp};
use drawbridge_store::{Missing, Shown, Store};

/// Notes the answer about all that an account's listing does not show and a person is asked about. How many
/// that were.
pub async fn answer(store: &Store, account: &AccountId, gone: bool) -> Result<u64, SyncError> {
    let answer = if gone { Missing::SaidGone } else { Missing::Kept };
    let mut write = store.write().await.map_err(SyncError::Store)?;
    let answered = write.answer_missing(account, answer).await.map_err(SyncError::Store)?;
    write.commit().await.map_err(SyncError::Store)?;
    Ok(answered)
}

/// Brings a removed repository back into the list, to stay there until a listing shows it again. False if it
/// was not removed, or too long ago.
pub async fn bring_back(store: &Store, repository: RepositoryId) -> Result<bool, SyncError> {
    let mut write = store.write().await.map_err(SyncError::Store)?;
    let kept = write.keep_removed(repository).await.map_err(SyncError::Store)?;
    write.commit().await.map_err(SyncError::Store)?;
    Ok(kept > 0)
}

/// Adds a repository that an account's listing did not bring, as its host described it when it was asked for
/// by name. Nothing leaves by that. None if the account is no more.
pub async fn import(
    store: &Store,
    host: &HostId,
    account: &AccountId,
    found: ForgeRepository,
    now: Timestamp,
) -> Result<Option<RepositoryId>, SyncError> {
    let mut write = store.write().await.map_err(SyncError::Store)?;
    if write.account(account).await.map_err(SyncError::Store)?.is_none() {
        return Ok(None);
    }
    let reached = write.reached(account).await.map_err(SyncError::Store)?;
    let listed = reached.iter().any(|known| known.forge_id == found.forge_id && known.missing.is_none());
    let shown = if listed { Shown::Listed } else { Shown::ByName };
    let found = [found];
    write.put_repositories(host, account, &found, shown, now).await.map_err(SyncError::Store)?;
    let forge_id = found[0].forge_id.as_str();
    let known = write.repositories_known(host, &[forge_id]).await.map_err(SyncError::Store)?;
    write.commit().await.map_err(SyncError::Store)?;
    Ok(known.get(forge_id).copied())
}
