//! Table `source`: in which repositories is looked for something, and how that went last.

use crate::{Result, Session, Write, sql};
use drawbridge_domain::{RepositoryId, SourceId, Timestamp};
use sqlx::{Row as _, sqlite::SqliteRow};

/// What a source points to. The same four are the same source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SourceSpot {
    /// Which repository.
    pub repository: RepositoryId,
    /// Branch, tag or commit; none for whatever is the default branch.
    pub reference: Option<String>,
    /// The folder; empty for all of it.
    pub path: String,
    /// The only kind that is looked for; none for every kind.
    pub kind: Option<String>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Ours.
    pub id: SourceId,
    /// What it points to.
    pub spot: SourceSpot,
    /// When it was added.
    pub added_at: Timestamp,
    /// When its tree was last read to its end.
    pub read_at: Option<Timestamp>,
    /// Why the last reading failed, as the keeper names it.
    pub trouble: Option<String>,
    /// How much is found there now.
    pub found: u32,
}

/// How a reading went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceNews {
    /// Now, if the tree was read to its end.
    pub read_at: Option<Timestamp>,
    /// The last push that was known when it was read, or the last change where no pushes are told.
    pub pushed_at: Option<Timestamp>,
    /// Why it failed.
    pub trouble: Option<String>,
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn read(row: &SqliteRow) -> SourceRow {
    SourceRow {
        id: SourceId(row.get("id")),
        spot: SourceSpot {
            repository: RepositoryId(row.get("repository_id")),
            reference: some(row.get("reference")),
            path: row.get("path"),
            kind: some(row.get("kind")),
        },
        added_at: Timestamp::from_millis(row.get("added_at")),
        read_at: row.get::<Option<i64>, _>("read_at").map(Timestamp::from_millis),
        trouble: row.get("trouble"),
        found: row.get("found"),
    }
}

const SELECT: &str = "SELECT s.*, (SELECT count(*) FROM found_item f WHERE f.source_id = s.id AND f.gone_at IS NULL)
     AS found FROM source s WHERE s.removed_at IS NULL";

impl Session {
    /// Every source, in the order in which they were added.
    pub async fn sources(&mut self) -> Result<Vec<SourceRow>> {
        let text = sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY s.id"));
        let rows = sqlx::query(text).fetch_all(self.sql()).await.map_err(sql("reading sources"))?;
        Ok(rows.iter().map(read).collect())
    }

    /// One source.
    pub async fn source(&mut self, id: SourceId) -> Result<Option<SourceRow>> {
        let text = sqlx::AssertSqlSafe(format!("{SELECT} AND s.id = ?1"));
        let row = sqlx::query(text).bind(id.0).fetch_optional(self.sql()).await.map_err(sql("reading a source"))?;
        Ok(row.as_ref().map(read))
    }

    /// The sources whose repository was pushed to since they were read, or changed where its forge tells no more;
    /// where it tells neither, those that were not read since `before`. Only such that some account reaches.
    pub async fn sources_due(&mut self, before: Timestamp) -> Result<Vec<SourceId>> {
        let rows = sqlx::query(
            "SELECT s.id FROM source s JOIN repository p ON p.id = s.repository_id
             WHERE s.removed_at IS NULL
             AND EXISTS (SELECT 1 FROM reach r WHERE r.repository_id = p.id AND r.gone_at IS NULL)
             AND (coalesce(p.pushed_at, p.updated_at) IS NOT s.read_pushed_at
                  OR (coalesce(p.pushed_at, p.updated_at) IS NULL AND (s.read_at IS NULL OR s.read_at < ?1)))
             ORDER BY s.id",
        )
        .bind(before.as_millis())
        .fetch_all(self.sql())
        .await
        .map_err(sql("finding sources that are due"))?;
        Ok(rows.iter().map(|row| SourceId(row.get(0))).collect())
    }
}

impl Write {
    /// Adds a source, or brings back one that was removed, with its id and all that was found there.
    pub async fn put_source(&mut self, spot: &SourceSpot, now: Timestamp) -> Result<SourceId> {
        let row = sqlx::query(
            "INSERT INTO source (repository_id, reference, path, kind, added_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (repository_id, reference, path, kind) DO UPDATE SET removed_at = NULL RETURNING id",
        )
        .bind(spot.repository.0)
        .bind(spot.reference.as_deref().unwrap_or_default())
        .bind(&spot.path)
        .bind(spot.kind.as_deref().unwrap_or_default())
        .bind(now.as_millis())
        .fetch_one(self.sql())
        .await
        .map_err(sql("writing a source"))?;
        Ok(SourceId(row.get(0)))
    }

    /// Brings back a source that was removed; none if there is no such one.
    pub async fn revive_source(&mut self, spot: &SourceSpot) -> Result<Option<SourceId>> {
        let row = sqlx::query(
            "UPDATE source SET removed_at = NULL WHERE repository_id = ?1 AND reference = ?2 AND path = ?3
             AND kind = ?4 AND removed_at IS NOT NULL RETURNING id",
        )
        .bind(spot.repository.0)
        .bind(spot.reference.as_deref().unwrap_or_default())
        .bind(&spot.path)
        .bind(spot.kind.as_deref().unwrap_or_default())
        .fetch_optional(self.sql())
        .await
        .map_err(sql("bringing a source back"))?;
        Ok(row.map(|row| SourceId(row.get(0))))
    }

    /// Removes a source; false if there is none. It comes back by being added again.
    pub async fn remove_source(&mut self, id: SourceId, now: Timestamp) -> Result<bool> {
        let done = sqlx::query("UPDATE source SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL")
            .bind(id.0)
            .bind(now.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("removing a source"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes how a reading went. What was known of an earlier one stays where this one failed.
    pub async fn set_source_news(&mut self, id: SourceId, news: &SourceNews) -> Result<()> {
        sqlx::query(
            "UPDATE source SET read_at = coalesce(?2, read_at), trouble = ?4,
                 read_pushed_at = CASE WHEN ?2 IS NULL THEN read_pushed_at ELSE ?3 END WHERE id = ?1",
        )
        .bind(id.0)
        .bind(news.read_at.map(Timestamp::as_millis))
        .bind(news.pushed_at.map(Timestamp::as_millis))
        .bind(news.trouble.as_deref())
        .execute(self.sql())
        .await
        .map_err(sql("noting how a source was read"))?;
        Ok(())
    }

    /// Forgets for good what was removed before a time: sources, and what was found.
    pub async fn forget_sources(&mut self, before: Timestamp) -> Result<()> {
        for text in [
            "DELETE FROM source WHERE removed_at IS NOT NULL AND removed_at < ?1",
            "DELETE FROM found_item WHERE gone_at IS NOT NULL AND gone_at < ?1",
        ] {
            sqlx::query(text)
                .bind(before.as_millis())
                .execute(self.sql())
                .await
                .map_err(sql("forgetting removed sources"))?;
        }
        Ok(())
    }
}
