//! Turns a passphrase or a keychain entry into an open sealed database, and closes it again.
//! Nobody outside sees a key: what leaves this room is a database handle and a [`Sealer`].
//!
//! Not here: what is stored (that is `store`), when to lock (that is `keeper`), and any sentence
//! for a person.
//!
//! On disk a vault is a folder with `header.json` and its copy (key slots, authenticated under the
//! root key), one `vault-….db` (SQLCipher) that the header names, and `keeper.lock`. One random root
//! key is wrapped once per slot; HKDF gives each purpose its own key. `SECURITY.md` describes it all.

mod age_file;
mod attempts;
mod backup;
mod database;
mod files;
mod folder_lock;
mod folder_look;
#[cfg(test)]
mod fuzz;
mod header;
mod keychain;
mod keys;
mod memory;
mod opening;
mod recovery;
mod renewal;
mod seal;
mod slots;

pub use age_file::{AgeFileError, read_age_file, write_age_file};
pub use attempts::Attempts;
pub use backup::{BackupFacts, OpenBackup, open_backup, peek_backup, read_backup, restore};
pub use database::{Database, PageCheck};
pub use folder_lock::{FolderLock, LockNote};
pub use folder_look::{FolderLook, look_at_folder};
pub use header::{FORMAT, SlotFacts, SlotKind};
pub use keychain::{Keychain, KeychainError, KeychainState, MemoryKeychain, SystemKeychain};
pub use keys::{ARGON2_FLOOR, Argon2Cost};
pub use memory::leaving_nothing;
pub use opening::{Found, HeaderFacts, OpenVault, Parts, Way, create, find, keychain_backend, keychain_state, open};
pub use recovery::{RECOVERY_GROUPS, RecoveryCode};
pub use renewal::{Renewal, Rescue, begin_rescue};
pub use seal::{Place, Sealer};
pub use slots::{NewSlot, Proven};

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
    /// What was typed can't be a recovery code: a slip of the hand.
    #[error("not a recovery code")]
    RecoveryTypo,
    /// It is a recovery code, but of another vault or an older one.
    #[error("the recovery code opens no slot")]
    WrongRecovery,
    /// The keychain has no such entry, and is kept by another program than when it was made.
    #[error("another keychain than the one that has the key")]
    OtherKeychain {
        /// The program that kept it then.
        was: String,
        /// The program that answers now.
        now: String,
    },
    /// The header asks for weaker key derivation than the vault last had.
    #[error("weaker key derivation than the vault last had")]
    Downgraded,
    /// Only the passphrase can prove that, as its slot has to be made anew.
    #[error("the passphrase is needed")]
    NeedsPassphrase,
    /// The last way to open the vault can't be taken away.
    #[error("the last way to open the vault")]
    LastSlot,
    /// A way that opens the vault alone would undo one that needs two.
    #[error("it would weaken a way that needs both")]
    Weakens,
    /// The file is there already.
    #[error("the file is there already")]
    FileExists,
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

/// Writes a small file of a front's beside the vault's, whole or not at all, for its owner only.
pub fn write_beside(dir: &std::path::Path, name: &str, content: &[u8]) -> Result<(), Error> {
    files::write_whole(dir, &dir.join(name), content)
}

impl Error {
    /// Whether the disk is full or can't be written.
    pub fn is_disk(&self) -> bool {
        match self {
            Self::File { .. } => true,
            Self::Database { source, .. } => {
                let Some(error) = source.as_database_error() else { return false };
                // SQLCipher's export tells an inner failure by its words alone, under SQLITE_ERROR.
                let inner = ["unable to open database file", "database or disk is full", "disk I/O error"];
                let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
                // SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN and their extended codes.
                matches!(code & 0xff, 13 | 8 | 10 | 14)
                    || code == 1 && inner.iter().any(|words| error.message().contains(words))
            }
            _ => false,
        }
    }
}
