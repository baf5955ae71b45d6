//! What a repository holds at its host, as its page shows it: the README, and the names of branches and tags.

use crate::Problem;
use drawbridge_domain::{RepositoryId, Timestamp};
use serde::{Deserialize, Serialize};

/// What was last read of a repository at its host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryContents {
    /// The repository.
    pub repository: RepositoryId,
    /// Its `owner/name`.
    pub full_name: String,
    /// Its page in the browser, where all of it is to be seen.
    pub web_url: String,
    /// Its README.
    pub readme: RepositoryReadme,
    /// Its branches and tags.
    pub references: RepositoryReferences,
}

/// A repository's README.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryReadme {
    /// What was found.
    pub found: ReadmeFound,
    /// When; none if it was never read.
    pub read_at: Option<Timestamp>,
    /// Why it could not be read the last time; what was found before stays.
    pub problem: Option<Problem>,
}

/// What was found when a README was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ReadmeFound {
    /// It was never looked for.
    Unread,
    /// There is none.
    None,
    /// A text.
    Text {
        /// Where it lies.
        path: String,
        /// Whether it is Markdown; anything else is shown as it is written.
        markdown: bool,
        /// What it says, as its authors wrote it: anybody's words.
        text: String,
    },
    /// A file that is not read.
    Unshown {
        /// Where it lies.
        path: String,
        /// Why not, as a sentence.
        sentence: String,
    },
}

/// A repository's branches and tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RepositoryReferences {
    /// The branch that is checked out by default.
    pub default_branch: Option<String>,
    /// The branches: the default one first, then by name. At most 1,000 of them.
    pub branches: Vec<NamedReference>,
    /// How many there are.
    pub branch_count: u32,
    /// The tags, the highest number first. At most 1,000 of them.
    pub tags: Vec<NamedReference>,
    /// How many there are.
    pub tag_count: u32,
    /// Whether there are even more than were counted.
    pub truncated: bool,
    /// When they were read; none if they never were.
    pub read_at: Option<Timestamp>,
    /// Why they could not be read the last time; what was read before stays.
    pub problem: Option<Problem>,
}

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct NamedReference {
    /// Its short name.
    pub name: String,
    /// The object it names, as hexadecimal digits.
    pub commit: String,
}
