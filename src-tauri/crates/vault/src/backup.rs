//! Backups: one file with the header and a copy of the database, sealed as the vault is.
//!
//! Layout, numbers big-endian: 16 bytes `drawbridge backup`'s mark, 8 bytes time (milliseconds since
//! 1970), 4 bytes length and the header, 8 bytes length and the database, 32 bytes SHA-256 of all
//! that, 28 bytes AES-256-GCM over nothing with that digest as associated data, under the backup key. Anybody can
//! see whether the file is whole; whoever opens it sees that nobody made it but the vault. Not here:
//! when backups are made and which are kept.

use crate::{
    Database, Error, OpenVault, PageCheck, Parts, Sealer, SlotKind, Way, database,
    files::{self, Unfinished},
    header::{self, Header, Leftover, Slot},
    keys::{self, RootKey},
    opening::{Keys, databases, finish, remove_unfinished, unfinished, wrapping_key},
    renewal::put_aside_headers,
    slots,
};
use drawbridge_domain::Timestamp;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

const MARK: &[u8; 16] = b"drawbridge-bkp\x00\x01";
const DIGEST: usize = 32;
const TAG: usize = 28;
/// No vault comes near this size.
const MOST: u64 = 64 * 1024 * 1024 * 1024;
const CHUNK: usize = 256 * 1024;

/// What a backup tells without being opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFacts {
    /// When it was made, by the clock of the computer that made it.
    pub made_at: Timestamp,
    /// Bytes.
    pub bytes: u64,
    /// How it opens on another computer; empty if only this computer's keychain opens it.
    pub opens_with: Vec<SlotKind>,
    /// Of which vault.
    pub of_vault: [u8; 16],
    /// How often that vault's keys had been renewed, and once more.
    pub key_version: u32,
}

struct Parsed {
    facts: BackupFacts,
    header: Header,
    digest: [u8; DIGEST],
    tag: [u8; TAG],
}

fn portable(slot: &Slot) -> bool {
    matches!(slot.lock.kind(), SlotKind::Passphrase | SlotKind::Recovery)
}

impl OpenVault {
    /// Writes a consistent copy of the vault to a new file, while it is in use. Never over a file
    /// that is there.
    pub async fn backup(&self, to: &Path, made_at: Timestamp) -> Result<BackupFacts, Error> {
        let header = self.header().clone();
        if to.exists() {
            return Err(Error::FileExists);
        }
        let copy = Unfinished::new(unfinished(&self.dir, &header::database_name(&*self.parts.random)));
        database::copy(&self.dir.join(&header.database), &self.keys.database, copy.path()).await?;
        let (to, key, random) = (to.to_owned(), self.keys.backup.again()?, Arc::clone(&self.parts.random));
        crate::opening::run_blocking(move || {
            let written = write(&to, made_at, &header, copy.path(), &key, &*random);
            if written.is_err() {
                let _ = files::remove(&part(&to));
            }
            written?;
            Ok(parse(&to, None)?.facts)
        })
        .await
    }

    /// Whether a backup is one of this vault under the keys it has now.
    pub fn made(&self, backup: &BackupFacts) -> bool {
        let header = self.header();
        backup.of_vault == header.vault_id() && backup.key_version == header.key_version
    }

    /// Opens a backup of this vault: checksum, seal, every page.
    pub async fn open_backup(&self, path: &Path) -> Result<OpenBackup, Error> {
        let (parsed, copy) = extract(path, &self.dir, &self.parts).await?;
        let header = self.header().clone();
        let same = parsed.header.vault_id == header.vault_id && parsed.header.key_version == header.key_version;
        if !same || keys::decrypt(&self.keys.backup.0, &parsed.tag, &parsed.digest).is_none() {
            return Err(Error::Damaged { what: "the backup's seal" });
        }
        look_into(parsed, copy, &self.keys, Arc::clone(&self.sealer)).await
    }
}

/// A backup that is open, to be looked through. [`OpenBackup::close`] ends it.
pub struct OpenBackup {
    /// What it is.
    pub facts: BackupFacts,
    /// What reading its pages found.
    pub check: PageCheck,
    /// Its database: a copy that goes when this is dropped.
    pub database: Database,
    /// Unseals its values.
    pub sealer: Arc<Sealer>,
    _copy: Unfinished,
}

impl OpenBackup {
    /// Closes and removes the copy.
    pub async fn close(self) {
        self.database.close().await;
    }
}

fn part(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn write(
    to: &Path,
    made_at: Timestamp,
    header: &Header,
    database: &Path,
    key: &keys::PurposeKey,
    random: &dyn drawbridge_domain::Random,
) -> Result<(), Error> {
    let failed = |source| Error::File { step: "writing the backup", source };
    let temporary = part(to);
    let file = files::private().create(true).truncate(true).open(&temporary).map_err(failed)?;
    let mut out = Hashing { inner: BufWriter::with_capacity(CHUNK, file), digest: Sha256::new() };
    let text = header.bytes()?;
    let mut from = File::open(database).map_err(failed)?;
    let length = from.metadata().map_err(failed)?.len();
    out.put(MARK).map_err(failed)?;
    out.put(&made_at.as_millis().to_be_bytes()).map_err(failed)?;
    out.put(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes()).map_err(failed)?;
    out.put(&text).map_err(failed)?;
    out.put(&length.to_be_bytes()).map_err(failed)?;
    let mut chunk = vec![0; CHUNK];
    let mut left = length;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        from.read_exact(&mut chunk[..most]).map_err(failed)?;
        out.put(&chunk[..most]).map_err(failed)?;
        left -= most as u64;
    }
    let digest: [u8; DIGEST] = out.digest.finalize().into();
    let mut file = out.inner;
    file.write_all(&digest).map_err(failed)?;
    file.write_all(&keys::encrypt(&key.0, &[], &digest, random)?).map_err(failed)?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    files::publish(&temporary, to)
}

struct Hashing<W> {
    inner: W,
    digest: Sha256,
}

impl<W: std::io::Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.digest.update(bytes);
        self.inner.write_all(bytes)
    }
}

impl<R: Read> Hashing<R> {
    fn take(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        let short = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::UnexpectedEof => Error::Damaged { what: "the backup file" },
            _ => Error::File { step: "reading the backup", source },
        };
        self.inner.read_exact(bytes).map_err(short)?;
        self.digest.update(bytes);
        Ok(())
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.take(&mut bytes)?;
        Ok(bytes)
    }
}

/// Looks at a backup without opening it: whether it is one, and whole.
pub fn read_backup(path: &Path) -> Result<BackupFacts, Error> {
    parse(path, None).map(|parsed| parsed.facts)
}

/// Reads only the beginning of a backup: enough to list it. Says nothing about the rest.
pub fn peek_backup(path: &Path) -> Result<BackupFacts, Error> {
    let file = File::open(path).map_err(|source| Error::File { step: "reading the backup", source })?;
    let length = file.metadata().map_err(|source| Error::File { step: "reading the backup", source })?.len();
    let mut from = Hashing { inner: BufReader::new(file), digest: Sha256::new() };
    let (made_at, header) = beginning(&mut from)?;
    Ok(facts(made_at, length, &Header::parse(&header)?))
}

/// The mark, the time and the header's bytes.
fn beginning(from: &mut Hashing<impl Read>) -> Result<(Timestamp, Vec<u8>), Error> {
    if &from.number::<16>()? != MARK {
        return Err(Error::Damaged { what: "the backup file: it is no backup" });
    }
    let made_at = Timestamp::from_millis(i64::from_be_bytes(from.number()?));
    let length = u32::from_be_bytes(from.number()?);
    if u64::from(length) > header::MAX_BYTES {
        return Err(Error::Damaged { what: "the backup file" });
    }
    let mut text = vec![0; length as usize];
    from.take(&mut text)?;
    Ok((made_at, text))
}

fn facts(made_at: Timestamp, bytes: u64, header: &Header) -> BackupFacts {
    let portable = header.slots.iter().filter(|slot| portable(slot));
    let mut opens_with: Vec<SlotKind> = portable.map(|slot| slot.lock.kind()).collect();
    opens_with.sort_unstable();
    opens_with.dedup();
    BackupFacts { made_at, bytes, opens_with, of_vault: header.vault_id(), key_version: header.key_version }
}

/// Reads a backup and checks its checksum; writes its database where it is told to.
fn parse(path: &Path, database: Option<&Path>) -> Result<Parsed, Error> {
    let failed = |source| Error::File { step: "reading the backup", source };
    let damaged = || Error::Damaged { what: "the backup file" };
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() || about.len() > MOST {
        return Err(damaged());
    }
    let mut from = Hashing { inner: BufReader::with_capacity(CHUNK, file), digest: Sha256::new() };
    let (made_at, text) = beginning(&mut from)?;
    let length = u64::from_be_bytes(from.number()?);
    let around = (16 + 8 + 4 + 8 + DIGEST + TAG) as u64 + text.len() as u64;
    if length.checked_add(around) != Some(about.len()) {
        return Err(damaged());
    }
    let mut out = match database {
        Some(path) => {
            let failed = |source| Error::File { step: "copying the backup's database", source };
            Some(files::private().create_new(true).open(path).map_err(failed)?)
        }
        None => None,
    };
    let mut chunk = vec![0; CHUNK];
    let mut left = length;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        from.take(&mut chunk[..most])?;
        if let Some(out) = &mut out {
            let failed = |source| Error::File { step: "copying the backup's database", source };
            out.write_all(&chunk[..most]).map_err(failed)?;
        }
        left -= most as u64;
    }
    let digest: [u8; DIGEST] = from.digest.clone().finalize().into();
    if from.number::<DIGEST>()? != digest {
        return Err(damaged());
    }
    let tag = from.number::<TAG>()?;
    // Only now is what the header says worth a look.
    let header = Header::parse(&text)?;
    let facts = facts(made_at, about.len(), &header);
    Ok(Parsed { facts, header, digest, tag })
}

/// Reads a backup, with its database beside the vault's.
async fn extract(path: &Path, dir: &Path, parts: &Parts) -> Result<(Parsed, Unfinished), Error> {
    files::make_folder(dir)?;
    let copy = Unfinished::new(unfinished(dir, &header::database_name(&*parts.random)));
    let from = path.to_owned();
    crate::opening::run_blocking(move || Ok((parse(&from, Some(copy.path()))?, copy))).await
}

async fn look_into(parsed: Parsed, copy: Unfinished, keys: &Keys, sealer: Arc<Sealer>) -> Result<OpenBackup, Error> {
    let check = database::check_pages(copy.path(), &keys.database).await?;
    if !check.wrong.is_empty() {
        return Err(Error::Damaged { what: "the backup's database" });
    }
    let database = Database::open(copy.path(), &keys.database).await?;
    Ok(OpenBackup { facts: parsed.facts, check, database, sealer, _copy: copy })
}

/// Opens what a way opens of a backup: the root key, the keys from it, checked against the seal.
async fn unseal(parsed: &Parsed, way: Way<'_>, parts: &Parts) -> Result<(RootKey, Keys), Error> {
    let (root, _) = slots::unwrap(&parsed.header, way, parts).await?;
    parsed.header.check(&root)?;
    let keys = Keys::of(&root, &parsed.header.vault_id())?;
    match keys::decrypt(&keys.backup.0, &parsed.tag, &parsed.digest) {
        Some(_) => Ok((root, keys)),
        None => Err(Error::Damaged { what: "the backup's seal" }),
    }
}

/// Opens any backup by passphrase, recovery code or this computer's keychain: checksum, seal, every
/// page. Works in the vault's folder, and changes nothing there.
pub async fn open_backup(path: &Path, dir: &Path, way: Way<'_>, parts: &Parts) -> Result<OpenBackup, Error> {
    let (parsed, copy) = extract(path, dir, parts).await?;
    let (root, keys) = unseal(&parsed, way, parts).await?;
    let id = parsed.header.vault_id();
    let sealer = Arc::new(Sealer::new(root.seal_key(&id)?, id, parsed.header.key_version));
    look_into(parsed, copy, &keys, sealer).await
}

/// Puts a backup in the place of the vault in a folder. What is there is put into the folder
/// `aside` in it, never deleted; `true` if there was something.
pub async fn restore(
    path: &Path,
    dir: &Path,
    way: Way<'_>,
    parts: &Parts,
    aside: &str,
) -> Result<(BackupFacts, bool), Error> {
    let (parsed, copy) = extract(path, dir, parts).await?;
    let (root, keys) = unseal(&parsed, way, parts).await?;
    let check = database::check_pages(copy.path(), &keys.database).await?;
    if !check.wrong.is_empty() {
        return Err(Error::Damaged { what: "the backup's database" });
    }
    drop(root);
    files::sync_file(copy.path())?;
    let there = databases(dir)?;
    let now = [header::path(dir), header::copy_path(dir)]
        .iter()
        .filter_map(|path| Header::read(path).ok())
        .collect::<Vec<_>>();
    let had_header = header::path(dir).exists() || header::copy_path(dir).exists();
    let something = had_header || !there.is_empty();
    if something {
        put_aside_headers(dir, aside)?;
    }
    let revision = now.iter().map(|header| header.revision).chain([parsed.header.revision]).max().unwrap_or(0) + 1;
    // More than its database says, so that the next open takes it for the old copy it is.
    let generation =
        now.iter().map(|header| header.generation).chain([parsed.header.generation]).max().unwrap_or(0) + 1;
    let keep = |name: String| Leftover::Database { name, keep_in: Some(aside.to_owned()) };
    // A database that was about to get its name counts as there, too.
    let pending = now.iter().map(|header| header.database.clone()).filter(|name| unfinished(dir, name).exists());
    for name in pending {
        if !dir.join(&name).exists() {
            files::rename(dir, &unfinished(dir, &name), &dir.join(&name))?;
        }
    }
    let leftovers = databases(dir)?.into_iter().map(keep).collect();
    let name = copy.path().file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    // A way by keychain moves along only where this computer's keychain has its key.
    let mut slots = Vec::new();
    for slot in &parsed.header.slots {
        let usable = match slot.lock.entry() {
            None => true,
            Some((entry, backend)) => wrapping_key(entry, backend, parts).await.is_ok(),
        };
        if usable {
            slots.push(slot.clone());
        }
    }
    let header = Header { revision, generation, database: name, leftovers, slots, ..parsed.header };
    let header = header.tagged(&keys.header, &*parts.random)?;
    header.write(dir)?;
    copy.keep();
    finish(dir, header, &keys, parts).await?;
    let _ = files::remove(&dir.join("attempts.json"));
    remove_unfinished(dir)?;
    Ok((parsed.facts, something))
}
