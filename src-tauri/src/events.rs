//! What the window is told without asking, and what it asks at its start.
//!
//! Not here: when these are sent (`seat.rs`, `window.rs`).

use drawbridge_domain::{AccountId, ProviderId, SignInId};
use drawbridge_keeper::dto::Event;
use serde::{Deserialize, Serialize};

/// An event of the keeper, as it is.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct KeeperEvent(pub Event);

/// The shell asks the window to show something; sent when the tray or a link was used.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct WindowEvent(pub Place);

/// A place in the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Place {
    /// The list of repositories.
    Repositories,
    /// One account.
    Account {
        /// Which.
        id: AccountId,
    },
    /// The page of a sign-in that was just started or answered.
    SignIn {
        /// Which.
        id: SignInId,
    },
    /// The picker, on a provider if one is named.
    Connect {
        /// Which.
        provider: Option<ProviderId>,
    },
    /// The settings.
    Settings,
}

/// What the window has to know before its first page.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct WindowStart {
    /// The program's version.
    pub version: String,
    /// Whether a tray shows our icon, so that closing can leave Drawbridge working.
    pub tray: bool,
    /// A place somebody asked for before the window could listen. Told once.
    pub place: Option<Place>,
}
