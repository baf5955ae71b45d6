//! Opens the SQLCipher database: the raw key is handed to SQLite itself, never as SQL text, so it
//! can't appear in a statement log; one connection writes and checkpoints, the others only read
//! (the WAL-reset fault of this SQLite version needs two that write). Whoever opens one closes it,
//! also where something fails: a connection that is dropped closes on a thread of its own, and a
//! program that ends meanwhile takes the C libraries from under it.
//!
//! Not here: any table.

use crate::{Error, keys::PurposeKey, memory::leaving_nothing};
use sqlx::Row as _;
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
        let key = Arc::new(key.again()?);
        let options = options(path);
        private_file(path)?;
        // Asked on a connection of its own: a pool would take a damaged file or a full disk for a
        // passing trouble and try again until its limit. It stays until the pool has one, so that
        // the log it made is there for that.
        let first = try_key(&options, &key).await.map_err(opening)?;
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
            .after_release(|connection, _| Box::pin(still_reads(connection)))
            .connect_with(options.clone())
            .await;
        let closed = first.close().await;
        let writer = writer.map_err(opening)?;
        if let Err(error) = closed {
            writer.close().await;
            return Err(opening(error));
        }
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
            .after_release(|connection, _| Box::pin(still_reads(connection)))
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

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.writer.is_closed()
    }

    /// Writes the log back into the file, as far as readers let it.
    pub(crate) async fn checkpoint(&self) -> Result<(), Error> {
        let failed = |source| Error::Database { step: "writing the log back", source };
        let mut writer = self.writer.acquire().await.map_err(failed)?;
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *writer).await.map(drop).map_err(failed)
    }

    /// Closes everything, readers first, and writes the log back before the writer goes. A reader that was given up
    /// while it opened closes on a thread of its own, and would do that later, into a file that may be another by then.
    pub async fn close(&self) {
        self.readers.close().await;
        if !self.writer.is_closed()
            && let Err(error) = self.checkpoint().await
        {
            tracing::debug!(error = &error as &dyn std::error::Error, "the log stays beside the database");
        }
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

/// What reading a whole database found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageCheck {
    /// Pages whose seal was checked.
    pub pages: u32,
    /// What was wrong, in SQLite's words; at most a hundred lines.
    pub wrong: Vec<String>,
}

const MOST_LINES: usize = 100;

/// Copies a database, as it is at one moment, into a new file under the same key; others may read
/// and write meanwhile. The file is durable afterwards.
pub(crate) async fn copy(from: &Path, key: &PurposeKey, to: &Path) -> Result<(), Error> {
    let step = "copying the database";
    let failed = |source| Error::Database { step, source };
    private_file(to)?;
    let mut connection = options(from).connect().await.map_err(failed)?;
    let copied = async {
        set_key(&mut connection, key).await?;
        // It must not checkpoint: one connection does that.
        pragmas(&mut connection, "PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = OFF").await?;
        // Attached without a key of its own, the copy gets the key of the original.
        sqlx::query("ATTACH DATABASE ?1 AS copy").bind(to.display().to_string()).execute(&mut connection).await?;
        // Everything below sees one moment of the original.
        sqlx::raw_sql("BEGIN; PRAGMA main.schema_version").execute(&mut connection).await?;
        sqlx::raw_sql("SELECT sqlcipher_export('copy')").execute(&mut connection).await?;
        sqlx::raw_sql("COMMIT; DETACH DATABASE copy").execute(&mut connection).await.map(drop)
    };
    let copied = copied.await;
    let closed = connection.close().await;
    copied.and(closed).map_err(failed)?;
    crate::files::sync_file(to)
}

/// Attaches a database with its own key. The key is bound, not written into the statement.
pub(crate) async fn attach(
    connection: &mut SqliteConnection,
    path: &Path,
    key: &PurposeKey,
    name: &'static str,
) -> Result<(), Error> {
    let key = raw_key(key);
    let key = std::str::from_utf8(key.as_slice()).map_err(|_| Error::Derive)?;
    sqlx::query("ATTACH DATABASE ?1 AS ?2 KEY ?3")
        .bind(path.display().to_string())
        .bind(name)
        .bind(key)
        .execute(connection)
        .await
        .map(drop)
        .map_err(opening)
}

/// Gives a database that nobody has open another key; every page is written anew.
pub(crate) async fn rekey(path: &Path, key: &PurposeKey, new: &PurposeKey) -> Result<(), Error> {
    let failed = |source| Error::Database { step: "writing the database under its new key", source };
    let mut connection = options(path).connect().await.map_err(failed)?;
    let done = async {
        set_key(&mut connection, key).await?;
        pragmas(&mut connection, "PRAGMA journal_mode = DELETE").await?;
        give_new_key(&mut connection, new).await
    };
    let done = done.await;
    let closed = connection.close().await;
    done.and(closed).map_err(failed)?;
    crate::files::sync_file(path)
}

/// Reads every page and checks its seal, then what SQLite says about their content.
pub(crate) async fn check_pages(path: &Path, key: &PurposeKey) -> Result<PageCheck, Error> {
    let failed = |source| Error::Database { step: "reading the whole database", source };
    let mut connection = options(path).connect().await.map_err(failed)?;
    let mut check = PageCheck::default();
    let looked = async {
        sqlx::raw_sql("PRAGMA cipher_log_level = NONE").execute(&mut connection).await?;
        set_key(&mut connection, key).await?;
        pragmas(&mut connection, "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0").await?;
        check.pages = sqlx::query("PRAGMA page_count").fetch_one(&mut connection).await?.get::<u32, _>(0);
        for text in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check(100)"] {
            for row in sqlx::query(sqlx::SqlStr::from_static(text)).fetch_all(&mut connection).await? {
                let line: String = row.get(0);
                if line != "ok" && check.wrong.len() < MOST_LINES {
                    check.wrong.push(line);
                }
            }
        }
        for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await? {
            if check.wrong.len() < MOST_LINES {
                check.wrong.push(format!("a row of {} points nowhere", row.get::<String, _>(0)));
            }
        }
        Ok::<_, sqlx::Error>(())
    };
    let looked = looked.await;
    let _ = connection.close().await;
    match looked.map_err(opening) {
        Ok(()) => {}
        // What can't even be read is what was asked for.
        Err(Error::Damaged { .. }) => check.wrong.push("a page can't be read".to_owned()),
        Err(_) if !check.wrong.is_empty() => {}
        Err(other) => return Err(other),
    }
    Ok(check)
}

/// Whether a connection can be used again. SQLCipher gives one up for good once a page did not open;
/// kept, it would fail every later question, also those that have nothing to do with that page.
async fn still_reads(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    Ok(sqlx::raw_sql("SELECT 1 FROM sqlite_schema LIMIT 1").fetch_optional(connection).await.is_ok())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10)).disable_statement_logging()
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

/// Length of SQLCipher's form of a raw key.
const RAW: usize = 67;

/// SQLCipher's form of a raw key: `x'…'` with 64 hexadecimal digits; skips its own derivation.
fn raw_key(key: &PurposeKey) -> Zeroizing<[u8; RAW]> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new([b'\''; RAW]);
    text[0] = b'x';
    for (at, byte) in key.0.iter().enumerate() {
        text[2 + 2 * at] = DIGITS[usize::from(byte >> 4)];
        text[3 + 2 * at] = DIGITS[usize::from(byte & 15)];
    }
    text
}

/// Gives the connection its key before anything reads the file.
#[expect(unsafe_code, reason = "sqlite3_key has no safe wrapper; as SQL text the key could be logged")]
async fn set_key(connection: &mut SqliteConnection, key: &PurposeKey) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    let length = std::ffi::c_int::try_from(RAW).map_err(|_| sqlx::Error::WorkerCrashed)?;
    let status = leaving_nothing(|| {
        let text = raw_key(key);
        // SAFETY: the handle is a live connection that nothing else uses while the guard is held, and
        // SQLCipher copies the bytes before it returns.
        unsafe { libsqlite3_sys::sqlite3_key(handle.as_raw_handle().as_ptr().cast(), text.as_ptr().cast(), length) }
    });
    if status == 0 { Ok(()) } else { Err(sqlx::Error::WorkerCrashed) }
}

/// Writes the open database under another key.
#[expect(unsafe_code, reason = "sqlite3_rekey has no safe wrapper; as SQL text the key could be logged")]
async fn give_new_key(connection: &mut SqliteConnection, key: &PurposeKey) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    let length = std::ffi::c_int::try_from(RAW).map_err(|_| sqlx::Error::WorkerCrashed)?;
    let status = leaving_nothing(|| {
        let text = raw_key(key);
        // SAFETY: as above.
        unsafe { libsqlite3_sys::sqlite3_rekey(handle.as_raw_handle().as_ptr().cast(), text.as_ptr().cast(), length) }
    });
    if status == 0 { Ok(()) } else { Err(sqlx::Error::WorkerCrashed) }
}

/// Whether the key opens the file and its log can be written: reads its first page, takes the
/// writing lock and gives it back.
async fn try_key(options: &SqliteConnectOptions, key: &PurposeKey) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    let tried = async {
        // SQLCipher would write its own lines to standard error; what is wrong is told by us.
        sqlx::raw_sql("PRAGMA cipher_log_level = NONE").execute(&mut connection).await?;
        set_key(&mut connection, key).await?;
        sqlx::raw_sql("PRAGMA user_version").execute(&mut connection).await?;
        sqlx::raw_sql("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0").execute(&mut connection).await?;
        sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK").execute(&mut connection).await.map(drop)
    };
    match tried.await {
        Ok(()) => Ok(connection),
        Err(error) => {
            let _ = connection.close().await;
            Err(error)
        }
    }
}

async fn pragmas(connection: &mut SqliteConnection, text: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(text).execute(&mut *connection).await?;
    connection.ping().await
}
