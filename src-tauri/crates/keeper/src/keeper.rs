//! The keeper itself: one per vault, what it holds, how it starts and stops.
//!
//! Not here: the use cases, each in the file of its topic.

use crate::{
    Answer, KeeperConfig, Parts, Problem,
    dto::{Event, KeeperStatus, LockedSince, Tag, VaultState},
    open::Open,
    words,
};
use drawbridge_domain::{AccountId, Timestamp};
use drawbridge_providers::Provider;
use drawbridge_vault::{FolderLock, LockNote};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::{RwLock, broadcast};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Events that a slow front may fall behind before it has to refresh everything.
const EVENT_BACKLOG: usize = 1024;

const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// How one account's host is asked.
pub(crate) type Line = drawbridge_http::Client;

/// The keeper of one vault.
pub struct Keeper {
    /// Itself, for tasks that outlive who began them.
    pub(crate) me: Weak<Self>,
    pub(crate) config: KeeperConfig,
    pub(crate) parts: Parts,
    pub(crate) http: drawbridge_http::Client,
    /// What each account may ask of its host, shared by all that works for it.
    pub(crate) budgets: Mutex<HashMap<AccountId, Arc<drawbridge_http::Budget>>>,
    /// What the computer says about its network.
    pub(crate) network: Mutex<crate::schedule::Network>,
    /// What could be connected.
    pub(crate) catalog: std::sync::RwLock<Arc<drawbridge_providers::Catalog>>,
    /// What is there only while the vault is open.
    pub(crate) open: RwLock<Option<Arc<Open>>>,
    /// Making, opening and locking happen one after the other.
    pub(crate) gate: tokio::sync::Mutex<()>,
    /// Why a keychain vault did not open by itself.
    pub(crate) notice: Mutex<Option<Problem>>,
    /// Since when and why it is locked.
    pub(crate) locked: Mutex<Option<LockedSince>>,
    /// A recovery code that was shown and not checked yet.
    pub(crate) recovery: Mutex<Option<crate::security::PendingRecovery>>,
    /// Set while the vault gets new keys: everything else waits outside.
    pub(crate) renewing: AtomicBool,
    /// When somebody last used Drawbridge.
    pub(crate) used_at: Mutex<Timestamp>,
    lock: Mutex<Option<FolderLock>>,
    events: broadcast::Sender<Event>,
    /// What works as long as the keeper does.
    pub(crate) tasks: TaskTracker,
    stopping: CancellationToken,
    stopped: CancellationToken,
}

/// Where the keeper of a vault answers, if one lives.
pub fn find_keeper(vault_dir: &Path) -> Option<LockNote> {
    if FolderLock::held(vault_dir) { FolderLock::note(vault_dir) } else { None }
}

/// Who only looks whether a keeper lives holds the lock for a moment: not taken for a keeper.
async fn take_lock(dir: &Path, note: &LockNote) -> Result<FolderLock, drawbridge_vault::Error> {
    let mut taken = FolderLock::take(dir, note);
    for _ in 0..LOCK_TRIES {
        if !matches!(taken, Err(drawbridge_vault::Error::Busy(_))) {
            break;
        }
        tokio::time::sleep(LOCK_PAUSE).await;
        taken = FolderLock::take(dir, note);
    }
    taken
}

impl Keeper {
    /// Takes the vault folder's lock (exactly one keeper per vault; [`crate::Code::KeeperBusy`] if another
    /// has it), and opens the vault by keychain if it can be opened silently.
    pub async fn start(config: KeeperConfig, parts: Parts) -> Answer<Arc<Self>> {
        let http_config = drawbridge_http::Config { user_agent: format!("Drawbridge/{}", config.version) };
        let http = drawbridge_http::Client::new(http_config)
            .map_err(|error| words::internal("setting up the network", &error))?;
        let note = LockNote { pid: std::process::id(), socket: config.socket_path().display().to_string() };
        let lock = take_lock(&config.vault_dir, &note).await.map_err(words::vault)?;
        let now = parts.clock.now();
        let keeper = Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            config,
            parts,
            http,
            budgets: Mutex::default(),
            network: Mutex::default(),
            catalog: std::sync::RwLock::new(Arc::new(drawbridge_providers::Catalog::shipped())),
            open: RwLock::new(None),
            gate: tokio::sync::Mutex::new(()),
            notice: Mutex::new(None),
            locked: Mutex::default(),
            recovery: Mutex::default(),
            renewing: AtomicBool::new(false),
            used_at: Mutex::new(now),
            lock: Mutex::new(Some(lock)),
            events: broadcast::Sender::new(EVENT_BACKLOG),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            stopped: CancellationToken::new(),
        });
        keeper.read_catalog();
        // Before opening takes its time, so that no sign is missed.
        keeper.heed_signs();
        keeper.open_silently().await;
        Ok(keeper)
    }

    /// Ends background work, locks the vault, releases the folder's lock. Calling it again waits
    /// for the first call's end.
    pub async fn stop(&self) {
        if self.stopping.is_cancelled() {
            self.stopped.cancelled().await;
            return;
        }
        self.stopping.cancel();
        self.emit(Event::Stopping);
        // Behind an unlock that is under way, so that it can't open what was just closed.
        let turn = self.gate.lock().await;
        self.close_vault().await;
        drop(turn);
        self.tasks.close();
        self.tasks.wait().await;
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.stopped.cancel();
    }

    /// Resolves when somebody asked the keeper to stop; fronts then close.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Resolves when the keeper has stopped and released its lock.
    pub async fn stopped(&self) {
        self.stopped.cancelled().await;
    }

    /// Where the local socket of this vault has to be.
    pub fn socket_path(&self) -> PathBuf {
        self.config.socket_path()
    }

    /// Events from now on. A receiver that lags must refresh everything.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// The keeper's own state. Allowed while locked.
    pub async fn keeper_status(&self) -> KeeperStatus {
        let vault_state = self.vault_status().await.map_or(VaultState::Damaged, |status| status.state);
        KeeperStatus {
            running: true,
            pid: Some(std::process::id()),
            version: Some(self.config.version.clone()),
            host: Some(self.config.host),
            socket: Some(self.socket_path().display().to_string()),
            vault: self.config.vault_dir.display().to_string(),
            vault_state,
        }
    }

    /// Asks the keeper to stop, in order: what `keeper stop` and a handover do. Allowed while
    /// locked. Returns at once, so that the answer still reaches who asked; [`Keeper::stopped`] waits.
    pub async fn keeper_stop(self: &Arc<Self>) {
        let keeper = Arc::clone(self);
        // Owned by the runtime, which the host keeps until `stopped`.
        drop(tokio::spawn(async move { keeper.stop().await }));
        tokio::task::yield_now().await;
    }

    /// How an account's host is asked: within the account's budget, before what works in the background.
    pub(crate) fn line(&self, account: &AccountId, provider: &Provider) -> Line {
        self.http.within(&self.budget(account, provider), drawbridge_http::Urgency::Person)
    }

    /// What everything that works for an account at its host shares. It outlives a lock: the host's limits
    /// go on meanwhile.
    pub(crate) fn budget(&self, account: &AccountId, provider: &Provider) -> Arc<drawbridge_http::Budget> {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || drawbridge_http::Budget::new(provider.definition.concurrency);
        let budget = budgets.entry(account.clone()).or_insert_with(made);
        budget.note_time(self.parts.clock.now());
        Arc::clone(budget)
    }

    pub(crate) fn emit(&self, event: Event) {
        // No receiver is no fault: nobody is looking.
        let _ = self.events.send(event);
    }

    pub(crate) fn changed(&self, tags: &[Tag]) {
        self.emit(Event::Changed { tags: tags.to_vec() });
    }

    /// Resolves when the keeper begins to stop; holds nothing of it.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        self.stopping.clone().cancelled_owned()
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// What is there only while the vault is open; refused while it is not.
    pub(crate) async fn opened(&self) -> Answer<Arc<Open>> {
        if let Some(open) = self.open.read().await.as_ref() {
            return Ok(Arc::clone(open));
        }
        if self.is_stopping() {
            return Err(words::closing());
        }
        if self.renewing.load(Ordering::Relaxed) {
            return Err(words::renewing());
        }
        Err(self.why_closed())
    }
}
