//! What ends when, and what a person is told of it: by a clock of the test, over sleeps and restarts.
//!
//! Not here: how a desktop shows it (`window/`).

use crate::{
    app::{App, PATIENCE, forge},
    connections::{Bench, HOUR, ROTATES},
};
use drawbridge_domain::{Clock as _, Health, SecretString, SystemClock};
use drawbridge_keeper::dto::{
    AddCredential, BasicFields, CreateVault, EndingKind, Event, NewClient, Notice, NoticeKind, NoticeTold, Tag,
    TypedFields,
};
use drawbridge_testkit::{
    fault::{CLIENT_ID, CLIENT_SECRET, FaultServer, Rules, Shape, Token},
    forge::{Change, TokenKind},
    temp::FakeClock,
};
use std::{sync::Arc, time::Duration};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn notices(app: &App) -> Vec<Notice> {
    app.keeper.notice_list().await.expect("listed").rows
}

/// What is new, and it is told.
async fn tell(app: &App) -> Vec<Notice> {
    let new: Vec<Notice> = notices(app).await.into_iter().filter(|notice| !notice.told).collect();
    for notice in &new {
        app.keeper.notice_told(NoticeTold { id: notice.id.clone() }).await.expect("noted");
    }
    new
}

async fn ends(bench: &Bench) -> Vec<(EndingKind, u32, bool)> {
    let rows = bench.app.keeper.calendar().await.expect("a calendar").rows;
    rows.iter().map(|row| (row.kind, row.days_left, row.by_itself)).collect()
}

/// A password that ends so many days from now.
fn password(app: &App, label: &str, days: u64) -> AddCredential {
    let ends_at = app.clock.now().plus(Duration::from_secs(days * 24 * 60 * 60)).to_string();
    let what = TypedFields::Basic(BasicFields {
        user: "ann".to_owned(),
        password: SecretString::from("a password".to_owned()),
        check_url: None,
    });
    AddCredential {
        label: label.to_owned(),
        hosts: vec!["git.example.org".to_owned()],
        account: None,
        ends_at: Some(ends_at),
        replaces: None,
        without_check: true,
        what,
    }
}

async fn app_with_clock() -> (App, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(Arc::clone(&clock) as _).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("made");
    (app, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_told_14_3_and_1_days_before_once_each_also_over_sleeps_and_restarts() {
    let (app, clock) = app_with_clock().await;
    app.keeper.credential_add(password(&app, "nas", 20)).await.expect("added");
    // One that was made for a day: who made it knows that.
    app.keeper.credential_add(password(&app, "short", 1)).await.expect("added");
    assert!(notices(&app).await.is_empty(), "twenty days are no news");
    clock.advance(6 * DAY - HOUR);
    let of_nas = |rows: Vec<Notice>| rows.into_iter().filter(|one| one.title.starts_with("nas")).collect::<Vec<_>>();
    assert!(of_nas(tell(&app).await).is_empty());
    clock.advance(2 * HOUR);
    let told = of_nas(tell(&app).await);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].kind, told[0].title.as_str()), (NoticeKind::End, "nas at git.example.org"));
    assert!(told[0].sentence.starts_with("It ends in 14 days. "), "{}", told[0].sentence);
    assert!(of_nas(tell(&app).await).is_empty(), "once");
    let app = app.restart().await;
    assert!(of_nas(tell(&app).await).is_empty(), "a restart does not say it again");
    assert_eq!(of_nas(notices(&app).await).len(), 1, "it is still so");
    clock.advance(10 * DAY);
    assert!(of_nas(tell(&app).await).is_empty(), "nothing between two marks");
    // Asleep over two marks: the nearest is told, and only that.
    clock.advance(3 * DAY + 12 * HOUR);
    let told = of_nas(tell(&app).await);
    assert_eq!(told.len(), 1);
    assert!(told[0].sentence.starts_with("It ends within a day. "), "{}", told[0].sentence);
    clock.advance(DAY);
    assert!(of_nas(tell(&app).await).is_empty(), "the last mark was the last");
    assert!(of_nas(notices(&app).await)[0].sentence.starts_with("It has ended. "));

    // Replaced: it is withdrawn, and counts anew.
    let id = of_nas(notices(&app).await)[0].credential.clone();
    let newer = AddCredential { replaces: id, ..password(&app, "nas", 40) };
    app.keeper.credential_add(newer).await.expect("replaced");
    assert!(of_nas(notices(&app).await).is_empty());
    clock.advance(37 * DAY + HOUR);
    assert_eq!(of_nas(tell(&app).await).len(), 1, "the newer one is told of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_while_the_vault_is_locked_and_one_thing_after_that() {
    let (app, clock) = app_with_clock().await;
    app.keeper.credential_add(password(&app, "nas", 20)).await.expect("added");
    app.keeper.vault_lock().await.expect("locked");
    clock.advance(18 * DAY);
    app.keeper.notice_list().await.expect_err("nothing can be read");
    let app = app.restart().await;
    let told = tell(&app).await;
    assert_eq!(told.len(), 1, "the nearest mark that has passed: {told:?}");
    assert!(told[0].sentence.starts_with("It ends in 2 days. "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ended_is_told_once_and_withdrawn_when_the_person_signed_in_again() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    assert!(notices(&bench.app).await.is_empty());
    let mut events = bench.app.keeper.events();
    bench.server.withdraw("ann");
    bench.clock.advance(2 * HOUR);
    bench.check(&account).await.expect_err("ended");
    let said = async {
        loop {
            if let Ok(Event::Changed { tags }) = events.recv().await
                && tags.contains(&Tag::Notices)
            {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, said).await.expect("fronts are told that there is something to tell");
    let told = tell(&bench.app).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].kind, told[0].account.as_ref()), (NoticeKind::SignIn, Some(&account.id)));
    assert!(told[0].sentence.contains("ended this sign-in. Sign in again"), "{}", told[0].sentence);
    let shown = bench.show(&account).await;
    assert!(told[0].sentence.starts_with(&shown.state), "one wording for all fronts");
    bench.check(&account).await.expect_err("still");
    assert!(tell(&bench.app).await.is_empty(), "once");

    let again = bench.begin(Some(&account)).await;
    let link = bench.server.approve(&again.url, "ann").expect("approved");
    bench.app.keeper.sign_in_return(link).await.expect("signed in");
    assert!(notices(&bench.app).await.is_empty(), "the cause is gone");
    bench.clock.advance(HOUR);
    bench.server.withdraw("ann");
    bench.clock.advance(2 * HOUR);
    bench.check(&account).await.expect_err("ended again");
    assert_eq!(tell(&bench.app).await.len(), 1, "another end is news");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_wait_for_one_client_are_one_notice() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let (ann, ben) = (bench.connect("ann").await, bench.connect("ben").await);
    let client = bench.app.keeper.client_list().await.expect("listed").rows.remove(0);
    bench.app.keeper.client_remove(client.id).await.expect("removed");
    // Without its client, what renews itself has an end that only the person can put off.
    assert_eq!(ends(&bench).await, [(EndingKind::Access, 0, false), (EndingKind::Access, 0, false)]);
    let rows = bench.app.keeper.calendar().await.expect("a calendar").rows;
    assert!(rows[0].sentence.contains("its client was removed"), "{}", rows[0].sentence);
    bench.clock.advance(2 * HOUR);
    for account in [&ann, &ben] {
        bench.check(account).await.expect_err("nothing renews it");
    }
    let told = tell(&bench.app).await;
    assert_eq!(told.iter().map(|one| one.kind).collect::<Vec<_>>(), [NoticeKind::Client], "{told:?}");
    assert!(!told[0].title.contains("ann"), "it is the host's: {}", told[0].title);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_back_removal_is_told_once() {
    let practice = forge(60);
    let app = App::open().await;
    let account = app.connect_token(&practice).await;
    app.sync().await;
    let names = app.names().await;
    for full_name in names.iter().take(40) {
        assert!(practice.change(&Change::Delete { full_name: full_name.clone() }), "{full_name}");
    }
    app.sync().await;
    let told = tell(&app).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].kind, told[0].account.as_ref()), (NoticeKind::HeldBack, Some(&account.id)));
    assert!(told[0].sentence.contains("Nothing was removed"), "{}", told[0].sentence);
    app.sync().await;
    assert!(tell(&app).await.is_empty(), "the same again is said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_renewing_moves_is_none_until_it_is_seen_to_stay() {
    let reply = |days: u64| {
        let seconds = days * 24 * 60 * 60;
        Shape::of(&format!(
            r#"{{"access_token": "{{access}}", "token_type": "bearer", "expires_in": "{{lives}}",
                "scope": "{{scope}}", "refresh_token": "{{refresh}}", "refresh_token_expires_in": {seconds}}}"#
        ))
    };
    for (renewal, stays) in [(30, false), (20, true)] {
        let token = Token { reply: reply(30), renewal: Some(reply(renewal)), ..Token::default() };
        let bench = Bench::start(Rules { token, ..Rules::default() }, "", ROTATES).await;
        let account = bench.connect("ann").await;
        assert_eq!(ends(&bench).await, [(EndingKind::Access, 0, true), (EndingKind::Renewal, 30, true)]);
        bench.clock.advance(10 * DAY);
        bench.check(&account).await.expect("renewed");
        let (kind, days) = if stays { (EndingKind::SignIn, 20) } else { (EndingKind::Renewal, 30) };
        assert_eq!(ends(&bench).await, [(EndingKind::Access, 0, true), (kind, days, !stays)]);
        bench.clock.advance(7 * DAY);
        let told = tell(&bench.app).await;
        assert_eq!(told.len(), usize::from(stays), "{told:?}");
        // Signed in anew, it moves.
        let again = bench.begin(Some(&account)).await;
        let link = bench.server.approve(&again.url, "ann").expect("approved");
        bench.app.keeper.sign_in_return(link).await.expect("signed in");
        assert!(notices(&bench.app).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_place_of_another_says_that_the_older_one_works_on() {
    let practice = forge(3);
    let app = App::open().await;
    let token = |scopes: &[&str]| practice.add_token(0, TokenKind::Classic, scopes, None);
    let (first, second) = (token(&["repo"]), token(&["repo", "read:org"]));
    let request = |token: &str| drawbridge_keeper::dto::ConnectToken {
        provider: "github".parse().expect("an id"),
        host: Some(practice.host()),
        api_url: None,
        token: SecretString::from(token.to_owned()),
        user: None,
    };
    let connect = async |token: &str| app.keeper.connect_token(request(token)).await.expect("connected");
    assert!(connect(&first).await.replaced.is_none());
    assert!(connect(&first).await.replaced.is_none(), "the same again replaces nothing");
    let replaced = connect(&second).await.replaced.expect("the first works on");
    assert!(replaced.sentence.contains("The older one works on"), "{}", replaced.sentence);
    assert!(replaced.page.is_some() && replaced.next_try_at.is_none(), "only the person can end it: {replaced:?}");
    let listed = app.keeper.unended_list().await.expect("listed").rows;
    assert_eq!(listed, std::slice::from_ref(&replaced));
    let app = app.restart().await;
    assert_eq!(app.keeper.unended_list().await.expect("listed").rows, std::slice::from_ref(&replaced));
    app.keeper.unended_forget(&replaced.id).await.expect("the person has seen to it");
    assert!(app.keeper.unended_list().await.expect("listed").rows.is_empty());
}

/// A keeper whose clock is the first, and a server whose clock is the second.
async fn apart(life: &str, ours: &Arc<FakeClock>, theirs: &Arc<FakeClock>) -> Bench {
    let server = FaultServer::start(Rules::default(), Arc::clone(theirs) as _).expect("a server");
    let app = App::with_clock(Arc::clone(ours) as _).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("made");
    app.add_provider("faulty", &server.definition("Faulty", "", life)).await;
    let client = NewClient {
        provider: "faulty".parse().expect("an id"),
        host: None,
        api_url: None,
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(SecretString::from(CLIENT_SECRET.to_owned())),
        name: None,
        preferred: false,
        own_redirects: false,
    };
    app.keeper.client_add(client).await.expect("added");
    Bench { app, clock: Arc::clone(ours), server }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_years_off_ends_nothing_and_is_said() {
    let now = SystemClock.now();
    let years = 5 * 365 * DAY;
    let life = "rotation = \"rotates\"\nrefresh_idle = \"30d\"\nrefresh_absolute = \"365d\"";
    for (wrong, side) in [(now.plus(years), "ahead of"), (now.minus(years), "behind")] {
        let (ours, theirs) = (Arc::new(FakeClock::at(wrong)), Arc::new(FakeClock::at(now)));
        let bench = apart(life, &ours, &theirs).await;
        let account = bench.connect("ann").await;
        let note = bench.show(&account).await.clock_note.expect("it is said");
        assert!(note.contains("1825 days") && note.contains(side), "{note}");
        let doctor = bench.app.keeper.vault_doctor().await.expect("a report");
        assert!(doctor.findings.iter().any(|one| one.what == note && !one.action.is_empty()), "{doctor:?}");
        let told = ends(&bench).await;
        assert_eq!(
            told.iter().map(|one| one.0).collect::<Vec<_>>(),
            [EndingKind::Access, EndingKind::Renewal, EndingKind::SignIn]
        );
        assert!(told[2].1.abs_diff(365) <= 1, "by the host's clock: {told:?}");
        bench.check(&account).await.expect("works");
        assert_eq!(bench.server.truth("ann").renewals, 0, "what is fresh by the host's clock is not renewed");

        // Our clock is put right: the next renewal notices, nothing is asked of the person.
        ours.set(theirs.now());
        bench.check(&account).await.expect("works");
        for clock in [&ours, &theirs] {
            clock.advance(2 * HOUR);
        }
        bench.check(&account).await.expect("renewed");
        bench.app.keeper.account_refresh(account.id.clone()).await.expect("renewed");
        let shown = bench.show(&account).await;
        assert_eq!((shown.health, shown.clock_note), (Health::Working, None));
        assert!(bench.server.truth("ann").alive && bench.server.truth("ann").reuses == 0);
        assert!(notices(&bench.app).await.is_empty());

        // And jumps while nothing is asked: nothing is over by that.
        ours.set(wrong);
        bench.check(&account).await.expect("works");
        assert_eq!(bench.show(&account).await.health, Health::Working);
        assert!(bench.server.truth("ann").alive);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_minutes_between_the_clocks_are_not_worth_a_word() {
    let now = SystemClock.now();
    for (minutes, said) in [(4, false), (6, true)] {
        let ours = Arc::new(FakeClock::at(now.plus(Duration::from_secs(minutes * 60))));
        let bench = apart(ROTATES, &ours, &Arc::new(FakeClock::at(now))).await;
        let account = bench.connect("ann").await;
        assert_eq!(bench.show(&account).await.clock_note.is_some(), said, "{minutes} minutes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_together_is_not_renewed_together() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let mut accounts = Vec::new();
    for number in 0..24 {
        accounts.push(bench.connect(&format!("p{number}")).await);
    }
    // In the middle of the time in which they come due.
    bench.clock.advance(HOUR - Duration::from_secs(330));
    for account in &accounts {
        bench.check(account).await.expect("works");
    }
    let renewed = (0..24).filter(|number| bench.server.truth(&format!("p{number}")).renewals > 0).count();
    println!("{renewed} of 24 are renewed in the middle");
    assert!((1..24).contains(&renewed), "some now, some later: {renewed}");
    bench.clock.advance(Duration::from_secs(31));
    for account in &accounts {
        bench.check(account).await.expect("works");
    }
    assert!((0..24).all(|number| bench.server.truth(&format!("p{number}")).renewals == 1), "all ahead of the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_idle_renewals_come_one_after_the_other() {
    let life = "rotation = \"rotates\"\nrefresh_idle = \"30d\"";
    let bench = Bench::start(Rules::default(), "", life).await;
    for person in ["ann", "ben", "cem"] {
        bench.connect(person).await;
    }
    let before = bench.server.token_requests();
    bench.clock.advance(25 * DAY);
    let Bench { app, server, .. } = bench;
    let app = app.restart().await;
    let mut at = Vec::new();
    for count in 1..=3 {
        let renewed = server.until(|server| server.token_requests() >= before + count);
        tokio::time::timeout(PATIENCE, renewed).await.expect("kept alive");
        at.push(std::time::Instant::now());
    }
    let gaps: Vec<Duration> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    println!("renewals after the sleep are {gaps:?} apart");
    assert!(gaps.iter().all(|gap| *gap >= Duration::from_millis(1500)), "{gaps:?}");
    drop(app);
}
