//! Table `reach`: which account reaches which repository, and the tombstones of what it no longer does.

use crate::{Error, Result, Session, Write, sql, to_json};
use drawbridge_domain::{AccountId, HostId, Permission, RepositoryId, Timestamp};
use sqlx::{Row as _, sqlite::SqliteRow};
use std::collections::HashMap;

/// How many lines one statement writes.
const LINES_AT_ONCE: usize = 5_000;

/// How an account was shown repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// By its listing.
    Listed,
    /// By name, though its listing does not show them.
    ByName,
}

/// What is stored of an account's reach of a repository that it is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownReach {
    pub permission: i64,
    pub gone: bool,
    pub missing: bool,
    by_name: bool,
    unseen: bool,
}

impl KnownReach {
    /// Whether a listing that shows it with this permission says nothing new.
    pub fn is_as_listed(&self, permission: i64) -> bool {
        self.permission == permission && !(self.gone || self.missing || self.by_name || self.unseen)
    }
}

/// A repository an account reaches, by every name a removal needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Ours.
    pub id: RepositoryId,
    /// The forge's.
    pub forge_id: String,
    /// The owner's name.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// Set if the account's last complete listing did not show it.
    pub missing: Option<Missing>,
}

/// How many repositories an account reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReachCount {
    /// All of them.
    pub all: usize,
    /// Those of them that a complete listing does not show and the host not by name, whatever came of it.
    pub missing: usize,
    /// Those of the missing that the person wants to stay.
    pub kept: usize,
    /// Those that a complete listing does not show and the host does, by name.
    pub by_name: usize,
}

/// What came of a repository that a complete listing does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// So many were missing that a person is asked, and has not answered.
    Asked,
    /// The person said that it is gone.
    SaidGone,
    /// The person wants it to stay in the list.
    Kept,
    /// The host shows it by name, and did so last at this time.
    ByName(Timestamp),
}

impl Missing {
    fn said(self) -> Option<&'static str> {
        match self {
            Self::Asked | Self::ByName(_) => None,
            Self::SaidGone => Some("gone"),
            Self::Kept => Some("keep"),
        }
    }

    fn read(since: Option<i64>, said: Option<&str>, named_at: Option<i64>) -> Option<Self> {
        let missing = since.map(|_| match said {
            Some("gone") => Self::SaidGone,
            Some("keep") => Self::Kept,
            _ => Self::Asked,
        });
        missing.or_else(|| named_at.map(|at| Self::ByName(Timestamp::from_millis(at))))
    }
}

/// Repositories of an account about which a person is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedRow {
    /// Whose listing does not show them.
    pub account: AccountId,
    /// Since when, at most.
    pub since: Timestamp,
    /// How many.
    pub missing: u32,
    /// Of how many that are in the list.
    pub of: u32,
}

/// A repository that an account no longer reaches, and that still can be brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedRow {
    /// Which.
    pub repository: RepositoryId,
    /// The owner's name.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// Its page in the browser.
    pub web_url: String,
    /// Whose listing did not show it.
    pub account: AccountId,
    /// When it was removed.
    pub gone_at: Timestamp,
    /// Whether another account shows it all the same.
    pub listed: bool,
}

/// How an account reaches a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachRow {
    /// Which account.
    pub account: AccountId,
    /// What it may do.
    pub permission: Permission,
}

pub(crate) fn to_number(permission: Permission) -> i64 {
    match permission {
        Permission::Read => 1,
        Permission::Triage => 2,
        Permission::Write => 3,
        Permission::Maintain => 4,
        Permission::Admin => 5,
    }
}

pub(crate) fn from_number(number: i64) -> Permission {
    match number {
        2 => Permission::Triage,
        3 => Permission::Write,
        4 => Permission::Maintain,
        5 => Permission::Admin,
        _ => Permission::Read,
    }
}

fn read(row: &SqliteRow) -> Reached {
    Reached {
        id: RepositoryId(row.get("id")),
        forge_id: row.get("forge_id"),
        owner: row.get("owner"),
        name: row.get("name"),
        missing: Missing::read(row.get("missing_since"), row.get("said"), row.get("named_at")),
    }
}

impl Session {
    /// Everything an account reaches now.
    pub async fn reached(&mut self, account: &AccountId) -> Result<Vec<Reached>> {
        let rows = sqlx::query(
            "SELECT p.id, p.forge_id, p.owner, p.name, r.missing_since, r.said, r.named_at
             FROM reach r JOIN repository p ON p.id = r.repository_id WHERE r.account_id = ?1 AND r.gone_at IS NULL",
        )
        .bind(account.as_str())
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what an account reaches"))?;
        Ok(rows.iter().map(read).collect())
    }

    /// Those that an account's host shows by name only, those first for which that is longest ago.
    pub async fn shown_by_name(&mut self, account: &AccountId, limit: u32) -> Result<Vec<Reached>> {
        let rows = sqlx::query(
            "SELECT p.id, p.forge_id, p.owner, p.name, r.missing_since, r.said, r.named_at
             FROM reach r JOIN repository p ON p.id = r.repository_id
             WHERE r.account_id = ?1 AND r.gone_at IS NULL AND r.missing_since IS NULL AND r.named_at IS NOT NULL
             ORDER BY r.named_at LIMIT ?2",
        )
        .bind(account.as_str())
        .bind(limit)
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what is shown by name"))?;
        Ok(rows.iter().map(read).collect())
    }

    /// How many an account reaches now, told apart by what [`Session::reached`] says of each.
    pub async fn reach_count(&mut self, account: &AccountId) -> Result<ReachCount> {
        let row = sqlx::query(
            "SELECT count(*) AS all_of, count(missing_since) AS missing,
                    count(CASE WHEN missing_since IS NOT NULL AND said = ?2 THEN 1 END) AS kept,
                    count(CASE WHEN missing_since IS NULL THEN named_at END) AS by_name
             FROM reach WHERE account_id = ?1 AND gone_at IS NULL",
        )
        .bind(account.as_str())
        .bind(Missing::Kept.said())
        .fetch_one(self.sql())
        .await
        .map_err(sql("counting what an account reaches"))?;
        let count = |column| usize::try_from(row.get::<i64, _>(column)).unwrap_or(0);
        let (all, missing) = (count("all_of"), count("missing"));
        Ok(ReachCount { all, missing, kept: count("kept"), by_name: count("by_name") })
    }

    /// What a person is asked about: per account, what is missing and not answered yet.
    pub async fn asked_about(&mut self) -> Result<Vec<AskedRow>> {
        let rows = sqlx::query(
            "SELECT account_id, max(missing_since) AS since,
                    count(CASE WHEN missing_since IS NOT NULL AND said IS NULL THEN 1 END) AS missing, count(*) AS all_of
             FROM reach WHERE gone_at IS NULL GROUP BY account_id HAVING missing > 0 ORDER BY since",
        )
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what is missing"))?;
        rows.iter()
            .map(|row| {
                Ok(AskedRow {
                    account: crate::from_text(row.get("account_id"), "an account")?,
                    since: Timestamp::from_millis(row.get("since")),
                    missing: row.get("missing"),
                    of: row.get("all_of"),
                })
            })
            .collect()
    }

    /// What was removed, newest first, and how much that is in all. `named`: only of this owner and name at this
    /// host, compared without case.
    pub async fn removed(
        &mut self,
        named: Option<(&HostId, &str, &str)>,
        limit: u32,
        offset: u32,
    ) -> Result<(u32, Vec<RemovedRow>)> {
        let host = named.map(|(host, ..)| host.as_str());
        let (owner, name) = named.map(|(_, owner, name)| (owner, name)).unzip();
        let rows = sqlx::query(
            "SELECT p.id, p.owner, p.name, p.web_url, r.account_id, r.gone_at, count(*) OVER () AS total,
                    EXISTS (SELECT 1 FROM reach o WHERE o.repository_id = p.id AND o.gone_at IS NULL) AS listed
             FROM reach r JOIN repository p ON p.id = r.repository_id WHERE r.gone_at IS NOT NULL
             AND (?1 IS NULL OR p.owner = ?1 COLLATE NOCASE) AND (?2 IS NULL OR p.name = ?2 COLLATE NOCASE)
             AND (?5 IS NULL OR p.host_id = ?5)
             ORDER BY r.gone_at DESC, p.id LIMIT ?3 OFFSET ?4",
        )
        .bind(owner)
        .bind(name)
        .bind(limit)
        .bind(offset)
        .bind(host)
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what was removed"))?;
        let total = rows.first().map_or(0, |row| row.get("total"));
        let removed = rows.iter().map(|row| {
            Ok(RemovedRow {
                repository: RepositoryId(row.get("id")),
                owner: row.get("owner"),
                name: row.get("name"),
                web_url: row.get("web_url"),
                account: crate::from_text(row.get("account_id"), "an account")?,
                gone_at: Timestamp::from_millis(row.get("gone_at")),
                listed: row.get("listed"),
            })
        });
        Ok((total, removed.collect::<Result<_>>()?))
    }

    /// By repository: how an account reached those that it is shown.
    pub(crate) async fn known_reach(
        &mut self,
        host: &HostId,
        account: &AccountId,
        shown: &[&str],
    ) -> Result<HashMap<i64, KnownReach>> {
        let rows = sqlx::query(
            "SELECT r.repository_id, r.permission, r.gone_at, r.missing_since, r.named_at, r.unseen
             FROM json_each(?3) j CROSS JOIN repository p ON p.host_id = ?1 AND p.forge_id = j.value
             JOIN reach r ON r.account_id = ?2 AND r.repository_id = p.id",
        )
        .bind(host.as_str())
        .bind(account.as_str())
        .bind(to_json(&shown))
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading known reach"))?;
        let known = |row: &SqliteRow| {
            let has = |column| row.get::<Option<i64>, _>(column).is_some();
            let (gone, missing, by_name) = (has("gone_at"), has("missing_since"), has("named_at"));
            let known =
                KnownReach { permission: row.get("permission"), gone, missing, by_name, unseen: row.get("unseen") };
            (row.get("repository_id"), known)
        };
        Ok(rows.iter().map(known).collect())
    }

    /// Who reaches a repository, strongest first.
    pub async fn reach_of(&mut self, repository: RepositoryId) -> Result<Vec<ReachRow>> {
        let rows = sqlx::query(
            "SELECT r.account_id, r.permission FROM reach r JOIN account a ON a.id = r.account_id
             WHERE r.repository_id = ?1 AND r.gone_at IS NULL ORDER BY r.permission DESC, a.connected_at, a.id",
        )
        .bind(repository.0)
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading who reaches a repository"))?;
        rows.iter()
            .map(|row| {
                Ok(ReachRow {
                    account: row
                        .get::<String, _>("account_id")
                        .try_into()
                        .map_err(|_| Error::Damaged { what: "an account" })?,
                    permission: from_number(row.get("permission")),
                })
            })
            .collect()
    }
}

impl Write {
    /// Writes which repositories an account was shown, with the permission for each.
    pub(crate) async fn put_reach(
        &mut self,
        account: &AccountId,
        reached: &[(i64, i64)],
        shown: Shown,
        now: Timestamp,
    ) -> Result<()> {
        let named_at = (shown == Shown::ByName).then(|| now.as_millis());
        for some in reached.chunks(LINES_AT_ONCE) {
            sqlx::query(
                "INSERT INTO reach (account_id, repository_id, permission, named_at)
                 SELECT ?1, value ->> 0, value ->> 1, ?3 FROM json_each(?2) WHERE true
                 ON CONFLICT (account_id, repository_id)
                 DO UPDATE SET permission = excluded.permission, gone_at = NULL, missing_since = NULL, said = NULL,
                     unseen = 0, named_at = excluded.named_at",
            )
            .bind(account.as_str())
            .bind(to_json(&some))
            .bind(named_at)
            .execute(self.sql())
            .await
            .map_err(sql("writing reach"))?;
        }
        Ok(())
    }

    /// Notes of repositories that an account's listing changed that the others were not shown the change.
    pub(crate) async fn put_unseen(&mut self, account: &AccountId, rewritten: &[i64]) -> Result<()> {
        if rewritten.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "UPDATE reach SET unseen = 1
             WHERE repository_id IN (SELECT value FROM json_each(?2)) AND account_id <> ?1 AND unseen = 0",
        )
        .bind(account.as_str())
        .bind(to_json(&rewritten))
        .execute(self.sql())
        .await
        .map_err(sql("noting a change for other accounts"))?;
        Ok(())
    }

    /// Marks repositories as no longer reached by an account. They come back by being listed again. One that a
    /// person wants in the list stays: that may have been said since they were looked at.
    pub async fn mark_gone(&mut self, account: &AccountId, gone: &[RepositoryId], now: Timestamp) -> Result<()> {
        sqlx::query(
            "UPDATE reach SET gone_at = ?3, missing_since = NULL, said = NULL, named_at = NULL
             WHERE account_id = ?1 AND repository_id IN (SELECT value FROM json_each(?2))
             AND gone_at IS NULL AND said IS NOT ?4",
        )
        .bind(account.as_str())
        .bind(to_json(&gone))
        .bind(now.as_millis())
        .bind(Missing::Kept.said())
        .execute(self.sql())
        .await
        .map_err(sql("marking repositories as gone"))?;
        if gone.is_empty() { Ok(()) } else { self.inventory_changed().await }
    }

    /// Notes which repositories of an account its complete listing did not show, and which it shows again. Of what
    /// was brought back meanwhile the listing says nothing.
    pub async fn set_missing(
        &mut self,
        account: &AccountId,
        missing: &[RepositoryId],
        again: &[RepositoryId],
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE reach SET missing_since = NULL, said = NULL, named_at = NULL
             WHERE account_id = ?1 AND coalesce(missing_since, named_at) IS NOT NULL AND repository_id IN (SELECT value FROM json_each(?2))",
        )
        .bind(account.as_str())
        .bind(to_json(&again))
        .execute(self.sql())
        .await
        .map_err(sql("noting what is listed again"))?;
        sqlx::query(
            "UPDATE reach SET missing_since = ?3, named_at = NULL WHERE account_id = ?1 AND missing_since IS NULL
             AND gone_at IS NULL AND repository_id IN (SELECT value FROM json_each(?2))",
        )
        .bind(account.as_str())
        .bind(to_json(&missing))
        .bind(now.as_millis())
        .execute(self.sql())
        .await
        .map_err(sql("noting what is missing"))?;
        Ok(())
    }

    /// Notes what a person said about all that they are asked about at an account; how many that were.
    pub async fn answer_missing(&mut self, account: &AccountId, answer: Missing) -> Result<u64> {
        let answered = sqlx::query(
            "UPDATE reach SET said = ?2
             WHERE account_id = ?1 AND gone_at IS NULL AND missing_since IS NOT NULL AND said IS NULL",
        )
        .bind(account.as_str())
        .bind(answer.said())
        .execute(self.sql())
        .await
        .map_err(sql("noting an answer"))?;
        Ok(answered.rows_affected())
    }

    /// Brings a removed repository back into the list of the accounts that reached it, to stay there although
    /// it is missing; for how many accounts that was.
    pub async fn keep_removed(&mut self, repository: RepositoryId) -> Result<u64> {
        let kept = sqlx::query(
            "UPDATE reach SET missing_since = gone_at, said = ?2, gone_at = NULL
             WHERE repository_id = ?1 AND gone_at IS NOT NULL",
        )
        .bind(repository.0)
        .bind(Missing::Kept.said())
        .execute(self.sql())
        .await
        .map_err(sql("bringing a repository back"))?;
        self.inventory_changed().await?;
        Ok(kept.rows_affected())
    }

    /// Forgets for good what was removed before this time.
    pub async fn forget_removed(&mut self, before: Timestamp) -> Result<()> {
        let forgotten = sqlx::query("DELETE FROM reach WHERE gone_at < ?1")
            .bind(before.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("forgetting what was removed"))?;
        if forgotten.rows_affected() > 0 {
            sqlx::query("DELETE FROM repository WHERE id NOT IN (SELECT repository_id FROM reach)")
                .execute(self.sql())
                .await
                .map_err(sql("forgetting repositories"))?;
        }
        Ok(())
    }
}
