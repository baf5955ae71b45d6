//! Trees and files: `files` tells the paths below a folder at once, `browse` what lies in one folder
//! with its git ids, `raw` a file.
//!
//! Not here: listings.

use super::{listing::Paged, reply};
use crate::{
    Api, EntryKind, ForgeError, HEAD, MAX_ENTRIES, RepositoryRef, Tree, TreeEntry, TreeQuery,
    reading::{self, lenient},
};
use drawbridge_domain::BaseUrl;
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

const PER_PAGE: &str = "5000";
const MAX_TREE_PAGES: usize = 100;

/// The address of a folder or file under one of the ways to read it.
pub(super) fn below(base: &BaseUrl, repository: RepositoryRef<'_>, way: &str, path: Option<&str>) -> Option<Url> {
    let below: Vec<&str> = std::iter::once(way).chain(path.into_iter().flat_map(|path| path.split('/'))).collect();
    reply::repository(base, repository, &below)
}

/// Adds where in history something is asked for. The default branch is meant where nothing is said; its listings
/// don't tell its name.
pub(super) fn at(address: &mut Url, reference: &str) {
    if reference != HEAD {
        address.query_pairs_mut().append_pair("at", reference);
    }
}

/// Lists a tree, page after page.
pub(super) async fn tree(
    api: &Api<'_>,
    repository: RepositoryRef<'_>,
    query: TreeQuery<'_>,
) -> Result<Tree, ForgeError> {
    let folder = query.folder.map(|folder| folder.path.as_str());
    let way = if query.recursive { "files" } else { "browse" };
    let mut whole = below(api.base, repository, way, folder).ok_or(ForgeError::NotFound)?;
    at(&mut whole, query.reference);
    whole.query_pairs_mut().append_pair("limit", PER_PAGE);
    let (mut entries, mut start) = (Vec::new(), 0);
    for page in 1..=MAX_TREE_PAGES {
        let mut address = whole.clone();
        address.query_pairs_mut().append_pair("start", &start.to_string());
        let next = if query.recursive {
            let listed: Paged<String> = reply::json(api, address, "list of files").await?;
            let next = listed.next(start)?;
            entries.extend(listed.values.into_iter().filter_map(|told| file(folder, &told)));
            next
        } else {
            let listed: Folder = reply::json(api, address, "folder").await?;
            let next = listed.children.next(start)?;
            entries.extend(listed.children.values.into_iter().filter_map(|child| child.in_our_terms(folder)));
            next
        };
        match next {
            Some(next) if page < MAX_TREE_PAGES && entries.len() < MAX_ENTRIES => start = next,
            next => {
                if query.recursive {
                    add_folders(&mut entries, folder);
                }
                return Ok(Tree::sorted(entries, next.is_some()));
            }
        }
    }
    Ok(Tree::sorted(entries, true))
}

/// A path from the folder that was asked for. Links and other repositories are told as files.
fn file(folder: Option<&str>, told: &str) -> Option<TreeEntry> {
    Some(TreeEntry { path: reading::path(folder, told)?, kind: EntryKind::File, id: None, size: None })
}

/// The folders that the paths of files lie in, which git has nowhere else.
fn add_folders(entries: &mut Vec<TreeEntry>, folder: Option<&str>) {
    let above = folder.map_or(0, |folder| folder.len() + 1);
    let mut folders = BTreeSet::new();
    for entry in &*entries {
        let slashes = entry.path.match_indices('/').map(|(at, _)| at).filter(|at| *at >= above);
        folders.extend(slashes.map(|at| entry.path[..at].to_owned()));
    }
    let folders = folders.into_iter().map(|path| TreeEntry { path, kind: EntryKind::Folder, id: None, size: None });
    entries.extend(folders);
}

#[derive(Deserialize)]
struct Folder {
    children: Paged<Child>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Child {
    path: Name,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "lenient")]
    content_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Name {
    components: Vec<String>,
}

impl Child {
    fn in_our_terms(self, folder: Option<&str>) -> Option<TreeEntry> {
        let kind = match self.kind.as_str() {
            "FILE" => EntryKind::File,
            "DIRECTORY" => EntryKind::Folder,
            "SUBMODULE" => EntryKind::Submodule,
            _ => return None,
        };
        let path = reading::path(folder, &self.path.components.join("/"))?;
        // A folder that only holds one folder is told as one with it; its id is not told then.
        Some(TreeEntry { path, kind, id: self.content_id, size: self.size })
    }
}
