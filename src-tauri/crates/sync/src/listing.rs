//! Judging what was read: is it the whole listing, and did it hold still?
//!
//! Not here: reading it, and what follows from the judgement.

use drawbridge_domain::ForgeRepository;
use drawbridge_providers::{PageKey, StoredPage};
use drawbridge_store::Reached;
use std::collections::HashSet;

/// A page that was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    /// The page as it will be remembered; if it was unmodified, as it is.
    pub page: StoredPage,
    /// Its repositories that are not written yet; none if it was unmodified, as they are known then.
    pub rows: Vec<ForgeRepository>,
    /// Whether all of it was written while others were still read.
    pub kept: bool,
    /// Whether the host said that it left something out.
    pub partial: bool,
    /// How many repositories the host says there are in all.
    pub total: Option<u64>,
}

/// Everything one pass over the listing brought.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The answered pages, in the order they became known.
    pub answered: Vec<Answered>,
    /// Why it is not all there is, if it isn't.
    pub halt: Option<Halt>,
}

impl Reading {
    /// The answered pages that were not written yet, with their places.
    pub fn unkept(self) -> impl Iterator<Item = (usize, Answered)> {
        self.answered.into_iter().enumerate().filter(|(_, answered)| !answered.kept)
    }
}

/// Why reading ended before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// Cancelled.
    Interrupted,
    /// The credential is not accepted.
    Unauthorized,
    /// Nothing at all could be reached.
    Unreachable,
    /// Something else than the host answered, from the start.
    Interposed,
    /// To be tried again later.
    Limited { until: drawbridge_domain::Timestamp },
    /// A page could not be had. Pages count from 1.
    Page { page: usize, pages: usize, forbidden: bool },
    /// A page that another named is not there: the listing moved.
    Moved,
    /// More pages or rows than are read.
    TooLong,
}

/// A listing that was read to its end, left nothing out and did not move while it was read. Only
/// this leads to removals, so it can only be made by looking at all of that.
#[derive(Debug)]
pub(crate) struct CompleteListing {
    answered: Vec<Answered>,
    ids: HashSet<String>,
}

/// What a reading is worth.
#[derive(Debug)]
pub(crate) enum Judged {
    /// The whole listing.
    Complete(CompleteListing),
    /// All of what the host is willing to show now, by its own word not everything.
    Partial(Reading),
    /// All pages, but they don't fit together.
    Unsteady(Reading),
    /// Not all pages.
    Halted(Reading, Halt),
}

/// Judges a reading.
pub(crate) fn judge(reading: Reading) -> Judged {
    match reading.halt {
        Some(Halt::Moved) => return Judged::Unsteady(reading),
        Some(halt) => return Judged::Halted(reading, halt),
        None => {}
    }
    if reading.answered.iter().any(|answered| answered.partial) {
        return Judged::Partial(reading);
    }
    let keys: HashSet<&PageKey> = reading.answered.iter().map(|answered| &answered.page.key).collect();
    let has_all_pages = !keys.is_empty()
        && keys.len() == reading.answered.len()
        && reading.answered.iter().flat_map(|answered| &answered.page.more).all(|named| keys.contains(named));
    let listed = || reading.answered.iter().flat_map(|answered| &answered.page.forge_ids);
    let ids: HashSet<String> = listed().cloned().collect();
    // A repository on two pages means that rows moved while they were read, so that others may
    // have slipped through between two pages.
    if !has_all_pages || ids.len() != listed().count() {
        return Judged::Unsteady(reading);
    }
    Judged::Complete(CompleteListing { answered: reading.answered, ids })
}

impl CompleteListing {
    /// Whether it shows a repository that was reached before.
    pub fn shows(&self, known: &Reached) -> bool {
        self.ids.contains(&known.forge_id)
    }

    /// How many repositories it shows.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.answered.len()
    }

    /// The pages, to be written.
    pub fn into_answered(self) -> Vec<Answered> {
        self.answered
    }
}
