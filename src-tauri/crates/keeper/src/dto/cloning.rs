//! Copies of repositories as fronts ask for them and watch them.

use super::{FoundRef, RepositoryQuery, RepositoryRef};
use crate::Problem;
use drawbridge_domain::{AccountId, CloneId, RepositoryId};
use serde::{Deserialize, Serialize};

/// Which repositories are meant.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CloneSources {
    /// One.
    One {
        /// Which.
        repository: RepositoryRef,
    },
    /// These.
    Selected {
        /// Which, at most 10,000.
        ids: Vec<RepositoryId>,
    },
    /// All that a query finds, whatever stretch of them it shows.
    All {
        /// The query.
        query: RepositoryQuery,
    },
}

/// How the host is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloneTransport {
    /// By HTTPS, with the access of an account.
    #[default]
    Https,
    /// By SSH.
    Ssh,
}

/// What is to be copied, and where to.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct StartClone {
    /// Which repositories.
    pub sources: CloneSources,
    /// For one: its own folder, from the top. For several: the folder they lie in. The one that is set, if none
    /// is named.
    #[serde(default)]
    pub folder: Option<String>,
    /// With whose access; of those that reach it the strongest that is well, if none is named.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// For one: which branch or tag, instead of the host's choice.
    #[serde(default)]
    pub branch: Option<String>,
    /// How many commits back; all if 0.
    #[serde(default)]
    pub depth: u32,
    /// Whether the repositories that they name as submodules come too.
    #[serde(default)]
    pub submodules: bool,
    /// How the host is spoken to.
    #[serde(default)]
    pub transport: CloneTransport,
}

/// A repository that can't be copied as it was asked for, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct NotCloneable {
    /// `owner/name`.
    pub full_name: String,
    /// Why not, as a sentence.
    pub why: String,
}

/// What would be done.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ClonePlan {
    /// The folder: of the one, or the one that all lie in.
    pub folder: String,
    /// How many repositories were meant.
    pub total: u32,
    /// How many would be copied.
    pub to_clone: u32,
    /// How many are there already, whole and from the same address.
    pub present: u32,
    /// How large what would be copied is at the hosts, in kibibytes.
    pub size_kib: u32,
    /// How many have something else in their place, or share it with another of them.
    pub colliding: u32,
    /// How many can't be copied for another reason.
    pub impossible: u32,
    /// Those of the two kinds before, at most 200 of them.
    pub not_cloneable: Vec<NotCloneable>,
}

/// Where a making of copies stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloneState {
    /// It goes on.
    Running,
    /// It came to its end; some may have failed.
    Done,
    /// It was stopped. What was whole by then stays.
    Cancelled,
}

/// What is being done for one repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloneStage {
    /// The host is asked what there is.
    Asking,
    /// The host sends.
    Receiving,
    /// What came is put together.
    Resolving,
    /// Files are written.
    CheckingOut,
}

/// How far one repository is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CloneStep {
    /// `owner/name`.
    pub full_name: String,
    /// What is being done.
    pub stage: CloneStage,
    /// Objects or files so far.
    pub done: u32,
    /// Of so many; 0 while that is not known.
    pub of: u32,
    /// Kibibytes received.
    pub received_kib: u32,
}

/// A repository that was not copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CloneFailure {
    /// `owner/name`.
    pub full_name: String,
    /// Why not.
    pub problem: Problem,
}

/// One making of copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CloneRun {
    /// Ours.
    pub id: CloneId,
    /// What is copied: a full name, or how many.
    pub title: String,
    /// The folder: of the one, or the one that all lie in.
    pub folder: String,
    /// Where it stands.
    pub state: CloneState,
    /// How many repositories.
    pub total: u32,
    /// How many were copied.
    pub cloned: u32,
    /// How many were there already.
    pub present: u32,
    /// How many were not copied.
    pub failed: u32,
    /// What is under way.
    pub steps: Vec<CloneStep>,
    /// Why some were not copied, at most 200 of them.
    pub failures: Vec<CloneFailure>,
    /// What is worth knowing about what was copied, a sentence each: files that are only pointers, submodules.
    pub notes: Vec<String>,
    /// What came of it, as a sentence; empty while it goes on.
    pub sentence: String,
}

/// Which files of a repository are wanted.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum WantedFiles {
    /// Those of something that was found in a source.
    Found {
        /// Which.
        item: FoundRef,
    },
    /// Those at a place.
    At {
        /// Of which repository.
        repository: RepositoryRef,
        /// At which branch or tag, instead of the host's choice.
        #[serde(default)]
        reference: Option<String>,
        /// Which folder or file of it, as `a/b`; empty for all.
        #[serde(default)]
        path: String,
    },
}

/// Files of a repository that are wanted without its history.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Materialize {
    /// Which.
    pub files: WantedFiles,
    /// Where to, from the top: a folder that is empty or not there yet. A free one among those of the person's
    /// projects, if none is named.
    #[serde(default)]
    pub folder: Option<String>,
    /// With whose access; of those that reach it the strongest that is well, if none is named.
    #[serde(default)]
    pub account: Option<AccountId>,
}
