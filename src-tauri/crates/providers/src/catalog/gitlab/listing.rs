//! Paging through the projects an account is a member of.
//!
//! The whole listing goes by id, each page behind the last id of the page before, so that nothing that is
//! added or removed meanwhile moves a row from one page to another. GitLab offers this way for no other
//! order, so what changed last is asked for by number.
//!
//! One page after the other, although ranges of ids could be read at the same time: each range would end with
//! an empty page of its own, about half as many requests again, and its borders would move with the newest
//! project, so that most validators of the pass before were lost. Between whole passes the listing by last
//! change is what is read. Not here: the rows.

use super::wire;
use crate::{ForgeError, PageKey, PageReply, StoredPage, reading};
use drawbridge_domain::BaseUrl;
use drawbridge_http::Response;
use url::Url;

/// The most GitLab gives.
const PER_PAGE: usize = 100;
/// A page in parts is in so many, each this long.
const PARTS: u64 = 5;
const PER_PART: usize = 20;
/// Of the listing by last change: few rows, as mostly there is no news.
const NEWEST_PER_PAGE: usize = 20;
/// By number, GitLab goes no further than 50,000 rows.
const MAX_PAGES: u64 = 50_000 / NEWEST_PER_PAGE as u64;
/// What stands before the number in a key of the listing by last change.
const NEWEST: &str = "newest:";

/// Which page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    /// Of the whole listing: what comes behind this id.
    After(u64),
    /// The same in parts: and how many are left of the page.
    Part { after: u64, left: u64 },
    /// Of the listing by last change: its number, from 1.
    Newest(u64),
}

impl Page {
    /// The first page of the whole listing.
    pub(super) const FIRST: Self = Self::After(0);
    /// The first page of the listing by last change.
    pub(super) const NEWEST: Self = Self::Newest(1);

    /// The page a key stands for.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        if let Some((left, after)) = key.part().and_then(|part| part.split_once(':')) {
            let left = left.parse().ok().filter(|left| (1..=PARTS).contains(left));
            let part = left.zip(after.parse().ok()).map(|(left, after)| Self::Part { after, left });
            return part.ok_or(ForgeError::Malformed { what: "page key" });
        }
        let page = match key.0.strip_prefix(NEWEST) {
            Some(number) => number.parse().ok().filter(|number| (1..=MAX_PAGES).contains(number)).map(Self::Newest),
            None => key.0.parse().ok().map(Self::After),
        };
        page.ok_or(ForgeError::Malformed { what: "page key" })
    }

    pub(super) fn key(self) -> PageKey {
        PageKey(match self {
            Self::After(id) => id.to_string(),
            Self::Part { after, left } => return PageKey::of_part(format_args!("{left}:{after}")),
            Self::Newest(number) => format!("{NEWEST}{number}"),
        })
    }

    /// The first of its parts, if it is a page of the whole listing.
    pub(super) fn first_part(self) -> Option<Self> {
        match self {
            Self::After(after) => Some(Self::Part { after, left: PARTS }),
            Self::Part { .. } | Self::Newest(_) => None,
        }
    }

    /// Its address.
    pub(super) fn address(self, base: &BaseUrl) -> Url {
        let mut url = base.join("/projects");
        let mut query = url.query_pairs_mut();
        let per_page = match self {
            Self::After(_) => PER_PAGE,
            Self::Part { .. } => PER_PART,
            Self::Newest(_) => NEWEST_PER_PAGE,
        };
        query.append_pair("membership", "true").append_pair("per_page", &per_page.to_string());
        match self {
            Self::After(id) | Self::Part { after: id, .. } => {
                query.append_pair("pagination", "keyset").append_pair("order_by", "id").append_pair("sort", "asc");
                if id > 0 {
                    query.append_pair("id_after", &id.to_string());
                }
            }
            Self::Newest(number) => {
                query.append_pair("order_by", "updated_at").append_pair("sort", "desc");
                query.append_pair("page", &number.to_string());
            }
        }
        drop(query);
        url
    }
}

/// Reads a page.
pub(super) fn page(answer: &Response, asked: Page) -> Result<PageReply, ForgeError> {
    let listed: Vec<Option<wire::Project>> =
        answer.json().map_err(|_| ForgeError::unread(answer, "list of projects"))?;
    let (rows, partial) = reading::rows(listed, wire::Project::in_our_terms)?;
    let more = match asked {
        Page::After(id) => {
            let next = reading::link_number(answer, "next", "id_after", u64::MAX)?;
            reading::behind(id, next, |next| Page::After(next).key())?
        }
        Page::Part { after, left } => {
            let next = reading::link_number(answer, "next", "id_after", u64::MAX)?;
            let behind = |next| if left > 1 { Page::Part { after: next, left: left - 1 } } else { Page::After(next) };
            reading::behind(after, next, |next| behind(next).key())?
        }
        Page::Newest(number) => {
            let next = reading::link_number(answer, "next", "page", u64::MAX)?.filter(|next| *next <= MAX_PAGES);
            reading::behind(number, next, |next| Page::Newest(next).key())?
        }
    };
    // Not told behind ids, and not for long lists.
    let total = answer.header("x-total").and_then(|total| total.parse().ok());
    Ok(PageReply::Page { rows, etag: reading::etag(answer), more, partial, total })
}

/// As documented, every page with rows names one behind it, and an empty one ends the list. Where a server
/// leaves that out, a full page that is unmodified says nothing about what is behind it.
pub(super) fn page_beyond(last: &StoredPage) -> Option<PageKey> {
    let Ok(Page::After(_)) = Page::named(&last.key) else { return None };
    let full = last.more.is_empty() && last.forge_ids.len() >= PER_PAGE;
    let end = last.forge_ids.last()?.parse().ok()?;
    full.then(|| Page::After(end).key())
}
