//! Table `setting`: small named JSON values.

use crate::{Result, Session, Write, sql, to_json};
use sqlx::Row as _;

impl Session {
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
}
