//! Table `revocation`: access that was removed here and still has to be ended at its host.

use crate::{Error, Result, Session, Write, from_json, sql, to_json};
use drawbridge_domain::{BaseUrl, ProviderId, SecretString, Timestamp};
use drawbridge_vault::Place;
use sqlx::{Row as _, sqlite::SqliteRow};
use std::collections::BTreeMap;

/// One that waits, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationRow {
    /// Ours.
    pub id: String,
    /// Of which provider.
    pub provider: ProviderId,
    /// At which host.
    pub base_url: BaseUrl,
    /// Where its API is.
    pub api_url: BaseUrl,
    /// Whose access it was.
    pub login: String,
    /// The client it was issued to.
    pub client_id: Option<String>,
    /// Fields of replies that were kept.
    pub kept: BTreeMap<String, String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next. One that was given up stays, for the person to know.
    pub next_try_at: Timestamp,
    /// Whether newer access took its place.
    pub replaced: bool,
}

impl RevocationRow {
    /// The moment of what is never tried again.
    pub const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);

    /// Whether only the person can end it any more.
    pub fn given_up(&self) -> bool {
        self.next_try_at == Self::NEVER
    }
}

/// One to add, with what it ends.
#[derive(Debug, Clone)]
pub struct NewRevocation {
    /// What is known about it.
    pub row: RevocationRow,
    /// The access token.
    pub access: SecretString,
    /// The refresh token.
    pub refresh: Option<SecretString>,
    /// The client's secret.
    pub secret: Option<SecretString>,
}

fn read(row: &SqliteRow) -> Result<RevocationRow> {
    let damaged = || Error::Damaged { what: "a revocation" };
    let address = |name: &str| row.get::<String, _>(name).try_into().map_err(|_| damaged());
    Ok(RevocationRow {
        id: row.get("id"),
        provider: row.get::<String, _>("provider").try_into().map_err(|_| damaged())?,
        base_url: address("base_url")?,
        api_url: address("api_url")?,
        login: row.get("login"),
        client_id: row.get("client_id"),
        kept: from_json(row.get("kept"), "a revocation")?,
        asked_at: Timestamp::from_millis(row.get("asked_at")),
        tries: row.get("tries"),
        next_try_at: Timestamp::from_millis(row.get("next_try_at")),
        replaced: row.get("replaced"),
    })
}

fn place<'a>(row: &'a str, field: &'a str) -> Place<'a> {
    Place { table: "revocation", row, field }
}

impl Session {
    /// Those that wait, the next first.
    pub async fn revocations(&mut self) -> Result<Vec<RevocationRow>> {
        let rows = sqlx::query("SELECT * FROM revocation ORDER BY next_try_at, id").fetch_all(self.sql()).await;
        rows.map_err(sql("reading revocations"))?.iter().map(read).collect()
    }

    /// One of them with its secrets.
    pub async fn revocation(&mut self, id: &str) -> Result<Option<NewRevocation>> {
        let row = sqlx::query("SELECT * FROM revocation WHERE id = ?1").bind(id).fetch_optional(self.sql()).await;
        let Some(found) = row.map_err(sql("reading a revocation"))? else { return Ok(None) };
        let open = |name: &str, field: &str| {
            let sealed: Option<Vec<u8>> = found.get(name);
            sealed.map(|sealed| self.seal.unseal(place(id, field), &sealed)).transpose()
        };
        let access = open("sealed_access", "access")?.ok_or(Error::Damaged { what: "a revocation" })?;
        Ok(Some(NewRevocation {
            access,
            refresh: open("sealed_refresh", "refresh")?,
            secret: open("sealed_secret", "secret")?,
            row: read(&found)?,
        }))
    }
}

impl Write {
    /// Adds one.
    pub async fn add_revocation(&mut self, new: &NewRevocation) -> Result<()> {
        self.changes_credentials();
        let row = &new.row;
        let seal = |field: &str, secret: Option<&SecretString>| {
            secret.map(|secret| self.seal.seal(place(&row.id, field), secret)).transpose()
        };
        let access = seal("access", Some(&new.access))?;
        let (refresh, secret) = (seal("refresh", new.refresh.as_ref())?, seal("secret", new.secret.as_ref())?);
        sqlx::query(
            "INSERT INTO revocation (id, provider, base_url, api_url, login, client_id, kept, sealed_access,
                                     sealed_refresh, sealed_secret, asked_at, tries, next_try_at, replaced)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )
        .bind(&row.id)
        .bind(row.provider.as_str())
        .bind(row.base_url.as_str())
        .bind(row.api_url.as_str())
        .bind(&row.login)
        .bind(&row.client_id)
        .bind(to_json(&row.kept))
        .bind(access)
        .bind(refresh)
        .bind(secret)
        .bind(row.asked_at.as_millis())
        .bind(row.tries)
        .bind(row.next_try_at.as_millis())
        .bind(row.replaced)
        .execute(self.sql())
        .await
        .map_err(sql("adding a revocation"))?;
        Ok(())
    }

    /// Notes that one was tried in vain.
    pub async fn put_off_revocation(&mut self, id: &str, next_try_at: Timestamp) -> Result<()> {
        let done = sqlx::query("UPDATE revocation SET tries = tries + 1, next_try_at = ?2 WHERE id = ?1")
            .bind(id)
            .bind(next_try_at.as_millis())
            .execute(self.sql())
            .await;
        done.map(drop).map_err(sql("putting off a revocation"))
    }

    /// Forgets one that is done, or that the person has seen to; false if there is none.
    pub async fn remove_revocation(&mut self, id: &str) -> Result<bool> {
        self.changes_credentials();
        let done = sqlx::query("DELETE FROM revocation WHERE id = ?1").bind(id).execute(self.sql()).await;
        done.map(|done| done.rows_affected() > 0).map_err(sql("removing a revocation"))
    }
}
