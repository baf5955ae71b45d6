//! The quick look: what changed since the whole listing was read, newest first, in as few questions as
//! that takes. A host where nothing changed is asked once.
//!
//! It is believed only if it fits: the host's total must be what is known with what is new. What it can't
//! tell (a repository that is gone, one that is shared with the account long after its last change)
//! shows in that total, or in the whole listing that is read now and then all the same. It leads to no
//! removal. Not here: that whole listing.

use crate::{
    SyncContext, SyncError, confirm,
    fetch::{self, Tally},
    listing::{Answered, Halt},
};
use drawbridge_domain::{ForgeRepository, Timestamp};
use drawbridge_providers::{PageKey, StoredPage};
use drawbridge_store::ReachCount;
use std::{collections::HashSet, time::Duration};

/// The whole listing is read at least this often.
const WHOLE_EVERY: Duration = Duration::from_hours(24);
/// So many rounds of pages, each full of news, are read before the whole listing, in order and many at once,
/// can be the shorter way.
const FEW_ROUNDS: usize = 10;
/// So many of those that no listing shows are asked for by name along with it.
const FEW_BY_NAME: u32 = 10;

/// What the quick look brought.
#[derive(Debug)]
pub(crate) enum Look {
    /// All that changed.
    Changes {
        /// By the listing.
        rows: Vec<ForgeRepository>,
        /// A few that the host shows by name only, as they are now.
        by_name: Vec<ForgeRepository>,
    },
    /// It does not fit, or the host has no such order: the whole listing has to be read.
    Unclear,
    /// The whole listing would fare no better now.
    Halted(Halt),
}

/// Whether the newest changes are enough, by when the whole listing was read.
pub(crate) fn are_enough(listed_at: Option<Timestamp>, now: Timestamp) -> bool {
    // A time that lies ahead was noted by a clock that was wrong.
    listed_at.is_some_and(|at| at <= now && now.since(at) < WHOLE_EVERY)
}

/// Reads what changed. `whole`: the pages of the whole listing; `had`: how many repositories are known.
pub(crate) async fn look(
    context: &SyncContext<'_>,
    whole: &[StoredPage],
    had: ReachCount,
    tally: &mut Tally,
) -> Result<Look, SyncError> {
    // What is kept against the listing, and what its host shows by name only, is not counted there.
    let known = had.all - had.kept - had.by_name;
    let mut pages = context.forge.newest_first(whole);
    let mut new: HashSet<String> = HashSet::new();
    let mut rows = Vec::new();
    let mut total = None;
    let most = (whole.len() / context.concurrency.max(1)).max(FEW_ROUNDS);
    for round in 0..most {
        if pages.is_empty() {
            break;
        }
        let reading = fetch::read_only(context, &pages, known, tally).await?;
        match reading.halt {
            None => {}
            Some(
                halt @ (Halt::Interrupted
                | Halt::Unauthorized
                | Halt::Unreachable
                | Halt::Interposed
                | Halt::Limited { .. }),
            ) => {
                return Ok(Look::Halted(halt));
            }
            Some(Halt::Page { .. } | Halt::Moved | Halt::TooLong) => return Ok(Look::Unclear),
        }
        if reading.answered.iter().any(|answered| answered.partial) {
            return Ok(Look::Unclear);
        }
        if round == 0 {
            total = reading.answered.iter().map(|answered| answered.total).sum::<Option<u64>>();
        }
        pages.clear();
        for Answered { page, rows: listed, .. } in reading.answered {
            let mut session = context.store.read().await.map_err(SyncError::Store)?;
            let differing =
                session.differing(context.host, context.account, &listed).await.map_err(SyncError::Store)?;
            if differing.changed || !differing.new.is_empty() {
                pages.extend::<Vec<PageKey>>(page.more);
            }
            new.extend(differing.new);
            rows.extend(listed);
        }
    }
    let expected = u64::try_from(known.saturating_add(new.len())).unwrap_or(u64::MAX);
    let fits = total.is_none_or(|total| total == expected);
    // Pages that are left hold more that changed.
    if rows.is_empty() && total.is_none() || !fits || !pages.is_empty() {
        return Ok(Look::Unclear);
    }
    if had.by_name == 0 {
        return Ok(Look::Changes { rows, by_name: Vec::new() });
    }
    let mut session = context.store.read().await.map_err(SyncError::Store)?;
    let mut some = session.shown_by_name(context.account, FEW_BY_NAME).await.map_err(SyncError::Store)?;
    drop(session);
    // One that the listing shows again is as any other.
    some.retain(|known| rows.iter().all(|row| row.forge_id != known.forge_id));
    Ok(match confirm::a_few_by_name(context, &some, tally).await {
        Ok(Some(by_name)) => Look::Changes { rows, by_name },
        Ok(None) => Look::Unclear,
        Err(halt) => Look::Halted(halt),
    })
}
