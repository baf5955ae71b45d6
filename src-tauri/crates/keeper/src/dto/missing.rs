//! What is no longer shown by a listing, as fronts ask about it and show it.

use drawbridge_domain::{AccountId, RepositoryId, Timestamp};
use serde::{Deserialize, Serialize};

/// So much is missing from an account's listing that nothing is removed before a person has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RemovalQuestion {
    /// Whose listing.
    pub account: AccountId,
    /// That account's login.
    pub login: String,
    /// The host for a sentence.
    pub host_label: String,
    /// Since when they are missing.
    pub since: Timestamp,
    /// How many are missing.
    pub missing: u32,
    /// Of how many in the list.
    pub of: u32,
    /// The question as a sentence.
    pub sentence: String,
}

/// What a person says about repositories that are missing from a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovalAnswer {
    /// They are gone. Each still is removed only if its host confirms it.
    Gone,
    /// They stay in the list, marked as missing, until a listing shows them again.
    Keep,
}

/// Which removed repositories to list, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct RemovedQuery {
    /// How many, 1 to 500; 100 if 0.
    pub limit: u32,
    /// After how many.
    pub offset: u32,
}

/// A repository that left the list of an account, and that still can be brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RemovedRepository {
    /// Ours.
    pub id: RepositoryId,
    /// `owner/name`, as it was last.
    pub full_name: String,
    /// Its page in the browser.
    pub web_url: String,
    /// Whose listing did not show it any more.
    pub account: AccountId,
    /// That account's login.
    pub login: String,
    /// The host for a sentence.
    pub host_label: String,
    /// When it was removed.
    pub removed_at: Timestamp,
    /// When it is forgotten for good.
    pub forgotten_at: Timestamp,
    /// Why it was removed, as a sentence.
    pub why: String,
    /// Whether another account shows it all the same.
    pub listed: bool,
}
