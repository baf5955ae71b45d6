//! Every way to connect, against the practice forge's real consent pages: what completes, and what
//! must change nothing.

use crate::app::{App, PATIENCE, finished, forge, waits};
use drawbridge_domain::{Clock as _, SignInWay, SystemClock, Timestamp};
use drawbridge_keeper::{
    Code,
    dto::{ScopeState, SignIn, SignInState, UnlockVault, VaultState},
};
use drawbridge_testkit::{
    browser,
    forge::{Match, Simulator, SimulatorConfig, TokenKind, TokenReply, Trouble},
    temp::FakeClock,
};
use std::{sync::Arc, time::Duration};

/// Where a forge is asked whether a code was typed.
const POLLED: &str = "/login/oauth/access_token";

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_connects_once() {
    let practice = forge(30);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    assert!(link.starts_with("dev.drawbridge.desktop:/oauth/callback?"), "the scheme of the app");

    let done = app.keeper.sign_in_return(link.clone()).await.expect("completes");
    assert_eq!(done.state, SignInState::Connected);
    let account = done.account.expect("an account");
    assert_eq!(account.login, practice.login(0));
    assert_eq!(account.subject, practice.user_id(0).to_string(), "identity is the stable id");
    assert!(account.scopes.iter().any(|scope| scope.state == ScopeState::Granted), "granted scopes are kept");
    assert!(done.url.is_empty(), "what was for one use is gone");

    let again = app.keeper.sign_in_return(link).await.expect_err("a replay");
    assert_eq!(again.code, Code::SignInUnknown);
    assert_eq!(app.keeper.account_list().await.expect("listed").total, 1);
    app.sync().await;
    assert_eq!(app.count().await as usize, practice.full_names().len().min(app.count().await as usize));
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_foreign_and_late_links_change_nothing() {
    let practice = forge(10);
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(drawbridge_keeper::dto::CreateVault::Keychain).await.expect("made");
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let code = link.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code").to_owned();
    practice.clear_log();

    for forged in [
        format!("dev.drawbridge.desktop:/oauth/callback?code={code}&state=forged"),
        format!("dev.drawbridge.desktop:/oauth/callback?code={code}"),
        format!("{link}&code=second"),
        link.replace("/oauth/callback", "/oauth/other"),
        link.replace("dev.drawbridge.desktop:/oauth", "http://127.0.0.1:1"),
        "dev.drawbridge.desktop:/oauth/callback".to_owned(),
        "javascript:alert(1)".to_owned(),
        String::new(),
        "x".repeat(100_000),
    ] {
        let shown: String = forged.chars().take(60).collect();
        let problem = app.keeper.sign_in_return(forged).await.expect_err(&shown);
        assert_eq!(problem.code, Code::SignInUnknown, "{shown}");
    }
    assert!(waits(&app, &started).await, "a forged link does not end a sign-in");
    assert!(practice.log().is_empty(), "no forged link made a request");

    clock.advance(Duration::from_secs(10 * 60));
    let problem = app.keeper.sign_in_return(link).await.expect_err("late");
    assert_eq!(problem.code, Code::SignInExpired);
    assert!(practice.log().is_empty(), "a late link makes no request");
    assert_eq!(app.keeper.account_list().await.expect("listed").total, 0);
    assert_eq!(finished(&app, &started).await.state, SignInState::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_a_restart_still_completes() {
    let practice = forge(10);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let app = app.restart().await;
    let done = app.keeper.sign_in_return(link).await.expect("completes");
    assert_eq!((done.id, done.state), (started.id, SignInState::Connected));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_while_locked_waits_for_the_vault() {
    let practice = forge(10);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    app.keeper.vault_lock().await.expect("locks");
    let problem = app.keeper.sign_in_return(link.clone()).await.expect_err("locked");
    assert_eq!(problem.code, Code::VaultLocked, "the front keeps the link until the vault is open");
    let status = app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("opens");
    assert_eq!(status.state, VaultState::Open);
    app.keeper.sign_in_return(link).await.expect("completes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loopback_return_connects_without_being_handed_in() {
    let practice = forge(10);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::Loopback).await;
    assert!(started.listens_at.as_ref().is_some_and(|at| at.starts_with("127.0.0.1:")), "{:?}", started.listens_at);
    let address = browser::approve(&started.url).await.expect("approved");
    let mut person = browser::Browser::new();
    let forged = address.replace("state=", "state=x");
    person.get(&forged).await.expect("a page");
    assert!(waits(&app, &started).await, "a forged answer does not end the waiting");
    let page = person.get(&address).await.expect("a page");
    assert!(page.text().contains("Drawbridge"), "the page says where to go on: {}", page.text());
    assert_eq!(finished(&app, &started).await.state, SignInState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_connects_once_it_is_typed() {
    let practice = forge(10);
    practice.set_device_interval(1);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::Device).await;
    let code = started.user_code.clone().expect("a code to type");
    assert!(practice.decide_device(&code, true), "the forge knows the code");
    assert_eq!(finished(&app, &started).await.state, SignInState::Connected);

    let second = app.sign_in(&practice, SignInWay::Device).await;
    assert!(practice.decide_device(&second.user_code.clone().expect("a code"), false));
    let ended = finished(&app, &second).await;
    assert_eq!(ended.state, SignInState::Failed);
    assert_eq!(ended.problem.map(|problem| problem.code), Some(Code::SignInDenied));
}

/// When a forge was asked whether a code was typed, in order.
fn polls(practice: &Simulator) -> Vec<Timestamp> {
    practice.log().into_iter().filter(|one| one.path == POLLED).map(|one| one.at).collect()
}

fn gaps(practice: &Simulator) -> Vec<u64> {
    polls(practice).windows(2).map(|pair| pair[1].since(pair[0]).as_secs()).collect()
}

/// A device sign-in at a forge of its own, whose first polls are answered so; its code is typed at once.
async fn polled(app: &App, first: &[Trouble]) -> (Simulator, SignIn) {
    let practice = forge(1);
    practice.set_device_interval(1);
    app.add_client(&practice).await;
    for trouble in first {
        practice.trouble(Match::path(POLLED), trouble.clone(), 1);
    }
    let started = app.sign_in(&practice, SignInWay::Device).await;
    assert!(practice.decide_device(started.user_code.as_deref().expect("a code"), true));
    (practice, started)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_is_asked_for_as_slowly_as_it_is_wished_and_no_more_once_it_is_over() {
    let error = |name: &str| Trouble::OauthError(name.to_owned());
    let app = App::open().await;
    let (slow, slow_one) = polled(&app, &[error("slow_down"), error("authorization_pending")]).await;
    let (away, away_one) = polled(&app, &[Trouble::LostRequest, Trouble::LostRequest]).await;
    let (late, late_one) = polled(&app, &[error("expired_token")]).await;
    let (denies, denied_one) = polled(&app, &[error("access_denied")]).await;
    let (odd, odd_one) = polled(&app, &[error("something_new")]).await;
    let pending: Vec<_> = (0..60).map(|_| error("authorization_pending")).collect();
    let (left, left_one) = polled(&app, &pending).await;

    // The person goes away after the first question.
    left.clear_log();
    tokio::time::timeout(PATIENCE, left.reaches_in_flight(1)).await.expect("it is asked");
    app.keeper.sign_in_cancel(left_one.id.clone()).await.expect("cancelled");
    assert_eq!(finished(&app, &left_one).await.state, SignInState::Cancelled);
    let before = polls(&left).len();

    for (practice, started, code) in [
        (&late, &late_one, Code::SignInExpired),
        (&denies, &denied_one, Code::SignInDenied),
        (&odd, &odd_one, Code::SignInFailed),
    ] {
        let ended = finished(&app, started).await;
        let problem = ended.problem.expect("it says why");
        assert_eq!((ended.state, problem.code), (SignInState::Failed, code), "{problem:?}");
        assert!(!problem.hint.is_empty(), "there is a next step");
        assert_eq!(practice.working_tokens(), 0);
    }
    for started in [&slow_one, &away_one] {
        assert_eq!(finished(&app, started).await.state, SignInState::Connected);
    }
    let (slower, further) = (gaps(&slow), gaps(&away));
    println!("after slow_down {slower:?} s, after no answer {further:?} s");
    assert_eq!(slower.len(), 2);
    assert!(slower.iter().all(|gap| *gap >= 6), "five seconds more, from then on: {slower:?}");
    assert_eq!(further.len(), 2);
    assert!(further[0] >= 2 && further[1] >= 4, "twice as long each time: {further:?}");
    // All these seconds long nobody was asked for what is over.
    for practice in [&late, &denies, &odd] {
        assert_eq!(polls(practice).len(), 1);
    }
    assert!(polls(&left).len() <= before + 1, "one may have been under way");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pause_that_a_host_asked_for_outlives_a_restart() {
    let app = App::open().await;
    let error = |name: &str| Trouble::OauthError(name.to_owned());
    let (slow, started) = polled(&app, &[error("slow_down"), error("authorization_pending")]).await;
    let asked = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while polls(&slow).len() < 2 {
            look.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.expect("it is asked again");
    let before = polls(&slow).len();
    let app = app.restart().await;
    assert_eq!(finished(&app, &started).await.state, SignInState::Connected);
    let gaps = gaps(&slow);
    println!("over the restart {gaps:?} s, {before} asked before it");
    assert!(gaps.iter().all(|gap| *gap >= 5), "also after the restart: {gaps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_with_status_200_and_form_replies_are_understood() {
    let practice = forge(10);
    let app = App::open().await;
    app.add_client(&practice).await;
    practice.set_token_reply(TokenReply::Form);
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    assert_eq!(app.keeper.sign_in_return(link).await.expect("completes").state, SignInState::Connected);

    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let broken = {
        let code = link.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
        link.replace(code, "0000000000")
    };
    let problem = app.keeper.sign_in_return(broken).await.expect_err("an error in a 200");
    assert_eq!(problem.code, Code::SignInFailed);
    let ended = finished(&app, &started).await;
    assert_eq!(ended.state, SignInState::Failed, "single use, also when it fails");
    let problem = app.keeper.sign_in_return(link).await.expect_err("spent");
    assert_eq!(problem.code, Code::SignInUnknown);

    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::deny(&started.url).await.expect("denied");
    assert_eq!(app.keeper.sign_in_return(link).await.expect_err("denied").code, Code::SignInDenied);
    assert_eq!(app.keeper.account_list().await.expect("listed").total, 1, "what was connected stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_connect_of_the_same_person_updates() {
    let practice = forge(20);
    let app = App::open().await;
    let first = app.connect_token(&practice).await;
    app.sync().await;
    let second = app.connect_token(&practice).await;
    assert_eq!(first.id, second.id);
    let other = practice.add_token(1, TokenKind::Classic, &["repo"], None);
    let third = app.connect_with(&practice, &other).await.expect("connects");
    assert_ne!(first.id, third.id, "another person is another account");
    assert_eq!(app.keeper.account_list().await.expect("listed").total, 2);
    let problem = app.connect_with(&practice, "ghp_wrongtokenwrongtoken").await.expect_err("refused");
    assert_eq!(problem.code, Code::SignInFailed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_disconnected_is_not_synced() {
    let practice = forge(40);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    app.sync().await;
    practice.trouble(Match::path("/applications/*"), Trouble::Delay(2_000), 1);
    let (keeper, id) = (Arc::clone(&app.keeper), account.id.clone());
    let leaves = tokio::spawn(async move { keeper.account_disconnect(id).await });
    let refused = async {
        loop {
            match app.keeper.sync_start(Some(account.id.clone())).await {
                Ok(_) => tokio::task::yield_now().await,
                Err(problem) => return problem,
            }
        }
    };
    let problem = tokio::time::timeout(PATIENCE, refused).await.expect("it is on its way out");
    assert_eq!(problem.code, Code::NotConnected, "{problem}");
    let problem = app.keeper.sync_start(None).await.expect_err("there is no other");
    assert!(problem.message.contains("being disconnected"), "{problem}");
    let receipt = leaves.await.expect("no panic").expect("disconnects");
    assert!(receipt.revoked, "{}", receipt.sentence);
    // Somebody who connects again is synced as ever.
    app.connect_token(&practice).await;
    app.sync().await;
    assert_eq!(app.count().await, receipt.repositories);
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnect_revokes_where_it_can_and_says_what_it_could_not() {
    let practice = forge(40);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    app.sync().await;
    let listed = app.count().await;
    assert!(listed >= 40);
    let before = practice.working_tokens();
    let receipt = app.keeper.account_disconnect(account.id).await.expect("disconnects");
    assert!(receipt.revoked, "{}", receipt.sentence);
    assert_eq!(receipt.repositories, listed);
    assert!(practice.working_tokens() < before, "the forge ended the access");
    assert_eq!(app.count().await, 0);

    let account = app.connect_token(&practice).await;
    let receipt = app.keeper.account_disconnect(account.id).await.expect("disconnects");
    assert!(!receipt.revoked && receipt.page.is_some(), "only the site can end a pasted token: {}", receipt.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_whose_access_has_ended_is_ended_too() {
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let config = SimulatorConfig { clock: clock.clone(), ..SimulatorConfig::with_repositories(20) };
    let practice = Simulator::start(config).expect("the practice forge starts");
    practice.set_expiring_tokens(true);
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(drawbridge_keeper::dto::CreateVault::Keychain).await.expect("made");
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    app.sync().await;
    clock.advance(Duration::from_secs(9 * 60 * 60));
    practice.clear_log();
    let receipt = app.keeper.account_disconnect(account.id).await.expect("disconnects");
    assert!(receipt.revoked, "{}", receipt.sentence);
    let ended =
        practice.log().into_iter().any(|exchange| exchange.path.ends_with("/grant") && exchange.status == Some(204));
    assert!(
        ended,
        "the forge said that the grant has ended, and not only that the old access had: {}",
        receipt.sentence
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn expiring_access_is_renewed_once_and_kept() {
    let practice = forge(20);
    practice.set_expiring_tokens(true);
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(drawbridge_keeper::dto::CreateVault::Keychain).await.expect("made");
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    assert!(account.renews_itself && account.access_ends_at.is_some());
    app.sync().await;

    clock.advance(Duration::from_secs(8 * 60 * 60 - 60));
    practice.clear_log();
    app.sync().await;
    let refreshes = practice.log().into_iter().filter(|exchange| exchange.path == "/login/oauth/access_token").count();
    assert_eq!(refreshes, 1, "renewed once, ahead of its end");
    let renewed = app.keeper.account_show(account.id.clone()).await.expect("shown");
    assert!(renewed.access_ends_at > account.access_ends_at);

    practice.revoke_all();
    clock.advance(Duration::from_secs(8 * 60 * 60));
    let runs = app.sync().await;
    assert_eq!(runs[0].outcome, drawbridge_keeper::dto::RunOutcome::NeedsYou, "{}", runs[0].sentence);
    let ended = app.keeper.account_show(account.id).await.expect("shown");
    assert_eq!(ended.health, drawbridge_domain::Health::NeedsYou);
    assert!(app.count().await >= 20, "nothing is removed by a failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_fails_for_now_after_a_refusal_ends_nothing() {
    let practice = forge(20);
    practice.set_expiring_tokens(true);
    let app = App::open().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    app.sync().await;

    // The access ends early, and the server that renews it is not well.
    practice.trouble(Match::path("/user/repos"), Trouble::Status(401), 1);
    practice.trouble(Match::path("/login/oauth/access_token"), Trouble::Status(503), 1);
    let runs = app.sync().await;
    assert_eq!(runs[0].outcome, drawbridge_keeper::dto::RunOutcome::Unreachable, "{}", runs[0].sentence);
    let shown = app.keeper.account_show(account.id).await.expect("shown");
    assert_ne!(shown.health, drawbridge_domain::Health::NeedsYou, "{}: nothing has ended", shown.state);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_refresh_reply_is_never_sent_again() {
    let practice = forge(20);
    practice.set_expiring_tokens(true);
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(drawbridge_keeper::dto::CreateVault::Keychain).await.expect("made");
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    app.sync().await;

    clock.advance(Duration::from_secs(8 * 60 * 60 - 60));
    practice.clear_log();
    practice.trouble(Match::path("/login/oauth/access_token"), Trouble::LostReply, 1);
    for _ in 0..3 {
        app.sync().await;
        clock.advance(Duration::from_secs(60 * 60));
    }
    let app = app.restart().await;
    app.sync().await;
    let refreshes = practice.log().into_iter().filter(|exchange| exchange.path == "/login/oauth/access_token").count();
    assert_eq!(refreshes, 1, "the token may be spent: a second try could end the whole grant");
    let account = app.keeper.account_show(account.id).await.expect("shown");
    assert_eq!(account.health, drawbridge_domain::Health::NeedsYou, "{}", account.state);
    assert!(app.count().await >= 20, "nothing is removed by a failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_renews_needs_its_client_and_says_so() {
    let practice = forge(20);
    practice.set_expiring_tokens(true);
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(drawbridge_keeper::dto::CreateVault::Keychain).await.expect("made");
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    let account = app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    app.sync().await;
    let client = app.keeper.client_list().await.expect("listed").rows.remove(0);
    app.keeper.client_remove(client.id).await.expect("removed");

    clock.advance(Duration::from_secs(8 * 60 * 60 - 60));
    app.sync().await;
    let shown = app.keeper.account_show(account.id.clone()).await.expect("shown");
    assert_eq!(shown.health, drawbridge_domain::Health::Working, "what is left of the access is used");
    clock.advance(Duration::from_secs(60 * 60));
    practice.clear_log();
    app.sync().await;
    let shown = app.keeper.account_show(account.id).await.expect("shown");
    assert_eq!(shown.health, drawbridge_domain::Health::NeedsYou);
    assert!(shown.state.contains("client"), "{}", shown.state);
    assert!(practice.log().is_empty(), "a refresh that can only be refused is not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_missing_scope_switches_off_is_said_with_its_reason() {
    let practice = forge(5);
    let app = App::open().await;
    let off = async |scopes: &[&str], kind| {
        let token = practice.add_token(0, kind, scopes, None);
        let account = app.connect_with(&practice, &token).await.expect("connects");
        account.off.into_iter().map(|off| (off.scope, off.sentence, off.why)).collect::<Vec<_>>()
    };
    assert_eq!(off(&["repo", "admin:org"], TokenKind::Classic).await, [], "all that is needed, one by another");
    let missing = off(&["read:org"], TokenKind::Classic).await;
    assert_eq!(missing.len(), 1, "{missing:?}");
    let (scope, sentence, why) = &missing[0];
    assert_eq!((scope.as_str(), sentence.as_str()), ("repo", "Private repositories are not listed"));
    assert_eq!(why, "This token was made without repo");
    assert_eq!(off(&[], TokenKind::Classic).await.len(), 2, "nothing was granted, and that is known");
    assert_eq!(off(&[], TokenKind::FineGrained).await, [], "where the host does not say, nothing is claimed");
}
