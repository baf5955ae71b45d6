//! The schema's steps: numbered, checksummed (an altered old step is refused), all or nothing each.
//!
//! A database with a step this program does not know was written by a newer one and is refused.

use crate::{Error, Result, sql};
use drawbridge_vault::Database;
use sqlx::{
    Row as _,
    migrate::{Migration, MigrationType, Migrator},
};

/// Number, name, text, and the oldest program version that may open a database with this step.
const STEPS: &[(i64, &str, &str, &str)] = &[
    (1, "first", include_str!("../migrations/0001_first.sql"), "0.1.0"),
    (2, "connections", include_str!("../migrations/0002_connections.sql"), "0.1.0"),
    (3, "typed_credentials", include_str!("../migrations/0003_typed_credentials.sql"), "0.1.0"),
    (4, "ends_and_notices", include_str!("../migrations/0004_ends_and_notices.sql"), "0.1.0"),
    (5, "whole_listings", include_str!("../migrations/0005_whole_listings.sql"), "0.1.0"),
    (6, "sources", include_str!("../migrations/0006_sources.sql"), "0.1.0"),
    (7, "missing", include_str!("../migrations/0007_missing.sql"), "0.1.0"),
    (8, "browsing", include_str!("../migrations/0008_browsing.sql"), "0.1.0"),
    (9, "repository_pages", include_str!("../migrations/0009_repository_pages.sql"), "0.1.0"),
    (10, "unseen_changes", include_str!("../migrations/0010_unseen_changes.sql"), "0.1.0"),
    (11, "shown_by_name", include_str!("../migrations/0011_shown_by_name.sql"), "0.1.0"),
];

/// The newest step this program knows.
pub(crate) fn known() -> i64 {
    STEPS.last().map_or(0, |step| step.0)
}

/// Brings the schema up to date: all steps or none.
pub(crate) async fn run(database: &Database) -> Result<()> {
    run_to(database, known()).await
}

/// Brings the schema to a step: all steps up to it or none.
pub(crate) async fn run_to(database: &Database, newest: i64) -> Result<()> {
    refuse_newer(database).await?;
    // The steps' own transactions become parts of this one.
    let mut transaction = database.writer().begin().await.map_err(sql("beginning to migrate"))?;
    migrator(newest).run_direct(None, &mut *transaction, false).await.map_err(Error::Migrate)?;
    // Left for an older program to find: what it would need to open this.
    let needs = STEPS.iter().rfind(|step| step.0 <= newest).map_or("", |step| step.3);
    sqlx::query(
        "INSERT INTO setting (name, value) VALUES ('needs_version', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
    )
    .bind(needs)
    .execute(&mut *transaction)
    .await
    .map_err(sql("noting the version"))?;
    transaction.commit().await.map_err(sql("committing the new schema"))
}

fn migrator(newest: i64) -> Migrator {
    let steps = STEPS
        .iter()
        .filter(|step| step.0 <= newest)
        .map(|(version, name, text, _)| {
            Migration::new(*version, (*name).into(), MigrationType::Simple, sqlx::SqlStr::from_static(text), false)
        })
        .collect();
    Migrator::with_migrations(steps)
}

/// Whether there is a schema, and it lacks a step.
pub(crate) async fn pending(database: &Database) -> Result<bool> {
    Ok(taken(database).await?.is_some_and(|taken| STEPS.iter().any(|step| !taken.contains(&step.0))))
}

/// The steps the database has taken; `None` if it has no schema yet.
async fn taken(database: &Database) -> Result<Option<Vec<i64>>> {
    let tables: i64 = sqlx::query("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_one(database.writer())
        .await
        .map_err(sql("reading the schema"))?
        .get(0);
    if tables == 0 {
        return Ok(None);
    }
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(database.writer()).await;
    Ok(Some(rows.map_err(sql("reading the steps taken"))?.iter().map(|row| row.get(0)).collect()))
}

async fn refuse_newer(database: &Database) -> Result<()> {
    if taken(database).await?.is_none_or(|taken| taken.iter().all(|step| *step <= known())) {
        return Ok(());
    }
    let needs: Option<String> = sqlx::query("SELECT value FROM setting WHERE name = 'needs_version'")
        .fetch_optional(database.writer())
        .await
        .map_err(sql("reading the needed version"))?
        .map(|row| row.get(0));
    Err(Error::TooNew { needs: needs.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::STEPS;

    #[test]
    fn the_steps_are_numbered_from_one_without_a_gap() {
        let numbers: Vec<i64> = STEPS.iter().map(|step| step.0).collect();
        assert_eq!(numbers, (1..).take(STEPS.len()).collect::<Vec<i64>>(), "two branches can't both have come next");
    }
}
