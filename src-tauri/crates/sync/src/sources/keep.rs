//! Writing what a look at a source brought: one transaction, or nothing.
//!
//! Not here: the look.

use super::{Looked, SourceEnding};
use crate::{SyncError, outcome::count};
use drawbridge_domain::{SourceId, Timestamp};
use drawbridge_store::{FoundRow, SourceNews, SourceSpot, Store};
use std::{collections::HashSet, time::Duration};
use tokio_util::sync::CancellationToken;

/// For so long what is gone comes back with the id it had.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Which source something is kept as.
#[derive(Debug, Clone, Copy)]
pub enum KeepAs<'a> {
    /// One that is there.
    Known(SourceId),
    /// One that comes to be with what was found in it.
    New(&'a SourceSpot),
}

/// What a look changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceChanges {
    /// The source.
    pub source: SourceId,
    /// Found for the first time, or again after having been gone.
    pub new: u32,
    /// With something else in its marker.
    pub changed: u32,
    /// No longer there.
    pub gone: u32,
}

/// Writes what a look brought. `trouble` is why it failed, as the keeper names it; `pushed_at` the last push that
/// was known before it, or the last change where no pushes are told. `None`: nothing was written, because it was ended or the source is no more.
pub async fn keep_source(
    store: &Store,
    target: KeepAs<'_>,
    looked: Looked,
    pushed_at: Option<Timestamp>,
    trouble: Option<String>,
    now: Timestamp,
    cancel: &CancellationToken,
) -> Result<Option<SourceChanges>, SyncError> {
    if matches!(looked.ending, SourceEnding::Interrupted) {
        return Ok(None);
    }
    let mut write = store.write().await.map_err(SyncError::Store)?;
    write.forget_sources(now.minus(KEPT)).await.map_err(SyncError::Store)?;
    let source = match target {
        KeepAs::New(spot) => write.put_source(spot, now).await.map_err(SyncError::Store)?,
        KeepAs::Known(id) if write.source(id).await.map_err(SyncError::Store)?.is_some() => id,
        KeepAs::Known(_) => return Ok(None),
    };
    let known = write.found_in(source).await.map_err(SyncError::Store)?;
    let there = |row: &&FoundRow| row.gone_at.is_none();
    let before: HashSet<(&str, &str)> =
        known.iter().filter(there).map(|row| (row.found.kind.as_str(), row.found.marker.as_str())).collect();
    let is_new = |kind: &str, marker: &str| !before.contains(&(kind, marker));
    let new = looked.puts.iter().filter(|put| is_new(&put.kind, &put.marker)).count();
    let is_seen = |row: &FoundRow| looked.seen.contains(&(row.found.kind.clone(), row.found.marker.clone()));
    let gone: Vec<_> = if looked.whole {
        known.iter().filter(there).filter(|row| !is_seen(row)).map(|row| row.id).collect()
    } else {
        Vec::new()
    };
    write.put_found(source, &looked.puts, now).await.map_err(SyncError::Store)?;
    write.mark_found_gone(&gone, now).await.map_err(SyncError::Store)?;
    // What there is too much of would be read again and again.
    let read = matches!(looked.ending, SourceEnding::Complete | SourceEnding::Cut);
    let news = SourceNews { read_at: read.then_some(now), pushed_at, trouble };
    write.set_source_news(source, &news).await.map_err(SyncError::Store)?;
    if cancel.is_cancelled() {
        return Ok(None);
    }
    write.commit().await.map_err(SyncError::Store)?;
    let changed = looked.puts.len() - new;
    Ok(Some(SourceChanges { source, new: count(new), changed: count(changed), gone: count(gone.len()) }))
}

/// Notes why a source was not even looked at.
pub async fn note_trouble(store: &Store, source: SourceId, trouble: String) -> Result<(), SyncError> {
    let mut write = store.write().await.map_err(SyncError::Store)?;
    let news = SourceNews { trouble: Some(trouble), ..SourceNews::default() };
    write.set_source_news(source, &news).await.map_err(SyncError::Store)?;
    write.commit().await.map_err(SyncError::Store)
}
