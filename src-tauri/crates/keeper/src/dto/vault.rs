//! The vault's state, how to make and open it, the keeper's own state, and the settings.

use super::Proof;
use drawbridge_domain::{SecretString, Timestamp};
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
    /// By a passphrase and the keychain, both needed.
    Both,
    /// By the recovery code.
    Recovery,
}

/// What the operating system's keychain answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keychain {
    /// It is here and answers.
    Ready,
    /// It is here, but locked itself.
    Locked,
    /// The person, or its program, said no.
    Denied,
    /// It is here, but did not answer within five seconds.
    Silent,
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
    /// Set after wrong passphrases: nothing is tried before then.
    pub wait_until: Option<Timestamp>,
    /// Since when it is locked, and why; only of a lock in this keeper's life.
    pub locked: Option<LockedSince>,
}

/// Why a vault was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockCause {
    /// Somebody asked for it.
    Asked,
    /// Nobody used Drawbridge for the time that is set.
    Idle,
    /// The computer went to sleep.
    Sleep,
    /// The screen was locked.
    ScreenLock,
}

/// When and why a vault was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct LockedSince {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub cause: LockCause,
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
    /// From both: neither the keychain nor the passphrase opens it alone.
    Both {
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
    /// By passphrase; with the keychain too, where the vault needs both.
    Passphrase {
        /// What the person typed.
        #[specta(type = String)]
        #[schema(value_type = String)]
        passphrase: SecretString,
    },
    /// By the recovery code. A new passphrase takes the place of the one there is.
    Recovery {
        /// What the person typed; spaces, hyphens and case do not matter.
        #[specta(type = String)]
        #[schema(value_type = String)]
        code: SecretString,
        /// At least 8 characters.
        #[specta(type = String)]
        #[schema(value_type = String)]
        new_passphrase: SecretString,
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
#[serde(default)]
pub struct Settings {
    /// Minutes between background syncs of an account, 5 to 1440; 0 turns them off.
    pub sync_every_minutes: u32,
    /// Whether background syncs go on over a network that costs by use.
    pub sync_on_metered: bool,
    /// Whether closing the window leaves Drawbridge working in the tray.
    pub close_to_tray: bool,
    /// Whether the desktop tells what needs the person while the window is not looked at.
    pub system_notifications: bool,
    /// Whether single-letter keys work while a list has focus.
    pub single_keys: bool,
    /// Minutes without use after which the vault locks itself, 1 to 1440; 0 turns that off.
    pub lock_after_idle_minutes: u32,
    /// Whether the vault locks when the computer goes to sleep.
    pub lock_on_sleep: bool,
    /// Whether the vault locks when the screen is locked.
    pub lock_on_screen_lock: bool,
    /// Seconds after which a copied secret leaves the clipboard, 10 to 120.
    pub clear_clipboard_seconds: u32,
    /// Days between backups, 1 to 90; 0 makes them by hand only.
    pub backup_every_days: u32,
    /// How many scheduled backups are kept, 1 to 100.
    pub backup_keep: u32,
    /// The folder backups go to; one beside the vault if none is named.
    pub backup_folder: Option<String>,
    /// The folder that copies of repositories go to; `Projects` in the person's own if none is named.
    pub projects_folder: Option<String>,
    /// How they lie in it.
    pub projects_layout: ProjectsLayout,
}

/// How copies of repositories lie in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectsLayout {
    /// `host/owner/name`: no two repositories can meet.
    #[default]
    HostOwnerName,
    /// `owner/name`.
    OwnerName,
}

/// Settings to keep, in place of those there are.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ChangeSettings {
    /// What is to be kept.
    #[serde(flatten)]
    pub settings: Settings,
    /// Who asks; needed for what leaves the vault open, or a copied secret lying about, for longer than
    /// before, where there is a passphrase to ask for.
    #[serde(default)]
    pub proof: Option<Proof>,
}

impl From<Settings> for ChangeSettings {
    fn from(settings: Settings) -> Self {
        Self { settings, proof: None }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sync_every_minutes: 30,
            sync_on_metered: false,
            close_to_tray: true,
            system_notifications: true,
            single_keys: true,
            lock_after_idle_minutes: 0,
            lock_on_sleep: true,
            lock_on_screen_lock: true,
            clear_clipboard_seconds: 30,
            backup_every_days: 1,
            backup_keep: 7,
            backup_folder: None,
            projects_folder: None,
            projects_layout: ProjectsLayout::HostOwnerName,
        }
    }
}
