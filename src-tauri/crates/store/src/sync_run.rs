//! Table `sync_run`: what every sync did.

use crate::{Error, Result, Session, Write, sql};
use drawbridge_domain::{AccountId, RunId, Timestamp};
use sqlx::Row as _;

/// A run to record.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// Of which account.
    pub account: AccountId,
    /// That account's login.
    pub login: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// How it ended, as the keeper names it.
    pub outcome: String,
    /// What happened, as the keeper words it.
    pub sentence: String,
    /// First listed.
    pub added: u32,
    /// Different.
    pub changed: u32,
    /// Gone.
    pub removed: u32,
    /// Requests sent.
    pub requests: u32,
    /// Answered "not modified".
    pub unmodified: u32,
}

/// A recorded run.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Ours.
    pub id: RunId,
    /// What was recorded.
    pub run: NewRun,
}

/// Which runs to read.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only with one of these outcomes; all if empty.
    pub outcomes: Vec<String>,
    /// How many.
    pub limit: u32,
    /// After how many.
    pub offset: u32,
}

/// More than anybody reads; older ones are forgotten.
const KEPT: i64 = 5000;

impl Session {
    /// Recorded runs, newest first, and how many there are altogether.
    pub async fn sync_runs(&mut self, filter: &RunFilter) -> Result<(u32, Vec<RunRow>)> {
        let outcomes = crate::to_json(&filter.outcomes);
        let account = filter.account.as_ref().map(AccountId::as_str);
        let total: u32 = sqlx::query(
            "SELECT count(*) FROM sync_run WHERE (?1 IS NULL OR account_id = ?1)
             AND (?2 = '[]' OR outcome IN (SELECT value FROM json_each(?2)))",
        )
        .bind(account)
        .bind(&outcomes)
        .fetch_one(self.sql())
        .await
        .map_err(sql("counting sync runs"))?
        .get(0);
        let rows = sqlx::query(
            "SELECT * FROM sync_run WHERE (?1 IS NULL OR account_id = ?1)
             AND (?2 = '[]' OR outcome IN (SELECT value FROM json_each(?2)))
             ORDER BY id DESC LIMIT ?3 OFFSET ?4",
        )
        .bind(account)
        .bind(&outcomes)
        .bind(filter.limit)
        .bind(filter.offset)
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading sync runs"))?;
        let runs = rows.iter().map(|row| {
            Ok(RunRow {
                id: RunId(row.get("id")),
                run: NewRun {
                    account: row
                        .get::<String, _>("account_id")
                        .try_into()
                        .map_err(|_| Error::Damaged { what: "a sync run" })?,
                    login: row.get("login"),
                    started_at: Timestamp::from_millis(row.get("started_at")),
                    took_ms: row.get("took_ms"),
                    outcome: row.get("outcome"),
                    sentence: row.get("sentence"),
                    added: row.get("added"),
                    changed: row.get("changed"),
                    removed: row.get("removed"),
                    requests: row.get("requests"),
                    unmodified: row.get("unmodified"),
                },
            })
        });
        Ok((total, runs.collect::<Result<_>>()?))
    }
}

impl Write {
    /// Records a run.
    pub async fn add_run(&mut self, run: &NewRun) -> Result<RunId> {
        let row = sqlx::query(
            "INSERT INTO sync_run (account_id, login, started_at, took_ms, outcome, sentence, added, changed,
                                   removed, requests, unmodified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id",
        )
        .bind(run.account.as_str())
        .bind(&run.login)
        .bind(run.started_at.as_millis())
        .bind(run.took_ms)
        .bind(&run.outcome)
        .bind(&run.sentence)
        .bind(run.added)
        .bind(run.changed)
        .bind(run.removed)
        .bind(run.requests)
        .bind(run.unmodified)
        .fetch_one(self.sql())
        .await
        .map_err(sql("recording a sync run"))?;
        sqlx::query("DELETE FROM sync_run WHERE id <= (SELECT max(id) FROM sync_run) - ?1")
            .bind(KEPT)
            .execute(self.sql())
            .await
            .map_err(sql("forgetting old sync runs"))?;
        Ok(RunId(row.get(0)))
    }
}
