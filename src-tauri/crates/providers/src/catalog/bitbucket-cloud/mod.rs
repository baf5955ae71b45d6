//! Bitbucket Cloud, by its REST API 2.0.
//!
//! Nothing is listed across workspaces there any more: the workspaces of a person are listed first,
//! and then the repositories of each. Not here: Bitbucket Data Center, which speaks another API.

mod content;
mod listing;
mod wire;

#[cfg(test)]
mod tests;

use crate::{
    Api, Forge, ForgeError, Matches, PageKey, PageReply, RepositoryRef, StoredPage, Tree, TreeEntry, TreeQuery,
    reading::{self, if_there},
};
use async_trait::async_trait;
use drawbridge_domain::{ForgeRepository, Permission};
use futures::StreamExt as _;
use listing::{Page, Role};

/// What the catalogue lists.
pub static FORGE: BitbucketCloud = BitbucketCloud;

/// Speaks Bitbucket Cloud's REST API.
#[derive(Debug)]
pub struct BitbucketCloud;

#[async_trait]
impl Forge for BitbucketCloud {
    fn first_page(&self) -> PageKey {
        Page::WORKSPACES.key()
    }

    fn newest_first(&self, whole: &[StoredPage]) -> Vec<PageKey> {
        whole.iter().filter_map(|page| Page::named(&page.key).ok()?.newest_of_its_workspace()).collect()
    }

    // Without validators: what an account may do in a repository is no part of what a page's would be for.
    async fn list_page(&self, api: &Api<'_>, key: &PageKey, _etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let page = Page::named(key)?;
        let (rows, more, total) = match &page {
            Page::Workspaces { .. } => (Vec::new(), listing::workspaces(api, &page).await?, None),
            Page::Repositories { workspace, role, .. } => {
                let (listed, more) = listing::repositories(api, &page).await?;
                let granted = match role {
                    Role::Administrator => listing::Granted::everything(),
                    Role::Member if listed.values.is_empty() => listing::Granted::nothing(),
                    Role::Member => listing::granted(api, workspace).await?,
                };
                let total = listed.size;
                let rows = listed.values.into_iter().map(|row| {
                    let permission = granted.of(row.uuid());
                    row.in_our_terms(permission)
                });
                (rows.collect::<Result<_, _>>()?, more, total)
            }
        };
        Ok(PageReply::Page { rows, etag: None, more, total, partial: false })
    }

    fn first_part(&self, page: &PageKey) -> Option<PageKey> {
        Page::named(page).ok()?.first_part().map(|part| part.key())
    }

    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        // One that a person named by its address has no id yet.
        let by_name = repository.forge_id.is_empty();
        let id = if by_name { repository.name } else { repository.forge_id };
        if let Some(found) = listing::repository(api, repository.owner, id).await? {
            return Ok(Some(found));
        }
        if by_name {
            return Ok(None);
        }
        // One that was moved to another workspace is not known under the old one any more.
        let mut pages = vec![Page::WORKSPACES.key()];
        for _ in 0..listing::MAX_WORKSPACE_PAGES {
            let Some(key) = pages.pop() else { return Ok(None) };
            for key in listing::workspaces(api, &Page::named(&key)?).await? {
                let Page::Repositories { workspace, .. } = Page::named(&key)? else {
                    pages.push(key);
                    continue;
                };
                if workspace == repository.owner {
                    continue;
                }
                if let Some(found) = listing::repository(api, &workspace, id).await? {
                    return Ok(Some(found));
                }
            }
        }
        // Not asked everywhere, so not known to be gone.
        Err(ForgeError::Malformed { what: "number of workspaces" })
    }

    async fn search(&self, api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError> {
        let (mut asked, mut left_out) = (Vec::new(), false);
        for key in listing::workspaces(api, &Page::WORKSPACES).await? {
            let Page::Repositories { workspace, role, .. } = Page::named(&key)? else {
                left_out = true;
                continue;
            };
            if asked.len() == listing::MOST_SEARCHED {
                left_out = true;
                break;
            }
            let permission = if role == Role::Administrator { Permission::Admin } else { Permission::Read };
            asked.push(async move { (permission, listing::matching(api, &workspace, words, most).await) });
        }
        let mut answers = futures::stream::iter(asked).buffered(listing::SEARCHED_AT_ONCE);
        let mut found = Vec::new();
        while found.len() < most {
            let Some((permission, rows)) = answers.next().await else { break };
            for row in rows? {
                found.push(row.in_our_terms(permission)?);
            }
        }
        found.truncate(most);
        Ok(Matches::of(found, most).or_more(left_out))
    }

    async fn tree(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError> {
        let Some(commit) = content::commit(api, repository, query.reference).await? else { return Ok(None) };
        if_there(content::tree(api, repository, &commit, query).await)
    }

    async fn blob(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        reference: &str,
        entry: &TreeEntry,
        most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        let Some(commit) = content::commit(api, repository, reference).await? else { return Ok(None) };
        let Some(address) = content::source(api.base, repository, &commit, Some(&entry.path)) else { return Ok(None) };
        reading::file(api, reading::get(api, address), most).await
    }
}
