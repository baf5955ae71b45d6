//! GitHub: github.com and GitHub-compatible servers.

use crate::{
    Api, Definition, Endpoints, Forge, ForgeError, Identified, PageKey, PageReply, Revocation, ScopeDefinition,
    StoredPage,
};
use async_trait::async_trait;
use drawbridge_domain::{BaseUrl, ForgeRepository, SecretString, SignInWay};

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
    token_page: Some("/settings/tokens/new?scopes=repo,read:org,user:email&description=Drawbridge"),
    client_page: Some("/settings/applications/new"),
    revoke_page: Some("/settings/connections/applications/{client_id}"),
    concurrency: 10,
};

#[async_trait]
impl Forge for GitHub {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn api_url(&self, host: &BaseUrl) -> BaseUrl {
        host.clone()
    }

    fn endpoints(&self, host: &BaseUrl) -> Option<Endpoints> {
        Some(Endpoints {
            authorize: host.join("/login/oauth/authorize"),
            token: host.join("/login/oauth/access_token"),
            device: Some(host.join("/login/device/code")),
            issuer: None,
        })
    }

    async fn identify(&self, _api: &Api<'_>) -> Result<Identified, ForgeError> {
        Err(ForgeError::NotFound)
    }

    fn first_page(&self) -> PageKey {
        PageKey("1".to_owned())
    }

    async fn list_page(&self, _api: &Api<'_>, _key: &PageKey, _etag: Option<&str>) -> Result<PageReply, ForgeError> {
        Err(ForgeError::NotFound)
    }

    fn page_beyond(&self, _last: &StoredPage) -> Option<PageKey> {
        None
    }

    async fn find_repository(
        &self,
        _api: &Api<'_>,
        _owner: &str,
        _name: &str,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        Err(ForgeError::NotFound)
    }

    async fn revoke(
        &self,
        _api: &Api<'_>,
        _client: Option<(&str, Option<&SecretString>)>,
    ) -> Result<Revocation, ForgeError> {
        Err(ForgeError::NotFound)
    }
}
