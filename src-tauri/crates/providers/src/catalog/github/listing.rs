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
/// A page in parts is in so many, each this long.
const PARTS: u32 = 5;
const PER_PART: usize = 20;
/// A million repositories; a server that names more pages is not believed.
const MAX_PAGES: u32 = 10_000;

/// Which listing a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    /// Everything, by creation.
    Whole,
    /// The same in parts.
    Parts,
    /// By last change.
    Newest,
    /// The one that changed last. With one row on a page, the last page's number is how many there are.
    Pulse,
}

/// What stands before the number in a key of the listing by last change.
const NEWEST: &str = "newest:";
const PULSE: &str = "pulse";

/// Which page: of which listing, and its number from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    listing: Listing,
    number: u32,
}

impl Page {
    /// The first page of the whole listing.
    pub(super) const FIRST: Self = Self { listing: Listing::Whole, number: 1 };
    /// Before the first page of the listing by last change.
    pub(super) const PULSE: Self = Self { listing: Listing::Pulse, number: 1 };

    /// The page a key stands for.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        if key.0 == PULSE {
            return Ok(Self::PULSE);
        }
        let (listing, number, most) = match (key.part(), key.0.strip_prefix(NEWEST)) {
            (Some(number), _) => (Listing::Parts, number, MAX_PAGES * PARTS),
            (None, Some(number)) => (Listing::Newest, number, MAX_PAGES),
            (None, None) => (Listing::Whole, key.0.as_str(), MAX_PAGES),
        };
        let number = number.parse().ok().filter(|number| (1..=most).contains(number));
        number.map(|number| Self { listing, number }).ok_or(ForgeError::Malformed { what: "page key" })
    }

    pub(super) fn key(self) -> PageKey {
        PageKey(match self.listing {
            Listing::Whole => self.number.to_string(),
            Listing::Parts => return PageKey::of_part(self.number),
            Listing::Newest => format!("{NEWEST}{}", self.number),
            Listing::Pulse => PULSE.to_owned(),
        })
    }

    /// The first of its parts, if it is one of the whole listing.
    pub(super) fn first_part(self) -> Option<Self> {
        let number = (self.number - 1) * PARTS + 1;
        (self.listing == Listing::Whole).then_some(Self { listing: Listing::Parts, number })
    }

    /// `number` is at most [`MAX_PAGES`], or as many times [`PARTS`].
    fn at(self, number: u64) -> Self {
        Self { number: u32::try_from(number).unwrap_or(MAX_PAGES), ..self }
    }

    /// Its address.
    pub(super) fn address(self, base: &BaseUrl) -> Url {
        let (sort, direction, per_page) = match self.listing {
            Listing::Whole => ("created", "asc", PER_PAGE),
            Listing::Parts => ("created", "asc", PER_PART),
            Listing::Newest => ("updated", "desc", PER_PAGE),
            Listing::Pulse => ("updated", "desc", 1),
        };
        let mut url = base.join("/user/repos");
        url.query_pairs_mut()
            .append_pair("affiliation", "owner,collaborator,organization_member")
            .append_pair("sort", sort)
            .append_pair("direction", direction)
            .append_pair("per_page", &per_page.to_string())
            .append_pair("page", &self.number.to_string());
        url
    }
}

/// Reads a page. What an organisation's sign-in holds back is said in a header.
pub(super) fn page(answer: &Response, asked: Page) -> Result<PageReply, ForgeError> {
    let listed: Vec<Option<wire::Repository>> =
        answer.json().map_err(|_| ForgeError::unread(answer, "list of repositories"))?;
    let (rows, left_out) = reading::rows(listed, wire::Repository::in_our_terms)?;
    let held_back = answer.header("x-github-sso").is_some_and(|text| text.trim_start().starts_with("partial-results"));
    let last = reading::link_number(answer, "last", "page", u64::MAX)?;
    let total = match asked.listing {
        Listing::Pulse => Some(last.unwrap_or(u64::try_from(rows.len()).unwrap_or(u64::MAX))),
        Listing::Whole | Listing::Parts | Listing::Newest => None,
    };
    let (etag, more) = (reading::etag(answer), more(answer, asked, last)?);
    Ok(PageReply::Page { rows, etag, more, partial: left_out || held_back, total })
}

/// The pages behind this one: up to the last if it is named, else the next if that is.
fn more(answer: &Response, asked: Page, last: Option<u64>) -> Result<Vec<PageKey>, ForgeError> {
    match (asked.listing, last) {
        (Listing::Pulse, _) => return Ok(vec![Page { listing: Listing::Newest, number: 1 }.key()]),
        (Listing::Whole, Some(last)) if last > MAX_PAGES.into() => {
            return Err(ForgeError::Malformed { what: "last page" });
        }
        (Listing::Parts, last) => {
            let most = u64::from(MAX_PAGES * PARTS);
            let next = reading::link_number(answer, "next", "page", most)?;
            if last.is_some_and(|last| last > most) {
                return Err(ForgeError::Malformed { what: "last page" });
            }
            return Ok(reading::behind_part(asked.number.into(), next, last, PARTS.into(), |part, number| {
                Page { listing: if part { Listing::Parts } else { Listing::Whole }, ..asked.at(number) }.key()
            }));
        }
        (Listing::Whole, Some(last)) => {
            return Ok((u64::from(asked.number) + 1..=last).map(|number| asked.at(number).key()).collect());
        }
        // By last change, pages are read until one shows nothing new: the next is all that is wanted.
        (Listing::Whole, None) | (Listing::Newest, _) => {}
    }
    let next = reading::link_number(answer, "next", "page", MAX_PAGES.into())?;
    reading::behind(asked.number.into(), next, |next| asked.at(next).key())
}

/// A full last page that is unmodified says nothing about a page behind it: the validator is that
/// of its rows.
pub(super) fn page_beyond(last: &StoredPage) -> Option<PageKey> {
    let page = Page::named(&last.key).ok()?;
    let full = last.more.is_empty() && last.forge_ids.len() >= PER_PAGE;
    (full && page.number < MAX_PAGES).then(|| page.at(u64::from(page.number) + 1).key())
}
