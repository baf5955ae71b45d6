//! Plan, fetch, diff, one transaction, result: the only writer of the inventory's tables.
//!
//! Not here: when a sync is due, words for a person, SQL, and anything about one forge.

mod outcome;

pub use outcome::{Ending, Outcome, Progress, Stage, SyncContext, SyncError};

/// Syncs one account.
pub async fn sync_account(context: &SyncContext<'_>) -> Result<Outcome, SyncError> {
    let _ = context;
    std::future::ready(Ok(Outcome::ended(Ending::Interrupted))).await
}
