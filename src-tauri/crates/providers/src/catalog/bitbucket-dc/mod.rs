//! Bitbucket Data Center, by its REST API 1.0.
//!
//! What an account may do in a repository is told nowhere in a listing. The filter by permission
//! would tell, but its lists overlap and their pages don't match those of the whole one, so that
//! every page would have to be read as often as there are pages: everything counts as readable, which
//! it is. Not here: Bitbucket Cloud, which speaks another API.

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
pub static FORGE: BitbucketDataCenter = BitbucketDataCenter;

/// Speaks Bitbucket Data Center's REST API.
#[derive(Debug)]
pub struct BitbucketDataCenter;

#[async_trait]
impl Forge for BitbucketDataCenter {
    async fn identify(&self, api: &Api<'_>) -> Result<Option<Identified>, ForgeError> {
        let login = reply::whoami(api).await?;
        let address =
            reply::under(api.base, &["users", &wire::slug(&login)]).ok_or(ForgeError::Malformed { what: "login" })?;
        let user: wire::User = reply::json(api, address, "user").await?;
        let identity = user.identity(&login)?;
        Ok(Some(Identified { identity, scopes: None, expires_at: None, kept: BTreeMap::new() }))
    }

    fn first_page(&self) -> PageKey {
        Page::FIRST.key()
    }

    async fn list_page(&self, api: &Api<'_>, key: &PageKey, _etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let page = Page::named(key)?;
        let listed: listing::Paged<wire::Repository> =
            reply::json(api, page.address(api.base), "list of repositories").await?;
        let more = listed.next(page.start())?.map(|start| page.next(start).key());
        let rows = listed.values.into_iter().map(wire::Repository::in_our_terms).collect::<Result<_, _>>()?;
        Ok(PageReply::Page { rows, etag: None, more: more.into_iter().collect(), total: None, partial: false })
    }

    fn first_part(&self, page: &PageKey) -> Option<PageKey> {
        Page::named(page).ok()?.first_part().map(Page::key)
    }

    /// `/projects/KEY/repos/slug`, `/users/login/repos/slug`, `/scm/key/slug`.
    fn names_in(&self, path: &[&str]) -> Option<(String, String)> {
        let (key, slug) = match path {
            ["users", login, "repos", slug, ..] => (format!("~{login}"), slug),
            ["projects", key, "repos", slug, ..] | ["scm", key, slug, ..] | [key, slug] => ((*key).to_owned(), slug),
            _ => return None,
        };
        Some((key, (*slug).to_owned()))
    }

    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        // Not asked, so not known to be gone.
        let address = reply::repository(api.base, repository, &[])
            .ok_or(ForgeError::Malformed { what: "name of a repository" })?;
        let mut answer = api.http.send(reading::get(api, address)).await.map_err(ForgeError::from)?;
        if let Some(moved) = reply::moved_to(&answer, api.base)? {
            answer = api.http.send(reading::get(api, moved)).await.map_err(ForgeError::from)?;
        }
        let found: Result<wire::Repository, ForgeError> =
            reply::expect(Ok(answer)).and_then(|answer| reading::parsed(&answer, "repository"));
        match found {
            // What the API says of repositories that are hidden from whoever asks.
            Err(ForgeError::Forbidden) => Ok(None),
            found => if_there(found)?.map(wire::Repository::in_our_terms).transpose(),
        }
    }

    async fn search(&self, api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError> {
        let address = listing::search_address(api.base, words, most);
        let found: listing::Paged<wire::Repository> = reply::json(api, address, "result of a search").await?;
        let rows: Result<_, _> = found.values.into_iter().take(most).map(wire::Repository::in_our_terms).collect();
        Ok(Matches::of(rows?, most))
    }

    async fn tree(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError> {
        if_there(content::tree(api, repository, query).await)
    }

    async fn blob(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        reference: &str,
        entry: &TreeEntry,
        most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        let Some(mut address) = content::below(api.base, repository, "raw", Some(&entry.path)) else { return Ok(None) };
        content::at(&mut address, reference);
        reading::file_by(api, reading::get(api, address), most, reply::expect).await
    }
}
