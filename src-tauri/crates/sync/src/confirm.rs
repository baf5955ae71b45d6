//! Confirming that what a complete listing no longer shows is really gone, one by one and by name.
//!
//! Not here: what a complete listing is, and the removal itself.

use crate::{
    SyncContext,
    fetch::Tally,
    listing::{CompleteListing, Halt},
    outcome::count,
};
use drawbridge_domain::{ForgeRepository, RepositoryId};
use drawbridge_providers::{ForgeError, RepositoryRef};
use drawbridge_store::{Missing, Reached};
use futures::StreamExt as _;

/// More than this in one run is asked about, not done.
const MOST_REMOVALS: usize = 200;
/// So few may go however small the list is.
const FEW_REMOVALS: usize = 10;
/// Above that, at most one in so many.
const ONE_IN: usize = 5;
/// So many of those that the host shows by name only are asked for in one run.
const MOST_BY_NAME: usize = 200;

/// A repository that its host says it does not have, or not for this account. Made only here.
#[derive(Debug)]
pub(crate) struct Gone {
    id: RepositoryId,
    full_name: String,
}

impl Gone {
    pub fn id(&self) -> RepositoryId {
        self.id
    }

    pub fn full_name(&self) -> &str {
        &self.full_name
    }
}

/// What asking for the missing ones brought.
#[derive(Debug, Default)]
pub(crate) struct Confirmed {
    /// To be removed.
    pub gone: Vec<Gone>,
    /// Still there, as they are now, though the listing does not show them.
    pub still_there: Vec<ForgeRepository>,
    /// Whether that is news of one of them: it may have slipped through a listing that moved while it was read.
    pub slipped: bool,
    /// Missing and left in the list: a person wants that, or is asked.
    pub left: Vec<RepositoryId>,
    /// Was not in the listing before, and is now.
    pub again: Vec<RepositoryId>,
    /// How many a person is asked about, if that is too many to believe.
    pub held_back: Option<u32>,
}

/// What a host says of a repository that it is asked for.
enum Said {
    There(ForgeRepository),
    /// Nothing there, or something else under its name.
    NotThere,
    /// No answer is no confirmation.
    Nothing,
}

/// Asks for each repository that is missing from a complete listing.
pub(crate) async fn confirm(
    context: &SyncContext<'_>,
    listing: &CompleteListing,
    reached: &[Reached],
    tally: &mut Tally,
) -> Result<Confirmed, Halt> {
    let mut confirmed = Confirmed::default();
    let (mut agreed, mut by_name, mut doubtful, mut kept) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for known in reached {
        match (listing.shows(known), known.missing) {
            (true, None) => {}
            (true, Some(_)) => confirmed.again.push(known.id),
            (false, Some(Missing::Kept)) => {
                kept += 1;
                confirmed.left.push(known.id);
            }
            (false, Some(Missing::SaidGone)) => agreed.push(known),
            (false, Some(Missing::ByName(at))) => by_name.push((at, known)),
            (false, None | Some(Missing::Asked)) => doubtful.push(known),
        }
    }
    // That the listing does not show these is no news. Those that the host does not show by name either are as
    // much of a loss as what its listing lost.
    let expected = reached.len() - kept - agreed.len() - by_name.len();
    by_name.sort_unstable_by_key(|(at, _)| *at);
    let stalest = by_name.into_iter().take(MOST_BY_NAME).map(|(_, known)| known);
    let mut lost = Vec::new();
    for (known, said) in ask(context, agreed.into_iter().chain(stalest), tally).await? {
        match said {
            Said::NotThere if known.missing != Some(Missing::SaidGone) => lost.push(known),
            said => confirmed.take(known, said),
        }
    }
    let doubts = doubtful.len() + lost.len();
    let many = doubts > FEW_REMOVALS && doubts * ONE_IN > expected + lost.len();
    if many || doubts > MOST_REMOVALS {
        confirmed.held_back = Some(count(doubts));
        confirmed.left.extend(doubtful.into_iter().chain(lost).map(|known| known.id));
        return Ok(confirmed);
    }
    for known in lost {
        confirmed.take(known, Said::NotThere);
    }
    for (known, said) in ask(context, doubtful.into_iter(), tally).await? {
        confirmed.take(known, said);
    }
    Ok(confirmed)
}

impl Confirmed {
    fn take(&mut self, known: &Reached, said: Said) {
        match said {
            Said::There(found) => {
                self.slipped |= !matches!(known.missing, Some(Missing::ByName(_)));
                self.still_there.push(found);
            }
            Said::NotThere => {
                self.gone.push(Gone { id: known.id, full_name: format!("{}/{}", known.owner, known.name) });
            }
            // What a person said of it stays.
            Said::Nothing if matches!(known.missing, Some(Missing::Asked | Missing::SaidGone)) => {
                self.left.push(known.id);
            }
            Said::Nothing => {}
        }
    }
}

/// Asks for a few of those that the host shows by name only, those first that were not asked for longest: as they
/// are now. None if one of them is not there any more.
pub(crate) async fn a_few_by_name(
    context: &SyncContext<'_>,
    reached: &[Reached],
    tally: &mut Tally,
) -> Result<Option<Vec<ForgeRepository>>, Halt> {
    let mut there = Vec::new();
    for (_, said) in ask(context, reached.iter(), tally).await? {
        match said {
            Said::There(found) => there.push(found),
            Said::NotThere => return Ok(None),
            Said::Nothing => {}
        }
    }
    Ok(Some(there))
}

/// Asks a host for repositories, each by its name or id.
async fn ask<'a>(
    context: &SyncContext<'_>,
    wanted: impl Iterator<Item = &'a Reached>,
    tally: &mut Tally,
) -> Result<Vec<(&'a Reached, Said)>, Halt> {
    // Owned: what is borrowed here can't be told to live long enough by a future that goes to another thread.
    let wanted: Vec<&Reached> = wanted.collect();
    let names: Vec<(usize, Reached)> = wanted.iter().map(|known| (*known).clone()).enumerate().collect();
    let mut answers = futures::stream::iter(names)
        .map(|(place, known)| async move {
            let named = RepositoryRef { forge_id: &known.forge_id, owner: &known.owner, name: &known.name };
            let answer = context.forge.find_repository(&context.api, named).await;
            (place, answer)
        })
        .buffer_unordered(context.concurrency.max(1));
    let mut said = Vec::with_capacity(wanted.len());
    loop {
        let next = tokio::select! {
            biased;
            () = context.cancel.cancelled() => return Err(Halt::Interrupted),
            next = answers.next() => next,
        };
        let Some((place, answer)) = next else { return Ok(said) };
        tally.requests = tally.requests.saturating_add(1);
        let known = wanted[place];
        said.push((
            known,
            match answer {
                Ok(Some(found)) if found.forge_id == known.forge_id => Said::There(found),
                Ok(_) => Said::NotThere,
                Err(ForgeError::Unauthorized) => return Err(Halt::Unauthorized),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the host did not say whether it has a repository"
                    );
                    Said::Nothing
                }
            },
        ));
    }
}
