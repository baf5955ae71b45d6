//! Table `client`: OAuth client registrations, one per host; the secret is sealed.

use crate::{Error, Result, Session, Write, sql};
use drawbridge_domain::{ClientId, HostId, SecretString, Timestamp};
use drawbridge_vault::Place;
use sqlx::{Row as _, sqlite::SqliteRow};

/// One registration, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// Ours.
    pub id: ClientId,
    /// At which host.
    pub host: HostId,
    /// The `client_id` of RFC 6749.
    pub client_id: String,
    /// Whether a secret is sealed with it.
    pub has_secret: bool,
    /// When it was added.
    pub added_at: Timestamp,
}

fn place(row: &str) -> Place<'_> {
    Place { table: "client", row, field: "secret" }
}

fn read(row: &SqliteRow) -> Result<ClientRow> {
    let damaged = || Error::Damaged { what: "a client" };
    Ok(ClientRow {
        id: row.get::<String, _>("id").try_into().map_err(|_| damaged())?,
        host: row.get::<String, _>("host_id").try_into().map_err(|_| damaged())?,
        client_id: row.get("client_id"),
        has_secret: row.get("has_secret"),
        added_at: Timestamp::from_millis(row.get("added_at")),
    })
}

impl Session {
    /// All clients, oldest first.
    pub async fn clients(&mut self) -> Result<Vec<ClientRow>> {
        let rows = sqlx::query(
            "SELECT id, host_id, client_id, sealed_secret IS NOT NULL AS has_secret, added_at
             FROM client ORDER BY added_at, id",
        )
        .fetch_all(self.sql())
        .await;
        rows.map_err(sql("reading clients"))?.iter().map(read).collect()
    }

    /// The secret of a client, if it has one.
    pub async fn client_secret(&mut self, id: &ClientId) -> Result<Option<SecretString>> {
        let row = sqlx::query("SELECT sealed_secret FROM client WHERE id = ?1")
            .bind(id.as_str())
            .fetch_optional(self.sql())
            .await
            .map_err(sql("reading a client's secret"))?;
        let sealed: Option<Vec<u8>> = row.and_then(|row| row.get(0));
        sealed.map(|sealed| self.seal.unseal(place(id.as_str()), &sealed)).transpose()
    }
}

impl Write {
    /// Adds a client; one that was there for the host is replaced.
    pub async fn put_client(&mut self, client: &ClientRow, secret: Option<&SecretString>) -> Result<()> {
        let sealed = secret.map(|secret| self.seal.seal(place(client.id.as_str()), secret)).transpose()?;
        sqlx::query("DELETE FROM client WHERE host_id = ?1")
            .bind(client.host.as_str())
            .execute(self.sql())
            .await
            .map_err(sql("replacing a client"))?;
        sqlx::query("INSERT INTO client (id, host_id, client_id, sealed_secret, added_at) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(client.id.as_str())
            .bind(client.host.as_str())
            .bind(&client.client_id)
            .bind(sealed)
            .bind(client.added_at.as_millis())
            .execute(self.sql())
            .await
            .map_err(sql("writing a client"))?;
        Ok(())
    }

    /// Removes a client; false if there was none.
    pub async fn remove_client(&mut self, id: &ClientId) -> Result<bool> {
        let done = sqlx::query("DELETE FROM client WHERE id = ?1").bind(id.as_str()).execute(self.sql()).await;
        Ok(done.map_err(sql("removing a client"))?.rows_affected() > 0)
    }
}
