//! Every way back of a sign-in, at every moment it can meet: while the keeper waits, after it was
//! ended and started again, beside a second program, and after it was killed. And a renewal in
//! which the keeper is killed.
//!
//! Not here: links that are forged or foreign (`connect`), and the window around it (`window`).

use crate::{
    app::{PATIENCE, forge},
    process::{Home, Keeper},
};
use drawbridge_domain::{Health, SecretString, SignInWay, SystemClock};
use drawbridge_keeper::{
    Code,
    dto::{Account, CreateVault, NewClient, SignIn, SignInState, StartSignIn, UnlockVault},
};
use drawbridge_testkit::{
    browser::{self, Browser},
    fault::{CLIENT_ID, CLIENT_SECRET, Fault, FaultServer, Rules},
    forge::{Match, Simulator, Trouble},
};
use std::{fs, sync::Arc};

const PASSPHRASE: &str = "seven gulls on a wire";

/// When the answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The keeper has waited for it all the time.
    Warm,
    /// The keeper was stopped, and another one started.
    Cold,
    /// Somebody tried to start a second keeper meanwhile.
    Second,
    /// The keeper was killed, and another one started.
    Killed,
}

/// The forge that most ways lead to, and a server that shows codes for pasting.
struct Hosts {
    forge: Simulator,
    shows_codes: FaultServer,
}

impl Hosts {
    fn start() -> Self {
        let forge = forge(3);
        forge.set_device_interval(1);
        let shows_codes = FaultServer::start(Rules::default(), Arc::new(SystemClock)).expect("a server");
        Self { forge, shows_codes }
    }

    /// The client that is registered where a way leads.
    fn client(&self, way: SignInWay) -> NewClient {
        let (provider, host, id, secret) = match way {
            SignInWay::Paste => ("shows-codes", None, CLIENT_ID.to_owned(), Some(CLIENT_SECRET.to_owned())),
            _ => {
                let known = self.forge.client();
                ("github", Some(self.forge.host()), known.client_id.clone(), known.client_secret.clone())
            }
        };
        NewClient {
            provider: provider.parse().expect("an id"),
            host,
            api_url: None,
            client_id: id,
            client_secret: secret.map(SecretString::from),
            name: None,
            preferred: false,
            own_redirects: false,
        }
    }

    /// The person approves, and the answer comes back by its way.
    async fn come_back(&self, home: &Home, keeper: &Keeper, started: &SignIn) {
        match started.way {
            SignInWay::DeepLink => {
                // The system starts a program for the link; it finds the keeper.
                let link = browser::approve(&started.url).await.expect("approved");
                let returned = home.run(&["return", &link], "");
                assert!(returned.status.success(), "{}", String::from_utf8_lossy(&returned.stderr));
            }
            SignInWay::Loopback => {
                let link = browser::approve(&started.url).await.expect("approved");
                let page = Browser::new().get(&link).await.expect("somebody listens there");
                assert_eq!(page.status, 200);
            }
            SignInWay::Device => {
                let code = started.user_code.as_deref().expect("a code to type");
                assert!(self.forge.decide_device(code, true), "the forge knows the code");
            }
            SignInWay::Paste => {
                let shown = self.shows_codes.approve(&started.url, "ann").expect("approved");
                let code = shown.split_once("code=").and_then(|(_, rest)| rest.split_once('&')).expect("a code").0;
                let code = SecretString::from(code.to_owned());
                keeper.client.sign_in_paste(&started.id, &code).await.expect("taken");
            }
        }
    }
}

/// A home whose keeper has an open vault and knows the server that shows codes.
async fn ready(hosts: &Hosts) -> (Home, Keeper) {
    let home = Home::new();
    let folder = home.folder.around().join(".config/drawbridge/providers");
    fs::create_dir_all(&folder).expect("a folder");
    let more = "paste_redirect = \"urn:ietf:wg:oauth:2.0:oob\"";
    let text = hosts.shows_codes.definition("Shows codes", more, "access = \"1h\"");
    let text = text.replace("ways = [\"deep-link\", \"loopback\"]", "ways = [\"paste\"]");
    fs::write(folder.join("shows-codes.toml"), text).expect("written");
    let keeper = home.keeper().await;
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    keeper.client.vault_create(&CreateVault::Passphrase { passphrase }).await.expect("made");
    (home, keeper)
}

async fn opened_again(home: &Home) -> Keeper {
    let keeper = home.keeper().await;
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    keeper.client.vault_unlock(&UnlockVault::Passphrase { passphrase }).await.expect("opened");
    keeper
}

async fn begin(hosts: &Hosts, keeper: &Keeper, way: SignInWay) -> SignIn {
    let client = hosts.client(way);
    keeper.client.client_add(&client).await.expect("added");
    let request = StartSignIn {
        provider: client.provider,
        host: client.host,
        api_url: None,
        client: None,
        way: Some(way),
        account: None,
        scopes: Vec::new(),
    };
    keeper.client.sign_in_start(&request).await.expect("started")
}

/// Ends the keeper as asked by its client; returns once its process is gone.
async fn stopped(keeper: Keeper) {
    keeper.client.keeper_stop().await.expect("asked");
    keeper.ended();
}

async fn comes_back(way: SignInWay, moment: Moment) {
    let hosts = Hosts::start();
    let (home, mut keeper) = ready(&hosts).await;
    let started = begin(&hosts, &keeper, way).await;
    match moment {
        Moment::Warm => {}
        Moment::Cold => {
            stopped(keeper).await;
            keeper = opened_again(&home).await;
        }
        Moment::Second => {
            let second = home.run(&["keeper", "run"], "");
            assert!(!second.status.success(), "there is one keeper");
        }
        Moment::Killed => {
            keeper.kill();
            keeper = opened_again(&home).await;
        }
    }
    hosts.come_back(&home, &keeper, &started).await;
    let waiting = keeper.client.sign_in_wait(&started.id);
    let ended = tokio::time::timeout(PATIENCE, waiting).await.expect("it ends").expect("it is known");
    assert_eq!(ended.state, SignInState::Connected, "{way:?}, {moment:?}: {:?}", ended.problem);
    let accounts = keeper.client.account_list().await.expect("listed").rows;
    assert_eq!(accounts.len(), 1, "{way:?}, {moment:?}");
    assert_eq!(accounts[0].id, ended.account.expect("an account").id);
    let known = if way == SignInWay::Paste { "login-ann".to_owned() } else { hosts.forge.login(0) };
    assert_eq!(accounts[0].login, known);
    let working = if way == SignInWay::Paste { 1 } else { hosts.forge.working_tokens() };
    assert_eq!(working, 1, "{way:?}, {moment:?}: exchanged once");
    stopped(keeper).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_back_works_at_every_moment() {
    let mut done = 0;
    for way in [SignInWay::DeepLink, SignInWay::Loopback, SignInWay::Paste, SignInWay::Device] {
        for moment in [Moment::Warm, Moment::Cold, Moment::Second, Moment::Killed] {
            comes_back(way, moment).await;
            done += 1;
        }
    }
    println!("{done} of 16 came back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_killed_in_the_exchange_leaves_no_sign_in_that_waits_for_nothing() {
    let hosts = Hosts::start();
    let (home, keeper) = ready(&hosts).await;
    let started = begin(&hosts, &keeper, SignInWay::Loopback).await;
    let link = browser::approve(&started.url).await.expect("approved");
    hosts.forge.trouble(Match::path("/login/oauth/access_token"), Trouble::Silence, 1);
    hosts.forge.clear_log();
    Browser::new().get(&link).await.expect("thanked");
    // The code has arrived there, and no reply comes.
    tokio::time::timeout(PATIENCE, hosts.forge.reaches_in_flight(1)).await.expect("the exchange has begun");
    keeper.kill();
    let keeper = opened_again(&home).await;
    let left = keeper.client.sign_in_show(&started.id).await;
    assert!(
        left.as_ref().is_err() || left.as_ref().is_ok_and(|left| left.state == SignInState::Failed),
        "a code that may be spent is not tried again, and nobody waits for it: {left:?}"
    );
    assert_eq!(keeper.client.account_list().await.expect("listed").total, 0, "nothing half connected");
    // And the person simply starts again.
    let again = begin(&hosts, &keeper, SignInWay::Loopback).await;
    hosts.come_back(&home, &keeper, &again).await;
    let ended = keeper.client.sign_in_wait(&again.id).await.expect("it is known");
    assert_eq!(ended.state, SignInState::Connected);
    stopped(keeper).await;
}

/// Connects where codes are pasted, whose access renews itself.
async fn connected(hosts: &Hosts, home: &Home, keeper: &Keeper) -> Account {
    let started = begin(hosts, keeper, SignInWay::Paste).await;
    hosts.come_back(home, keeper, &started).await;
    let ended = keeper.client.sign_in_wait(&started.id).await.expect("it is known");
    assert_eq!(ended.state, SignInState::Connected, "{:?}", ended.problem);
    ended.account.expect("an account")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_killed_in_a_renewal_never_sends_a_spent_token_again_and_says_what_is_true() {
    // It came there and was not done; it was done, and the reply was on its way.
    for (fault, done) in [(Fault::Stuck, 0), (Fault::Silence, 1)] {
        let hosts = Hosts::start();
        let (home, keeper) = ready(&hosts).await;
        let account = connected(&hosts, &home, &keeper).await;
        let server = &hosts.shows_codes;
        let before = server.token_requests();
        server.script([fault]);
        let note = drawbridge_keeper::find_keeper(&home.folder.path()).expect("a keeper's note");
        let client = drawbridge_local_api::Client::connect(&note.socket).await.expect("it answers");
        let id = account.id.clone();
        let asked = tokio::spawn(async move { client.account_refresh(&id).await });
        let begun = server.until(|server| server.token_requests() > before && server.truth("ann").renewals == done);
        tokio::time::timeout(PATIENCE, begun).await.expect("the renewal has begun");
        keeper.kill();
        asked.await.expect("asked").expect_err("nobody was told that it was renewed");

        let keeper = opened_again(&home).await;
        let checked = keeper.client.account_check(&account.id).await;
        assert_eq!(checked.is_ok(), done == 0, "{fault:?}: the old access is used as long as it works: {checked:?}");
        assert!(server.opens("ann"), "{fault:?}");
        let problem = keeper.client.account_refresh(&account.id).await.expect_err("uncertain");
        assert_eq!(problem.code, Code::SignInNeeded, "{fault:?}: {problem:?}");
        let told = keeper.client.account_show(&account.id).await.expect("there");
        assert_eq!(told.health, Health::NeedsYou, "{fault:?}");
        assert!(told.state.contains("reply"), "{fault:?}: it says why: {}", told.state);
        assert_eq!(server.token_requests(), before + 1, "{fault:?}: a token that may be spent is not sent again");
        let truth = server.truth("ann");
        assert_eq!((truth.renewals, truth.reuses, truth.alive), (done, 0, true), "{fault:?}");
        // One sign-in mends it, and the account is the same.
        assert_eq!(connected(&hosts, &home, &keeper).await.id, account.id, "{fault:?}");
        let mended = keeper.client.account_refresh(&account.id).await.expect("renews again");
        assert_eq!(mended.health, Health::Working, "{fault:?}");
        stopped(keeper).await;
        println!("{fault:?}: {} requests for tokens, {} reuses", server.token_requests(), server.truth("ann").reuses);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_killed_after_a_renewal_has_lost_nothing() {
    let hosts = Hosts::start();
    let (home, mut keeper) = ready(&hosts).await;
    let account = connected(&hosts, &home, &keeper).await;
    for renewals in 1..=5 {
        keeper.client.account_refresh(&account.id).await.expect("renewed");
        keeper.kill();
        keeper = opened_again(&home).await;
        let sent = hosts.shows_codes.token_requests();
        let checked = keeper.client.account_check(&account.id).await.expect("what was renewed is what is kept");
        assert_eq!(checked.health, Health::Working);
        assert_eq!(hosts.shows_codes.token_requests(), sent, "and is not renewed again");
        let truth = hosts.shows_codes.truth("ann");
        assert_eq!((truth.renewals, truth.reuses, truth.alive), (renewals, 0, true));
    }
    stopped(keeper).await;
}
