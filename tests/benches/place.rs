//! A vault in a temporary folder that holds one account and its repositories.

use crate::{corpus, file_keychain::FileKeychain};
use drawbridge_domain::{AccountId, BaseUrl, ForgeRepository, HostId, Identity, Random, SystemRandom, Timestamp};
use drawbridge_keeper::{Keeper, KeeperConfig, Parts, QuietSigns, dto::KeeperHost};
use drawbridge_store::{HostRow, NewAccount, Shown, Store};
use drawbridge_testkit::temp::TempVault;
use drawbridge_vault::{Keychain, NewSlot, OpenVault, Way};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub struct Place {
    pub folder: Folder,
    pub keychain: Arc<dyn Keychain>,
    /// Where the keychain keeps its entries, so that another process can open the vault.
    pub keys: PathBuf,
}

/// Where a vault is.
pub enum Folder {
    /// In a folder that goes with this.
    Own(TempVault),
    /// In another process's.
    Other(PathBuf),
}

impl Folder {
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Own(folder) => folder.path(),
            Self::Other(path) => path.clone(),
        }
    }

    /// The folder around it.
    pub fn around(&self) -> PathBuf {
        self.path().parent().map(Path::to_path_buf).unwrap_or_default()
    }
}

impl Place {
    /// An empty place.
    pub fn new() -> Self {
        let folder = TempVault::new().expect("a temporary folder");
        let keys = folder.around().join("keys");
        std::fs::create_dir(&keys).expect("a folder");
        Self { keychain: Arc::new(FileKeychain(keys.clone())), folder: Folder::Own(folder), keys }
    }

    /// The place of another process.
    pub fn at(folder: PathBuf, keys: PathBuf) -> Self {
        Self { keychain: Arc::new(FileKeychain(keys.clone())), folder: Folder::Other(folder), keys }
    }

    /// Makes the vault in it.
    pub async fn create(&self) -> OpenVault {
        self.create_with(NewSlot::Keychain).await
    }

    pub async fn create_with(&self, way: NewSlot<'_>) -> OpenVault {
        drawbridge_vault::create(&self.folder.path(), way, &self.parts()).await.expect("a vault is made")
    }

    pub async fn open_by(&self, way: Way<'_>) -> OpenVault {
        drawbridge_vault::open(&self.folder.path(), way, &self.parts()).await.expect("the vault opens")
    }

    fn parts(&self) -> drawbridge_vault::Parts {
        drawbridge_vault::Parts { random: random(), keychain: Arc::clone(&self.keychain) }
    }

    pub async fn open(&self) -> OpenVault {
        self.open_by(Way::Keychain).await
    }

    /// A keeper over it that the keychain opens.
    pub async fn keeper(&self) -> Arc<Keeper> {
        let config = KeeperConfig {
            vault_dir: self.folder.path(),
            host: KeeperHost::Background,
            version: "0.0.0".to_owned(),
            runtime_dir: Some(self.folder.around()),
            unlock_target: std::time::Duration::ZERO,
            client_file: None,
            projects_dir: None,
            provider_dir: None,
        };
        let parts = Parts { keychain: Arc::clone(&self.keychain), signs: Arc::new(QuietSigns), ..Parts::system() };
        Keeper::start(config, parts).await.expect("the keeper starts")
    }
}

pub fn random() -> Arc<dyn Random> {
    Arc::new(SystemRandom)
}

/// Adds an account that nobody will sync: its host is not there.
pub async fn add_account(store: &Store) -> (HostId, AccountId) {
    let url = BaseUrl::parse("http://127.0.0.1:9").expect("an address");
    let host = HostRow {
        id: HostId::random(&SystemRandom),
        provider: "github".parse().expect("a name"),
        base_url: url.clone(),
        api_url: url,
        metadata: None,
        clock_ahead_ms: 0,
    };
    let mut write = store.write().await.expect("a transaction");
    let host = write.put_host(&host).await.expect("a host");
    let identity = Identity { subject: "1".to_owned(), login: "octo".to_owned(), name: None, email: None };
    let now = Timestamp::from_millis(0);
    let new = NewAccount { id: AccountId::random(&SystemRandom), host: host.clone(), identity, now };
    let (account, _) = write.put_account(&new).await.expect("an account");
    write.commit().await.expect("committed");
    (host, account)
}

/// Writes a listing in one transaction.
pub async fn put(store: &Store, host: &HostId, account: &AccountId, listed: &[ForgeRepository]) {
    let mut write = store.write().await.expect("a transaction");
    write.put_repositories(host, account, listed, Shown::Listed, Timestamp::from_millis(0)).await.expect("written");
    write.set_synced(account, Timestamp::from_millis(0)).await.expect("written");
    write.commit().await.expect("committed");
}

/// A place with so many repositories in its vault, which is closed.
pub async fn filled(count: usize) -> (Place, Vec<ForgeRepository>) {
    let place = Place::new();
    let repositories = corpus::repositories(count);
    let vault = place.create().await;
    let store = Store::open(&vault, random()).await.expect("a store");
    let (host, account) = add_account(&store).await;
    put(&store, &host, &account, &repositories).await;
    drop(store);
    vault.close().await;
    (place, repositories)
}
