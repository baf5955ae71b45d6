//! The only SQL: one file per table, numbered and checksummed migrations, sealed columns.
//!
//! Reads go over [`Session`] (a reading connection, or the one a [`Write`] holds); writes over
//! [`Write`], a transaction that does nothing until [`Write::commit`]. Not here: keys, rules about
//! what may be removed, or words for a person.

mod account;
mod account_event;
mod client;
mod credential;
mod found_item;
mod host;
mod listing_page;
mod migrations;
mod reach;
mod repository;
mod repository_change;
mod repository_content;
mod rescue;
mod revocation;
mod saved_view;
mod sealed;
mod setting;
mod sign_in;
mod source;
mod sync_run;
mod told_notice;
mod typed_credential;

pub use account::{AccountName, AccountRow, NewAccount};
pub use account_event::AccountEventRow;
pub use client::ClientRow;
pub use credential::{CredentialFacts, CredentialRow, NewCredential};
pub use found_item::{FoundRow, NewFound};
pub use host::HostRow;
pub use listing_page::ListingPage;
pub use reach::{AskedRow, Missing, ReachCount, ReachRow, Reached, RemovedRow, Shown};
pub use repository::{Differing, Put, RepositoryRow, SearchRow};
pub use repository_change::{ChangeKind, ChangeRow};
pub use repository_content::{CONTENTS_KEPT, ContentRow, NamedRow, Names, NamesRow, ReadmeFile, ReadmeKind, ReadmeRow};
pub use rescue::{RescueCount, rescue};
pub use revocation::{NewRevocation, RevocationRow};
pub use saved_view::ViewRow;
pub use sealed::{SealedCheck, check_sealed, reseal};
pub use sign_in::{Attempt, SecondWay, SignInRow};
pub use source::{SourceNews, SourceRow, SourceSpot};
pub use sync_run::{NewRun, RunFilter, RunRow};
pub use told_notice::ToldRow;
pub use typed_credential::TypedRow;

use drawbridge_domain::{Random, SecretString};
use drawbridge_vault::{Database, OpenVault, Place, Sealer};
use sqlx::{Sqlite, SqliteConnection, Transaction, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};
use tokio::sync::watch;

/// What went wrong in the store; each variant is one failed step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A statement failed.
    #[error("{step}")]
    Sql {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: sqlx::Error,
    },
    /// The database was written by a newer program.
    #[error("the database has a newer schema")]
    TooNew {
        /// The oldest version that can open it.
        needs: String,
    },
    /// A migration failed or an old one was altered.
    #[error("bringing the schema up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A stored value can't be read: damaged, or written by something else.
    #[error("a stored value can't be read: {what}")]
    Damaged {
        /// Which.
        what: &'static str,
    },
    /// The vault's own part failed.
    #[error("reaching the vault")]
    Vault(#[source] drawbridge_vault::Error),
    /// A value could not be sealed.
    #[error("sealing a value")]
    Seal(#[source] drawbridge_vault::Error),
}

impl Error {
    /// Whether the disk is full or can't be written.
    pub fn is_disk(&self) -> bool {
        // SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN.
        matches!(self.code(), Some(13 | 8 | 10 | 14))
    }

    /// Whether something that was written can't be read any more.
    pub fn is_damage(&self) -> bool {
        // SQLCipher answers for a page that was changed with SQLITE_ERROR and the words that stand for no
        // words; a statement that is wrong has words of its own.
        let changed_page = |error: &dyn sqlx::error::DatabaseError| error.message() == "SQL logic error";
        match (self, self.code()) {
            // SQLITE_CORRUPT, SQLITE_NOTADB.
            (Self::Damaged { .. }, _) | (_, Some(11 | 26)) => true,
            (Self::Sql { source, .. }, Some(1)) => source.as_database_error().is_some_and(changed_page),
            _ => false,
        }
    }

    /// SQLite's primary result code (<https://www.sqlite.org/rescode.html>).
    fn code(&self) -> Option<i32> {
        let Self::Sql { source, .. } = self else { return None };
        let code = source.as_database_error()?.code()?.parse::<i32>().ok()?;
        Some(code & 0xff)
    }
}

pub(crate) fn sql(step: &'static str) -> impl FnOnce(sqlx::Error) -> Error {
    move |source| Error::Sql { step, source }
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// The store over an open vault.
#[derive(Clone)]
pub struct Store {
    database: Database,
    seal: Seal,
    /// How often credentials were changed, as far as that is durable.
    generation: watch::Sender<u64>,
}

#[derive(Clone)]
pub(crate) struct Seal {
    sealer: Arc<Sealer>,
    random: Arc<dyn Random>,
}

impl Seal {
    pub(crate) fn seal(&self, place: Place<'_>, secret: &SecretString) -> Result<Vec<u8>> {
        self.sealer.seal(place, secret, &*self.random).map_err(Error::Seal)
    }

    pub(crate) fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Result<SecretString> {
        self.sealer.unseal(place, sealed).ok_or(Error::Damaged { what: "a sealed value" })
    }
}

impl Store {
    /// Takes an open vault's database and brings its schema up to date.
    pub async fn open(vault: &OpenVault, random: Arc<dyn Random>) -> Result<Self> {
        Self::over(vault.database.clone(), Arc::clone(&vault.sealer), random).await
    }

    /// The store over any database; for the benchmark that compares with an unencrypted one.
    #[doc(hidden)]
    pub async fn over(database: Database, sealer: Arc<Sealer>, random: Arc<dyn Random>) -> Result<Self> {
        migrations::run(&database).await?;
        let store = Self { database, seal: Seal { sealer, random }, generation: watch::Sender::new(0) };
        let generation = store.read().await?.setting(GENERATION).await?.unwrap_or(0);
        store.generation.send_replace(generation);
        Ok(store)
    }

    /// Whether opening this vault would change an older schema.
    pub async fn would_migrate(vault: &OpenVault) -> Result<bool> {
        migrations::pending(&vault.database).await
    }

    /// How often credentials were changed: what was committed last, and every number from then on.
    /// A database that says less than was seen elsewhere is an old copy.
    pub fn generation(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// The database, for what reads or copies all of it.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<Session> {
        let connection = self.database.readers().acquire().await.map_err(sql("taking a reading connection"))?;
        Ok(Session { connection: Held::Reader(connection), seal: self.seal.clone() })
    }

    /// A transaction to write with. There is one writer: this waits for the one before.
    pub async fn write(&self) -> Result<Write> {
        // Immediate: a transaction that starts as a reader could fail half-way for want of the lock.
        let transaction =
            self.database.writer().begin_with("BEGIN IMMEDIATE").await.map_err(sql("beginning a transaction"))?;
        let session = Session { connection: Held::Writer(transaction), seal: self.seal.clone() };
        Ok(Write { session, generation: self.generation.clone(), credentials_changed: false })
    }
}

enum Held {
    Reader(PoolConnection<Sqlite>),
    Writer(Transaction<'static, Sqlite>),
}

/// Something to read with.
pub struct Session {
    connection: Held,
    pub(crate) seal: Seal,
}

impl Session {
    pub(crate) fn sql(&mut self) -> &mut SqliteConnection {
        match &mut self.connection {
            Held::Reader(connection) => connection,
            Held::Writer(transaction) => transaction,
        }
    }
}

const GENERATION: &str = "generation";

/// A transaction. Dropped without [`Write::commit`], it never happened.
pub struct Write {
    session: Session,
    generation: watch::Sender<u64>,
    credentials_changed: bool,
}

impl Write {
    /// Makes everything that was written durable, at once.
    pub async fn commit(mut self) -> Result<()> {
        let generation = if self.credentials_changed { Some(self.next_generation().await?) } else { None };
        match self.session.connection {
            Held::Writer(transaction) => transaction.commit().await.map_err(sql("committing"))?,
            Held::Reader(_) => return Ok(()),
        }
        if let Some(generation) = generation {
            self.generation.send_replace(generation);
        }
        Ok(())
    }

    /// Notes that an older copy of this database would be missed: a credential is different now.
    pub(crate) fn changes_credentials(&mut self) {
        self.credentials_changed = true;
    }

    /// Goes on counting after this number, which was seen elsewhere.
    pub async fn raise_generation(&mut self, seen: u64) -> Result<()> {
        self.set_setting(GENERATION, &seen).await?;
        self.credentials_changed = true;
        Ok(())
    }

    async fn next_generation(&mut self) -> Result<u64> {
        let next = self.setting::<u64>(GENERATION).await?.unwrap_or(0) + 1;
        self.set_setting(GENERATION, &next).await?;
        Ok(next)
    }
}

impl Deref for Write {
    type Target = Session;
    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// Reads a snake-case text column back into its type.
pub(crate) fn from_text<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| Error::Damaged { what })
}

/// The snake-case text of a plain enum.
pub(crate) fn to_text<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Reads a JSON column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| Error::Damaged { what })
}

/// The JSON text of a value that always has one.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
