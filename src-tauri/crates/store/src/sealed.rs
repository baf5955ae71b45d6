//! Every sealed value, wherever it lies: sealed anew under new keys, and checked.
//!
//! Not here: what the values mean; their tables' files know.

use crate::{Result, Session, sql};
use drawbridge_domain::Random;
use drawbridge_vault::{Database, Place, Sealer};
use sqlx::{Row as _, SqlStr, SqliteConnection};

/// One sealed column. A test holds this list against the schema.
struct Column {
    table: &'static str,
    name: &'static str,
    field: &'static str,
    /// Reads the row's key and the sealed value of every row that has one.
    read: &'static str,
    /// Writes the value (2) of a row (1).
    write: &'static str,
}

const COLUMNS: &[Column] = &[
    Column {
        table: "client",
        name: "sealed_management",
        field: "management",
        read: "SELECT id, sealed_management FROM client WHERE sealed_management IS NOT NULL",
        write: "UPDATE client SET sealed_management = ?2 WHERE id = ?1",
    },
    Column {
        table: "client",
        name: "sealed_secret",
        field: "secret",
        read: "SELECT id, sealed_secret FROM client WHERE sealed_secret IS NOT NULL",
        write: "UPDATE client SET sealed_secret = ?2 WHERE id = ?1",
    },
    Column {
        table: "credential",
        name: "sealed_access",
        field: "access",
        read: "SELECT account_id, sealed_access FROM credential",
        write: "UPDATE credential SET sealed_access = ?2 WHERE account_id = ?1",
    },
    Column {
        table: "credential",
        name: "sealed_refresh",
        field: "refresh",
        read: "SELECT account_id, sealed_refresh FROM credential WHERE sealed_refresh IS NOT NULL",
        write: "UPDATE credential SET sealed_refresh = ?2 WHERE account_id = ?1",
    },
    Column {
        table: "revocation",
        name: "sealed_access",
        field: "access",
        read: "SELECT id, sealed_access FROM revocation",
        write: "UPDATE revocation SET sealed_access = ?2 WHERE id = ?1",
    },
    Column {
        table: "revocation",
        name: "sealed_refresh",
        field: "refresh",
        read: "SELECT id, sealed_refresh FROM revocation WHERE sealed_refresh IS NOT NULL",
        write: "UPDATE revocation SET sealed_refresh = ?2 WHERE id = ?1",
    },
    Column {
        table: "revocation",
        name: "sealed_secret",
        field: "secret",
        read: "SELECT id, sealed_secret FROM revocation WHERE sealed_secret IS NOT NULL",
        write: "UPDATE revocation SET sealed_secret = ?2 WHERE id = ?1",
    },
    Column {
        table: "sign_in",
        name: "sealed_attempt",
        field: "attempt",
        // Empty once it was used.
        read: "SELECT id, sealed_attempt FROM sign_in WHERE sealed_attempt <> x''",
        write: "UPDATE sign_in SET sealed_attempt = ?2 WHERE id = ?1",
    },
    Column {
        table: "typed_credential",
        name: "sealed_value",
        field: "value",
        read: "SELECT id, sealed_value FROM typed_credential",
        write: "UPDATE typed_credential SET sealed_value = ?2 WHERE id = ?1",
    },
];

/// What looking at everything found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedCheck {
    /// Sealed values that opened.
    pub sealed: u32,
    /// Sealed values that did not, as `table.column`.
    pub unsealable: Vec<&'static str>,
    /// Accounts without a credential, and credentials of an account that is not there.
    pub orphans: u32,
    /// Accounts.
    pub accounts: u32,
    /// Repositories.
    pub repositories: u32,
}

async fn rows(connection: &mut SqliteConnection, column: &Column) -> Result<Vec<(String, Vec<u8>)>> {
    let rows = sqlx::query(SqlStr::from_static(column.read)).fetch_all(connection).await;
    let rows = rows.map_err(sql("reading sealed values"))?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The sealed columns a schema has, as `table.column`.
async fn columns(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.name LIKE 'sealed\\_%' ESCAPE '\\' ORDER BY 1",
    );
    let rows = rows.fetch_all(connection).await.map_err(sql("reading the schema"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Seals every value of a database anew, all or none. Fails with a named value if one does not open.
pub async fn reseal(database: &Database, old: &Sealer, new: &Sealer, random: &dyn Random) -> Result<u32> {
    let mut transaction = database.writer().begin().await.map_err(sql("beginning to seal anew"))?;
    let mut count = 0;
    for column in COLUMNS {
        for (row, sealed) in rows(&mut transaction, column).await? {
            let place = Place { table: column.table, row: &row, field: column.field };
            let secret = old.unseal(place, &sealed).ok_or(crate::Error::Damaged { what: column.name })?;
            let anew = new.seal(place, &secret, random).map_err(crate::Error::Seal)?;
            sqlx::query(SqlStr::from_static(column.write))
                .bind(&row)
                .bind(anew)
                .execute(&mut *transaction)
                .await
                .map_err(sql("sealing a value anew"))?;
            count += 1;
        }
    }
    transaction.commit().await.map_err(sql("committing what was sealed anew"))?;
    Ok(count)
}

/// Opens every sealed value and looks for rows that point nowhere. Changes nothing.
pub async fn check_sealed(database: &Database, sealer: &Sealer) -> Result<SealedCheck> {
    let mut connection = database.readers().acquire().await.map_err(sql("taking a reading connection"))?;
    let checked = check_over(&mut connection, sealer).await;
    if checked.is_err() {
        // SQLCipher reads nothing more over a connection that met a damaged page: nobody else may get it.
        connection.close_on_drop();
    }
    checked
}

async fn check_over(connection: &mut SqliteConnection, sealer: &Sealer) -> Result<SealedCheck> {
    let mut check = SealedCheck::default();
    let there = columns(connection).await?;
    // A backup may be of an older schema, which has not all of them.
    for column in COLUMNS.iter().filter(|column| there.contains(&format!("{}.{}", column.table, column.name))) {
        for (row, sealed) in rows(connection, column).await? {
            let place = Place { table: column.table, row: &row, field: column.field };
            match sealer.unseal(place, &sealed) {
                Some(_) => check.sealed += 1,
                None => check.unsealable.push(column.name),
            }
        }
    }
    let counts = sqlx::query(
        "SELECT (SELECT count(*) FROM account),
                (SELECT count(*) FROM repository),
                (SELECT count(*) FROM account WHERE id NOT IN (SELECT account_id FROM credential))
                + (SELECT count(*) FROM credential WHERE account_id NOT IN (SELECT id FROM account))
                + (SELECT count(*) FROM reach WHERE repository_id NOT IN (SELECT id FROM repository))",
    );
    let counts = counts.fetch_one(&mut *connection).await.map_err(sql("counting rows"))?;
    (check.accounts, check.repositories, check.orphans) = (counts.get(0), counts.get(1), counts.get(2));
    if there.iter().any(|column| column == "typed_credential.sealed_value") {
        let lost = sqlx::query(
            "SELECT count(*) FROM typed_credential
             WHERE account_id IS NOT NULL AND account_id NOT IN (SELECT id FROM account)",
        );
        check.orphans += lost.fetch_one(&mut *connection).await.map_err(sql("counting rows"))?.get::<u32, _>(0);
    }
    Ok(check)
}

impl Session {
    /// The sealed columns the schema has, as `table.column`; for the test that holds the list against it.
    #[doc(hidden)]
    pub async fn sealed_columns(&mut self) -> Result<(Vec<String>, Vec<String>)> {
        let there = columns(self.sql()).await?;
        let known = COLUMNS.iter().map(|column| format!("{}.{}", column.table, column.name)).collect();
        Ok((there, known))
    }
}

impl crate::Store {
    /// Swaps two clients' sealed secrets, as somebody with the database's key could; for the test
    /// that sees it noticed.
    #[doc(hidden)]
    pub async fn swap_sealed_for_a_test(&self) -> Result<()> {
        sqlx::query(
            "WITH pair AS (SELECT id, sealed_secret FROM client ORDER BY id LIMIT 2)
             UPDATE client SET sealed_secret = taken.sealed_secret
             FROM (SELECT one.id, other.sealed_secret FROM pair one JOIN pair other ON one.id <> other.id) taken
             WHERE client.id = taken.id",
        )
        .execute(self.database.writer())
        .await
        .map(drop)
        .map_err(sql("swapping for a test"))
    }
}
