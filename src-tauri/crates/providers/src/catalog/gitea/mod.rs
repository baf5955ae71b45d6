//! Gitea: gitea.com and servers of one's own (REST API, version 1), and servers that speak its API.
//!
//! Not here: who an access belongs to, which the definition says; ending an access, for which the API has no way.

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

/// What the catalogue lists.
pub static FORGE: Gitea = Gitea { ordered: false };

/// Speaks Gitea's REST API.
#[derive(Debug)]
pub struct Gitea {
    /// Whether the listing can be asked for in an order. Else it comes by name, and only the whole of it tells
    /// what changed.
    pub(crate) ordered: bool,
}

#[async_trait]
impl Forge for Gitea {
    fn first_page(&self) -> PageKey {
        Page::FIRST.key()
    }

    fn newest_first(&self, _whole: &[StoredPage]) -> Vec<PageKey> {
        if self.ordered { vec![Page::NEWEST.key()] } else { Vec::new() }
    }

    async fn list_page(&self, api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let page = Page::named(key)?;
        let request = reading::get(api, page.address(api.base, self.ordered));
        reading::listed(api, request, etag, |answer| listing::page(answer, page)).await
    }

    fn first_part(&self, page: &PageKey) -> Option<PageKey> {
        Page::named(page).ok()?.first_part().map(Page::key)
    }

    /// By id, which a rename or a transfer leaves as it is.
    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        let is_number = repository.forge_id.bytes().all(|byte| byte.is_ascii_digit());
        let address = if repository.forge_id.is_empty() {
            under(api.base, &["repos", repository.owner, repository.name])
        } else {
            under(api.base, &["repositories", repository.forge_id]).filter(|_| is_number)
        };
        // Not asked, so not known to be gone.
        let address = address.ok_or(ForgeError::Malformed { what: "id of a repository" })?;
        let found: Option<wire::Repository> =
            reading::found(api, reading::get(api, address), "repository").await?;
        found.map(wire::Repository::in_our_terms).transpose()
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
        content::tree(api, repository, query).await
    }

    async fn blob(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        _reference: &str,
        entry: &TreeEntry,
        most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        content::blob(api, repository, entry, most).await
    }
}
