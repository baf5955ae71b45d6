//! What a sync needs, what it says while it runs, and what it brings: the surface the keeper calls.
//!
//! Not here: the work itself, and words for a person.

use drawbridge_domain::{AccountId, Clock, HostId, Random, Timestamp};
use drawbridge_providers::{Api, Forge};
use drawbridge_store::Store;
use tokio_util::sync::CancellationToken;

/// Everything one sync of one account needs.
pub struct SyncContext<'a> {
    /// Where it is written.
    pub store: &'a Store,
    /// Who is asked.
    pub forge: &'a dyn Forge,
    /// How.
    pub api: Api<'a>,
    /// The account's host.
    pub host: &'a HostId,
    /// The account.
    pub account: &'a AccountId,
    /// The time.
    pub clock: &'a dyn Clock,
    /// For jitter.
    pub random: &'a dyn Random,
    /// Called whenever there is something new to show.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Ends the sync early; what was read so far is dropped.
    pub cancel: &'a CancellationToken,
}

/// What a running sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the listing.
    Reading,
    /// The host asked to wait.
    Waiting {
        /// Until when.
        until: Timestamp,
    },
    /// Writing what was read.
    Saving,
}

/// How far a running sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Repositories read so far.
    pub repositories: u32,
    /// Repositories expected, once known.
    pub expected: Option<u32>,
    /// Pages read so far.
    pub pages: u32,
    /// Pages expected, once known.
    pub expected_pages: Option<u32>,
}

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The listing was complete and is written.
    Complete,
    /// Complete, but too much was missing to believe it: nothing was removed.
    HeldBack {
        /// How many were missing.
        missing: u32,
    },
    /// Not complete: a page could not be had, or the listing would not hold still. Nothing was removed.
    Stopped {
        /// The page it stopped at, counted from 1.
        page: Option<u32>,
        /// How many there are.
        pages: Option<u32>,
    },
    /// The credential is not accepted.
    NeedsYou,
    /// The host asks to wait longer than a sync does.
    Limited {
        /// Until when.
        until: Timestamp,
    },
    /// The host could not be reached.
    Unreachable,
    /// Cancelled.
    Interrupted,
}

/// What a sync brought. Names are up to three examples each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Listed for the first time, or again.
    pub added: u32,
    /// With a difference, renames included.
    pub changed: u32,
    /// With another name than before.
    pub renamed: u32,
    /// Confirmed as gone.
    pub removed: u32,
    /// Requests sent.
    pub requests: u32,
    /// Answered "not modified".
    pub unmodified: u32,
    /// Full names of added ones.
    pub added_names: Vec<String>,
    /// Full names of changed ones.
    pub changed_names: Vec<String>,
    /// Full names of removed ones.
    pub removed_names: Vec<String>,
    /// Old and new full names.
    pub renames: Vec<(String, String)>,
}

impl Outcome {
    /// An outcome that wrote nothing.
    pub fn ended(ending: Ending) -> Self {
        Self {
            ending,
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

/// Why a sync could not even say how it ended.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The store failed.
    #[error("writing what was listed")]
    Store(#[source] drawbridge_store::Error),
}
