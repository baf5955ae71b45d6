//! The words for sources: why one can't be read, and what is wrong with a marker.

use crate::{Code, Problem};
use drawbridge_sources::Trouble;
use drawbridge_sync::SourceEnding;

/// Where something is looked for, in words.
fn place(full_name: &str, reference: Option<&str>) -> String {
    reference.map_or_else(|| full_name.to_owned(), |reference| format!("{full_name} at {reference}"))
}

/// Why a look at a source did not show all of it; none if it did. What was found before stays in any case.
pub(crate) fn source_ending(
    ending: &SourceEnding,
    full_name: &str,
    reference: Option<&str>,
    path: &str,
    host: &str,
) -> Option<Problem> {
    let place = place(full_name, reference);
    Some(match ending {
        SourceEnding::Complete => return None,
        SourceEnding::Cut => Problem::new(
            Code::SyncStopped,
            format!("There is more in {place} than Drawbridge reads."),
            "Name a folder of it as the source.",
        ),
        SourceEnding::Unsteady => {
            Problem::new(Code::SyncStopped, format!("{place} changed while it was read."), "Refresh the source.")
        }
        SourceEnding::Absent => Problem::new(
            Code::NotFound,
            match reference {
                Some(_) => format!("{host} shows nothing of {place}: no such branch or tag, or nothing in it."),
                None => format!("{place} is empty, or {host} does not show it any more."),
            },
            "See that the name is right, and that the account may read it.",
        ),
        SourceEnding::NoFolder => Problem::new(
            Code::NotFound,
            format!("There is no folder {path} in {place}."),
            "Name another folder, or leave it out to look everywhere.",
        ),
        SourceEnding::Refused(error) => super::forge(error, host),
        SourceEnding::Interrupted => Problem::new(
            Code::SyncStopped,
            format!("Reading {place} was ended by a lock or quit."),
            "Refresh the source.",
        ),
    })
}

/// Nothing that is looked for is there.
pub(crate) fn nothing_found(full_name: &str, reference: Option<&str>, path: &str, kind: Option<&str>) -> Problem {
    let what = kind.map_or_else(|| "Nothing that Drawbridge knows".to_owned(), |kind| format!("No {kind}"));
    let folder = if path.is_empty() { String::new() } else { format!(" in {path}") };
    Problem::new(
        Code::NotFound,
        format!("{what} is{folder} in {}. No source was added.", place(full_name, reference)),
        "Name another branch or folder, or leave the kind out to look for all of them.",
    )
}

/// No account reaches a source's repository.
pub(crate) fn unreached(full_name: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("No connected account reaches {full_name} any more."),
        "Sync, or connect an account that may read it.",
    )
}

/// A name that several repositories have.
pub(crate) fn ambiguous_repository(full_name: &str, hosts: &str) -> Problem {
    super::invalid(format!("{full_name} is at {hosts}."), "Name it by its id; `drawbridge repo list --json` shows it.")
}

/// A name that several items have.
pub(crate) fn ambiguous_item(name: &str, places: &str) -> Problem {
    super::invalid(format!("Several are called {name}: {places}."), "Name it by its id, which the list shows.")
}

pub(crate) fn wrong_kind(kind: &str) -> Problem {
    let known: Vec<&str> = drawbridge_sources::kinds().map(|(id, _)| id).collect();
    super::invalid(format!("Drawbridge looks for nothing called {kind}."), format!("It knows {}.", known.join(", ")))
}

pub(crate) fn wrong_path() -> Problem {
    super::invalid(
        "That is no folder of a repository.",
        "Name it from the repository's root with `/` between folders, such as templates/web.",
    )
}

pub(crate) fn wrong_reference() -> Problem {
    super::invalid("That is no name of a branch, tag or commit.", "For example: main.")
}

/// What is wrong with a marker, as a sentence.
pub(crate) fn item_trouble(trouble: &Trouble, marker: &str) -> String {
    let name = marker.rsplit('/').next().unwrap_or(marker);
    match trouble {
        Trouble::TooLong => format!("{name} is longer than Drawbridge reads."),
        Trouble::NotText => format!("{name} is not text in UTF-8."),
        Trouble::Unreadable { line } => format!("{name} can't be read: line {line} is not what its format allows."),
        Trouble::TooMuch => format!("{name} has more parts, or deeper ones, than Drawbridge reads."),
        Trouble::OtherShape => format!("{name} does not have the shape that such a file has."),
        Trouble::NoFrontMatter => format!("{name} does not begin with front matter between two lines of ---."),
        Trouble::Missing { field } => format!("{name} does not say its {field}."),
        Trouble::Unknown { field, value } => {
            format!("{name} has {value} as its {field}, which Drawbridge does not know.")
        }
        Trouble::Unanswered => format!("The host did not hand {name} out. It is asked for again at the next refresh."),
    }
}
