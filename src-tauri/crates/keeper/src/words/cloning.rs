//! The words for copies of repositories: why one was not made, and what came of many.

use super::{log, network, unreachable_host};
use crate::{
    Code, Problem,
    dto::{CloneRun, CloneState},
};
use drawbridge_git::Error;
use std::io::ErrorKind;

/// Why a copy was not made. Nothing is left of it in any case.
pub(crate) fn clone_failed(error: &Error, host: &str, shown: bool) -> Problem {
    log(error);
    match error {
        Error::NotEmpty => Problem::new(
            Code::InvalidInput,
            "There is something in that folder already. Nothing in it was touched.",
            "Choose a folder that is empty or not there yet.",
        ),
        Error::Busy => Problem::new(
            Code::InvalidInput,
            "Something else is being copied into that folder.",
            "Wait until it is done, or choose another folder.",
        ),
        Error::Folder { source, .. } => folder(source.kind()),
        Error::Unauthorized if shown => Problem::new(
            Code::SignInNeeded,
            format!("{host} does not let this account read the repository by git."),
            "See that the account may read code there, or sign in again.",
        ),
        Error::Unauthorized => Problem::new(
            Code::SignInNeeded,
            format!("{host} wants to know who asks for this repository."),
            "Connect or choose an account that reaches it.",
        ),
        Error::NotFound => Problem::new(
            Code::NotFound,
            format!("{host} has no such repository, or not for this account."),
            "Sync the account; the repository may have gone or moved.",
        ),
        Error::NoReference => Problem::new(
            Code::NotFound,
            "The repository has no branch or tag of that name.",
            "See that the name is right; capitals count.",
        ),
        Error::NoPath => Problem::new(
            Code::NotFound,
            "The repository has no such folder or file at that branch or tag.",
            "See that the path is right; capitals count.",
        ),
        Error::Submodule { path } => Problem::new(
            Code::NotOffered,
            format!("A repository within it ({path}) is not to be had where it is said to be."),
            "Clone it without submodules.",
        ),
        Error::Elsewhere => Problem::new(
            Code::HostRefused,
            format!("{host} sends on to another place. Your access was not shown there."),
            "Sync the account; the repository may have moved.",
        ),
        Error::Certificate(_) => Problem::new(
            Code::Unreachable,
            format!("The certificate of {host} is not trusted on this computer. Nothing was sent."),
            network::OWN_AUTHORITY,
        ),
        Error::Unreachable(_) => unreachable_host(host),
        Error::Cancelled => Problem::new(
            Code::CloneStopped,
            "The copy was stopped. Nothing of it is left.",
            "Start it again when it suits.",
        ),
        Error::Git { .. } => Problem::new(
            Code::HostRefused,
            format!("What {host} sent could not be made into a copy. Nothing of it is left."),
            "Try again; if it stays, the repository may be damaged at the host.",
        ),
    }
}

fn folder(kind: ErrorKind) -> Problem {
    let (message, hint) = match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("The disk is full. Nothing of the copy is left.", "Make room, then try again.")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            ("That folder can't be written. Nothing was changed.", "Choose a folder of your own.")
        }
        _ => (
            "That folder can't be used. Nothing of the copy is left.",
            "See that the disk has room and the folder can be written, or choose another one.",
        ),
    };
    Problem::new(Code::Disk, message, hint)
}

/// A copy that took longer than any may.
pub(crate) fn clone_too_long(host: &str) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("{host} did not come to an end within hours. Nothing of the copy is left."),
        "Try again with a depth of 1, which leaves the history out.",
    )
}

/// The repository's own host is not the account's.
pub(crate) fn clone_elsewhere(place: &str, host: &str) -> Problem {
    Problem::new(
        Code::HostRefused,
        format!("The repository lies at {place}, which is another place than {host}. Your access was not shown there."),
        "Connect an account at that place, or ask whoever runs the server.",
    )
}

/// A repository whose address git can't be sent to safely.
pub(crate) fn cloned_nowhere() -> Problem {
    Problem::new(
        Code::NotOffered,
        "The host gives no encrypted address for git.",
        "Whoever runs the server can turn HTTPS for git on.",
    )
}

/// SSH was asked for.
pub(crate) fn no_ssh() -> Problem {
    Problem::new(
        Code::NotOffered,
        "Drawbridge clones by HTTPS only; this build does not speak SSH. Nothing was changed.",
        "Leave SSH out. To push by SSH later, set the SSH address in the copy with `git remote set-url`.",
    )
}

/// None of the accounts that reach a repository is well.
pub(crate) fn no_well_account() -> Problem {
    Problem::new(
        Code::SignInNeeded,
        "No account that reaches the repository works now.",
        "Sign in again with one of them.",
    )
}

/// The account that was named does not reach it.
pub(crate) fn not_reached_by() -> Problem {
    Problem::new(
        Code::InvalidInput,
        "That account does not reach the repository.",
        "Leave the account out, and one that does is taken.",
    )
}

/// Owner or name can't be the name of a folder on every computer.
pub(crate) fn unfit_name() -> Problem {
    Problem::new(
        Code::InvalidInput,
        "Its name can't be the name of a folder.",
        "Clone it by itself into a folder that you name.",
    )
}

/// Something is in the place of a copy.
pub(crate) fn place_taken(by_another: bool) -> Problem {
    if by_another {
        return Problem::new(
            Code::InvalidInput,
            "Another repository of these would lie in the same place.",
            "Clone it by itself into a folder that you name.",
        );
    }
    Problem::new(
        Code::InvalidInput,
        "There is something else in its folder already. Nothing in it was touched.",
        "Choose a folder that is empty or not there yet.",
    )
}

/// More makings of copies at once than are good for anybody.
pub(crate) fn too_many_clones(most: usize) -> Problem {
    Problem::new(
        Code::InvalidInput,
        format!("{most} makings of copies are under way already."),
        "Wait until one is done, or stop one.",
    )
}

/// More repositories at once than are copied.
pub(crate) fn too_many_repositories(found: u32, most: u32) -> Problem {
    Problem::new(
        Code::InvalidInput,
        format!("These are {found} repositories; at most {most} are cloned at once."),
        "Narrow them down by owner, account or words.",
    )
}

/// No folder was named, and none is usual here.
pub(crate) fn no_projects_folder() -> Problem {
    Problem::new(
        Code::InvalidInput,
        "It is not known where copies are to go.",
        "Name a folder, or set the projects folder in the settings.",
    )
}

/// What is worth knowing about one copy.
pub(crate) fn clone_notes(full_name: &str, lfs: bool, submodules_left: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if lfs {
        notes.push(format!(
            "{full_name}: some files are pointers of Git LFS. `git lfs pull` in the folder fetches what they stand for."
        ));
    }
    if submodules_left {
        notes.push(format!("{full_name}: it names other repositories as submodules, which were left out."));
    }
    notes
}

/// What came of a making of copies.
pub(crate) fn clone_summary(run: &CloneRun) -> String {
    let CloneRun { total, cloned, present, failed, .. } = *run;
    let stopped = if run.state == CloneState::Cancelled { "Stopped. " } else { "" };
    if total == 1 {
        return match (cloned, present, run.failures.first()) {
            (1, ..) => format!("{} was cloned.", run.title),
            (_, 1, _) => format!("{} was there already.", run.title),
            (.., Some(failure)) => failure.problem.message.clone(),
            _ => format!("{stopped}Nothing of the copy is left."),
        };
    }
    let was = |many| if many == 1 { "was" } else { "were" };
    let mut parts = vec![format!("{stopped}{cloned} of {total} repositories {} cloned", was(cloned))];
    if present > 0 {
        parts.push(format!("{present} {} there already", was(present)));
    }
    if failed > 0 {
        parts.push(format!("{failed} could not be cloned"));
    }
    format!("{}.", parts.join(", "))
}
