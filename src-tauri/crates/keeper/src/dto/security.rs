//! The vault's security as a front shows and changes it: ways to open, recovery code, new keys,
//! backups, moves, checks.

use drawbridge_domain::{AccountId, SecretString, Timestamp};
use serde::{Deserialize, Serialize};

use super::SlotKind;

/// What proves that the person at the keyboard may change how the vault opens.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Proof {
    /// The keychain's word; enough only for a vault without a passphrase.
    Keychain,
    /// The passphrase.
    Passphrase {
        /// What the person typed.
        #[specta(type = String)]
        #[schema(value_type = String)]
        passphrase: SecretString,
    },
    /// The recovery code.
    Recovery {
        /// What the person typed; spaces, hyphens and case do not matter.
        #[specta(type = String)]
        #[schema(value_type = String)]
        code: SecretString,
    },
}

/// One way to open the vault.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Slot {
    /// Which, for removing it.
    pub id: String,
    /// What it is.
    pub kind: SlotKind,
    /// When it was made or last changed.
    pub made_at: Option<Timestamp>,
    /// When the vault was last opened by it.
    pub used_at: Option<Timestamp>,
    /// For a passphrase: how long opening took when it was made, in milliseconds, on purpose.
    pub takes_ms: Option<u32>,
    /// For the keychain: which program keeps it.
    pub keychain: Option<String>,
    /// For the recovery code: whether the person showed that it is put away.
    pub checked: Option<bool>,
}

/// Something about the vault that the person should know; stays until put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// The files are older than they were: a copy was put back, or somebody did.
    RolledBack,
    /// The first copy of the header was damaged; the second one opened the vault.
    HeaderRepaired,
    /// The vault was opened by its recovery code.
    RecoveryUsed,
}

/// One such thing, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct VaultWarning {
    /// For putting it away.
    pub kind: WarningKind,
    /// What was noticed.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The vault's security at a glance. Only while it is open.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct VaultSecurity {
    /// The ways to open it.
    pub slots: Vec<Slot>,
    /// How often its keys were renewed.
    pub key_version: u32,
    /// When that was last.
    pub keys_renewed_at: Option<Timestamp>,
    /// The newest backup made here.
    pub last_backup: Option<Backup>,
    /// The newest scheduled backup failed: the sentence that says why.
    pub backup_problem: Option<String>,
    /// Where backups go.
    pub backup_folder: String,
    /// What the person should know.
    pub warnings: Vec<VaultWarning>,
}

/// How hard a passphrase is to guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Strength {
    /// 0 (guessed at once) to 4 (strong).
    pub score: u8,
    /// The estimate in words.
    pub sentence: String,
    /// What would make it stronger; empty if nothing need.
    pub hint: String,
    /// Whether it can be used.
    pub enough: bool,
}

/// A passphrase to look at.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct WeighPassphrase {
    /// What was typed so far.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub passphrase: SecretString,
}

/// A further way to open the vault.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct AddSlot {
    /// Which.
    pub way: super::CreateVault,
    /// Who asks.
    pub proof: Proof,
}

/// A way to take away.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RemoveSlot {
    /// Which.
    pub id: String,
    /// Who asks.
    pub proof: Proof,
}

/// Another passphrase in place of the one there is.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ChangePassphrase {
    /// The new one.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub passphrase: SecretString,
    /// Who asks.
    pub proof: Proof,
}

/// Asks for something that only a proof is needed for: a recovery code, new keys.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Proven {
    /// Who asks.
    pub proof: Proof,
}

/// A recovery code, shown this once. It opens the vault from now on; the one before it ends when
/// this one was checked.
#[derive(Debug, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RecoveryCode {
    /// The code, in groups of four, with hyphens.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub code: Revealed,
    /// Which groups the person is asked for, counted from 1.
    pub ask: Vec<u8>,
}

/// The groups that were asked for.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CheckRecovery {
    /// In the order they were asked for.
    #[specta(type = Vec<String>)]
    #[schema(value_type = Vec<String>)]
    pub groups: Vec<SecretString>,
}

/// A backup file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Backup {
    /// Where it lies.
    pub path: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its size in KiB, rounded up.
    pub size_kib: u32,
    /// How it opens elsewhere.
    pub opens_with: Vec<SlotKind>,
    /// Whether it was read through and everything in it opened.
    pub tested: bool,
    /// Accounts in it, where it was opened.
    pub accounts: Option<u32>,
    /// Repositories in it, where it was opened.
    pub repositories: Option<u32>,
}

/// A backup to make.
#[derive(Debug, Default, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct MakeBackup {
    /// The file to write; one in the backup folder if none is named. Never written over another.
    pub path: Option<String>,
}

/// A backup to look at. Without a proof only its checksum is looked at.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CheckBackup {
    /// The file.
    pub path: String,
    /// What opens it; not needed for a backup of the vault that is open.
    pub proof: Option<Proof>,
}

/// A backup to put in the vault's place. What is there is put aside, never deleted.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RestoreBackup {
    /// The file.
    pub path: String,
    /// What opens it.
    pub proof: Proof,
}

/// What a restore did.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Restored {
    /// The backup.
    pub backup: Backup,
    /// Where the vault went that was there before.
    pub put_aside: Option<String>,
    /// What there is to do now, as a sentence.
    pub sentence: String,
}

/// Accounts to write to a file sealed with a passphrase of its own.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ExportAccounts {
    /// Which; all if none is named.
    pub accounts: Vec<AccountId>,
    /// The file to write. Never written over another.
    pub path: String,
    /// What it is sealed with.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub passphrase: SecretString,
    /// Whether what renews access moves along. It can live in one place only: the accounts here
    /// then ask for a sign-in when their access ends.
    pub move_renewal: bool,
    /// Who asks.
    pub proof: Proof,
}

/// What an export wrote.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Exported {
    /// The file.
    pub path: String,
    /// How many accounts.
    pub accounts: u32,
    /// How many of them moved what renews their access.
    pub moved: u32,
    /// What happened, as a sentence.
    pub sentence: String,
}

/// An export to read.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ImportAccounts {
    /// The file.
    pub path: String,
    /// What it is sealed with.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub passphrase: SecretString,
}

/// What an import did.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Imported {
    /// Accounts that are new here.
    pub added: u32,
    /// Accounts whose access was replaced by a newer one.
    pub updated: u32,
    /// Accounts whose access here is newer and was kept.
    pub kept: u32,
    /// What happened, as a sentence.
    pub sentence: String,
}

/// What a rescue of a damaged vault saved.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Rescued {
    /// Accounts whose sign-in was saved.
    pub accounts: u32,
    /// Repositories that were saved.
    pub repositories: u32,
    /// What could not be read, one line each.
    pub lost: Vec<String>,
    /// Where the damaged vault went.
    pub put_aside: String,
    /// What happened, as a sentence.
    pub sentence: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingLevel {
    /// As it should be.
    Fine,
    /// Works, but could be better.
    Advice,
    /// Something does not work.
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Finding {
    /// How bad it is.
    pub level: FindingLevel,
    /// What was found, as a sentence.
    pub what: String,
    /// What is safe all the same; empty if nothing is in danger.
    pub safe: String,
    /// What to do; empty if nothing.
    pub action: String,
}

/// What [`crate::Keeper::vault_verify`] read.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct VerifyReport {
    /// Whether everything was as it should be.
    pub sound: bool,
    /// Database pages whose seal was checked.
    pub pages: u32,
    /// Sealed values that were opened.
    pub sealed: u32,
    /// Sealed values that did not open.
    pub unsealable: u32,
    /// Rows that point nowhere.
    pub orphans: u32,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// What was wrong, one sentence each.
    pub findings: Vec<Finding>,
}

/// What [`crate::Keeper::vault_doctor`] found.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct DoctorReport {
    /// The worst of the findings.
    pub level: FindingLevel,
    /// Everything that was looked at, the worst first.
    pub findings: Vec<Finding>,
}

/// Text that is meant to be shown: the one secret that crosses to a front. Never logged.
pub struct Revealed(SecretString);

impl Revealed {
    /// Marks a secret as one to show.
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    /// The text.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl<'de> Deserialize<'de> for Revealed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SecretString::deserialize(deserializer).map(Self)
    }
}

impl std::fmt::Debug for Revealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Serialize for Revealed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}
