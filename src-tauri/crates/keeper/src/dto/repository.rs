//! The inventory as fronts ask for it and show it.

use drawbridge_domain::{AccountId, BaseUrl, Permission, ProviderId, RepositoryId, Timestamp, Visibility};
use serde::{Deserialize, Serialize};

/// The order of a list of repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepositorySort {
    /// Best match while searching, last push otherwise.
    #[default]
    Best,
    /// Last push, newest first.
    Pushed,
    /// Full name, A to Z.
    Name,
    /// Size, largest first.
    Size,
    /// Creation, newest first.
    Created,
}

/// What to search for, how to filter and order, and which stretch to return.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct RepositoryQuery {
    /// Words, each of which must be found in full name, description, language or topics, and filters
    /// like `owner:acme -lang:rust archived:no`.
    pub text: String,
    /// The order.
    pub sort: RepositorySort,
    /// Turn the order around.
    pub reverse: bool,
    /// How many rows, 1 to 1000; 100 if 0.
    pub limit: u32,
    /// After how many.
    pub offset: u32,
}

/// One stretch of what a query finds.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryList {
    /// How many there are altogether.
    pub total: u32,
    /// How many of them are only nearly spelled as asked; they come last in the order by match.
    pub near: u32,
    /// The rows of this stretch, in order.
    pub rows: Vec<Repository>,
    /// What to mark in the rows: the words, and how the rows of this stretch really spell them.
    pub marked: Vec<String>,
    /// What in the text looked like a filter and was searched for as a word.
    pub remarks: Vec<QueryRemark>,
}

/// Something in a query that is not what it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct QueryRemark {
    /// As it was typed.
    pub text: String,
    /// Why it is searched for as a word.
    pub message: String,
    /// What to type instead, if something was nearly right.
    pub instead: Option<String>,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Repository {
    /// Ours.
    pub id: RepositoryId,
    /// `owner/name`.
    pub full_name: String,
    /// User or organisation.
    pub owner: String,
    /// Name under the owner.
    pub name: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Read-only at the forge.
    pub archived: bool,
    /// Made from another one.
    pub fork: bool,
    /// Offered as a template.
    pub template: bool,
    /// Checked out by default.
    pub default_branch: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// The main language.
    pub language: Option<String>,
    /// Topics.
    pub topics: Vec<String>,
    /// Address for git over HTTPS.
    pub clone_url: String,
    /// Address for git over SSH.
    pub ssh_url: Option<String>,
    /// Page in the browser.
    pub web_url: String,
    /// The last push.
    pub pushed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Size in kibibytes.
    pub size_kib: u32,
    /// The accounts that reach it, strongest first.
    pub accounts: Vec<AccountId>,
    /// Set if no account's listing shows it any more and it stays in the list all the same: since when.
    pub missing_since: Option<Timestamp>,
}

/// How one account reaches a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Reach {
    /// Which account.
    pub account: AccountId,
    /// What it may do there.
    pub permission: Permission,
    /// When its listing last showed it.
    pub seen_at: Timestamp,
}

/// Everything known about one repository.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryDetail {
    /// What the list shows.
    #[serde(flatten)]
    pub repository: Repository,
    /// The provider.
    pub provider: ProviderId,
    /// The installation.
    pub host: BaseUrl,
    /// The host for a sentence.
    pub host_label: String,
    /// The forge's stable id.
    pub forge_id: String,
    /// Licence, by SPDX id or name.
    pub licence: Option<String>,
    /// When anything about it last changed.
    pub updated_at: Option<Timestamp>,
    /// When Drawbridge first listed it.
    pub first_listed_at: Timestamp,
    /// Who reaches it, strongest first.
    pub reach: Vec<Reach>,
    /// The full name it had before, if Drawbridge saw a rename.
    pub renamed_from: Option<String>,
    /// What Drawbridge saw to change, newest first.
    pub changes: Vec<RepositoryChange>,
}

/// Something that was seen to change about a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryChange {
    /// When a sync saw it.
    pub seen_at: Timestamp,
    /// What happened.
    pub sentence: String,
}

/// Names one repository.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RepositoryRef {
    /// By our id.
    Id {
        /// The id.
        id: RepositoryId,
    },
    /// By `owner/name`, compared without case.
    FullName {
        /// The name.
        full_name: String,
    },
}

/// What can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Account, by id.
    Account,
    /// Host, by the name that it has in a sentence.
    Forge,
    /// Owner.
    Owner,
    /// Visibility.
    Visibility,
    /// The most that any account may do.
    Permission,
    /// Language.
    Language,
    /// Topic.
    Topic,
    /// Archived or not: `yes`, `no`.
    Archived,
    /// Fork or not: `yes`, `no`.
    Fork,
    /// Template or not: `yes`, `no`.
    Template,
    /// Pushed to within an age: `<7d`, `<30d`, `<90d`, `<1y`. Each holds those before it.
    Pushed,
}

/// One value of a facet and how many repositories it would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct FacetValue {
    /// The value as a filter takes it.
    pub value: String,
    /// How many repositories have it, under the query's other filters.
    pub count: u32,
}

/// The values of one facet, most frequent first; at most 200, but every owner.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Facets {
    /// Which.
    pub facet: Facet,
    /// Its values.
    pub values: Vec<FacetValue>,
}
