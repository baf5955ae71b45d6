//! Trees by `items`, files by `blobs`.
//!
//! Not here: listings.

use super::reply;
use crate::{
    EntryKind, ForgeError, MAX_ENTRIES, RepositoryRef, Tree, TreeEntry, TreeQuery,
    reading::{self, lenient},
};
use drawbridge_domain::BaseUrl;
use drawbridge_http::Response;
use serde::Deserialize;
use url::Url;

/// A whole tree comes in one answer; one that is longer is asked for folder by folder.
pub(super) const MAX_TREE: usize = 64 * 1024 * 1024;

/// What a reference is, which has to be said, and its name there.
fn version(reference: &str) -> (&'static str, &str) {
    if reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return ("commit", reference);
    }
    match reference.strip_prefix("refs/tags/") {
        Some(tag) => ("tag", tag),
        None => ("branch", reference.strip_prefix("refs/heads/").unwrap_or(reference)),
    }
}

/// `GET /{organisation}/_apis/git/repositories/{id}/items`.
pub(super) fn tree_address(base: &BaseUrl, repository: RepositoryRef<'_>, query: TreeQuery<'_>) -> Option<Url> {
    let mut url = reply::repository(base, repository, &["items"])?;
    let (kind, name) = version(query.reference);
    let folder = query.folder.map_or("", |folder| folder.path.as_str());
    url.query_pairs_mut()
        .append_pair("scopePath", &format!("/{folder}"))
        .append_pair("recursionLevel", if query.recursive { "full" } else { "oneLevel" })
        .append_pair("versionDescriptor.versionType", kind)
        .append_pair("versionDescriptor.version", name);
    Some(url)
}

/// `GET /{organisation}/_apis/git/repositories/{id}/blobs/{blob}`.
pub(super) fn blob_address(base: &BaseUrl, repository: RepositoryRef<'_>, entry: &TreeEntry) -> Option<Url> {
    let mut url = reply::repository(base, repository, &["blobs", entry.id.as_deref()?])?;
    url.query_pairs_mut().append_pair("$format", "octetstream");
    Some(url)
}

#[derive(Deserialize)]
struct Listed {
    value: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    path: String,
    git_object_type: String,
    object_id: String,
    #[serde(default, deserialize_with = "lenient")]
    is_sym_link: Option<bool>,
}

impl Item {
    /// The root and the folder that was asked for are in their own list; they are no entries.
    fn in_our_terms(self, folder: Option<&str>) -> Option<TreeEntry> {
        let kind = match self.git_object_type.as_str() {
            "blob" if self.is_sym_link == Some(true) => EntryKind::Link,
            "blob" => EntryKind::File,
            "tree" => EntryKind::Folder,
            "commit" => EntryKind::Submodule,
            _ => return None,
        };
        let path = reading::path(None, self.path.strip_prefix('/')?)?;
        (folder != Some(path.as_str())).then_some(TreeEntry { path, kind, id: Some(self.object_id), size: None })
    }
}

/// Reads a tree. Paths are told from the root.
pub(super) fn tree(answer: &Response, query: TreeQuery<'_>) -> Result<Tree, ForgeError> {
    let listed: Listed = reading::parsed(answer, "tree")?;
    let truncated = listed.value.len() > MAX_ENTRIES;
    let folder = query.folder.map(|folder| folder.path.as_str());
    let entries = listed.value.into_iter().take(MAX_ENTRIES).filter_map(|item| item.in_our_terms(folder));
    Ok(Tree::sorted(entries.collect(), truncated))
}

/// A tree of which nothing was read.
pub(super) fn cut_off() -> Tree {
    Tree::sorted(Vec::new(), true)
}
