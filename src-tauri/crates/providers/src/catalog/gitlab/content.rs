//! Trees of GitLab's repositories, and its search of projects.
//!
//! Not here: the listing of what an account reaches, and files, which are read as they are.

use super::wire;
use crate::{
    Api, EntryKind, ForgeError, Matches, Tree, TreeEntry, TreeQuery,
    reading::{self, expect, expect_content},
};
use drawbridge_http::Response;
use serde::Deserialize;
use url::Url;

/// GitLab gives a hundred entries at once; a tree that needs more requests than this is asked for folder by
/// folder.
const MAX_REQUESTS: usize = 100;
/// A cursor longer than this is none.
const MAX_CURSOR: usize = 1000;

/// `GET /projects?search=…`, also for projects the account is no member of.
pub(super) async fn search(api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError> {
    let mut url = api.base.join("/projects");
    url.query_pairs_mut().append_pair("search", words).append_pair("per_page", &most.clamp(1, 100).to_string());
    let answer = expect(api.http.send(reading::get(api, url)).await)?;
    let found: Vec<wire::Project> = answer.json().map_err(|_| ForgeError::unread(&answer, "result of a search"))?;
    let rows: Result<_, _> = found.into_iter().take(most).map(wire::Project::in_our_terms).collect();
    Ok(Matches::of(rows?, most))
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    mode: String,
    id: String,
}

/// `GET /projects/:id/repository/tree`, page by page: each behind the last, or by number on servers that know
/// no other way. Paths are told from the root.
pub(super) async fn tree(api: &Api<'_>, address: &Url, query: TreeQuery<'_>) -> Result<Option<Tree>, ForgeError> {
    let mut entries = Vec::new();
    let mut cursor: Option<(&'static str, String)> = None;
    for _ in 0..MAX_REQUESTS {
        let mut url = address.clone();
        url.query_pairs_mut()
            .append_pair("ref", query.reference)
            .append_pair("path", query.folder.map_or("", |folder| &folder.path))
            .append_pair("recursive", if query.recursive { "true" } else { "false" })
            .append_pair("per_page", "100")
            .append_pair("pagination", "keyset")
            .extend_pairs(cursor.iter().map(|(name, value)| (*name, value.as_str())));
        let answer = match expect(api.http.send(reading::get(api, url)).await) {
            Ok(answer) => answer,
            // Said of an empty repository, too.
            Err(ForgeError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        expect_content(&answer)?;
        let listed: Vec<Entry> = answer.json().map_err(|_| ForgeError::unread(&answer, "tree"))?;
        entries.extend(listed.into_iter().filter_map(|entry| {
            let kind = EntryKind::of_mode(&entry.mode)?;
            Some(TreeEntry { path: reading::path(None, &entry.path)?, kind, id: Some(entry.id), size: None })
        }));
        let next = next(&answer)?;
        if next.is_none() {
            return Ok(Some(Tree::sorted(entries, false)));
        }
        if next == cursor {
            return Err(ForgeError::Malformed { what: "link to the next page" });
        }
        cursor = next;
    }
    Ok(Some(Tree::sorted(entries, true)))
}

/// What the link to the next page says of its place in the list; never where that page is.
fn next(answer: &Response) -> Result<Option<(&'static str, String)>, ForgeError> {
    let Some(link) = answer.link("next") else { return Ok(None) };
    let value = |wanted: &'static str| {
        let (_, value) = link.query_pairs().find(|(name, _)| name == wanted)?;
        (!value.is_empty() && value.len() <= MAX_CURSOR).then(|| (wanted, value.into_owned()))
    };
    value("page_token").or_else(|| value("page")).map(Some).ok_or(ForgeError::Malformed { what: "link to the next page" })
}
