//! The border every forge implements: what it is (data) and what it can be asked (few methods).
//!
//! Not here: anything about one forge; that is in its folder under `catalog/`.

use async_trait::async_trait;
use drawbridge_domain::{BaseUrl, ForgeRepository, Identity, SecretString, SignInWay, Timestamp};
use drawbridge_oauth::Endpoints;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a provider is: facts, no behaviour.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its name in the catalogue; equals the folder's name.
    pub id: &'static str,
    /// Its name for a person.
    pub name: &'static str,
    /// Two letters that stand for it.
    pub monogram: &'static str,
    /// The address of its public installation.
    pub host: &'static str,
    /// Whether a person's own server can be given by address.
    pub self_hosted: bool,
    /// The ways a sign-in can come back, in order of preference; empty if it has no OAuth here.
    pub ways: &'static [SignInWay],
    /// Whether a pasted access token connects it.
    pub token: bool,
    /// What is asked for, and what is named as not asked.
    pub scopes: &'static [ScopeDefinition],
    /// Extra parameters of the authorisation request.
    pub authorize_params: &'static [(&'static str, &'static str)],
    /// Path under the host where a person makes an access token.
    pub token_page: Option<&'static str>,
    /// Path under the host where a person registers a client.
    pub client_page: Option<&'static str>,
    /// Path under the host where a person withdraws access; `{client_id}` is filled in.
    pub revoke_page: Option<&'static str>,
    /// How many requests at once its hosts are content with.
    pub concurrency: usize,
}

/// One scope of a provider.
#[derive(Debug, Clone, Copy)]
pub struct ScopeDefinition {
    /// The provider's own name.
    pub name: &'static str,
    /// What it allows, in plain words.
    pub sentence: &'static str,
    /// Whether Drawbridge asks for it.
    pub asked: bool,
    /// Granted names that include this one.
    pub implied_by: &'static [&'static str],
}

/// What is needed to ask a host's API as one account.
pub struct Api<'a> {
    /// How requests are sent.
    pub http: &'a drawbridge_http::Client,
    /// The API's base address.
    pub base: &'a BaseUrl,
    /// The access token.
    pub token: &'a SecretString,
}

/// Who a token belongs to and what it may do.
#[derive(Debug, Clone)]
pub struct Identified {
    /// Who.
    pub identity: Identity,
    /// The scopes the host says the token has; none if it does not say.
    pub scopes: Option<Vec<String>>,
    /// When the host says the token ends.
    pub expires_at: Option<Timestamp>,
}

/// Names one page of a listing. Opaque outside its forge; never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageKey(pub String);

/// What is remembered of a page between runs.
#[derive(Debug, Clone)]
pub struct StoredPage {
    /// Which.
    pub key: PageKey,
    /// Its validator (RFC 9110 §8.8.3).
    pub etag: Option<String>,
    /// The stable ids it held, in order.
    pub forge_ids: Vec<String>,
    /// The pages it said exist beside it.
    pub more: Vec<PageKey>,
}

/// What a request for a page brought.
#[derive(Debug)]
pub enum PageReply {
    /// The page as it is now.
    Page {
        /// Its repositories.
        rows: Vec<ForgeRepository>,
        /// Its validator.
        etag: Option<String>,
        /// Pages known to exist beside it: all of them (numbered paging) or the next (keyset paging).
        more: Vec<PageKey>,
        /// Set when the host says that it left something out, such as organisations that want single sign-on.
        partial: bool,
    },
    /// The same as when its validator was given (304).
    Unmodified,
}

/// What a revocation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The host confirmed that the access has ended (or knew it no more).
    Ended,
    /// The host offers no way to do it from here with what we have.
    OnlyByHand,
}

/// Why a forge could not answer. What to do about it is decided by the caller.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// The token is not accepted (401).
    #[error("the host does not accept the credential")]
    Unauthorized,
    /// The host forbids it to this account (403 without a limit).
    #[error("the host forbids the request")]
    Forbidden,
    /// Not there, or not visible (404, 410).
    #[error("the host knows no such thing")]
    NotFound,
    /// The host asks to wait.
    #[error("the host limits requests")]
    RateLimited {
        /// For how long.
        wait: Duration,
    },
    /// The host answered with a server error.
    #[error("the host answered with status {status}")]
    Server {
        /// The status.
        status: u16,
    },
    /// No answer.
    #[error("the host could not be reached")]
    Unreachable(#[source] drawbridge_http::Error),
    /// An answer that is not what its API describes.
    #[error("the host's answer could not be read: {what}")]
    Malformed {
        /// What was being read; never content of the answer.
        what: &'static str,
    },
}

/// A provider that hosts repositories.
#[async_trait]
pub trait Forge: Send + Sync {
    /// What it is.
    fn definition(&self) -> &'static Definition;

    /// Where the API of a host is, when the person did not say.
    fn api_url(&self, host: &BaseUrl) -> BaseUrl;

    /// The OAuth endpoints of a host; none if it has no OAuth here.
    fn endpoints(&self, host: &BaseUrl) -> Option<Endpoints>;

    /// Asks who the token belongs to.
    async fn identify(&self, api: &Api<'_>) -> Result<Identified, ForgeError>;

    /// The first page of everything the account reaches.
    fn first_page(&self) -> PageKey;

    /// Asks for one page; with `etag`, only if it is different from then.
    async fn list_page(&self, api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError>;

    /// The page that may exist behind an unmodified last page, which can't say so itself.
    fn page_beyond(&self, last: &StoredPage) -> Option<PageKey>;

    /// Asks for one repository by name: what a removal is confirmed with. `None`: not there or not visible.
    async fn find_repository(
        &self,
        api: &Api<'_>,
        owner: &str,
        name: &str,
    ) -> Result<Option<ForgeRepository>, ForgeError>;

    /// Ends the access at the host. `client`: id and secret of the client it was issued to.
    async fn revoke(
        &self,
        api: &Api<'_>,
        client: Option<(&str, Option<&SecretString>)>,
    ) -> Result<Revocation, ForgeError>;
}
