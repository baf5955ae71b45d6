//! What fronts are told when something can't be done: a stable code, a sentence, one next step.
//!
//! The rooms below name the failed step; here it gets its words for a person. The cause is logged
//! once, at the place where it is turned into a [`Problem`], and never crosses a border.

use serde::{Deserialize, Serialize};

/// Why something could not be done; only codes that somebody branches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No vault has been made.
    VaultAbsent,
    /// There is one already.
    VaultExists,
    /// It is locked.
    VaultLocked,
    /// Its files can't be read as a vault.
    VaultDamaged,
    /// A newer Drawbridge wrote it.
    VaultTooNew,
    /// The vault's key derivation was made weaker than it was.
    VaultDowngraded,
    /// That is not the passphrase.
    WrongPassphrase,
    /// That is not the recovery code of this vault.
    WrongRecovery,
    /// Too many wrong tries: not yet.
    TooSoon,
    /// The passphrase itself is needed for that.
    PassphraseNeeded,
    /// No keychain answers.
    KeychainAbsent,
    /// The keychain is locked itself.
    KeychainLocked,
    /// The keychain was asked, and somebody said no.
    KeychainDenied,
    /// The keychain did not answer in time.
    KeychainSilent,
    /// The keychain answers but holds no key for this vault.
    KeychainEntryMissing,
    /// Another program keeps the keychain than the one that holds the vault's key.
    KeychainOther,
    /// Another keeper has the vault.
    KeeperBusy,
    /// The keeper is stopping, or none answers.
    KeeperGone,
    /// What was handed in can't be used.
    InvalidInput,
    /// There is no such thing.
    NotFound,
    /// No account is connected.
    NotConnected,
    /// The account must sign in again.
    SignInNeeded,
    /// No client is set up for that host.
    ClientMissing,
    /// The provider does not offer that.
    NotOffered,
    /// No sign-in waits for that answer, or it was answered already.
    SignInUnknown,
    /// It came after the end, or nothing came.
    SignInExpired,
    /// The person, or the host, said no.
    SignInDenied,
    /// Somebody else came back than the person a sign-in was for.
    OtherPerson,
    /// The host refused the exchange.
    SignInFailed,
    /// The host could not be reached.
    Unreachable,
    /// The host is limiting requests.
    RateLimited,
    /// The host refused or answered what could not be understood.
    HostRefused,
    /// A sync did not complete; nothing was removed.
    SyncStopped,
    /// A copy was stopped; nothing of it is left.
    CloneStopped,
    /// A backup can't be used.
    BackupUnusable,
    /// The disk is full or read-only.
    Disk,
    /// Something in Drawbridge went wrong.
    Internal,
}

/// What a front is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Problem {
    /// For programs.
    pub code: Code,
    /// What happened, as a sentence.
    pub message: String,
    /// What to do next, as a sentence; empty if there is nothing.
    pub hint: String,
}

impl Problem {
    /// A problem in words.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
