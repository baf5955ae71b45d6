//! What a host can do wrong while it is listed, each fault through the whole keeper, by its number in the list
//! of bad cases that Drawbridge is held to.
//!
//! | fault | what is expected | tests here (and beside what they test) |
//! |---|---|---|
//! | 36 primary limit | paused until the reset, and shown | `fault_36_…` |
//! | 37 secondary limit | waits, fewer at once; a minute where nothing is said | `fault_37_…`, `fewer_go_out_at_once_after_a_limit_and_an_endless_one_ends` and `a_short_limit_is_waited_for_and_a_long_one_is_not` (sync) |
//! | 38 errors with status 200 | a failed page | `fault_38_…` |
//! | 39 502 and 504 | tried again calmly, the rest is kept | `fault_39_…` |
//! | 40 SAML 403 | not removed, the page of the header | `fault_40_…`, `organisations_that_hold_something_back_…` (why_missing) |
//! | 41 partial results | said, nothing removed | `fault_41_…` |
//! | 42 the app is blocked | not removed, an owner is to be asked | `fault_42_…`, `organisations_that_hold_something_back_…` (why_missing) |
//! | 43 404 for a private one | left the list, not deleted, comes back | `fault_43_…` |
//! | 44 page k of n fails | nothing removed | `fault_44_…` |
//! | 45 the list moves | nothing lost | `fault_45_…` |
//! | 46 the count collapses | held, asked, answered | `fault_46_…` |
//! | 47 rename, transfer | the same repository | `fault_47_…` |
//! | 48 nulls, unknown kinds | the row stays | `fault_48_…`, `odd_descriptions_cost_no_repository` (forges) |
//! | 49 names alike | both are shown | `fault_49_…` |
//! | 50 validators after a token change | a full listing, no error | `fault_50_…` |
//! | 51 malformed, huge, endless | one page is lost | `fault_51_…` |
//!
//! Not here: many faults at once by dice (`bad_listings`), faults of OAuth and of the disk.

use crate::{
    app::{App, forge},
    forges::{ROWS, Row, counts, sync},
    moves::{now, practice_at, vault},
};
use drawbridge_domain::{Health, Visibility};
use drawbridge_keeper::{
    Code,
    dto::{Account, RemovalAnswer, RemovedQuery, Repository, RepositoryQuery, RepositoryRef, RunOutcome, SyncStage},
};
use drawbridge_testkit::forge::{Change, Match, Oddity, Simulator, SimulatorConfig, TokenKind, Trouble};
use std::time::Duration;

async fn account(app: &App) -> Account {
    app.keeper.account_list().await.expect("listed").rows.remove(0)
}

async fn shown(app: &App, full_name: &str) -> Option<Repository> {
    let reference = RepositoryRef::FullName { full_name: full_name.to_owned() };
    app.keeper.repository_show(reference).await.ok().map(|detail| detail.repository)
}

/// Lets something change, so that the whole listing is read.
fn shrink(row: &Row, practice: &Simulator, app_name: &str) {
    let full_name = row.names(practice)[app_name].clone();
    assert!(practice.change(&Change::Delete { full_name }), "{}", row.name());
}

fn club(practice: &Simulator, club: &str, repositories: u32) -> Vec<String> {
    assert!(practice.change(&Change::AddGroup { path: club.to_owned(), member: practice.login(0) }));
    let names: Vec<String> = (0..repositories).map(|number| format!("{club}/boat-{number}")).collect();
    for full_name in &names {
        assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_36_a_primary_limit_pauses_the_account_until_its_reset_and_shows_it() {
    let clock = now();
    let practice = practice_at(&clock, 250);
    let app = vault(&clock).await;
    let before = app.connect_token(&practice).await;
    sync(&app).await;
    practice.trouble(Match::api(), Trouble::PrimaryLimit(1800), 1);
    let run = sync(&app).await;
    assert_eq!((run.outcome, run.removed), (RunOutcome::Unreachable, 0), "{}", run.sentence);
    assert!(run.sentence.contains("limits requests"), "{}", run.sentence);
    let paused = account(&app).await;
    assert_eq!(paused.health, Health::TryingAgain);
    assert!(paused.state.contains("limits requests"), "{}", paused.state);
    let until = paused.next_try_at.expect("it is said until when");
    let wait = until.since(before.connected_at);
    assert!(wait >= Duration::from_secs(1800) && wait < Duration::from_secs(2 * 1800), "{wait:?}");
    assert_eq!(app.count().await, 250);
    practice.all_well();
    clock.advance(wait);
    sync(&app).await;
    assert_eq!(account(&app).await.health, Health::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_37_a_secondary_limit_is_waited_for_and_shown_while_it_lasts() {
    let practice = forge(650);
    let app = App::open().await;
    app.connect_token(&practice).await;
    let mut events = app.keeper.events();
    for trouble in [Trouble::SecondaryLimit(1), Trouble::SecondaryLimitForbidden(1)] {
        practice.trouble(Match::page(3), trouble, 1);
    }
    let run = sync(&app).await;
    assert_eq!((run.outcome, run.added), (RunOutcome::Changed, 650), "{}", run.sentence);
    let mut waited = 0;
    while let Ok(event) = events.try_recv() {
        if let drawbridge_keeper::dto::Event::SyncProgress { progress } = event
            && progress.stage == SyncStage::Waiting
        {
            assert!(progress.until.is_some_and(|until| until > run.started_at), "{progress:?}");
            waited += 1;
        }
    }
    assert!(waited > 0, "it was said that a limit is waited for");
}

/// A page fails for good: nothing leaves, what the other pages show is there, and the next run does the rest.
async fn a_page_is_lost(trouble: impl Fn() -> Trouble) {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        shrink(row, &practice, &before[3]);
        practice.trouble(Match::page(row.pages), trouble(), 1000);
        let run = sync(&app).await;
        assert_eq!(run.removed, 0, "{}: {}", row.name(), run.sentence);
        assert!(
            matches!(run.outcome, RunOutcome::Stopped | RunOutcome::Unreachable),
            "{}: {:?} {}",
            row.name(),
            run.outcome,
            run.sentence
        );
        assert!(run.sentence.contains("Nothing was removed"), "{}: {}", row.name(), run.sentence);
        assert_eq!(app.names().await, before, "{}: a failed listing is not an empty one", row.name());
        practice.all_well();
        let run = sync(&app).await;
        assert_eq!((run.outcome, run.removed), (RunOutcome::Changed, 1), "{}: {}", row.name(), run.sentence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_38_errors_with_status_200_are_a_failed_page() {
    a_page_is_lost(|| Trouble::Errors).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_39_a_gateway_that_fails_is_asked_for_less_and_costs_a_page_at_most() {
    a_page_is_lost(|| Trouble::Status(502)).await;
    a_page_is_lost(|| Trouble::Status(504)).await;
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        shrink(row, &practice, &before[3]);
        practice.clear_log();
        // Where there are smaller pages, they are what a host that is too slow for a whole one can do.
        practice.trouble(Match::page(row.pages).larger_than(30), Trouble::Status(504), 1000);
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 0, 1), "{}: {}", row.name(), run.sentence);
        let answered = practice.log().iter().filter(|call| call.is_api && call.status == Some(504)).count();
        assert!(answered > 0 || row.pages == 1, "{}: {answered} failed", row.name());
        assert_eq!(app.names().await.len(), before.len() - 1, "{}", row.name());
        practice.all_well();
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Unchanged, 0, 0, 0), "{}: {}", row.name(), run.sentence);
    }
    // One that works again is as good as any.
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let gone = app.names().await[3].clone();
        shrink(row, &practice, &gone);
        practice.fail_page(row.pages, 504, 1);
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 0, 1), "{}: {}", row.name(), run.sentence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_40_what_single_sign_on_holds_back_stays_in_the_list() {
    let practice = forge(60);
    let names = club(&practice, "harbour-club", 3);
    let app = App::open().await;
    app.connect_token(&practice).await;
    sync(&app).await;
    practice.set_sso(&["harbour-club"]);
    // The listing says no word of it, as some servers do: each is asked for, and refused with 403.
    for full_name in &names {
        assert!(practice.change(&Change::Hide { full_name: full_name.clone(), hidden: true }));
    }
    let run = sync(&app).await;
    assert_eq!(run.removed, 0, "{}", run.sentence);
    for name in &names {
        assert!(shown(&app, name).await.is_some(), "{name}: forbidden is not gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_41_a_partial_listing_removes_nothing_and_says_so() {
    let practice = forge(150);
    let names = club(&practice, "harbour-club", 3);
    let app = App::open().await;
    app.connect_token(&practice).await;
    sync(&app).await;
    practice.set_sso(&["harbour-club"]);
    let run = sync(&app).await;
    assert_eq!((run.removed, app.count().await), (0, 153), "{}", run.sentence);
    assert!(run.sentence.contains("left something out: nothing was removed"), "{}", run.sentence);
    let partial = account(&app).await;
    assert_eq!(partial.health, Health::Soon, "{}", partial.state);
    assert!(partial.state.contains("left something out"), "{}", partial.state);
    assert!(partial.state_note.contains("single sign-on"), "{}", partial.state_note);
    practice.set_sso(&[]);
    let run = sync(&app).await;
    assert_eq!((run.outcome, app.count().await), (RunOutcome::Unchanged, 153), "{}", run.sentence);
    assert_eq!(account(&app).await.health, Health::Working);
    assert!(shown(&app, &names[0]).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_42_what_an_organisation_blocks_is_not_gone() {
    let practice = forge(60);
    let names = club(&practice, "harbour-club", 3);
    let app = App::open().await;
    app.connect_token(&practice).await;
    sync(&app).await;
    practice.set_blocked(&["harbour-club"]);
    let run = sync(&app).await;
    assert_eq!((run.removed, app.count().await), (0, 63), "left out without a word: {}", run.sentence);
    assert!(shown(&app, &names[0]).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_43_a_private_one_that_is_hidden_leaves_is_told_and_comes_back_as_it_was() {
    for row in ROWS {
        let clock = now();
        let config = SimulatorConfig { clock: clock.clone(), ..SimulatorConfig::of(row.dialect, 60) };
        let practice = Simulator::start(config).expect("the practice forge starts");
        let (login, organisation) = (practice.login(0), "harbour-club".to_owned());
        let name = row.told(&practice, &club(&practice, "harbour-club", 1)[0]);
        let app = vault(&clock).await;
        app.keeper.connect_token(row.request(&practice, row.user(&practice))).await.expect("the token connects");
        sync(&app).await;
        let before = shown(&app, &name).await.expect("listed");
        assert!(practice.change(&Change::Leave { login: login.clone(), organisation: organisation.clone() }));
        assert_eq!(counts(&sync(&app).await), (RunOutcome::Changed, 0, 0, 1), "{}", row.name());
        assert!(shown(&app, &name).await.is_none(), "{}", row.name());
        let removed = app.keeper.repository_removed(RemovedQuery::default()).await.expect("listed");
        assert_eq!((removed.total, removed.rows.len()), (1, 1), "{}", row.name());
        let one = &removed.rows[0];
        assert_eq!((one.id, &one.full_name, &one.login), (before.id, &name, &login), "{}", row.name());
        assert!(one.why.contains("not there or hidden") && one.forgotten_at > one.removed_at, "{one:?}");
        assert!(practice.change(&Change::Join { login, organisation }));
        // A workspace that is new to a person is seen when everything is read again, at the latest.
        clock.advance(Duration::from_hours(25));
        sync(&app).await;
        assert_eq!(shown(&app, &name).await.map(|one| one.id), Some(before.id), "{}: the same", row.name());
        let removed = app.keeper.repository_removed(RemovedQuery::default()).await.expect("listed");
        assert_eq!(removed.total, 0, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_44_a_page_that_fails_removes_nothing() {
    a_page_is_lost(|| Trouble::Status(500)).await;
    a_page_is_lost(|| Trouble::CutReply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_45_what_is_added_and_deleted_between_two_pages_is_settled_and_nothing_else_leaves() {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        shrink(row, &practice, &before[5]);
        let known = row.names(&practice);
        let added = format!("{}/between", practice.login(0));
        let add = Change::Add { full_name: added.clone(), visibility: Visibility::Private };
        practice.change_before_page(row.pages.min(2), Change::Delete { full_name: known[&before[0]].clone() });
        practice.change_before_page(row.pages, add);
        sync(&app).await;
        let names = app.names().await;
        let stayed = before.iter().filter(|name| ![&before[0], &before[5]].contains(name));
        for name in stayed {
            assert!(names.contains(name), "{}: {name} was there all the time", row.name());
        }
        sync(&app).await;
        assert_eq!(app.names().await, row.names(&practice).into_keys().collect::<Vec<_>>(), "{}", row.name());
    }
}

/// A forge that from now on leaves a third of its repositories out without a word; those that it does.
fn collapse(row: &Row, practice: &Simulator, app_names: &[String]) -> Vec<String> {
    let known = row.names(practice);
    let hidden: Vec<String> = app_names.iter().step_by(3).cloned().collect();
    for name in &hidden {
        assert!(practice.change(&Change::Hide { full_name: known[name].clone(), hidden: true }), "{}", row.name());
    }
    hidden
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_46_a_collapse_is_held_and_a_person_is_asked_until_they_answer() {
    for row in ROWS {
        let practice = row.start(90);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        let hidden = collapse(row, &practice, &before);
        assert!(app.keeper.removal_questions().await.expect("asked").is_empty(), "{}", row.name());
        for _ in 0..2 {
            let run = sync(&app).await;
            assert_eq!((run.outcome, run.removed), (RunOutcome::HeldBack, 0), "{}: {}", row.name(), run.sentence);
            assert_eq!(account(&app).await.health, Health::Soon, "{}", row.name());
            let asked = app.keeper.removal_questions().await.expect("asked");
            assert_eq!(asked.iter().map(|one| (one.missing, one.of)).collect::<Vec<_>>(), [(30, 90)], "{}", row.name());
            assert!(asked[0].sentence.contains("30 of 90"), "{}", asked[0].sentence);
        }
        assert_eq!(app.names().await, before, "{}", row.name());

        // "They are gone", said of some that are there: the host is asked for each all the same.
        let id = account(&app).await.id;
        app.keeper.removal_answer(id.clone(), RemovalAnswer::Gone).await.expect("answered");
        for outcome in [RunOutcome::Changed, RunOutcome::Unchanged] {
            let run = sync(&app).await;
            assert_eq!((run.outcome, run.removed), (outcome, 0), "{}: {}", row.name(), run.sentence);
            assert_eq!(app.names().await, before, "{}: what the host shows is not gone", row.name());
            assert!(app.keeper.removal_questions().await.expect("asked").is_empty(), "{}: answered", row.name());
        }
        let again = app.keeper.removal_answer(id, RemovalAnswer::Gone).await.expect_err("nothing is asked");
        assert_eq!(again.code, Code::NotFound);

        // And of some that are really gone.
        let known = row.names(&practice);
        for name in &hidden {
            assert!(practice.change(&Change::Delete { full_name: known[name].clone() }), "{}", row.name());
        }
        let run = sync(&app).await;
        assert_eq!((run.outcome, run.removed), (RunOutcome::HeldBack, 0), "{}: {}", row.name(), run.sentence);
        app.keeper.removal_answer(account(&app).await.id, RemovalAnswer::Gone).await.expect("answered");
        app.sync().await;
        assert_eq!(app.count().await, 60, "{}", row.name());
        assert_eq!(account(&app).await.health, Health::Working, "{}", row.name());
        let removed = app.keeper.repository_removed(RemovedQuery::default()).await.expect("listed");
        assert_eq!(removed.total, 30, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_46_what_is_kept_stays_marked_and_is_not_asked_about_again() {
    for row in ROWS {
        let practice = row.start(90);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        let hidden = collapse(row, &practice, &before);
        let known = row.names(&practice);
        for name in &hidden[1..] {
            assert!(practice.change(&Change::Delete { full_name: known[name].clone() }), "{}", row.name());
        }
        assert_eq!(sync(&app).await.outcome, RunOutcome::HeldBack, "{}", row.name());
        app.keeper.removal_answer(account(&app).await.id, RemovalAnswer::Keep).await.expect("answered");
        for _ in 0..2 {
            let run = sync(&app).await;
            assert_eq!(counts(&run), (RunOutcome::Unchanged, 0, 0, 0), "{}: {}", row.name(), run.sentence);
        }
        assert_eq!(app.names().await, before, "{}", row.name());
        assert_eq!(account(&app).await.health, Health::Working, "{}", row.name());
        assert!(shown(&app, &hidden[1]).await.expect("kept").missing_since.is_some(), "{}", row.name());
        assert!(shown(&app, &before[1]).await.expect("listed").missing_since.is_none(), "{}", row.name());

        // One more that is gone is removed as ever, and what is listed again is as any other.
        shrink(row, &practice, &before[1]);
        let full_name = known[&hidden[0]].clone();
        assert!(practice.change(&Change::Hide { full_name: full_name.clone(), hidden: false }));
        assert!(practice.change(&Change::Push { full_name }));
        let run = sync(&app).await;
        assert_eq!(run.removed, 1, "{}: {}", row.name(), run.sentence);
        assert!(shown(&app, &hidden[0]).await.expect("listed").missing_since.is_none(), "{}", row.name());
        assert_eq!(app.count().await, 89, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_46_what_was_removed_is_brought_back_for_thirty_days_and_forgotten_then() {
    let clock = now();
    let practice = practice_at(&clock, 60);
    let app = vault(&clock).await;
    app.connect_token(&practice).await;
    sync(&app).await;
    let names = app.names().await;
    for name in &names[..2] {
        assert!(practice.change(&Change::Delete { full_name: name.clone() }));
    }
    assert_eq!(sync(&app).await.removed, 2);
    let removed = app.keeper.repository_removed(RemovedQuery::default()).await.expect("listed").rows;
    let one = removed.iter().find(|one| one.full_name == names[0]).expect("told");
    let back = app.keeper.repository_restore(one.id).await.expect("brought back");
    assert_eq!((back.full_name.as_str(), back.missing_since), (names[0].as_str(), Some(one.removed_at)));
    let found = RepositoryQuery { text: names[0].clone(), ..RepositoryQuery::default() };
    assert_eq!(app.keeper.repository_list(found).await.expect("searched").rows[0].id, one.id, "it is found again");
    let app = app.restart().await;
    clock.advance(Duration::from_hours(29 * 24));
    assert_eq!(sync(&app).await.removed, 0, "it stays, however often it is missing");
    assert_eq!((app.count().await, shown(&app, &names[0]).await.map(|one| one.id)), (59, Some(one.id)));
    let left = app.keeper.repository_removed(RemovedQuery::default()).await.expect("listed").rows;
    assert_eq!(left.iter().map(|one| &one.full_name).collect::<Vec<_>>(), [&names[1]], "still within thirty days");
    let gone = left[0].id;

    clock.advance(Duration::from_hours(2 * 24));
    sync(&app).await;
    assert_eq!(app.keeper.repository_removed(RemovedQuery::default()).await.expect("listed").total, 0);
    let too_late = app.keeper.repository_restore(gone).await.expect_err("it is forgotten");
    assert_eq!(too_late.code, Code::NotFound);
    assert_eq!(app.count().await, 59);
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_47_a_rename_and_a_transfer_keep_identity() {
    for row in ROWS {
        let practice = row.start(130);
        let boat = club(&practice, "harbour-club", 1).remove(0);
        club(&practice, "lantern-club", 1);
        let app = row.connected(&practice).await;
        let before = shown(&app, &row.told(&practice, &boat)).await.expect("listed");
        assert!(practice.change(&Change::Rename { full_name: boat, to: "ship".to_owned() }));
        let moved = Change::Transfer { full_name: "harbour-club/ship".to_owned(), to: "lantern-club".to_owned() };
        assert!(practice.change(&moved));
        let run = sync(&app).await;
        assert_eq!((run.added, run.removed), (0, 0), "{}: {}", row.name(), run.sentence);
        let after = shown(&app, &row.told(&practice, "lantern-club/ship")).await.expect("listed");
        assert_eq!(after.id, before.id, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_48_nulls_and_unknown_kinds_cost_no_row() {
    for row in ROWS {
        let practice = row.start(40);
        let names: Vec<String> = row.names(&practice).into_values().collect();
        let odd = [Oddity::NullOwner, Oddity::UnknownVisibility, Oddity::NoVisibility, Oddity::NullBranch];
        for (name, oddity) in names.iter().zip(odd) {
            assert!(practice.twist(name, oddity), "{}: {oddity:?}", row.name());
        }
        let app = row.connected(&practice).await;
        assert_eq!(app.names().await, row.names(&practice).into_keys().collect::<Vec<_>>(), "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_49_names_that_are_alike_are_all_shown() {
    for row in ROWS {
        let practice = row.start(20);
        let login = practice.login(0);
        let long = "n".repeat(100);
        // Composed and decomposed, Latin and Cyrillic, and what only looks like a letter.
        for name in ["caf\u{e9}", "cafe\u{301}", "paypal", "p\u{430}ypal", "boat-\u{1f6a4}", long.as_str()] {
            let full_name = format!("{login}/{name}");
            assert!(practice.change(&Change::Add { full_name, visibility: Visibility::Private }), "{name}");
        }
        // Two owners may each have one that differs from the other's by case alone.
        club(&practice, "harbour-club", 1);
        let full_name = format!("{login}/Boat-0");
        assert!(practice.change(&Change::Add { full_name, visibility: Visibility::Private }));
        let app = row.connected(&practice).await;
        let names = app.names().await;
        assert_eq!(names, row.names(&practice).into_keys().collect::<Vec<_>>(), "{}", row.name());
        assert_eq!(names.len(), 28, "{}", row.name());
        for name in &names {
            assert_eq!(shown(&app, name).await.map(|one| one.full_name).as_ref(), Some(name), "{}", row.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_50_after_a_change_of_the_token_everything_is_read_once_and_nothing_is_lost() {
    let clock = now();
    let practice = practice_at(&clock, 350);
    let app = vault(&clock).await;
    app.connect_token(&practice).await;
    sync(&app).await;
    practice.revoke_all();
    assert_eq!(sync(&app).await.outcome, RunOutcome::NeedsYou);
    assert_eq!(app.count().await, 350);
    let token = practice.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    app.connect_with(&practice, &token).await.expect("the new token connects");
    clock.advance(Duration::from_hours(25));
    let run = sync(&app).await;
    assert_eq!(counts(&run), (RunOutcome::Unchanged, 0, 0, 0), "{}", run.sentence);
    assert_eq!((run.requests, app.count().await), (4, 350), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_51_a_page_that_is_no_json_or_never_ends_is_one_page_lost() {
    a_page_is_lost(|| Trouble::NotJson).await;
    a_page_is_lost(|| Trouble::OtherJson).await;
    a_page_is_lost(|| Trouble::Huge).await;
    a_page_is_lost(|| Trouble::Endless).await;
    // What the other pages show is there.
    let practice = forge(250);
    let app = App::open().await;
    app.connect_token(&practice).await;
    practice.trouble(Match::page(2), Trouble::Huge, 1000);
    let run = sync(&app).await;
    assert_eq!((run.outcome, run.added), (RunOutcome::Stopped, 150), "{}", run.sentence);
    practice.all_well();
    assert_eq!((sync(&app).await.added, app.count().await), (100, 250));
}
