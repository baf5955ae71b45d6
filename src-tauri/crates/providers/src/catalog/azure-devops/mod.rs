//! Azure DevOps Services, by its REST API 7.1.
//!
//! Repositories belong to a project of an organisation, and every organisation is asked for its own:
//! those a signed-in person is in, or the one that a personal access token was made in. Nothing is
//! searched by name and nothing listed by last change there, and what an account may do is told
//! nowhere: everything counts as readable, which it is. Not here: Azure DevOps Server.

mod content;
mod listing;
mod reply;
mod wire;

#[cfg(test)]
mod tests;

use crate::{
    Api, Forge, ForgeError, Identified, Matches, PageKey, PageReply, RepositoryRef, Tree, TreeEntry, TreeQuery,
    reading::{self, if_there},
};
use async_trait::async_trait;
use drawbridge_domain::ForgeRepository;
use listing::Page;
use std::collections::BTreeMap;

/// What the catalogue lists.
pub static FORGE: AzureDevOps = AzureDevOps;

/// Speaks Azure DevOps' REST API.
#[derive(Debug)]
pub struct AzureDevOps;

#[async_trait]
impl Forge for AzureDevOps {
    async fn identify(&self, api: &Api<'_>) -> Result<Option<Identified>, ForgeError> {
        // A token of one organisation is refused outside of it; who signed in is asked where all are known.
        let Some(organisation) = api.user else { return Ok(None) };
        let address = reply::under(api.base, &[organisation, "_apis", "connectionData"])
            .ok_or(ForgeError::Malformed { what: "name of an organisation" })?;
        let found: wire::Connection = reply::json(api, address, "user").await?;
        let identity = found.identity()?;
        Ok(Some(Identified { identity, scopes: None, expires_at: None, kept: BTreeMap::new() }))
    }

    fn first_page(&self) -> PageKey {
        Page::Organisations.key()
    }

    async fn list_page(&self, api: &Api<'_>, key: &PageKey, _etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let (rows, more) = match Page::named(key)? {
            Page::Organisations => (Vec::new(), listing::organisations(api).await?),
            Page::Of(organisation) => (listing::repositories(api, &organisation).await?, Vec::new()),
        };
        Ok(PageReply::Page { rows, etag: None, more, total: None, partial: false })
    }

    /// `/organisation/project/_git/name`; the project is left out where the repository has its name.
    fn names_in(&self, path: &[&str]) -> Option<(String, String)> {
        let (organisation, project, name) = match path {
            [organisation, project, "_git", name, ..] => (organisation, project, name),
            [organisation, "_git", name, ..] => (organisation, name, name),
            [organisation, project, name] => (organisation, project, name),
            _ => return None,
        };
        Some((format!("{organisation}/{project}"), (*name).to_owned()))
    }

    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        // Not asked, so not known to be gone.
        let address = reply::repository(api.base, repository, &[])
            .ok_or(ForgeError::Malformed { what: "id of a repository" })?;
        let found: Result<wire::Repository, ForgeError> = reply::json(api, address, "repository").await;
        let organisation = reply::organisation(repository);
        if_there(found)?.map(|found| found.in_our_terms(organisation)).transpose()
    }

    /// Its search is of code, and a service of its own.
    fn searches(&self) -> bool {
        false
    }

    async fn search(&self, _api: &Api<'_>, _words: &str, _most: usize) -> Result<Matches, ForgeError> {
        Ok(Matches::default())
    }

    async fn tree(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError> {
        let Some(address) = content::tree_address(api.base, repository, query) else { return Ok(None) };
        let request = reply::get(api, address).max_bytes(content::MAX_TREE);
        let listed = match api.http.send(request).await {
            Err(drawbridge_http::Error::TooLarge { .. }) if query.recursive => return Ok(Some(content::cut_off())),
            answer => reply::expect(answer),
        };
        if_there(listed)?.map(|answer| content::tree(&answer, query)).transpose()
    }

    async fn blob(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        _reference: &str,
        entry: &TreeEntry,
        most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        let Some(address) = content::blob_address(api.base, repository, entry) else { return Ok(None) };
        let request = reply::get(api, address).header("accept", "application/octet-stream");
        reading::file_by(api, request, most, reply::expect).await
    }
}
