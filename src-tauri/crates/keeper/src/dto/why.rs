//! The answer to "why is this repository missing?", as fronts show it.

use super::{Repository, RepositoryQuery};
use drawbridge_domain::{AccountId, RepositoryId, Timestamp};
use serde::{Deserialize, Serialize};

/// Which repository, and through which filters it was looked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct AskWhy {
    /// `owner/name`, its web address or a clone address.
    pub name: String,
    /// The filters of the list in which it was not seen.
    pub filters: Option<RepositoryQuery>,
}

/// Why a repository is not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyCause {
    /// It is there.
    Listed,
    /// It is there, and the filters hide it.
    Filtered,
    /// It stays in the list although no listing shows it.
    Kept,
    /// Its host shows it to an account: it can be imported.
    Found,
    /// An organisation has not approved Drawbridge.
    NotApproved,
    /// An organisation wants single sign-on first.
    SignOnFirst,
    /// The account's access may not be enough for it.
    ScopeMissing,
    /// No account is connected at that host.
    NoAccount,
    /// The account has to sign in again before its host can be asked.
    SignInNeeded,
    /// The account's listing was not read to its end yet.
    NotListedYet,
    /// The host could not be asked.
    NotAsked,
    /// It was removed.
    Removed,
    /// The host shows it to no account: it is hidden from them, or there is none of that name.
    NotShown,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct WhyChecked {
    /// What it came to.
    pub cause: WhyCause,
    /// Which account, if one was asked.
    pub account: Option<AccountId>,
    /// That account's login, or what else was looked at.
    pub what: String,
    /// The host for a sentence, if an account was asked.
    pub host_label: Option<String>,
    /// What came of it, as a sentence.
    pub sentence: String,
    /// What helps, as a sentence; empty if nothing does.
    pub fix: String,
    /// The page at the host where that is done.
    pub page: Option<String>,
}

/// Why a repository is missing, and what helps.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryWhy {
    /// The name that was asked about.
    pub name: String,
    /// The most useful of what was found out.
    pub because: WhyChecked,
    /// All that was looked at, that one included.
    pub checked: Vec<WhyChecked>,
    /// It, if it is in the list.
    pub repository: Option<Repository>,
    /// It, if it was removed and can be brought back.
    pub removed: Option<RepositoryId>,
    /// Full names in the list that are like it.
    pub near: Vec<String>,
    /// When that was.
    pub at: Timestamp,
}
