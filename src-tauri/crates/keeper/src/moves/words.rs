//! What a person is told of exports and imports.

use super::{document::Unusable, import::Arrived};
use crate::{Code, Problem, words};
use drawbridge_domain::Timestamp;
use drawbridge_vault::AgeFileError;
use std::fmt::Write as _;

/// So many accounts are named in a sentence.
const NAMED: usize = 5;

/// When the access of an account in the file ends.
pub(super) struct End {
    pub who: String,
    pub at: Timestamp,
    /// Whether a renewal here may end it before.
    pub or_sooner: bool,
}

fn accounts(count: usize) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

fn was(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

/// `2026-11-22 08:00 UTC`
fn shown(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default())
}

pub(super) fn exported(count: usize, moved: usize, doubtful: usize, ends: &[End]) -> String {
    let mut text = format!("{} {} written.", accounts(count), was(count));
    if moved > 0 {
        let _ = write!(
            text,
            " What renews access moved along for {moved} of them: here they ask for a sign-in when their access ends. \
             Read the file in one place only, then delete it.",
        );
    }
    if !ends.is_empty() {
        let named: Vec<String> =
            ends.iter().take(NAMED).map(|end| format!("{} on {}", end.who, shown(end.at))).collect();
        let _ = write!(text, " Access in the file ends: {}", named.join(", "));
        if ends.len() > NAMED {
            let last = ends.iter().map(|end| end.at).max().map(shown).unwrap_or_default();
            let _ = write!(text, ", and {} more by {last}", ends.len() - NAMED);
        }
        text.push_str(if ends.iter().any(|end| end.or_sooner) { ", or when it is renewed here." } else { "." });
    }
    if doubtful > 0 {
        let _ =
            write!(text, " What renews {} stayed: a reply was lost once, so it may be used up.", accounts(doubtful));
    }
    text
}

pub(super) fn imported(arrived: &Arrived) -> String {
    let (added, updated) = (arrived.added.len(), arrived.updated.len());
    let mut parts = Vec::new();
    if added > 0 {
        parts.push(format!("{} {} added.", accounts(added), was(added)));
    }
    if updated > 0 {
        parts.push(format!("{} got newer access.", accounts(updated)));
    }
    if arrived.kept > 0 {
        let kept = accounts(usize::try_from(arrived.kept).unwrap_or(usize::MAX));
        parts.push(format!("{kept} stayed as it is here: the file has nothing newer."));
    }
    if parts.is_empty() {
        parts.push("There is no account in the file.".to_owned());
    }
    if arrived.renewing > 0 {
        parts.push(
            "What renews access belongs to this vault now: read the file nowhere else, and delete it.".to_owned(),
        );
    }
    for host in &arrived.other_clients {
        parts.push(format!(
            "The client for {host} here is another one and stays; access from the file is not renewed with it.",
        ));
    }
    parts.join(" ")
}

const UNTOUCHED: &str = "Nothing was changed here.";

fn file(message: &str, hint: &str) -> Problem {
    words::invalid(format!("{message} {UNTOUCHED}"), hint)
}

/// The file around the document can't be read.
pub(super) fn unreadable(error: AgeFileError) -> Problem {
    match error {
        AgeFileError::Absent => file("There is no file of that name.", "See that the path is whole."),
        AgeFileError::NotOne => file(
            "This is not a file of exported accounts.",
            "Choose the file that an export wrote; a backup is restored in Settings, Security.",
        ),
        AgeFileError::TooNew => {
            file("This file is sealed in a newer way than Drawbridge knows.", "Install the newest Drawbridge.")
        }
        AgeFileError::ForAKey => {
            file("This file is sealed for a key, not with a passphrase.", "Seal it with a passphrase.")
        }
        AgeFileError::TooMuchWork => file(
            "Opening this file asks for more work than any export does: it was not made by Drawbridge.",
            "Ask who gave it to you, and use another file.",
        ),
        AgeFileError::WrongPassphrase => Problem::new(
            Code::WrongPassphrase,
            format!("That is not the passphrase of this file. {UNTOUCHED}"),
            "It is the one that was chosen for the export. A file that is damaged at its beginning looks the same.",
        ),
        AgeFileError::Damaged => {
            file("This file is damaged: it was cut off or changed.", "Copy it again, or export once more.")
        }
        AgeFileError::TooLarge => file("This file is too large to be exported accounts.", "Choose another file."),
        AgeFileError::File(_) => {
            let problem = words::vault(drawbridge_vault::Error::File {
                step: "reading exported accounts",
                source: std::io::Error::other(error),
            });
            Problem::new(problem.code, format!("The file can't be read. {UNTOUCHED}"), "See that you may read it.")
        }
    }
}

/// The file opened, but what is in it can't be used.
pub(super) fn unusable(reason: Unusable) -> Problem {
    match reason {
        Unusable::NotOne => {
            file("The file opened, but there are no exported accounts in it.", "Choose the file that an export wrote.")
        }
        Unusable::Newer => file("A newer Drawbridge wrote these accounts.", "Install that version or a later one."),
        Unusable::TooMany => file("There are more than 1000 accounts in the file.", "Export them in parts."),
        Unusable::Account(number, what) => file(
            &format!("Account {number} in the file can't be used: {what}."),
            "All of the file is read or nothing; export once more without that account.",
        ),
    }
}

/// The address of an API that is not its host's.
pub(super) fn other_api(host: &str) -> Problem {
    file(
        &format!("The file names an address for the API of {host} that is not its own."),
        "Ask who gave it to you, and use another file.",
    )
}

pub(super) fn too_many() -> Problem {
    words::invalid("An export holds at most 1000 accounts.", "Export them in parts.")
}

/// Something here can't be written in a way that could be read again.
pub(super) fn not_writable() -> Problem {
    Problem::new(
        Code::Internal,
        "An account here can't be written so that it could be read again. Nothing was written.",
        "Connect it again, or export the others.",
    )
}

/// The file could not be written.
pub(super) fn not_written(error: drawbridge_vault::Error) -> Problem {
    let disk = matches!(error, drawbridge_vault::Error::File { .. });
    let problem = words::vault(error);
    if disk {
        return Problem::new(
            problem.code,
            "The file can't be written. Nothing moved.",
            "See that the disk has room and the folder can be written.",
        );
    }
    problem
}

/// The file is there, but here it was not forgotten.
pub(super) fn not_forgotten(problem: Problem) -> Problem {
    Problem::new(
        problem.code,
        "The file is written, but the vault can't be. What renews access moved all the same: it is not used here again.",
        problem.hint,
    )
}
