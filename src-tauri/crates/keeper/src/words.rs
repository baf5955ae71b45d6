//! The words of every error: what failed below becomes a code, a sentence and one next step.
//!
//! The chain of causes is logged here, once, and goes no further. Sentences name hosts and logins
//! to the person; logs name neither.

use crate::{Code, Problem};
use drawbridge_vault::KeychainError;

/// Logs an error with its causes.
fn log(error: &dyn std::error::Error) {
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        chain.push_str(": ");
        chain.push_str(&inner.to_string());
        cause = inner.source();
    }
    tracing::warn!(chain, "a step failed");
}

/// Something in Drawbridge went wrong that no person can mend.
pub(crate) fn internal(step: &'static str, error: &dyn std::error::Error) -> Problem {
    log(error);
    Problem::new(
        Code::Internal,
        format!("Something went wrong while {step}. Nothing was lost."),
        "Try again; if it stays, restart Drawbridge.",
    )
}

/// A setting that weakens the vault's security came without a proof.
pub(crate) fn weakens() -> Problem {
    Problem::new(
        Code::PassphraseNeeded,
        "This keeps the vault open or a copied secret around for longer. Nothing was changed.",
        "Type the passphrase to allow it.",
    )
}

pub(crate) fn locked() -> Problem {
    Problem::new(Code::VaultLocked, "The vault is locked.", "Unlock it first.")
}

pub(crate) fn closing() -> Problem {
    Problem::new(Code::KeeperGone, "Drawbridge is closing.", "Start it again.")
}

pub(crate) fn not_found(what: &str) -> Problem {
    Problem::new(Code::NotFound, format!("There is no {what} here."), "The list shows what there is.")
}

pub(crate) fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidInput, message, hint)
}

pub(crate) fn not_connected() -> Problem {
    Problem::new(Code::NotConnected, "No account is connected.", "Connect one first.")
}

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

pub(crate) fn store(error: drawbridge_store::Error) -> Problem {
    use drawbridge_store::Error;
    if error.is_disk() {
        log(&error);
        return Problem::new(
            Code::Disk,
            "The vault can't be written: the disk is full or read-only. What was there is unchanged.",
            "Make room, then try again.",
        );
    }
    match error {
        Error::TooNew { needs } => vault(drawbridge_vault::Error::TooNew { needs }),
        Error::Migrate(_) | Error::Damaged { .. } => {
            log(&error);
            vault(drawbridge_vault::Error::Damaged { what: "a part of its database" })
        }
        Error::Vault(error) => vault(error),
        Error::Sql { .. } | Error::Seal(_) => internal("reading or writing the vault", &error),
    }
}

/// How access stands that was removed here and not ended at its host.
pub(crate) fn unended(host: &str, given_up: bool, page: bool) -> String {
    match (given_up, page) {
        (false, _) => format!("Removed here, not ended at {host} yet: it could not be reached. It is tried again."),
        (true, true) => format!("Removed here. {host} does not let Drawbridge end it: end it on its page."),
        (true, false) => format!("Removed here. {host} does not let Drawbridge end it: end it in your settings there."),
    }
}

/// Access whose place newer access took.
pub(crate) fn unended_replaced(host: &str, page: bool) -> String {
    let place = if page { "on its page" } else { "in your settings there" };
    format!("Replaced here by a newer one. The older one works on at {host}: end it {place}.")
}

/// The clocks of this computer and of a host differ.
pub(crate) fn clock_differs(host: &str, off: std::time::Duration, ahead: bool) -> String {
    let minutes = (off.as_secs() + 30) / 60;
    let off = match minutes {
        0..120 => count_of(minutes, "minute"),
        120..2880 => count_of((minutes + 30) / 60, "hour"),
        _ => count_of((minutes + 720) / 1440, "day"),
    };
    let side = if ahead { "ahead of" } else { "behind" };
    format!("This computer's clock is {off} {side} that of {host}.")
}

fn count_of(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// A server at an address that nothing is known of.
pub(crate) fn unknown_server(host: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("{host} answers, but does not show what kind of server it is."),
        "Choose the kind yourself; whoever runs the server knows it.",
    )
}

/// An address at which nothing answers.
pub(crate) fn silent_server(host: &str) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("Nothing answered at {host} within two seconds."),
        "See that the address is right and that the network reaches it, or choose the kind yourself.",
    )
}

/// A failed step of a sign-in or a refresh at a host.
pub(crate) fn oauth(error: &drawbridge_oauth::Error, host: &str) -> Problem {
    use drawbridge_oauth::Error;
    log(error);
    match error {
        Error::Unreachable(_) => unreachable_host(host),
        Error::ReplyLost(_) => Problem::new(
            Code::Unreachable,
            format!("{host} was asked, but its reply did not arrive."),
            "Start the sign-in again.",
        ),
        Error::Unwell { status, .. } => {
            Problem::new(Code::Unreachable, format!("{host} is not well (status {status})."), "Try again in a while.")
        }
        Error::Refused { error, .. } => refused(error, host),
        Error::Interposed => Problem::new(
            Code::Unreachable,
            format!("Something else answered in the place of {host}."),
            "The network may ask for a sign-in of its own: open a page in the browser, then try again.",
        ),
        Error::Malformed { .. } => Problem::new(
            Code::HostRefused,
            format!("{host} answered with something that is not a sign-in reply."),
            "See that the address is right and that the network does not ask for a sign-in of its own.",
        ),
        Error::Input { .. } => internal("preparing the sign-in", error),
        Error::IssuerMismatch => Problem::new(
            Code::SignInFailed,
            format!("The answer did not come from {host}. Nothing was connected."),
            "Start the sign-in again, and only from here.",
        ),
        Error::NoPort(_) => Problem::new(
            Code::SignInFailed,
            "No port of this computer could be opened for the way back.",
            "Use the app link or a device code instead.",
        ),
    }
}

/// The error codes of RFC 6749 and RFC 8628, and those of hosts with words of their own.
pub(crate) fn refused(error: &str, host: &str) -> Problem {
    let failed = |message: String, hint: &str| Problem::new(Code::SignInFailed, message, hint);
    match error {
        "access_denied" => Problem::new(
            Code::SignInDenied,
            format!("The sign-in was declined at {host}. Nothing was connected."),
            "Start again if that was a mistake.",
        ),
        "expired_token" => Problem::new(
            Code::SignInExpired,
            "The code was not typed in time. Nothing was changed.",
            "Start again for a new code.",
        ),
        "redirect_uri_mismatch" => failed(
            format!("{host} does not know the way back to this app for this client."),
            "Add the redirect address to the client at the host, as the client page here shows it.",
        ),
        "incorrect_client_credentials" | "invalid_client" | "unauthorized_client" => failed(
            format!("{host} does not accept this client's id or secret."),
            "Look at the client's page at the host and enter both again.",
        ),
        "bad_verification_code" | "invalid_grant" => {
            failed(format!("{host} says the sign-in was used already or is too old."), "Start the sign-in again.")
        }
        "device_flow_disabled" => failed(
            format!("This client may not use device codes at {host}."),
            "Turn the device flow on for the client at the host, or use the browser.",
        ),
        "http_404" | "http_410" => failed(
            format!("{host} has no sign-in at the address it is known by."),
            "Start again, and see that the address of the server is right.",
        ),
        other => failed(format!("{host} refused the sign-in ({other})."), "Start again, or use another way."),
    }
}

/// Access has ended, and renewing it is tried again later.
pub(crate) fn tried_again_at(host: &str, at: drawbridge_domain::Timestamp) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("Access to {host} could not be renewed yet; it is tried again at {}.", moment(at)),
        "Nothing is lost. Try now with Renew, or wait.",
    )
}

/// A provider that hosts no repositories.
pub(crate) fn lists_nothing(host: &str) -> Problem {
    invalid(format!("There are no repositories at {host}."), "Its account is looked after all the same.")
}

/// Another person came back than the one a sign-in was for.
pub(crate) fn somebody_else(came: &str, expected: &str, host: &str) -> Problem {
    Problem::new(
        Code::OtherPerson,
        format!("{came} signed in at {host}, not {expected}. Nothing was changed."),
        format!("Sign out of {came} in the browser and start again, or connect {came} as an account of its own."),
    )
}

/// A server that says itself that it can't prove who a code belongs to.
pub(crate) fn no_pkce(host: &str) -> Problem {
    Problem::new(
        Code::NotOffered,
        format!("{host} does not protect sign-ins of programs on a computer (PKCE with S256)."),
        "Use an access token, or ask who runs the server.",
    )
}

/// A server that names itself as one does that is set up as something else.
pub(crate) fn one_issuer(host: &str, other: &str, kind: &str) -> Problem {
    Problem::new(
        Code::NotOffered,
        format!(
            "{host} names itself as {other} does, which is set up here as {kind}. \
             Which of the two an answer comes from could not be told. Nothing was changed."
        ),
        format!("Connect it as {kind}; or disconnect the accounts and remove the clients of that one first."),
    )
}

pub(crate) fn renews_not(host: &str) -> Problem {
    invalid(format!("This access to {host} does not renew itself."), "Sign in again, or paste a newer token.")
}

/// One line of an account's history.
pub(crate) fn account_event(kind: &str, cause: &str, host: &str) -> String {
    match (kind, cause) {
        ("signed_in", _) => "Signed in".to_owned(),
        ("renewed", "fewer_scopes") => format!("Renewed; {host} grants less than before"),
        ("renewed", _) => "Renewed".to_owned(),
        ("reply_lost", _) => format!("{host} was asked to renew, and its reply did not arrive"),
        ("not_renewed", "unreachable") => format!("Not renewed: {host} could not be reached"),
        ("not_renewed", "unwell") => format!("Not renewed: {host} was not well"),
        ("not_renewed", "interposed") => "Not renewed: the network asked for a sign-in of its own".to_owned(),
        ("not_renewed", "client_refused") => format!("Not renewed: {host} did not accept the client"),
        ("not_renewed", _) => format!("Not renewed: {host} refused"),
        ("needs_sign_in", "reused") => format!("{host} ended it: it was used somewhere else"),
        ("needs_sign_in", "expired") => "It had lived its time".to_owned(),
        ("needs_sign_in", "reply_lost") => "Needs a sign-in: a reply was lost while renewing".to_owned(),
        ("needs_sign_in", "client_missing") => "Needs a sign-in: its client was removed".to_owned(),
        ("needs_sign_in", "client_refused") => format!("Needs you: {host} does not accept the client"),
        ("needs_sign_in", "other_person") => format!("Needs you: {host} says it is somebody else's"),
        _ => format!("{host} ended it"),
    }
}

/// How long until an end: the days that are begun count.
pub(crate) fn ends_in(left: std::time::Duration) -> String {
    match left.as_secs().div_ceil(24 * 60 * 60) {
        0 => "It has ended.".to_owned(),
        1 => "It ends within a day.".to_owned(),
        days => format!("It ends in {days} days."),
    }
}

/// What ends, in words.
pub(crate) fn ending(kind: crate::dto::EndingKind, by_itself: bool, host: &str) -> String {
    use crate::dto::EndingKind;
    match (kind, by_itself) {
        (EndingKind::ClientSecret, _) => format!("The client's secret at {host}: register again before"),
        (EndingKind::Access, true) => "Access, which renews itself".to_owned(),
        (EndingKind::Access, false) => format!("Access to {host}: make a new token or sign in again before"),
        (EndingKind::Renewal, _) => "Renewing, if nobody does it before; Drawbridge does".to_owned(),
        (EndingKind::SignIn, _) => format!("The sign-in at {host}: sign in again before"),
        (EndingKind::Credential, _) => format!("A credential for {host}: replace it before"),
    }
}

/// Access that could renew itself, if its client were here.
pub(crate) fn ending_without_client(host: &str) -> String {
    format!("Access to {host}, which nothing renews: its client was removed. Add it again before")
}

pub(crate) fn client_refused(host: &str) -> Problem {
    Problem::new(
        Code::ClientMissing,
        format!("{host} does not accept this client's id or secret any more."),
        "Look at the client's page at the host, enter both again here, and renew.",
    )
}

pub(crate) fn unreachable_host(host: &str) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("{host} could not be reached."),
        "Check the network and the address; what is listed here stays usable.",
    )
}

/// A failed question to a forge.
pub(crate) fn forge(error: &drawbridge_providers::ForgeError, host: &str) -> Problem {
    use drawbridge_providers::ForgeError;
    log(error);
    match error {
        ForgeError::Unauthorized => {
            Problem::new(Code::SignInNeeded, format!("{host} does not accept this sign-in any more."), "Sign in again.")
        }
        ForgeError::Forbidden => Problem::new(
            Code::HostRefused,
            format!("{host} does not allow that for this account."),
            "An owner at the host can allow it.",
        ),
        ForgeError::NotFound => Problem::new(
            Code::HostRefused,
            format!("{host} does not offer what was asked; perhaps the address of its API is another one."),
            "Give the address of the API as well.",
        ),
        ForgeError::RateLimited { wait } => Problem::new(
            Code::RateLimited,
            format!("{host} limits requests for another {} seconds.", wait.as_secs().max(1)),
            "It goes on by itself after that.",
        ),
        ForgeError::Server { status } => Problem::new(
            Code::Unreachable,
            format!("{host} answered with an error of its own (status {status})."),
            "Try again in a while.",
        ),
        ForgeError::Unreachable(_) => unreachable_host(host),
        ForgeError::Malformed { .. } => Problem::new(
            Code::HostRefused,
            format!("{host} answered with something that can't be read."),
            "See that the address is right and that the network does not ask for a sign-in of its own.",
        ),
    }
}
