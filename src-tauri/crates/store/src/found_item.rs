//! Table `found_item`: what was found in sources, with the tombstones of what is no longer there.

use crate::{Result, Session, Write, sql};
use drawbridge_domain::{FoundId, SourceId, Timestamp};
use sqlx::{Row as _, sqlite::SqliteRow};

/// Something that was found, as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewFound {
    /// Of which kind.
    pub kind: String,
    /// The path of its marker.
    pub marker: String,
    /// Where it lies itself; empty for the repository.
    pub place: String,
    /// Git's id of the marker; none where it has to be read again.
    pub blob_id: Option<String>,
    /// Which way of reading the rest comes from.
    pub reader: u32,
    /// What it calls itself.
    pub name: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// Which of its kind's variants it is.
    pub variant: Option<String>,
    /// What it asks, as JSON.
    pub questions: String,
    /// What is wrong with it, as JSON.
    pub trouble: Option<String>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// Ours.
    pub id: FoundId,
    /// Where.
    pub source: SourceId,
    /// What.
    pub found: NewFound,
    /// Since when.
    pub first_found_at: Timestamp,
    /// Set when it was no longer there.
    pub gone_at: Option<Timestamp>,
}

fn read(row: &SqliteRow) -> FoundRow {
    FoundRow {
        id: FoundId(row.get("id")),
        source: SourceId(row.get("source_id")),
        found: NewFound {
            kind: row.get("kind"),
            marker: row.get("marker"),
            place: row.get("place"),
            blob_id: row.get("blob_id"),
            reader: row.get("reader"),
            name: row.get("name"),
            description: row.get("description"),
            variant: row.get("variant"),
            questions: row.get("questions"),
            trouble: row.get("trouble"),
        },
        first_found_at: Timestamp::from_millis(row.get("first_found_at")),
        gone_at: row.get::<Option<i64>, _>("gone_at").map(Timestamp::from_millis),
    }
}

impl Session {
    /// Everything that is found in sources now, by kind, source and path.
    pub async fn found_items(&mut self) -> Result<Vec<FoundRow>> {
        let rows = sqlx::query(
            "SELECT f.* FROM found_item f JOIN source s ON s.id = f.source_id
             WHERE f.gone_at IS NULL AND s.removed_at IS NULL ORDER BY f.kind, f.source_id, f.marker",
        )
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what was found"))?;
        Ok(rows.iter().map(read).collect())
    }

    /// Everything that was ever found in a source and is not forgotten.
    pub async fn found_in(&mut self, source: SourceId) -> Result<Vec<FoundRow>> {
        let rows = sqlx::query("SELECT * FROM found_item WHERE source_id = ?1 ORDER BY kind, marker")
            .bind(source.0)
            .fetch_all(self.sql())
            .await
            .map_err(sql("reading what was found in a source"))?;
        Ok(rows.iter().map(read).collect())
    }
}

impl Write {
    /// Writes what was found: new, different, or back again with the id it had.
    pub async fn put_found(&mut self, source: SourceId, found: &[NewFound], now: Timestamp) -> Result<()> {
        for one in found {
            sqlx::query(
                "INSERT INTO found_item (source_id, kind, marker, place, blob_id, reader, name, description, variant,
                                         questions, trouble, first_found_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (source_id, kind, marker) DO UPDATE SET place = excluded.place,
                     blob_id = excluded.blob_id, reader = excluded.reader, name = excluded.name,
                     description = excluded.description, variant = excluded.variant,
                     questions = excluded.questions, trouble = excluded.trouble, gone_at = NULL",
            )
            .bind(source.0)
            .bind(&one.kind)
            .bind(&one.marker)
            .bind(&one.place)
            .bind(&one.blob_id)
            .bind(one.reader)
            .bind(&one.name)
            .bind(&one.description)
            .bind(&one.variant)
            .bind(&one.questions)
            .bind(&one.trouble)
            .bind(now.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("writing what was found"))?;
        }
        Ok(())
    }

    /// Marks what is no longer there.
    pub async fn mark_found_gone(&mut self, gone: &[FoundId], now: Timestamp) -> Result<()> {
        for id in gone {
            sqlx::query("UPDATE found_item SET gone_at = ?2 WHERE id = ?1 AND gone_at IS NULL")
                .bind(id.0)
                .bind(now.as_millis())
                .execute(self.sql())
                .await
                .map_err(sql("marking what is no longer found"))?;
        }
        Ok(())
    }
}
