//! What listings no longer show: the question before much is removed, what was removed, and bringing it back.
//!
//! Not here: how it is found out and confirmed (`sync`), and why a repository was never listed.

use crate::{
    Answer, Keeper,
    dto::{List, RemovalAnswer, RemovalQuestion, RemovedQuery, RemovedRepository, Repository, SyncStatus, Tag},
    repositories::row,
    syncing::{grouped, sync_broke},
    words,
};
use drawbridge_domain::{AccountId, Health, RepositoryId};
use drawbridge_store::{AccountRow, RemovedRow, Session};
use drawbridge_sync::KEPT_FOR;
use std::sync::Arc;

const LIMIT_DEFAULT: u32 = 100;
const LIMIT_MAX: u32 = 500;

/// The accounts with their hosts' labels.
pub(crate) async fn accounts(session: &mut Session) -> Answer<Vec<(AccountRow, String)>> {
    let mut all = Vec::new();
    for account in session.accounts().await.map_err(words::store)? {
        let host = session.host(&account.host).await.map_err(words::store)?;
        all.push((account, host.map_or_else(String::new, |host| host.base_url.label().to_owned())));
    }
    Ok(all)
}

pub(crate) fn removed(row: RemovedRow, accounts: &[(AccountRow, String)]) -> RemovedRepository {
    let of = accounts.iter().find(|(account, _)| account.id == row.account);
    let (login, host_label) =
        of.map_or_else(Default::default, |(account, host)| (account.identity.login.clone(), host.clone()));
    RemovedRepository {
        id: row.repository,
        full_name: format!("{}/{}", row.owner, row.name),
        web_url: row.web_url,
        account: row.account,
        why: words::removed_because(&login, &host_label),
        login,
        host_label,
        removed_at: row.gone_at,
        forgotten_at: row.gone_at.plus(KEPT_FOR),
        listed: row.listed,
    }
}

impl Keeper {
    /// What a person is asked before it is removed, the oldest question first.
    pub async fn removal_questions(&self) -> Answer<Vec<RemovalQuestion>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let asked = session.asked_about().await.map_err(words::store)?;
        let accounts = accounts(&mut session).await?;
        let question = |row: drawbridge_store::AskedRow| {
            let (account, host) = accounts.iter().find(|(account, _)| account.id == row.account)?;
            let login = account.identity.login.clone();
            Some(RemovalQuestion {
                sentence: words::removal_question(&login, host, &grouped(row.missing), &grouped(row.of)),
                account: row.account,
                login,
                host_label: host.clone(),
                since: row.since,
                missing: row.missing,
                of: row.of,
            })
        };
        Ok(asked.into_iter().filter_map(question).collect())
    }

    /// Answers the question about an account, and starts its sync.
    pub async fn removal_answer(self: &Arc<Self>, account: AccountId, answer: RemovalAnswer) -> Answer<SyncStatus> {
        let open = self.opened().await?;
        let gone = answer == RemovalAnswer::Gone;
        if drawbridge_sync::answer(&open.store, &account, gone).await.map_err(sync_broke)? == 0 {
            return Err(words::not_asked());
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        let known = write.account(&account).await.map_err(words::store)?;
        if known.is_some_and(|known| known.health == Health::Soon && known.health_cause == "held_back") {
            let now = self.parts.clock.now();
            write.set_health(&account, Health::Working, "", now, None).await.map_err(words::store)?;
        }
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts, Tag::Repositories]);
        self.sync_start(Some(account)).await
    }

    /// What was removed and still can be brought back, newest first.
    pub async fn repository_removed(&self, query: RemovedQuery) -> Answer<List<RemovedRepository>> {
        let open = self.opened().await?;
        let limit = if query.limit == 0 { LIMIT_DEFAULT } else { query.limit.min(LIMIT_MAX) };
        let mut session = open.store.read().await.map_err(words::store)?;
        let (total, rows) = session.removed(None, limit, query.offset).await.map_err(words::store)?;
        let accounts = accounts(&mut session).await?;
        Ok(List { total, rows: rows.into_iter().map(|row| removed(row, &accounts)).collect() })
    }

    /// Brings a removed repository back into the list, marked as missing, until a listing shows it again.
    pub async fn repository_restore(&self, id: RepositoryId) -> Answer<Repository> {
        let open = self.opened().await?;
        if !drawbridge_sync::bring_back(&open.store, id).await.map_err(sync_broke)? {
            return Err(words::not_found("removed repository with that id"));
        }
        open.rebuild_index().await?;
        self.changed(&[Tag::Repositories, Tag::Accounts]);
        let mut session = open.store.read().await.map_err(words::store)?;
        let found = session.repositories(&[id]).await.map_err(words::store)?.pop();
        found.map(row).ok_or_else(|| words::not_found("repository with that id"))
    }
}
