//! Listings in which each page begins behind the last id of the one before and names only the next.

use super::{
    Case,
    forge::{Asked, Fault, World},
};
use crate::{Ending, Outcome};

fn counts(outcome: &Outcome) -> (Ending, u32, u32, u32) {
    (outcome.ending.clone(), outcome.added, outcome.changed, outcome.removed)
}

/// Pages asked for, by number, each with whether only a change was asked for.
fn pages(case: &Case) -> Vec<(usize, bool)> {
    let asked = case.forge.requests().into_iter();
    let pages = asked.filter_map(|asked| match asked {
        Asked::Page { page, conditional } => Some((page, conditional)),
        Asked::Find { .. } | Asked::Newest { .. } => None,
    });
    pages.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_ends_with_the_page_that_is_empty() {
    let case = Case::new(World::by_keyset(30, 10)).await;
    let outcome = case.sync().await;
    assert_eq!(counts(&outcome), (Ending::Complete, 30, 0, 0));
    assert_eq!(pages(&case), [(1, false), (2, false), (3, false), (4, false)]);
    case.forge.forget_requests();
    let outcome = case.sync().await;
    assert_eq!(counts(&outcome), (Ending::Complete, 0, 0, 0));
    assert_eq!((outcome.requests, outcome.unmodified), (4, 4), "each named by the remembered one before");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_comes_behind_what_did_not_change() {
    for size in [25, 30] {
        let case = Case::synced(World::by_keyset(size, 10)).await;
        let id = case.forge.world().add();
        let outcome = case.sync().await;
        assert_eq!(counts(&outcome), (Ending::Complete, 1, 0, 0), "{size}");
        assert!(case.reached().await.contains(&id), "{size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_moves_the_pages_behind_it_and_nothing_else_is_lost() {
    // Within a page, the last of one (which the next page is named by), and the first of one.
    for place in [4, 9, 10, 34] {
        let case = Case::synced(World::by_keyset(35, 10)).await;
        case.forge.world().repositories.remove(place);
        let outcome = case.sync().await;
        assert_eq!(counts(&outcome), (Ending::Complete, 0, 0, 1), "{place}");
        assert_eq!(case.reached().await.len(), 34, "{place}");
        case.forge.forget_requests();
        let outcome = case.sync().await;
        assert_eq!(outcome.requests, outcome.unmodified, "{place}: the new pages are the remembered ones");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_while_the_list_is_read_hides_nothing_else() {
    let case = Case::synced(World::by_keyset(35, 10)).await;
    let mut removed = false;
    case.forge.on_request(move |asked, world| {
        if matches!(asked, Asked::Page { page: 2, .. }) && !removed {
            removed = true;
            // The last row of the page already read: the next one begins behind it all the same.
            world.repositories.remove(9);
        }
        None
    });
    let outcome = case.sync().await;
    assert_eq!(
        (outcome.ending.clone(), outcome.removed),
        (Ending::Complete, 0),
        "it was still there when its page was read"
    );
    case.forge.behave();
    let outcome = case.sync().await;
    assert_eq!(counts(&outcome), (Ending::Complete, 0, 0, 1));
    assert_eq!(case.reached().await.len(), 34);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_ends_the_reading_and_removes_nothing() {
    let case = Case::synced(World::by_keyset(35, 10)).await;
    case.forge.world().repositories.remove(2);
    case.forge.on_request(|asked, _| matches!(asked, Asked::Page { page: 3, .. }).then_some(Fault::Server));
    let outcome = case.sync().await;
    assert!(matches!(outcome.ending, Ending::Stopped { .. }), "{outcome:?}");
    assert_eq!(case.reached().await.len(), 35, "pages behind it are not known, so nothing is known to be gone");
    case.forge.behave();
    let outcome = case.sync().await;
    assert_eq!(counts(&outcome), (Ending::Complete, 0, 0, 1), "what was kept of the run before fits");
}
