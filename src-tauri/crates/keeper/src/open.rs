//! What is there only while the vault is open: the store, the search index, and every background
//! task. Dropping out of this is what "lock" means.
//!
//! Not here: when it is opened or closed.

use crate::{
    Answer, Problem,
    dto::{DisconnectAll, SyncProgress},
    words,
};
use drawbridge_domain::{AccountId, SignInId, Timestamp};
use drawbridge_search::{Builder, Document, Index};
use drawbridge_store::Store;
use drawbridge_vault::OpenVault;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
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

pub(crate) struct Open {
    pub store: Store,
    /// Its keys are wiped when the last that works with it lets go.
    pub vault: Arc<OpenVault>,
    index: RwLock<Arc<Index>>,
    /// Cancelled by lock and quit. Every task below watches it; one that has sent what can't be taken back
    /// is waited for instead.
    pub cancel: CancellationToken,
    pub tasks: TaskTracker,
    pub syncs: Mutex<HashMap<AccountId, Running>>,
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
    /// Where a waiting loopback sign-in listens.
    pub listening: Mutex<HashMap<SignInId, String>>,
    /// All accounts on their way out, if that was asked for; what came of it stays until the lock.
    pub disconnecting: Mutex<Option<DisconnectAll>>,
    /// Since when no host could be reached.
    pub offline_since: Mutex<Option<Timestamp>>,
    /// How often an account failed in a row, for the back-off.
    pub failures: Mutex<HashMap<AccountId, u32>>,
}

impl Open {
    pub(crate) async fn new(vault: OpenVault, store: Store) -> Answer<Arc<Self>> {
        let open = Arc::new(Self {
            store,
            vault: Arc::new(vault),
            index: RwLock::new(Arc::new(Builder::with_capacity(0).finish())),
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            syncs: Mutex::default(),
            turns: Arc::new(Semaphore::new(SYNCS_AT_ONCE)),
            refreshing: Mutex::default(),
            wake: Notify::new(),
            chore: tokio::sync::Mutex::default(),
            settings_changed: Notify::new(),
            upkeep_wake: Notify::new(),
            backup_wake: Notify::new(),
            listening: Mutex::default(),
            disconnecting: Mutex::default(),
            offline_since: Mutex::default(),
            failures: Mutex::default(),
        });
        match open.rebuild_index().await {
            Ok(()) => Ok(open),
            Err(problem) => {
                open.store.database().close().await;
                Err(problem)
            }
        }
    }

    /// The index as it is now; it stays whole while a newer one is built.
    pub(crate) fn index(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Builds the index anew from the store.
    pub(crate) async fn rebuild_index(&self) -> Answer<()> {
        let mut session = self.store.read().await.map_err(words::store)?;
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
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
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
