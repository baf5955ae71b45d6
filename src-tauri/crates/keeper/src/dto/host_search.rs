//! A search at the hosts, as fronts ask for it and show it.

use crate::Problem;
use drawbridge_domain::{AccountId, BaseUrl, ProviderId, RepositoryId, Timestamp, Visibility};
use serde::{Deserialize, Serialize};

/// What the hosts are asked for. Sent only when a person says so, never as one types.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct HostSearch {
    /// Words, on one line of up to 256 letters. Filters are known to the list alone.
    pub text: String,
    /// Only as this account; none for every one whose host can be searched.
    pub account: Option<AccountId>,
    /// How many rows of each account, 1 to 50; 20 if 0.
    pub limit: u32,
}

/// What came of it. Nothing of it is kept.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct HostSearched {
    /// The words as they were sent.
    pub text: String,
    /// What was found: host by host, in the order of each.
    pub rows: Vec<HostFound>,
    /// Every account that was asked, or could not be.
    pub asked: Vec<HostAsked>,
    /// When that was.
    pub at: Timestamp,
}

/// A repository that a host shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct HostFound {
    /// `owner/name`.
    pub full_name: String,
    /// One line about it.
    pub description: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Read-only at the forge.
    pub archived: bool,
    /// Made from another one.
    pub fork: bool,
    /// The main language.
    pub language: Option<String>,
    /// Page in the browser, by which it can be imported.
    pub web_url: String,
    /// The provider.
    pub provider: ProviderId,
    /// The installation.
    pub host: BaseUrl,
    /// The host for a sentence.
    pub host_label: String,
    /// The forge's stable id.
    pub forge_id: String,
    /// The accounts to which it was shown, in the order of the accounts.
    pub accounts: Vec<AccountId>,
    /// It, if it is in the list already.
    pub known: Option<RepositoryId>,
}

/// How asking as one account went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct HostAsked {
    /// Which account.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// The host for a sentence.
    pub host_label: String,
    /// How many its host showed.
    pub found: u32,
    /// Whether it may have more: more than were asked for, or where it did not look.
    pub more: bool,
    /// Why it could not be asked, or gave no answer.
    pub problem: Option<Problem>,
}
