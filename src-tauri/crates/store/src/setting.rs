//! Table `setting`: small named JSON values.
//!
//! One of them is the store's own: how often the inventory was changed, by which whoever keeps something
//! that was made of it sees whether that still fits.

use crate::{Result, Session, Write, sql, to_json};
use sqlx::Row as _;

/// How often the inventory was changed.
const INVENTORY: &str = "inventory_changes";

impl Session {
    /// How often the inventory was changed: the same number, the same rows.
    pub async fn inventory_changes(&mut self) -> Result<u64> {
        Ok(self.setting(INVENTORY).await?.unwrap_or(0))
    }

    /// The value of a setting; `None` if it was never set or can't be read by this program.
    pub async fn setting<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>> {
        let row = sqlx::query("SELECT value FROM setting WHERE name = ?1")
            .bind(name)
            .fetch_optional(self.sql())
            .await
            .map_err(sql("reading a setting"))?;
        Ok(row.and_then(|row| serde_json::from_str(row.get(0)).ok()))
    }
}

impl Write {
    /// Sets a setting.
    pub async fn set_setting<T: serde::Serialize>(&mut self, name: &str, value: &T) -> Result<()> {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(to_json(value))
        .execute(self.sql())
        .await
        .map_err(sql("writing a setting"))?;
        Ok(())
    }

    /// Counts a change of the inventory; part of every transaction that makes one.
    pub(crate) async fn inventory_changed(&mut self) -> Result<()> {
        let changes = self.inventory_changes().await?;
        self.set_setting(INVENTORY, &changes.wrapping_add(1)).await
    }
}
