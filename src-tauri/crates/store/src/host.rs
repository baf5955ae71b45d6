//! Table `host`: the installations of providers this vault knows.

use crate::{Error, Result, Session, Write, sql};
use drawbridge_domain::{BaseUrl, HostId, ProviderId};
use sqlx::{Row as _, sqlite::SqliteRow};

/// One installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRow {
    /// Ours.
    pub id: HostId,
    /// Whose.
    pub provider: ProviderId,
    /// Where it is.
    pub base_url: BaseUrl,
    /// Where its API is.
    pub api_url: BaseUrl,
    /// What it says of itself (RFC 8414), as JSON.
    pub metadata: Option<String>,
    /// By how many milliseconds our clock is ahead of its own; negative if ours is behind.
    pub clock_ahead_ms: i64,
}

fn read(row: &SqliteRow) -> Result<HostRow> {
    let damaged = || Error::Damaged { what: "a host" };
    Ok(HostRow {
        id: row.get::<String, _>("id").try_into().map_err(|_| damaged())?,
        provider: row.get::<String, _>("provider").try_into().map_err(|_| damaged())?,
        base_url: row.get::<String, _>("base_url").try_into().map_err(|_| damaged())?,
        api_url: row.get::<String, _>("api_url").try_into().map_err(|_| damaged())?,
        metadata: row.get("metadata"),
        clock_ahead_ms: row.get("clock_ahead_ms"),
    })
}

impl Session {
    /// All hosts.
    pub async fn hosts(&mut self) -> Result<Vec<HostRow>> {
        let rows = sqlx::query("SELECT * FROM host ORDER BY provider, base_url").fetch_all(self.sql()).await;
        rows.map_err(sql("reading hosts"))?.iter().map(read).collect()
    }

    /// One host.
    pub async fn host(&mut self, id: &HostId) -> Result<Option<HostRow>> {
        let row = sqlx::query("SELECT * FROM host WHERE id = ?1").bind(id.as_str()).fetch_optional(self.sql()).await;
        row.map_err(sql("reading a host"))?.as_ref().map(read).transpose()
    }

    /// The host at an address.
    pub async fn host_at(&mut self, provider: &ProviderId, base_url: &BaseUrl) -> Result<Option<HostRow>> {
        let row = sqlx::query("SELECT * FROM host WHERE provider = ?1 AND base_url = ?2")
            .bind(provider.as_str())
            .bind(base_url.as_str())
            .fetch_optional(self.sql())
            .await;
        row.map_err(sql("finding a host"))?.as_ref().map(read).transpose()
    }
}

impl Write {
    /// Notes how far our clock is ahead of a host's.
    pub async fn set_clock_ahead(&mut self, id: &HostId, millis: i64) -> Result<()> {
        let done = sqlx::query("UPDATE host SET clock_ahead_ms = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(millis)
            .execute(self.sql())
            .await;
        done.map(drop).map_err(sql("noting a host's clock"))
    }

    /// Adds a host, or brings the one at its address up to date; what is known of its clock stays.
    /// Returns the row's id.
    pub async fn put_host(&mut self, host: &HostRow) -> Result<HostId> {
        let row = sqlx::query(
            "INSERT INTO host (id, provider, base_url, api_url, metadata, clock_ahead_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (provider, base_url) DO UPDATE SET api_url = excluded.api_url,
                 metadata = coalesce(excluded.metadata, metadata) RETURNING id",
        )
        .bind(host.id.as_str())
        .bind(host.provider.as_str())
        .bind(host.base_url.as_str())
        .bind(host.api_url.as_str())
        .bind(&host.metadata)
        .bind(host.clock_ahead_ms)
        .fetch_one(self.sql())
        .await
        .map_err(sql("writing a host"))?;
        row.get::<String, _>(0).try_into().map_err(|_| Error::Damaged { what: "a host" })
    }
}
