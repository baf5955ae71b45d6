//! The quick look at what changed, and when it is not believed.

use super::{
    Case,
    forge::{Asked, Fault, World},
};
use crate::{Ending, Outcome};
use drawbridge_domain::{AccountId, Identity, Timestamp};
use drawbridge_store::{NewAccount, Shown};
use std::time::Duration;

async fn synced(repositories: usize) -> Case {
    Case::synced(World::new(repositories, 10).telling_changes()).await
}

fn counts(outcome: &Outcome) -> (u32, u32, u32, u32) {
    assert_eq!(outcome.ending, Ending::Complete, "{outcome:?}");
    (outcome.added, outcome.changed, outcome.removed, outcome.requests)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_changed_one_question_is_asked() {
    for repositories in [0, 9, 500] {
        let case = synced(repositories).await;
        let (rows, at) = (case.rows().await, case.synced_at().await);
        assert_eq!(counts(&case.sync().await), (0, 0, 0, 1));
        assert_eq!(case.forge.requests(), [Asked::Newest { page: 1 }]);
        assert_eq!(case.rows().await, rows);
        assert!(case.synced_at().await > at, "the list is as of now");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_read_page_by_page_until_one_shows_nothing_new() {
    let case = synced(200).await;
    {
        let mut world = case.forge.world();
        (0..12).for_each(|place| world.push(place * 9));
        world.rename(150, "other-name");
        world.add();
    }
    let outcome = case.sync().await;
    assert_eq!(counts(&outcome), (1, 13, 0, 3), "two pages with news, and one without");
    assert_eq!(outcome.renames, [("acme/repo-151".to_owned(), "acme/other-name".to_owned())]);
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1), "it is known now");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_account_was_shown_first_does_not_end_the_look() {
    let case = synced(100).await;
    let shared = {
        let mut world = case.forge.world();
        world.push(50);
        (0..10).for_each(|place| world.push(place));
        world.repositories[..10].to_vec()
    };
    // Another account, which reaches no more than these, is synced first.
    let mut write = case.store.write().await.expect("a transaction");
    let identity = Identity { subject: "2".to_owned(), login: "two".to_owned(), name: None, email: None };
    let now = Timestamp::from_millis(1);
    let new = NewAccount { id: AccountId::random(&*case.random), host: case.host.clone(), identity, now };
    let (other, _) = write.put_account(&new).await.expect("an account");
    write.put_repositories(&case.host, &other, &shared, Shown::Listed, now).await.expect("written");
    write.commit().await.expect("committed");
    assert_eq!(counts(&case.sync().await), (0, 1, 0, 3), "behind a page of what is known there is what is not");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1), "what was shown is no news any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_does_not_fit_asks_for_the_whole_listing() {
    let case = synced(45).await;
    case.forge.world().repositories.remove(31);
    let (.., removed, requests) = counts(&case.sync().await);
    assert_eq!((removed, requests), (1, 1 + 5 + 1), "the look, the listing, and the one that is missing");
    let shared = case.forge.world().insert(3);
    let (added, ..) = counts(&case.sync().await);
    assert_eq!(added, 1);
    assert!(case.reached().await.contains(&shared), "found, though it did not change");
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_keeps_is_not_in_the_hosts_total_and_one_question_is_enough() {
    let case = synced(60).await;
    case.forge.world().repositories.drain(0..13);
    assert_eq!(case.sync().await.ending, Ending::HeldBack { missing: 13 });
    assert!(case.sync().await.requests > 1, "an open question is settled by the whole listing alone");
    let answered = crate::answer(&case.store, &case.account, false).await.expect("noted");
    assert_eq!(answered, 13);
    case.sync().await;
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1));
    assert_eq!(case.reached().await.len(), 60, "and all stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_total_hides_is_found_within_a_day() {
    let case = synced(45).await;
    let gone = case.forge.world().repositories.remove(31).forge_id;
    let shared = case.forge.world().insert(3);
    assert_eq!(counts(&case.sync().await), (0, 0, 0, 1), "as many as before, and none of them changed");
    case.later(Duration::from_hours(25));
    let (added, _, removed, _) = counts(&case.sync().await);
    assert_eq!((added, removed), (1, 1));
    let reached = case.reached().await;
    assert!(reached.contains(&shared) && !reached.contains(&gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_news_is_read_in_order() {
    let case = synced(300).await;
    (0..300).for_each(|place| case.forge.world().push(place));
    let (_, changed, ..) = counts(&case.sync().await);
    assert_eq!(changed, 300);
    let pages = case.forge.requests().iter().filter(|asked| matches!(asked, Asked::Page { .. })).count();
    assert_eq!(pages, 30, "many at once, as the first time");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_of_the_news_is_not_kept() {
    for fault in [Fault::Unreachable, Fault::Limited(Duration::from_hours(1)), Fault::Unauthorized] {
        let case = synced(100).await;
        (0..30).for_each(|place| case.forge.world().push(place));
        case.forge.on_request(move |asked, _| (*asked == Asked::Newest { page: 2 }).then_some(fault));
        let outcome = case.sync().await;
        assert!(!matches!(outcome.ending, Ending::Complete), "{outcome:?}");
        assert_eq!(outcome.changed, 0, "{fault:?}: kept, it would hide the other half from the next look");
        case.forge.behave();
        let (_, changed, ..) = counts(&case.sync().await);
        assert_eq!(changed, 30, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_half_a_listing_changes_alone_are_not_believed() {
    let case = synced(100).await;
    (0..30).rev().for_each(|place| case.forge.world().push(place));
    // The look fails, so the whole listing is read, and its third page fails: what lies on the others is written.
    case.forge.on_request(|asked, _| {
        matches!(asked, Asked::Newest { .. } | Asked::Page { page: 3, .. }).then_some(Fault::Server)
    });
    let outcome = case.sync().await;
    assert!(matches!(outcome.ending, Ending::Stopped { .. }), "{outcome:?}");
    assert_eq!(outcome.changed, 20);
    case.forge.behave();
    let (_, changed, ..) = counts(&case.sync().await);
    assert_eq!(changed, 10, "what changed before those is not hidden by them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_fails_or_leaves_something_out_gives_way_to_the_listing() {
    for fault in [Fault::Server, Fault::Malformed, Fault::Forbidden, Fault::NotFound, Fault::Partial] {
        let case = synced(25).await;
        case.forge.world().push(7);
        case.forge.on_request(move |asked, _| matches!(asked, Asked::Newest { .. }).then_some(fault));
        let (_, changed, ..) = counts(&case.sync().await);
        assert_eq!(changed, 1, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_lies_ahead_is_not_believed() {
    let case = synced(25).await;
    case.clock.now.fetch_sub(7_200_000, std::sync::atomic::Ordering::Relaxed);
    case.sync().await;
    let asked = case.forge.requests();
    assert!(asked.contains(&Asked::Page { page: 1, conditional: true }), "the whole listing is read: {asked:?}");
}
