//! What is there only while the vault is open: the store, the search index, and every background
//! task. Dropping out of this is what "lock" means.
//!
//! Not here: when it is opened or closed.

use crate::{
    Answer, Problem,
    dto::{DisconnectAll, SyncProgress},
    words,
};
use drawbridge_domain::{AccountId, RepositoryId, SignInId, Timestamp};
use drawbridge_search::{Builder, Document, Index, Query};
use drawbridge_store::Store;
use drawbridge_vault::OpenVault;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError, RwLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How many accounts are synced at once.
const SYNCS_AT_ONCE: usize = 4;

/// A sync that runs or waits for its turn.
#[derive(Clone)]
pub(crate) struct Running {
    pub progress: watch::Receiver<SyncProgress>,
    /// Set once, when it has ended.
    pub done: watch::Receiver<Option<Result<crate::dto::SyncRun, Problem>>>,
    pub cancel: CancellationToken,
}

/// Makes refreshes of one account take turns, and counts those that were tried.
#[derive(Default)]
pub(crate) struct Turn {
    pub one: Arc<tokio::sync::Mutex<()>>,
    tried: AtomicU64,
    /// Why the last one failed, if it did.
    failed: Mutex<Option<Problem>>,
}

impl Turn {
    /// How many were tried so far.
    pub(crate) fn tries(&self) -> u64 {
        self.tried.load(Ordering::Relaxed)
    }

    /// Notes one that was tried.
    pub(crate) fn note(&self, failed: Option<Problem>) {
        Open::with(&self.failed, |last| *last = failed);
        self.tried.fetch_add(1, Ordering::Relaxed);
    }

    /// Why the last one failed, if it did.
    pub(crate) fn failure(&self) -> Option<Problem> {
        Open::with(&self.failed, |last| last.clone())
    }
}

/// The top of the whole list, newest push first.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Top {
    /// The inventory it was made of, by how often that was changed.
    changes: u64,
    /// How many repositories there are.
    pub total: u32,
    /// The first of them.
    pub ids: Vec<RepositoryId>,
}

/// The setting that holds it.
const TOP: &str = "list_top";
/// As many as two pages of the window's list.
const TOP_ROWS: u32 = 400;

pub(crate) struct Open {
    /// Itself, for tasks that outlive who began them.
    pub me: Weak<Self>,
    pub store: Store,
    /// Its keys are wiped when the last that works with it lets go.
    pub vault: Arc<OpenVault>,
    /// None until it was built for the first time.
    index: RwLock<Option<Arc<Index>>>,
    /// The top of the list as it was built last, to be shown until the index is.
    top: RwLock<Option<Top>>,
    /// One build at a time, so that an older one never takes a newer one's place.
    building: tokio::sync::Mutex<()>,
    /// Builds that were asked for, and how many of these the last one answered.
    builds: (AtomicU64, AtomicU64),
    /// Cancelled by lock and quit. Every task below watches it; one that has sent what can't be taken back
    /// is waited for instead.
    pub cancel: CancellationToken,
    pub tasks: TaskTracker,
    pub syncs: Mutex<HashMap<AccountId, Running>>,
    /// Accounts that are being disconnected: none of them is synced.
    leaving: Mutex<HashSet<AccountId>>,
    pub turns: Arc<Semaphore>,
    /// One refresh at a time per account.
    pub refreshing: Mutex<HashMap<AccountId, Arc<Turn>>>,
    /// Wakes the scheduler when accounts or settings change.
    pub wake: Notify,
    /// One long piece of work on the whole vault at a time.
    pub chore: tokio::sync::Mutex<()>,
    /// Wakes what depends on settings.
    pub settings_changed: Notify,
    /// Wakes who looks after connections.
    pub upkeep_wake: Notify,
    /// Wakes the backup schedule.
    pub backup_wake: Notify,
    /// Wakes who reads sources again that were pushed to.
    pub sources_wake: Notify,
    /// Told when a sync that still reads has written rows.
    pub rows_came: Notify,
    /// Sources are read one after the other.
    pub source_turn: tokio::sync::Mutex<()>,
    /// Where a waiting loopback sign-in listens.
    pub listening: Mutex<HashMap<SignInId, String>>,
    /// All accounts on their way out, if that was asked for; what came of it stays until the lock.
    pub disconnecting: Mutex<Option<DisconnectAll>>,
    /// Since when no host could be reached.
    pub offline_since: Mutex<Option<Timestamp>>,
    /// How often an account failed in a row and when it last did, for the back-off.
    pub failures: Mutex<HashMap<AccountId, (u32, Timestamp)>>,
    /// Copies that are made, and lately were.
    pub clones: crate::cloning::Runs,
    /// Pages of repositories that are being read.
    pub readings: crate::repository_page::Readings,
}

/// An account on its way out.
pub(crate) struct Leaving<'a> {
    open: &'a Open,
    account: AccountId,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        Open::with(&self.open.leaving, |all| all.remove(&self.account));
    }
}

impl Open {
    pub(crate) async fn new(vault: OpenVault, store: Store) -> Answer<Arc<Self>> {
        let open = Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            store,
            vault: Arc::new(vault),
            index: RwLock::default(),
            top: RwLock::default(),
            building: tokio::sync::Mutex::default(),
            builds: Default::default(),
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            syncs: Mutex::default(),
            leaving: Mutex::default(),
            turns: Arc::new(Semaphore::new(SYNCS_AT_ONCE)),
            refreshing: Mutex::default(),
            wake: Notify::new(),
            chore: tokio::sync::Mutex::default(),
            settings_changed: Notify::new(),
            upkeep_wake: Notify::new(),
            backup_wake: Notify::new(),
            sources_wake: Notify::new(),
            rows_came: Notify::new(),
            source_turn: tokio::sync::Mutex::default(),
            listening: Mutex::default(),
            disconnecting: Mutex::default(),
            offline_since: Mutex::default(),
            failures: Mutex::default(),
            clones: crate::cloning::Runs::default(),
            readings: crate::repository_page::Readings::default(),
        });
        let ready = match open.recall_top().await {
            // The index is built while the top of the list is looked at.
            Ok(true) => Ok(()),
            Ok(false) => open.index().await.map(drop),
            Err(problem) => Err(problem),
        };
        match ready {
            Ok(()) => Ok(open),
            Err(problem) => {
                open.store.database().close().await;
                Err(problem)
            }
        }
    }

    /// Takes up the top of the list as it was kept, if it still fits the inventory.
    async fn recall_top(&self) -> Answer<bool> {
        let mut session = self.store.read().await.map_err(words::store)?;
        let kept = session.setting::<Top>(TOP).await.map_err(words::store)?;
        let changes = session.inventory_changes().await.map_err(words::store)?;
        let fits = kept.filter(|top| top.changes == changes);
        let found = fits.is_some();
        *self.top.write().unwrap_or_else(PoisonError::into_inner) = fits;
        Ok(found)
    }

    /// The top of the list, while the index is not there yet.
    pub(crate) fn top(&self) -> Option<Top> {
        if self.built().is_some() {
            return None;
        }
        self.top.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn built(&self) -> Option<Arc<Index>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The index as it is now; it stays whole while a newer one is built, and the first one is waited for.
    pub(crate) async fn index(&self) -> Answer<Arc<Index>> {
        if let Some(index) = self.built() {
            return Ok(index);
        }
        let _turn = self.building.lock().await;
        match self.built() {
            Some(index) => Ok(index),
            None => self.build_index().await,
        }
    }

    /// Builds the index anew from the store. Those who ask while one is built share the next one.
    pub(crate) async fn rebuild_index(&self) -> Answer<()> {
        let (asked, answered) = &self.builds;
        let mine = asked.fetch_add(1, Ordering::Relaxed) + 1;
        let _turn = self.building.lock().await;
        if answered.load(Ordering::Relaxed) >= mine {
            return Ok(());
        }
        let answers = asked.load(Ordering::Relaxed);
        self.build_index().await?;
        answered.store(answers, Ordering::Relaxed);
        Ok(())
    }

    /// Whether nothing was written to the inventory since the index was built.
    pub(crate) async fn is_indexed(&self) -> Answer<bool> {
        let mut session = self.store.read().await.map_err(words::store)?;
        let changes = session.inventory_changes().await.map_err(words::store)?;
        Ok(self.top.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|top| top.changes) == Some(changes))
    }

    async fn build_index(&self) -> Answer<Arc<Index>> {
        let mut session = self.store.read().await.map_err(words::store)?;
        // Before the rows: what changes meanwhile makes the top one that does not fit.
        let changes = session.inventory_changes().await.map_err(words::store)?;
        let count = session.repository_count().await.map_err(words::store)?;
        let mut builder = Builder::with_capacity(usize::try_from(count).unwrap_or(0));
        session
            .search_rows(|row| {
                builder.push(&Document {
                    id: row.id,
                    host: &row.host,
                    owner: &row.owner,
                    name: &row.name,
                    description: row.description.as_deref(),
                    language: row.language.as_deref(),
                    topics: &row.topics,
                    visibility: row.visibility,
                    archived: row.archived,
                    fork: row.fork,
                    template: row.template,
                    permission: row.permission,
                    pushed_at: row.pushed_at,
                    created_at: row.created_at,
                    size_kib: row.size_kib,
                    accounts: &row.accounts,
                });
            })
            .await
            .map_err(words::store)?;
        drop(session);
        // Sorting a hundred thousand rows takes long enough to hold up others on this thread.
        let index = tokio::task::spawn_blocking(move || builder.finish())
            .await
            .map_err(|error| words::internal("building the search index", &error))?;
        let index = Arc::new(index);
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        self.keep_top(&index, changes).await?;
        // The rows, the index of before, and of a sync what it saved: several times what is left of them.
        let given = tokio::task::spawn_blocking(crate::process::give_memory_back).await;
        given.map_err(|error| words::internal("giving memory back", &error))?;
        Ok(index)
    }

    /// Keeps the top of the list for the next start.
    async fn keep_top(&self, index: &Index, changes: u64) -> Answer<()> {
        let kept = self.top.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|top| top.changes);
        if kept == Some(changes) {
            return Ok(());
        }
        let hits = index.search(&Query { limit: TOP_ROWS, ..Query::default() });
        let top = Top { changes, total: hits.total, ids: hits.ids };
        let mut write = self.store.write().await.map_err(words::store)?;
        write.set_setting(TOP, &top).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        *self.top.write().unwrap_or_else(PoisonError::into_inner) = Some(top);
        Ok(())
    }

    /// Carries the count of credential changes to the header and to the keychain.
    pub(crate) async fn record_generation(&self, generation: u64) {
        let vault = Arc::clone(&self.vault);
        let recorded = tokio::task::spawn_blocking(move || vault.record_generation(generation)).await;
        if let Ok(Err(error)) = recorded {
            tracing::warn!(%error, "the header could not be brought up to date");
        }
        // A keychain that is away now gets the number at the next change.
        if let Err(error) = self.vault.publish_generation(generation).await {
            tracing::debug!(%error, "the keychain could not be brought up to date");
        }
    }

    /// The lock that makes refreshes of one account take turns.
    pub(crate) fn refresh_turn(&self, account: &AccountId) -> Arc<Turn> {
        let mut all = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(account.clone()).or_default())
    }

    /// Keeps an account from being synced until what is returned is dropped.
    pub fn leave(&self, account: &AccountId) -> Leaving<'_> {
        Self::with(&self.leaving, |all| all.insert(account.clone()));
        Leaving { open: self, account: account.clone() }
    }

    /// Whether an account is being disconnected.
    pub fn is_leaving(&self, account: &AccountId) -> bool {
        Self::with(&self.leaving, |all| all.contains(account))
    }

    /// The syncs that run now.
    pub(crate) fn running(&self) -> Vec<(AccountId, Running)> {
        let syncs = self.syncs.lock().unwrap_or_else(PoisonError::into_inner);
        syncs.iter().map(|(id, running)| (id.clone(), running.clone())).collect()
    }

    /// A mutex's content, whatever became of who held it last.
    pub(crate) fn with<T, R>(mutex: &Mutex<T>, look: impl FnOnce(&mut T) -> R) -> R {
        look(&mut mutex.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
