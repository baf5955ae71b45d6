//! Table `typed_credential`: credentials that a person typed in, bound to hosts; what is secret of them is sealed.

use crate::{Error, Result, Session, Write, from_json, from_text, sql, to_json, to_text};
use drawbridge_domain::{
    AccountId, CheckOutcome, CredentialId, HostPattern, SecretString, Timestamp, TypedFacts, TypedKind,
};
use drawbridge_vault::Place;
use sqlx::{Row as _, sqlite::SqliteRow};

/// One credential, without what is secret of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRow {
    /// Ours.
    pub id: CredentialId,
    /// What the person calls it.
    pub label: String,
    /// The account it is attached to, if any.
    pub account: Option<AccountId>,
    /// Where it may be used.
    pub hosts: Vec<HostPattern>,
    /// What may be shown.
    pub facts: TypedFacts,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last replaced.
    pub changed_at: Timestamp,
    /// When it ends, as the person says.
    pub ends_at: Option<Timestamp>,
    /// What the other side last said about it, and when.
    pub checked: Option<(CheckOutcome, Timestamp)>,
}

fn place(id: &CredentialId) -> Place<'_> {
    Place { table: "typed_credential", row: id.as_str(), field: "value" }
}

const WHAT: &str = "a credential typed by hand";

fn read(row: &SqliteRow) -> Result<TypedRow> {
    let damaged = || Error::Damaged { what: WHAT };
    let time = |name: &str| row.get::<Option<i64>, _>(name).map(Timestamp::from_millis);
    let kind: TypedKind = from_text(row.get("kind"), WHAT)?;
    let facts: serde_json::Value = from_json(row.get("facts"), WHAT)?;
    let outcome: Option<String> = row.get("outcome");
    let outcome = outcome.map(|text| from_text::<CheckOutcome>(&text, WHAT)).transpose()?;
    Ok(TypedRow {
        id: row.get::<String, _>("id").try_into().map_err(|_| damaged())?,
        label: row.get("label"),
        account: row
            .get::<Option<String>, _>("account_id")
            .map(|id| id.try_into().map_err(|_| damaged()))
            .transpose()?,
        hosts: from_json(row.get("hosts"), WHAT)?,
        facts: serde_json::from_value(serde_json::json!({ "kind": kind, "facts": facts })).map_err(|_| damaged())?,
        added_at: Timestamp::from_millis(row.get("added_at")),
        changed_at: Timestamp::from_millis(row.get("changed_at")),
        ends_at: time("ends_at"),
        checked: outcome.zip(time("checked_at")),
    })
}

/// The facts without the kind, which has a column of its own.
fn facts_json(facts: &TypedFacts) -> String {
    match facts {
        TypedFacts::SshKey(facts) => to_json(facts),
        TypedFacts::Headers(facts) => to_json(facts),
        TypedFacts::Basic(facts) => to_json(facts),
        TypedFacts::ClientCredentials(facts) => to_json(facts),
    }
}

impl Session {
    /// All of them, by label; nothing is unsealed.
    pub async fn typed_credentials(&mut self) -> Result<Vec<TypedRow>> {
        let rows = sqlx::query("SELECT * FROM typed_credential ORDER BY label COLLATE NOCASE, id");
        rows.fetch_all(self.sql()).await.map_err(sql("reading typed credentials"))?.iter().map(read).collect()
    }

    /// One of them with what is secret of it.
    pub async fn typed_credential(&mut self, id: &CredentialId) -> Result<Option<(TypedRow, SecretString)>> {
        let row = sqlx::query("SELECT * FROM typed_credential WHERE id = ?1")
            .bind(id.as_str())
            .fetch_optional(self.sql())
            .await
            .map_err(sql("reading a typed credential"))?;
        let Some(row) = row else { return Ok(None) };
        let secret = self.seal.unseal(place(id), row.get("sealed_value"))?;
        Ok(Some((read(&row)?, secret)))
    }
}

impl Write {
    /// Adds one, or writes it in place of the one with its id.
    pub async fn put_typed_credential(&mut self, row: &TypedRow, secret: &SecretString) -> Result<()> {
        self.changes_credentials();
        let sealed = self.seal.seal(place(&row.id), secret)?;
        sqlx::query(
            "INSERT INTO typed_credential (id, kind, label, account_id, hosts, facts, sealed_value, added_at,
                                           changed_at, ends_at, checked_at, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, label = excluded.label,
                 account_id = excluded.account_id, hosts = excluded.hosts, facts = excluded.facts,
                 sealed_value = excluded.sealed_value, changed_at = excluded.changed_at,
                 ends_at = excluded.ends_at, checked_at = excluded.checked_at, outcome = excluded.outcome",
        )
        .bind(row.id.as_str())
        .bind(to_text(&row.facts.kind()))
        .bind(&row.label)
        .bind(row.account.as_ref().map(AccountId::as_str))
        .bind(to_json(&row.hosts))
        .bind(facts_json(&row.facts))
        .bind(sealed)
        .bind(row.added_at.as_millis())
        .bind(row.changed_at.as_millis())
        .bind(row.ends_at.map(Timestamp::as_millis))
        .bind(row.checked.map(|(_, at)| at.as_millis()))
        .bind(row.checked.map(|(outcome, _)| to_text(&outcome)))
        .execute(self.sql())
        .await
        .map_err(sql("writing a typed credential"))?;
        Ok(())
    }

    /// Notes what the other side said about one as it was at `changed_at`; nothing if it was replaced since.
    pub async fn set_typed_outcome(
        &mut self,
        id: &CredentialId,
        changed_at: Timestamp,
        outcome: CheckOutcome,
        at: Timestamp,
    ) -> Result<()> {
        let done =
            sqlx::query("UPDATE typed_credential SET outcome = ?3, checked_at = ?4 WHERE id = ?1 AND changed_at = ?2")
                .bind(id.as_str())
                .bind(changed_at.as_millis())
                .bind(to_text(&outcome))
                .bind(at.as_millis())
                .execute(self.sql());
        done.await.map(drop).map_err(sql("noting a check"))
    }

    /// Removes one; false if there was none.
    pub async fn remove_typed_credential(&mut self, id: &CredentialId) -> Result<bool> {
        self.changes_credentials();
        let done = sqlx::query("DELETE FROM typed_credential WHERE id = ?1").bind(id.as_str()).execute(self.sql());
        Ok(done.await.map_err(sql("removing a typed credential"))?.rows_affected() > 0)
    }
}
