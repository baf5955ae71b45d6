//! GitHub: github.com, its enterprise installations, and servers that speak its REST API (2022-11-28).
//!
//! Not here: GraphQL, GitHub Apps' installations, and anything that another forge shares.

mod listing;
mod reply;
mod wire;

#[cfg(test)]
mod tests;

use crate::{
    Api, Definition, Endpoints, Forge, ForgeError, Identified, PageKey, PageReply, Revocation, ScopeDefinition,
    StoredPage,
};
use async_trait::async_trait;
use drawbridge_domain::{BaseUrl, ForgeRepository, SecretString, SignInWay};
use drawbridge_http::Request;

/// What the catalogue lists.
pub static PROVIDER: GitHub = GitHub;

/// Speaks GitHub's REST API.
#[derive(Debug)]
pub struct GitHub;

static DEFINITION: Definition = Definition {
    id: "github",
    name: "GitHub",
    monogram: "GH",
    host: "https://github.com",
    self_hosted: true,
    ways: &[SignInWay::DeepLink, SignInWay::Loopback, SignInWay::Device],
    token: true,
    scopes: &[
        ScopeDefinition {
            name: "repo",
            sentence: "Read and write code, issues and pull requests, public and private",
            asked: true,
            implied_by: &[],
        },
        ScopeDefinition {
            name: "read:org",
            sentence: "See your organisations and teams",
            asked: true,
            implied_by: &["write:org", "admin:org"],
        },
        ScopeDefinition {
            name: "user:email",
            sentence: "See your e-mail addresses",
            asked: true,
            implied_by: &["user"],
        },
        ScopeDefinition { name: "workflow", sentence: "Change workflow files", asked: false, implied_by: &[] },
        ScopeDefinition { name: "delete_repo", sentence: "Delete repositories", asked: false, implied_by: &[] },
    ],
    authorize_params: &[("prompt", "select_account")],
    token_page: Some("/settings/tokens"),
    client_page: Some("/settings/applications/new"),
    revoke_page: Some("/settings/connections/applications/{client_id}"),
    concurrency: 10,
};

/// The public installation, whose API lives at another name.
const PUBLIC_HOST: &str = "https://github.com";
const PUBLIC_API: &str = "https://api.github.com";
/// Installations that GitHub runs for one enterprise: `https://NAME.ghe.com`, API at `https://api.NAME.ghe.com`.
const ENTERPRISE_CLOUD: &str = ".ghe.com";

#[async_trait]
impl Forge for GitHub {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn api_url(&self, host: &BaseUrl) -> BaseUrl {
        let own = match host.as_str().strip_prefix("https://") {
            _ if host.as_str() == PUBLIC_HOST => BaseUrl::parse(PUBLIC_API).ok(),
            Some(name) if name.ends_with(ENTERPRISE_CLOUD) && !name.contains('/') => {
                BaseUrl::parse(&format!("https://api.{name}")).ok()
            }
            _ => None,
        };
        own.or_else(|| BaseUrl::parse(host.join("/api/v3").as_str()).ok()).unwrap_or_else(|| host.clone())
    }

    fn endpoints(&self, host: &BaseUrl) -> Option<Endpoints> {
        Some(Endpoints {
            authorize: host.join("/login/oauth/authorize"),
            token: host.join("/login/oauth/access_token"),
            device: Some(host.join("/login/device/code")),
            // GitHub does not name itself in its answers (RFC 9207).
            issuer: None,
        })
    }

    async fn identify(&self, api: &Api<'_>) -> Result<Identified, ForgeError> {
        let answer = reply::expect(api.http.send(reply::get(api, api.base.join("/user"))).await)?;
        let user: wire::User = answer.json().map_err(|_| ForgeError::Malformed { what: "user" })?;
        Ok(Identified {
            identity: user.identity()?,
            scopes: answer.header("x-oauth-scopes").map(wire::scopes),
            expires_at: answer.header("github-authentication-token-expiration").and_then(wire::expiry),
        })
    }

    fn first_page(&self) -> PageKey {
        PageKey("1".to_owned())
    }

    async fn list_page(&self, api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError> {
        let number = listing::page_number(key)?;
        let mut request = reply::get(api, listing::address(api.base, number));
        if let Some(etag) = etag {
            request = request.if_none_match(etag);
        }
        let answer = reply::expect(api.http.send(request).await)?;
        if answer.status == 304 && etag.is_some() {
            return Ok(PageReply::Unmodified);
        }
        reply::expect_content(&answer)?;
        listing::page(&answer, number)
    }

    fn page_beyond(&self, last: &StoredPage) -> Option<PageKey> {
        listing::page_beyond(last)
    }

    async fn find_repository(
        &self,
        api: &Api<'_>,
        owner: &str,
        name: &str,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        let Some(address) = reply::repository_address(api.base, owner, name) else { return Ok(None) };
        let mut answer = api.http.send(reply::get(api, address)).await.map_err(ForgeError::Unreachable)?;
        if let Some(moved) = reply::moved_to(&answer, api.base)? {
            answer = api.http.send(reply::get(api, moved)).await.map_err(ForgeError::Unreachable)?;
        }
        match reply::expect(Ok(answer)) {
            Ok(answer) => {
                reply::expect_content(&answer)?;
                let found: wire::Repository =
                    answer.json().map_err(|_| ForgeError::Malformed { what: "repository" })?;
                found.in_our_terms().map(Some)
            }
            Err(ForgeError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn revoke(
        &self,
        api: &Api<'_>,
        client: Option<(&str, Option<&SecretString>)>,
    ) -> Result<Revocation, ForgeError> {
        // Only the client can end a grant, and it proves to be the client by its secret.
        let Some((client_id, Some(secret))) = client else { return Ok(Revocation::OnlyByHand) };
        let Some(address) = reply::grant_address(api.base, client_id) else { return Ok(Revocation::OnlyByHand) };
        let request = reply::versioned(Request::delete(address))
            .basic(client_id, secret)
            .json(&serde_json::json!({ "access_token": api.token.expose() }))
            .idempotent();
        match reply::expect(api.http.send(request).await) {
            Ok(_) => Ok(Revocation::Ended),
            // Here it is the client that is not accepted, not the token.
            Err(ForgeError::Unauthorized) => Ok(Revocation::OnlyByHand),
            // Said of a token that has ended, but also to a client that is not believed: the token
            // itself tells which.
            Err(ForgeError::NotFound) => match self.identify(api).await {
                Err(ForgeError::Unauthorized) => Ok(Revocation::Ended),
                Ok(_) => Ok(Revocation::OnlyByHand),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}
