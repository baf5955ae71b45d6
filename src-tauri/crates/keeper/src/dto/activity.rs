//! Sync runs, past and present.

use drawbridge_domain::{AccountId, RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Complete, and nothing was different.
    Unchanged,
    /// Complete, and something was different.
    Changed,
    /// Complete, but so much was gone that the removal is held back.
    HeldBack,
    /// Not complete; nothing was removed.
    Stopped,
    /// The host wants the person to sign in again.
    NeedsYou,
    /// The host could not be reached or is limiting.
    Unreachable,
    /// Ended by lock or quit; nothing was removed.
    Interrupted,
}

/// One sync run of one account.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SyncRun {
    /// Ours.
    pub id: RunId,
    /// Of which account.
    pub account: AccountId,
    /// That account's login then.
    pub login: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// How it ended.
    pub outcome: RunOutcome,
    /// What happened, as a sentence.
    pub sentence: String,
    /// Repositories listed for the first time.
    pub added: u32,
    /// Repositories with a difference.
    pub changed: u32,
    /// Repositories that left the list.
    pub removed: u32,
    /// Requests sent.
    pub requests: u32,
    /// How many of them were answered "not modified".
    pub unmodified: u32,
}

/// Which runs to list, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct RunQuery {
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only runs that changed something or went wrong.
    pub only_changes: bool,
    /// Only runs that went wrong.
    pub only_problems: bool,
    /// How many, 1 to 500; 100 if 0.
    pub limit: u32,
    /// After how many.
    pub offset: u32,
}

/// What a running sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncStage {
    /// In line behind others.
    Queued,
    /// Reading the listing.
    Reading,
    /// The host asked to wait.
    Waiting,
    /// Writing what was read.
    Saving,
}

/// How far a running sync is.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SyncProgress {
    /// Of which account.
    pub account: AccountId,
    /// That account's login.
    pub login: String,
    /// What it is doing.
    pub stage: SyncStage,
    /// Repositories read so far.
    pub repositories: u32,
    /// Repositories expected, once known.
    pub expected: Option<u32>,
    /// Pages read so far.
    pub pages: u32,
    /// Pages expected, once known.
    pub expected_pages: Option<u32>,
    /// For [`SyncStage::Waiting`]: until when.
    pub until: Option<Timestamp>,
}

/// All accounts' sync at a glance.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SyncStatus {
    /// How many accounts there are.
    pub accounts: u32,
    /// How many of them are up to date.
    pub up_to_date: u32,
    /// When the oldest of those was last synced.
    pub as_of: Option<Timestamp>,
    /// Set since when no host could be reached.
    pub offline_since: Option<Timestamp>,
    /// What is running now.
    pub running: Vec<SyncProgress>,
    /// When each account is looked at next by itself, or what that waits for.
    pub next: Vec<NextSync>,
}

/// Why an account is looked at when it is, or not by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextBecause {
    /// It is looked at now.
    Running,
    /// Its time comes round.
    Interval,
    /// The last look failed; it is tried again.
    Failed,
    /// The host asked to wait.
    Limited,
    /// This computer has no network.
    Offline,
    /// The network costs by use.
    Metered,
    /// It is synced by hand only.
    ByHand,
    /// It needs the person first.
    NeedsYou,
}

/// When an account is looked at next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct NextSync {
    /// Which.
    pub account: AccountId,
    /// That account's login.
    pub login: String,
    /// Its host.
    pub host_label: String,
    /// When; none where that depends on something else than time. One that is past is due now.
    pub at: Option<Timestamp>,
    /// Why then, or why not.
    pub because: NextBecause,
    /// Minutes between looks that were set for this account; none where the setting for all counts.
    pub every_minutes: Option<u32>,
    /// Until when everything that is asked of its host waits, as the host asked for that.
    pub host_waits_until: Option<Timestamp>,
    /// How many requests go out to the host at once now.
    pub at_once: u32,
    /// How many do where no limit was met lately.
    pub at_once_most: u32,
}

/// How often an account is looked at.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SetSyncInterval {
    /// Minutes between looks, 5 to 1440; 0 for by hand only; none for what is set for all.
    pub every_minutes: Option<u32>,
}
