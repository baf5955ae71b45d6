//! The sentences of the answer to "why is it missing?".
//!
//! Not here: which of them is true.

use super::here;
use crate::{
    Code, Problem,
    dto::{WhyCause, WhyChecked},
};
use drawbridge_domain::Timestamp;

pub(super) fn no_name() -> Problem {
    Problem::new(
        Code::InvalidInput,
        "That names no repository.",
        "Give OWNER/NAME, or the address of its page, such as https://host.example/octo/hello.",
    )
}

pub(super) fn no_account(host: Option<&str>) -> WhyChecked {
    let sentence = match host {
        Some(host) => format!("No account that lists repositories is connected at {host}"),
        None => "No account that lists repositories is connected".to_owned(),
    };
    here(WhyCause::NoAccount, "Accounts", sentence, "Connect an account there.".to_owned())
}

pub(super) fn listed() -> String {
    "It is in the list".to_owned()
}

pub(super) fn filtered() -> String {
    "It is in the list, and your search or filters hide it".to_owned()
}

pub(super) fn clear_filters() -> String {
    "Clear the filters.".to_owned()
}

pub(super) fn kept() -> String {
    "It is in the list because you kept it; no account's listing shows it".to_owned()
}

pub(super) fn removed(at: Timestamp, why: &str) -> String {
    format!("It was removed on {}. {why}", day(at))
}

pub(super) fn bring_back(until: Timestamp) -> String {
    format!("Until {} it can be brought back into the list.", day(until))
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

pub(super) fn not_asked_without_sign_in() -> String {
    "Could not be asked: this account has to sign in again first".to_owned()
}

pub(super) fn sign_in() -> String {
    "Sign in again, then check once more.".to_owned()
}

pub(super) fn silent(host: &str) -> String {
    format!("Could not be asked: {host} did not answer in time")
}

pub(super) fn try_again() -> String {
    "Check again in a while.".to_owned()
}

pub(super) fn found(full_name: &str, asked: &str) -> String {
    if full_name.rsplit_once('/').is_some_and(|(_, name)| name.eq_ignore_ascii_case(asked)) {
        "It is there and this account may see it, but the account's listing did not bring it".to_owned()
    } else {
        format!("It is called {full_name} now, and this account may see it")
    }
}

pub(super) fn import() -> String {
    "Import it.".to_owned()
}

pub(super) fn not_approved(owner: &str) -> String {
    format!("{owner} has not approved Drawbridge")
}

pub(super) fn ask_an_owner() -> String {
    "Ask an owner of the organisation to approve it, or paste a token made for this organisation.".to_owned()
}

pub(super) fn sign_on_first(owner: &str) -> String {
    format!("{owner} wants you to sign in with it first (single sign-on)")
}

pub(super) fn authorise() -> String {
    "Authorise Drawbridge for the organisation, then check once more.".to_owned()
}

pub(super) fn scope_missing(host: &str, why: &str) -> String {
    format!("{host} does not show it to this account, perhaps for what its access lacks. {why}")
}

pub(super) fn add_scope(scope: &str) -> String {
    format!("Connect the account again with {scope}.")
}

pub(super) fn not_listed_yet(host: &str) -> String {
    format!("{host} does not show it to this account, whose listing was not read to its end yet")
}

pub(super) fn wait_for_listing() -> String {
    "Let the listing come to its end, then check once more.".to_owned()
}

pub(super) fn not_shown(host: &str) -> String {
    format!("{host} does not show it to this account: it is hidden from it, or there is none of that name")
}

pub(super) fn not_shown_fix() -> String {
    "Look at how it is written, or ask its owner to let you in. An app that was installed for chosen repositories \
     sees only those."
        .to_owned()
}
