//! The vault's state, how to make and open it, the keeper's own state, and the settings.

use drawbridge_domain::SecretString;
use serde::{Deserialize, Serialize};

/// Where the vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// None has been made in this folder.
    Absent,
    /// It is here and closed.
    Locked,
    /// It is open in this keeper.
    Open,
    /// Its files can't be read as a vault.
    Damaged,
    /// A newer Drawbridge wrote it.
    TooNew,
}

/// One way a vault can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// By the operating system's keychain.
    Keychain,
    /// By a passphrase.
    Passphrase,
}

/// What the operating system's keychain answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keychain {
    /// It is here and answers.
    Ready,
    /// It is here, but locked itself.
    Locked,
    /// No keychain answers on this system.
    Absent,
}

/// The vault as a front shows it.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct VaultStatus {
    /// Where the vault stands.
    pub state: VaultState,
    /// The folder it lies in.
    pub path: String,
    /// The ways it can be opened; empty while there is none.
    pub slots: Vec<SlotKind>,
    /// What the keychain answers now.
    pub keychain: Keychain,
    /// The name of the keychain for a sentence, such as "Secret Service".
    pub keychain_name: String,
    /// For [`VaultState::TooNew`]: the oldest Drawbridge that can open it.
    pub needs_version: Option<String>,
    /// Set when a keychain vault could not be opened by itself: the sentence that says why.
    pub notice: Option<String>,
}

/// How to make a vault.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CreateVault {
    /// The wrapping key lies in the operating system's keychain.
    Keychain,
    /// The wrapping key comes from a passphrase.
    Passphrase {
        /// At least 8 characters.
        #[specta(type = String)]
        #[schema(value_type = String)]
        passphrase: SecretString,
    },
}

/// How to open a vault.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum UnlockVault {
    /// Ask the keychain.
    Keychain,
    /// By passphrase.
    Passphrase {
        /// What the person typed.
        #[specta(type = String)]
        #[schema(value_type = String)]
        passphrase: SecretString,
    },
}

/// Who runs a keeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeeperHost {
    /// The desktop app, in its own process.
    Desktop,
    /// A process of its own, for the command line.
    Background,
}

/// The keeper itself.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct KeeperStatus {
    /// Whether one runs. Always true in a keeper's own answer.
    pub running: bool,
    /// Its process id.
    pub pid: Option<u32>,
    /// Its version.
    pub version: Option<String>,
    /// Who runs it.
    pub host: Option<KeeperHost>,
    /// The local socket it answers on.
    pub socket: Option<String>,
    /// The vault folder it looks after.
    pub vault: String,
    /// Where that vault stands.
    pub vault_state: VaultState,
}

/// What a person can set. Kept in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Settings {
    /// Minutes between background syncs of an account, 5 to 1440; 0 turns them off.
    pub sync_every_minutes: u32,
    /// Whether closing the window leaves Drawbridge working in the tray.
    pub close_to_tray: bool,
    /// Whether single-letter keys work while a list has focus.
    pub single_keys: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sync_every_minutes: 30, close_to_tray: true, single_keys: true }
    }
}
