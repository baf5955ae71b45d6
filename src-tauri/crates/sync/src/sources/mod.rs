//! Finding what lies in a repository: its tree, the markers in it, and what those say.
//!
//! The same rule as for listings: only a tree that was read to its end may make something leave, which
//! [`tree::WholeTree`] stands for. Markers whose git id is known are not read again. Not here: when a source is
//! read, by which account, and any word for a person; those are the keeper's.

mod keep;
mod tree;

pub use keep::{KeepAs, SourceChanges, keep_source, note_trouble};

use drawbridge_providers::{Api, EntryKind, Forge, ForgeError, RepositoryRef, TreeEntry};
use drawbridge_sources::{Kind, MAX_MARKER, READER, Reading, Trouble};
use drawbridge_store::{FoundRow, NewFound};
use futures::{FutureExt as _, StreamExt as _};
use std::collections::{HashMap, HashSet};
use tokio_util::sync::CancellationToken;

/// More than this in one source is cut off.
const MAX_FOUND: usize = 2000;

/// What reading a source works with.
pub struct SourceContext<'a> {
    /// How the host is spoken to.
    pub forge: &'a dyn Forge,
    /// Where its API is and the credential for it.
    pub api: Api<'a>,
    /// How many requests at once its hosts are content with.
    pub concurrency: usize,
    /// Where its hosts look for what they run by themselves.
    pub workflows: &'a [String],
    /// Ends it, with nothing to be kept.
    pub cancel: &'a CancellationToken,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The repository.
    pub repository: RepositoryRef<'a>,
    /// Branch, tag or commit.
    pub reference: &'a str,
    /// The folder; empty for all of it.
    pub path: &'a str,
    /// The only kind that is looked for.
    pub kind: Option<&'a str>,
}

/// How a look ended.
#[derive(Debug)]
pub enum SourceEnding {
    /// Everything was seen.
    Complete,
    /// There is more than is read.
    Cut,
    /// The tree changed while it was read.
    Unsteady,
    /// No such repository for this account, no such reference, or nothing in it yet.
    Absent,
    /// No such folder.
    NoFolder,
    /// The host did not answer, or not with what was asked.
    Refused(ForgeError),
    /// Ended by a lock or quit.
    Interrupted,
}

impl From<ForgeError> for SourceEnding {
    fn from(error: ForgeError) -> Self {
        match error {
            ForgeError::NotFound | ForgeError::Gone => Self::Absent,
            error => Self::Refused(error),
        }
    }
}

/// What a look at a source brought. What it shows is true; what it does not show is gone only if it is whole.
#[derive(Debug)]
pub struct Looked {
    ending: SourceEnding,
    /// Set only over a tree that was read to its end.
    whole: bool,
    /// Kind and marker of all that is there.
    seen: HashSet<(String, String)>,
    /// What is new, different, or back.
    puts: Vec<NewFound>,
}

impl Looked {
    fn ended(ending: SourceEnding) -> Self {
        Self { ending, whole: false, seen: HashSet::new(), puts: Vec::new() }
    }

    /// How it ended.
    pub fn ending(&self) -> &SourceEnding {
        &self.ending
    }

    /// Whether nothing that is looked for was seen.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

/// A file that is a marker.
struct Marker<'t> {
    id: &'static str,
    kind: &'static dyn Kind,
    entry: &'t TreeEntry,
    place: &'t str,
}

/// Looks at a source. `known`: what was ever found there.
pub async fn look_at_source(context: &SourceContext<'_>, spot: Spot<'_>, known: &[FoundRow]) -> Looked {
    tokio::select! {
        biased;
        () = context.cancel.cancelled() => Looked::ended(SourceEnding::Interrupted),
        looked = look(context, spot, known) => looked,
    }
}

async fn look(context: &SourceContext<'_>, spot: Spot<'_>, known: &[FoundRow]) -> Looked {
    let (entries, mut looked) = match tree::enumerate(context, spot).await {
        Ok(tree::Enumerated::Whole(tree)) => {
            (tree.into_entries(), Looked { whole: true, ..Looked::ended(SourceEnding::Complete) })
        }
        Ok(tree::Enumerated::Part(entries, ending)) => (entries, Looked::ended(ending)),
        Err(ending) => return Looked::ended(ending),
    };
    let mut markers = markers(&entries, spot.kind, context.workflows);
    if markers.len() > MAX_FOUND {
        markers.truncate(MAX_FOUND);
        looked.cut(SourceEnding::Cut);
    }
    let known: HashMap<(&str, &str), &FoundRow> =
        known.iter().map(|row| ((row.found.kind.as_str(), row.found.marker.as_str()), row)).collect();
    let mut unread = Vec::new();
    for marker in markers {
        looked.seen.insert((marker.id.to_owned(), marker.entry.path.clone()));
        match known.get(&(marker.id, marker.entry.path.as_str())) {
            Some(row) if is_same(&row.found, marker.entry) => {
                if row.gone_at.is_some() {
                    looked.puts.push(row.found.clone());
                }
            }
            row => unread.push((marker, row.copied())),
        }
    }
    let questions: Vec<_> = unread
        .into_iter()
        .map(|(marker, row)| async move { (read(context, spot, &marker).await, marker, row) }.boxed())
        .collect();
    let mut readings = futures::stream::iter(questions).buffered(context.concurrency.max(1));
    while let Some((reading, marker, row)) = readings.next().await {
        match reading {
            Ok(reading) => looked.put(as_written(&marker, marker.entry.id.clone(), reading), row),
            // One file that can't be had keeps nothing else from being seen, and is asked for next time.
            Err(
                SourceEnding::Absent | SourceEnding::Refused(ForgeError::Server { .. } | ForgeError::Malformed { .. }),
            ) => {
                let before = row.filter(|row| row.gone_at.is_none());
                let put = match before {
                    Some(row) => NewFound { blob_id: None, ..row.found.clone() },
                    None => as_written(&marker, None, Reading::of(Trouble::Unanswered)),
                };
                looked.put(put, row);
            }
            Err(ending) => {
                looked.cut(ending);
                return looked;
            }
        }
    }
    looked
}

impl Looked {
    /// From here on it does not show everything.
    fn cut(&mut self, ending: SourceEnding) {
        self.ending = ending;
        self.whole = false;
    }

    /// Takes what was read of a marker, if that is something else than was known.
    fn put(&mut self, found: NewFound, row: Option<&FoundRow>) {
        if row.is_none_or(|row| row.gone_at.is_some() || row.found != found) {
            self.puts.push(found);
        }
    }
}

/// The files that are markers, by path and kind.
fn markers<'t>(entries: &'t [TreeEntry], only: Option<&str>, workflows: &[String]) -> Vec<Marker<'t>> {
    let wanted: Vec<_> = drawbridge_sources::kinds().filter(|(id, _)| only.is_none_or(|only| only == *id)).collect();
    let files = entries.iter().filter(|entry| entry.kind == EntryKind::File);
    files
        .flat_map(|entry| {
            wanted.iter().filter_map(move |(id, kind)| {
                let place = kind.place(&entry.path, workflows)?;
                Some(Marker { id, kind: *kind, entry, place })
            })
        })
        .collect()
}

/// Whether a marker is known to say what it said.
fn is_same(found: &NewFound, entry: &TreeEntry) -> bool {
    entry.id.is_some() && found.blob_id == entry.id && found.reader == READER
}

/// What a marker says. What is longer than any marker is not asked for.
async fn read(context: &SourceContext<'_>, spot: Spot<'_>, marker: &Marker<'_>) -> Result<Reading, SourceEnding> {
    if marker.entry.size.is_some_and(|size| size > MAX_MARKER as u64) {
        return Ok(Reading::of(Trouble::TooLong));
    }
    let content = context.forge.blob(&context.api, spot.repository, spot.reference, marker.entry, MAX_MARKER).await?;
    // It was in the tree a moment ago, so it is longer.
    Ok(content.map_or_else(|| Reading::of(Trouble::TooLong), |content| drawbridge_sources::read(marker.kind, &content)))
}

fn as_written(marker: &Marker<'_>, blob_id: Option<String>, reading: Reading) -> NewFound {
    NewFound {
        kind: marker.id.to_owned(),
        marker: marker.entry.path.clone(),
        place: marker.place.to_owned(),
        blob_id,
        reader: READER,
        questions: drawbridge_sources::write(&reading.questions),
        trouble: reading.trouble.as_ref().map(drawbridge_sources::write),
        name: reading.name,
        description: reading.description,
        variant: reading.variant,
    }
}
