//! Words about the vault: opening, locking, backups, what was noticed of its files.
//!
//! Not here: the store inside it, and everything that is about a host.

use super::{internal, log, store};
use crate::{Code, Problem};
use drawbridge_vault::KeychainError;

pub(crate) fn vault(error: drawbridge_vault::Error) -> Problem {
    use drawbridge_vault::Error;
    match error {
        Error::Absent => Problem::new(Code::VaultAbsent, "There is no vault here yet.", "Make one first."),
        Error::Exists => Problem::new(
            Code::VaultExists,
            "There is a vault here already. Nothing was changed.",
            "Unlock it, or choose another folder.",
        ),
        Error::Damaged { what } => Problem::new(
            Code::VaultDamaged,
            format!("This vault can't be read: {what} is damaged. Nothing was changed."),
            "Restore a backup, or rescue what can be read.",
        ),
        Error::TooNew { needs } => Problem::new(
            Code::VaultTooNew,
            format!("A newer Drawbridge ({}) wrote this vault. Nothing was changed.", known(&needs)),
            "Install that version or a later one.",
        ),
        Error::WrongPassphrase => Problem::new(
            Code::WrongPassphrase,
            "That is not the passphrase.",
            "If you are sure of it, a damaged header looks the same: try the recovery code, or restore a backup.",
        ),
        Error::RecoveryTypo => Problem::new(
            Code::InvalidInput,
            "That is not a recovery code: a character is missing or wrong.",
            "A code has eight groups of four, as it was printed. Nothing was tried.",
        ),
        Error::WrongRecovery => Problem::new(
            Code::WrongRecovery,
            "That is not the recovery code of this vault.",
            "A newer code ends the one before. Nothing was changed.",
        ),
        Error::OtherKeychain { was, now } => Problem::new(
            Code::KeychainOther,
            format!("The vault's key lies in the keychain of {was}, and now {now} answers. The vault is unchanged."),
            format!("Start {was} again, or open the vault another way and add {now} in Settings, Security."),
        ),
        Error::Downgraded => Problem::new(
            Code::VaultDowngraded,
            "The vault's header asks for a weaker passphrase check than the vault last had. It was not opened.",
            "Somebody may have put an old header in its place. Use the recovery code, or restore a backup.",
        ),
        Error::NeedsPassphrase => Problem::new(
            Code::PassphraseNeeded,
            "This needs the passphrase itself.",
            "Type the passphrase; the keychain's word is not enough for a vault that has one.",
        ),
        Error::LastSlot => Problem::new(
            Code::InvalidInput,
            "This is the last way to open the vault. Nothing was changed.",
            "Add another way first. A recovery code alone is not one.",
        ),
        Error::Weakens => Problem::new(
            Code::InvalidInput,
            "This vault needs passphrase and keychain together; the keychain alone would undo that.",
            "Add a passphrase on its own first: it takes the place of needing both.",
        ),
        Error::FileExists => Problem::new(
            Code::InvalidInput,
            "There is a file of that name already. It was not touched.",
            "Choose another name.",
        ),
        Error::NoSuchSlot => Problem::new(
            Code::InvalidInput,
            "This vault does not open that way.",
            "It opens with its passphrase or from the keychain, as it was made.",
        ),
        Error::Keychain(cause) => keychain(cause),
        Error::Unsafe { what } => Problem::new(
            Code::Disk,
            format!("The vault folder can't be used: {what}. Nothing was changed."),
            "Choose a plain folder of your own.",
        ),
        Error::Busy(_) => Problem::new(
            Code::KeeperBusy,
            "Another Drawbridge looks after this vault already.",
            "Use that one, or stop it first.",
        ),
        Error::File { .. } | Error::Database { .. } if error.is_disk() => {
            log(&error);
            Problem::new(
                Code::Disk,
                "The vault's files can't be read or written. What was there is unchanged.",
                "See that the disk has room and the folder can be written.",
            )
        }
        Error::File { .. } | Error::Database { .. } | Error::Derive => internal("opening the vault", &error),
    }
}

fn known(version: &str) -> &str {
    if version.is_empty() { "its version is not known" } else { version }
}

fn keychain(error: KeychainError) -> Problem {
    match error {
        KeychainError::Absent => Problem::new(
            Code::KeychainAbsent,
            "No keychain answers here.",
            "Use a passphrase, or start a keychain (Secret Service) and try again.",
        ),
        KeychainError::Locked => Problem::new(
            Code::KeychainLocked,
            "The keychain of this computer is locked.",
            "Unlock it, then try again. The vault is unchanged.",
        ),
        KeychainError::NoEntry => Problem::new(
            Code::KeychainEntryMissing,
            "The keychain answers, but holds no key for this vault.",
            "Sign in to the computer account that made the vault. The vault is unchanged.",
        ),
        KeychainError::Denied => Problem::new(
            Code::KeychainDenied,
            "The keychain was not unlocked: somebody said no.",
            "Try again and allow it, or open the vault another way. The vault is unchanged.",
        ),
        KeychainError::TimedOut => Problem::new(
            Code::KeychainSilent,
            "The keychain did not answer within five seconds.",
            "See whether it is asking you something, then try again.",
        ),
        KeychainError::Failed => Problem::new(
            Code::KeychainAbsent,
            "The keychain answered with an error.",
            "Try again; if it stays, sign out of the computer and in again.",
        ),
    }
}

/// Too many wrong tries.
pub(crate) fn too_soon(wait: std::time::Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(
        Code::TooSoon,
        format!("Too many wrong tries. The next one counts in {seconds} s."),
        "Nothing is lost by waiting; each wrong try makes the pause longer, up to five minutes.",
    )
}

/// A sealed value that does not open.
pub(crate) fn damaged_value() -> Problem {
    store(drawbridge_store::Error::Damaged { what: "a sealed value" })
}

pub(crate) fn renewing() -> Problem {
    Problem::new(Code::VaultLocked, "The vault is getting new keys.", "It opens again by itself in a moment.")
}

/// A backup that can't be used is not a damaged vault.
pub(crate) fn backup(problem: Problem) -> Problem {
    match problem.code {
        Code::VaultDamaged => Problem::new(
            Code::BackupUnusable,
            "This file can't be used: it is no backup, or it is damaged or was changed.",
            "Use another backup. The vault was not touched.",
        ),
        Code::VaultTooNew => Problem::new(
            Code::BackupUnusable,
            "A newer Drawbridge made this backup.",
            "Install that version or a later one. The vault was not touched.",
        ),
        Code::WrongPassphrase => Problem::new(
            Code::WrongPassphrase,
            "That is not the passphrase of this backup.",
            "A backup opens with the passphrase the vault had when it was made.",
        ),
        Code::WrongRecovery => Problem::new(
            Code::WrongRecovery,
            "That is not the recovery code of this backup.",
            "A backup opens with the code the vault had when it was made.",
        ),
        _ => problem,
    }
}

pub(crate) fn restored(backup: &crate::dto::Backup) -> String {
    format!(
        "The backup of {} is the vault now, with {}. What can be renewed only once asks for a sign-in; the list catches up by itself.",
        moment(backup.made_at),
        count(backup.accounts.unwrap_or(0), "account", "accounts"),
    )
}

pub(crate) fn rescued(count_of: &drawbridge_store::RescueCount) -> String {
    let saved = format!(
        "{} and {} were saved.",
        count(count_of.accounts, "account", "accounts"),
        count(count_of.repositories, "repository", "repositories"),
    );
    if count_of.lost.is_empty() {
        format!("{saved} Nothing was lost.")
    } else {
        format!("{saved} What could not be read is listed; the next sync brings repositories back.")
    }
}

/// A time in a sentence: `2026-11-22, 14:08 UTC`.
pub(crate) fn moment(at: drawbridge_domain::Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day}, {time} UTC"),
        _ => text,
    }
}

fn count(number: u32, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

pub(crate) fn vault_warning(kind: crate::dto::WarningKind) -> (&'static str, &'static str) {
    use crate::dto::WarningKind;
    match kind {
        WarningKind::RolledBack => (
            "The vault's files are older than they were: a copy was put in their place.",
            "If that was not you, change your passphrase and sign in to your accounts again. Access that renews itself \
             asks for a sign-in, as it may have been renewed since.",
        ),
        WarningKind::HeaderRepaired => (
            "One of the vault's two headers was damaged; the other one opened it and both were written anew.",
            "Nothing is lost. If it happens again, look at the disk.",
        ),
        WarningKind::RecoveryUsed => {
            ("The vault was opened with its recovery code.", "Make a new code: this one was typed into a computer.")
        }
    }
}

/// A strength in words. The estimate is of guesses against the slowest attack that matters: one
/// who has the file and asks Argon2id for every guess.
pub(crate) fn strength(
    passphrase: &drawbridge_domain::SecretString,
    score: u8,
    weak: bool,
    guesses_log10: f64,
) -> crate::dto::Strength {
    let length = passphrase.expose().chars().count();
    if length < 8 {
        return crate::dto::Strength {
            score: 0,
            sentence: format!("{length} of at least 8 characters."),
            hint: String::new(),
            enough: false,
        };
    }
    // A hundred guesses a second are much against 64 MiB of Argon2id each.
    let seconds = 10_f64.powf(guesses_log10 - 2.0);
    let time = match seconds {
        s if s < 3_600.0 => "less than an hour",
        s if s < 86_400.0 => "less than a day",
        s if s < 2_592_000.0 => "days to weeks",
        s if s < 31_536_000.0 => "months",
        s if s < 3_153_600_000.0 => "years",
        _ => "centuries",
    };
    let hint =
        if score < 3 || weak { "Add another word or two; rare ones are better than odd characters." } else { "" };
    crate::dto::Strength {
        score,
        sentence: format!("Guessing it would take {time}."),
        hint: hint.to_owned(),
        enough: true,
    }
}
