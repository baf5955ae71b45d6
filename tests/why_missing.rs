//! "Why is this repository missing?": each cause with its fix, at every kind of forge, and the way into the list.
//!
//! Not here: what the commands print (`cli`), and how the window shows it.

use crate::{
    app::{App, forge},
    forges::{ROWS, sync},
};
use drawbridge_domain::{SecretString, Visibility};
use drawbridge_keeper::{
    Code,
    dto::{AskWhy, RepositoryQuery, RepositoryRef, RepositoryWhy, WhyCause},
};
use drawbridge_testkit::forge::{Change, Match, TokenKind, Trouble};

async fn why(app: &App, name: &str) -> RepositoryWhy {
    let request = AskWhy { name: name.to_owned(), filters: None };
    app.keeper.repository_why(request).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_listing_left_out_is_found_by_name_and_by_address_and_imported() {
    for row in ROWS {
        let practice = row.start(60);
        let full_name = format!("{}/left-out", practice.login(0));
        assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
        assert!(practice.change(&Change::Hide { full_name: full_name.clone(), hidden: true }));
        let app = row.connected(&practice).await;
        practice.clear_log();
        sync(&app).await;
        let quiet = practice.log().len();
        let (told, before) = (row.told(&practice, &full_name), app.names().await);
        assert!(!before.contains(&told), "{}", row.name());
        practice.clear_log();
        let answer = why(&app, &told).await;
        assert_eq!(answer.because.cause, WhyCause::Found, "{}: {answer:?}", row.name());
        assert_eq!(answer.because.fix, "Import it.", "{}", row.name());
        let asked = practice.log().iter().filter(|one| one.path.ends_with("left-out")).count();
        assert!(asked <= 1, "{}: the host is asked once, not {asked} times", row.name());

        practice.clear_log();
        let imported = app.keeper.repository_import(told.clone()).await.expect("imported");
        let by_name = practice.log().len();
        assert_eq!(imported.full_name, told, "{}", row.name());
        let page = app.keeper.repository_show(RepositoryRef::Id { id: imported.id }).await.expect("shown");
        let by_address = why(&app, &page.repository.web_url).await;
        assert_eq!(by_address.because.cause, WhyCause::Listed, "{}: {by_address:?}", row.name());
        let by_clone = why(&app, &page.repository.clone_url).await;
        assert_eq!(by_clone.repository.map(|one| one.id), Some(imported.id), "{}: by its clone address", row.name());

        // The next listings leave it out too; it is there, so it stays, and nothing else leaves.
        for _ in 0..2 {
            practice.clear_log();
            assert_eq!(sync(&app).await.removed, 0, "{}", row.name());
            let asked = practice.log().len();
            assert_eq!(asked, quiet + by_name, "{}: it is asked for by name, and no more than that", row.name());
        }
        assert_eq!(app.count().await as usize, before.len() + 1, "{}", row.name());
        assert!(practice.change(&Change::Delete { full_name }), "{}", row.name());
        let run = sync(&app).await;
        assert_eq!(run.removed, 1, "{}: {}", row.name(), run.sentence);
        assert_eq!(app.names().await, before, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_is_shown_is_said_to_be_hidden_or_not_there_and_never_one_of_them() {
    for row in ROWS {
        let practice = row.start(60);
        let app = row.connected(&practice).await;
        let near = app.names().await[7].clone();
        let answer = why(&app, &format!("{near}-typo")).await;
        assert_eq!(answer.because.cause, WhyCause::NotShown, "{}: {answer:?}", row.name());
        assert!(answer.because.sentence.contains("hidden from it, or there is none"), "{}", answer.because.sentence);
        assert!(answer.near.len() <= 5 && !answer.near.is_empty(), "{}: {:?}", row.name(), answer.near);
        let refused = app.keeper.repository_import(format!("{near}-typo")).await.expect_err("there is none");
        assert_eq!(refused.code, Code::NotFound, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_that_hold_something_back_are_told_from_repositories_that_are_not_there() {
    let practice = forge(60);
    assert!(practice.change(&Change::AddGroup { path: "harbour-club".to_owned(), member: practice.login(0) }));
    let full_name = "harbour-club/ledger".to_owned();
    assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    practice.set_sso(&["harbour-club"]);
    let app = App::open().await;
    app.connect_token(&practice).await;
    sync(&app).await;
    let answer = why(&app, &full_name).await;
    assert_eq!(answer.because.cause, WhyCause::SignOnFirst, "{answer:?}");
    let page = format!("{}/orgs/harbour-club/sso", practice.url());
    assert_eq!(answer.because.page, Some(page), "the page that the host names");

    practice.set_sso(&[]);
    practice.set_blocked(&["harbour-club"]);
    let answer = why(&app, &full_name).await;
    assert_eq!(answer.because.cause, WhyCause::NotApproved, "{answer:?}");
    assert!(answer.because.fix.contains("Ask an owner"), "{}", answer.because.fix);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_can_not_be_asked_is_no_host_that_says_no() {
    let practice = forge(60);
    let app = App::open().await;
    app.connect_token(&practice).await;
    sync(&app).await;
    for trouble in [Trouble::Status(500), Trouble::Html, Trouble::NotJson] {
        practice.trouble(Match::path("/repos/*"), trouble.clone(), 1000);
        let answer = why(&app, "nobody/nothing").await;
        assert_eq!(answer.because.cause, WhyCause::NotAsked, "{trouble:?}: {answer:?}");
        practice.all_well();
    }
    practice.revoke_all();
    assert_eq!(why(&app, "nobody/nothing").await.because.cause, WhyCause::SignInNeeded);

    let app = App::open().await;
    app.connect_token(&practice).await;
    practice.trouble(Match::path("/repos/*"), Trouble::PrimaryLimit(600), 1);
    for _ in 0..2 {
        let answer = why(&app, "nobody/nothing").await;
        assert_eq!(
            answer.because.cause,
            WhyCause::NotAsked,
            "the host waits, and who asks again is told so: {answer:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_removals_scopes_and_missing_accounts_are_told() {
    let practice = forge(60);
    let app = App::open().await;
    app.connect_token(&practice).await;
    sync(&app).await;
    let name = app.names().await[3].clone();
    let filters = RepositoryQuery { text: "owner:somebody-else".to_owned(), ..RepositoryQuery::default() };
    let request = AskWhy { name: name.clone(), filters: Some(filters) };
    let hidden = app.keeper.repository_why(request).await.expect("an answer");
    assert_eq!(hidden.because.cause, WhyCause::Filtered, "{hidden:?}");

    assert!(practice.change(&Change::Delete { full_name: name.clone() }));
    sync(&app).await;
    let gone = why(&app, &name).await;
    assert_eq!(gone.because.cause, WhyCause::Removed, "{gone:?}");
    assert!(gone.because.sentence.contains("did not show it"), "{}", gone.because.sentence);
    app.keeper.repository_restore(gone.removed.expect("it can be brought back")).await.expect("brought back");
    assert_eq!(why(&app, &name).await.because.cause, WhyCause::Kept);

    let elsewhere = why(&app, "https://git.elsewhere.example/octo/hello").await;
    assert_eq!(elsewhere.because.cause, WhyCause::NoAccount, "{elsewhere:?}");
    assert!(elsewhere.because.sentence.contains("git.elsewhere.example"), "{}", elsewhere.because.sentence);
    for odd in ["", "hello", "https://", "a/\u{1}", "http://[/x/y"] {
        let request = AskWhy { name: odd.to_owned(), filters: None };
        let refused = app.keeper.repository_why(request).await.expect_err("it names none");
        assert_eq!(refused.code, Code::InvalidInput, "{odd:?}");
    }

    let app = App::open().await;
    let weak = SecretString::from(practice.add_token(0, TokenKind::Classic, &["user:email"], None));
    app.connect_with(&practice, weak.expose()).await.expect("connects");
    sync(&app).await;
    let unscoped = why(&app, "nobody/nothing").await;
    assert_eq!(unscoped.because.cause, WhyCause::ScopeMissing, "{unscoped:?}");
    assert!(unscoped.because.sentence.contains("perhaps"), "it is not known: {}", unscoped.because.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_at_one_host_is_not_brought_back_for_another() {
    let (one, other) = (forge(60), forge(60));
    let app = App::open().await;
    app.connect_token(&one).await;
    sync(&app).await;
    let name = app.names().await[3].clone();
    for practice in [&one, &other] {
        assert!(practice.change(&Change::Delete { full_name: name.clone() }), "both have it");
    }
    app.connect_token(&other).await;
    app.sync().await;
    let here = why(&app, &format!("{}/{name}", one.url())).await;
    assert!(here.removed.is_some() && here.because.cause == WhyCause::Removed, "{here:?}");
    let there = why(&app, &format!("{}/{name}", other.url())).await;
    assert!(there.removed.is_none() && there.because.cause != WhyCause::Removed, "{there:?}");
}
