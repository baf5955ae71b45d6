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
    /// Still there, as they are now.
    pub still_there: Vec<ForgeRepository>,
    /// Missing and left in the list: a person wants that, or is asked.
    pub left: Vec<RepositoryId>,
    /// How many a person is asked about, if that is too many to believe.
    pub held_back: Option<u32>,
}

/// Asks for each repository that is missing from a complete listing.
pub(crate) async fn confirm(
    context: &SyncContext<'_>,
    listing: &CompleteListing,
    reached: &[Reached],
    tally: &mut Tally,
) -> Result<Confirmed, Halt> {
    let mut confirmed = Confirmed::default();
    let (kept, missing): (Vec<&Reached>, Vec<&Reached>) =
        listing.missing(reached).into_iter().partition(|known| known.missing == Some(Missing::Kept));
    confirmed.left.extend(kept.iter().map(|known| known.id));
    let (agreed, doubtful): (Vec<&Reached>, Vec<&Reached>) =
        missing.into_iter().partition(|known| known.missing == Some(Missing::SaidGone));
    let expected = reached.len() - kept.len() - agreed.len();
    let many = doubtful.len() > FEW_REMOVALS && doubtful.len() * ONE_IN > expected;
    let mut asked = agreed;
    if many || doubtful.len() > MOST_REMOVALS {
        confirmed.held_back = Some(count(doubtful.len()));
        confirmed.left.extend(doubtful.iter().map(|known| known.id));
    } else {
        asked.extend(doubtful);
    }
    let at_once = context.concurrency.max(1);
    let mut answers = futures::stream::iter(asked.into_iter().cloned())
        .map(|known| async move {
            let named = RepositoryRef { forge_id: &known.forge_id, owner: &known.owner, name: &known.name };
            let answer = context.forge.find_repository(&context.api, named).await;
            (known, answer)
        })
        .buffer_unordered(at_once);
    loop {
        let next = tokio::select! {
            biased;
            () = context.cancel.cancelled() => return Err(Halt::Interrupted),
            next = answers.next() => next,
        };
        let Some((known, answer)) = next else { return Ok(confirmed) };
        tally.requests = tally.requests.saturating_add(1);
        match answer {
            Ok(Some(found)) if found.forge_id == known.forge_id => confirmed.still_there.push(found),
            // Nothing there, or something else under its name.
            Ok(_) => confirmed.gone.push(Gone { id: known.id, full_name: format!("{}/{}", known.owner, known.name) }),
            Err(ForgeError::Unauthorized) => return Err(Halt::Unauthorized),
            // No answer is no confirmation. What a person said of it stays.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a removal was not confirmed");
                if known.missing.is_some() {
                    confirmed.left.push(known.id);
                }
            }
        }
    }
}
