//! Table `reach`: which account reaches which repository, and the tombstones of what it no longer does.

use crate::{Error, Result, Session, Write, sql, to_json};
use drawbridge_domain::{AccountId, HostId, Permission, RepositoryId, Timestamp};
use sqlx::Row as _;

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
    /// Those of them that a complete listing does not show, whatever came of it.
    pub missing: usize,
    /// Those of the missing that the person wants to stay.
    pub kept: usize,
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
}

impl Missing {
    fn said(self) -> Option<&'static str> {
        match self {
            Self::Asked => None,
            Self::SaidGone => Some("gone"),
            Self::Kept => Some("keep"),
        }
    }

    fn read(since: Option<i64>, said: Option<&str>) -> Option<Self> {
        since.map(|_| match said {
            Some("gone") => Self::SaidGone,
            Some("keep") => Self::Kept,
            _ => Self::Asked,
        })
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

impl Session {
    /// Everything an account reaches now.
    pub async fn reached(&mut self, account: &AccountId) -> Result<Vec<Reached>> {
        let rows = sqlx::query(
            "SELECT p.id, p.forge_id, p.owner, p.name, r.missing_since, r.said FROM reach r JOIN repository p ON p.id = r.repository_id
             WHERE r.account_id = ?1 AND r.gone_at IS NULL",
        )
        .bind(account.as_str())
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading what an account reaches"))?;
        Ok(rows
            .iter()
            .map(|row| Reached {
                id: RepositoryId(row.get("id")),
                forge_id: row.get("forge_id"),
                owner: row.get("owner"),
                name: row.get("name"),
                missing: Missing::read(row.get("missing_since"), row.get("said")),
            })
            .collect())
    }

    /// How many an account reaches now, told apart by what [`Session::reached`] says of each.
    pub async fn reach_count(&mut self, account: &AccountId) -> Result<ReachCount> {
        let row = sqlx::query(
            "SELECT count(*) AS all_of, count(missing_since) AS missing,
                    count(CASE WHEN missing_since IS NOT NULL AND said = ?2 THEN 1 END) AS kept
             FROM reach WHERE account_id = ?1 AND gone_at IS NULL",
        )
        .bind(account.as_str())
        .bind(Missing::Kept.said())
        .fetch_one(self.sql())
        .await
        .map_err(sql("counting what an account reaches"))?;
        let count = |column| usize::try_from(row.get::<i64, _>(column)).unwrap_or(0);
        Ok(ReachCount { all: count("all_of"), missing: count("missing"), kept: count("kept") })
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
    /// Marks repositories as no longer reached by an account. They come back by being listed again. One that a
    /// person wants in the list stays: that may have been said since they were looked at.
    pub async fn mark_gone(&mut self, account: &AccountId, gone: &[RepositoryId], now: Timestamp) -> Result<()> {
        sqlx::query(
            "UPDATE reach SET gone_at = ?3, missing_since = NULL, said = NULL
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
            "UPDATE reach SET missing_since = NULL, said = NULL WHERE account_id = ?1 AND missing_since IS NOT NULL
             AND repository_id IN (SELECT value FROM json_each(?2))",
        )
        .bind(account.as_str())
        .bind(to_json(&again))
        .execute(self.sql())
        .await
        .map_err(sql("noting what is listed again"))?;
        sqlx::query(
            "UPDATE reach SET missing_since = ?3 WHERE account_id = ?1 AND missing_since IS NULL
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
