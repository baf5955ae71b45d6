//! GitHub: github.com, its enterprise installations, and servers that speak its REST API (2022-11-28).
//!
//! Not here: GraphQL, GitHub Apps' installations, and anything that another forge shares.

mod content;
mod listing;
mod reply;
mod wire;

#[cfg(test)]
mod tests;

use crate::{
    Api, Ends, Forge, ForgeError, Grant, Identified, Matches, PageKey, PageReply, RepositoryRef, Revocation, StoredPage, Tree,
    TreeEntry, TreeQuery,
    reading::{self, expect, expect_content},
};
use async_trait::async_trait;
use drawbridge_domain::{BaseUrl, ForgeRepository};
use drawbridge_http::Request;
use listing::Page;
use std::collections::BTreeMap;

/// What the catalogue lists.
pub static FORGE: GitHub = GitHub;

/// Speaks GitHub's REST API.
#[derive(Debug)]
pub struct GitHub;

/// The public installation, whose API lives at another name.
const PUBLIC_HOST: &str = "https://github.com";
const PUBLIC_API: &str = "https://api.github.com";
/// Installations that GitHub runs for one enterprise: `https://NAME.ghe.com`, API at `https://api.NAME.ghe.com`.
const ENTERPRISE_CLOUD: &str = ".ghe.com";

#[async_trait]
impl Forge for GitHub {
    fn api_url(&self, host: &BaseUrl) -> Option<BaseUrl> {
        let own = match host.as_str().strip_prefix("https://") {
            _ if host.as_str() == PUBLIC_HOST => BaseUrl::parse(PUBLIC_API).ok(),
            Some(name) if name.ends_with(ENTERPRISE_CLOUD) && !name.contains('/') => {
                BaseUrl::parse(&format!("https://api.{name}")).ok()
            }
            _ => None,
        };
        own.or_else(|| BaseUrl::parse(host.join("/api/v3").as_str()).ok())
    }

    async fn identify(&self, api: &Api<'_>) -> Result<Option<Identified>, ForgeError> {
        let answer = expect(api.http.send(reply::get(api, api.base.join("/user"))).await)?;
        let user: wire::User = answer.json().map_err(|_| ForgeError::unread(&answer, "user"))?;
        Ok(Some(Identified {
            identity: user.identity()?,
            scopes: answer.header("x-oauth-scopes").map(wire::scopes),
            expires_at: answer.header("github-authentication-token-expiration").and_then(wire::expiry),
            kept: BTreeMap::new(),
        }))
    }

    fn first_page(&self) -> PageKey {
        Page::FIRST.key()
    }

    fn newest_first(&self, _whole: &[StoredPage]) -> Vec<PageKey> {
        vec![Page::PULSE.key()]
    }

    async fn list_page(&self, api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let page = Page::named(key)?;
        let request = reply::get(api, page.address(api.base));
        reading::listed_by(api, request, etag, reply::expect, |answer| listing::page(answer, page)).await
    }

    fn first_part(&self, page: &PageKey) -> Option<PageKey> {
        Page::named(page).ok()?.first_part().map(Page::key)
    }

    fn page_beyond(&self, last: &StoredPage) -> Option<PageKey> {
        listing::page_beyond(last)
    }

    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        let Some(address) = reply::repository_address(api.base, repository, &[]) else { return Ok(None) };
        let mut answer = api.http.send(reply::get(api, address)).await.map_err(ForgeError::from)?;
        if let Some(moved) = reply::moved_to(&answer, api.base)? {
            answer = api.http.send(reply::get(api, moved)).await.map_err(ForgeError::from)?;
        }
        match reply::expect(Ok(answer)) {
            Ok(answer) => {
                expect_content(&answer)?;
                let found: wire::Repository = answer.json().map_err(|_| ForgeError::unread(&answer, "repository"))?;
                found.in_our_terms().map(Some)
            }
            Err(ForgeError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn search(&self, api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError> {
        // Searches have a small budget of their own.
        let request = reply::get(api, content::search_address(api.base, words, most)).counted_apart("search");
        let answer = expect(api.http.send(request).await)?;
        content::found(&answer, most)
    }

    async fn tree(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError> {
        let Some(address) = content::tree_address(api.base, repository, query) else { return Ok(None) };
        match expect(api.http.send(reply::get(api, address)).await) {
            Ok(answer) => content::tree(&answer, query.folder).map(Some),
            // 409 is what an empty repository answers.
            Err(ForgeError::NotFound | ForgeError::Server { status: 409 }) => Ok(None),
            Err(error) => Err(error),
        }
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
        reading::file(api, reply::get(api, address).header("accept", content::RAW), most).await
    }

    fn can_revoke(&self, client_has_secret: bool) -> Option<bool> {
        Some(client_has_secret)
    }

    async fn revoke(&self, api: &Api<'_>, grant: &Grant<'_>) -> Result<Option<Revocation>, ForgeError> {
        let by_hand = Ok(Some(Revocation::OnlyByHand));
        let ended = Ok(Some(Revocation::Ended(Ends::Grant)));
        // Only the client can end a grant, and it proves to be the client by its secret.
        let Some((client_id, Some(secret))) = grant.client else { return by_hand };
        let Some(address) = reply::grant_address(api.base, client_id) else { return by_hand };
        let request = reply::versioned(Request::delete(address))
            .basic(client_id, secret)
            .json(&serde_json::json!({ "access_token": api.token.expose() }))
            .idempotent();
        match expect(api.http.send(request).await) {
            Ok(answer) if answer.is_page() => Err(ForgeError::Interposed),
            Ok(_) => ended,
            // Here it is the client that is not accepted, not the token.
            Err(ForgeError::Unauthorized) => by_hand,
            // Said of a token that has ended, but also to a client that is not believed: the token
            // itself tells which.
            Err(ForgeError::NotFound) => match self.identify(api).await {
                // Where access ends on its own, that says nothing of the grant.
                Err(ForgeError::Unauthorized) if grant.refresh.is_none() => ended,
                Ok(_) | Err(ForgeError::Unauthorized) => by_hand,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}
