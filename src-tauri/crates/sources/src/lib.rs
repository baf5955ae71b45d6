//! What is looked for in a repository: kinds, each known by its marker file, and what a marker says.
//!
//! A kind is one file in `kinds/`; everything else takes them from [`kinds`]. Markers are written by anybody, so
//! reading one has limits and never fails: what is wrong with it is part of what was read. Not here: asking a
//! forge, keeping what was found, and words for what is wrong.

mod jsonc;
mod reading;
#[cfg(test)]
mod tests;
mod yaml;

pub use reading::{Choice, Question, Reading, Trouble, parse, write};

/// The longest marker that is read, in bytes. Real ones have a few kilobytes.
pub const MAX_MARKER: usize = 256 * 1024;

/// Counts up when kinds read more out of a marker than before, so that what was read by an older program is read
/// anew.
pub const READER: u32 = 1;

/// Where a forge has what it runs by itself: paths from a repository's root, with one `*` at most for a name in
/// the last part.
pub type WorkflowPaths<'a> = &'a [String];

/// Something that is looked for.
pub trait Kind: Sync {
    /// What a person calls one of them, and several.
    fn names(&self) -> (&'static str, &'static str);

    /// What it is known by, for a person.
    fn marker(&self) -> &'static str;

    /// What such an item can be in turn; empty where all are alike.
    fn variants(&self) -> &'static [&'static str] {
        &[]
    }

    /// Where the item lies that the file at this path is the marker of: its folder, empty for the repository
    /// itself, or the file. `None` for all other files.
    fn place<'p>(&self, path: &'p str, workflows: WorkflowPaths<'_>) -> Option<&'p str>;

    /// Reads a marker.
    fn read(&self, text: &str) -> Reading;
}

include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

/// Every kind with its id, in the order of the ids.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static dyn Kind)> {
    KINDS.iter().copied()
}

/// The kind with this id.
pub fn kind(id: &str) -> Option<&'static dyn Kind> {
    kinds().find(|(known, _)| *known == id).map(|(_, kind)| kind)
}

/// The folder and the name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Reads a marker as it came from a forge.
pub fn read(kind: &dyn Kind, content: &[u8]) -> Reading {
    if content.len() > MAX_MARKER {
        return Reading::of(Trouble::TooLong);
    }
    match std::str::from_utf8(content) {
        Ok(text) => kind.read(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => Reading::of(Trouble::NotText),
    }
}
