//! Table `repository_content`: what was last read of a repository at its host, for its page.
//!
//! A cache with a bound: each look takes the place of the one longest ago. Not here: reading it from a host.

use crate::{Result, Session, Write, from_json, from_text, sql, to_json, to_text};
use drawbridge_domain::{RepositoryId, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, sqlite::SqliteRow};

/// Of how many repositories something is kept.
pub const CONTENTS_KEPT: u32 = 200;

/// What a README is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadmeKind {
    /// Text, which is kept.
    Text,
    /// More than is read.
    TooLong,
    /// Something else than text in UTF-8.
    NotText,
}

/// The file that is a repository's README.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadmeFile {
    /// Where it lies.
    pub path: String,
    /// What it is.
    pub kind: ReadmeKind,
    /// Git's id of it, where the forge tells it.
    pub blob_id: Option<String>,
    /// What it says; empty where it is no text.
    pub text: String,
}

/// What reading the README brought.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadmeRow {
    /// When it was read.
    pub read_at: Timestamp,
    /// None if there is no README.
    pub file: Option<ReadmeFile>,
}

/// A branch or a tag, and the object that it names.
pub type NamedRow = (String, String);

/// A repository's branches and tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The branch that is checked out by default.
    pub default_branch: Option<String>,
    /// Branches, as many as are kept.
    pub branches: Vec<NamedRow>,
    /// How many there are.
    pub branch_count: u32,
    /// Tags, as many as are kept.
    pub tags: Vec<NamedRow>,
    /// How many there are.
    pub tag_count: u32,
    /// Whether there are even more than were counted.
    pub truncated: bool,
}

/// What reading branches and tags brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesRow {
    /// When they were read.
    pub read_at: Timestamp,
    /// What they were.
    pub names: Names,
}

/// What is kept of one repository.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ContentRow {
    /// The README, if it was ever read.
    pub readme: Option<ReadmeRow>,
    /// Why the last reading of it failed, as the keeper names it.
    pub readme_trouble: Option<String>,
    /// Branches and tags, if they were ever read.
    pub names: Option<NamesRow>,
    /// Why the last reading of these failed.
    pub names_trouble: Option<String>,
}

fn read(row: &SqliteRow) -> Result<ContentRow> {
    let time = |column: &str| row.get::<Option<i64>, _>(column).map(Timestamp::from_millis);
    let file = match (row.get::<Option<String>, _>("readme_path"), row.get::<Option<String>, _>("readme_kind")) {
        (Some(path), Some(kind)) => Some(ReadmeFile {
            path,
            kind: from_text(&kind, "what a README is")?,
            blob_id: row.get("readme_blob_id"),
            text: row.get::<Option<String>, _>("readme_text").unwrap_or_default(),
        }),
        _ => None,
    };
    let names = match (time("names_read_at"), row.get::<Option<String>, _>("names")) {
        (Some(read_at), Some(names)) => {
            Some(NamesRow { read_at, names: from_json(&names, "a repository's branches and tags")? })
        }
        _ => None,
    };
    Ok(ContentRow {
        readme: time("readme_read_at").map(|read_at| ReadmeRow { read_at, file }),
        readme_trouble: row.get("readme_trouble"),
        names,
        names_trouble: row.get("names_trouble"),
    })
}

impl Session {
    /// What is kept of a repository.
    pub async fn repository_content(&mut self, id: RepositoryId) -> Result<Option<ContentRow>> {
        let row = sqlx::query("SELECT * FROM repository_content WHERE repository_id = ?1")
            .bind(id.0)
            .fetch_optional(self.sql())
            .await
            .map_err(sql("reading what is kept of a repository"))?;
        row.as_ref().map(read).transpose()
    }
}

impl Write {
    /// Keeps what was read of a repository, as the one looked at last; nothing of one that is no more. What was
    /// looked at longest ago makes room.
    pub async fn put_repository_content(&mut self, id: RepositoryId, content: &ContentRow) -> Result<()> {
        let readme = content.readme.as_ref();
        let file = readme.and_then(|readme| readme.file.as_ref());
        let names = content.names.as_ref();
        sqlx::query(
            "INSERT INTO repository_content (repository_id, turn, readme_read_at, readme_path, readme_kind,
                 readme_blob_id, readme_text, readme_trouble, names_read_at, names, names_trouble)
             SELECT id, (SELECT coalesce(max(turn), 0) + 1 FROM repository_content), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
             FROM repository WHERE id = ?1
             ON CONFLICT (repository_id) DO UPDATE SET turn = excluded.turn,
                 readme_read_at = excluded.readme_read_at, readme_path = excluded.readme_path,
                 readme_kind = excluded.readme_kind, readme_blob_id = excluded.readme_blob_id,
                 readme_text = excluded.readme_text, readme_trouble = excluded.readme_trouble,
                 names_read_at = excluded.names_read_at, names = excluded.names,
                 names_trouble = excluded.names_trouble",
        )
        .bind(id.0)
        .bind(readme.map(|readme| readme.read_at.as_millis()))
        .bind(file.map(|file| file.path.as_str()))
        .bind(file.map(|file| to_text(&file.kind)))
        .bind(file.and_then(|file| file.blob_id.as_deref()))
        .bind(file.map(|file| file.text.as_str()))
        .bind(content.readme_trouble.as_deref())
        .bind(names.map(|names| names.read_at.as_millis()))
        .bind(names.map(|names| to_json(&names.names)))
        .bind(content.names_trouble.as_deref())
        .execute(self.sql())
        .await
        .map_err(sql("keeping what was read of a repository"))?;
        sqlx::query(
            "DELETE FROM repository_content WHERE turn <=
                 (SELECT turn FROM repository_content ORDER BY turn DESC LIMIT 1 OFFSET ?1)",
        )
        .bind(CONTENTS_KEPT)
        .execute(self.sql())
        .await
        .map_err(sql("forgetting what was read longest ago"))?;
        Ok(())
    }
}
