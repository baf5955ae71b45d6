//! Syncs of a scripted forge into a real store: good days, bad days, and many random ones.
#![allow(clippy::expect_used)]

mod as_it_comes;
mod bad_days;
mod by_name;
mod chance;
mod changes;
mod forge;
mod good_days;
mod keyset;
mod random_days;

use crate::{Outcome, Progress, SyncContext, sync_account};
use chance::Dice;
use drawbridge_domain::{AccountId, BaseUrl, Clock, HostId, Identity, Random, SecretString, Timestamp};
use drawbridge_providers::{Api, StoredPage};
use drawbridge_store::{HostRow, NewAccount, RepositoryRow, Store};
use forge::{Practice, World};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio_util::sync::CancellationToken;

/// A clock that is a second later each time, and cancels a run by being asked if it is to.
#[derive(Default)]
struct Ticking {
    now: AtomicI64,
    cancels: Arc<Mutex<Option<CancellationToken>>>,
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        if let Some(cancel) = &*self.cancels.lock().expect("no panic") {
            cancel.cancel();
        }
        Timestamp::from_millis(self.now.fetch_add(1_000, Ordering::Relaxed))
    }
}

/// One account at a practice forge, and its vault.
struct Case {
    store: Store,
    host: HostId,
    account: AccountId,
    forge: Practice,
    clock: Ticking,
    random: Arc<Dice>,
    cancel: CancellationToken,
    /// More than there are: everything is written at the end.
    kept_at_once: usize,
    told: Mutex<Vec<Progress>>,
    _folder: tempfile::TempDir,
}

/// SQLCipher is taken down as the process ends, and must not be under a database that is still being closed then.
impl Drop for Case {
    fn drop(&mut self) {
        let close = self.store.database().close();
        let limit = std::time::Duration::from_secs(60);
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                let _ = tokio::time::timeout(limit, close).await;
            });
        });
    }
}

impl Case {
    /// An account that has not been synced yet.
    async fn new(world: World) -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let random = Arc::new(Dice::new(1));
        let keychain: Arc<dyn drawbridge_vault::Keychain> = Arc::new(drawbridge_vault::MemoryKeychain::default());
        let parts = drawbridge_vault::Parts { random: Arc::clone(&random) as Arc<dyn Random>, keychain };
        let way = drawbridge_vault::NewSlot::Keychain;
        let vault = drawbridge_vault::create(&folder.path().join("vault"), way, &parts).await;
        let vault = vault.expect("a vault is made");
        let store = Store::open(&vault, Arc::clone(&random) as Arc<dyn Random>).await.expect("a store opens");
        let url = BaseUrl::parse("http://127.0.0.1:9").expect("an address");
        let host = HostRow {
            id: HostId::random(&*random),
            provider: "practice".parse().expect("a name"),
            base_url: url.clone(),
            api_url: url,
            metadata: None,
            clock_ahead_ms: 0,
        };
        let identity = Identity { subject: "1".to_owned(), login: "octo".to_owned(), name: None, email: None };
        let mut write = store.write().await.expect("a transaction");
        let host = write.put_host(&host).await.expect("a host");
        let now = Timestamp::from_millis(0);
        let new = NewAccount { id: AccountId::random(&*random), host: host.clone(), identity, now };
        let (account, _) = write.put_account(&new).await.expect("an account");
        write.commit().await.expect("committed");
        Self {
            store,
            host,
            account,
            forge: Practice::new(world),
            clock: Ticking::default(),
            random,
            cancel: CancellationToken::new(),
            kept_at_once: 1_000_000,
            told: Mutex::default(),
            _folder: folder,
        }
    }

    /// An account that is up to date.
    async fn synced(world: World) -> Self {
        let case = Self::new(world).await;
        let outcome = case.sync().await;
        assert_eq!(outcome.ending, crate::Ending::Complete, "a good day: {outcome:?}");
        case.forge.forget_requests();
        case.told.lock().expect("no panic").clear();
        case
    }

    async fn sync(&self) -> Outcome {
        let config = drawbridge_http::Config { user_agent: "test".to_owned() };
        let http = drawbridge_http::Client::new(config).expect("a client that is never used");
        let base = BaseUrl::parse("http://127.0.0.1:9").expect("an address");
        let token = SecretString::from("unused".to_owned());
        let context = SyncContext {
            store: &self.store,
            forge: &self.forge,
            concurrency: forge::CONCURRENCY,
            kept_at_once: self.kept_at_once,
            api: Api::with_token(&http, &base, &token),
            host: &self.host,
            account: &self.account,
            clock: &self.clock,
            random: &*self.random,
            progress: &|progress| self.told.lock().expect("no panic").push(progress),
            cancel: &self.cancel,
        };
        let limit = std::time::Duration::from_secs(60);
        tokio::time::timeout(limit, sync_account(&context)).await.expect("a sync ends").expect("the store works")
    }

    /// The forge ids of everything the account reaches.
    async fn reached(&self) -> BTreeSet<String> {
        let mut session = self.store.read().await.expect("a connection");
        let reached = session.reached(&self.account).await.expect("a read");
        reached.into_iter().map(|known| known.forge_id).collect()
    }

    /// Everything the account reaches, as stored.
    async fn rows(&self) -> Vec<RepositoryRow> {
        let mut session = self.store.read().await.expect("a connection");
        let mut ids: Vec<_> =
            session.reached(&self.account).await.expect("a read").into_iter().map(|known| known.id).collect();
        ids.sort_unstable();
        session.repositories(&ids).await.expect("a read")
    }

    async fn pages(&self) -> Vec<StoredPage> {
        let mut session = self.store.read().await.expect("a connection");
        let pages = session.listing_pages(&self.account).await.expect("a read");
        pages.into_iter().map(crate::save::from_row).collect()
    }

    /// So much later.
    fn later(&self, by: std::time::Duration) {
        self.clock.now.fetch_add(i64::try_from(by.as_millis()).expect("not that long"), Ordering::Relaxed);
    }

    async fn synced_at(&self) -> Option<Timestamp> {
        let mut session = self.store.read().await.expect("a connection");
        session.account(&self.account).await.expect("a read").expect("the account").synced_at
    }

    /// Full names of everything the account reaches.
    async fn names(&self) -> BTreeSet<String> {
        self.rows().await.iter().map(|row| row.forge.full_name()).collect()
    }
}
