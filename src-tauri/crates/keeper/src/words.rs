//! The words of every error: what failed below becomes a code, a sentence and one next step.
//!
//! The chain of causes is logged here, once, and goes no further. Sentences name hosts and logins
//! to the person; logs name neither.
//!
//! long: one table of sentences, no logic; apart they would not be read side by side.

mod cloning;
pub(crate) mod host_search;
mod network;
mod query;
mod repository_page;
mod sources;
mod vault;

pub(crate) use cloning::{
    clone_elsewhere, clone_failed, clone_notes, clone_summary, clone_too_long, cloned_nowhere, no_projects_folder,
    no_ssh, no_well_account, not_reached_by, place_taken, too_many_clones, too_many_repositories, unfit_name,
};
pub(crate) use query::{change, doubt, view_taken};
pub(crate) use repository_page::{
    page_too_slow, readme_not_text, readme_too_long, references_failed, repository_hidden,
};
pub(crate) use sources::{
    ambiguous_item, ambiguous_repository, item_trouble, nothing_found, source_ending, unreached, wrong_kind,
    wrong_path, wrong_reference,
};
pub(crate) use vault::{
    backup, damaged_value, moment, renewing, rescued, restored, strength, too_soon, vault, vault_warning,
};

use crate::{Code, Problem, way_back::Blocked};
use drawbridge_domain::SignInWay;

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

/// Why a sign-in comes back another way than was meant.
pub(crate) fn detour(why: &Blocked, way: SignInWay, host: &str) -> String {
    let why = match why {
        Blocked::Links => "Another program opens Drawbridge's links on this computer",
        Blocked::Ports => "No address of this computer can be listened at",
    };
    let instead = match way {
        SignInWay::DeepLink => "the answer comes back by a link that opens Drawbridge".to_owned(),
        SignInWay::Loopback => "the browser comes back to an address of this computer".to_owned(),
        SignInWay::Device => "you type a code instead".to_owned(),
        SignInWay::Paste => format!("{host} shows a code, and you paste it here"),
    };
    format!("{why}, so {instead}.")
}

/// A link can't reach us, and the provider offers nothing else.
pub(crate) fn only_by_hand() -> &'static str {
    "Another program opens Drawbridge's links on this computer. When it has, paste the whole address of the link here."
}

/// A second way back is open.
pub(crate) fn listens_too(at: &str) -> String {
    format!(
        "The link back to Drawbridge has not arrived, so it now also listens at {at}. Approve once more in the \
         browser, or use a way below."
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

/// A removal is asked about that nobody asked.
pub(crate) fn not_asked() -> Problem {
    Problem::new(
        Code::NotFound,
        "Nothing is asked about that account: whatever was missing was answered or is listed again.",
        "Nothing needs to be done.",
    )
}

/// The question before much is removed.
pub(crate) fn removal_question(login: &str, host: &str, missing: &str, of: &str) -> String {
    format!(
        "{missing} of {of} repositories are missing from {login}'s listing at {host}. Nothing was removed. \
         Are they gone?"
    )
}

/// Why a repository was removed.
pub(crate) fn removed_because(login: &str, host: &str) -> String {
    format!(
        "{login}'s complete listing at {host} did not show it, and asked for it by name, {host} answered that it is \
         not there or hidden from this account."
    )
}

pub(crate) fn not_connected() -> Problem {
    Problem::new(Code::NotConnected, "No account is connected.", "Connect one first.")
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
    if error.is_damage() || matches!(error, Error::Migrate(_)) {
        log(&error);
        return vault(drawbridge_vault::Error::Damaged { what: "a part of its database" });
    }
    match error {
        Error::TooNew { needs } => vault(drawbridge_vault::Error::TooNew { needs }),
        Error::Vault(error) => vault(error),
        error => internal("reading or writing the vault", &error),
    }
}

/// How access stands that was removed here and not ended at its host.
pub(crate) fn unended(host: &str, given_up: bool, for_weeks: bool, page: bool) -> String {
    let place = where_by_hand(page);
    match (given_up, for_weeks) {
        (false, _) => format!("Removed here, not ended at {host} yet. It is tried again."),
        (true, true) => format!("Removed here. {host} did not end it for weeks: end it {place}."),
        (true, false) => format!("Removed here. Drawbridge can't end it at {host}: end it {place}."),
    }
}

/// Where a person can end access themselves.
pub(crate) fn where_by_hand(page: bool) -> &'static str {
    if page { "on its page" } else { "in your settings there" }
}

/// Access whose place newer access took.
pub(crate) fn unended_replaced(host: &str, page: bool) -> String {
    let place = where_by_hand(page);
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
        Error::Unreachable(error) => network::not_reached(error, host),
        Error::ReplyLost(_) => Problem::new(
            Code::Unreachable,
            format!("{host} was asked, but its reply did not arrive."),
            "Start the sign-in again.",
        ),
        Error::Unwell { status, .. } => {
            Problem::new(Code::Unreachable, format!("{host} is not well (status {status})."), "Try again in a while.")
        }
        Error::Refused { error, .. } => refused(error, host),
        Error::Interposed => interposed(host),
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

/// A sync of everything where nothing has repositories.
pub(crate) fn being_disconnected(login: &str) -> Problem {
    Problem::new(Code::NotConnected, format!("{login} is being disconnected."), "Its end is told when it is through.")
}

pub(crate) fn nothing_listed() -> Problem {
    Problem::new(
        Code::NotOffered,
        "None of the connected accounts has repositories to list.",
        "Connect an account at a code host.",
    )
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

/// Nobody said where access is renewed, or the host names no such place any more.
pub(crate) fn renews_nowhere(host: &str) -> Problem {
    Problem::new(
        Code::NotOffered,
        format!("It is not known where {host} renews access."),
        "Sign in again: that asks the host anew.",
    )
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

/// What ends, in words: `of` is its host, or what kind of credential it is. `over`: it has ended.
pub(crate) fn ending(kind: crate::dto::EndingKind, by_itself: bool, over: bool, of: &str) -> String {
    use crate::dto::EndingKind;
    let by_then = by_then(over);
    match (kind, by_itself) {
        (EndingKind::ClientSecret, _) => format!("The client's secret at {of}: register again {by_then}"),
        (EndingKind::Access, true) => "Access, which renews itself".to_owned(),
        (EndingKind::Access, false) => format!("Access to {of}: make a new token or sign in again {by_then}"),
        (EndingKind::Renewal, _) => "Renewing, if nobody does it before; Drawbridge does".to_owned(),
        (EndingKind::SignIn, _) => format!("The sign-in at {of}: sign in again {by_then}"),
        (EndingKind::Credential, _) => format!("{of}: replace it {by_then}, here and at its host"),
    }
}

/// Access that could renew itself, if its client were here.
pub(crate) fn ending_without_client(over: bool, host: &str) -> String {
    let by_then = by_then(over);
    format!("Access to {host}, which nothing renews: its client was removed. Add it again {by_then}")
}

fn by_then(over: bool) -> &'static str {
    if over { "now" } else { "before" }
}

pub(crate) fn client_refused(host: &str) -> Problem {
    Problem::new(
        Code::ClientMissing,
        format!("{host} does not accept this client's id or secret any more."),
        "Look at the client's page at the host, enter both again here, and renew.",
    )
}

/// A network that wants a sign-in of its own, or a proxy that answers by itself.
fn interposed(host: &str) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("Something else answered in the place of {host}."),
        "The network may ask for a sign-in of its own: open a page in the browser, then try again.",
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
        ForgeError::SignOnFirst { page } => Problem::new(
            Code::HostRefused,
            format!("An organisation at {host} wants you to sign in with it first (single sign-on)."),
            page.as_ref().map_or_else(
                || "Authorise Drawbridge for the organisation in your settings there.".to_owned(),
                |page| format!("Authorise Drawbridge for the organisation at {page}"),
            ),
        ),
        ForgeError::NotApproved { page } => Problem::new(
            Code::HostRefused,
            format!("An organisation at {host} has not approved Drawbridge."),
            page.as_ref().map_or_else(
                || "Ask an owner of the organisation to approve it.".to_owned(),
                |page| format!("Ask an owner of the organisation to approve it: {page}"),
            ),
        ),
        ForgeError::NotFound => Problem::new(
            Code::HostRefused,
            format!("{host} does not offer what was asked; perhaps the address of its API is another one."),
            "Give the address of the API as well.",
        ),
        ForgeError::Gone => Problem::new(
            Code::HostRefused,
            format!("{host} says that it has ended this way of asking (status 410). Your access is kept."),
            "Look at the news of the host, and whether there is a newer Drawbridge.",
        ),
        ForgeError::Interposed => interposed(host),
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
        ForgeError::Unreachable(error) => network::not_reached(error, host),
        ForgeError::Malformed { .. } => Problem::new(
            Code::HostRefused,
            format!("{host} answered with something that can't be read."),
            "See that the address is right and that the network does not ask for a sign-in of its own.",
        ),
    }
}
