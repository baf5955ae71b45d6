//! Paging through everything an account reaches.
//!
//! The listing is ordered by creation, oldest first, so that what is added while it is read comes
//! at the end and nothing moves from a page not yet read to one already read. A removal can still
//! move rows forward; whether an enumeration was stable is judged by whoever made it.

use super::wire;
use crate::{ForgeError, PageKey, PageReply, StoredPage, reading};
use drawbridge_domain::BaseUrl;
use drawbridge_http::Response;
use url::Url;

/// The most GitHub gives.
const PER_PAGE: usize = 100;
/// A million repositories; a server that names more pages is not believed.
const MAX_PAGES: u32 = 10_000;

/// What stands before the number in a key of the listing by last change.
const NEWEST: &str = "newest:";

/// Which page: its order, and its number from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    newest_first: bool,
    number: u32,
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

    /// `number` is at most [`MAX_PAGES`].
    fn at(self, number: u64) -> Self {
        Self { number: u32::try_from(number).unwrap_or(MAX_PAGES), ..self }
    }

    /// Its address.
    pub(super) fn address(self, base: &BaseUrl) -> Url {
        let (sort, direction) = if self.newest_first { ("updated", "desc") } else { ("created", "asc") };
        let mut url = base.join("/user/repos");
        url.query_pairs_mut()
            .append_pair("affiliation", "owner,collaborator,organization_member")
            .append_pair("sort", sort)
            .append_pair("direction", direction)
            .append_pair("per_page", &PER_PAGE.to_string())
            .append_pair("page", &self.number.to_string());
        url
    }
}

/// Reads a page. What an organisation's sign-in holds back is said in a header.
pub(super) fn page(answer: &Response, asked: Page) -> Result<PageReply, ForgeError> {
    let listed: Vec<Option<wire::Repository>> =
        answer.json().map_err(|_| ForgeError::Malformed { what: "list of repositories" })?;
    let (rows, left_out) = reading::rows(listed, wire::Repository::in_our_terms)?;
    let held_back = answer.header("x-github-sso").is_some_and(|text| text.trim_start().starts_with("partial-results"));
    let (etag, more) = (reading::etag(answer), more(answer, asked)?);
    Ok(PageReply::Page { rows, etag, more, partial: left_out || held_back })
}

/// The pages behind this one: up to the last if it is named, else the next if that is.
fn more(answer: &Response, asked: Page) -> Result<Vec<PageKey>, ForgeError> {
    let named = |relation| reading::link_number(answer, relation, "page", MAX_PAGES.into());
    // By last change, pages are read until one shows nothing new: the next is all that is wanted.
    if let Some(last) = named("last")?.filter(|_| !asked.newest_first) {
        return Ok((u64::from(asked.number) + 1..=last).map(|number| asked.at(number).key()).collect());
    }
    reading::behind(asked.number.into(), named("next")?, |next| asked.at(next).key())
}

/// A full last page that is unmodified says nothing about a page behind it: the validator is that
/// of its rows.
pub(super) fn page_beyond(last: &StoredPage) -> Option<PageKey> {
    let page = Page::named(&last.key).ok()?;
    let full = last.more.is_empty() && last.forge_ids.len() >= PER_PAGE;
    (full && page.number < MAX_PAGES).then(|| page.at(u64::from(page.number) + 1).key())
}
