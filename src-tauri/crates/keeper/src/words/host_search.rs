//! The words for a search at the hosts: what can't be asked for, and why an account gave no answer.

use crate::{Code, Problem};
use drawbridge_domain::Timestamp;

/// There is nothing to ask for, or too much.
pub(crate) fn no_words(most: usize) -> Problem {
    super::invalid(
        format!("A host is asked for words: up to {most} letters on one line."),
        "For example a part of a repository's name.",
    )
}

/// The words have a filter of the list among them.
pub(crate) fn words_only() -> Problem {
    super::invalid(
        "Filters such as owner:acme are known to the list alone; a host is asked for words.",
        "Leave the filters out.",
    )
}

/// No account is connected whose host lists repositories.
pub(crate) fn nobody_to_ask() -> Problem {
    Problem::new(
        Code::NotConnected,
        "No account is connected at a host of repositories, so none can be searched.",
        "Connect an account at a code host.",
    )
}

/// The host knows no such question.
pub(crate) fn no_search(host: &str) -> Problem {
    Problem::new(
        Code::NotOffered,
        format!("{host} has no search for repositories."),
        "Import what you look for by its name or address.",
    )
}

/// An account that has to sign in again.
pub(crate) fn sign_in_first(host: &str) -> Problem {
    Problem::new(
        Code::SignInNeeded,
        format!("{host} was not asked: this account has to sign in again first."),
        "Sign in again, then search once more.",
    )
}

/// Nothing came in time.
pub(crate) fn silent(host: &str) -> Problem {
    Problem::new(Code::Unreachable, format!("{host} did not answer in time."), "Search once more in a while.")
}

/// The host wants to be left alone for a while.
pub(crate) fn limited(host: &str, until: Timestamp) -> Problem {
    Problem::new(
        Code::RateLimited,
        format!("{host} limits requests until {}.", super::moment(until)),
        "Search once more after that.",
    )
}

/// More accounts than are asked at a time.
pub(crate) fn too_many(most: usize) -> Problem {
    super::invalid(format!("Not asked: no more than {most} accounts are at a time."), "Search as this account alone.")
}
