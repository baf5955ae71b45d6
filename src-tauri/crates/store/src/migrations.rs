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
const STEPS: &[(i64, &str, &str, &str)] = &[(1, "first", include_str!("../migrations/0001_first.sql"), "0.1.0")];

pub(crate) async fn run(database: &Database) -> Result<()> {
    refuse_newer(database).await?;
    let steps = STEPS
        .iter()
        .map(|(version, name, text, _)| {
            Migration::new(*version, (*name).into(), MigrationType::Simple, sqlx::SqlStr::from_static(text), false)
        })
        .collect();
    Migrator::with_migrations(steps).run(database.writer()).await.map_err(Error::Migrate)?;
    // Left for an older program to find: what it would need to open this.
    let newest = STEPS.last().map_or("", |step| step.3);
    sqlx::query(
        "INSERT INTO setting (name, value) VALUES ('needs_version', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
    )
    .bind(newest)
    .execute(database.writer())
    .await
    .map_err(sql("noting the version"))?;
    Ok(())
}

async fn refuse_newer(database: &Database) -> Result<()> {
    let known = STEPS.last().map_or(0, |step| step.0);
    let tables: i64 = sqlx::query("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_one(database.writer())
        .await
        .map_err(sql("reading the schema"))?
        .get(0);
    if tables == 0 {
        return Ok(());
    }
    let applied: Option<i64> = sqlx::query("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(database.writer())
        .await
        .map_err(sql("reading the schema version"))?
        .get(0);
    if applied.unwrap_or(0) <= known {
        return Ok(());
    }
    let needs: Option<String> = sqlx::query("SELECT value FROM setting WHERE name = 'needs_version'")
        .fetch_optional(database.writer())
        .await
        .map_err(sql("reading the needed version"))?
        .map(|row| row.get(0));
    Err(Error::TooNew { needs: needs.unwrap_or_default() })
}
