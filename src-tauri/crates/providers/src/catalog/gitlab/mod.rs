//! GitLab: gitlab.com and servers of one's own (REST API, version 4).
//!
//! What is called a repository elsewhere is a project here, and its owner a user or a group, which can lie
//! within groups. Not here: who an access belongs to and how it ends, which the definition says; GraphQL.

mod content;
mod listing;
mod wire;

#[cfg(test)]
mod tests;

use crate::{
    Api, Forge, ForgeError, Matches, PageKey, PageReply, RepositoryRef, StoredPage, Tree, TreeEntry, TreeQuery,
    reading::{self, under},
};
use async_trait::async_trait;
use drawbridge_domain::ForgeRepository;
use listing::Page;
use url::Url;

/// What the catalogue lists.
pub static FORGE: GitLab = GitLab;

/// Speaks GitLab's REST API.
#[derive(Debug)]
pub struct GitLab;

/// The address of one project by its id, or of something below it; none for an id that can't be one.
fn project_address(api: &Api<'_>, repository: RepositoryRef<'_>, below: &[&str]) -> Option<Url> {
    // The API takes the whole path in the id's place, as one segment.
    let path = format!("{}/{}", repository.owner, repository.name);
    let by_path = repository.forge_id.is_empty();
    let id = if by_path { path.as_str() } else { repository.forge_id };
    let fits = by_path || id.bytes().all(|byte| byte.is_ascii_digit());
    let segments: Vec<&str> = ["projects", id].into_iter().chain(below.iter().copied()).collect();
    fits.then(|| under(api.base, &segments)).flatten()
}

#[async_trait]
impl Forge for GitLab {
    fn first_page(&self) -> PageKey {
        Page::FIRST.key()
    }

    fn newest_first(&self, _whole: &[StoredPage]) -> Vec<PageKey> {
        vec![Page::NEWEST.key()]
    }

    async fn list_page(&self, api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let page = Page::named(key)?;
        let request = reading::get(api, page.address(api.base));
        reading::listed(api, request, etag, |answer| listing::page(answer, page)).await
    }

    fn first_part(&self, page: &PageKey) -> Option<PageKey> {
        Page::named(page).ok()?.first_part().map(Page::key)
    }

    fn page_beyond(&self, last: &StoredPage) -> Option<PageKey> {
        listing::page_beyond(last)
    }

    /// By id, which a rename or a transfer leaves as it is. One that is only marked for deletion is there.
    /// Groups lie within groups; what belongs to the pages of a project comes behind a dash.
    fn names_in(&self, path: &[&str]) -> Option<(String, String)> {
        let end = path.iter().position(|part| *part == "-").unwrap_or(path.len());
        let (name, owner) = path[..end].split_last().filter(|(_, owner)| !owner.is_empty())?;
        Some((owner.join("/"), (*name).to_owned()))
    }

    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        // Not asked, so not known to be gone.
        let address = project_address(api, repository, &[]).ok_or(ForgeError::Malformed { what: "id of a project" })?;
        let found: Option<wire::Project> = reading::found(api, reading::get(api, address), "project").await?;
        found.map(wire::Project::in_our_terms).transpose()
    }

    async fn search(&self, api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError> {
        content::search(api, words, most).await
    }

    async fn tree(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError> {
        let Some(address) = project_address(api, repository, &["repository", "tree"]) else { return Ok(None) };
        content::tree(api, &address, query).await
    }

    async fn blob(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        _reference: &str,
        entry: &TreeEntry,
        most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        let Some(id) = entry.id.as_deref() else { return Ok(None) };
        match project_address(api, repository, &["repository", "blobs", id, "raw"]) {
            Some(address) => reading::file(api, reading::get(api, address), most).await,
            None => Ok(None),
        }
    }
}
