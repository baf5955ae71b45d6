//! Table `reach`: which account reaches which repository, and the tombstones of what it no longer does.

use crate::{Error, Result, Session, Write, sql};
use drawbridge_domain::{AccountId, Permission, RepositoryId, Timestamp};
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
            "SELECT p.id, p.forge_id, p.owner, p.name FROM reach r JOIN repository p ON p.id = r.repository_id
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
            })
            .collect())
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
    /// Marks repositories as no longer reached by an account. They come back by being listed again.
    pub async fn mark_gone(&mut self, account: &AccountId, gone: &[RepositoryId], now: Timestamp) -> Result<()> {
        for id in gone {
            sqlx::query("UPDATE reach SET gone_at = ?3 WHERE account_id = ?1 AND repository_id = ?2")
                .bind(account.as_str())
                .bind(id.0)
                .bind(now.as_millis())
                .execute(self.sql())
                .await
                .map_err(sql("marking a repository as gone"))?;
        }
        if gone.is_empty() { Ok(()) } else { self.inventory_changed().await }
    }
}
