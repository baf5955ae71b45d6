//! What can be asked of an index, and what it answers.
//!
//! Not here: how a query is written; that is `grammar`.

use drawbridge_domain::{AccountId, HostId, Permission, RepositoryId, Timestamp, Visibility};

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
    /// Where that finds next to nothing, names and owners that are nearly spelled so are found behind it.
    pub text: &'a str,
    /// All facets must pass. Of one facet, any of the wanted ones and none of the negated ones; times
    /// must all hold.
    pub filters: &'a [Filter],
    /// The order. Ties are broken by owner, name and id, so that pages never overlap.
    pub sort: Sort,
    /// Turn the order around. What has no value to sort by stays at the end.
    pub reverse: bool,
    /// After how many.
    pub offset: u32,
    /// How many.
    pub limit: u32,
}

/// One thing a row must be, or must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Only rows of which the test is not true.
    pub negated: bool,
    /// The test.
    pub test: Test,
}

/// What a filter looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// This account reaches it.
    Account(AccountId),
    /// It lies at this installation.
    Forge(HostId),
    /// It belongs to this owner, or to a group below it; compared without case.
    Owner(String),
    /// Who may see it.
    Visibility(Visibility),
    /// The most that any account may do there.
    Permission(Permission),
    /// The main language, compared without case.
    Language(String),
    /// It has this topic, compared as search words are.
    Topic(String),
    /// Read-only at the forge, or not.
    Archived(bool),
    /// Made from another one, or not.
    Fork(bool),
    /// Offered as a template, or not.
    Template(bool),
    /// The last push lies in this stretch, which begins at `from` and ends before `until`.
    Pushed {
        /// Not earlier than this.
        from: Option<Timestamp>,
        /// Earlier than this.
        until: Option<Timestamp>,
    },
}

impl Test {
    /// What it is about.
    pub fn facet(&self) -> Facet {
        match self {
            Self::Account(_) => Facet::Account,
            Self::Forge(_) => Facet::Forge,
            Self::Owner(_) => Facet::Owner,
            Self::Visibility(_) => Facet::Visibility,
            Self::Permission(_) => Facet::Permission,
            Self::Language(_) => Facet::Language,
            Self::Topic(_) => Facet::Topic,
            Self::Archived(_) => Facet::Archived,
            Self::Fork(_) => Facet::Fork,
            Self::Template(_) => Facet::Template,
            Self::Pushed { .. } => Facet::Pushed,
        }
    }
}

/// A page of what a query found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// How many there are in all.
    pub total: u32,
    /// How many of them are only nearly spelled as asked.
    pub near: u32,
    /// The page, in order.
    pub ids: Vec<RepositoryId>,
    /// How the words are really spelled in the page's nearly right rows, folded.
    pub spelled: Vec<String>,
}

/// What can be filtered and counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Account, by id.
    Account,
    /// Installation, by id.
    Forge,
    /// Owner, as first spelled.
    Owner,
    /// `public`, `internal` or `private`.
    Visibility,
    /// `read`, `triage`, `write`, `maintain` or `admin`.
    Permission,
    /// Language, as first spelled.
    Language,
    /// Topic, folded.
    Topic,
    /// `true` or `false`.
    Archived,
    /// `true` or `false`.
    Fork,
    /// `true` or `false`.
    Template,
    /// The day of the last push. Counted with [`crate::Index::pushed_since`].
    Pushed,
}
