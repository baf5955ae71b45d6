//! Table `told_notice`: what the person was told of, so that a restart does not say it again.
//!
//! Lost with a damaged database: then it is said once more. Not here: what there is to tell.

use crate::{Result, Session, Write, sql};
use drawbridge_domain::Timestamp;
use sqlx::Row as _;

/// One thing that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRow {
    /// The cause, as the keeper names it.
    pub id: String,
    /// Since when the cause is there, or when something ends.
    pub about: Timestamp,
    /// How many days before an end it was told; 0 for what has no end.
    pub mark: u32,
}

impl Session {
    /// All that was told and still holds.
    pub async fn told_notices(&mut self) -> Result<Vec<ToldRow>> {
        let rows = sqlx::query("SELECT id, about, mark FROM told_notice ORDER BY id").fetch_all(self.sql()).await;
        let rows = rows.map_err(sql("reading what was told"))?;
        Ok(rows
            .iter()
            .map(|row| ToldRow {
                id: row.get("id"),
                about: Timestamp::from_millis(row.get("about")),
                mark: row.get("mark"),
            })
            .collect())
    }
}

impl Write {
    /// Notes that something was told.
    pub async fn put_told_notice(&mut self, told: &ToldRow) -> Result<()> {
        let done = sqlx::query(
            "INSERT INTO told_notice (id, about, mark) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET about = excluded.about, mark = excluded.mark",
        )
        .bind(&told.id)
        .bind(told.about.as_millis())
        .bind(told.mark)
        .execute(self.sql())
        .await;
        done.map(drop).map_err(sql("noting what was told"))
    }

    /// Forgets that something was told: its cause is gone.
    pub async fn remove_told_notice(&mut self, id: &str) -> Result<()> {
        let done = sqlx::query("DELETE FROM told_notice WHERE id = ?1").bind(id).execute(self.sql()).await;
        done.map(drop).map_err(sql("forgetting what was told"))
    }
}
