//! Finding, making, opening and closing a vault.
//!
//! Not here: changing how it opens (`slots`), its keys (`renewal`), copies of it (`backup`).

use crate::{
    Argon2Cost, Database, Error, Keychain, KeychainError, KeychainState, NewSlot, RecoveryCode, Sealer, SlotFacts,
    SlotKind, database, files,
    header::{self, Header, Leftover, Slot},
    keychain,
    keys::{self, PurposeKey, RootKey, WrappingKey},
    slots,
};
use drawbridge_domain::{Random, SecretString};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

/// What a vault needs of the outer world.
#[derive(Clone)]
pub struct Parts {
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// Where the wrapping key can be kept.
    pub keychain: Arc<dyn Keychain>,
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

/// How to open a vault, or to prove that one may change it.
#[derive(Clone, Copy)]
pub enum Way<'a> {
    /// By the keychain's wrapping key.
    Keychain,
    /// By passphrase, with the keychain's key where the slot needs both.
    Passphrase(&'a SecretString),
    /// By recovery code.
    Recovery(&'a RecoveryCode),
}

/// What the header of an open vault says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderFacts {
    /// Grows with every header of the vault.
    pub revision: u64,
    /// Grows with every change of a credential: the most that header or keychain know of. A database
    /// that says less is an old copy.
    pub generation: u64,
    /// How often the keys were renewed, and once more.
    pub key_version: u32,
    /// The weakest key derivation among the slots.
    pub weakest: Option<Argon2Cost>,
    /// The slot that opened it.
    pub opened_by: SlotFacts,
    /// Whether the first copy of the header could not be used and was written anew from the second.
    pub repaired: bool,
}

/// A vault that is open: the database and what seals values in it. Dropping it wipes the keys;
/// [`OpenVault::close`] closes the database in order.
pub struct OpenVault {
    /// The database.
    pub database: Database,
    /// Seals and unseals single values.
    pub sealer: Arc<Sealer>,
    pub(crate) dir: PathBuf,
    pub(crate) parts: Parts,
    pub(crate) keys: Keys,
    /// The header as it is on disk. Held only for as long as it takes to write it.
    pub(crate) header: std::sync::Mutex<Header>,
    facts: HeaderFacts,
}

/// The keys that are needed while the vault is open. The root key is not among them.
pub(crate) struct Keys {
    pub(crate) database: PurposeKey,
    pub(crate) header: PurposeKey,
    pub(crate) backup: PurposeKey,
}

impl Keys {
    pub(crate) fn of(root: &RootKey, vault_id: &[u8; 16]) -> Result<Self, Error> {
        Ok(Self {
            database: root.database_key(vault_id)?,
            header: root.header_key(vault_id)?,
            backup: root.backup_key(vault_id)?,
        })
    }
}

impl OpenVault {
    /// Closes the database (checkpointed). The keys are wiped when this is dropped.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// What the header said when the vault was opened.
    pub fn facts(&self) -> &HeaderFacts {
        &self.facts
    }

    /// The ways to open it, as they are now.
    pub fn slots(&self) -> Vec<SlotFacts> {
        self.header().slots.iter().map(Slot::facts).collect()
    }

    /// Which revision of the header is on disk.
    pub fn revision(&self) -> u64 {
        self.header().revision
    }

    /// Reads every page of the database and checks it.
    pub async fn check_pages(&self) -> Result<crate::PageCheck, Error> {
        // The seals are looked at in the file itself. A page that a kill cut while it was copied there
        // is still whole in the log, so that goes first.
        let brought_in = self.database.checkpoint().await;
        let mut check = database::check_pages(&self.database_path(), &self.keys.database).await?;
        // A page that can't be read can stand in the way already here, and is then found above.
        if brought_in.is_err() && check.wrong.is_empty() {
            check.wrong.push("its log can't be brought in".to_owned());
        }
        Ok(check)
    }

    /// Notes in the header how often credentials were changed. Call it after the database has the
    /// same number durably.
    pub fn record_generation(&self, generation: u64) -> Result<(), Error> {
        let mut held = self.header();
        if held.generation >= generation {
            return Ok(());
        }
        let next = Header { generation, ..held.clone() };
        self.write(&mut held, next)
    }

    /// Notes the same in the keychain, if the vault uses one: a copy that a thief of the files does not have.
    pub async fn publish_generation(&self, generation: u64) -> Result<(), KeychainError> {
        let (entry, used) = {
            let header = self.header();
            let used = header.slots.iter().any(|slot| slot.lock.entry().is_some());
            (keychain::generation_name(&header.vault_id()), used)
        };
        if !used {
            return Ok(());
        }
        keychain::store(&self.parts.keychain, &entry, &generation.to_be_bytes()).await
    }

    pub(crate) fn header(&self) -> std::sync::MutexGuard<'_, Header> {
        self.header.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn database_path(&self) -> PathBuf {
        self.dir.join(&self.header().database)
    }

    /// Writes the next header; only then is it the one that is held.
    pub(crate) fn write(&self, held: &mut Header, next: Header) -> Result<(), Error> {
        let next = Header { revision: held.revision + 1, ..next }.tagged(&self.keys.header, &*self.parts.random)?;
        next.write(&self.dir)?;
        *held = next;
        Ok(())
    }
}

/// Asks whether the keychain is there; one that does not answer in time is silent.
pub async fn keychain_state(keychain: &Arc<dyn Keychain>) -> KeychainState {
    let asked = Arc::clone(keychain);
    match keychain::limited(move || Ok(asked.state())).await {
        Ok(state) => state,
        Err(KeychainError::TimedOut) => KeychainState::Silent,
        Err(_) => KeychainState::Absent,
    }
}

/// The program that keeps the keychain; empty if it can't be told.
pub async fn keychain_backend(keychain: &Arc<dyn Keychain>) -> String {
    keychain::backend(keychain).await
}

/// Where a database lies until the header that names it is durable.
pub(crate) fn unfinished(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.new"))
}

/// Both copies of the header, as far as they can be read, the one that counts first.
fn candidates(dir: &Path) -> Result<Vec<Header>, Error> {
    let first = Header::read(&header::path(dir));
    let second = Header::read(&header::copy_path(dir));
    match (first, second) {
        (Ok(first), Ok(second)) if first == second => Ok(vec![first]),
        (Ok(first), Ok(second)) => Ok(vec![first, second]),
        // A newer program's header is not damage, whatever its copy says.
        (Err(error @ (Error::TooNew { .. } | Error::Unsafe { .. } | Error::File { .. })), _) => Err(error),
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(vec![one]),
        (Err(Error::Absent), Err(second)) => Err(second),
        (Err(first), Err(_)) => Err(first),
    }
}

/// Looks what lies in a folder, without opening anything.
pub fn find(dir: &Path) -> Result<Found, Error> {
    match std::fs::symlink_metadata(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Absent),
        Err(source) => return Err(Error::File { step: "looking at the vault folder", source }),
        Ok(_) => files::check_folder(dir)?,
    }
    match candidates(dir) {
        Ok(headers) => {
            let whole = headers
                .iter()
                .find(|header| dir.join(&header.database).exists() || unfinished(dir, &header.database).exists());
            Ok(match whole {
                Some(header) => Found::Vault { slots: header.kinds() },
                None => Found::Damaged { what: "the database file is missing" },
            })
        }
        Err(Error::Absent) if !databases(dir)?.is_empty() => Ok(Found::Damaged { what: "the header file is missing" }),
        Err(Error::Absent) => Ok(Found::Absent),
        Err(Error::Damaged { what }) => Ok(Found::Damaged { what }),
        Err(Error::TooNew { needs }) => Ok(Found::TooNew { needs }),
        Err(other) => Err(other),
    }
}

/// The finished database files in a folder, by name.
pub(crate) fn databases(dir: &Path) -> Result<Vec<String>, Error> {
    let failed = |source| Error::File { step: "looking into the vault folder", source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.extend(name.to_str().filter(|name| header::is_database_name(name)).map(str::to_owned));
    }
    Ok(names)
}

/// Makes a vault in a folder that has none, and leaves it open.
///
/// The header is written last and at once: a crash before leaves no vault, a crash after leaves a whole one.
pub async fn create(dir: &Path, way: NewSlot<'_>, parts: &Parts) -> Result<OpenVault, Error> {
    match find(dir)? {
        Found::Absent => {}
        Found::Damaged { what } => return Err(Error::Damaged { what }),
        Found::Vault { .. } | Found::TooNew { .. } => return Err(Error::Exists),
    }
    files::make_folder(dir)?;
    remove_unfinished(dir)?;
    let random = &*parts.random;
    let root = RootKey::random(random)?;
    let vault_id = keys::random_bytes::<16>(random);
    let slot = slots::make(&vault_id, &root, way, parts).await?;
    let keys = Keys::of(&root, &vault_id)?;
    let name = header::database_name(random);
    let path = unfinished(dir, &name);
    Database::open(&path, &keys.database).await?.close().await;
    files::check_closed(&path)?;
    files::sync_file(&path)?;
    let opened_by = slot.facts();
    let header = Header { revision: 1, ..Header::new(vault_id, name, vec![slot]) }.tagged(&keys.header, random)?;
    header.write(dir)?;
    open_with(dir, header, &root, parts, opened_by, false).await
}

/// Opens the vault in a folder.
pub async fn open(dir: &Path, way: Way<'_>, parts: &Parts) -> Result<OpenVault, Error> {
    match find(dir)? {
        Found::Absent => return Err(Error::Absent),
        Found::Damaged { what } => return Err(Error::Damaged { what }),
        Found::TooNew { needs } => return Err(Error::TooNew { needs }),
        Found::Vault { .. } => {}
    }
    let (header, root, opened_by, repaired) = unlock(dir, way, parts).await?;
    open_with(dir, header, &root, parts, opened_by, repaired).await
}

/// Finds the header that this way opens, the one that counts first; and whether it was the copy.
pub(crate) async fn unlock(
    dir: &Path,
    way: Way<'_>,
    parts: &Parts,
) -> Result<(Header, RootKey, SlotFacts, bool), Error> {
    let headers = candidates(dir)?;
    // The copy alone is there, or is the one that works: the first one was damaged.
    let alone = Header::read(&header::path(dir)).is_err();
    let mut failure = None;
    let mut tried: Vec<([u8; 16], Slot)> = Vec::new();
    let mut found: Option<(RootKey, SlotFacts)> = None;
    for (at, header) in headers.into_iter().enumerate() {
        // A derivation takes long: the same slot is not tried twice.
        let id = header.vault_id();
        let untried = |slot: &&Slot| !tried.contains(&(id, (*slot).clone()));
        let fresh: Vec<Slot> = header.slots.iter().filter(untried).cloned().collect();
        tried.extend(fresh.iter().map(|slot| (id, slot.clone())));
        if found.is_none() {
            let fresh = Header { slots: fresh, ..header.clone() };
            match slots::unwrap(&fresh, way, parts).await {
                Ok(opened) => found = Some(opened),
                // What the first one says counts: the copy may be older.
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match found.as_ref().map(|(root, _)| header.check(root)) {
            Some(Ok(())) => {
                let Some((root, slot)) = found else { break };
                return Ok((header, root, slot, alone || at > 0));
            }
            Some(Err(error)) => failure = failure.or(Some(error)),
            None => {}
        }
    }
    Err(failure.unwrap_or(Error::Damaged { what: "the header file" }))
}

/// Ends what a kill may have left half done, then opens the database.
pub(crate) async fn open_with(
    dir: &Path,
    header: Header,
    root: &RootKey,
    parts: &Parts,
    opened_by: SlotFacts,
    repaired: bool,
) -> Result<OpenVault, Error> {
    let id = header.vault_id();
    let keys = Keys::of(root, &id)?;
    let header = finish(dir, header, &keys, parts).await?;
    // Both copies say the same from here on.
    if repaired || Header::read(&header::copy_path(dir)).ok().as_ref() != Some(&header) {
        header.write(dir)?;
    }
    let sealer = Arc::new(Sealer::new(root.seal_key(&id)?, id, header.key_version));
    let database = Database::open(&dir.join(&header.database), &keys.database).await?;
    let weakest = header.slots.iter().filter_map(|slot| slot.lock.cost()).reduce(Argon2Cost::weaker);
    let uses_keychain = header.slots.iter().any(|slot| slot.lock.entry().is_some());
    let elsewhere = if uses_keychain { published_generation(&id, parts).await } else { 0 };
    let facts = HeaderFacts {
        revision: header.revision,
        generation: header.generation.max(elsewhere),
        key_version: header.key_version,
        weakest,
        opened_by,
        repaired,
    };
    Ok(OpenVault {
        database,
        sealer,
        dir: dir.to_owned(),
        parts: parts.clone(),
        keys,
        header: std::sync::Mutex::new(header),
        facts,
    })
}

/// The keychain's copy of the generation; 0 where it has none or does not answer.
async fn published_generation(vault_id: &[u8; 16], parts: &Parts) -> u64 {
    match keychain::load(&parts.keychain, &keychain::generation_name(vault_id)).await {
        Ok(bytes) => bytes.expose().as_slice().try_into().map_or(0, u64::from_be_bytes),
        Err(_) => 0,
    }
}

/// The last steps of whatever made this header: the new database gets its name, the old ones go.
/// Each can be done again after a kill.
pub(crate) async fn finish(dir: &Path, mut header: Header, keys: &Keys, parts: &Parts) -> Result<Header, Error> {
    let (new, named) = (unfinished(dir, &header.database), dir.join(&header.database));
    if !named.exists() && new.exists() {
        files::rename(dir, &new, &named)?;
    }
    if header.leftovers.is_empty() {
        return Ok(header);
    }
    let remaining = clear(dir, &header.leftovers, parts).await?;
    if remaining.len() < header.leftovers.len() {
        header = Header { leftovers: remaining, revision: header.revision + 1, ..header };
        header = header.tagged(&keys.header, &*parts.random)?;
        header.write(dir)?;
    }
    Ok(header)
}

/// Clears what is not in use any more; gives back what could not be cleared now. A keychain that is
/// away must not keep the vault shut: its entry is tried again at the next open.
pub(crate) async fn clear(dir: &Path, leftovers: &[Leftover], parts: &Parts) -> Result<Vec<Leftover>, Error> {
    let mut remaining = Vec::new();
    for leftover in leftovers {
        match leftover {
            Leftover::Database { name, keep_in: Some(folder) } => {
                let folder = dir.join(folder);
                files::make_inner_folder(&folder)?;
                files::move_database(dir, &folder, name)?;
            }
            Leftover::Database { name, keep_in: None } => files::remove_database(&dir.join(name))?,
            Leftover::Entry { name } => {
                if keychain::remove(&parts.keychain, name).await.is_err() {
                    remaining.push(leftover.clone());
                }
            }
        }
    }
    Ok(remaining)
}

/// Removes databases that no header ever named: what a kill left of a job that did not get that far.
pub(crate) fn remove_unfinished(dir: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { step: "looking into the vault folder", source };
    let named: Vec<String> = candidates(dir).unwrap_or_default().into_iter().map(|header| header.database).collect();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let Some(base) = name.to_str().and_then(|name| name.strip_suffix(".new")) else { continue };
        if header::is_database_name(base) && !named.iter().any(|name| name == base) {
            files::remove_database(&dir.join(&name))?;
        }
    }
    Ok(())
}

/// The wrapping key in a keychain entry; says so if another program answers than the one that keeps it.
pub(crate) async fn wrapping_key(entry: &str, backend: &str, parts: &Parts) -> Result<WrappingKey, Error> {
    match keychain::load(&parts.keychain, entry).await {
        Ok(bytes) => WrappingKey::from_bytes(bytes.expose()),
        Err(KeychainError::NoEntry) => {
            let now = keychain::backend(&parts.keychain).await;
            if !now.is_empty() && !backend.is_empty() && now != backend {
                return Err(Error::OtherKeychain { was: backend.to_owned(), now });
            }
            Err(Error::Keychain(KeychainError::NoEntry))
        }
        Err(error) => Err(Error::Keychain(error)),
    }
}

/// Argon2id takes long and much memory: off the async threads.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Derive)?
}
