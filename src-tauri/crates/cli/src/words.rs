//! Numbers, times and states in plain words, and the problems that only a command line has.
//!
//! Not here: every other problem; the keeper words those.

use drawbridge_domain::{CredentialKind, Health, SignInWay, Timestamp, Visibility};
use drawbridge_keeper::{
    Code, Problem,
    dto::{CloneRun, FindingLevel, KeeperHost, Keychain, LockCause, SlotKind, SyncStage, VaultState, WarningKind},
};
use std::path::Path;

/// A number with its thousands apart.
pub(crate) fn number(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 repository", "2,500 repositories".
pub(crate) fn count(many: u32, one: &str, more: &str) -> String {
    format!("{} {}", number(many), if many == 1 { one } else { more })
}

/// How long ago, or the day if that was long ago.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(then).as_secs();
    match seconds {
        0..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        172_800..5_184_000 => format!("{} days ago", seconds / 86_400),
        _ => then.to_string().chars().take_while(|letter| *letter != 'T').collect(),
    }
}

/// How long until then, in whole minutes, at least one.
pub(crate) fn minutes_left(then: Timestamp, now: Timestamp) -> String {
    let minutes = then.since(now).as_secs().div_ceil(60).max(1);
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}

/// How long until then, in whole seconds.
pub(crate) fn wait(until: Timestamp, now: Timestamp) -> String {
    let left = until.since(now);
    format!("in {} s", left.as_secs() + u64::from(left.subsec_nanos() > 0))
}

/// How long something took.
pub(crate) fn duration(milliseconds: u32) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..120_000 => format!("{} s", milliseconds / 1_000),
        _ => format!("{} min", milliseconds / 60_000),
    }
}

/// The size of a file.
pub(crate) fn size(kib: u32) -> String {
    match kib {
        0..10_240 => format!("{} KiB", number(kib)),
        10_240..10_485_760 => format!("{} MiB", number(kib / 1024)),
        _ => format!("{} GiB", number(kib / (1024 * 1024))),
    }
}

/// "group 3", "groups 3 and 7".
pub(crate) fn groups(places: &[u8]) -> String {
    let places: Vec<String> = places.iter().map(u8::to_string).collect();
    format!("{} {}", if places.len() == 1 { "group" } else { "groups" }, places.join(" and "))
}

pub(crate) fn level(level: FindingLevel) -> &'static str {
    match level {
        FindingLevel::Fine => "fine",
        FindingLevel::Advice => "advice",
        FindingLevel::Problem => "problem",
    }
}

pub(crate) fn lock_cause(cause: LockCause) -> &'static str {
    match cause {
        LockCause::Asked => "as asked",
        LockCause::Idle => "as nobody used Drawbridge",
        LockCause::Sleep => "as the computer went to sleep",
        LockCause::ScreenLock => "as the screen was locked",
    }
}

/// The name of a warning, as it is put away by.
pub(crate) fn warning(kind: WarningKind) -> &'static str {
    match kind {
        WarningKind::RolledBack => "rolled_back",
        WarningKind::HeaderRepaired => "header_repaired",
        WarningKind::RecoveryUsed => "recovery_used",
    }
}

pub(crate) fn vault_state(state: VaultState) -> &'static str {
    match state {
        VaultState::Absent => "none yet",
        VaultState::Locked => "locked",
        VaultState::Open => "open",
        VaultState::Damaged => "damaged",
        VaultState::TooNew => "written by a newer Drawbridge",
    }
}

pub(crate) fn slot(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Keychain => "keychain",
        SlotKind::Passphrase => "passphrase",
        SlotKind::Both => "passphrase and keychain together",
        SlotKind::Recovery => "recovery code",
    }
}

pub(crate) fn keychain(state: Keychain) -> &'static str {
    match state {
        Keychain::Ready => "answers",
        Keychain::Locked => "locked",
        Keychain::Denied => "was not unlocked: somebody said no",
        Keychain::Silent => "does not answer",
        Keychain::Absent => "none answers",
    }
}

pub(crate) fn keeper_host(host: KeeperHost) -> &'static str {
    match host {
        KeeperHost::Desktop => "the desktop app",
        KeeperHost::Background => "a process in the background",
    }
}

pub(crate) fn health(health: Health) -> &'static str {
    match health {
        Health::Working => "working",
        Health::Soon => "look soon",
        Health::NeedsYou => "needs you",
        Health::TryingAgain => "trying again",
    }
}

pub(crate) fn credential(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Oauth => "sign-in",
        CredentialKind::Token => "token",
        CredentialKind::Basic => "user and token",
    }
}

pub(crate) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
        Visibility::Private => "private",
    }
}

pub(crate) fn stage(stage: SyncStage) -> &'static str {
    match stage {
        SyncStage::Queued => "in line",
        SyncStage::Reading => "reading",
        SyncStage::Waiting => "waiting, the host asked for it",
        SyncStage::Saving => "saving",
    }
}

pub(crate) fn way(way: SignInWay) -> &'static str {
    match way {
        SignInWay::DeepLink => "link to the app",
        SignInWay::Loopback => "address on this computer",
        SignInWay::Device => "code to type",
        SignInWay::Paste => "code to paste",
    }
}

/// The system gives no memory or descriptors to begin with.
pub(crate) fn no_runtime() -> Problem {
    Problem::new(
        Code::Internal,
        "The system gives this program nothing to work with.",
        "Look at its limits (`ulimit -a`).",
    )
}

/// A keeper was started and ended at once, without a reason.
pub(crate) fn keeper_could_not_start(log: Option<&Path>) -> Problem {
    Problem::new(Code::Internal, "The keeper could not be started.", look_at(log))
}

/// A keeper was started and does not answer yet.
pub(crate) fn keeper_is_late(log: Option<&Path>) -> Problem {
    Problem::new(Code::KeeperBusy, "The keeper did not start in time.", look_at(log))
}

fn look_at(log: Option<&Path>) -> String {
    log.map_or_else(
        || "Run it where you can see it: `drawbridge keeper run`.".to_owned(),
        |path| format!("Its log is {}.", path.display()),
    )
}

/// A living keeper has the vault and does not answer.
pub(crate) fn keeper_is_silent(process: u32) -> Problem {
    Problem::new(
        Code::KeeperBusy,
        format!("The keeper of this vault (process {process}) does not answer."),
        format!("Look what keeps it busy; if nothing does, end it: `kill {process}`."),
    )
}

/// A sign-in has ended, and neither an account nor a reason came of it.
pub(crate) fn no_account() -> Problem {
    Problem::new(
        Code::SignInExpired,
        "The sign-in ended without an account. Nothing was changed.",
        "Start again with `drawbridge connect`.",
    )
}

/// There is no account to sync.
pub(crate) fn nothing_to_sync() -> Problem {
    Problem::new(
        Code::NotConnected,
        "No account is connected, so there is nothing to sync.",
        "Connect one with `drawbridge connect`.",
    )
}

/// What the keeper said about each account whose sync did not go well, as one problem.
pub(crate) fn syncs_went_wrong(code: Code, sentences: &[String]) -> Problem {
    let hint = match code {
        Code::SignInNeeded => "Sign in again with `drawbridge connect`.",
        _ => "Nothing was removed. It is tried again by itself; `drawbridge sync` tries now.",
    };
    Problem::new(code, sentences.join("\n"), hint)
}

/// Copies were stopped.
pub(crate) fn clone_stopped(run: &CloneRun) -> Problem {
    let hint = "The same command again goes on with what is missing.";
    Problem::new(Code::CloneStopped, run.sentence.clone(), hint)
}

/// What the keeper said about each repository that was not copied, as one problem of the worst one's kind.
pub(crate) fn clones_went_wrong(run: &CloneRun, worst: &Problem) -> Problem {
    let each = run.failures.iter().map(|failure| format!("{}: {}", failure.full_name, failure.problem.message));
    let text: Vec<String> = std::iter::once(run.sentence.clone()).chain(each).collect();
    Problem::new(worst.code, text.join("\n"), worst.hint.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!([0, 999, 1000, 2_500_000].map(number), ["0", "999", "1,000", "2,500,000"]);
        assert_eq!(count(1, "repository", "repositories"), "1 repository");
        let now = Timestamp::parse("2026-11-22T12:00:00Z").expect("a time");
        for (seconds, text) in
            [(0, "0 s ago"), (61, "1 min ago"), (7_300, "2 h ago"), (200_000, "2 days ago"), (6_000_000, "2026-09-14")]
        {
            assert_eq!(ago(now.minus(Duration::from_secs(seconds)), now), text);
        }
        assert_eq!(ago(now.plus(Duration::from_secs(5)), now), "0 s ago", "a host's clock may be ahead");
        assert_eq!(minutes_left(now.plus(Duration::from_secs(599)), now), "10 minutes");
        assert_eq!(minutes_left(now, now), "1 minute");
    }
}
