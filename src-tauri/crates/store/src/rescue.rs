//! Copies what can be read of a damaged database into a new one.
//!
//! A damaged page takes the rows on it and no others: a range of rows that can't be copied at once
//! is halved until single rows remain. What a sync brings back by itself is not fought for. Not
//! here: which database is damaged, and what becomes of it.

use crate::{Error, Result, migrations, sql};
use drawbridge_vault::Rescue;
use sqlx::{Connection as _, Row as _, SqlStr, SqliteConnection};

/// A table and how its rows are copied between two numbers of row.
struct Table {
    name: &'static str,
    /// The step of the schema that brought it.
    since: i64,
    /// What its rows are to a person.
    rows: &'static str,
    copy: &'static str,
    most: &'static str,
}

macro_rules! table {
    ($since:literal, $name:literal, $rows:literal) => {
        Table {
            name: $name,
            since: $since,
            rows: $rows,
            copy: concat!(
                "INSERT OR IGNORE INTO main.",
                $name,
                " SELECT * FROM damaged.",
                $name,
                " WHERE rowid BETWEEN ?1 AND ?2"
            ),
            most: concat!("SELECT max(rowid) FROM damaged.", $name),
        }
    };
}

/// In the order in which rows refer to each other. Left out: what is only a cache (listing pages,
/// what was found in sources, what was read for pages), and sign-ins, which live ten minutes.
const TABLES: &[Table] = &[
    table!(1, "host", "a host"),
    table!(1, "client", "a client"),
    table!(1, "account", "an account"),
    table!(1, "credential", "the sign-in of an account"),
    Table {
        name: "typed_credential",
        since: 3,
        rows: "a credential typed by hand",
        // Its account may be lost; it is worth keeping without.
        copy: "INSERT OR IGNORE INTO main.typed_credential
               SELECT id, kind, label, (SELECT a.id FROM main.account a WHERE a.id = d.account_id), hosts, facts,
                      sealed_value, added_at, changed_at, ends_at, checked_at, outcome
               FROM damaged.typed_credential d WHERE d.rowid BETWEEN ?1 AND ?2",
        most: "SELECT max(rowid) FROM damaged.typed_credential",
    },
    table!(2, "revocation", "a revocation that waits"),
    table!(1, "repository", "a repository"),
    Table {
        name: "source",
        since: 6,
        rows: "a source",
        // Without its repository there is nothing to look at.
        copy: "INSERT OR IGNORE INTO main.source SELECT * FROM damaged.source d
               WHERE d.id BETWEEN ?1 AND ?2 AND d.repository_id IN (SELECT id FROM main.repository)",
        most: "SELECT max(rowid) FROM damaged.source",
    },
    table!(1, "sync_run", "a past sync"),
    table!(8, "saved_view", "a view"),
    table!(8, "repository_change", "a line of a repository's history"),
    table!(2, "account_event", "a line of an account's history"),
];

/// Tables without numbers of row, whole or not at all.
const WHOLE: &[(&str, &str, &str)] = &[
    (
        "reach",
        "INSERT OR IGNORE INTO main.reach SELECT r.* FROM damaged.reach r
         WHERE r.account_id IN (SELECT id FROM main.account) AND r.repository_id IN (SELECT id FROM main.repository)",
        "which account reaches which repository; the next sync finds out again",
    ),
    (
        "setting",
        "INSERT OR REPLACE INTO main.setting SELECT * FROM damaged.setting",
        "the settings; the usual ones apply",
    ),
];

/// Where the last row may be, if that can't be read.
const FAR: i64 = 1 << 24;
const MOST_LINES: usize = 100;

/// What was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RescueCount {
    /// Accounts that have their credential.
    pub accounts: u32,
    /// Repositories.
    pub repositories: u32,
    /// What was lost, one line each.
    pub lost: Vec<String>,
}

/// Copies what can be read.
pub async fn rescue(rescue: &Rescue) -> Result<RescueCount> {
    // Rows are copied into a schema like theirs, and brought up to date afterwards.
    let step = step_of_damaged(rescue).await?;
    migrations::run_to(&rescue.fresh, step).await?;
    let mut writer = rescue.fresh.writer().acquire().await.map_err(sql("taking the writing connection"))?;
    rescue.attach(&mut writer).await.map_err(Error::Vault)?;
    let mut count = RescueCount::default();
    for table in TABLES.iter().filter(|table| table.since <= step) {
        copy_table(&mut writer, rescue, table, &mut count.lost).await?;
    }
    for (name, copy, lost) in WHOLE {
        let mut transaction = writer.begin().await.map_err(sql("beginning a rescue"))?;
        match sqlx::query(SqlStr::from_static(copy)).execute(&mut *transaction).await {
            Ok(_) => transaction.commit().await.map_err(sql("committing a rescue"))?,
            Err(error) => {
                tracing::warn!(table = name, %error, "a table could not be rescued");
                transaction.rollback().await.map_err(sql("leaving a rescue"))?;
                attach_again(&mut writer, rescue).await?;
                note(&mut count.lost, format!("Lost: {lost}."));
            }
        }
    }
    sqlx::raw_sql("DETACH DATABASE damaged").execute(&mut *writer).await.map_err(sql("detaching"))?;
    drop(writer);
    migrations::run(&rescue.fresh).await?;
    let mut writer = rescue.fresh.writer().acquire().await.map_err(sql("taking the writing connection"))?;
    // An account without its sign-in asks for one; that is less than losing it.
    let row = sqlx::query("SELECT (SELECT count(*) FROM credential), (SELECT count(*) FROM repository)")
        .fetch_one(&mut *writer)
        .await
        .map_err(sql("counting what was rescued"))?;
    (count.accounts, count.repositories) = (row.get(0), row.get(1));
    Ok(count)
}

/// The step of the schema that a damaged database has; the newest if that page is lost.
async fn step_of_damaged(rescue: &Rescue) -> Result<i64> {
    let mut writer = rescue.fresh.writer().acquire().await.map_err(sql("taking the writing connection"))?;
    rescue.attach(&mut writer).await.map_err(Error::Vault)?;
    let row = sqlx::query("SELECT max(version) FROM damaged._sqlx_migrations").fetch_one(&mut *writer).await;
    if row.is_err() {
        attach_again(&mut writer, rescue).await?;
    }
    sqlx::raw_sql("DETACH DATABASE damaged").execute(&mut *writer).await.map_err(sql("detaching"))?;
    let step = row.ok().and_then(|row| row.get::<Option<i64>, _>(0)).unwrap_or_else(migrations::known);
    Ok(step.clamp(1, migrations::known()))
}

/// SQLCipher reads nothing more over a connection that met a damaged page; attached anew it does.
async fn attach_again(connection: &mut SqliteConnection, rescue: &Rescue) -> Result<()> {
    sqlx::raw_sql("DETACH DATABASE damaged").execute(&mut *connection).await.map_err(sql("detaching"))?;
    rescue.attach(connection).await.map_err(Error::Vault)
}

async fn copy_table(
    connection: &mut SqliteConnection,
    rescue: &Rescue,
    table: &Table,
    lost: &mut Vec<String>,
) -> Result<()> {
    let most = sqlx::query(SqlStr::from_static(table.most)).fetch_one(&mut *connection).await;
    let (most, guessed) = match most {
        Ok(row) => (row.get::<Option<i64>, _>(0).unwrap_or(0), false),
        Err(_) => {
            attach_again(connection, rescue).await?;
            (FAR, true)
        }
    };
    let (mut ranges, mut missed) = (vec![(1, most)], 0_u32);
    while let Some((first, last)) = ranges.pop() {
        if first > last {
            continue;
        }
        let copied =
            sqlx::query(SqlStr::from_static(table.copy)).bind(first).bind(last).execute(&mut *connection).await;
        if copied.is_err() {
            attach_again(connection, rescue).await?;
        }
        match copied {
            Ok(_) => {}
            Err(_) if first < last => {
                let middle = first + (last - first) / 2;
                ranges.push((middle + 1, last));
                ranges.push((first, middle));
            }
            // Beyond a last row that is only guessed there may be none.
            Err(error) => {
                tracing::warn!(table = table.name, row = first, %error, "a row could not be rescued");
                missed += 1;
            }
        }
        // A tree page that leads to many rows would be asked about for each of them.
        if missed > 4096 {
            note(lost, format!("Lost: more of what follows {} number {first}.", table.rows));
            return Ok(());
        }
    }
    if missed > 0 {
        let about = if guessed { "up to " } else { "" };
        note(lost, format!("Lost: {} {about}{missed} times.", table.rows));
    }
    Ok(())
}

fn note(lost: &mut Vec<String>, line: String) {
    if lost.len() < MOST_LINES {
        lost.push(line);
    }
}
