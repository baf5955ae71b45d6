//! Table `listing_page`: what each page of an account's listing held, with its validator.

use crate::{Result, Session, Write, from_json, sql, to_json};
use drawbridge_domain::AccountId;
use sqlx::Row as _;

/// One remembered page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingPage {
    /// Which, as its forge names it.
    pub key: String,
    /// Its validator (RFC 9110 §8.8.3).
    pub etag: Option<String>,
    /// The stable ids it held, in order.
    pub forge_ids: Vec<String>,
    /// The pages it said exist beside it.
    pub more: Vec<String>,
}

impl Session {
    /// The remembered pages of an account, in order.
    pub async fn listing_pages(&mut self, account: &AccountId) -> Result<Vec<ListingPage>> {
        let rows = sqlx::query(
            "SELECT page_key, etag, forge_ids, more FROM listing_page WHERE account_id = ?1 ORDER BY position",
        )
        .bind(account.as_str())
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading listing pages"))?;
        rows.iter()
            .map(|row| {
                Ok(ListingPage {
                    key: row.get("page_key"),
                    etag: row.get("etag"),
                    forge_ids: from_json(row.get("forge_ids"), "a listing page")?,
                    more: from_json(row.get("more"), "a listing page")?,
                })
            })
            .collect()
    }
}

impl Write {
    /// Replaces the remembered pages of an account; an empty slice forgets them, so that the next
    /// listing asks for everything.
    pub async fn replace_listing_pages(&mut self, account: &AccountId, pages: &[ListingPage]) -> Result<()> {
        sqlx::query("DELETE FROM listing_page WHERE account_id = ?1")
            .bind(account.as_str())
            .execute(self.sql())
            .await
            .map_err(sql("forgetting listing pages"))?;
        self.put_listing_pages(account, pages.iter().enumerate()).await
    }

    /// Remembers pages of an account with their places in the listing, beside those that are remembered.
    pub async fn put_listing_pages(
        &mut self,
        account: &AccountId,
        pages: impl Iterator<Item = (usize, &ListingPage)>,
    ) -> Result<()> {
        for (position, page) in pages {
            sqlx::query(
                "INSERT INTO listing_page (account_id, position, page_key, etag, forge_ids, more)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (account_id, page_key)
                 DO UPDATE SET position = excluded.position, etag = excluded.etag, forge_ids = excluded.forge_ids,
                     more = excluded.more",
            )
            .bind(account.as_str())
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(&page.key)
            .bind(&page.etag)
            .bind(to_json(&page.forge_ids))
            .bind(to_json(&page.more))
            .execute(self.sql())
            .await
            .map_err(sql("writing a listing page"))?;
        }
        Ok(())
    }
}
