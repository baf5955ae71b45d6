//! Table `saved_view`: lists that a person keeps under a name.
//!
//! Not here: what a query means.

use crate::{Result, Session, Write, from_json, from_text, sql, to_json};
use drawbridge_domain::{Timestamp, ViewId};
use sqlx::{Row as _, sqlite::SqliteRow};

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    /// Ours.
    pub id: ViewId,
    /// What the person calls it; no two are called the same, whatever their case.
    pub name: String,
    /// Words and filters.
    pub query: String,
    /// The order, by the keeper's word for it.
    pub sort: String,
    /// The order turned around.
    pub reversed: bool,
    /// The columns, by the keeper's words for them.
    pub columns: Vec<String>,
    /// When it was saved last.
    pub saved_at: Timestamp,
}

fn read(row: &SqliteRow) -> Result<ViewRow> {
    Ok(ViewRow {
        id: from_text(row.get("id"), "a view's id")?,
        name: row.get("name"),
        query: row.get("query"),
        sort: row.get("sort"),
        reversed: row.get("reversed"),
        columns: from_json(row.get("columns"), "a view's columns")?,
        saved_at: Timestamp::from_millis(row.get("saved_at")),
    })
}

impl Session {
    /// All views by name.
    pub async fn views(&mut self) -> Result<Vec<ViewRow>> {
        let rows = sqlx::query("SELECT * FROM saved_view ORDER BY name, id").fetch_all(self.sql()).await;
        rows.map_err(sql("reading the views"))?.iter().map(read).collect()
    }
}

impl Write {
    /// Adds a view, or writes it anew.
    pub async fn put_view(&mut self, view: &ViewRow) -> Result<()> {
        let done = sqlx::query(
            "INSERT INTO saved_view (id, name, query, sort, reversed, columns, saved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, query = excluded.query, sort = excluded.sort,
                 reversed = excluded.reversed, columns = excluded.columns, saved_at = excluded.saved_at",
        )
        .bind(view.id.as_str())
        .bind(&view.name)
        .bind(&view.query)
        .bind(&view.sort)
        .bind(view.reversed)
        .bind(to_json(&view.columns))
        .bind(view.saved_at.as_millis())
        .execute(self.sql())
        .await;
        done.map(drop).map_err(sql("writing a view"))
    }

    /// Removes a view; whether there was one.
    pub async fn remove_view(&mut self, id: &ViewId) -> Result<bool> {
        let done = sqlx::query("DELETE FROM saved_view WHERE id = ?1").bind(id.as_str()).execute(self.sql()).await;
        Ok(done.map_err(sql("removing a view"))?.rows_affected() > 0)
    }
}
