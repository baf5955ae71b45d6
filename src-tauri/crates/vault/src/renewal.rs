//! New keys for a vault, and a new database from a damaged one.
//!
//! Both make a second database beside the first, see that it is whole, and then write the header
//! that names it: a kill before leaves the old vault, a kill after the new one. Not here: what is
//! in the database; the caller fills or re-seals it.

use crate::{
    Argon2Cost, Database, Error, NewSlot, OpenVault, Parts, Proven, Sealer, SlotFacts, SlotKind, Way, database,
    files::{self, Unfinished},
    header::{self, Header, Leftover, Slot},
    keys::RootKey,
    opening::{self, Keys, open_with, remove_unfinished, unfinished, unlock},
    slots,
};
use sqlx::{Sqlite, SqliteConnection, pool::PoolConnection};
use std::path::{Path, PathBuf};

/// New keys for a vault, made and not in force yet: the copied database under them, for its values
/// to be sealed anew. Without [`Renewal::finish`], it never happened; [`Renewal::abandon`] ends it in order.
pub struct Renewal {
    /// The copy.
    pub database: Database,
    /// What the copy's values are to be sealed with.
    pub sealer: Sealer,
    before: Header,
    slots: Vec<Slot>,
    name: String,
    root: RootKey,
    keys: Keys,
    copy: Unfinished,
    /// The old database's one writing connection: what would be written there now would be lost.
    alone: PoolConnection<Sqlite>,
}

impl OpenVault {
    /// Begins to give the vault new keys: a new root key, so a new key for every page and every
    /// sealed value, and a new key in every slot. Nothing else may write to the vault until the end.
    /// A recovery code opens old copies only from then on: the caller makes a new one.
    pub async fn begin_renewal(&self, proven: Proven, cost: Argon2Cost) -> Result<Renewal, Error> {
        let before = self.header().clone();
        let id = before.vault_id();
        let root = RootKey::random(&*self.parts.random)?;
        let slots = new_slots(&before, &id, &root, &proven, cost, &self.parts).await?;
        drop(proven);
        let keys = Keys::of(&root, &id)?;
        let sealer = Sealer::new(root.seal_key(&id)?, id, before.key_version + 1);
        remove_unfinished(&self.dir)?;
        let failed = |source| Error::Database { step: "waiting to be alone with the database", source };
        let alone = self.database.writer().acquire().await.map_err(failed)?;
        let name = header::database_name(&*self.parts.random);
        let copy = Unfinished::new(unfinished(&self.dir, &name));
        database::copy(&self.dir.join(&before.database), &self.keys.database, copy.path()).await?;
        database::rekey(copy.path(), &self.keys.database, &keys.database).await?;
        let database = Database::open(copy.path(), &keys.database).await?;
        Ok(Renewal { database, sealer, before, slots, name, root, keys, copy, alone })
    }
}

impl Renewal {
    /// Leaves the vault as it was. The copy is closed when this returns, not some time after.
    pub async fn abandon(self) {
        self.database.close().await;
    }

    /// Checks every page of the copy and puts the new keys in force. The old database is closed and
    /// removed, the old keys' entries leave the keychain.
    pub async fn finish(self, vault: &OpenVault) -> Result<OpenVault, Error> {
        self.database.close().await;
        files::check_closed(self.copy.path())?;
        let check = database::check_pages(self.copy.path(), &self.keys.database).await?;
        if !check.wrong.is_empty() {
            return Err(Error::Damaged { what: "the copy under the new keys" });
        }
        files::sync_file(self.copy.path())?;
        let mut leftovers = self.before.leftovers.clone();
        leftovers.push(Leftover::Database { name: self.before.database.clone(), keep_in: None });
        let entries = self.before.slots.iter().filter_map(|slot| slot.lock.entry());
        leftovers.extend(entries.map(|(name, _)| Leftover::Entry { name: name.to_owned() }));
        let was = vault.facts().opened_by.clone();
        let opened_by = self.slots.iter().map(Slot::facts).find(|slot| slot.kind == was.kind).unwrap_or(was);
        let next = Header {
            key_version: self.before.key_version + 1,
            revision: self.before.revision + 1,
            database: self.name,
            leftovers,
            slots: self.slots,
            ..self.before
        };
        let next = next.tagged(&self.keys.header, &*vault.parts.random)?;
        next.write(&vault.dir)?;
        // From here on the new keys are the true ones.
        self.copy.keep();
        // The old database goes with the header's leftovers, so it must not be open any more. Its
        // writer is given back only once the closing has begun: nobody else gets it.
        let alone = self.alone;
        tokio::join!(biased; vault.database.close(), async move { drop(alone) });
        open_with(&vault.dir, next, &self.root, &vault.parts, opened_by, false).await
    }
}

/// The slots that wrap the new root key.
async fn new_slots(
    before: &Header,
    id: &[u8; 16],
    root: &RootKey,
    proven: &Proven,
    cost: Argon2Cost,
    parts: &Parts,
) -> Result<Vec<Slot>, Error> {
    let mut made = Vec::new();
    for slot in &before.slots {
        let cost = slot.lock.cost().map_or(cost, |had| had.dearer(cost));
        let way = match (slot.lock.kind(), &proven.passphrase) {
            (SlotKind::Keychain, _) => NewSlot::Keychain,
            (SlotKind::Passphrase, Some(passphrase)) => NewSlot::Passphrase(passphrase, cost),
            (SlotKind::Both, Some(passphrase)) => NewSlot::Both(passphrase, cost),
            (SlotKind::Passphrase | SlotKind::Both, None) => return Err(Error::NeedsPassphrase),
            (SlotKind::Recovery, _) => continue,
        };
        made.push(slots::make(id, root, way, parts).await?);
    }
    if made.is_empty() { Err(Error::LastSlot) } else { Ok(made) }
}

/// A damaged database and an empty one under the same keys, for what can be read to be copied.
/// Without [`Rescue::finish`], it never happened; [`Rescue::abandon`] ends it in order.
pub struct Rescue {
    /// The damaged one. Only to be read.
    pub damaged: Database,
    /// The empty one.
    pub fresh: Database,
    dir: PathBuf,
    parts: Parts,
    before: Header,
    name: String,
    root: RootKey,
    keys: Keys,
    opened_by: SlotFacts,
    copy: Unfinished,
}

/// Begins to make a new database from what can be read of a damaged one.
pub async fn begin_rescue(dir: &Path, way: Way<'_>, parts: &Parts) -> Result<Rescue, Error> {
    let (before, root, opened_by, _) = unlock(dir, way, parts).await?;
    let keys = Keys::of(&root, &before.vault_id())?;
    let before = opening::finish(dir, before, &keys, parts).await?;
    remove_unfinished(dir)?;
    let name = header::database_name(&*parts.random);
    let copy = Unfinished::new(unfinished(dir, &name));
    let fresh = Database::open(copy.path(), &keys.database).await?;
    let damaged = match Database::open(&dir.join(&before.database), &keys.database).await {
        Ok(damaged) => damaged,
        Err(error) => {
            fresh.close().await;
            return Err(error);
        }
    };
    let (dir, parts) = (dir.to_owned(), parts.clone());
    Ok(Rescue { damaged, fresh, dir, parts, before, name, root, keys, opened_by, copy })
}

impl Rescue {
    /// Attaches the damaged database to a connection to the empty one, as `damaged`.
    pub async fn attach(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        database::attach(connection, &self.dir.join(&self.before.database), &self.keys.database, "damaged").await
    }

    /// Leaves everything as it was. Its files are closed when this returns, not some time after.
    pub async fn abandon(self) {
        self.fresh.close().await;
        self.damaged.close().await;
    }

    /// Takes the new database for the vault's and opens it. The damaged one is put into the folder
    /// `aside`, never deleted.
    pub async fn finish(self, aside: &str) -> Result<OpenVault, Error> {
        self.fresh.close().await;
        self.damaged.close().await;
        files::check_closed(self.copy.path())?;
        files::sync_file(self.copy.path())?;
        put_aside_headers(&self.dir, aside)?;
        let mut leftovers = self.before.leftovers.clone();
        leftovers.push(Leftover::Database { name: self.before.database.clone(), keep_in: Some(aside.to_owned()) });
        // More than the rescued database says: what it holds may be older than what was there.
        let next = Header {
            revision: self.before.revision + 1,
            generation: self.before.generation + 1,
            database: self.name,
            leftovers,
            ..self.before
        };
        let next = next.tagged(&self.keys.header, &*self.parts.random)?;
        next.write(&self.dir)?;
        self.copy.keep();
        open_with(&self.dir, next, &self.root, &self.parts, self.opened_by, false).await
    }
}

/// Copies what opens the vault that is there now to where its database will be put.
pub(crate) fn put_aside_headers(dir: &Path, aside: &str) -> Result<(), Error> {
    let folder = dir.join(aside);
    files::make_inner_folder(&folder)?;
    files::copy_into(&folder, &header::path(dir), header::MAX_BYTES)?;
    files::copy_into(&folder, &header::copy_path(dir), header::MAX_BYTES)
}
