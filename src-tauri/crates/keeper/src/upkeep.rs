//! Looking after access unasked: renewals that would end by being idle, and revocations that wait
//! for their host. One task per open vault.
//!
//! What is due after a sleep is done one after the other. Not here: how (`access.rs`, `accounts.rs`).

use crate::{
    Answer, Keeper,
    access::{Wish, waits},
    calendar::keep_alive_at,
    dto::{List, Tag, Unended},
    host_clock,
    open::Open,
    words,
};
use drawbridge_domain::Health;
use drawbridge_providers::{ForgeError, Revocation};
use drawbridge_store::RevocationRow;
use std::{sync::Arc, time::Duration};

const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);
const LOOK_MIN: Duration = Duration::from_secs(60);
/// A credential that seems to be issued later than so far from now was dated by a clock that was wrong.
const AHEAD_MOST: Duration = Duration::from_secs(24 * 60 * 60);
/// Due at once, they start this far apart.
const STAGGER: Duration = Duration::from_secs(2);
const REVOKE_LIMIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_secs(5 * 60);
const PAUSE_MOST: Duration = Duration::from_secs(24 * 60 * 60);
/// A host that does not take a revocation for so long will not.
const TRIES: u32 = 30;

impl Keeper {
    /// Starts looking after a vault that was just opened.
    pub(crate) fn start_upkeep(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            loop {
                let next = keeper.look_after(&work).await.unwrap_or_else(|problem| {
                    tracing::warn!(code = ?problem.code, "connections could not be looked after");
                    LOOK_EVERY
                });
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = work.upkeep_wake.notified() => {}
                    () = tokio::time::sleep(next.clamp(LOOK_MIN, LOOK_EVERY)) => {}
                }
            }
        });
    }

    /// Does what is due; says how long until the next look.
    async fn look_after(&self, open: &Open) -> Answer<Duration> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let facts = session.credential_facts().await.map_err(words::store)?;
        let revocations = session.revocations().await.map_err(words::store)?;
        drop(session);
        let catalog = self.catalog();
        let mut next = LOOK_EVERY;
        for account in accounts.iter().filter(|account| account.health != Health::NeedsYou) {
            let Some(facts) = facts.iter().find(|facts| facts.account == account.id) else { continue };
            let Some(host) = hosts.iter().find(|host| host.id == account.host) else { continue };
            let oauth = catalog.find(&host.provider).and_then(|provider| provider.definition.oauth.as_ref());
            let Some(at) = keep_alive_at(facts, oauth.and_then(|oauth| oauth.life.refresh_idle)) else { continue };
            let now = self.parts.clock.now();
            // Issued in what is still to come: a clock was put back, and nothing can be said of its age.
            let ahead = facts.issued_at.since(host_clock::by_theirs(host, now)) > AHEAD_MOST;
            let at = if ahead { now } else { host_clock::by_ours(host, at) };
            let at = at.max(facts.retry_at.filter(|retry| waits(*retry, now)).unwrap_or(now));
            if at > now {
                next = next.min(at.since(now));
                continue;
            }
            // What comes of it is noted with the account.
            let tries = open.refresh_turn(&account.id).tries();
            let _ = self.access_as(open, &account.id, Wish::Asked(tries)).await;
            next = LOOK_MIN;
            if pause(open).await {
                return Ok(LOOK_EVERY);
            }
        }
        for row in revocations.into_iter().filter(|row| !row.given_up()) {
            let now = self.parts.clock.now();
            if row.next_try_at > now {
                next = next.min(row.next_try_at.since(now));
                continue;
            }
            self.try_revocation(open, &row).await?;
            next = LOOK_MIN;
            if pause(open).await {
                return Ok(LOOK_EVERY);
            }
        }
        Ok(next)
    }

    /// Tries one that waits. It leaves the list when it is done; one that never will be stays, for the
    /// person to end it at the host.
    async fn try_revocation(&self, open: &Open, row: &RevocationRow) -> Answer<()> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let Some(kept) = session.revocation(&row.id).await.map_err(words::store)? else { return Ok(()) };
        drop(session);
        let sent = self.revoke(open, &kept);
        let outcome = tokio::time::timeout(REVOKE_LIMIT, sent).await;
        let mut write = open.store.write().await.map_err(words::store)?;
        match outcome {
            // Ended, or it had ended already: a refresh token beside it would have been tried first.
            Ok(Ok(Revocation::Ended(_)) | Err(ForgeError::Unauthorized)) => {
                write.remove_revocation(&row.id).await.map_err(words::store)?;
            }
            // This client may not, or nobody may: trying again changes neither.
            Ok(Ok(Revocation::OnlyByHand) | Err(ForgeError::Forbidden | ForgeError::NotFound)) => {
                write.put_off_revocation(&row.id, RevocationRow::NEVER).await.map_err(words::store)?;
            }
            Ok(Err(_)) | Err(_) if row.tries + 1 >= TRIES => {
                write.put_off_revocation(&row.id, RevocationRow::NEVER).await.map_err(words::store)?;
            }
            Ok(Err(_)) | Err(_) => {
                let wait = (PAUSE * 2_u32.pow(row.tries.min(9))).min(PAUSE_MOST);
                write.put_off_revocation(&row.id, self.parts.clock.now().plus(wait)).await.map_err(words::store)?;
            }
        }
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts]);
        Ok(())
    }
}

impl Keeper {
    /// Access that was removed here and has not ended at its host yet, as far as is known.
    pub async fn unended_list(&self) -> Answer<List<Unended>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.revocations().await.map_err(words::store)?;
        Ok(List::whole(rows.into_iter().map(|row| self.unended(row)).collect()))
    }

    /// One of them in words.
    pub(crate) fn unended(&self, row: RevocationRow) -> Unended {
        let catalog = self.catalog();
        let provider = catalog.find(&row.provider);
        let page = provider.and_then(|provider| {
            let pages = &provider.definition.pages;
            let page = if row.client_id.is_some() { &pages.revoke } else { &pages.tokens };
            provider.page(&row.base_url, page.as_deref(), row.client_id.as_deref())
        });
        Unended {
            sentence: if row.replaced {
                words::unended_replaced(row.base_url.label(), page.is_some())
            } else {
                words::unended(row.base_url.label(), row.given_up(), page.is_some())
            },
            next_try_at: Some(row.next_try_at).filter(|_| !row.given_up()),
            host_label: row.base_url.label().to_owned(),
            id: row.id,
            provider: row.provider,
            host: row.base_url,
            login: row.login,
            removed_at: row.asked_at,
            page,
        }
    }

    /// Forgets one of them: the person has seen to it. What could still end it is gone then.
    pub async fn unended_forget(&self, id: &str) -> Answer<()> {
        let open = self.opened().await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let found = write.remove_revocation(id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if !found {
            return Err(words::not_found("access with that id that still has to end"));
        }
        self.changed(&[Tag::Accounts]);
        Ok(())
    }
}

/// Waits between two; true if the vault is locked meanwhile.
async fn pause(open: &Open) -> bool {
    tokio::select! {
        () = open.cancel.cancelled() => true,
        () = tokio::time::sleep(STAGGER) => false,
    }
}
