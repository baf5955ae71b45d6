//! The border every forge implements: the few things it can be asked.
//!
//! Not here: anything about one forge (that is in its folder under `catalog/`), and what a
//! definition says for all providers alike.

use crate::{
    Api, Ends, Grant,
    content::{RepositoryRef, Tree, TreeEntry, TreeQuery},
};
use async_trait::async_trait;
use drawbridge_domain::{BaseUrl, ForgeRepository, Identity, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// Who a token belongs to and what it may do.
#[derive(Debug, Clone)]
pub struct Identified {
    /// Who.
    pub identity: Identity,
    /// The scopes the host says the token has; none if it does not say.
    pub scopes: Option<Vec<String>>,
    /// When the host says the token ends.
    pub expires_at: Option<Timestamp>,
    /// Further facts that are kept with the account, by path; no secrets.
    pub kept: BTreeMap<String, String>,
}

/// Names one page of a listing. Opaque outside its forge; never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageKey(pub String);

impl PageKey {
    const PART: &str = "part:";

    /// The name of a part of a page.
    pub(crate) fn of_part(name: impl std::fmt::Display) -> Self {
        Self(format!("{}{name}", Self::PART))
    }

    /// The name within, if it is a part's.
    pub(crate) fn part(&self) -> Option<&str> {
        self.0.strip_prefix(Self::PART)
    }

    /// Whether it names a part of a page; see [`Forge::first_part`].
    pub fn is_part(&self) -> bool {
        self.part().is_some()
    }
}

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
        /// How many repositories the whole listing has, if the host tells exactly.
        total: Option<u64>,
    },
    /// The same as when its validator was given (304).
    Unmodified,
}

/// What a revocation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The host confirmed that the access has ended (or knew it no more).
    Ended(Ends),
    /// The host offers no way to do it from here with what we have.
    OnlyByHand,
}

/// What a search at a host brought.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// In the host's order.
    pub rows: Vec<ForgeRepository>,
    /// Whether there may be more than these.
    pub more: bool,
}

impl Matches {
    /// What came where at most so many were asked for.
    #[must_use]
    pub fn of(rows: Vec<ForgeRepository>, most: usize) -> Self {
        Self { more: rows.len() >= most, rows }
    }

    /// The same, where the host may not have looked everywhere.
    #[must_use]
    pub fn or_more(self, more: bool) -> Self {
        Self { more: self.more || more, ..self }
    }
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
    /// An organisation wants the person to sign in with it first (single sign-on).
    #[error("an organisation wants a sign-in of its own first")]
    SignOnFirst {
        /// Where the person does that, if the host says so.
        page: Option<String>,
    },
    /// An organisation does not let this program in to what it has.
    #[error("an organisation has not approved the program")]
    NotApproved {
        /// Where the person asks for that, if the host says so.
        page: Option<String>,
    },
    /// Not there, or not visible (404).
    #[error("the host knows no such thing")]
    NotFound,
    /// What was asked is there no more, for anybody (410): a way of asking that the host has ended.
    #[error("the host has ended what was asked")]
    Gone,
    /// Something else than the host answered: a page for people or a redirect, as networks send that
    /// want a sign-in of their own.
    #[error("something else than the host answered")]
    Interposed,
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

impl ForgeError {
    /// Why an answer of success could not be read.
    pub(crate) fn unread(answer: &drawbridge_http::Response, what: &'static str) -> Self {
        if answer.is_page() { Self::Interposed } else { Self::Malformed { what } }
    }
}

impl From<drawbridge_http::Error> for ForgeError {
    /// No answer; or none was asked for, as the host wants to be left alone for a while or is too slow for
    /// all that is asked of it.
    fn from(error: drawbridge_http::Error) -> Self {
        match error {
            drawbridge_http::Error::Paused { wait } => Self::RateLimited { wait },
            drawbridge_http::Error::Crowded => Self::RateLimited { wait: drawbridge_http::UNSAID_WAIT },
            other => Self::Unreachable(other),
        }
    }
}

/// A provider that hosts repositories.
#[async_trait]
pub trait Forge: Send + Sync {
    /// Where the API of a host is, where that follows no rule that data can say.
    fn api_url(&self, _host: &BaseUrl) -> Option<BaseUrl> {
        None
    }

    /// Asks who the token belongs to; `None` leaves that to the definition.
    async fn identify(&self, _api: &Api<'_>) -> Result<Option<Identified>, ForgeError> {
        Ok(None)
    }

    /// The first page of everything the account reaches.
    fn first_page(&self) -> PageKey;

    /// Where the newest changes are listed first: the first page of each such listing, given the pages of
    /// the whole listing (one per organisation where a host lists no more at once). Such a page costs
    /// little, tells the total if the host does, and names the next one as `more`. Empty where a host knows
    /// no such order; then only the whole listing tells what changed.
    fn newest_first(&self, _whole: &[StoredPage]) -> Vec<PageKey> {
        Vec::new()
    }

    /// Asks for one page; with `etag`, only if it is different from then.
    async fn list_page(&self, api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError>;

    /// For a host that takes too long for a page of the whole listing: the first of the smaller ones that it can
    /// be read in. Each of them names the next one, beside the pages behind. `None` where a host gives none.
    fn first_part(&self, _page: &PageKey) -> Option<PageKey> {
        None
    }

    /// The page that may exist behind an unmodified last page, which can't say so itself.
    fn page_beyond(&self, _last: &StoredPage) -> Option<PageKey> {
        None
    }

    /// The owner and the name of a repository by the path of its page or its clone address, without what git
    /// writes behind it. None if it is no repository's.
    fn names_in(&self, path: &[&str]) -> Option<(String, String)> {
        match path {
            [owner, name, ..] => Some(((*owner).to_owned(), (*name).to_owned())),
            _ => None,
        }
    }

    /// Asks for one repository, what a removal is confirmed with. By its id where the API takes that, so
    /// that a rename is seen as one. `None`: not there or not visible.
    async fn find_repository(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError>;

    /// Whether the host can be asked for repositories by words.
    fn searches(&self) -> bool {
        true
    }

    /// Asks the host for repositories by words, also for such that the account does not list. At most `most`,
    /// in the host's order; none where it does not search.
    async fn search(&self, api: &Api<'_>, words: &str, most: usize) -> Result<Matches, ForgeError>;

    /// Lists a tree. `None`: no such repository, reference or folder, or nothing in it yet.
    async fn tree(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError>;

    /// Reads a file of a tree that was listed at this reference. `None`: not there (any more), or longer
    /// than `most` bytes.
    async fn blob(
        &self,
        api: &Api<'_>,
        repository: RepositoryRef<'_>,
        reference: &str,
        entry: &TreeEntry,
        most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError>;

    /// Ends the access at the host; `None` leaves that to the definition.
    async fn revoke(&self, _api: &Api<'_>, _grant: &Grant<'_>) -> Result<Option<Revocation>, ForgeError> {
        Ok(None)
    }

    /// Whether [`Forge::revoke`] can end access that was issued to a client with or without a secret;
    /// `None` leaves that to the definition.
    fn can_revoke(&self, _client_has_secret: bool) -> Option<bool> {
        None
    }
}
