//! Paging through everything an account reaches.
//!
//! The listing is ordered by creation, oldest first, so that what is added while it is read comes
//! at the end and nothing moves from a page not yet read to one already read. A removal can still
//! move rows forward; whether an enumeration was stable is judged by whoever made it.

use super::wire;
use crate::{ForgeError, PageKey, PageReply, StoredPage};
use drawbridge_domain::BaseUrl;
use drawbridge_http::Response;
use url::Url;

/// The most GitHub gives.
const PER_PAGE: usize = 100;
/// A million repositories; a server that names more pages is not believed.
const MAX_PAGES: u32 = 10_000;
/// A compatible server may give more than was asked for, but not any number.
const MAX_ROWS: usize = 1000;
const MAX_ETAG: usize = 256;

/// The number a key stands for.
pub(super) fn page_number(key: &PageKey) -> Result<u32, ForgeError> {
    let number = key.0.parse().ok().filter(|number| (1..=MAX_PAGES).contains(number));
    number.ok_or(ForgeError::Malformed { what: "page key" })
}

fn key(number: u32) -> PageKey {
    PageKey(number.to_string())
}

/// The address of a page.
pub(super) fn address(base: &BaseUrl, number: u32) -> Url {
    let mut url = base.join("/user/repos");
    url.query_pairs_mut()
        .append_pair("affiliation", "owner,collaborator,organization_member")
        .append_pair("sort", "created")
        .append_pair("direction", "asc")
        .append_pair("per_page", &PER_PAGE.to_string())
        .append_pair("page", &number.to_string());
    url
}

/// Reads a page. A row that can't be read fails the page: leaving it out would look like a removal.
/// A `null` in place of a row is something that the host itself left out.
pub(super) fn page(answer: &Response, number: u32) -> Result<PageReply, ForgeError> {
    let listed: Vec<Option<wire::Repository>> =
        answer.json().map_err(|_| ForgeError::Malformed { what: "list of repositories" })?;
    if listed.len() > MAX_ROWS {
        return Err(ForgeError::Malformed { what: "length of a page" });
    }
    let held_back = answer.header("x-github-sso").is_some_and(|text| text.trim_start().starts_with("partial-results"));
    let partial = held_back || listed.iter().any(Option::is_none);
    let rows = listed.into_iter().flatten().map(wire::Repository::in_our_terms).collect::<Result<_, _>>()?;
    Ok(PageReply::Page {
        rows,
        etag: answer.header("etag").filter(|etag| etag.len() <= MAX_ETAG).map(str::to_owned),
        more: more(answer, number)?,
        partial,
    })
}

/// The pages behind this one: up to the last if it is named, else the next if that is. Only the
/// number is taken from the link, never the place: the token must not follow a server's link.
fn more(answer: &Response, number: u32) -> Result<Vec<PageKey>, ForgeError> {
    let named = |relation| -> Result<Option<u32>, ForgeError> {
        let Some(link) = answer.link(relation) else { return Ok(None) };
        let page = link.query_pairs().find(|(name, _)| name == "page").and_then(|(_, value)| value.parse().ok());
        match page {
            Some(page) if page <= MAX_PAGES => Ok(Some(page)),
            _ => Err(ForgeError::Malformed { what: "link to a page" }),
        }
    };
    if let Some(last) = named("last")? {
        return Ok((number.saturating_add(1)..=last).map(key).collect());
    }
    match named("next")? {
        Some(next) if next > number => Ok(vec![key(next)]),
        // A next page that is not behind this one would be read for ever.
        Some(_) => Err(ForgeError::Malformed { what: "link to the next page" }),
        None => Ok(Vec::new()),
    }
}

/// A full last page that is unmodified says nothing about a page behind it: the validator is that
/// of its rows.
pub(super) fn page_beyond(last: &StoredPage) -> Option<PageKey> {
    let number = page_number(&last.key).ok()?;
    (last.more.is_empty() && last.forge_ids.len() >= PER_PAGE && number < MAX_PAGES).then(|| key(number + 1))
}
