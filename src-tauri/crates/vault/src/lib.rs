//! Turns a passphrase or a keychain entry into an open sealed database, and closes it again.
//! Nobody outside sees a key: what leaves this room is a database handle and a [`Sealer`].
//!
//! Not here: what is stored (that is `store`), when to lock (that is `keeper`), and any sentence
//! for a person.
//!
//! On disk a vault is a folder with `header.json` (key slots, authenticated under the root key),
//! `vault.db` (SQLCipher) and `keeper.lock`. One random root key is wrapped once per slot; HKDF
//! gives each purpose its own key.

mod database;
mod files;
mod folder_lock;
mod header;
mod keychain;
mod keys;
mod seal;

pub use database::Database;
pub use folder_lock::{FolderLock, LockNote};
pub use header::{FORMAT, SlotKind};
pub use keychain::{Keychain, KeychainError, KeychainState, MemoryKeychain, SystemKeychain};
pub use keys::{ARGON2_FLOOR, Argon2Cost};
pub use seal::{Place, Sealer};

use drawbridge_domain::{Random, SecretString};
use header::{Header, Slot};
use keys::RootKey;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// What went wrong in the vault room; each variant is one failed step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no vault in the folder.
    #[error("no vault in this folder")]
    Absent,
    /// There is one already.
    #[error("a vault is here already")]
    Exists,
    /// Its files can't be read as a vault.
    #[error("the vault can't be read: {what}")]
    Damaged {
        /// Which part.
        what: &'static str,
    },
    /// A newer Drawbridge wrote it.
    #[error("written by a newer version")]
    TooNew {
        /// The oldest version that can open it.
        needs: String,
    },
    /// No passphrase slot opens with this passphrase. A damaged slot looks the same on purpose.
    #[error("the passphrase opens no slot")]
    WrongPassphrase,
    /// The vault has no slot of that kind.
    #[error("the vault has no such slot")]
    NoSuchSlot,
    /// The keychain did not give the wrapping key.
    #[error("reading the keychain")]
    Keychain(#[source] KeychainError),
    /// The folder or a file in it is not ours alone: a symbolic link, another owner, open to others.
    #[error("the vault folder is not safe to use: {what}")]
    Unsafe {
        /// What is unsafe about it.
        what: &'static str,
    },
    /// A file could not be read or written.
    #[error("{step}")]
    File {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The database could not be opened or closed.
    #[error("{step}")]
    Database {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: sqlx::Error,
    },
    /// Deriving a key failed.
    #[error("deriving a key")]
    Derive,
    /// Another process keeps this vault.
    #[error("another keeper has this vault")]
    Busy(Option<LockNote>),
}

/// What lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No vault.
    Absent,
    /// A vault with these ways to open it.
    Vault {
        /// The kinds of its slots.
        slots: Vec<SlotKind>,
    },
    /// Something that can't be read as a vault.
    Damaged {
        /// Which part.
        what: &'static str,
    },
    /// A vault of a newer version.
    TooNew {
        /// The oldest version that can open it.
        needs: String,
    },
}

/// How to make or open a vault.
#[derive(Debug)]
pub enum Way<'a> {
    /// By passphrase.
    Passphrase(&'a SecretString),
    /// By the keychain's wrapping key.
    Keychain,
}

/// A vault that is open: the database and what seals values in it. Dropping it wipes the keys;
/// [`OpenVault::close`] also closes the database in order.
pub struct OpenVault {
    /// The database.
    pub database: Database,
    /// Seals and unseals single values.
    pub sealer: Arc<Sealer>,
    /// The kinds of the vault's slots.
    pub slots: Vec<SlotKind>,
}

impl OpenVault {
    /// Closes the database (checkpointed) and wipes the keys.
    pub async fn close(self) {
        self.database.close().await;
    }
}

/// Asks whether the keychain is there; one that does not answer in time counts as absent.
pub async fn keychain_state(keychain: &Arc<dyn Keychain>) -> KeychainState {
    let keychain = Arc::clone(keychain);
    keychain::limited(move || Ok(keychain.state())).await.unwrap_or(KeychainState::Absent)
}

fn header_path(dir: &Path) -> PathBuf {
    dir.join("header.json")
}

fn database_path(dir: &Path) -> PathBuf {
    dir.join("vault.db")
}

/// Where a database lies until the vault's header is durable. Without a header it holds nothing.
fn unfinished_path(dir: &Path) -> PathBuf {
    dir.join("vault.db.new")
}

/// Looks what lies in a folder, without opening anything.
pub fn find(dir: &Path) -> Result<Found, Error> {
    match std::fs::symlink_metadata(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Absent),
        Err(source) => return Err(Error::File { step: "looking at the vault folder", source }),
        Ok(_) => files::check_folder(dir)?,
    }
    match Header::read(&header_path(dir)) {
        Ok(header) if database_path(dir).exists() || unfinished_path(dir).exists() => {
            Ok(Found::Vault { slots: header.kinds() })
        }
        Ok(_) => Ok(Found::Damaged { what: "the database file is missing" }),
        Err(Error::Absent) if database_path(dir).exists() => Ok(Found::Damaged { what: "the header file is missing" }),
        Err(Error::Absent) => Ok(Found::Absent),
        Err(Error::Damaged { what }) => Ok(Found::Damaged { what }),
        Err(Error::TooNew { needs }) => Ok(Found::TooNew { needs }),
        Err(other) => Err(other),
    }
}

/// Makes a vault in a folder that has none, and leaves it open.
///
/// The header is written last and at once: a crash before leaves no vault, a crash after leaves a whole one.
pub async fn create(
    dir: &Path,
    way: Way<'_>,
    random: &dyn Random,
    keychain: &Arc<dyn Keychain>,
) -> Result<OpenVault, Error> {
    match find(dir)? {
        Found::Absent => {}
        Found::Damaged { what } => return Err(Error::Damaged { what }),
        Found::Vault { .. } | Found::TooNew { .. } => return Err(Error::Exists),
    }
    files::make_folder(dir)?;
    let root = RootKey::random(random);
    let vault_id = keys::random_bytes::<16>(random);
    let slot = match way {
        Way::Passphrase(passphrase) => {
            let cost = Argon2Cost::default();
            let salt = keys::random_bytes::<16>(random);
            let phrase = passphrase.clone();
            let wrapping = run_blocking(move || keys::from_passphrase(&phrase, &salt, cost)).await?;
            Slot::wrap_passphrase(&vault_id, &root, &wrapping, salt, cost, random)?
        }
        Way::Keychain => {
            let wrapping = keys::WrappingKey::random(random);
            let entry = keychain::entry_name(&vault_id);
            keychain::store(keychain, &entry, wrapping.bytes()).await.map_err(Error::Keychain)?;
            Slot::wrap_keychain(&vault_id, &root, &wrapping, entry, random)?
        }
    };
    let unfinished = unfinished_path(dir);
    files::remove_unfinished(&unfinished)?;
    let database = Database::open(&unfinished, &root.database_key(&vault_id)?).await?;
    database.close().await;
    let header = Header::new(vault_id, vec![slot], &root, random)?;
    header.write(dir, &header_path(dir))?;
    finish(dir)?;
    open_with(dir, &header, &root).await
}

/// Opens the vault in a folder.
pub async fn open(dir: &Path, way: Way<'_>, keychain: &Arc<dyn Keychain>) -> Result<OpenVault, Error> {
    match find(dir)? {
        Found::Absent => return Err(Error::Absent),
        Found::Damaged { what } => return Err(Error::Damaged { what }),
        Found::TooNew { needs } => return Err(Error::TooNew { needs }),
        Found::Vault { .. } => {}
    }
    let header = Header::read(&header_path(dir))?;
    let root = match way {
        Way::Passphrase(passphrase) => {
            let attempt = header.clone();
            let phrase = passphrase.clone();
            run_blocking(move || attempt.unwrap_with_passphrase(&phrase)).await?
        }
        Way::Keychain => {
            let entry = header.keychain_entry().ok_or(Error::NoSuchSlot)?.to_owned();
            let bytes = keychain::load(keychain, &entry).await.map_err(Error::Keychain)?;
            let wrapping = keys::WrappingKey::from_bytes(bytes.expose())?;
            header.unwrap_with_keychain(&wrapping)?
        }
    };
    header.check(&root)?;
    finish(dir)?;
    open_with(dir, &header, &root).await
}

/// The last step of making a vault; also done at open, when a crash came between header and rename.
fn finish(dir: &Path) -> Result<(), Error> {
    let (unfinished, database) = (unfinished_path(dir), database_path(dir));
    if !database.exists() && unfinished.exists() {
        files::rename(dir, &unfinished, &database)?;
    }
    Ok(())
}

async fn open_with(dir: &Path, header: &Header, root: &RootKey) -> Result<OpenVault, Error> {
    let id = header.vault_id();
    let database = Database::open(&database_path(dir), &root.database_key(&id)?).await?;
    let sealer = Arc::new(Sealer::new(&root.seal_key(&id)?, id));
    Ok(OpenVault { database, sealer, slots: header.kinds() })
}

/// Argon2id takes long and much memory: off the async threads.
async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Derive)?
}
