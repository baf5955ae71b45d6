//! Brings what one account reaches up to date: plan, fetch, judge, write. A long listing is written as it comes
//! (adr/0024), and what follows from the whole of it at its end.
//!
//! The rule that everything here serves: a failed listing is not an empty one. Rows are added and
//! changed by whatever a forge showed; rows leave only by a [`listing::CompleteListing`], which
//! only a whole and steady enumeration can make, and then only after each was asked for by name.
//!
//! This is the only writer of inventory tables. Not here: when a sync is due, its record in the
//! activity, how an account fares, events, and any word for a person; those are the keeper's.

mod answers;
mod changes;
mod confirm;
mod fetch;
mod listing;
mod outcome;
mod run;
mod save;
mod sources;

#[cfg(test)]
mod tests;

pub use answers::{answer, bring_back, import};
pub use outcome::{Ending, Outcome, Progress, Stage, StopCause, SyncError};
pub use run::sync_account;
pub use save::KEPT_FOR;
pub use sources::{
    KeepAs, Looked, SourceChanges, SourceContext, SourceEnding, Spot, keep_source, look_at_source, note_trouble,
};

use drawbridge_domain::{AccountId, Clock, HostId, Random};
use drawbridge_providers::{Api, Forge};
use drawbridge_store::Store;
use tokio_util::sync::CancellationToken;

/// What a sync works with. One account is synced by one run at a time: that is the caller's part.
pub struct SyncContext<'a> {
    /// Where the inventory is kept.
    pub store: &'a Store,
    /// How the account's host is spoken to.
    pub forge: &'a dyn Forge,
    /// How many requests at once its hosts are content with.
    pub concurrency: usize,
    /// So many rows of a listing are written at once while others are still read.
    pub kept_at_once: usize,
    /// Where its API is and the credential for it.
    pub api: Api<'a>,
    /// The account's host.
    pub host: &'a HostId,
    /// The account.
    pub account: &'a AccountId,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance, for coming back a little later than asked and not in step with others.
    pub random: &'a dyn Random,
    /// Told at every step; must return at once.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Ends the run. What was written of a long listing stays; nothing is removed by it.
    pub cancel: &'a CancellationToken,
}
