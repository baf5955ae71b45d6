//! Table `account`: who the person is at each host, and how the connection fares.

use crate::{Error, Result, Session, Write, from_text, sql, to_text};
use drawbridge_domain::{AccountId, Health, HostId, Identity, Timestamp};
use sqlx::{Row as _, sqlite::SqliteRow};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Ours.
    pub id: AccountId,
    /// At which host.
    pub host: HostId,
    /// Who, as the host told last.
    pub identity: Identity,
    /// What the person calls it; nothing if never named.
    pub label: Option<String>,
    /// The colour that tells it apart, 1 to 8.
    pub swatch: u8,
    /// When it was first connected.
    pub connected_at: Timestamp,
    /// How it fares.
    pub health: Health,
    /// A short name of the cause, worded by the keeper.
    pub health_cause: String,
    /// Since when it fares so.
    pub health_since: Timestamp,
    /// When it is tried again by itself.
    pub next_try_at: Option<Timestamp>,
    /// When the list was last as its host has it.
    pub synced_at: Option<Timestamp>,
    /// When the whole listing was last read to its end, with nothing half written since.
    pub listed_at: Option<Timestamp>,
    /// How many repositories it reaches.
    pub repositories: u32,
}

/// What an account is called.
#[derive(Debug, Clone)]
pub struct AccountName {
    /// Ours.
    pub id: AccountId,
    /// At which host.
    pub host: HostId,
    /// The name that the host signs it in by.
    pub login: String,
    /// What the person calls it.
    pub label: Option<String>,
}

/// An account to add or bring up to date.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The id it gets if it is new.
    pub id: AccountId,
    /// At which host.
    pub host: HostId,
    /// Who.
    pub identity: Identity,
    /// The time of the connect.
    pub now: Timestamp,
}

const SELECT: &str = "SELECT a.*, (SELECT count(*) FROM reach r WHERE r.account_id = a.id AND r.gone_at IS NULL)
     AS repositories FROM account a";

fn read(row: &SqliteRow) -> Result<AccountRow> {
    let damaged = || Error::Damaged { what: "an account" };
    Ok(AccountRow {
        id: row.get::<String, _>("id").try_into().map_err(|_| damaged())?,
        host: row.get::<String, _>("host_id").try_into().map_err(|_| damaged())?,
        identity: Identity {
            subject: row.get("subject"),
            login: row.get("login"),
            name: row.get("name"),
            email: row.get("email"),
        },
        label: row.get("label"),
        swatch: row.get("swatch"),
        connected_at: Timestamp::from_millis(row.get("connected_at")),
        health: from_text(row.get("health"), "an account's health")?,
        health_cause: row.get("health_cause"),
        health_since: Timestamp::from_millis(row.get("health_since")),
        next_try_at: row.get::<Option<i64>, _>("next_try_at").map(Timestamp::from_millis),
        synced_at: row.get::<Option<i64>, _>("synced_at").map(Timestamp::from_millis),
        listed_at: row.get::<Option<i64>, _>("listed_at").map(Timestamp::from_millis),
        repositories: row.get("repositories"),
    })
}

impl Session {
    /// All accounts, in the order they were connected.
    pub async fn accounts(&mut self) -> Result<Vec<AccountRow>> {
        let text = sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY a.connected_at, a.id"));
        let rows = sqlx::query(text).fetch_all(self.sql()).await;
        rows.map_err(sql("reading accounts"))?.iter().map(read).collect()
    }

    /// What the accounts are called, without counting what they reach.
    pub async fn account_names(&mut self) -> Result<Vec<AccountName>> {
        let rows = sqlx::query("SELECT id, host_id, login, label FROM account ORDER BY connected_at, id")
            .fetch_all(self.sql())
            .await
            .map_err(sql("reading the accounts' names"))?;
        rows.iter()
            .map(|row| {
                Ok(AccountName {
                    id: crate::from_text(row.get("id"), "an account's id")?,
                    host: crate::from_text(row.get("host_id"), "an account's host")?,
                    login: row.get("login"),
                    label: row.get("label"),
                })
            })
            .collect()
    }

    /// One account.
    pub async fn account(&mut self, id: &AccountId) -> Result<Option<AccountRow>> {
        let text = sqlx::AssertSqlSafe(format!("{SELECT} WHERE a.id = ?1"));
        let row = sqlx::query(text).bind(id.as_str()).fetch_optional(self.sql()).await;
        row.map_err(sql("reading an account"))?.as_ref().map(read).transpose()
    }

    /// The account of a person at a host.
    pub async fn account_at(&mut self, host: &HostId, subject: &str) -> Result<Option<AccountId>> {
        let row = sqlx::query("SELECT id FROM account WHERE host_id = ?1 AND subject = ?2")
            .bind(host.as_str())
            .bind(subject)
            .fetch_optional(self.sql())
            .await
            .map_err(sql("finding an account"))?;
        let id = row.map(|row| row.get::<String, _>(0).try_into());
        id.transpose().map_err(|_| Error::Damaged { what: "an account" })
    }
}

impl Write {
    /// Adds an account, or brings the one of the same person at the same host up to date.
    /// Returns its id and whether it is new.
    pub async fn put_account(&mut self, account: &NewAccount) -> Result<(AccountId, bool)> {
        let known = self.account_at(&account.host, &account.identity.subject).await?;
        let id = known.clone().unwrap_or_else(|| account.id.clone());
        // The least used colour, so that the first eight accounts all differ.
        sqlx::query(
            "INSERT INTO account (id, host_id, subject, login, name, email, swatch, connected_at, health,
                                  health_cause, health_since)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6,
                     (WITH colour (n) AS (VALUES (1), (2), (3), (4), (5), (6), (7), (8))
                      SELECT n FROM colour ORDER BY (SELECT count(*) FROM account WHERE swatch = n), n LIMIT 1),
                     ?7, ?8, '', ?7)
             ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, email = excluded.email,
                 health = excluded.health, health_cause = '', health_since = excluded.health_since, next_try_at = NULL,
                 -- Other access may show more, or less.
                 listed_at = NULL",
        )
        .bind(id.as_str())
        .bind(account.host.as_str())
        .bind(&account.identity.subject)
        .bind(&account.identity.login)
        .bind(&account.identity.name)
        .bind(&account.identity.email)
        .bind(account.now.as_millis())
        .bind(to_text(&Health::Working))
        .execute(self.sql())
        .await
        .map_err(sql("writing an account"))?;
        Ok((id, known.is_none()))
    }

    /// Notes how an account fares. The time it began stays while health and cause stay.
    pub async fn set_health(
        &mut self,
        id: &AccountId,
        health: Health,
        cause: &str,
        now: Timestamp,
        next_try_at: Option<Timestamp>,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE account SET
                 health_since = CASE WHEN health = ?2 AND health_cause = ?3 THEN health_since ELSE ?4 END,
                 health = ?2, health_cause = ?3, next_try_at = ?5
             WHERE id = ?1",
        )
        .bind(id.as_str())
        .bind(to_text(&health))
        .bind(cause)
        .bind(now.as_millis())
        .bind(next_try_at.map(Timestamp::as_millis))
        .execute(self.sql())
        .await
        .map_err(sql("noting an account's health"))?;
        Ok(())
    }

    /// Names an account; nothing takes the name away. False if there is none of that id.
    pub async fn set_label(&mut self, id: &AccountId, label: Option<&str>) -> Result<bool> {
        let done = sqlx::query("UPDATE account SET label = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(label)
            .execute(self.sql())
            .await;
        Ok(done.map_err(sql("naming an account"))?.rows_affected() > 0)
    }

    /// Notes that the list is as its host has it.
    pub async fn set_synced(&mut self, id: &AccountId, now: Timestamp) -> Result<()> {
        sqlx::query("UPDATE account SET synced_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(now.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("noting a sync"))?;
        Ok(())
    }

    /// Notes when the whole listing was read to its end; nothing if what was written is not all of it.
    pub async fn set_listed(&mut self, id: &AccountId, at: Option<Timestamp>) -> Result<()> {
        sqlx::query("UPDATE account SET listed_at = ?2 WHERE id = ?1 AND listed_at IS NOT ?2")
            .bind(id.as_str())
            .bind(at.map(Timestamp::as_millis))
            .execute(self.sql())
            .await
            .map_err(sql("noting a whole listing"))?;
        Ok(())
    }

    /// Removes an account with its credential, reach and pages, and the repositories only it reached.
    /// Returns how many repositories left the list.
    pub async fn remove_account(&mut self, id: &AccountId) -> Result<u32> {
        let visible = "SELECT count(DISTINCT repository_id) FROM reach WHERE gone_at IS NULL";
        let before: u32 =
            sqlx::query(visible).fetch_one(self.sql()).await.map_err(sql("counting repositories"))?.get(0);
        self.inventory_changed().await?;
        sqlx::query("DELETE FROM account WHERE id = ?1")
            .bind(id.as_str())
            .execute(self.sql())
            .await
            .map_err(sql("removing an account"))?;
        sqlx::query(
            "DELETE FROM repository WHERE NOT EXISTS (SELECT 1 FROM reach WHERE repository_id = repository.id)",
        )
        .execute(self.sql())
        .await
        .map_err(sql("removing repositories nobody reaches"))?;
        let after: u32 = sqlx::query(visible).fetch_one(self.sql()).await.map_err(sql("counting repositories"))?.get(0);
        Ok(before.saturating_sub(after))
    }
}
