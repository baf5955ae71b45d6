//! Long listings that are written while they are read: what is there before the end, and after an end that came
//! too soon.

use super::{
    Case,
    forge::{Asked, Fault, World},
};
use crate::{Ending, Outcome};
use std::{collections::BTreeSet, time::Duration};
use tokio_util::sync::CancellationToken;

/// The page that never comes, so that a run does not end by itself.
const NEVER: usize = 7;

async fn writing(world: World) -> Case {
    let mut case = Case::new(world).await;
    case.kept_at_once = 5;
    case
}

/// Syncs until so many are reached that were not before; the run goes on then.
async fn begun<T>(case: &Case, most: usize, then: impl AsyncFnOnce(&Case) -> T) -> (T, Outcome) {
    case.forge.on_request(|asked, _| matches!(asked, Asked::Page { page: NEVER, .. }).then_some(Fault::Silence));
    let came = async {
        while case.reached().await.len() < most {
            tokio::task::yield_now().await;
        }
        then(case).await
    };
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, async { futures::join!(came, case.sync()) }).await.expect("enough came")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_long_listing_shows_is_there_while_the_rest_is_read() {
    for world in [World::new(45, 5), World::by_keyset(45, 5)] {
        let mut case = writing(world).await;
        // A page that comes too late holds up those behind it only where it is named by the one before.
        let most = (NEVER - 1) * 5;
        let (names, outcome) = begun(&case, most, async |case| {
            let names = case.names().await;
            case.cancel.cancel();
            names
        })
        .await;
        assert!(names.contains("acme/repo-1"), "{names:?}");
        let reached = case.reached().await;
        assert_eq!((&outcome.ending, outcome.added as usize), (&Ending::Interrupted, reached.len()));
        assert!(reached.len() < 45 && case.synced_at().await.is_none(), "{}", reached.len());
        let kept = case.told.lock().expect("no panic").iter().map(|told| told.kept as usize).max();
        assert_eq!(kept, Some(reached.len()), "and who shows it is told");

        case.forge.behave();
        case.cancel = CancellationToken::new();
        let outcome = case.sync().await;
        let (added, again) = (45 - reached.len(), outcome.unmodified as usize * 5);
        assert_eq!((&outcome.ending, outcome.added as usize), (&Ending::Complete, added));
        assert_eq!(again, reached.len(), "what was read is not read again");
        assert_eq!(case.reached().await.len(), 45);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_ends_in_the_middle_hides_no_change_from_the_next() {
    let mut case = writing(World::new(100, 5).telling_changes()).await;
    case.sync().await;
    // Those on the first pages changed last: the next look at the newest changes begins with them.
    (0..60).rev().for_each(|place| case.forge.world().push(place));
    let changed = |case: &Case| case.told.lock().expect("no panic").last().map_or(0, |told| told.kept);
    let stopped = async {
        // The look at them fails, so the whole listing is read.
        case.forge.on_request(|asked, _| match asked {
            Asked::Newest { .. } => Some(Fault::Server),
            Asked::Page { page: NEVER, .. } => Some(Fault::Silence),
            Asked::Page { .. } | Asked::Find { .. } => None,
        });
        let syncing = case.sync();
        let enough = async {
            while changed(&case) < 20 {
                tokio::task::yield_now().await;
            }
            case.cancel.cancel();
        };
        futures::join!(syncing, enough).0
    };
    let outcome = tokio::time::timeout(Duration::from_secs(60), stopped).await.expect("enough came");
    assert_eq!(outcome.ending, Ending::Interrupted);
    assert!((20..60).contains(&outcome.changed), "{outcome:?}");
    case.forge.behave();
    case.cancel = CancellationToken::new();
    assert_eq!(case.sync().await.changed, 60 - outcome.changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_first_of_two_readings_added_may_be_gone_by_the_second() {
    let case = writing(World::new(45, 5)).await;
    let (mut moved, mut firsts) = (false, 0);
    case.forge.on_request(move |asked, world| {
        if matches!(asked, Asked::Page { page: 2, .. }) && !moved {
            moved = true;
            world.insert(0);
        }
        if matches!(asked, Asked::Page { page: 1, .. }) {
            firsts += 1;
            if firsts == 2 {
                world.repositories.retain(|one| one.forge_id != "1");
            }
        }
        None
    });
    let outcome = case.sync().await;
    let shown: BTreeSet<String> = case.forge.world().repositories.iter().map(|one| one.forge_id.clone()).collect();
    assert_eq!(case.reached().await, shown);
    assert_eq!((&outcome.ending, outcome.added, outcome.removed), (&Ending::Complete, 46, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_in_the_middle_keeps_what_came_before_and_tells_it() {
    let case = writing(World::new(45, 5)).await;
    case.forge.on_request(|asked, _| matches!(asked, Asked::Page { page: 9, .. }).then_some(Fault::Unauthorized));
    let refused = case.sync().await;
    assert_eq!((&refused.ending, refused.added as usize), (&Ending::NeedsYou, case.reached().await.len()));
    assert!(refused.added > 0, "{refused:?}");
    case.forge.behave();
    // With newer access it begins anew, and both are one run.
    let (requests, again) = (refused.requests, case.sync().await);
    let whole = again.after(refused);
    assert_eq!((&whole.ending, whole.added), (&Ending::Complete, 45));
    assert!(whole.requests > requests, "{whole:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_faster_than_is_written_waits_and_reads_on() {
    for world in [World::new(400, 2), World::by_keyset(400, 2)] {
        let mut case = writing(world).await;
        case.kept_at_once = 1;
        let behind = |told: &crate::Progress| told.repositories.saturating_sub(told.kept);
        let outcome = case.sync().await;
        assert_eq!((&outcome.ending, outcome.added), (&Ending::Complete, 400));
        let most = case.told.lock().expect("no panic").iter().map(behind).max().unwrap_or(0);
        // What waits to be written, what is being written, and what was under way.
        assert!(most <= 2 * 20 + 2 * 8, "{most}");
    }
}
