//! Sources and what was found in them, as fronts ask for it and show it.

use super::RepositoryRef;
use crate::Problem;
use drawbridge_domain::{FoundId, ProviderId, RepositoryId, SourceId, Timestamp};
use serde::{Deserialize, Serialize};

/// Something that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SourceKind {
    /// As requests name it.
    pub id: String,
    /// What a person calls one.
    pub name: String,
    /// What a person calls several.
    pub plural: String,
    /// What it is known by.
    pub marker: String,
    /// What such an item can be in turn; empty where all are alike.
    pub variants: Vec<String>,
}

/// Where is looked for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Source {
    /// Ours.
    pub id: SourceId,
    /// The repository.
    pub repository: RepositoryId,
    /// Its `owner/name`.
    pub full_name: String,
    /// Its provider.
    pub provider: ProviderId,
    /// The name of its host for a person.
    pub host_label: String,
    /// Branch, tag or commit; none for whatever is the default branch.
    pub reference: Option<String>,
    /// The folder; empty for all of it.
    pub path: String,
    /// The only kind that is looked for; none for every kind.
    pub kind: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When its tree was last read.
    pub read_at: Option<Timestamp>,
    /// How much is found there.
    pub found: u32,
    /// Why it could not be read the last time; what was found before stays.
    pub problem: Option<Problem>,
}

/// What to look at.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct AddSource {
    /// The repository.
    pub repository: RepositoryRef,
    /// Branch, tag or commit; none for whatever is the default branch.
    #[serde(default)]
    pub reference: Option<String>,
    /// The folder; none for all of it.
    #[serde(default)]
    pub path: Option<String>,
    /// The only kind to look for; none for every kind.
    #[serde(default)]
    pub kind: Option<String>,
}

/// Which sources to read again: all of them if nothing is named.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct RefreshSources {
    /// Only this one.
    pub source: Option<SourceId>,
    /// Only those in the repository of this full name, compared without case.
    pub full_name: Option<String>,
}

/// What reading a source changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SourceReading {
    /// The source afterwards, with what went wrong.
    pub source: Source,
    /// Found for the first time, or again.
    pub new: u32,
    /// With something else in its marker.
    pub changed: u32,
    /// No longer there.
    pub gone: u32,
}

/// What to show of all that was found.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct FoundQuery {
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only this variant.
    pub variant: Option<String>,
    /// Only in this source.
    pub source: Option<SourceId>,
    /// Words; each must be found in name, description, repository or path.
    pub text: String,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct FoundItem {
    /// Ours.
    pub id: FoundId,
    /// In which source.
    pub source: SourceId,
    /// In which repository.
    pub repository: RepositoryId,
    /// Its `owner/name`.
    pub full_name: String,
    /// Of which kind.
    pub kind: String,
    /// What it is called, by itself or by its place.
    pub name: String,
    /// One line about it.
    pub description: Option<String>,
    /// Which of its kind's variants it is.
    pub variant: Option<String>,
    /// Where it lies in the repository: a folder, empty for the repository itself, or a file.
    pub path: String,
    /// The file that it is known by.
    pub marker: String,
    /// How much it asks before it is used.
    pub questions: u32,
    /// What is wrong with that file, as a sentence.
    pub problem: Option<String>,
    /// Since when it is known.
    pub first_found_at: Timestamp,
}

/// Everything known about something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct FoundDetail {
    /// What the list shows.
    pub item: FoundItem,
    /// What it asks before it is used, in order.
    pub questions: Vec<Question>,
    /// Where a copy of its files goes if no folder is named; none where that is not known.
    pub folder: Option<String>,
}

/// Names one thing that was found.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FoundRef {
    /// By our id.
    Id {
        /// The id.
        id: FoundId,
    },
    /// By what it is called, compared without case.
    Name {
        /// The id of its kind; none for whatever is called that.
        #[serde(default)]
        of: Option<String>,
        /// Its name.
        name: String,
    },
}

/// Something that is asked before an item is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Question {
    /// What the answer is called.
    pub name: String,
    /// What the answer is, in the marker's own word: `str`, `bool`, `int` …
    pub answer: String,
    /// What is asked, in words.
    pub help: Option<String>,
    /// What is answered by default; never told of a secret.
    pub default: Option<String>,
    /// What there is to choose from; empty where any answer goes.
    pub choices: Vec<Choice>,
    /// Whether several can be chosen.
    pub several: bool,
    /// Whether the answer is a secret.
    pub secret: bool,
    /// The condition on which it is asked, as it is written.
    pub when: Option<String>,
}

/// One answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Choice {
    /// What a person reads.
    pub label: String,
    /// What is answered.
    pub value: String,
}

/// Where something that was found is to be had from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Coordinates {
    /// The repository.
    pub repository: RepositoryId,
    /// Branch, tag or commit; none for whatever is the default branch.
    pub reference: Option<String>,
    /// The folder or file in it; empty for all of it.
    pub path: String,
    /// What a folder of its files is called.
    pub name: String,
}
