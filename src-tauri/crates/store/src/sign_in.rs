//! Table `sign_in`: attempts to connect. What could be replayed (state, verifier, device code) is
//! sealed; so a return that comes after a restart still finds its attempt, and a stolen file has no use.

use crate::{Error, Result, Session, Write, from_json, from_text, sql, to_json, to_text};
use drawbridge_domain::{AccountId, ClientId, HostId, SecretString, SignInId, SignInWay, Timestamp};
use drawbridge_vault::Place;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, sqlite::SqliteRow};

/// One attempt, without its secrets.
#[derive(Debug, Clone)]
pub struct SignInRow {
    /// Ours.
    pub id: SignInId,
    /// At which host.
    pub host: HostId,
    /// With which client.
    pub client: ClientId,
    /// How it comes back.
    pub way: SignInWay,
    /// Where it stands, as the keeper names it.
    pub state: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The account, once connected.
    pub account: Option<AccountId>,
    /// What went wrong, as the keeper wrote it.
    pub problem: Option<String>,
    /// The account whose person it is to bring back; anybody if none.
    pub expects: Option<AccountId>,
    /// The scopes it asks for.
    pub asked_scopes: Vec<String>,
    /// Seconds between questions about a device code, where the host asked for more than at first.
    pub poll_seconds: Option<u32>,
}

/// The secrets of an attempt, for one use.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The page in the browser; holds `state` and the code challenge.
    pub url: SecretString,
    /// RFC 6749 §10.12.
    pub state: SecretString,
    /// RFC 7636 §4.1.
    pub verifier: SecretString,
    /// RFC 8628 §3.2; empty for the other ways.
    pub device_code: SecretString,
    /// What the person types; empty for the other ways.
    pub user_code: String,
    /// Where the answer is sent to; empty for a device code.
    pub redirect_uri: String,
    /// Seconds between polls of a device code.
    pub interval: u32,
    /// The one place its code may be sent to (RFC 9700 §4.4.2): what is known of the host may change
    /// while it waits.
    pub token_endpoint: String,
    /// Who its answer has to come from, as JSON; empty where the host has no name.
    pub issuer: String,
}

/// How an attempt lies inside its seal.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    url: &'a str,
    state: &'a str,
    verifier: &'a str,
    device_code: &'a str,
    user_code: &'a str,
    redirect_uri: &'a str,
    interval: u32,
    // One that waited when this was not kept yet is answered by what is known now.
    #[serde(default)]
    token_endpoint: &'a str,
    #[serde(default)]
    issuer: std::borrow::Cow<'a, str>,
}

fn place(id: &SignInId) -> Place<'_> {
    Place { table: "sign_in", row: id.as_str(), field: "attempt" }
}

fn read(row: &SqliteRow) -> Result<SignInRow> {
    let damaged = || Error::Damaged { what: "a sign-in" };
    Ok(SignInRow {
        id: row.get::<String, _>("id").try_into().map_err(|_| damaged())?,
        host: row.get::<String, _>("host_id").try_into().map_err(|_| damaged())?,
        client: row.get::<String, _>("client_id").try_into().map_err(|_| damaged())?,
        way: from_text(row.get("way"), "a sign-in's way")?,
        state: row.get("state"),
        started_at: Timestamp::from_millis(row.get("started_at")),
        ends_at: Timestamp::from_millis(row.get("ends_at")),
        account: row
            .get::<Option<String>, _>("account_id")
            .map(|id| id.try_into().map_err(|_| damaged()))
            .transpose()?,
        problem: row.get("problem"),
        expects: row.get::<Option<String>, _>("expects").map(|id| id.try_into().map_err(|_| damaged())).transpose()?,
        asked_scopes: match row.get::<Option<String>, _>("asked_scopes") {
            Some(text) => from_json(&text, "a sign-in's scopes")?,
            None => Vec::new(),
        },
        poll_seconds: row.get("poll_seconds"),
    })
}

impl Session {
    /// All attempts that are remembered, newest first.
    pub async fn sign_ins(&mut self) -> Result<Vec<SignInRow>> {
        let rows = sqlx::query("SELECT * FROM sign_in ORDER BY started_at DESC, id").fetch_all(self.sql()).await;
        rows.map_err(sql("reading sign-ins"))?.iter().map(read).collect()
    }

    /// The secrets of an attempt.
    pub async fn attempt(&mut self, id: &SignInId) -> Result<Option<Attempt>> {
        let row = sqlx::query("SELECT sealed_attempt FROM sign_in WHERE id = ?1")
            .bind(id.as_str())
            .fetch_optional(self.sql())
            .await
            .map_err(sql("reading a sign-in"))?;
        let Some(row) = row else { return Ok(None) };
        let sealed: Vec<u8> = row.get(0);
        if sealed.is_empty() {
            return Ok(None);
        }
        let plain = self.seal.unseal(place(id), &sealed)?;
        let inner: Sealed<'_> =
            serde_json::from_str(plain.expose()).map_err(|_| Error::Damaged { what: "a sign-in" })?;
        let secret = |text: &str| SecretString::from(text.to_owned());
        Ok(Some(Attempt {
            url: secret(inner.url),
            state: secret(inner.state),
            verifier: secret(inner.verifier),
            device_code: secret(inner.device_code),
            user_code: inner.user_code.to_owned(),
            redirect_uri: inner.redirect_uri.to_owned(),
            interval: inner.interval,
            token_endpoint: inner.token_endpoint.to_owned(),
            issuer: inner.issuer.into_owned(),
        }))
    }
}

impl Write {
    /// Adds an attempt.
    pub async fn add_sign_in(&mut self, row: &SignInRow, attempt: &Attempt) -> Result<()> {
        let inner = Sealed {
            url: attempt.url.expose(),
            state: attempt.state.expose(),
            verifier: attempt.verifier.expose(),
            device_code: attempt.device_code.expose(),
            user_code: &attempt.user_code,
            redirect_uri: &attempt.redirect_uri,
            interval: attempt.interval,
            token_endpoint: &attempt.token_endpoint,
            issuer: attempt.issuer.as_str().into(),
        };
        let plain = SecretString::from(crate::to_json(&inner));
        let sealed = self.seal.seal(place(&row.id), &plain)?;
        sqlx::query(
            "INSERT INTO sign_in (id, host_id, client_id, way, state, sealed_attempt, started_at, ends_at, expects,
                                  asked_scopes, poll_seconds)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .bind(row.id.as_str())
        .bind(row.host.as_str())
        .bind(row.client.as_str())
        .bind(to_text(&row.way))
        .bind(&row.state)
        .bind(sealed)
        .bind(row.started_at.as_millis())
        .bind(row.ends_at.as_millis())
        .bind(row.expects.as_ref().map(AccountId::as_str))
        .bind(to_json(&row.asked_scopes))
        .bind(row.poll_seconds)
        .execute(self.sql())
        .await
        .map_err(sql("writing a sign-in"))?;
        Ok(())
    }

    /// Moves an attempt from one state to another; false if it is not in the first (somebody was
    /// quicker). With `forget`, its secrets are wiped in the same step: they were for one use.
    pub async fn move_sign_in(&mut self, id: &SignInId, from: &str, to: &str, forget: bool) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE sign_in SET state = ?3, sealed_attempt = CASE WHEN ?4 THEN x'' ELSE sealed_attempt END
             WHERE id = ?1 AND state = ?2",
        )
        .bind(id.as_str())
        .bind(from)
        .bind(to)
        .bind(forget)
        .execute(self.sql())
        .await;
        Ok(done.map_err(sql("moving a sign-in"))?.rows_affected() > 0)
    }

    /// Notes how long to wait between questions about a device code from now on.
    pub async fn set_poll_seconds(&mut self, id: &SignInId, seconds: u32) -> Result<()> {
        let done = sqlx::query("UPDATE sign_in SET poll_seconds = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(seconds)
            .execute(self.sql())
            .await;
        done.map(drop).map_err(sql("slowing a sign-in down"))
    }

    /// Ends an attempt with an account or a problem.
    pub async fn end_sign_in(
        &mut self,
        id: &SignInId,
        state: &str,
        account: Option<&AccountId>,
        problem: Option<&str>,
    ) -> Result<()> {
        sqlx::query("UPDATE sign_in SET state = ?2, account_id = ?3, problem = ?4, sealed_attempt = x'' WHERE id = ?1")
            .bind(id.as_str())
            .bind(state)
            .bind(account.map(AccountId::as_str))
            .bind(problem)
            .execute(self.sql())
            .await
            .map_err(sql("ending a sign-in"))?;
        Ok(())
    }

    /// Forgets attempts that ended before a time.
    pub async fn forget_sign_ins(&mut self, ended_before: Timestamp) -> Result<()> {
        sqlx::query("DELETE FROM sign_in WHERE ends_at < ?1")
            .bind(ended_before.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("forgetting sign-ins"))?;
        Ok(())
    }
}
