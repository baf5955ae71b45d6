//! What can be asked of an index, and what it answers.
//!
//! Not here: how the keeper's fronts spell a query.

use drawbridge_domain::{AccountId, RepositoryId, Visibility};

/// The order of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Best match while there is text, last push otherwise.
    #[default]
    Best,
    /// Last push, newest first; those never pushed to at the end.
    Pushed,
    /// Owner, then name, A to Z.
    Name,
    /// Size, largest first.
    Size,
    /// Creation, newest first; those of unknown age at the end.
    Created,
}

/// What to search for, how to filter and order, and which stretch to return.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'a> {
    /// Words between white space, each of which must occur in full name, description, language or
    /// topics, whatever its case or accents. The first eight count, each with its first 200 characters.
    pub text: &'a str,
    /// Any of these; all if empty.
    pub accounts: &'a [AccountId],
    /// Any of these, compared without case; all if empty.
    pub owners: &'a [String],
    /// Any of these; all if empty.
    pub visibility: &'a [Visibility],
    /// Any of these, compared without case; all if empty.
    pub languages: &'a [String],
    /// Only archived ones, or only the others.
    pub archived: Option<bool>,
    /// Only forks, or only the others.
    pub fork: Option<bool>,
    /// The order. Ties are broken by owner, name and id, so that pages never overlap.
    pub sort: Sort,
    /// Turn the order around. What has no value to sort by stays at the end.
    pub reverse: bool,
    /// After how many.
    pub offset: u32,
    /// How many.
    pub limit: u32,
}

/// A page of what a query found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// How many there are in all.
    pub total: u32,
    /// The page, in order.
    pub ids: Vec<RepositoryId>,
}

/// What can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// Account, by id.
    Account,
    /// Owner, as first spelled.
    Owner,
    /// `public`, `internal` or `private`.
    Visibility,
    /// Language, as first spelled.
    Language,
    /// `true` or `false`.
    Archived,
    /// `true` or `false`.
    Fork,
}
