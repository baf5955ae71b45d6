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
/// A page in parts is in so many, each this long.
const PARTS: u64 = 5;
const PER_PART: usize = 10;
/// Of the listing by last change: few rows, as mostly there is no news.
const NEWEST_PER_PAGE: usize = 20;
/// Half a million repositories; a server that names more pages is not believed.
const MAX_PAGES: u64 = 10_000;
/// What stands before the number in a key of the listing by last change.
const NEWEST: &str = "newest:";

/// Which listing a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    /// Everything.
    Whole,
    /// The same in parts.
    Parts,
    /// By last change.
    Newest,
}

/// Which page: of which listing, and its number from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    listing: Listing,
    number: u64,
}

impl Page {
    /// The first page of the whole listing.
    pub(super) const FIRST: Self = Self { listing: Listing::Whole, number: 1 };
    /// The first page of the listing by last change.
    pub(super) const NEWEST: Self = Self { listing: Listing::Newest, number: 1 };

    /// The page a key stands for.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        let (listing, number, most) = match (key.part(), key.0.strip_prefix(NEWEST)) {
            (Some(number), _) => (Listing::Parts, number, MAX_PAGES * PARTS),
            (None, Some(number)) => (Listing::Newest, number, MAX_PAGES),
            (None, None) => (Listing::Whole, key.0.as_str(), MAX_PAGES),
        };
        let number = number.parse().ok().filter(|number| (1..=most).contains(number));
        number.map(|number| Self { listing, number }).ok_or(ForgeError::Malformed { what: "page key" })
    }

    pub(super) fn key(self) -> PageKey {
        match self.listing {
            Listing::Whole => PageKey(self.number.to_string()),
            Listing::Parts => PageKey::of_part(self.number),
            Listing::Newest => PageKey(format!("{NEWEST}{}", self.number)),
        }
    }

    /// The first of its parts, if it is one of the whole listing.
    pub(super) fn first_part(self) -> Option<Self> {
        let number = (self.number - 1) * PARTS + 1;
        (self.listing == Listing::Whole).then_some(Self { listing: Listing::Parts, number })
    }

    /// Its address.
    pub(super) fn address(self, base: &BaseUrl, ordered: bool) -> Url {
        let mut url = base.join("/user/repos");
        let mut query = url.query_pairs_mut();
        let per_page = match self.listing {
            Listing::Whole => PER_PAGE,
            Listing::Parts => PER_PART,
            Listing::Newest => NEWEST_PER_PAGE,
        };
        query.append_pair("limit", &per_page.to_string()).append_pair("page", &self.number.to_string());
        if ordered {
            query.append_pair("order_by", if self.listing == Listing::Newest { "recentupdate" } else { "id" });
        }
        drop(query);
        url
    }
}

/// Reads a page.
pub(super) fn page(answer: &Response, asked: Page) -> Result<PageReply, ForgeError> {
    let listed: Vec<Option<wire::Repository>> =
        answer.json().map_err(|_| ForgeError::unread(answer, "list of repositories"))?;
    let (rows, partial) = reading::rows(listed, wire::Repository::in_our_terms)?;
    // A server that does not know the order leaves it out without a word; its first page would look as if
    // nothing were new.
    if asked.listing == Listing::Newest && !rows.is_sorted_by_key(|row: &ForgeRepository| std::cmp::Reverse(row.updated_at)) {
        return Err(ForgeError::Malformed { what: "order of a page" });
    }
    let at = |number: u64| Page { number, ..asked }.key();
    let most = if asked.listing == Listing::Parts { MAX_PAGES * PARTS } else { MAX_PAGES };
    let link = |relation| reading::link_number(answer, relation, "page", most);
    let (next, last) = (link("next")?, link("last")?);
    let more = match (asked.listing, last) {
        (Listing::Whole, Some(last)) => (asked.number + 1..=last).map(at).collect(),
        (Listing::Parts, last) => reading::behind_part(asked.number, next, last, PARTS, |part, number| {
            Page { listing: if part { Listing::Parts } else { Listing::Whole }, number }.key()
        }),
        (Listing::Whole, None) | (Listing::Newest, _) => reading::behind(asked.number, next, at)?,
    };
    let total: Option<u64> = answer.header("x-total-count").and_then(|count| count.parse().ok());
    if more.is_empty() && asked.number == 1 && asked.listing != Listing::Parts && total.is_some_and(|total| total > rows.len() as u64) {
        // Links that were lost on the way would make the first page look like all there is.
        return Err(ForgeError::Malformed { what: "length of the list" });
    }
    Ok(PageReply::Page { rows, etag: reading::etag(answer), more, partial, total })
}
