//! What the keeper tells its fronts without being asked.
//!
//! Reads say what they provide by a [`Tag`]; an event says which tags have become stale. Fronts
//! derive every refresh from that and never guess.

use super::{CloneRun, SignIn, SyncProgress, SyncRun, VaultState};
use serde::{Deserialize, Serialize};

/// A kind of data that a front may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// The vault's status.
    Vault,
    /// Clients, and so which providers are ready.
    Clients,
    /// Accounts.
    Accounts,
    /// Credentials that were typed in.
    Credentials,
    /// Sign-ins.
    SignIns,
    /// The repository list and everything from it.
    Repositories,
    /// What was read of repositories at their hosts: READMEs, branches and tags.
    Contents,
    /// Sources and what was found in them.
    Sources,
    /// Sync runs and the sync status.
    Activity,
    /// Lists kept under a name.
    Views,
    /// Settings.
    Settings,
    /// What the person is to be told.
    Notices,
    /// Copies that are made, or were lately.
    Clones,
}

impl Tag {
    /// Everything a front may hold.
    pub const ALL: [Self; 13] = [
        Self::Vault,
        Self::Clients,
        Self::Accounts,
        Self::Credentials,
        Self::SignIns,
        Self::Repositories,
        Self::Contents,
        Self::Sources,
        Self::Activity,
        Self::Views,
        Self::Settings,
        Self::Notices,
        Self::Clones,
    ];
}

/// Something happened.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Event {
    /// Data became stale.
    Changed {
        /// Which.
        tags: Vec<Tag>,
    },
    /// The vault was opened, locked, made. On lock, everything shown must go at once.
    Vault {
        /// Where it stands now.
        state: VaultState,
    },
    /// A sign-in moved on.
    SignIn {
        /// As it stands now.
        sign_in: SignIn,
    },
    /// A sync moved on.
    SyncProgress {
        /// As it stands now.
        progress: SyncProgress,
    },
    /// A sync ended.
    SyncFinished {
        /// What came of it.
        run: SyncRun,
    },
    /// The making of copies moved on, or ended.
    Clone {
        /// As it stands now.
        run: CloneRun,
    },
    /// The keeper is stopping; another may take over.
    Stopping,
}
