//! Table `account_event`: what happened to an account's access, newest kept.

use crate::{Result, Session, Write, sql};
use drawbridge_domain::{AccountId, Timestamp};
use sqlx::Row as _;

/// More than a year of hourly renewals would be noise; the newest are kept.
const MOST: i64 = 500;

/// One line of an account's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEventRow {
    /// When.
    pub at: Timestamp,
    /// What: a short name, worded by the keeper.
    pub kind: String,
    /// Why, where there is a reason: a short name too.
    pub cause: String,
}

impl Session {
    /// The newest lines of an account's history.
    pub async fn account_events(&mut self, account: &AccountId, limit: u32) -> Result<Vec<AccountEventRow>> {
        let rows = sqlx::query("SELECT * FROM account_event WHERE account_id = ?1 ORDER BY id DESC LIMIT ?2")
            .bind(account.as_str())
            .bind(limit)
            .fetch_all(self.sql())
            .await
            .map_err(sql("reading an account's history"))?;
        let read = |row: &sqlx::sqlite::SqliteRow| AccountEventRow {
            at: Timestamp::from_millis(row.get("at")),
            kind: row.get("kind"),
            cause: row.get("cause"),
        };
        Ok(rows.iter().map(read).collect())
    }
}

impl Write {
    /// Adds a line to an account's history.
    pub async fn add_account_event(&mut self, account: &AccountId, event: &AccountEventRow) -> Result<()> {
        sqlx::query("INSERT INTO account_event (account_id, at, kind, cause) VALUES (?1, ?2, ?3, ?4)")
            .bind(account.as_str())
            .bind(event.at.as_millis())
            .bind(&event.kind)
            .bind(&event.cause)
            .execute(self.sql())
            .await
            .map_err(sql("adding to an account's history"))?;
        sqlx::query(
            "DELETE FROM account_event WHERE account_id = ?1 AND id <=
                 (SELECT id FROM account_event WHERE account_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )
        .bind(account.as_str())
        .bind(MOST)
        .execute(self.sql())
        .await
        .map_err(sql("shortening an account's history"))?;
        Ok(())
    }
}
