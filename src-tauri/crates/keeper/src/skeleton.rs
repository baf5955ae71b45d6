//! The use cases' signatures.
#![allow(clippy::todo, clippy::unused_async, unused_variables, missing_docs)]
use crate::{dto::*, error::Problem};
use drawbridge_domain::*;
use std::{path::PathBuf, sync::Arc};
use tokio::sync::broadcast;

type Answer<T> = Result<T, Problem>;

/// What a keeper is told at its start.
pub struct KeeperConfig {
    /// The vault folder.
    pub vault_dir: PathBuf,
    /// Who runs it.
    pub host: KeeperHost,
    /// The program's version.
    pub version: String,
    /// The runtime folder for the local socket (`$XDG_RUNTIME_DIR`), if there is one.
    pub runtime_dir: Option<PathBuf>,
}

/// What a keeper reads of the outer world, handed in by the composition function.
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Parts {
    /// The real clock, randomness, keychain and network.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }
}

/// `$DRAWBRIDGE_VAULT`, else `$XDG_DATA_HOME/drawbridge`, else `~/.local/share/drawbridge`.
pub fn default_vault_dir() -> Option<PathBuf> {
    todo!()
}

/// The keeper of one vault.
pub struct Keeper {}

impl Keeper {
    /// Takes the vault folder's lock (exactly one keeper per vault; `Code::KeeperBusy` if another
    /// has it), and opens the vault by keychain if it can be opened silently.
    pub async fn start(config: KeeperConfig, parts: Parts) -> Answer<Arc<Self>> { todo!() }
    /// Ends background work, locks the vault, releases the folder's lock. Sends `Event::Stopping` first.
    pub async fn stop(&self) { todo!() }
    /// Resolves when `stop` was called by anybody (a front's `keeper_stop` included).
    pub async fn stopped(&self) { todo!() }
    /// Where the local socket of this vault has to be.
    pub fn socket_path(&self) -> PathBuf { todo!() }
    /// Events from now on. A receiver that lags must refresh everything.
    pub fn events(&self) -> broadcast::Receiver<Event> { todo!() }

    // --- keeper and vault: allowed while locked ---
    pub async fn keeper_status(&self) -> KeeperStatus { todo!() }
    /// Asks the keeper to stop, in order: what `keeper stop` and the handover do.
    pub async fn keeper_stop(&self) { todo!() }
    pub async fn vault_status(&self) -> Answer<VaultStatus> { todo!() }
    pub async fn vault_create(&self, request: CreateVault) -> Answer<VaultStatus> { todo!() }
    pub async fn vault_unlock(&self, request: UnlockVault) -> Answer<VaultStatus> { todo!() }
    pub async fn vault_lock(&self) -> Answer<VaultStatus> { todo!() }

    // --- all below: refused while locked ---
    pub async fn settings(&self) -> Answer<Settings> { todo!() }
    pub async fn set_settings(&self, settings: Settings) -> Answer<Settings> { todo!() }

    pub async fn provider_list(&self) -> Answer<Vec<Provider>> { todo!() }
    pub async fn client_list(&self) -> Answer<List<Client>> { todo!() }
    pub async fn client_add(&self, client: NewClient) -> Answer<Client> { todo!() }
    pub async fn client_remove(&self, id: ClientId) -> Answer<()> { todo!() }

    pub async fn sign_in_start(&self, request: StartSignIn) -> Answer<SignIn> { todo!() }
    /// Hands in what came back: a deep link, the address of a loopback page, or either pasted.
    /// Resolves when the exchange and the check are done.
    pub async fn sign_in_return(&self, link: String) -> Answer<SignIn> { todo!() }
    pub async fn sign_in_list(&self) -> Answer<Vec<SignIn>> { todo!() }
    pub async fn sign_in_show(&self, id: SignInId) -> Answer<SignIn> { todo!() }
    /// Resolves when the sign-in is final.
    pub async fn sign_in_wait(&self, id: SignInId) -> Answer<SignIn> { todo!() }
    pub async fn sign_in_cancel(&self, id: SignInId) -> Answer<SignIn> { todo!() }
    pub async fn connect_token(&self, request: ConnectToken) -> Answer<Account> { todo!() }

    pub async fn account_list(&self) -> Answer<List<Account>> { todo!() }
    pub async fn account_show(&self, id: AccountId) -> Answer<Account> { todo!() }
    pub async fn account_disconnect(&self, id: AccountId) -> Answer<DisconnectReceipt> { todo!() }

    /// Starts (or joins) a sync of one account or of all; returns at once. Progress comes as events.
    pub async fn sync_start(&self, account: Option<AccountId>) -> Answer<SyncStatus> { todo!() }
    /// Starts or joins, and resolves with the runs when all are done.
    pub async fn sync_wait(&self, account: Option<AccountId>) -> Answer<Vec<SyncRun>> { todo!() }
    pub async fn sync_status(&self) -> Answer<SyncStatus> { todo!() }
    pub async fn sync_runs(&self, query: RunQuery) -> Answer<List<SyncRun>> { todo!() }

    pub async fn repository_list(&self, query: RepositoryQuery) -> Answer<List<Repository>> { todo!() }
    /// The values to filter by under a query (its own filters on that facet left out).
    pub async fn repository_facets(&self, facet: Facet, query: RepositoryQuery) -> Answer<Facets> { todo!() }
    pub async fn repository_show(&self, reference: RepositoryRef) -> Answer<RepositoryDetail> { todo!() }
}
