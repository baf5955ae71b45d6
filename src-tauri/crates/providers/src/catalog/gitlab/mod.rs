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
    Api, Forge, ForgeError, PageKey, PageReply, RepositoryRef, StoredPage, Tree, TreeEntry, TreeQuery,
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
    let is_number = !repository.forge_id.is_empty() && repository.forge_id.bytes().all(|byte| byte.is_ascii_digit());
    let segments: Vec<&str> = ["projects", repository.forge_id].into_iter().chain(below.iter().copied()).collect();
    is_number.then(|| under(api.base, &segments)).flatten()
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

    fn page_beyond(&self, last: &StoredPage) -> Option<PageKey> {
        listing::page_beyond(last)
    }

    /// By id, which a rename or a transfer leaves as it is. One that is only marked for deletion is there.
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

    async fn search(&self, api: &Api<'_>, words: &str, most: usize) -> Result<Vec<ForgeRepository>, ForgeError> {
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
