//! The whole-app harness: a keeper over a vault in a temporary folder, and a practice forge.
//!
//! Real: the vault's files, SQL, HTTP, time-outs. Not real: the keychain (in memory) and, where a
//! test says so, the clock.

use drawbridge_domain::{Clock, SecretString, SystemClock, SystemRandom};
use drawbridge_keeper::{
    Answer, Keeper, KeeperConfig, Links, Opener, Parts, QuietSigns, SystemSigns,
    dto::{
        Account, ConnectToken, CreateVault, KeeperHost, NewClient, RepositoryQuery, SignIn, SignInState, StartSignIn,
    },
};
use drawbridge_store::Store;
use drawbridge_testkit::{
    browser,
    forge::{Simulator, SimulatorConfig, TokenKind},
    temp::TempVault,
};
use drawbridge_vault::{MemoryKeychain, OpenVault, Way};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Long enough for the slowest machine; a test that reaches it has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A keeper with everything around it.
pub struct App {
    pub keeper: Arc<Keeper>,
    pub folder: TempVault,
    pub keychain: Arc<MemoryKeychain>,
    pub clock: Arc<dyn Clock>,
    signs: Arc<dyn SystemSigns>,
    /// Who opens links of our scheme.
    pub links: Arc<Opening>,
    _stops: Stops,
}

/// Stops a keeper when its test ends, well or not: SQLCipher is taken down as the process ends, and
/// must not be under a database that is still being closed then.
struct Stops(Arc<Keeper>);

impl Drop for Stops {
    fn drop(&mut self) {
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                let _ = tokio::time::timeout(PATIENCE, self.0.stop()).await;
            });
        });
    }
}

/// Who opens our links on a computer of a test.
pub struct Opening(Mutex<Opener>);

impl Opening {
    pub fn taken_by(&self, opener: Opener) {
        *self.0.lock().expect("nobody panics with it") = opener;
    }
}

impl Links for Opening {
    fn opener(&self) -> Opener {
        *self.0.lock().expect("nobody panics with it")
    }
}

impl App {
    /// A keeper over an empty folder.
    pub async fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock)).await
    }

    /// A keeper over an empty folder that takes its time from a clock of the test.
    pub async fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::with_signs(clock, Arc::new(QuietSigns)).await
    }

    /// A keeper over an empty folder that listens to a computer of the test.
    pub async fn with_signs(clock: Arc<dyn Clock>, signs: Arc<dyn SystemSigns>) -> Self {
        let folder = TempVault::new().expect("a temporary folder");
        let keychain = Arc::new(MemoryKeychain::default());
        let links = Arc::new(Opening(Mutex::new(Opener::Us)));
        Self::around(folder, keychain, clock, signs, links).await
    }

    async fn around(
        folder: TempVault,
        keychain: Arc<MemoryKeychain>,
        clock: Arc<dyn Clock>,
        signs: Arc<dyn SystemSigns>,
        links: Arc<Opening>,
    ) -> Self {
        let keeper = start(&folder, &keychain, &clock, &signs, &links).await.expect("the keeper starts");
        Self { _stops: Stops(Arc::clone(&keeper)), keeper, folder, keychain, clock, signs, links }
    }

    /// A keeper with an open vault that the keychain opens.
    pub async fn open() -> Self {
        let app = Self::new().await;
        app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        app
    }

    /// Stops the keeper and starts another one over the same folder, as a restart does.
    pub async fn restart(self) -> Self {
        self.keeper.stop().await;
        let Self { folder, keychain, clock, signs, links, keeper, _stops } = self;
        drop((keeper, _stops));
        Self::around(folder, keychain, clock, signs, links).await
    }

    /// Puts a provider file into the person's folder, and has it read.
    pub async fn add_provider(&self, id: &str, text: &str) {
        let folder = self.folder.around().join("providers");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{id}.toml")), text).expect("written");
        let all = self.keeper.provider_list().await.expect("listed");
        assert!(all.iter().any(|provider| provider.id.as_str() == id && provider.own), "{id} can be used");
    }

    /// Adds the forge's client.
    pub async fn add_client(&self, forge: &Simulator) {
        let registration = forge.client();
        let new = NewClient {
            provider: "github".parse().expect("a provider id"),
            host: Some(forge.host()),
            api_url: None,
            client_id: registration.client_id.clone(),
            client_secret: registration.client_secret.clone().map(SecretString::from),
            name: None,
            preferred: false,
            own_redirects: false,
        };
        self.keeper.client_add(new).await.expect("the client is added");
    }

    /// Makes the vault, and connects an account at the forge by a sign-in whose access has to be renewed.
    pub async fn connect_renewing(&self, forge: &Simulator) {
        forge.set_expiring_tokens(true);
        self.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        self.add_client(forge).await;
        let started = self.sign_in(forge, drawbridge_domain::SignInWay::DeepLink).await;
        let link = browser::approve(&started.url).await.expect("approved");
        self.keeper.sign_in_return(link).await.expect("completes");
        self.sync().await;
    }

    /// The keeper's open vault once more, from beside it: for what no question to the keeper shows, and to be in
    /// its way.
    pub async fn vault_beside(&self) -> (OpenVault, Store) {
        let random = Arc::new(SystemRandom);
        let parts = drawbridge_vault::Parts { random: random.clone(), keychain: Arc::clone(&self.keychain) as _ };
        let vault = drawbridge_vault::open(&self.folder.path(), Way::Keychain, &parts).await.expect("opens");
        let store = Store::open(&vault, random).await.expect("opens");
        (vault, store)
    }

    /// Starts a sign-in at the forge.
    pub async fn sign_in(&self, forge: &Simulator, way: drawbridge_domain::SignInWay) -> SignIn {
        let request = StartSignIn {
            provider: "github".parse().expect("a provider id"),
            host: Some(forge.host()),
            api_url: None,
            client: None,
            way: Some(way),
            account: None,
            scopes: Vec::new(),
        };
        self.keeper.sign_in_start(request).await.expect("the sign-in starts")
    }

    /// Connects the forge's first user by a token.
    pub async fn connect_token(&self, forge: &Simulator) -> Account {
        let token = forge.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
        self.connect_with(forge, &token).await.expect("the token connects")
    }

    /// Connects by a given token.
    pub async fn connect_with(&self, forge: &Simulator, token: &str) -> Answer<Account> {
        let request = ConnectToken {
            provider: "github".parse().expect("a provider id"),
            host: Some(forge.host()),
            api_url: None,
            token: SecretString::from(token.to_owned()),
            user: None,
        };
        self.keeper.connect_token(request).await.map(|connected| connected.account)
    }

    /// Syncs everything and waits.
    pub async fn sync(&self) -> Vec<drawbridge_keeper::dto::SyncRun> {
        tokio::time::timeout(PATIENCE, self.keeper.sync_wait(None))
            .await
            .expect("the sync ends")
            .expect("the sync runs")
    }

    /// How many repositories are listed.
    pub async fn count(&self) -> u32 {
        self.keeper.repository_list(RepositoryQuery::default()).await.expect("a list").total
    }

    /// All full names that are listed.
    pub async fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            let query = RepositoryQuery {
                limit: 1000,
                offset: u32::try_from(names.len()).expect("a small list"),
                ..RepositoryQuery::default()
            };
            let page = self.keeper.repository_list(query).await.expect("a list");
            names.extend(page.rows.into_iter().map(|row| row.full_name));
            if names.len() >= page.total as usize {
                names.sort();
                return names;
            }
        }
    }
}

async fn start(
    folder: &TempVault,
    keychain: &Arc<MemoryKeychain>,
    clock: &Arc<dyn Clock>,
    signs: &Arc<dyn SystemSigns>,
    links: &Arc<Opening>,
) -> Answer<Arc<Keeper>> {
    let config = KeeperConfig {
        vault_dir: folder.path(),
        host: KeeperHost::Background,
        version: "0.1.0".to_owned(),
        runtime_dir: Some(folder.around().to_owned()),
        unlock_target: Duration::ZERO,
        client_file: None,
        projects_dir: None,
        provider_dir: Some(folder.around().join("providers")),
    };
    let parts = Parts {
        clock: Arc::clone(clock),
        random: Arc::new(SystemRandom),
        keychain: Arc::clone(keychain) as _,
        signs: Arc::clone(signs),
        links: Arc::clone(links) as _,
    };
    Keeper::start(config, parts).await
}

/// A second keeper over the same folder, for tests of who gets it.
pub async fn start_second(app: &App) -> Answer<Arc<Keeper>> {
    start(&app.folder, &app.keychain, &app.clock, &app.signs, &app.links).await
}

/// A forge with so many repositories.
pub fn forge(repositories: usize) -> Simulator {
    Simulator::start(SimulatorConfig::with_repositories(repositories)).expect("the practice forge starts")
}

/// Waits until a sign-in is final.
pub async fn finished(app: &App, sign_in: &SignIn) -> SignIn {
    let ended = tokio::time::timeout(PATIENCE, app.keeper.sign_in_wait(sign_in.id.clone())).await;
    let ended = ended.expect("the sign-in ends").expect("the sign-in is known");
    assert!(ended.state.is_final(), "{:?} is final", ended.state);
    ended
}

/// Whether a sign-in still waits.
pub async fn waits(app: &App, sign_in: &SignIn) -> bool {
    app.keeper.sign_in_show(sign_in.id.clone()).await.expect("known").state == SignInState::Waiting
}
