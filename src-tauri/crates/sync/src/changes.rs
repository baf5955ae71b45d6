//! The quick look: what changed since the whole listing was read, newest first, in as few questions as
//! that takes. A host where nothing changed is asked once.
//!
//! It is believed only if it fits: the host's total must be what is known with what is new. What it can't
//! tell (a repository that is gone, one that is shared with the account long after its last change)
//! shows in that total, or in the whole listing that is read now and then all the same. It leads to no
//! removal. Not here: that whole listing.

use crate::{
    SyncContext, SyncError,
    fetch::{self, Tally},
    listing::{Answered, Halt},
};
use drawbridge_domain::{ForgeRepository, Timestamp};
use drawbridge_providers::{PageKey, StoredPage};
use std::{collections::HashSet, time::Duration};

/// The whole listing is read at least this often.
const WHOLE_EVERY: Duration = Duration::from_hours(24);
/// So many rounds of pages, each full of news, are read before the whole listing, in order and many at once,
/// can be the shorter way.
const FEW_ROUNDS: usize = 10;

/// What the quick look brought.
#[derive(Debug)]
pub(crate) enum Look {
    /// All that changed.
    Changes(Vec<ForgeRepository>),
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

/// Reads what changed. `whole`: the pages of the whole listing; `known`: how many repositories are.
pub(crate) async fn look(
    context: &SyncContext<'_>,
    whole: &[StoredPage],
    known: usize,
    tally: &mut Tally,
) -> Result<Look, SyncError> {
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
    Ok(Look::Changes(rows))
}
