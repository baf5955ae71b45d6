//! The tree of a source: with one question where the forge gives all of it, else folder by folder.
//!
//! Not here: which of its files are looked for.

use super::{SourceContext, SourceEnding, Spot};
use drawbridge_providers::{EntryKind, MAX_ENTRIES, Tree, TreeEntry, TreeQuery};
use futures::{FutureExt as _, StreamExt as _};

/// More folders than this are not asked for one by one.
const MAX_FOLDERS: usize = 2000;

/// All entries of a source at one moment. Made only here, over a tree that was read to its end.
#[derive(Debug)]
pub(super) struct WholeTree(Vec<TreeEntry>);

impl WholeTree {
    /// The entries, in the order of their paths.
    pub(super) fn into_entries(self) -> Vec<TreeEntry> {
        self.0
    }
}

/// What was read of a tree.
#[derive(Debug)]
pub(super) enum Enumerated {
    /// All of it.
    Whole(WholeTree),
    /// Some of it, and why.
    Part(Vec<TreeEntry>, SourceEnding),
}

/// Reads a source's tree.
pub(super) async fn enumerate(context: &SourceContext<'_>, spot: Spot<'_>) -> Result<Enumerated, SourceEnding> {
    let tree = ask(context, spot, None, true).await?.ok_or(SourceEnding::Absent)?;
    if tree.truncated { walk(context, spot).await } else { whole(tree.entries, spot.path) }
}

async fn ask(
    context: &SourceContext<'_>,
    spot: Spot<'_>,
    folder: Option<&TreeEntry>,
    recursive: bool,
) -> Result<Option<Tree>, SourceEnding> {
    let query = TreeQuery { reference: spot.reference, folder, recursive };
    Ok(context.forge.tree(&context.api, spot.repository, query).await?)
}

/// What lies within the source's folder, if that is there.
fn whole(mut entries: Vec<TreeEntry>, folder: &str) -> Result<Enumerated, SourceEnding> {
    let there = folder.is_empty()
        || entries
            .iter()
            .any(|entry| is_within(&entry.path, folder) || (entry.path == folder && entry.kind == EntryKind::Folder));
    entries.retain(|entry| is_within(&entry.path, folder));
    if there { Ok(Enumerated::Whole(WholeTree(entries))) } else { Err(SourceEnding::NoFolder) }
}

/// Whether a path lies below a folder.
fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Reads folder by folder, and only those that lead to the source's own or lie in it.
async fn walk(context: &SourceContext<'_>, spot: Spot<'_>) -> Result<Enumerated, SourceEnding> {
    let root = ask(context, spot, None, false).await?.ok_or(SourceEnding::Unsteady)?;
    let leads = |path: &str| path == spot.path || is_within(path, spot.path) || is_within(spot.path, path);
    let (mut entries, mut asked, mut cut) = (Vec::new(), 0, root.truncated);
    let mut level = root.entries.clone();
    while !level.is_empty() {
        let mut folders: Vec<TreeEntry> =
            level.iter().filter(|entry| entry.kind == EntryKind::Folder && leads(&entry.path)).cloned().collect();
        entries.append(&mut level);
        let left = MAX_FOLDERS - asked;
        cut |= folders.len() > left;
        folders.truncate(left);
        asked += folders.len();
        let asked_now: Vec<_> = folders.iter().map(|folder| ask(context, spot, Some(folder), false).boxed()).collect();
        let mut answers = futures::stream::iter(asked_now).buffered(context.concurrency.max(1));
        while let Some(answer) = answers.next().await {
            // A folder that was there a moment ago: the tree is another one now.
            let tree = answer?.ok_or(SourceEnding::Unsteady)?;
            cut |= tree.truncated;
            level.extend(tree.entries);
        }
        drop(answers);
        if entries.len() + level.len() > MAX_ENTRIES {
            cut = true;
            level.truncate(MAX_ENTRIES.saturating_sub(entries.len()));
            entries.append(&mut level);
        }
    }
    entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    entries.dedup_by(|one, other| one.path == other.path);
    // What moved from a folder that was still to be read into one that had been would look like gone.
    let again = ask(context, spot, None, false).await?;
    let ending = if again.is_none_or(|again| again != root) {
        SourceEnding::Unsteady
    } else if cut {
        SourceEnding::Cut
    } else {
        return whole(entries, spot.path);
    };
    entries.retain(|entry| is_within(&entry.path, spot.path));
    Ok(Enumerated::Part(entries, ending))
}
