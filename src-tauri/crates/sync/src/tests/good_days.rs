//! What a sync does when the forge behaves.

use super::{
    Case,
    forge::{Asked, CONCURRENCY, World},
};
use crate::{Ending, Stage};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_lists_everything_with_many_pages_at_once() {
    let case = Case::new(World::new(97, 10)).await;
    let outcome = case.sync().await;
    assert_eq!(outcome.ending, Ending::Complete);
    assert_eq!((outcome.added, outcome.changed, outcome.removed), (97, 0, 0));
    assert_eq!((outcome.requests, outcome.unmodified), (10, 0));
    assert_eq!(outcome.added_names, ["acme/repo-1", "acme/repo-2", "acme/repo-3"]);
    assert_eq!(case.reached().await.len(), 97);
    assert!(case.synced_at().await.is_some());
    assert_eq!(case.forge.most_at_once(), CONCURRENCY, "pages after the first are asked for together");

    let told = case.told.lock().expect("no panic");
    let last = told.last().expect("progress is told");
    assert_eq!((last.stage, last.repositories, last.pages), (Stage::Saving, 97, 10));
    assert_eq!((told[0].expected_pages, told[0].expected), (Some(10), Some(100)), "known after the first page");
    assert!(told.windows(2).all(|two| two[0].repositories <= two[1].repositories), "progress never goes back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forge_without_repositories_is_a_complete_listing() {
    let case = Case::new(World::new(0, 10)).await;
    let outcome = case.sync().await;
    assert_eq!((outcome.ending, outcome.requests, outcome.added), (Ending::Complete, 1, 0));
    assert!(case.synced_at().await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_costs_only_unmodified_pages_and_writes_nothing_but_the_time() {
    let case = Case::synced(World::new(25, 10)).await;
    let (rows, pages, at) = (case.rows().await, case.pages().await, case.synced_at().await);
    let outcome = case.sync().await;
    assert_eq!(outcome.ending, Ending::Complete);
    assert_eq!((outcome.requests, outcome.unmodified), (3, 3));
    assert_eq!((outcome.added, outcome.changed, outcome.removed), (0, 0, 0));
    assert_eq!(case.rows().await, rows);
    assert_eq!(format!("{:?}", case.pages().await), format!("{pages:?}"));
    assert!(case.synced_at().await > at, "the list is as of now");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_counted() {
    let case = Case::synced(World::new(25, 10)).await;
    {
        let mut world = case.forge.world();
        world.repositories[3].description = Some("new words".to_owned());
        world.rename(14, "other-name");
        world.add();
    }
    let outcome = case.sync().await;
    assert_eq!(outcome.ending, Ending::Complete);
    assert_eq!((outcome.added, outcome.changed, outcome.renamed, outcome.removed), (1, 2, 1, 0));
    assert_eq!(outcome.added_names, ["acme/repo-26"]);
    assert_eq!(outcome.renames, [("acme/repo-15".to_owned(), "acme/other-name".to_owned())]);
    assert_eq!(case.reached().await.len(), 26);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_keeps_its_identity() {
    let case = Case::synced(World::new(5, 10)).await;
    let before = case.rows().await;
    case.forge.world().rename(2, "renamed");
    case.sync().await;
    let after = case.rows().await;
    assert_eq!(after[2].id, before[2].id, "the same row of ours");
    assert_eq!(after[2].renamed_from.as_deref(), Some("acme/repo-3"));
    assert_eq!(after.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_behind_a_full_last_page_is_found() {
    let case = Case::synced(World::new(20, 10)).await;
    let id = case.forge.world().add();
    let outcome = case.sync().await;
    assert_eq!((outcome.added, outcome.unmodified), (1, 2), "both full pages are unmodified");
    assert!(case.reached().await.contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_confirmed_by_name_and_then_made() {
    let case = Case::synced(World::new(25, 10)).await;
    case.forge.world().repositories.remove(4);
    let outcome = case.sync().await;
    assert_eq!((outcome.ending, outcome.removed), (Ending::Complete, 1));
    assert_eq!(outcome.removed_names, ["acme/repo-5"]);
    let finds: Vec<Asked> =
        case.forge.requests().into_iter().filter(|asked| matches!(asked, Asked::Find { .. })).collect();
    assert_eq!(finds, [Asked::Find { full_name: "acme/repo-5".to_owned() }], "only what is missing is asked for");
    assert!(!case.reached().await.contains("5"));

    // It comes back as itself.
    let back = super::forge::World::new(5, 10).repositories.remove(4);
    case.forge.world().repositories.push(back);
    let outcome = case.sync().await;
    assert_eq!((outcome.added, outcome.removed), (1, 0));
    assert!(case.reached().await.contains("5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_repository_under_the_old_name_confirms_that_the_old_one_is_gone() {
    let case = Case::synced(World::new(12, 10)).await;
    {
        let mut world = case.forge.world();
        let old = world.repositories.remove(4);
        let id = world.add();
        let new = world.repositories.iter_mut().find(|repository| repository.forge_id == id).expect("just added");
        new.name = old.name;
    }
    let outcome = case.sync().await;
    assert_eq!((outcome.added, outcome.removed), (1, 1));
    let reached = case.reached().await;
    assert!(!reached.contains("5") && reached.contains("13"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_from_the_listing_but_still_there_stays_and_is_brought_up_to_date() {
    let case = Case::synced(World::new(12, 10)).await;
    {
        let mut world = case.forge.world();
        world.rename(4, "found-by-its-old-name");
        let hidden = world.repositories.remove(4);
        world.unlisted.push(hidden);
    }
    let outcome = case.sync().await;
    assert_eq!((outcome.ending, outcome.removed, outcome.renamed), (Ending::Complete, 0, 1));
    assert!(case.names().await.contains("acme/found-by-its-old-name"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_shrinks_and_grows_by_pages_stays_right() {
    let case = Case::synced(World::new(45, 5)).await;
    for (remove, add) in [(8, 0), (0, 13), (5, 1), (1, 30), (7, 0)] {
        {
            let mut world = case.forge.world();
            for _ in 0..remove {
                world.repositories.remove(7);
            }
            for _ in 0..add {
                world.add();
            }
        }
        let outcome = case.sync().await;
        assert_eq!(outcome.ending, Ending::Complete);
        assert_eq!((outcome.removed, outcome.added), (remove, add));
        let shown: BTreeSet<String> =
            case.forge.world().repositories.iter().map(|repository| repository.forge_id.clone()).collect();
        assert_eq!(case.reached().await, shown);
        let again = case.sync().await;
        assert_eq!(again.requests, again.unmodified + u32::from(again.requests > again.unmodified), "settled");
    }
}
