//! Search at the hosts: what the list does not have is found at every kind of forge that searches, and what goes
//! wrong with one account is told beside what the others brought.
//!
//! Not here: the search of the list (`inventory`), and what the commands print (`cli`).

use crate::{
    app::{App, PATIENCE, forge},
    forges::ROWS,
};
use drawbridge_domain::{SystemClock, Visibility};
use drawbridge_keeper::{
    Code, Problem,
    dto::{HostFound, HostSearch, HostSearched, RepositoryRef},
};
use drawbridge_testkit::{
    forge::{Change, Match, Simulator, TokenKind, Trouble},
    temp::FakeClock,
};
use std::{sync::Arc, time::Duration};

const SEARCH: &str = "/search/repositories";
/// Longer than any answer is waited for, and shorter than a request may take that nobody waits for.
const SOON: Duration = Duration::from_secs(20);

fn words(text: &str) -> HostSearch {
    HostSearch { text: text.to_owned(), ..HostSearch::default() }
}

async fn search(app: &App, text: &str) -> HostSearched {
    let answer = tokio::time::timeout(SOON, app.keeper.host_search(words(text))).await;
    answer.expect("it is bounded").expect("an answer")
}

async fn refused(app: &App, request: HostSearch) -> Code {
    app.keeper.host_search(request).await.expect_err("it is refused").code
}

fn named<'a>(found: &'a HostSearched, full_name: &str) -> &'a HostFound {
    let row = found.rows.iter().find(|row| row.full_name == full_name);
    row.unwrap_or_else(|| panic!("{full_name} is found: {found:?}"))
}

fn only_problem(found: &HostSearched) -> &Problem {
    assert_eq!((found.asked.len(), found.rows.len()), (1, 0), "{found:?}");
    found.asked[0].problem.as_ref().expect("a problem")
}

fn searches(practice: &Simulator) -> usize {
    practice.log().iter().filter(|one| one.path == SEARCH).count()
}

fn add(practice: &Simulator, full_name: String) {
    assert!(practice.change(&Change::Add { full_name, visibility: Visibility::Public }));
}

/// The practice forge's first user, by a sign-in whose access renews itself.
fn renewals(practice: &Simulator) -> usize {
    practice.log().iter().filter(|one| one.path == "/login/oauth/access_token").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_list_does_not_have_is_found_and_what_it_has_is_known_by_its_id() {
    for row in ROWS {
        let practice = row.start(60);
        let app = row.connected(&practice).await;
        let (names, known) = (app.names().await, row.names(&practice));
        let (listed, old) = (names[7].clone(), names[5].clone());
        let id = async |full_name: &str| {
            let named = RepositoryRef::FullName { full_name: full_name.to_owned() };
            app.keeper.repository_show(named).await.expect("shown").repository.id
        };
        let (listed_id, old_id) = (id(&listed).await, id(&old).await);
        // Both happen behind the back of the list.
        let fresh = format!("{}/stencils-fresh", practice.login(0));
        assert!(practice.change(&Change::Add { full_name: fresh.clone(), visibility: Visibility::Private }));
        assert!(practice.change(&Change::Rename { full_name: known[&old].clone(), to: "stencils-moved".to_owned() }));
        practice.clear_log();

        let found = search(&app, "stencils").await;
        if !row.searches {
            assert_eq!(only_problem(&found).code, Code::NotOffered, "{}: {found:?}", row.name());
            assert!(practice.log().is_empty(), "{}: it is not asked what it can't answer", row.name());
            continue;
        }
        assert_eq!(found.rows.len(), 2, "{}: {found:?}", row.name());
        let (asked, told) = (&found.asked[0], row.told(&practice, &fresh));
        assert_eq!((asked.found, asked.more, asked.problem.as_ref()), (2, false, None), "{}", row.name());
        let new = named(&found, &told);
        assert_eq!((new.known, new.visibility), (None, Visibility::Private), "{}", row.name());
        assert_eq!(new.accounts.as_slice(), std::slice::from_ref(&asked.account), "{}", row.name());
        let moved = found.rows.iter().find(|row| row.full_name.ends_with("/stencils-moved")).expect("found");
        assert_eq!(moved.known, Some(old_id), "{}: known by what stays the same", row.name());
        let name = listed.rsplit('/').next().expect("a name");
        assert_eq!(named(&search(&app, name).await, &listed).known, Some(listed_id), "{}", row.name());
        assert_eq!(app.names().await, names, "{}: nothing is kept by looking", row.name());

        let imported = app.keeper.repository_import(new.web_url.clone()).await.expect("imported");
        assert_eq!(imported.full_name, told, "{}", row.name());
        assert_eq!(named(&search(&app, "stencils").await, &told).known, Some(imported.id), "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_left_the_list_is_not_called_known() {
    let practice = forge(40);
    let club = "harbour-club".to_owned();
    assert!(practice.change(&Change::AddGroup { path: club.clone(), member: practice.login(0) }));
    let full_name = format!("{club}/stencils");
    assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    let before = named(&search(&app, "stencils").await, &full_name).known.expect("it is listed");
    assert!(practice.change(&Change::Leave { login: practice.login(0), organisation: club }));
    app.sync().await;
    assert!(!app.names().await.contains(&full_name));
    assert!(practice.change(&Change::Show { full_name: full_name.clone(), visibility: Visibility::Public }));
    assert_eq!(named(&search(&app, "stencils").await, &full_name).known, None, "what is remembered is not listed");
    assert_eq!(app.keeper.repository_import(full_name.clone()).await.expect("imported").id, before);
    assert_eq!(named(&search(&app, "stencils").await, &full_name).known, Some(before));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_at_one_host_are_all_asked_and_each_repository_is_told_once() {
    let practice = forge(40);
    let app = App::open().await;
    let first = app.connect_token(&practice).await;
    let token = practice.add_token(1, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    let second = app.connect_with(&practice, &token).await.expect("connects");
    app.sync().await;
    let (everybody, secret) =
        (format!("{}/stencils-all", practice.login(0)), format!("{}/stencils-own", practice.login(1)));
    add(&practice, everybody.clone());
    assert!(practice.change(&Change::Add { full_name: secret.clone(), visibility: Visibility::Private }));
    let found = search(&app, "stencils").await;
    let told: Vec<&str> = found.rows.iter().map(|row| row.full_name.as_str()).collect();
    assert_eq!(told, [&everybody, &secret], "what the first sees, then what only the second does");
    assert_eq!(named(&found, &everybody).accounts, [first.id.clone(), second.id.clone()]);
    assert_eq!(named(&found, &secret).accounts.as_slice(), std::slice::from_ref(&second.id));
    assert_eq!(found.asked.iter().map(|one| one.found).collect::<Vec<_>>(), [1, 2]);

    practice.clear_log();
    let only = HostSearch { account: Some(first.id.clone()), ..words("stencils") };
    let only = app.keeper.host_search(only).await.expect("an answer");
    assert_eq!((only.asked.len(), only.rows.len(), searches(&practice)), (1, 1, 1), "{only:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_fails_or_says_nothing_keeps_no_other_from_being_heard() {
    let hosts: Vec<Simulator> = (0..5).map(|_| forge(10)).collect();
    let app = App::open().await;
    for practice in &hosts {
        app.connect_token(practice).await;
        add(practice, format!("{}/stencils", practice.login(0)));
    }
    // Added before the first listing or not: what counts here is who answers.
    hosts[0].trouble(Match::path(SEARCH), Trouble::Silence, 100);
    hosts[1].trouble(Match::path(SEARCH), Trouble::Status(500), 100);
    hosts[2].trouble(Match::path(SEARCH), Trouble::Html, 100);
    let gone = hosts[3].host().label().to_owned();
    let mut hosts = hosts;
    drop(hosts.remove(3));
    let found = search(&app, "stencils").await;
    assert_eq!(found.rows.len(), 1, "{found:?}");
    assert_eq!(found.rows[0].host_label, hosts[3].host().label());
    let problem = |place: usize| found.asked[place].problem.clone().expect("a problem");
    assert!(problem(0).message.contains("did not answer in time"), "{:?}", problem(0));
    assert!(problem(1).message.contains("status 500"), "{:?}", problem(1));
    assert!(problem(2).message.contains("Something else answered"), "{:?}", problem(2));
    assert_eq!((problem(3).code, found.asked[3].host_label.as_str()), (Code::Unreachable, gone.as_str()));
    assert_eq!(found.asked[4].problem, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_was_refused_is_renewed_once() {
    let practice = forge(20);
    let app = App::new().await;
    app.connect_renewing(&practice).await;
    add(&practice, format!("{}/stencils", practice.login(0)));
    practice.clear_log();
    practice.trouble(Match::path(SEARCH), Trouble::Status(401), 1);
    assert_eq!(search(&app, "stencils").await.rows.len(), 1, "with the new access");
    assert_eq!((renewals(&practice), searches(&practice)), (1, 2));

    practice.clear_log();
    practice.trouble(Match::path(SEARCH), Trouble::Status(401), 100);
    let found = search(&app, "stencils").await;
    assert_eq!(only_problem(&found).code, Code::SignInNeeded);
    assert_eq!((renewals(&practice), searches(&practice)), (1, 2), "and not again and again");
    practice.all_well();

    // Access that nothing renews is not tried a second time.
    let pasted = App::open().await;
    pasted.connect_token(&practice).await;
    practice.revoke_all();
    practice.clear_log();
    let found = search(&pasted, "stencils").await;
    assert_eq!(only_problem(&found).code, Code::SignInNeeded);
    assert!(searches(&practice) <= 1, "{}", searches(&practice));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_is_being_renewed_is_renewed_to_the_end_also_when_nobody_waits_any_more() {
    let practice = forge(20);
    let clock = Arc::new(FakeClock::at(drawbridge_domain::Clock::now(&SystemClock)));
    let app = App::with_clock(clock.clone()).await;
    app.connect_renewing(&practice).await;
    add(&practice, format!("{}/stencils", practice.login(0)));
    clock.advance(Duration::from_secs(8 * 60 * 60 - 60));
    practice.clear_log();
    practice.trouble(Match::path("/login/oauth/access_token"), Trouble::Delay(9000), 1);
    let found = search(&app, "stencils").await;
    assert!(only_problem(&found).message.contains("did not answer in time"), "{found:?}");
    // The next one waits for the renewal that is under way, and sends none of its own.
    let found = search(&app, "stencils").await;
    assert_eq!(found.rows.len(), 1, "{found:?}");
    assert_eq!((renewals(&practice), searches(&practice)), (1, 1), "who gave up asks nothing afterwards");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_told_with_its_end_and_kept() {
    let practice = forge(20);
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    practice.trouble(Match::path(SEARCH), Trouble::PrimaryLimit(600), 1);
    for asked in [1, 1] {
        let found = search(&app, "stencils").await;
        let problem = only_problem(&found);
        assert_eq!(problem.code, Code::RateLimited, "{problem:?}");
        assert!(problem.message.contains("limits requests until 20"), "{problem:?}");
        assert_eq!(searches(&practice), asked, "who asks to be left alone is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_question_is_sent_to_nobody() {
    let practice = forge(60);
    let app = App::open().await;
    assert_eq!(refused(&app, words("stencils")).await, Code::NotConnected);
    app.connect_token(&practice).await;
    app.sync().await;
    practice.clear_log();
    let long = "x".repeat(257);
    for odd in ["", "  ", long.as_str(), "a\nb", "a\u{7}", "owner:acme stencils", "-is:archived"] {
        assert_eq!(refused(&app, words(odd)).await, Code::InvalidInput, "{odd:?}");
    }
    let nobody = HostSearch { account: Some("aaaaaaaaaaaaaaaa".parse().expect("an id")), ..words("stencils") };
    assert_eq!(refused(&app, nobody).await, Code::NotFound);
    assert!(practice.log().is_empty());

    let asked = |limit: u32| HostSearch { limit, ..words("  e   ") };
    for (limit, sent) in [(0, "20"), (3, "3"), (1000, "50")] {
        let found = app.keeper.host_search(asked(limit)).await.expect("an answer");
        assert_eq!(found.text, "e", "as it was sent");
        let log = practice.log();
        let last = log.iter().rfind(|one| one.path == SEARCH).expect("it was asked");
        assert_eq!(last.param("per_page"), Some(sent));
        assert!(found.rows.len() <= sent.parse::<usize>().expect("a number"));
        assert_eq!(found.asked[0].more, found.asked[0].found.to_string() == sent, "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_waits_for_no_host() {
    let practice = forge(20);
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    practice.trouble(Match::path(SEARCH), Trouble::Silence, 1);
    let keeper = Arc::clone(&app.keeper);
    let asked = tokio::spawn(async move { keeper.host_search(words("stencils")).await });
    tokio::time::timeout(PATIENCE, practice.faults_happened()).await.expect("it is asked");
    let locked = tokio::time::timeout(Duration::from_secs(5), app.keeper.vault_lock()).await;
    locked.expect("at once").expect("locked");
    let answer = asked.await.expect("it ends");
    assert_eq!(answer.expect_err("nothing is shown of a locked vault").code, Code::VaultLocked);
}
