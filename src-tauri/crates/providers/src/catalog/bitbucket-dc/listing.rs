//! Paging through the repositories an account can read.
//!
//! Not here: what a row says.

use crate::{ForgeError, PageKey};
use drawbridge_domain::BaseUrl;
use serde::Deserialize;
use url::Url;

/// The most that a server gives unless its administrator says otherwise; then it gives less.
const PER_PAGE: &str = "1000";
/// The beginning of a page in parts is in so many, each this long.
const PARTS: u64 = 8;
const PER_PART: &str = "25";
const MAX_ROWS: usize = 10_000;
const MAX_START: u64 = 10_000_000;

/// Which page: where it starts. Only the page before knows, as what is filtered out counts too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    start: u64,
    /// Of a part: how many there are from it on.
    parts: Option<u64>,
}

impl Page {
    /// The first page.
    pub(super) const FIRST: Self = Self { start: 0, parts: None };

    /// The one behind it, which starts there.
    pub(super) fn next(self, start: u64) -> Self {
        Self { start, parts: self.parts.map(|parts| parts - 1).filter(|parts| *parts > 0) }
    }

    /// The first of its parts.
    pub(super) fn first_part(self) -> Option<Self> {
        self.parts.is_none().then_some(Self { parts: Some(PARTS), ..self })
    }

    /// The page a key stands for.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        const STRANGE: ForgeError = ForgeError::Malformed { what: "page key" };
        let (parts, start) = match key.part() {
            Some(part) => {
                let (parts, start) = part.split_once(':').ok_or(STRANGE)?;
                (Some(parts.parse().ok().filter(|parts| (1..=PARTS).contains(parts)).ok_or(STRANGE)?), start)
            }
            None => (None, key.0.as_str()),
        };
        let start = start.parse().ok().filter(|start| *start <= MAX_START).ok_or(STRANGE)?;
        Ok(Self { start, parts })
    }

    pub(super) fn key(self) -> PageKey {
        match self.parts {
            Some(parts) => PageKey::of_part(format_args!("{parts}:{}", self.start)),
            None => PageKey(self.start.to_string()),
        }
    }

    pub(super) fn start(self) -> u64 {
        self.start
    }

    /// Its address. Newer servers leave archived repositories out unless they are asked for; older
    /// ones know no such thing.
    pub(super) fn address(self, base: &BaseUrl) -> Url {
        let mut url = base.join("/rest/api/1.0/repos");
        url.query_pairs_mut()
            .append_pair("archived", "ALL")
            .append_pair("limit", if self.parts.is_some() { PER_PART } else { PER_PAGE })
            .append_pair("start", &self.start.to_string());
        url
    }
}

/// The address of a search by name.
pub(super) fn search_address(base: &BaseUrl, words: &str, most: usize) -> Url {
    let mut url = base.join("/rest/api/1.0/repos");
    url.query_pairs_mut()
        .append_pair("name", words)
        .append_pair("archived", "ALL")
        .append_pair("limit", &most.clamp(1, 100).to_string());
    url
}

/// One page of anything.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paged<T> {
    pub values: Vec<T>,
    is_last_page: bool,
    #[serde(default)]
    next_page_start: Option<u64>,
}

impl<T> Paged<T> {
    /// Where the page behind this one starts.
    pub(super) fn next(&self, start: u64) -> Result<Option<u64>, ForgeError> {
        if self.values.len() > MAX_ROWS {
            return Err(ForgeError::Malformed { what: "length of a page" });
        }
        match self.next_page_start {
            _ if self.is_last_page => Ok(None),
            // One that is not behind this one would be read for ever.
            Some(next) if next > start && next <= MAX_START => Ok(Some(next)),
            _ => Err(ForgeError::Malformed { what: "start of the next page" }),
        }
    }
}
