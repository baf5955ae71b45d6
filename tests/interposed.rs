//! Networks that answer in the place of a host: pages of hotels, redirects to them, gateways. Nothing
//! of it is taken for the host's word.
//!
//! Not here: replies of token endpoints (`connections`), and hosts that are unwell (`github_forge`).

use crate::app::{App, forge};
use drawbridge_domain::{Health, SignInWay};
use drawbridge_keeper::{
    Code,
    dto::{RunOutcome, SignInState},
};
use drawbridge_testkit::{
    browser,
    forge::{Match, Trouble},
};

fn in_between() -> [Trouble; 3] {
    [Trouble::Html, Trouble::Redirect("http://127.0.0.1:1/login".to_owned()), Trouble::Status(511)]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_through_a_guest_network_removes_nothing_and_says_what_to_do() {
    for trouble in in_between() {
        let practice = forge(12);
        let app = App::open().await;
        let account = app.connect_token(&practice).await;
        app.sync().await;
        let (listed, tokens) = (app.count().await, practice.working_tokens());
        practice.trouble(Match::api(), trouble.clone(), 1_000);
        let runs = app.sync().await;
        assert_eq!(runs[0].outcome, RunOutcome::Unreachable, "{trouble:?}: {}", runs[0].sentence);
        assert!(runs[0].sentence.contains("network wants a sign-in of its own"), "{}", runs[0].sentence);
        let now = app.keeper.account_show(account.id.clone()).await.expect("there");
        assert_eq!(now.health, Health::TryingAgain, "{trouble:?}");
        assert!(now.state.contains("sign-in of its own"), "{}", now.state);
        let problem = app.keeper.account_check(account.id.clone()).await.expect_err("not the host");
        assert_eq!(problem.code, Code::Unreachable, "{trouble:?}: {problem:?}");
        assert!(problem.hint.contains("open a page in the browser"), "{problem:?}");
        assert_eq!(app.count().await, listed, "{trouble:?}");
        assert_eq!(practice.working_tokens(), tokens, "{trouble:?}: the access is kept");

        practice.all_well();
        let runs = app.sync().await;
        assert_eq!(runs[0].outcome, RunOutcome::Unchanged, "{}", runs[0].sentence);
        let now = app.keeper.account_show(account.id).await.expect("there");
        assert_eq!(now.health, Health::Working, "{trouble:?}: and nobody had to sign in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_host_has_ended_for_everybody_ends_no_access_and_no_repository() {
    let practice = forge(12);
    let app = App::open().await;
    let account = app.connect_token(&practice).await;
    app.sync().await;
    let listed = app.count().await;
    // A brownout: this way of asking is gone for some hours, and one day for good.
    practice.trouble(Match::api(), Trouble::Status(410), 1_000);
    let runs = app.sync().await;
    assert_eq!(runs[0].removed, 0, "{}", runs[0].sentence);
    assert_eq!(runs[0].outcome, RunOutcome::Stopped, "{}", runs[0].sentence);
    let problem = app.keeper.account_check(account.id.clone()).await.expect_err("gone");
    assert_eq!(problem.code, Code::HostRefused, "{problem:?}");
    assert!(problem.message.contains("has ended this way of asking"), "{problem:?}");
    assert!(problem.hint.contains("newer Drawbridge"), "{problem:?}");
    assert_eq!(app.count().await, listed);
    practice.all_well();
    app.keeper.account_check(account.id).await.expect("the access is kept, and works again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_guest_network_is_no_receipt_of_a_revocation() {
    for trouble in in_between() {
        let practice = forge(3);
        let app = App::open().await;
        app.add_client(&practice).await;
        let started = app.sign_in(&practice, SignInWay::DeepLink).await;
        let link = browser::approve(&started.url).await.expect("approved");
        let done = app.keeper.sign_in_return(link).await.expect("completes");
        assert_eq!(done.state, SignInState::Connected);
        app.sync().await;
        practice.trouble(Match::path("/applications/*"), trouble.clone(), 1_000);
        let receipt = app.keeper.account_disconnect(done.account.expect("one").id).await.expect("disconnects");
        assert!(!receipt.revoked, "{trouble:?}: {}", receipt.sentence);
        assert_eq!(practice.working_tokens(), 1, "{trouble:?}: it has not ended there");
        let unended = app.keeper.unended_list().await.expect("listed").rows;
        assert_eq!(unended.len(), 1, "{trouble:?}: it is ended later");
        assert!(unended[0].next_try_at.is_some(), "{trouble:?}: {unended:?}");
    }
}
