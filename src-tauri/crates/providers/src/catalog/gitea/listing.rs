//! Paging through everything an account reaches: what it owns, collaborates on, or reaches through an
//! organisation.
//!
//! Where the server takes an order, the listing goes by id, so that what is added while it is read comes at the
//! end. Else it comes by name, and whether it held still is judged by whoever reads it. Not here: the rows.

use super::wire;
use crate::{ForgeError, PageKey, PageReply, reading};
use drawbridge_domain::{BaseUrl, ForgeRepository};
use drawbridge_http::Response;
use url::Url;

/// As much as servers give unless they are set up for more.
const PER_PAGE: usize = 50;
/// Of the listing by last change: few rows, as mostly there is no news.
const NEWEST_PER_PAGE: usize = 20;
/// Half a million repositories; a server that names more pages is not believed.
const MAX_PAGES: u64 = 10_000;
/// What stands before the number in a key of the listing by last change.
const NEWEST: &str = "newest:";

/// Which page: its order, and its number from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    newest_first: bool,
    number: u64,
}

impl Page {
    /// The first page of the whole listing.
    pub(super) const FIRST: Self = Self { newest_first: false, number: 1 };
    /// The first page of the listing by last change.
    pub(super) const NEWEST: Self = Self { newest_first: true, number: 1 };

    /// The page a key stands for.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        let (newest_first, number) = match key.0.strip_prefix(NEWEST) {
            Some(number) => (true, number),
            None => (false, key.0.as_str()),
        };
        let number = number.parse().ok().filter(|number| (1..=MAX_PAGES).contains(number));
        number.map(|number| Self { newest_first, number }).ok_or(ForgeError::Malformed { what: "page key" })
    }

    pub(super) fn key(self) -> PageKey {
        PageKey(format!("{}{}", if self.newest_first { NEWEST } else { "" }, self.number))
    }

    /// Its address.
    pub(super) fn address(self, base: &BaseUrl, ordered: bool) -> Url {
        let mut url = base.join("/user/repos");
        let mut query = url.query_pairs_mut();
        let per_page = if self.newest_first { NEWEST_PER_PAGE } else { PER_PAGE };
        query.append_pair("limit", &per_page.to_string()).append_pair("page", &self.number.to_string());
        if ordered {
            query.append_pair("order_by", if self.newest_first { "recentupdate" } else { "id" });
        }
        drop(query);
        url
    }
}

/// Reads a page.
pub(super) fn page(answer: &Response, asked: Page) -> Result<PageReply, ForgeError> {
    let listed: Vec<Option<wire::Repository>> =
        answer.json().map_err(|_| ForgeError::Malformed { what: "list of repositories" })?;
    let (rows, partial) = reading::rows(listed, wire::Repository::in_our_terms)?;
    // A server that does not know the order leaves it out without a word; its first page would look as if
    // nothing were new.
    if asked.newest_first && !rows.is_sorted_by_key(|row: &ForgeRepository| std::cmp::Reverse(row.updated_at)) {
        return Err(ForgeError::Malformed { what: "order of a page" });
    }
    let at = |number: u64| Page { number, ..asked }.key();
    let next = reading::link_number(answer, "next", "page", MAX_PAGES)?;
    let more = match reading::link_number(answer, "last", "page", MAX_PAGES)?.filter(|_| !asked.newest_first) {
        Some(last) => (asked.number + 1..=last).map(at).collect(),
        None => reading::behind(asked.number, next, at)?,
    };
    let total: Option<u64> = answer.header("x-total-count").and_then(|count| count.parse().ok());
    if more.is_empty() && asked.number == 1 && total.is_some_and(|total| total > rows.len() as u64) {
        // Links that were lost on the way would make the first page look like all there is.
        return Err(ForgeError::Malformed { what: "length of the list" });
    }
    Ok(PageReply::Page { rows, etag: reading::etag(answer), more, partial, total })
}
