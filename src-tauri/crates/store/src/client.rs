//! Table `client`: OAuth client registrations, one of each host preferred; secrets are sealed.

use crate::{Error, Result, Session, Write, from_text, sql, to_text};
use drawbridge_domain::{ClientId, ClientOrigin, HostId, SecretString, Timestamp};
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
    /// What the person calls it; may be empty.
    pub name: String,
    /// Where it comes from.
    pub origin: ClientOrigin,
    /// Whether it is taken where none is named.
    pub preferred: bool,
    /// Where it is changed and removed, if it was registered by Drawbridge (RFC 7592).
    pub management_url: Option<String>,
    /// When its secret ends (RFC 7591 §3.2.1); nothing for never, or if nobody said.
    pub secret_ends_at: Option<Timestamp>,
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
        name: row.get("name"),
        origin: from_text(row.get("origin"), "a client's origin")?,
        preferred: row.get("preferred"),
        management_url: row.get("management_url"),
        secret_ends_at: row.get::<Option<i64>, _>("secret_ends_at").map(Timestamp::from_millis),
    })
}

impl Session {
    /// All clients, the preferred one of each host before its others, oldest first.
    pub async fn clients(&mut self) -> Result<Vec<ClientRow>> {
        let rows = sqlx::query(
            "SELECT id, host_id, client_id, sealed_secret IS NOT NULL AS has_secret, added_at, name, origin,
                    preferred, management_url, secret_ends_at
             FROM client ORDER BY preferred DESC, added_at, id",
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

impl Session {
    /// The token that changes or removes a client at its host, if Drawbridge registered it.
    pub async fn client_management(&mut self, id: &ClientId) -> Result<Option<SecretString>> {
        let row = sqlx::query("SELECT sealed_management FROM client WHERE id = ?1")
            .bind(id.as_str())
            .fetch_optional(self.sql())
            .await
            .map_err(sql("reading a client's management token"))?;
        let sealed: Option<Vec<u8>> = row.and_then(|row| row.get(0));
        let place = Place { table: "client", row: id.as_str(), field: "management" };
        sealed.map(|sealed| self.seal.unseal(place, &sealed)).transpose()
    }
}

impl Write {
    /// Adds a client, in place of one with the same `client_id` at its host. A preferred one takes
    /// that from the one before; the first of a host is preferred whatever it says.
    pub async fn put_client(
        &mut self,
        client: &ClientRow,
        secret: Option<&SecretString>,
        management: Option<&SecretString>,
    ) -> Result<()> {
        let sealed = secret.map(|secret| self.seal.seal(place(client.id.as_str()), secret)).transpose()?;
        let management_place = Place { table: "client", row: client.id.as_str(), field: "management" };
        let management = management.map(|token| self.seal.seal(management_place, token)).transpose()?;
        let host = client.host.as_str();
        let replaced = sqlx::query("DELETE FROM client WHERE host_id = ?1 AND client_id = ?2 RETURNING preferred")
            .bind(host)
            .bind(&client.client_id)
            .fetch_optional(self.sql())
            .await
            .map_err(sql("replacing a client"))?;
        let was_preferred = replaced.is_some_and(|row| row.get::<bool, _>(0));
        let others = sqlx::query("SELECT count(*) FROM client WHERE host_id = ?1 AND preferred")
            .bind(host)
            .fetch_one(self.sql())
            .await
            .map_err(sql("counting clients"))?;
        let preferred = client.preferred || was_preferred || others.get::<i64, _>(0) == 0;
        if preferred {
            self.prefer_none(&client.host).await?;
        }
        sqlx::query(
            "INSERT INTO client (id, host_id, client_id, sealed_secret, added_at, name, origin, preferred,
                                 sealed_management, management_url, secret_ends_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .bind(client.id.as_str())
        .bind(host)
        .bind(&client.client_id)
        .bind(sealed)
        .bind(client.added_at.as_millis())
        .bind(&client.name)
        .bind(to_text(&client.origin))
        .bind(preferred)
        .bind(management)
        .bind(&client.management_url)
        .bind(client.secret_ends_at.map(Timestamp::as_millis))
        .execute(self.sql())
        .await
        .map_err(sql("writing a client"))?;
        Ok(())
    }

    async fn prefer_none(&mut self, host: &HostId) -> Result<()> {
        let done = sqlx::query("UPDATE client SET preferred = 0 WHERE host_id = ?1 AND preferred")
            .bind(host.as_str())
            .execute(self.sql())
            .await;
        done.map(drop).map_err(sql("changing which client is preferred"))
    }

    /// Makes a client the one that is taken where none is named; false if there is none of that id.
    pub async fn prefer_client(&mut self, id: &ClientId) -> Result<bool> {
        let host = sqlx::query("SELECT host_id FROM client WHERE id = ?1")
            .bind(id.as_str())
            .fetch_optional(self.sql())
            .await
            .map_err(sql("finding a client"))?;
        let Some(host) = host else { return Ok(false) };
        let host = host.get::<String, _>(0).try_into().map_err(|_| Error::Damaged { what: "a client" })?;
        self.prefer_none(&host).await?;
        let done = sqlx::query("UPDATE client SET preferred = 1 WHERE id = ?1").bind(id.as_str()).execute(self.sql());
        Ok(done.await.map_err(sql("preferring a client"))?.rows_affected() > 0)
    }

    /// Removes a client; false if there was none.
    pub async fn remove_client(&mut self, id: &ClientId) -> Result<bool> {
        let gone = sqlx::query("DELETE FROM client WHERE id = ?1 RETURNING host_id, preferred")
            .bind(id.as_str())
            .fetch_optional(self.sql())
            .await
            .map_err(sql("removing a client"))?;
        let Some(gone) = gone else { return Ok(false) };
        if gone.get::<bool, _>("preferred") {
            sqlx::query(
                "UPDATE client SET preferred = 1
                 WHERE id = (SELECT id FROM client WHERE host_id = ?1 ORDER BY added_at, id LIMIT 1)",
            )
            .bind(gone.get::<String, _>("host_id"))
            .execute(self.sql())
            .await
            .map_err(sql("preferring another client"))?;
        }
        Ok(true)
    }
}
