//! Trees, files and the search of Gitea's API.
//!
//! Not here: the listing of what an account reaches.

use super::wire;
use crate::{
    Api, EntryKind, ForgeError, Matches, MAX_ENTRIES, RepositoryRef, Tree, TreeEntry, TreeQuery,
    reading::{self, expect, expect_content, lenient, under},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

/// A server gives a thousand entries at once unless it is set up otherwise; a tree that needs more requests than
/// this is asked for folder by folder.
const MAX_REQUESTS: usize = 100;
/// What stands around a file in an answer.
const AROUND_A_FILE: usize = 8 * 1024;

/// `GET /repos/search`, also for repositories the account does not reach otherwise.
pub(super) async fn search(api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError> {
    #[derive(Deserialize)]
    struct Found {
        data: Vec<wire::Repository>,
    }
    let mut url = api.base.join("/repos/search");
    url.query_pairs_mut().append_pair("q", words).append_pair("limit", &most.clamp(1, 50).to_string());
    let answer = expect(api.http.send(reading::get(api, url)).await)?;
    let found: Found = answer.json().map_err(|_| ForgeError::unread(&answer, "result of a search"))?;
    let rows: Result<_, _> = found.data.into_iter().take(most).map(wire::Repository::in_our_terms).collect();
    Ok(Matches::of(rows?, most))
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default, deserialize_with = "lenient")]
    tree: Option<Vec<Entry>>,
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

/// `GET /repos/{owner}/{repo}/git/trees/{sha}`, page by page; `truncated` says that there is another. Paths are
/// told from the folder that was asked for.
pub(super) async fn tree(
    api: &Api<'_>,
    repository: RepositoryRef<'_>,
    query: TreeQuery<'_>,
) -> Result<Option<Tree>, ForgeError> {
    let tree = match query.folder {
        Some(folder) => folder.id.as_deref(),
        None => Some(query.reference),
    };
    let address =
        tree.and_then(|tree| under(api.base, &["repos", repository.owner, repository.name, "git", "trees", tree]));
    let Some(address) = address else { return Ok(None) };
    let within = query.folder.map(|folder| folder.path.as_str());
    let mut entries = Vec::new();
    for page in 1..=MAX_REQUESTS {
        let mut url = address.clone();
        url.query_pairs_mut()
            .append_pair("recursive", if query.recursive { "true" } else { "false" })
            .append_pair("per_page", "1000")
            .append_pair("page", &page.to_string());
        let answer = match expect(api.http.send(reading::get(api, url)).await) {
            Ok(answer) => answer,
            // 400 is what a reference gets that is not there, 409 an empty repository.
            Err(ForgeError::NotFound | ForgeError::Server { status: 400 | 409 }) => return Ok(None),
            Err(error) => return Err(error),
        };
        expect_content(&answer)?;
        let listed: Listed = answer.json().map_err(|_| ForgeError::unread(&answer, "tree"))?;
        let found = listed.tree.ok_or(ForgeError::Malformed { what: "tree" })?;
        let ended = found.is_empty() || listed.truncated != Some(true);
        entries.extend(found.into_iter().filter_map(|entry| {
            let kind = EntryKind::of_mode(&entry.mode)?;
            let size = entry.size.filter(|_| kind == EntryKind::File);
            Some(TreeEntry { path: reading::path(within, &entry.path)?, kind, id: Some(entry.sha), size })
        }));
        if ended {
            return Ok(Some(Tree::sorted(entries, false)));
        }
        if entries.len() >= MAX_ENTRIES {
            break;
        }
    }
    entries.truncate(MAX_ENTRIES);
    Ok(Some(Tree::sorted(entries, true)))
}

/// `GET /repos/{owner}/{repo}/git/blobs/{sha}`. A server gives no content of files that are too long for it.
pub(super) async fn blob(
    api: &Api<'_>,
    repository: RepositoryRef<'_>,
    entry: &TreeEntry,
    most: usize,
) -> Result<Option<Vec<u8>>, ForgeError> {
    #[derive(Deserialize)]
    struct Blob {
        #[serde(default, deserialize_with = "lenient")]
        content: Option<String>,
        #[serde(default, deserialize_with = "lenient")]
        size: Option<u64>,
    }
    const UNREADABLE: ForgeError = ForgeError::Malformed { what: "file" };
    let Some(id) = entry.id.as_deref() else { return Ok(None) };
    let Some(address) = under(api.base, &["repos", repository.owner, repository.name, "git", "blobs", id]) else {
        return Ok(None);
    };
    // Base64 makes four letters of three bytes.
    let longest = most.div_ceil(3).saturating_mul(4).saturating_add(AROUND_A_FILE);
    let body = match reading::file(api, reading::get(api, address), longest).await {
        Ok(Some(body)) => body,
        Ok(None) | Err(ForgeError::Server { status: 400 }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let blob: Blob = serde_json::from_slice(&body).map_err(|_| UNREADABLE)?;
    let content = STANDARD.decode(blob.content.unwrap_or_default().replace('\n', "")).map_err(|_| UNREADABLE)?;
    let whole = blob.size.is_none_or(|size| size == content.len() as u64);
    Ok(Some(content).filter(|content| whole && content.len() <= most))
}
