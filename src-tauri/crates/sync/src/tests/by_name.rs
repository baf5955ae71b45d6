//! What the host shows by name and no listing does.

use super::{
    Case,
    forge::{Asked, Fault, World},
};
use crate::{Ending, Outcome};
use drawbridge_domain::Timestamp;
use std::time::Duration;

/// Some in a list, of which the listing does not show any more those from the first on, but the host does.
async fn with_unlisted(repositories: usize, unlisted: usize) -> Case {
    let case = Case::synced(World::new(repositories, 10).telling_changes()).await;
    hide(&case, unlisted);
    case
}

/// The listing does not show the first so many any more, but the host does.
fn hide(case: &Case, count: usize) {
    let mut world = case.forge.world();
    let hidden: Vec<_> = world.repositories.drain(..count).collect();
    world.unlisted.extend(hidden);
}

/// The listing shows one of them again.
fn show(case: &Case) {
    let mut world = case.forge.world();
    let back = world.unlisted.remove(0);
    world.repositories.insert(0, back);
}

fn counts(outcome: &Outcome) -> (u32, u32, u32, u32) {
    assert_eq!(outcome.ending, Ending::Complete, "{outcome:?}");
    (outcome.added, outcome.changed, outcome.removed, outcome.requests)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_for_by_name_each_time_and_the_rest_is_not_read_for_it() {
    let case = with_unlisted(45, 1).await;
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1 + 5 + 1), "the look, the listing, and the one by its name");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 5 + 1), "it may have slipped through while something moved");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 2), "one look, and the one by its name");
    case.forge.world().unlisted[0].description = Some("changed".to_owned());
    assert_eq!(counts(&case.sync().await), (0, 1, 0, 2), "it is brought up to date by that");
    // No answer is no word against it.
    case.forge.on_request(|asked, _| matches!(asked, Asked::Find { .. }).then_some(Fault::Server));
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 2));
    case.forge.behave();

    // The listing shows it again: it is as any other.
    show(&case);
    case.forge.world().push(0);
    assert_eq!(counts(&case.sync().await), (0, 1, 0, 2), "two pages of the look");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1));
    assert_eq!(case.reached().await.len(), 45);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_shows_it_unchanged_settles_it() {
    let case = with_unlisted(45, 1).await;
    case.sync().await;
    case.sync().await;
    show(&case);
    case.sync().await;
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1), "nothing more to ask for by name");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_gone_it_is_removed_and_so_many_are_asked_about() {
    let case = with_unlisted(45, 1).await;
    case.sync().await;
    case.sync().await;
    case.forge.world().unlisted.clear();
    assert_eq!(counts(&case.sync().await), (0, 0, 1, 1 + 1 + 5 + 1));
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1));

    let case = with_unlisted(60, 20).await;
    assert_eq!(case.sync().await.ending, Ending::HeldBack { missing: 20 });
    crate::answer(&case.store, &case.account, true).await.expect("noted");
    let (.., removed, _) = counts(&case.sync().await);
    assert_eq!((removed, case.reached().await.len()), (0, 60), "the host shows them all");
    case.sync().await;
    for _ in 0..3 {
        assert_eq!(counts(&case.sync().await), (0, 0, 0, 1 + 10), "no question, and a few by name each time");
    }
    case.forge.world().unlisted.clear();
    assert_eq!(case.sync().await.ending, Ending::HeldBack { missing: 20 }, "as if the listing had lost them");
    assert_eq!(case.reached().await.len(), 60);
    crate::answer(&case.store, &case.account, true).await.expect("noted");
    let (.., removed, _) = counts(&case.sync().await);
    assert_eq!(removed, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_wait_longest_are_asked_for_first() {
    let case = with_unlisted(60, 9).await;
    case.sync().await;
    hide(&case, 9);
    case.later(Duration::from_hours(1));
    case.sync().await;
    case.sync().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2 {
        case.forge.forget_requests();
        case.later(Duration::from_hours(1));
        case.sync().await;
        seen.extend(case.forge.requests().iter().filter_map(|asked| match asked {
            Asked::Find { full_name } => Some(full_name.clone()),
            _ => None,
        }));
    }
    assert_eq!(seen.len(), 18, "ten, and the other eight");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_imported_costs_one_question_and_no_listing() {
    let case = Case::synced(World::new(45, 10).telling_changes()).await;
    let id = case.forge.world().add();
    let new = {
        let mut world = case.forge.world();
        let new = world.repositories.pop().expect("just added");
        world.unlisted.push(new.clone());
        new
    };
    let (now, import) = (Timestamp::from_millis(2), crate::import);
    let first = import(&case.store, &case.host, &case.account, new.clone(), now).await.expect("written");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 2));
    assert!(case.reached().await.contains(&id));
    // Once more: it is the same. And one that the listing shows stays one of those.
    assert_eq!(import(&case.store, &case.host, &case.account, new, now).await.expect("written"), first);
    let listed = case.forge.world().repositories[7].clone();
    import(&case.store, &case.host, &case.account, listed, now).await.expect("written");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 2));
    case.later(Duration::from_hours(25));
    let (.., removed, _) = counts(&case.sync().await);
    assert_eq!((removed, case.reached().await.len()), (0, 46), "no listing takes it away");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slips_through_a_listing_that_moves_does_not_hide_what_is_gone() {
    let case = Case::synced(World::new(45, 10).telling_changes()).await;
    let mut gone = vec![case.forge.world().repositories.remove(40).forge_id];
    let lost = case.forge.world().repositories[0].forge_id.clone();
    // One of the first page goes when that was read: another moves onto it, past what is read next.
    let mut done = false;
    case.forge.on_request(move |asked, world| {
        if !done && matches!(asked, Asked::Page { page: 2, .. }) {
            done = true;
            world.repositories.remove(0);
        }
        None
    });
    case.sync().await;
    gone.push(lost);
    case.forge.behave();
    case.sync().await;
    let reached = case.reached().await;
    assert!(gone.iter().all(|id| !reached.contains(id)) && reached.len() == 43, "{reached:?}");
}
