//! Opens the SQLCipher database: the raw key is handed to SQLite itself, never as SQL text, so it
//! can't appear in a statement log; one connection writes and checkpoints, the others only read
//! (the WAL-reset fault of this SQLite version needs two that write).
//!
//! Not here: any table.

use crate::{Error, keys::PurposeKey};
use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::{path::Path, sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// How many connections read at once.
const READERS: u32 = 3;
/// Waiting for a connection longer than this means that something hangs.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(20);

/// The open database: one writer, several readers.
#[derive(Clone)]
pub struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    /// Opens the file, making it if it is not there.
    pub(crate) async fn open(path: &Path, key: &PurposeKey) -> Result<Self, Error> {
        let key = Arc::new(raw_key(key));
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(Duration::from_secs(10))
            .disable_statement_logging();
        private_file(path)?;
        // Asked on a connection of its own: a pool would take a damaged file for a passing trouble
        // and try again until its limit.
        try_key(&options, &key).await.map_err(opening)?;
        let write_key = Arc::clone(&key);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_LIMIT)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(move |connection, _| {
                let key = Arc::clone(&write_key);
                Box::pin(async move {
                    set_key(connection, &key).await?;
                    // FULL: a refresh token that was rotated must be on disk before it is used.
                    pragmas(
                        connection,
                        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768",
                    )
                    .await
                })
            })
            .connect_with(options.clone())
            .await
            .map_err(opening)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE_LIMIT)
            .after_connect(move |connection, _| {
                let key = Arc::clone(&key);
                Box::pin(async move {
                    set_key(connection, &key).await?;
                    pragmas(
                        connection,
                        "PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = ON; PRAGMA cache_size = -16384",
                    )
                    .await
                })
            })
            .connect_lazy_with(options);
        Ok(Self { writer, readers })
    }

    /// The one connection that writes.
    pub fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// Connections that only read.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Closes everything, readers first, so that the writer's close checkpoints the log.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A database without encryption, for the benchmark that compares the two. Holds nothing of a person.
impl Database {
    /// Opens an unencrypted database in memory of the benchmark's own folder.
    #[doc(hidden)]
    pub async fn open_plain_for_comparison(path: &Path) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).disable_statement_logging();
        let pool = |max| {
            SqlitePoolOptions::new().max_connections(max).after_connect(|connection, _| {
                Box::pin(async move {
                    pragmas(
                        connection,
                        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768",
                    )
                    .await
                })
            })
        };
        let writer = pool(1).connect_with(options.clone()).await.map_err(opening)?;
        Ok(Self { writer, readers: pool(READERS).connect_lazy_with(options) })
    }
}

fn opening(source: sqlx::Error) -> Error {
    // 26 is SQLITE_NOTADB: what SQLCipher answers for a wrong key or a damaged first page.
    let code = source.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
    match code.as_deref() {
        Some("26" | "11") => Error::Damaged { what: "the database file" },
        _ => Error::Database { step: "opening the database", source },
    }
}

/// Makes the file with mode 0600 before SQLite would make it with a wider one.
fn private_file(path: &Path) -> Result<(), Error> {
    crate::files::private()
        .create(true)
        .truncate(false)
        .open(path)
        .map(drop)
        .map_err(|source| Error::File { step: "making the database file", source })
}

/// SQLCipher's form of a raw key: `x'…'` with 64 hexadecimal digits; skips its own derivation.
fn raw_key(key: &PurposeKey) -> Zeroizing<Vec<u8>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new(Vec::with_capacity(67));
    text.extend_from_slice(b"x'");
    for byte in key.0.iter() {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text.push(b'\'');
    text
}

/// Gives the connection its key before anything reads the file.
#[expect(unsafe_code, reason = "sqlite3_key has no safe wrapper; as SQL text the key could be logged")]
async fn set_key(connection: &mut SqliteConnection, key: &[u8]) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    let length = std::ffi::c_int::try_from(key.len()).map_err(|_| sqlx::Error::WorkerCrashed)?;
    // SAFETY: the handle is a live connection that nothing else uses while the guard is held, and
    // SQLCipher copies the bytes before it returns.
    let status =
        unsafe { libsqlite3_sys::sqlite3_key(handle.as_raw_handle().as_ptr().cast(), key.as_ptr().cast(), length) };
    if status == 0 { Ok(()) } else { Err(sqlx::Error::WorkerCrashed) }
}

/// Whether the key opens the file: reads its first page.
async fn try_key(options: &SqliteConnectOptions, key: &[u8]) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    // SQLCipher would write its own lines to standard error; what is wrong is told by us.
    sqlx::raw_sql("PRAGMA cipher_log_level = NONE").execute(&mut connection).await?;
    set_key(&mut connection, key).await?;
    let read = sqlx::raw_sql("PRAGMA user_version").execute(&mut connection).await;
    connection.close().await?;
    read.map(drop)
}

async fn pragmas(connection: &mut SqliteConnection, text: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(text).execute(&mut *connection).await?;
    connection.ping().await
}
