//! What a sync does when the forge does not behave: nothing is lost, and it is told how it ended.

use super::{
    Case,
    forge::{Asked, Fault, World},
};
use crate::{Ending, Outcome, Stage, StopCause};
use drawbridge_store::Missing;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// Answers one page badly, always.
fn failing(wanted: usize, fault: Fault) -> impl FnMut(&Asked, &mut World) -> Option<Fault> + Send {
    move |asked, _| matches!(asked, Asked::Page { page, .. } if *page == wanted).then_some(fault)
}

fn counts(outcome: &Outcome) -> (u32, u32, u32) {
    (outcome.added, outcome.changed, outcome.removed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_page_removes_nothing_and_is_named() {
    for fault in [Fault::Server, Fault::Unreachable, Fault::Malformed] {
        let case = Case::synced(World::new(45, 5)).await;
        let (before, at) = (case.reached().await, case.synced_at().await);
        case.forge.world().repositories.drain(0..2);
        case.forge.on_request(failing(4, fault));
        let outcome = case.sync().await;
        let stopped = Ending::Stopped { page: Some(4), pages: Some(9), cause: StopCause::Failed };
        assert_eq!((&outcome.ending, counts(&outcome)), (&stopped, (0, 0, 0)), "{fault:?}");
        assert_eq!(case.reached().await, before);
        assert_eq!(case.synced_at().await, at, "the list is not as of now");
        let tries = case.forge.requests().iter().filter(|asked| matches!(asked, Asked::Page { page: 4, .. })).count();
        assert_eq!(tries, 2, "a failing page is tried once more at the end");

        case.forge.behave();
        assert_eq!(counts(&case.sync().await), (0, 0, 2), "and the next run does what this one could not");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_works_the_second_time_is_as_good_as_any() {
    let case = Case::synced(World::new(45, 5)).await;
    case.forge.world().repositories.remove(0);
    let mut failed = 0;
    case.forge.on_request(move |asked, _| {
        let fails = matches!(asked, Asked::Page { page: 3 | 7, .. }) && failed < 2;
        failed += usize::from(fails);
        fails.then_some(Fault::Server)
    });
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, outcome.removed), (&Ending::Complete, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_that_stops_keeps_what_it_read_and_goes_on_from_there() {
    let case = Case::new(World::new(45, 5)).await;
    case.forge.on_request(failing(9, Fault::Server));
    let outcome = case.sync().await;
    assert!(matches!(outcome.ending, Ending::Stopped { page: Some(9), pages: Some(9), .. }), "{outcome:?}");
    assert_eq!((outcome.added, case.synced_at().await), (40, None));
    case.forge.behave();
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, outcome.added, outcome.unmodified), (&Ending::Complete, 5, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_down_is_not_asked_for_every_page() {
    let case = Case::synced(World::new(200, 5)).await;
    let before = case.reached().await;
    case.forge.on_request(|asked, _| matches!(asked, Asked::Page { page: 2.., .. }).then_some(Fault::Server));
    let outcome = case.sync().await;
    assert!(matches!(outcome.ending, Ending::Stopped { page: Some(2), pages: Some(40), .. }), "{outcome:?}");
    assert!(outcome.requests < 15, "{} requests", outcome.requests);
    case.forge.on_request(|_, _| Some(Fault::Unreachable));
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, outcome.requests), (&Ending::Unreachable, 1));
    assert_eq!(case.reached().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_ends_the_run_at_once() {
    let case = Case::synced(World::new(45, 5)).await;
    let before = case.reached().await;
    case.forge.on_request(failing(3, Fault::Unauthorized));
    case.forge.world().add();
    assert_eq!(case.sync().await.ending, Ending::NeedsYou);
    case.forge.on_request(failing(2, Fault::Forbidden));
    let stopped = Ending::Stopped { page: Some(2), pages: Some(9), cause: StopCause::Forbidden };
    assert_eq!(case.sync().await.ending, stopped);
    assert_eq!(case.reached().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_is_not_confirmed_is_not_made() {
    for fault in [Fault::Forbidden, Fault::Server, Fault::Unreachable, Fault::Limited(Duration::from_secs(1))] {
        let case = Case::synced(World::new(25, 10)).await;
        case.forge.world().repositories.drain(3..5);
        case.forge.on_request(move |asked, _| {
            matches!(asked, Asked::Find { full_name } if full_name == "acme/repo-4").then_some(fault)
        });
        let outcome = case.sync().await;
        assert_eq!((&outcome.ending, outcome.removed), (&Ending::Complete, 1), "{fault:?}");
        let reached = case.reached().await;
        assert!(reached.contains("4") && !reached.contains("5"), "{fault:?}");
        case.forge.behave();
        assert_eq!(case.sync().await.removed, 1, "asked again by the next run");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collapse_is_held_back() {
    // Few may go from a short list, a fifth from a long one, and never more than 200.
    for (size, gone, held) in [
        (12, 10, None),
        (12, 12, Some(12)),
        (60, 12, None),
        (60, 13, Some(13)),
        (1_200, 200, None),
        (1_200, 201, Some(201)),
    ] {
        let case = Case::synced(World::new(size, 100)).await;
        let before = case.reached().await;
        case.forge.world().repositories.drain(0..gone);
        let outcome = case.sync().await;
        let told = format!("{gone} of {size}");
        if let Some(missing) = held {
            assert_eq!(outcome.ending, Ending::HeldBack { missing }, "{told}");
            assert_eq!(case.reached().await, before, "{told}");
            assert!(!case.forge.requests().iter().any(|asked| matches!(asked, Asked::Find { .. })), "{told}");
            let again = case.sync().await;
            assert_eq!(again.ending, Ending::HeldBack { missing }, "held back until somebody decides: {told}");
        } else {
            assert_eq!((&outcome.ending, outcome.removed as usize), (&Ending::Complete, gone), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_moved_once_is_read_again() {
    let case = Case::synced(World::new(45, 5)).await;
    case.forge.world().repositories.remove(40);
    let mut moved = false;
    case.forge.on_request(move |asked, world| {
        // Something new at the front pushes a row from page 1, already read, to page 2.
        if matches!(asked, Asked::Page { page: 2, .. }) && !moved {
            moved = true;
            world.insert(0);
        }
        None
    });
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, counts(&outcome)), (&Ending::Complete, (1, 0, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_keeps_moving_only_adds() {
    let case = Case::synced(World::new(45, 5)).await;
    let before = case.reached().await;
    case.forge.world().repositories.remove(44);
    case.forge.on_request(|asked, world| {
        if matches!(asked, Asked::Page { page: 2, .. }) {
            world.insert(0);
        }
        None
    });
    let outcome = case.sync().await;
    let unsteady = Ending::Stopped { page: None, pages: None, cause: StopCause::Unsteady };
    assert_eq!((&outcome.ending, outcome.removed), (&unsteady, 0));
    assert!(case.reached().await.is_superset(&before));
    assert!(outcome.added > 0, "what was seen is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_slip_through_between_pages_are_not_removed() {
    let case = Case::synced(World::new(45, 5)).await;
    // A deletion on a page already read moves a row from page 3 to page 2, where nobody looks
    // again. No repository is seen twice: only asking by name tells.
    let mut deleted = false;
    case.forge.on_request(move |asked, world| {
        if matches!(asked, Asked::Page { page: 3, .. }) && !deleted {
            deleted = true;
            world.repositories.remove(0);
        }
        None
    });
    case.sync().await;
    let shown: BTreeSet<String> =
        case.forge.world().repositories.iter().map(|repository| repository.forge_id.clone()).collect();
    assert!(case.reached().await.is_superset(&shown));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_listing_never_removes_and_is_never_remembered() {
    let case = Case::synced(World::new(45, 5)).await;
    let (before, pages) = (case.reached().await, format!("{:?}", case.pages().await));
    case.forge.world().repositories.drain(3..6);
    case.forge.on_request(|_, _| Some(Fault::Partial));
    for _ in 0..2 {
        let outcome = case.sync().await;
        assert!(outcome.partial);
        assert_eq!((&outcome.ending, outcome.removed), (&Ending::Complete, 0));
        assert_eq!(case.reached().await, before);
        assert_eq!(format!("{:?}", case.pages().await), pages);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_page_is_not_remembered_by_a_run_that_stops_either() {
    let case = Case::synced(World::new(45, 5)).await;
    let pages = format!("{:?}", case.pages().await);
    case.forge.world().repositories.drain(3..6);
    case.forge.on_request(|asked, _| match asked {
        Asked::Page { page: 9, .. } => Some(Fault::Server),
        Asked::Page { .. } => Some(Fault::Partial),
        Asked::Newest { .. } | Asked::Find { .. } => None,
    });
    let outcome = case.sync().await;
    assert!(outcome.partial && matches!(outcome.ending, Ending::Stopped { page: Some(9), .. }), "{outcome:?}");
    assert_eq!(format!("{:?}", case.pages().await), pages);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_limit_is_waited_for_and_a_long_one_is_not() {
    let case = Case::synced(World::new(45, 5)).await;
    let mut limits = 3;
    case.forge.on_request(move |_, _| {
        limits -= i32::from(limits > 0);
        (limits > 0).then_some(Fault::Limited(Duration::from_millis(5)))
    });
    assert_eq!(case.sync().await.ending, Ending::Complete);
    assert!(case.told.lock().expect("no panic").iter().any(|told| matches!(told.stage, Stage::Waiting { .. })));

    let before = case.reached().await;
    case.forge.world().repositories.remove(0);
    case.forge.on_request(failing(6, Fault::Limited(Duration::from_secs(61))));
    let outcome = case.sync().await;
    assert!(matches!(outcome.ending, Ending::Limited { until } if until > case.synced_at().await.expect("synced")));
    assert_eq!(case.reached().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_limit_ends_the_run() {
    let case = Case::new(World::new(200, 5)).await;
    case.forge.on_request(|_, _| Some(Fault::Limited(Duration::ZERO)));
    let outcome = case.sync().await;
    assert!(matches!(outcome.ending, Ending::Limited { .. }) && outcome.requests < 100, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_no_more_starts_the_listing_over() {
    let case = Case::synced(World::new(45, 5)).await;
    case.forge.world().repositories.drain(40..42);
    let mut lost = false;
    case.forge.on_request(move |asked, _| {
        let now = !lost && matches!(asked, Asked::Page { page: 9, .. });
        lost |= now;
        now.then_some(Fault::NotFound)
    });
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, outcome.removed), (&Ending::Complete, 2));
    assert!(case.forge.requests().contains(&Asked::Page { page: 1, conditional: false }), "from scratch");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmodified_page_of_unknown_repositories_is_asked_for_whole() {
    let case = Case::synced(World::new(25, 10)).await;
    let mut write = case.store.write().await.expect("a transaction");
    let known = write.reached(&case.account).await.expect("a read");
    let lost = known.iter().find(|known| known.forge_id == "12").expect("it is reached").id;
    write.mark_gone(&case.account, &[lost], drawbridge_domain::Timestamp::from_millis(1)).await.expect("written");
    write.commit().await.expect("committed");
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, outcome.added, outcome.unmodified), (&Ending::Complete, 1, 2));
    assert!(case.reached().await.contains("12"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_leaves_everything_as_it_was() {
    // At any page, at a page that never answers, and while a removal is confirmed.
    for stop_at in 1..=12 {
        let case = Case::synced(World::new(45, 5)).await;
        let (rows, pages) = (case.rows().await, format!("{:?}", case.pages().await));
        {
            let mut world = case.forge.world();
            world.repositories.drain(0..3);
            world.add();
        }
        let (cancel, mut seen) = (case.cancel.clone(), 0);
        case.forge.on_request(move |_, _| {
            seen += 1;
            if seen == stop_at {
                cancel.cancel();
                return Some(Fault::Silence);
            }
            None
        });
        let outcome = case.sync().await;
        assert_eq!((&outcome.ending, counts(&outcome)), (&Ending::Interrupted, (0, 0, 0)), "request {stop_at}");
        assert_eq!(case.rows().await, rows);
        assert_eq!(format!("{:?}", case.pages().await), pages);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_while_it_writes_leaves_everything_as_it_was() {
    let case = Case::synced(World::new(45, 5)).await;
    let (rows, pages) = (case.rows().await, format!("{:?}", case.pages().await));
    case.forge.world().repositories.drain(0..3);
    // After the last question, the clock is asked at the beginning of the transaction.
    let (armed, cancel) = (Arc::clone(&case.clock.cancels), case.cancel.clone());
    case.forge.on_request(move |asked, _| {
        if matches!(asked, Asked::Find { .. }) {
            *armed.lock().expect("no panic") = Some(cancel.clone());
        }
        None
    });
    let outcome = case.sync().await;
    assert_eq!((&outcome.ending, counts(&outcome)), (&Ending::Interrupted, (0, 0, 0)));
    assert!(outcome.requests > 9, "it came as far as that: the removals were confirmed");
    assert_eq!(case.rows().await, rows);
    assert_eq!(format!("{:?}", case.pages().await), pages);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_removed_meanwhile_gets_nothing_written() {
    let case = Case::new(World::new(5, 5)).await;
    let mut write = case.store.write().await.expect("a transaction");
    write.remove_account(&case.account).await.expect("written");
    write.commit().await.expect("committed");
    assert_eq!(case.sync().await.ending, Ending::Interrupted);
    assert_eq!(case.store.read().await.expect("a connection").repository_count().await.expect("a read"), 0);
}

/// Does something with the vault in the middle of the next listing, as somebody who does not wait for it.
fn in_the_middle(case: &Case, what: impl AsyncFn(&mut drawbridge_store::Write) + Send + 'static) {
    let (store, mut done) = (case.store.clone(), false);
    case.forge.on_request(move |asked, _| {
        if !done && matches!(asked, Asked::Page { page: 4, .. }) {
            done = true;
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(async {
                    let mut write = store.write().await.expect("a transaction");
                    what(&mut write).await;
                    write.commit().await.expect("committed");
                });
            });
        }
        None
    });
}

async fn missing(case: &Case) -> Vec<Missing> {
    let mut session = case.store.read().await.expect("a session");
    let reached = session.reached(&case.account).await.expect("a read");
    reached.into_iter().filter_map(|known| known.missing).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_back_while_a_listing_is_read_stays() {
    let case = Case::synced(World::new(45, 5)).await;
    let mut session = case.store.read().await.expect("a session");
    let known = session.reached(&case.account).await.expect("a read");
    drop(session);
    let lost = case.forge.world().repositories.remove(0).forge_id;
    let id = known.iter().find(|known| known.forge_id == lost).expect("it is reached").id;
    assert_eq!(case.sync().await.removed, 1);
    in_the_middle(&case, async move |write| assert_eq!(write.keep_removed(id).await.expect("written"), 1));
    case.sync().await;
    assert_eq!(missing(&case).await, [Missing::Kept], "the listing began before");
    case.forge.behave();
    assert_eq!((case.sync().await.removed, missing(&case).await), (0, vec![Missing::Kept]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_wants_to_keep_while_a_listing_is_read_stays() {
    let case = Case::synced(World::new(45, 5)).await;
    let lost: Vec<_> = case.forge.world().repositories.drain(0..20).collect();
    assert_eq!(case.sync().await.ending, Ending::HeldBack { missing: 20 });
    // So few are missing now that they are asked for one by one.
    case.forge.world().repositories.splice(0..0, lost.into_iter().skip(5));
    let account = case.account.clone();
    in_the_middle(&case, async move |write| {
        write.answer_missing(&account, Missing::Kept).await.expect("written");
    });
    case.sync().await;
    assert_eq!(missing(&case).await, vec![Missing::Kept; 5]);
}
