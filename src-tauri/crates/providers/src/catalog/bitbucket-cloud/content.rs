//! Trees and files by `GET /repositories/{workspace}/{repository}/src/{commit}/{path}`.
//!
//! Folders and files come from the same address, a folder as pages of its entries. It takes commits
//! only: a branch may have a `/` in its name, which the address has no place for. Not here: listings.

use super::listing::{Paged, quoted};
use crate::{
    Api, EntryKind, ForgeError, MAX_ENTRIES, RepositoryRef, Tree, TreeEntry, TreeQuery,
    reading::{self, lenient, under},
};
use drawbridge_domain::BaseUrl;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// How deep one question goes; the host gives up on deeper ones, and says so with this status.
const MAX_DEPTH: usize = 8;
const TOO_DEEP: u16 = 555;
/// A hundred entries each, one after the other.
const MAX_TREE_PAGES: usize = 100;

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The commit that a reference stands for: a branch before a tag of the same name.
pub(super) async fn commit(
    api: &Api<'_>,
    repository: RepositoryRef<'_>,
    reference: &str,
) -> Result<Option<String>, ForgeError> {
    #[derive(Deserialize)]
    struct Reference {
        #[serde(rename = "type")]
        kind: String,
        target: Target,
    }
    #[derive(Deserialize)]
    struct Target {
        hash: String,
    }
    if is_commit(reference) {
        return Ok(Some(reference.to_owned()));
    }
    let Some(mut address) = under(api.base, &["repositories", repository.owner, repository.forge_id, "refs"]) else {
        return Ok(None);
    };
    address
        .query_pairs_mut()
        .append_pair("q", &format!("name = {}", quoted(reference)))
        .append_pair("fields", "values.type,values.target.hash");
    let found: Option<Paged<Reference>> =
        reading::found(api, reading::get(api, address), "list of references").await?;
    let Some(found) = found else { return Ok(None) };
    let mut found: Vec<Reference> = found.values.into_iter().filter(|one| is_commit(&one.target.hash)).collect();
    found.sort_by_key(|one| one.kind != "branch");
    Ok(found.into_iter().next().map(|one| one.target.hash))
}

/// The address of a folder or file at a commit.
pub(super) fn source(
    base: &BaseUrl,
    repository: RepositoryRef<'_>,
    commit: &str,
    path: Option<&str>,
) -> Option<Url> {
    let mut segments = vec!["repositories", repository.owner, repository.forge_id, "src", commit];
    segments.extend(path.into_iter().flat_map(|path| path.split('/')));
    let mut url = under(base, &segments)?;
    if path.is_none() {
        // The root is named by nothing behind a slash.
        url.path_segments_mut().ok()?.push("");
    }
    Some(url)
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    attributes: Option<Vec<Value>>,
}

impl Entry {
    fn in_our_terms(self) -> Option<TreeEntry> {
        let is = |attribute: &str| self.attributes.iter().flatten().any(|one| one == attribute);
        let kind = match self.kind.as_str() {
            "commit_directory" => EntryKind::Folder,
            "commit_file" if is("subrepository") => EntryKind::Submodule,
            "commit_file" if is("link") => EntryKind::Link,
            "commit_file" => EntryKind::File,
            _ => return None,
        };
        let size = self.size.filter(|_| kind != EntryKind::Folder);
        Some(TreeEntry { path: reading::path(None, self.path.trim_end_matches('/'))?, kind, id: None, size })
    }
}

/// Lists a tree, page after page.
pub(super) async fn tree(
    api: &Api<'_>,
    repository: RepositoryRef<'_>,
    commit: &str,
    query: TreeQuery<'_>,
) -> Result<Tree, ForgeError> {
    if query.recursive {
        match pages(api, repository, commit, query, MAX_DEPTH).await {
            Err(ForgeError::Server { status: TOO_DEEP }) => {}
            outcome => return outcome,
        }
    }
    let tree = pages(api, repository, commit, query, 1).await?;
    Ok(Tree { truncated: tree.truncated || query.recursive, ..tree })
}

async fn pages(
    api: &Api<'_>,
    repository: RepositoryRef<'_>,
    commit: &str,
    query: TreeQuery<'_>,
    depth: usize,
) -> Result<Tree, ForgeError> {
    let folder = query.folder.map(|folder| folder.path.as_str());
    let mut address = source(api.base, repository, commit, folder).ok_or(ForgeError::NotFound)?;
    address
        .query_pairs_mut()
        .append_pair("max_depth", &depth.to_string())
        .append_pair("pagelen", "100")
        .append_pair("fields", "next,values.path,values.type,values.size,values.attributes");
    let (mut entries, mut cursor): (Vec<TreeEntry>, Option<String>) = (Vec::new(), None);
    let mut cut_off = false;
    for page in 1..=MAX_TREE_PAGES {
        let mut address = address.clone();
        if let Some(cursor) = &cursor {
            address.query_pairs_mut().append_pair("page", cursor);
        }
        let listed: Paged<Entry> = reading::json(api, reading::get(api, address), "tree").await?;
        cursor = listed.next(cursor.as_deref())?;
        entries.extend(listed.values.into_iter().filter_map(Entry::in_our_terms));
        cut_off = cursor.is_some() && (page == MAX_TREE_PAGES || entries.len() >= MAX_ENTRIES);
        if cursor.is_none() || cut_off {
            break;
        }
    }
    // What lies in folders at the last depth was not told.
    let above = folder.map_or(0, |folder| folder.split('/').count());
    let at_the_end = |entry: &TreeEntry| {
        entry.kind == EntryKind::Folder && entry.path.split('/').count() >= above + depth
    };
    let truncated = cut_off || query.recursive && entries.iter().any(at_the_end);
    Ok(Tree::sorted(entries, truncated))
}
