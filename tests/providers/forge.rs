//! The same story at the practice forge, which is the simulator of both kinds of client it has.
//!
//! Not here: the forge's own bad days (`github_forge`).

use super::{DAY, MINUTE, add_client, ended};
use crate::app::{App, PATIENCE};
use crate::moves::only_by_hand;
use drawbridge_domain::{Clock as _, Health, SignInWay, SystemClock};
use drawbridge_keeper::{
    Code,
    dto::{Account, CreateVault, ScopeState, SignInState, StartSignIn},
};
use drawbridge_testkit::{
    browser,
    forge::{Simulator, SimulatorConfig},
    temp::FakeClock,
};
use std::{sync::Arc, time::Duration};

const SECOND: Duration = Duration::from_secs(1);

/// The practice forge is this provider's simulator; the app of the same host has tokens that end.
async fn at_the_forge(provider: &str, expiring: bool) {
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let config = SimulatorConfig { clock: Arc::clone(&clock) as _, ..SimulatorConfig::with_repositories(3) };
    let forge = Simulator::start(config).expect("the practice forge starts");
    forge.set_expiring_tokens(expiring);
    forge.set_reuse_ends_all(true);
    let app = App::with_clock(Arc::clone(&clock) as _).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    // A clock that jumps under a listing would end its access twice over: the first one is waited for.
    only_by_hand(&app).await;
    let client = forge.client();
    add_client(&app, provider, Some(&forge), &client.client_id, client.client_secret.as_deref()).await;
    let connect = async |app: &App, again: Option<&Account>| {
        let request = StartSignIn {
            provider: provider.parse().expect("an id"),
            host: Some(forge.host()),
            api_url: None,
            client: None,
            way: Some(SignInWay::DeepLink),
            account: again.map(|account| account.id.clone()),
            scopes: Vec::new(),
        };
        let started = app.keeper.sign_in_start(request).await.expect("starts");
        let link = browser::approve(&started.url).await.expect("approved");
        let done = app.keeper.sign_in_return(link).await.expect("completes");
        assert_eq!(done.state, SignInState::Connected);
        done.account.expect("an account")
    };
    let renewals = || forge.log().iter().filter(|line| line.path.ends_with("/access_token")).count();
    let account = connect(&app, None).await;
    app.sync().await;
    assert_eq!((&account.subject, &account.login), (&forge.user_id(0).to_string(), &forge.login(0)));
    assert_eq!(account.renews_itself, expiring);
    let granted = account.scopes.iter().filter(|scope| scope.state == ScopeState::Granted).count();
    assert_eq!(granted, if expiring { 0 } else { 3 }, "rights of an app are not scopes");
    let id = account.id.clone();
    let check = async |app: &App| app.keeper.account_check(id.clone()).await;

    let sent = renewals();
    check(&app).await.expect("fresh");
    let mut app = app;
    if expiring {
        let lives = Duration::from_secs(8 * 60 * 60);
        assert_eq!(account.access_ends_at, Some(clock.now().plus(lives)));
        clock.advance(lives - 4 * MINUTE);
        check(&app).await.expect("at its margin");
        assert_eq!(renewals(), sent + 1);
        for _ in 0..3 {
            clock.advance(lives + SECOND);
            check(&app).await.expect("after its end");
        }
        assert_eq!(renewals(), sent + 4, "once each, and each refresh token once");
        for _ in 0..2 {
            let before = renewals();
            clock.advance(150 * DAY);
            app = app.restart().await;
            let mut events = app.keeper.events();
            while ended(&app, &account, &clock).await {
                let news = tokio::time::timeout(PATIENCE, events.recv()).await;
                news.expect("what nobody uses is kept alive").expect("the keeper runs");
            }
            assert_eq!(renewals(), before + 1);
        }
        check(&app).await.expect("idle for longer than its refresh token lives");
    } else {
        clock.advance(400 * DAY);
        check(&app).await.expect("after a year");
        assert_eq!(renewals(), sent, "what does not end is not renewed");
    }

    forge.revoke_all();
    assert_eq!(check(&app).await.expect_err("withdrawn").code, Code::SignInNeeded);
    let shown = app.keeper.account_show(id.clone()).await.expect("there");
    assert_eq!(shown.health, Health::NeedsYou);
    assert!(shown.state.ends_with("ended this sign-in"), "{}", shown.state);
    let mended = connect(&app, Some(&shown)).await;
    assert_eq!((&mended.id, mended.health), (&id, Health::Working));
    if expiring {
        clock.advance(200 * DAY);
        assert_eq!(check(&app).await.expect_err("too late").code, Code::SignInNeeded);
        let shown = app.keeper.account_show(id.clone()).await.expect("there");
        assert!(shown.state.contains("has lived its time"), "{}", shown.state);
        connect(&app, Some(&shown)).await;
    }

    assert_eq!(forge.working_tokens(), 1);
    let receipt = app.keeper.account_disconnect(id).await.expect("disconnects");
    assert!(receipt.revoked, "{}", receipt.sentence);
    assert_eq!(forge.working_tokens(), 0, "{}", receipt.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn github() {
    at_the_forge("github", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn github_app() {
    at_the_forge("github-app", true).await;
}
