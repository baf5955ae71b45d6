//! Table `repository_change`: what was seen to change about a repository, for its page.
//!
//! Not here: finding out; that is done where the row is written.

use crate::{Result, Session, Write, sql, to_json};
use drawbridge_domain::{RepositoryId, Timestamp};
use sqlx::Row as _;

/// How many changes of a repository are kept.
const KEPT: u32 = 50;
/// How many changes one statement writes.
const AT_ONCE: usize = 2_000;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The full name.
    Renamed,
    /// Whether it is archived.
    Archived,
    /// Who may see it.
    Visibility,
    /// The last push.
    Pushed,
    /// The branch that is checked out by default.
    Branch,
}

impl ChangeKind {
    const ALL: [(Self, &str); 5] = [
        (Self::Renamed, "renamed"),
        (Self::Archived, "archived"),
        (Self::Visibility, "visibility"),
        (Self::Pushed, "pushed"),
        (Self::Branch, "branch"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// When a sync saw it.
    pub seen_at: Timestamp,
    /// What changed.
    pub kind: ChangeKind,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// A change on its way into the table.
pub(crate) struct Seen {
    pub repository: i64,
    pub kind: ChangeKind,
    pub before: String,
    pub after: String,
}

impl Session {
    /// What changed about a repository, newest first.
    pub async fn repository_changes(&mut self, id: RepositoryId) -> Result<Vec<ChangeRow>> {
        let rows = sqlx::query(
            "SELECT seen_at, kind, before, after FROM repository_change WHERE repository_id = ?1 ORDER BY id DESC",
        )
        .bind(id.0)
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what changed about a repository"))?;
        // A kind of a newer program is left out.
        let kind = |word: &str| ChangeKind::ALL.iter().find(|(_, each)| *each == word).map(|(kind, _)| *kind);
        Ok(rows
            .iter()
            .filter_map(|row| {
                Some(ChangeRow {
                    seen_at: Timestamp::from_millis(row.get("seen_at")),
                    kind: kind(row.get("kind"))?,
                    before: row.get("before"),
                    after: row.get("after"),
                })
            })
            .collect())
    }
}

impl Write {
    /// Notes changes. Of pushes only the last one stays, and of everything the newest few.
    pub(crate) async fn note_changes(&mut self, seen: &[Seen], now: Timestamp) -> Result<()> {
        for some in seen.chunks(AT_ONCE) {
            let rows: Vec<_> =
                some.iter().map(|seen| (seen.repository, seen.kind.word(), &seen.before, &seen.after)).collect();
            let rows = to_json(&rows);
            sqlx::query(
                "DELETE FROM repository_change WHERE kind = 'pushed' AND repository_id IN
                     (SELECT value ->> 0 FROM json_each(?1) WHERE value ->> 1 = 'pushed')",
            )
            .bind(&rows)
            .execute(self.sql())
            .await
            .map_err(sql("making room for pushes"))?;
            sqlx::query(
                "INSERT INTO repository_change (repository_id, seen_at, kind, before, after)
                 SELECT value ->> 0, ?2, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)",
            )
            .bind(&rows)
            .bind(now.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("noting what changed"))?;
            sqlx::query(
                "DELETE FROM repository_change WHERE id IN (
                     SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY repository_id ORDER BY id DESC) AS place
                         FROM repository_change WHERE repository_id IN (SELECT value ->> 0 FROM json_each(?1)))
                     WHERE place > ?2)",
            )
            .bind(&rows)
            .bind(KEPT)
            .execute(self.sql())
            .await
            .map_err(sql("forgetting what changed long ago"))?;
        }
        Ok(())
    }
}
