//! What is told about a sync while it runs and when it has ended.

use drawbridge_domain::Timestamp;

/// What broke a sync; all that a forge does wrong is an [`Ending`] instead.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The inventory could not be read or written.
    #[error("reading or writing the inventory")]
    Store(#[source] drawbridge_store::Error),
}

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The listing was read to its end and the inventory is as it says.
    Complete,
    /// The same, but so much was missing from it that nothing was removed.
    HeldBack {
        /// How many were missing.
        missing: u32,
    },
    /// The listing was not read to its end, or can't be trusted to be whole. What was read is
    /// kept, nothing was removed.
    Stopped {
        /// The first page that failed, counted from 1, if it was a page.
        page: Option<u32>,
        /// How many pages were known then.
        pages: Option<u32>,
        /// Why.
        cause: StopCause,
    },
    /// The host asks for a longer wait than a run sits out. What was read is kept, nothing was removed.
    Limited {
        /// Until when.
        until: Timestamp,
    },
    /// The host could not be reached at all. Nothing was changed.
    Unreachable,
    /// Something else than the host answered, as networks do that want a sign-in of their own. Nothing
    /// was changed.
    Interposed,
    /// The host does not accept the credential any more. What it showed of a long listing until then may be kept;
    /// nothing was removed.
    NeedsYou,
    /// Cancelled, or the account was removed meanwhile. What was shown of a long listing until then may be kept;
    /// nothing was removed.
    Interrupted,
}

/// Why a listing was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopCause {
    /// A page could not be had, again and again.
    Failed,
    /// The host forbids it.
    Forbidden,
    /// The listing kept changing while it was read.
    Unsteady,
    /// There is more of it than Drawbridge reads.
    TooLong,
}

/// What a sync did. Names are full names, up to three of each kind, for a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Whether the host said that it left something out, such as organisations that want single
    /// sign-on. Nothing is removed by such a listing.
    pub partial: bool,
    /// Listed for the first time, or again after having been gone.
    pub added: u32,
    /// With a difference, renames included.
    pub changed: u32,
    /// Of those, with another name than before.
    pub renamed: u32,
    /// No longer reached by this account.
    pub removed: u32,
    /// Questions to the host.
    pub requests: u32,
    /// Of those, answered "not modified".
    pub unmodified: u32,
    /// Some of the added.
    pub added_names: Vec<String>,
    /// Some of the changed.
    pub changed_names: Vec<String>,
    /// Some of the removed.
    pub removed_names: Vec<String>,
    /// Old and new names of some of the renamed.
    pub renames: Vec<(String, String)>,
}

impl Outcome {
    /// A run that changed nothing and ended like this.
    pub fn ended(ending: Ending) -> Self {
        Self {
            ending,
            partial: false,
            added: 0,
            changed: 0,
            renamed: 0,
            removed: 0,
            requests: 0,
            unmodified: 0,
            added_names: Vec::new(),
            changed_names: Vec::new(),
            removed_names: Vec::new(),
            renames: Vec::new(),
        }
    }
}

impl Outcome {
    /// The end of a run that began anew after it had ended like `before`.
    #[must_use]
    pub fn after(mut self, mut before: Self) -> Self {
        let sums = [
            (&mut self.added, before.added),
            (&mut self.changed, before.changed),
            (&mut self.renamed, before.renamed),
            (&mut self.removed, before.removed),
            (&mut self.requests, before.requests),
            (&mut self.unmodified, before.unmodified),
        ];
        for (sum, before) in sums {
            *sum = sum.saturating_add(before);
        }
        self.added_names.append(&mut before.added_names);
        self.changed_names.append(&mut before.changed_names);
        self.removed_names.append(&mut before.removed_names);
        self.renames.append(&mut before.renames);
        self
    }
}

/// What a sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the listing.
    Reading,
    /// The host asked to wait.
    Waiting {
        /// Until when.
        until: Timestamp,
    },
    /// Confirming removals and writing.
    Saving,
}

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Repositories read so far.
    pub repositories: u32,
    /// About how many there will be, once that can be said.
    pub expected: Option<u32>,
    /// Pages read so far.
    pub pages: u32,
    /// Pages known of, once the first is read.
    pub expected_pages: Option<u32>,
    /// How many new and changed ones are in the list already.
    pub kept: u32,
}

/// A length as a number to tell.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
