//! One sync from beginning to end: what is known is read, the listing is read and judged, and what
//! follows from the judgement is written.

use crate::{
    Ending, Outcome, Progress, Stage, StopCause, SyncContext, SyncError,
    changes::{self, Look},
    confirm::{self, Confirmed},
    fetch::{self, Tally},
    listing::{self, Answered, Halt, Judged, Reading},
    outcome::count,
    save::{self, Extent, Findings},
};
use drawbridge_domain::{ForgeRepository, Timestamp};
use drawbridge_providers::{PageKey, StoredPage};
use drawbridge_store::ReachCount;
use std::collections::{HashMap, HashSet};

/// Brings what an account reaches up to date.
pub async fn sync_account(context: &SyncContext<'_>) -> Result<Outcome, SyncError> {
    let (had, remembered, listed_at) = known(context).await?;
    let mut tally = Tally::default();
    // An open question is settled by the whole listing alone. What is kept against it is not counted there.
    if had.missing == had.kept && changes::are_enough(listed_at, context.clock.now()) {
        match changes::look(context, &remembered, had.all - had.kept, &mut tally).await? {
            Look::Changes(rows) => {
                tell_saving(context, 1, had.all);
                let findings = Findings { rows, extent: Extent::Changes, ..Findings::default() };
                return ended(context, Some(findings), Outcome::ended(Ending::Complete), &tally).await;
            }
            // Nothing is written: half of the changes would hide the other half from the next look.
            Look::Halted(halt) => {
                let mut outcome = Outcome::ended(Ending::Complete);
                halted(Reading::default(), halt, &remembered, &mut outcome);
                return ended(context, None, outcome, &tally).await;
            }
            Look::Unclear => {}
        }
    }
    let reached = {
        let mut session = context.store.read().await.map_err(SyncError::Store)?;
        session.reached(context.account).await.map_err(SyncError::Store)?
    };
    let usable = fetch::usable(remembered.clone(), &reached.iter().map(|known| known.forge_id.as_str()).collect());
    let mut judged = listing::judge(fetch::read(context, &usable, reached.len(), &mut tally).await);
    if let Judged::Unsteady(_) = judged {
        // Once more, and from scratch: what is remembered may be what does not fit.
        judged = listing::judge(fetch::read(context, &HashMap::new(), reached.len(), &mut tally).await);
    }
    let mut outcome = Outcome::ended(Ending::Complete);
    let findings = match judged {
        Judged::Complete(listing) => {
            tell_saving(context, listing.pages(), listing.len());
            match confirm::confirm(context, &listing, &reached, &mut tally).await {
                Ok(confirmed) => Some(complete(listing.into_answered(), confirmed, &mut outcome)),
                Err(halt) => halted(Reading::default(), halt, &remembered, &mut outcome),
            }
        }
        Judged::Partial(reading) => {
            outcome.partial = true;
            // Not remembered: unmodified, such pages could not say again that they are partial.
            Some(Findings { rows: rows(reading.answered), extent: Extent::Shown, ..Findings::default() })
        }
        Judged::Unsteady(reading) => {
            outcome.ending = Ending::Stopped { page: None, pages: None, cause: StopCause::Unsteady };
            Some(Findings { rows: rows(reading.answered), ..Findings::default() })
        }
        Judged::Halted(reading, halt) => halted(reading, halt, &remembered, &mut outcome),
    };
    ended(context, findings, outcome, &tally).await
}

/// Writes what was found and fills in what it took.
async fn ended(
    context: &SyncContext<'_>,
    findings: Option<Findings>,
    mut outcome: Outcome,
    tally: &Tally,
) -> Result<Outcome, SyncError> {
    if let Some(findings) = findings
        && !save::save(context, findings, &mut outcome).await?
    {
        outcome = Outcome::ended(Ending::Interrupted);
    }
    outcome.requests = tally.requests;
    outcome.unmodified = tally.unmodified;
    Ok(outcome)
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

fn complete(answered: Vec<Answered>, confirmed: Confirmed, outcome: &mut Outcome) -> Findings {
    if let Some(missing) = confirmed.held_back {
        outcome.ending = Ending::HeldBack { missing };
    }
    let pages = answered.iter().map(|answered| answered.page.clone()).collect();
    let mut rows = rows(answered);
    rows.extend(confirmed.still_there);
    let missing = Some(confirmed.left);
    Findings { rows, gone: confirmed.gone, missing, pages: Some(pages), extent: Extent::Whole }
}

/// What is kept of a reading that ended early: the rows are true, and the pages need not be read
/// again if they stay the same, so that a run that is cut short is a step ahead all the same.
fn halted(reading: Reading, halt: Halt, remembered: &[StoredPage], outcome: &mut Outcome) -> Option<Findings> {
    let stopped = |page: Option<usize>, pages: Option<usize>, cause| Ending::Stopped {
        page: page.map(count),
        pages: pages.map(count),
        cause,
    };
    outcome.ending = match halt {
        Halt::Interrupted => Ending::Interrupted,
        Halt::Unauthorized => Ending::NeedsYou,
        Halt::Unreachable => Ending::Unreachable,
        Halt::Interposed => Ending::Interposed,
        Halt::Limited { until } => Ending::Limited { until },
        Halt::Page { page, pages, forbidden: true } => stopped(Some(page), Some(pages), StopCause::Forbidden),
        Halt::Page { page, pages, forbidden: false } => stopped(Some(page), Some(pages), StopCause::Failed),
        Halt::Moved => stopped(None, None, StopCause::Unsteady),
        Halt::TooLong => stopped(None, None, StopCause::TooLong),
    };
    if matches!(halt, Halt::Interrupted | Halt::Unauthorized | Halt::Unreachable | Halt::Interposed) {
        return None;
    }
    outcome.partial = reading.answered.iter().any(|answered| answered.partial);
    let pages = (!outcome.partial).then(|| overlaid(remembered, &reading.answered));
    Some(Findings { rows: rows(reading.answered), pages, ..Findings::default() })
}

/// The remembered pages, with those that were answered in their place.
fn overlaid(remembered: &[StoredPage], answered: &[Answered]) -> Vec<StoredPage> {
    let fresh: HashMap<&PageKey, &StoredPage> =
        answered.iter().map(|answered| (&answered.page.key, &answered.page)).collect();
    let kept = remembered.iter().map(|page| fresh.get(&page.key).copied().unwrap_or(page));
    let known: HashSet<&PageKey> = remembered.iter().map(|page| &page.key).collect();
    let new = answered.iter().map(|answered| &answered.page).filter(|page| !known.contains(&page.key));
    kept.chain(new).cloned().collect()
}

fn rows(answered: Vec<Answered>) -> Vec<ForgeRepository> {
    answered.into_iter().flat_map(|answered| answered.rows).collect()
}

fn tell_saving(context: &SyncContext<'_>, pages: usize, repositories: usize) {
    (context.progress)(Progress {
        stage: Stage::Saving,
        repositories: count(repositories),
        expected: Some(count(repositories)),
        pages: count(pages),
        expected_pages: Some(count(pages)),
    });
}
