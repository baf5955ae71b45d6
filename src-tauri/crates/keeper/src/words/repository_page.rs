//! The words for what a repository holds at its host: why its README is not shown, why its branches were not read.

use super::{clone_elsewhere, clone_failed, log};
use crate::{Code, Problem};
use drawbridge_git::Error;

/// A README that is longer than is read.
pub(crate) fn readme_too_long(path: &str, most_kib: usize) -> String {
    format!("{path} is longer than Drawbridge reads ({most_kib} KiB). The repository's page shows it.")
}

/// A README that is something else than text.
pub(crate) fn readme_not_text(path: &str) -> String {
    format!("{path} is not text in UTF-8, so it can't be shown here.")
}

/// A host that took too long over a repository.
pub(crate) fn page_too_slow(host: &str) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("{host} did not answer in time."),
        "Try again in a while; what was read before stays.",
    )
}

/// A repository that its host shows no more.
pub(crate) fn repository_hidden(full_name: &str, host: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("{host} does not show {full_name} any more, or not to this account."),
        "Sync the account; the repository may have gone or moved.",
    )
}

/// Why branches and tags were not read. `shown`: whether an access was shown to `place`, where the repository lies.
pub(crate) fn references_failed(error: &Error, host: &str, place: &str, shown: bool) -> Problem {
    match error {
        Error::Unauthorized if !shown => clone_elsewhere(place, host),
        Error::Unauthorized | Error::NotFound | Error::Elsewhere | Error::Certificate(_) | Error::Unreachable(_) => {
            clone_failed(error, host, shown)
        }
        Error::Folder { .. } => {
            log(error);
            Problem::new(
                Code::Disk,
                "There is no room for a temporary folder, which asking for branches and tags takes.",
                "Make room, then try again.",
            )
        }
        error => {
            log(error);
            Problem::new(
                Code::HostRefused,
                format!("What {host} sent as branches and tags can't be read."),
                "Try again; if it stays, the repository may be damaged at the host.",
            )
        }
    }
}
