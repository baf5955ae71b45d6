//! One sync from beginning to end: what is known is read, the listing is read and judged, and what
//! follows from the judgement is written.

use crate::{
    Ending, Outcome, Progress, Stage, StopCause, SyncContext, SyncError,
    changes::{self, Look},
    confirm::{self, Confirmed},
    fetch::{self, Tally},
    listing::{self, Answered, Halt, Judged},
    outcome::count,
    save::{self, Extent, Findings, MissingNow, Pages},
};
use drawbridge_domain::Timestamp;
use drawbridge_providers::StoredPage;
use drawbridge_store::{Put, ReachCount, Reached};
use std::collections::HashMap;

/// How many names of each kind a sentence may want.
const EXAMPLES: usize = 3;

/// Brings what an account reaches up to date.
pub async fn sync_account(context: &SyncContext<'_>) -> Result<Outcome, SyncError> {
    let (had, remembered, listed_at) = known(context).await?;
    let mut tally = Tally::default();
    // An open question is settled by the whole listing alone.
    if had.missing == had.kept && changes::are_enough(listed_at, context.clock.now()) {
        match changes::look(context, &remembered, had, &mut tally).await? {
            Look::Changes { rows, by_name } => {
                tell_saving(context, 1, had.all, &tally.put);
                let findings = Findings { rows, by_name, extent: Extent::Changes, ..Findings::default() };
                return ended(context, Some(findings), Outcome::ended(Ending::Complete), tally).await;
            }
            // Nothing is written: half of the changes would hide the other half from the next look.
            Look::Halted(halt) => {
                return ended(context, None, Outcome::ended(ending(halt)), tally).await;
            }
            Look::Unclear => {}
        }
    }
    let mut reached = known_to(context).await?;
    let usable = fetch::usable(remembered, &reached.iter().map(|known| known.forge_id.as_str()).collect());
    let mut judged = listing::judge(fetch::read(context, &usable, reached.len(), &mut tally).await?);
    if let Judged::Unsteady(_) = judged {
        // Once more, and from scratch: what is remembered may be what does not fit.
        judged = listing::judge(fetch::read(context, &HashMap::new(), reached.len(), &mut tally).await?);
        // What the first reading added may be gone again.
        reached = known_to(context).await?;
    }
    let mut outcome = Outcome::ended(Ending::Complete);
    let findings = match judged {
        Judged::Complete(listing) => {
            tell_saving(context, listing.pages(), listing.len(), &tally.put);
            match confirm::confirm(context, &listing, &reached, &mut tally).await {
                Ok(confirmed) => Some(complete(listing.into_answered(), confirmed, &mut outcome)),
                Err(halt) => {
                    outcome.ending = ending(halt);
                    None
                }
            }
        }
        Judged::Partial(reading) => {
            outcome.partial = true;
            Some(Findings { extent: Extent::Shown, ..save::part(reading.unkept()) })
        }
        Judged::Unsteady(reading) => {
            outcome.ending = Ending::Stopped { page: None, pages: None, cause: StopCause::Unsteady };
            Some(save::part(reading.unkept()))
        }
        Judged::Halted(reading, halt) => {
            outcome.ending = ending(halt);
            outcome.partial = reading.answered.iter().any(|answered| answered.partial);
            is_kept(halt).then(|| save::part(reading.unkept()))
        }
    };
    ended(context, findings, outcome, tally).await
}

/// Writes what was found, and tells what the run did in all.
async fn ended(
    context: &SyncContext<'_>,
    findings: Option<Findings>,
    mut outcome: Outcome,
    mut tally: Tally,
) -> Result<Outcome, SyncError> {
    if let Some(findings) = findings {
        let gone: Vec<String> = findings.gone.iter().map(|gone| gone.full_name().to_owned()).collect();
        match save::save(context, findings).await? {
            Some(put) => {
                tally.put = tally.put.and(put);
                outcome.removed = count(gone.len());
                outcome.removed_names = gone.into_iter().take(EXAMPLES).collect();
            }
            None => outcome = Outcome::ended(Ending::Interrupted),
        }
    }
    let Tally { requests, unmodified, put } = tally;
    Ok(Outcome {
        requests,
        unmodified,
        added: put.added,
        changed: put.changed,
        renamed: put.renamed,
        added_names: put.added_names,
        changed_names: put.changed_names,
        renames: put.renames,
        ..outcome
    })
}

/// How many the account reached at the end of the last run, the pages remembered from it, and when they
/// were the whole listing.
async fn known(context: &SyncContext<'_>) -> Result<(ReachCount, Vec<StoredPage>, Option<Timestamp>), SyncError> {
    let mut session = context.store.read().await.map_err(SyncError::Store)?;
    let count = session.reach_count(context.account).await.map_err(SyncError::Store)?;
    let pages = session.listing_pages(context.account).await.map_err(SyncError::Store)?;
    let account = session.account(context.account).await.map_err(SyncError::Store)?;
    let listed_at = account.and_then(|account| account.listed_at);
    Ok((count, pages.into_iter().map(save::from_row).collect(), listed_at))
}

/// Everything that the account reaches now.
async fn known_to(context: &SyncContext<'_>) -> Result<Vec<Reached>, SyncError> {
    let mut session = context.store.read().await.map_err(SyncError::Store)?;
    session.reached(context.account).await.map_err(SyncError::Store)
}

fn complete(answered: Vec<Answered>, confirmed: Confirmed, outcome: &mut Outcome) -> Findings {
    let Confirmed { gone, still_there: by_name, slipped, left, again, held_back } = confirmed;
    if let Some(missing) = held_back {
        outcome.ending = Ending::HeldBack { missing };
    }
    let (mut rows, mut pages) = (Vec::new(), Vec::with_capacity(answered.len()));
    for one in answered {
        rows.extend(one.rows);
        pages.push(one.page);
    }
    let missing = Some(MissingNow { left, again });
    // What slipped through is made up for, in the number, by what was shown and is gone since: only a listing that
    // shows the same again says that nothing moved.
    let extent = if slipped { Extent::Shown } else { Extent::Whole };
    Findings { rows, by_name, gone, missing, pages: Pages::Only(pages), extent }
}

fn ending(halt: Halt) -> Ending {
    let stopped = |page: Option<usize>, pages: Option<usize>, cause| Ending::Stopped {
        page: page.map(count),
        pages: pages.map(count),
        cause,
    };
    match halt {
        Halt::Interrupted => Ending::Interrupted,
        Halt::Unauthorized => Ending::NeedsYou,
        Halt::Unreachable => Ending::Unreachable,
        Halt::Interposed => Ending::Interposed,
        Halt::Limited { until } => Ending::Limited { until },
        Halt::Page { page, pages, forbidden: true } => stopped(Some(page), Some(pages), StopCause::Forbidden),
        Halt::Page { page, pages, forbidden: false } => stopped(Some(page), Some(pages), StopCause::Failed),
        Halt::Moved => stopped(None, None, StopCause::Unsteady),
        Halt::TooLong => stopped(None, None, StopCause::TooLong),
    }
}

/// Whether what came just before a halt is still written.
fn is_kept(halt: Halt) -> bool {
    !matches!(halt, Halt::Interrupted | Halt::Unauthorized | Halt::Unreachable | Halt::Interposed)
}

fn tell_saving(context: &SyncContext<'_>, pages: usize, repositories: usize, put: &Put) {
    let kept = put.added.saturating_add(put.changed);
    (context.progress)(Progress {
        stage: Stage::Saving,
        repositories: count(repositories),
        expected: Some(count(repositories)),
        pages: count(pages),
        expected_pages: Some(count(pages)),
        kept,
    });
}
