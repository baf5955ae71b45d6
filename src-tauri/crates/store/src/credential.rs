//! Table `credential`: the sealed tokens of an account, and the journal of their refresh.

use crate::{Result, Session, Write, from_json, from_text, sql, to_json, to_text};
use drawbridge_domain::{AccountId, CredentialKind, SecretString, Timestamp};
use drawbridge_vault::Place;
use sqlx::{Row as _, sqlite::SqliteRow};
use std::collections::BTreeMap;

/// What is known about a credential without unsealing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFacts {
    /// Of which account.
    pub account: AccountId,
    /// What kind.
    pub kind: CredentialKind,
    /// The `client_id` it was issued to.
    pub client_id: Option<String>,
    /// The scopes that were asked for.
    pub asked_scopes: Vec<String>,
    /// The scopes the host says it has; none if it does not say.
    pub granted_scopes: Option<Vec<String>>,
    /// When it was issued or renewed.
    pub issued_at: Timestamp,
    /// When access ends, if the host said.
    pub access_ends_at: Option<Timestamp>,
    /// When renewing ends, if the host said.
    pub refresh_ends_at: Option<Timestamp>,
    /// Whether a renewal was seen to leave that end where it was.
    pub refresh_end_stays: bool,
    /// The user name that goes with it, where one does.
    pub user_name: Option<String>,
    /// Fields of replies that are kept, by path.
    pub kept: BTreeMap<String, String>,
    /// When the person signed in; renewals leave it.
    pub signed_in_at: Timestamp,
    /// When a renewal that failed is tried again.
    pub retry_at: Option<Timestamp>,
    /// How often renewing failed in a row.
    pub failures: u32,
    /// Whether there is a refresh token.
    pub renewable: bool,
    /// Set while a refresh is under way; at rest it means that a reply was lost, or that the
    /// refresh token moved elsewhere.
    pub refresh_started_at: Option<Timestamp>,
}

impl CredentialFacts {
    /// When the refresh token moved elsewhere, if it did: what was noted as started when it went,
    /// and nothing here that could have been sent.
    pub fn moved_at(&self) -> Option<Timestamp> {
        self.refresh_started_at.filter(|_| !self.renewable)
    }

    /// Whether there is a refresh token that surely was not used yet.
    pub fn surely_renews(&self) -> bool {
        self.renewable && self.refresh_started_at.is_none()
    }
}

/// A credential with its secrets.
#[derive(Debug, Clone)]
pub struct CredentialRow {
    /// What is known about it.
    pub facts: CredentialFacts,
    /// The access token.
    pub access: SecretString,
    /// The refresh token.
    pub refresh: Option<SecretString>,
}

/// A credential to write.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// What kind.
    pub kind: CredentialKind,
    /// The `client_id` it was issued to.
    pub client_id: Option<String>,
    /// The access token.
    pub access: SecretString,
    /// The refresh token.
    pub refresh: Option<SecretString>,
    /// The scopes that were asked for.
    pub asked_scopes: Vec<String>,
    /// The scopes the host says it has.
    pub granted_scopes: Option<Vec<String>>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When access ends.
    pub access_ends_at: Option<Timestamp>,
    /// When renewing ends.
    pub refresh_ends_at: Option<Timestamp>,
    /// Whether a renewal was seen to leave that end where it was.
    pub refresh_end_stays: bool,
    /// The user name that goes with it.
    pub user_name: Option<String>,
    /// Fields of replies that are kept, by path; no secrets.
    pub kept: BTreeMap<String, String>,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
}

fn place<'a>(account: &'a AccountId, field: &'a str) -> Place<'a> {
    Place { table: "credential", row: account.as_str(), field }
}

fn facts(row: &SqliteRow) -> Result<CredentialFacts> {
    let time = |name: &str| row.get::<Option<i64>, _>(name).map(Timestamp::from_millis);
    Ok(CredentialFacts {
        account: from_text(row.get("account_id"), "a credential's account")?,
        kind: from_text(row.get("kind"), "a credential's kind")?,
        client_id: row.get("client_id"),
        asked_scopes: from_json(row.get("asked_scopes"), "a credential's scopes")?,
        granted_scopes: row
            .get::<Option<String>, _>("granted_scopes")
            .map(|text| from_json(&text, "a credential's scopes"))
            .transpose()?,
        issued_at: Timestamp::from_millis(row.get("issued_at")),
        access_ends_at: time("access_ends_at"),
        refresh_ends_at: time("refresh_ends_at"),
        refresh_end_stays: row.get("refresh_end_stays"),
        user_name: row.get("user_name"),
        kept: from_json(row.get("kept"), "what is kept with a credential")?,
        // Before that was noted, the last renewal stands for it.
        signed_in_at: time("signed_in_at").unwrap_or_else(|| Timestamp::from_millis(row.get("issued_at"))),
        retry_at: time("retry_at"),
        failures: row.get("failures"),
        renewable: row.get("renewable"),
        refresh_started_at: time("refresh_started_at"),
    })
}

impl Session {
    /// What is known about every credential; nothing is unsealed.
    pub async fn credential_facts(&mut self) -> Result<Vec<CredentialFacts>> {
        let rows = sqlx::query("SELECT *, sealed_refresh IS NOT NULL AS renewable FROM credential")
            .fetch_all(self.sql())
            .await;
        rows.map_err(sql("reading credentials"))?.iter().map(facts).collect()
    }

    /// The credential of an account, unsealed.
    pub async fn credential(&mut self, account: &AccountId) -> Result<Option<CredentialRow>> {
        let row =
            sqlx::query("SELECT *, sealed_refresh IS NOT NULL AS renewable FROM credential WHERE account_id = ?1")
                .bind(account.as_str())
                .fetch_optional(self.sql())
                .await
                .map_err(sql("reading a credential"))?;
        let Some(row) = row else { return Ok(None) };
        let refresh: Option<Vec<u8>> = row.get("sealed_refresh");
        Ok(Some(CredentialRow {
            facts: facts(&row)?,
            access: self.seal.unseal(place(account, "access"), row.get("sealed_access"))?,
            refresh: refresh.map(|sealed| self.seal.unseal(place(account, "refresh"), &sealed)).transpose()?,
        }))
    }
}

impl Write {
    /// Writes the credential of an account in place of the one before, and clears the journal.
    pub async fn put_credential(&mut self, account: &AccountId, credential: &NewCredential) -> Result<()> {
        self.changes_credentials();
        let access = self.seal.seal(place(account, "access"), &credential.access)?;
        let refresh = match &credential.refresh {
            Some(token) => Some(self.seal.seal(place(account, "refresh"), token)?),
            None => None,
        };
        sqlx::query(
            "INSERT INTO credential (account_id, kind, client_id, sealed_access, sealed_refresh, asked_scopes,
                                     granted_scopes, issued_at, access_ends_at, refresh_ends_at, user_name, kept,
                                     signed_in_at, refresh_end_stays, refresh_started_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, NULL)
             ON CONFLICT (account_id) DO UPDATE SET kind = excluded.kind, client_id = excluded.client_id,
                 sealed_access = excluded.sealed_access, sealed_refresh = excluded.sealed_refresh,
                 asked_scopes = excluded.asked_scopes, granted_scopes = excluded.granted_scopes,
                 issued_at = excluded.issued_at, access_ends_at = excluded.access_ends_at,
                 refresh_ends_at = excluded.refresh_ends_at, user_name = excluded.user_name, kept = excluded.kept,
                 signed_in_at = excluded.signed_in_at, refresh_end_stays = excluded.refresh_end_stays,
                 refresh_started_at = NULL, retry_at = NULL, failures = 0",
        )
        .bind(account.as_str())
        .bind(to_text(&credential.kind))
        .bind(&credential.client_id)
        .bind(access)
        .bind(refresh)
        .bind(to_json(&credential.asked_scopes))
        .bind(credential.granted_scopes.as_ref().map(to_json))
        .bind(credential.issued_at.as_millis())
        .bind(credential.access_ends_at.map(Timestamp::as_millis))
        .bind(credential.refresh_ends_at.map(Timestamp::as_millis))
        .bind(&credential.user_name)
        .bind(to_json(&credential.kept))
        .bind(credential.signed_in_at.as_millis())
        .bind(credential.refresh_end_stays)
        .execute(self.sql())
        .await
        .map_err(sql("writing a credential"))?;
        Ok(())
    }

    /// Notes what the host says of the access that was issued then: the scopes it has, and when it ends.
    /// What it does not say stays. Nothing is noted of access that was renewed meanwhile.
    pub async fn set_told(
        &mut self,
        account: &AccountId,
        issued_at: Timestamp,
        scopes: Option<&[String]>,
        ends_at: Option<Timestamp>,
    ) -> Result<()> {
        self.changes_credentials();
        sqlx::query(
            "UPDATE credential SET granted_scopes = coalesce(?3, granted_scopes),
                 access_ends_at = coalesce(?4, access_ends_at)
             WHERE account_id = ?1 AND issued_at = ?2",
        )
        .bind(account.as_str())
        .bind(issued_at.as_millis())
        .bind(scopes.map(|scopes| to_json(&scopes)))
        .bind(ends_at.map(Timestamp::as_millis))
        .execute(self.sql())
        .await
        .map_err(sql("noting what a host says of a credential"))?;
        Ok(())
    }

    /// The journal: notes that a refresh is about to be sent, or (`None`) that it surely was not processed.
    pub async fn set_refresh_started(&mut self, account: &AccountId, at: Option<Timestamp>) -> Result<()> {
        self.changes_credentials();
        sqlx::query("UPDATE credential SET refresh_started_at = ?2 WHERE account_id = ?1")
            .bind(account.as_str())
            .bind(at.map(Timestamp::as_millis))
            .execute(self.sql())
            .await
            .map_err(sql("noting a refresh"))?;
        Ok(())
    }

    /// The journal: notes that a refresh whose reply was lost is about to be sent once more.
    pub async fn note_refresh_repeated(&mut self, account: &AccountId) -> Result<()> {
        self.changes_credentials();
        sqlx::query("UPDATE credential SET failures = failures + 1 WHERE account_id = ?1")
            .bind(account.as_str())
            .execute(self.sql())
            .await
            .map_err(sql("noting a refresh"))?;
        Ok(())
    }

    /// Notes that a renewal failed and surely was not carried out: how often in a row, and when it is
    /// tried again. Takes the journal's note back, unless an earlier reply is still missing.
    pub async fn set_refresh_failed(
        &mut self,
        account: &AccountId,
        retry_at: Timestamp,
        still_lost: bool,
    ) -> Result<()> {
        self.changes_credentials();
        sqlx::query(
            "UPDATE credential SET refresh_started_at = iif(?3, refresh_started_at, NULL), retry_at = ?2,
                 failures = failures + 1
             WHERE account_id = ?1",
        )
        .bind(account.as_str())
        .bind(retry_at.as_millis())
        .bind(still_lost)
        .execute(self.sql())
        .await
        .map_err(sql("noting a renewal that failed"))?;
        Ok(())
    }

    /// Takes every refresh token for one that may have been used since: after an old copy of the
    /// database was put back. Returns how many there are.
    pub async fn doubt_refresh_tokens(&mut self, at: Timestamp) -> Result<u64> {
        self.changes_credentials();
        let done = sqlx::query(
            "UPDATE credential SET refresh_started_at = coalesce(refresh_started_at, ?1)
             WHERE sealed_refresh IS NOT NULL",
        )
        .bind(at.as_millis())
        .execute(self.sql())
        .await
        .map_err(sql("doubting refresh tokens"))?;
        Ok(done.rows_affected())
    }

    /// The journal: takes back what [`Self::set_refresh_started`] noted at that time, if nothing
    /// was written since.
    pub async fn take_back_refresh_started(&mut self, account: &AccountId, at: Timestamp) -> Result<()> {
        self.changes_credentials();
        sqlx::query(
            "UPDATE credential SET refresh_started_at = NULL WHERE account_id = ?1 AND refresh_started_at = ?2",
        )
        .bind(account.as_str())
        .bind(at.as_millis())
        .execute(self.sql())
        .await
        .map_err(sql("taking back a note"))?;
        Ok(())
    }

    /// Forgets the refresh token of an account that moved elsewhere, if it is still the one that
    /// was noted as started at that time. The note stays, see [`CredentialFacts::moved_at`].
    pub async fn forget_refresh_token(&mut self, account: &AccountId, at: Timestamp) -> Result<()> {
        self.changes_credentials();
        sqlx::query("UPDATE credential SET sealed_refresh = NULL WHERE account_id = ?1 AND refresh_started_at = ?2")
            .bind(account.as_str())
            .bind(at.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("forgetting a refresh token"))?;
        Ok(())
    }
}
