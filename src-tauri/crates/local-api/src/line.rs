//! What a long request answers line by line.
//!
//! Not here: events, which are the keeper's own type.

use drawbridge_keeper::{
    Problem,
    dto::{SyncProgress, SyncRun},
};
use serde::{Deserialize, Serialize};

/// One line of a sync that is waited for. The last one is `done` or `problem`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SyncLine {
    /// How far one account is.
    Progress(SyncProgress),
    /// What came of one account.
    Run(SyncRun),
    /// It could not be done, or not be followed to its end.
    Problem(Problem),
    /// All runs were told.
    Done,
}
