//! How fast and when: what a host's limits hold up, and what the background schedule does about time, sleep
//! and the network.
//!
//! Not here: the budget itself and the plan of one account (`drawbridge_http`, the keeper's `schedule`).

use crate::app::{App, PATIENCE, forge};
use drawbridge_domain::{Clock as _, SystemClock};
use drawbridge_keeper::{
    Code, Listener, Sign, SystemSigns,
    dto::{Account, Event, NextBecause, NextSync, RunOutcome, SetSyncInterval, Settings, SyncRun},
};
use drawbridge_testkit::{
    forge::{Match, Simulator, SimulatorConfig, TokenKind, Trouble},
    temp::FakeClock,
};
use futures::future::BoxFuture;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::{broadcast::Receiver, mpsc, oneshot},
    time::timeout,
};

const HOUR: Duration = Duration::from_secs(60 * 60);
const SCOPES: [&str; 3] = ["repo", "read:org", "user:email"];

/// A computer that says what a test has it say.
struct Telling(Mutex<Option<Said>>);

type Said = mpsc::UnboundedReceiver<(Sign, oneshot::Sender<()>)>;

/// Has it said, and waits until it was heeded.
struct Teller(mpsc::UnboundedSender<(Sign, oneshot::Sender<()>)>);

impl Teller {
    fn new() -> (Self, Arc<Telling>) {
        let (sender, said) = mpsc::unbounded_channel();
        (Self(sender), Arc::new(Telling(Mutex::new(Some(said)))))
    }

    async fn tell(&self, sign: Sign) {
        let (heeded, done) = oneshot::channel();
        self.0.send((sign, heeded)).expect("the keeper listens");
        timeout(PATIENCE, done).await.expect("it is heeded").expect("the keeper lives");
    }

    async fn network(&self, away: bool, metered: bool) {
        self.tell(Sign::Network { away, metered }).await;
    }
}

impl SystemSigns for Telling {
    fn watch(&self, listener: Listener) -> BoxFuture<'static, ()> {
        let said = self.0.lock().expect("no panic").take();
        Box::pin(async move {
            let mut said = said.expect("watched once");
            while let Some((sign, heeded)) = said.recv().await {
                listener.tell(sign).await;
                let _ = heeded.send(());
            }
        })
    }
}

/// An account that was synced, and the time of the schedule.
async fn synced(forge: &Simulator) -> (App, Arc<FakeClock>, Teller, Account) {
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let (teller, signs) = Teller::new();
    let app = App::with_signs(Arc::clone(&clock) as _, signs).await;
    app.keeper.vault_create(drawbridge_keeper::dto::CreateVault::Keychain).await.expect("the vault is made");
    let account = app.connect_token(forge).await;
    app.sync().await;
    (app, clock, teller, account)
}

async fn next(app: &App, account: &Account) -> NextSync {
    let status = app.keeper.sync_status().await.expect("a status");
    status.next.into_iter().find(|next| next.account == account.id).expect("it is listed")
}

/// The next run that ends.
async fn ended(events: &mut Receiver<Event>) -> SyncRun {
    let heard = async {
        loop {
            if let Event::SyncFinished { run } = events.recv().await.expect("events") {
                return run;
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("a sync ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hosts_wish_to_wait_holds_for_everything_of_the_account_and_for_no_other() {
    let forge = forge(250);
    let (app, _clock, _teller, account) = synced(&forge).await;
    let other = forge.add_token(1, TokenKind::Classic, &SCOPES, None);
    let other = app.connect_with(&forge, &other).await.expect("it connects");
    app.sync().await;
    assert_eq!(next(&app, &account).await.because, NextBecause::Interval);

    forge.trouble(Match::path("/user"), Trouble::SecondaryLimit(120), 1);
    let limited = app.keeper.account_check(account.id.clone()).await.expect_err("the host limits");
    assert_eq!(limited.code, Code::RateLimited);
    forge.clear_log();
    let held = app.keeper.account_check(account.id.clone()).await.expect_err("it is left alone");
    assert_eq!(held.code, Code::RateLimited);
    let runs = app.keeper.sync_wait(Some(account.id.clone())).await.expect("it ends");
    assert_eq!(runs[0].outcome, RunOutcome::Unreachable, "{}", runs[0].sentence);
    assert!(runs[0].sentence.contains("limits requests"), "{}", runs[0].sentence);
    assert_eq!(forge.log().len(), 0, "nothing was asked of a host that asked to wait");

    let shown = next(&app, &account).await;
    assert_eq!(shown.because, NextBecause::Limited);
    assert!(shown.at >= shown.host_waits_until && shown.host_waits_until.is_some(), "{shown:?}");
    assert!(shown.at_once < shown.at_once_most, "fewer at once for a while: {shown:?}");

    app.keeper.account_check(other.id.clone()).await.expect("the other account is not limited");
    let shown = next(&app, &other).await;
    assert_eq!((shown.at_once, shown.host_waits_until), (shown.at_once_most, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_is_nearly_spent_is_left_to_the_person() {
    let forge = forge(250);
    let (app, _clock, _teller, account) = synced(&forge).await;
    // Of 100, work in the background leaves two; three questions from here on leave none.
    forge.set_rate_limit(100);
    loop {
        app.keeper.account_check(account.id.clone()).await.expect("a person's question is answered");
        if next(&app, &account).await.host_waits_until.is_some() {
            break;
        }
    }
    forge.clear_log();
    let runs = app.keeper.sync_wait(Some(account.id.clone())).await.expect("it ends");
    assert!(runs[0].sentence.contains("limits requests"), "{}", runs[0].sentence);
    assert_eq!(forge.log().len(), 0, "the background left what there is");
    app.keeper.account_check(account.id.clone()).await.expect("for a person");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_nothing_is_tried_unasked_and_all_of_it_when_there_is_one() {
    let forge = forge(50);
    let (app, clock, teller, account) = synced(&forge).await;
    teller.network(true, false).await;
    clock.advance(HOUR * 2);
    let shown = next(&app, &account).await;
    assert_eq!((shown.at, shown.because), (None, NextBecause::Offline));
    let mut events = app.keeper.events();
    teller.network(false, false).await;
    assert_eq!(ended(&mut events).await.outcome, RunOutcome::Unchanged, "it is due, and there is a network");

    // Who asks knows better, and a host that was reached is there.
    teller.network(true, false).await;
    assert_eq!(app.sync().await[0].outcome, RunOutcome::Unchanged);
    assert_eq!(next(&app, &account).await.because, NextBecause::Interval);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_network_that_costs_by_use_only_what_is_wished_is_read() {
    let forge = forge(50);
    let (app, clock, teller, account) = synced(&forge).await;
    teller.network(false, true).await;
    clock.advance(HOUR * 2);
    let shown = next(&app, &account).await;
    assert_eq!((shown.at, shown.because), (None, NextBecause::Metered));
    assert_eq!(app.sync().await[0].outcome, RunOutcome::Unchanged, "on demand, always");
    assert_eq!(next(&app, &account).await.because, NextBecause::Metered);
    clock.advance(HOUR * 2);
    let mut events = app.keeper.events();
    let wished = Settings { sync_on_metered: true, ..app.keeper.settings().await.expect("settings") };
    app.keeper.set_settings(wished.into()).await.expect("set");
    assert_eq!(ended(&mut events).await.outcome, RunOutcome::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_its_own_interval() {
    let forge = forge(50);
    let (app, clock, _teller, account) = synced(&forge).await;
    let set = |every_minutes| app.keeper.set_sync_interval(account.id.clone(), SetSyncInterval { every_minutes });
    let usual = next(&app, &account).await;
    let daily = set(Some(1440)).await.expect("set");
    assert_eq!(daily.every_minutes, Some(1440));
    assert!(daily.at.expect("a time").since(usual.at.expect("a time")) > HOUR * 20, "{daily:?}");
    assert_eq!(set(Some(3)).await.expect_err("too often").code, Code::InvalidInput);
    let by_hand = set(Some(0)).await.expect("set");
    assert_eq!((by_hand.at, by_hand.because), (None, NextBecause::ByHand));
    clock.advance(HOUR * 48);
    let mut events = app.keeper.events();
    assert_eq!(set(None).await.expect("set").every_minutes, None);
    assert_eq!(ended(&mut events).await.account, account.id, "it is overdue by what is set for all");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_after_a_sleep_starts_one_after_the_other() {
    let config = SimulatorConfig { users: 4, ..SimulatorConfig::with_repositories(50) };
    let forge = Simulator::start(config).expect("the practice forge starts");
    let (app, clock, teller, _) = synced(&forge).await;
    for user in 1..4 {
        let token = forge.add_token(user, TokenKind::Classic, &SCOPES, None);
        app.connect_with(&forge, &token).await.expect("it connects");
    }
    app.sync().await;
    // Long enough for all four to be under way at once, if they were started at once.
    forge.set_latency(Duration::from_millis(500));
    clock.advance(HOUR * 9);
    let mut events = app.keeper.events();
    let (mut under_way, mut most, mut done) = (0, 0, 0);
    teller.tell(Sign::Woken).await;
    while done < 4 {
        match timeout(PATIENCE, events.recv()).await.expect("they come").expect("events") {
            Event::SyncProgress { progress } if progress.stage == drawbridge_keeper::dto::SyncStage::Queued => {
                under_way += 1;
                most = most.max(under_way);
            }
            Event::SyncFinished { .. } => {
                under_way -= 1;
                done += 1;
            }
            _ => {}
        }
    }
    assert_eq!(most, 1, "no herd");
}

#[cfg(target_os = "linux")]
mod on_a_bus {
    use super::*;
    use crate::auto_lock::Computer;
    use drawbridge_keeper::dto::CreateVault;

    /// NetworkManager, as far as we look at it.
    struct NetworkManager {
        state: u32,
        metered: u32,
    }

    #[zbus::interface(name = "org.freedesktop.NetworkManager")]
    impl NetworkManager {
        #[zbus(property)]
        fn state(&self) -> u32 {
            self.state
        }

        #[zbus(property)]
        fn metered(&self) -> u32 {
            self.metered
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_network_is_what_its_service_says() {
        let computer = Computer::start().await;
        let path = "/org/freedesktop/NetworkManager";
        let service = NetworkManager { state: 70, metered: 3 };
        computer.bus.object_server().at(path, service).await.expect("served");
        computer.bus.request_name("org.freedesktop.NetworkManager").await.expect("its name");
        let forge = forge(20);
        let app = App::with_signs(Arc::new(SystemClock), computer.signs()).await;
        app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        let account = app.connect_token(&forge).await;
        app.sync().await;
        let until = async |wanted: NextBecause| {
            let mut events = app.keeper.events();
            let heard = async {
                while next(&app, &account).await.because != wanted {
                    events.recv().await.expect("events");
                }
            };
            timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{wanted:?} is heard"));
        };
        until(NextBecause::Metered).await;
        let served = computer.bus.object_server().interface::<_, NetworkManager>(path).await.expect("it is served");
        {
            let mut service = served.get_mut().await;
            (service.state, service.metered) = (70, 2);
            service.metered_changed(served.signal_emitter()).await.expect("said");
        }
        until(NextBecause::Interval).await;
        {
            let mut service = served.get_mut().await;
            service.state = 20;
            service.state_changed(served.signal_emitter()).await.expect("said");
        }
        until(NextBecause::Offline).await;
        // Without the service nothing is known, and nothing held up.
        computer.bus.release_name("org.freedesktop.NetworkManager").await.expect("gone");
        until(NextBecause::Interval).await;
        app.keeper.stop().await;
    }
}
