//! Trees, files and the search of GitHub's REST API.
//!
//! Not here: the listing of what an account reaches.

use super::{reply::repository_address, wire};
use crate::{
    EntryKind, ForgeError, Matches, MAX_ENTRIES, RepositoryRef, Tree, TreeEntry, TreeQuery,
    reading::{self, lenient},
};
use drawbridge_domain::BaseUrl;
use drawbridge_http::Response;
use serde::Deserialize;
use url::Url;

/// Asks for a file as its bytes.
pub(super) const RAW: &str = "application/vnd.github.raw+json";

/// `GET /repos/{owner}/{repo}/git/trees/{tree_sha}`, which takes names of branches too.
pub(super) fn tree_address(base: &BaseUrl, repository: RepositoryRef<'_>, query: TreeQuery<'_>) -> Option<Url> {
    let tree = match query.folder {
        Some(folder) => folder.id.as_deref()?,
        None => query.reference,
    };
    let mut url = repository_address(base, repository, &["git", "trees", tree])?;
    if query.recursive {
        url.query_pairs_mut().append_pair("recursive", "1");
    }
    Some(url)
}

/// `GET /repos/{owner}/{repo}/git/blobs/{file_sha}`.
pub(super) fn blob_address(base: &BaseUrl, repository: RepositoryRef<'_>, entry: &TreeEntry) -> Option<Url> {
    repository_address(base, repository, &["git", "blobs", entry.id.as_deref()?])
}

/// `GET /search/repositories`.
pub(super) fn search_address(base: &BaseUrl, words: &str, most: usize) -> Url {
    let mut url = base.join("/search/repositories");
    url.query_pairs_mut()
        .append_pair("q", &format!("{words} in:name fork:true"))
        .append_pair("per_page", &most.clamp(1, 100).to_string());
    url
}

#[derive(Deserialize)]
struct Listed {
    tree: Vec<Entry>,
    #[serde(default, deserialize_with = "lenient")]
    truncated: Option<bool>,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    mode: String,
    sha: String,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
}

/// Reads a tree. Paths are told from the folder that was asked for.
pub(super) fn tree(answer: &Response, folder: Option<&TreeEntry>) -> Result<Tree, ForgeError> {
    let listed: Listed = answer.json().map_err(|_| ForgeError::unread(answer, "tree"))?;
    let truncated = listed.truncated.unwrap_or(false) || listed.tree.len() > MAX_ENTRIES;
    let within = folder.map(|folder| folder.path.as_str());
    let entries = listed.tree.into_iter().take(MAX_ENTRIES).filter_map(|entry| {
        let kind = EntryKind::of_mode(&entry.mode)?;
        Some(TreeEntry { path: reading::path(within, &entry.path)?, kind, id: Some(entry.sha), size: entry.size })
    });
    Ok(Tree::sorted(entries.collect(), truncated))
}

/// Reads what a search found.
pub(super) fn found(answer: &Response, most: usize) -> Result<Matches, ForgeError> {
    #[derive(Deserialize)]
    struct Found {
        /// The host gave up before it had looked everywhere.
        #[serde(default, deserialize_with = "lenient")]
        incomplete_results: Option<bool>,
        items: Vec<wire::Repository>,
    }
    let found: Found = answer.json().map_err(|_| ForgeError::unread(answer, "result of a search"))?;
    let rows: Result<_, _> = found.items.into_iter().take(most).map(wire::Repository::in_our_terms).collect();
    Ok(Matches::of(rows?, most).or_more(found.incomplete_results == Some(true)))
}
