//! Staying connected, against a server that behaves as it is told to: what each bad day leads to.
//!
//! Not here: thousands of them by dice (`bad_days`).

use crate::app::{App, PATIENCE, forge};
use drawbridge_domain::{Clock as _, Health, SecretString, SignInWay, SystemClock, Timestamp};
use drawbridge_keeper::{
    Answer, Code,
    dto::{
        Account, ConnectToken, CreateVault, EndingKind, NewClient, RenameAccount, ScopeState, SignIn, SignInState,
        StartSignIn,
    },
};
use drawbridge_testkit::{
    fault::{
        BodyKind, CLIENT_ID, CLIENT_SECRET, ClientKind, Errors, Fault, FaultServer, Revoke, Rules, Shape, Token, Who,
    },
    temp::FakeClock,
    wait,
};
use std::{sync::Arc, time::Duration};

pub const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub const ROTATES: &str = "access = \"1h\"\nrotation = \"rotates\"\nreuse = \"ends_all\"";

pub struct Bench {
    pub app: App,
    pub clock: Arc<FakeClock>,
    pub server: FaultServer,
}

impl Bench {
    pub async fn start(rules: Rules, more: &str, life: &str) -> Self {
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let server = FaultServer::start(rules, Arc::clone(&clock) as _).expect("a server");
        let app = App::with_clock(Arc::clone(&clock) as _).await;
        app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        app.add_provider("faulty", &server.definition("Faulty", more, life)).await;
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
        app.keeper.client_add(client).await.expect("the client is added");
        Self { app, clock, server }
    }

    pub async fn begin(&self, again: Option<&Account>) -> SignIn {
        let request = StartSignIn {
            provider: "faulty".parse().expect("an id"),
            host: None,
            api_url: None,
            client: None,
            way: Some(SignInWay::DeepLink),
            account: again.map(|account| account.id.clone()),
            scopes: Vec::new(),
        };
        self.app.keeper.sign_in_start(request).await.expect("starts")
    }

    pub async fn connect(&self, subject: &str) -> Account {
        let started = self.begin(None).await;
        let link = self.server.approve(&started.url, subject).expect("approved");
        let done = self.app.keeper.sign_in_return(link).await.expect("completes");
        assert_eq!(done.state, SignInState::Connected);
        done.account.expect("an account")
    }

    pub async fn check(&self, account: &Account) -> Answer<Account> {
        self.app.keeper.account_check(account.id.clone()).await
    }

    pub async fn show(&self, account: &Account) -> Account {
        self.app.keeper.account_show(account.id.clone()).await.expect("there")
    }

    /// The names of what happened, oldest first.
    pub async fn history(&self, account: &Account) -> Vec<String> {
        let rows = self.app.keeper.account_history(account.id.clone()).await.expect("there").rows;
        rows.into_iter().rev().map(|event| event.kind).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_is_renewed_before_it_ends_and_only_then() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    assert!(account.renews_itself && !account.lists, "{account:?}");
    let before = bench.server.token_requests();
    bench.check(&account).await.expect("works");
    assert_eq!(bench.server.token_requests(), before, "what is fresh is not renewed");
    bench.clock.advance(HOUR - Duration::from_secs(60));
    bench.check(&account).await.expect("works");
    assert_eq!(bench.server.token_requests(), before + 1, "renewed ahead of its end");
    bench.clock.advance(5 * HOUR);
    bench.check(&account).await.expect("works after a sleep");
    assert_eq!(bench.server.truth("ann").renewals, 2);
    bench.app.keeper.account_refresh(account.id.clone()).await.expect("renewed because it was asked for");
    assert_eq!(bench.server.truth("ann").renewals, 3);
    assert_eq!(bench.history(&account).await, ["signed_in", "renewed", "renewed", "renewed"]);
    assert_eq!(bench.server.truth("ann").reuses, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_cause_one_renewal() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    bench.clock.advance(2 * HOUR);
    bench.server.script([Fault::Slow(Duration::from_millis(100))]);
    let all = futures::future::join_all((0..50).map(|_| bench.check(&account))).await;
    assert!(all.iter().all(Result::is_ok), "everybody gets the new access");
    assert_eq!(bench.server.truth("ann").renewals, 1);
    // All have asked before any is answered.
    let asked = (0..20).map(|_| bench.app.keeper.account_refresh(account.id.clone()));
    let all = futures::future::join_all(asked).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(bench.server.truth("ann").renewals, 2, "who waited for another's renewal starts none");

    // What failed for one failed for all who waited, and was tried once.
    let sent = bench.server.token_requests();
    bench.server.script([Fault::Status(503)]);
    let asked = (0..20).map(|_| bench.app.keeper.account_refresh(account.id.clone()));
    let all = futures::future::join_all(asked).await;
    assert!(all.iter().all(Result::is_err), "nobody is told that it was renewed");
    assert_eq!(bench.server.token_requests(), sent + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_surely_not_done_is_tried_again_and_nothing_is_lost() {
    // Not among them: a connection that ends without a word, which may have been heard.
    for fault in [Fault::Status(500), Fault::Status(503), Fault::Status(429), Fault::Portal, Fault::Redirect] {
        let bench = Bench::start(Rules::default(), "", ROTATES).await;
        let account = bench.connect("ann").await;
        bench.clock.advance(HOUR - Duration::from_secs(120));
        bench.server.script([fault]);
        bench.check(&account).await.unwrap_or_else(|problem| panic!("{fault:?}: the old access works: {problem:?}"));
        let sent = bench.server.token_requests();
        bench.check(&account).await.expect("still");
        assert_eq!(bench.server.token_requests(), sent, "{fault:?}: not at once again");
        bench.clock.advance(HOUR);
        bench.check(&account).await.unwrap_or_else(|problem| panic!("{fault:?}: renewed later: {problem:?}"));
        assert_eq!(bench.show(&account).await.health, Health::Working, "{fault:?}");
        assert_eq!(bench.history(&account).await, ["signed_in", "not_renewed", "renewed"], "{fault:?}");
        let truth = bench.server.truth("ann");
        assert_eq!((truth.renewals, truth.reuses, truth.alive), (1, 0, true), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_is_never_answered_with_a_second_try_unless_that_is_safe() {
    let faults =
        [Fault::NotReached, Fault::ReplyLost, Fault::ReplyCut, Fault::GatewayAfter(502), Fault::GatewayAfter(504)];
    for fault in faults {
        // Where it rotates: the person is asked once, and nothing is sent.
        let bench = Bench::start(Rules::default(), "", ROTATES).await;
        let account = bench.connect("ann").await;
        bench.clock.advance(2 * HOUR);
        bench.server.script([fault]);
        bench.check(&account).await.expect_err("no new access came");
        let sent = bench.server.token_requests();
        let problem = bench.check(&account).await.expect_err("uncertain");
        assert_eq!(problem.code, Code::SignInNeeded, "{fault:?}");
        bench.clock.advance(DAY);
        bench.check(&account).await.expect_err("still");
        assert_eq!(bench.server.token_requests(), sent, "{fault:?}: a token that may be spent is not sent");
        let told = bench.show(&account).await;
        assert_eq!(told.health, Health::NeedsYou);
        assert!(told.state.contains("reply"), "{fault:?}: it says why: {}", told.state);
        assert_eq!(bench.history(&account).await, ["signed_in", "reply_lost", "needs_sign_in"], "{fault:?}: said once");

        // Where it stays the same, the lost reply cost nothing.
        let rules = Rules { rotates: false, ..Rules::default() };
        let bench = Bench::start(rules, "", "rotation = \"stays\"").await;
        let account = bench.connect("ann").await;
        bench.clock.advance(2 * HOUR);
        bench.server.script([fault]);
        bench.check(&account).await.expect_err("no new access came");
        bench.check(&account).await.unwrap_or_else(|problem| panic!("{fault:?}: {problem:?}"));

        // Where a grace is documented: one try within it.
        let rules = Rules { grace: Some(Duration::from_secs(600)), ..Rules::default() };
        let bench = Bench::start(rules, "", "rotation = \"rotates\"\ngrace = \"10m\"").await;
        let account = bench.connect("ann").await;
        bench.clock.advance(2 * HOUR);
        bench.server.script([fault]);
        bench.check(&account).await.expect_err("no new access came");
        bench.clock.advance(Duration::from_secs(60));
        bench.check(&account).await.unwrap_or_else(|problem| panic!("{fault:?}: {problem:?}"));
        let spent = u32::from(fault != Fault::NotReached);
        assert_eq!(bench.server.truth("ann").reuses, spent, "{fault:?}: that one");
        assert!(bench.server.truth("ann").alive);
        bench.clock.advance(2 * HOUR);
        bench.server.script([fault, fault, fault]);
        bench.check(&account).await.expect_err("no new access came");
        bench.check(&account).await.expect_err("nor now");
        let sent = bench.server.token_requests();
        assert_eq!(bench.check(&account).await.expect_err("asked for").code, Code::SignInNeeded);
        assert_eq!(bench.server.token_requests(), sent, "{fault:?}: one guarded try, not two");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_try_that_is_refused_is_the_last() {
    let bench = Bench::start(Rules { rotates: false, ..Rules::default() }, "", "rotation = \"stays\"").await;
    let account = bench.connect("ann").await;
    bench.clock.advance(2 * HOUR);
    bench.server.script([Fault::ReplyLost]);
    bench.check(&account).await.expect_err("no new access came");
    bench.server.withdraw("ann");
    assert_eq!(bench.check(&account).await.expect_err("refused").code, Code::SignInNeeded);
    let (sent, told) = (bench.server.token_requests(), bench.show(&account).await.state);
    assert_eq!(bench.check(&account).await.expect_err("still").code, Code::SignInNeeded);
    assert_eq!(bench.server.token_requests(), sent, "what was refused for good is not sent again");
    assert_eq!(bench.show(&account).await.state, told, "nor told otherwise");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_grant_ended_is_told_apart() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let (withdrawn, stolen) = (bench.connect("ann").await, bench.connect("ben").await);
    let untouched = bench.connect("cleo").await;
    bench.clock.advance(2 * HOUR);
    bench.server.withdraw("ann");
    bench.server.steal("ben");
    assert_eq!(bench.check(&withdrawn).await.expect_err("ended").code, Code::SignInNeeded);
    assert_eq!(bench.check(&stolen).await.expect_err("ended").code, Code::SignInNeeded);
    let (withdrawn, stolen) = (bench.show(&withdrawn).await, bench.show(&stolen).await);
    assert!(withdrawn.state.ends_with("ended this sign-in"), "{}", withdrawn.state);
    assert!(stolen.state.contains("used somewhere else"), "{}", stolen.state);
    let sent = bench.server.token_requests();
    bench.check(&withdrawn).await.expect_err("ended");
    assert_eq!(bench.server.token_requests(), sent, "no loop");
    // Nobody else's access suffers from that.
    assert_eq!(bench.check(&untouched).await.expect("works").health, Health::Working);
    assert_eq!(bench.history(&untouched).await, ["signed_in", "renewed"]);
    let truth = bench.server.truth("cleo");
    assert_eq!((truth.renewals, truth.reuses, truth.alive), (1, 0, true));
    // One sign-in mends it, by the same person, and the account is the same.
    let again = bench.begin(Some(&withdrawn)).await;
    let link = bench.server.approve(&again.url, "ann").expect("approved");
    let mended = bench.app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account");
    assert_eq!((mended.id, mended.health), (withdrawn.id, Health::Working));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_goes_only_where_it_was_meant_to_go_when_the_sign_in_began() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let other = FaultServer::start(Rules::default(), Arc::clone(&bench.clock) as _).expect("a server");
    let started = bench.begin(None).await;
    // While it waits, what is known of the host changes, and leads elsewhere.
    let text = bench.server.definition("Faulty", "", ROTATES);
    let elsewhere = text.replace("token = \"/token\"", &format!("token = \"{}/token\"", other.url()));
    bench.app.add_provider("faulty", &elsewhere).await;
    let link = bench.server.approve(&started.url, "ann").expect("approved");
    let done = bench.app.keeper.sign_in_return(link).await.expect("completes");
    assert_eq!(done.state, SignInState::Connected);
    assert_eq!((bench.server.token_requests(), other.token_requests()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_a_renewal_ends_while_it_is_used_is_replaced_by_what_came_of_it() {
    // This server ends the old access with each renewal.
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    let (asked, sent) = (bench.server.asked(), bench.server.token_requests());
    // As many as are sent at once: one more would only be sent when one of them was answered.
    let users = 4;
    bench.server.hold(true);
    let using = async {
        let checks = futures::future::join_all((0..users).map(|_| bench.check(&account)));
        checks.await.into_iter().map(|checked| checked.map(|account| account.health)).collect::<Vec<_>>()
    };
    let renewing = async {
        let under_way = bench.server.until(|server| server.asked() == asked + users);
        tokio::time::timeout(PATIENCE, under_way).await.expect("all use the old access");
        let renewed = bench.app.keeper.account_refresh(account.id.clone()).await;
        bench.server.hold(false);
        renewed.expect("renewed beside them");
    };
    let (used, ()) = tokio::join!(using, renewing);
    assert!(used.iter().all(|used| matches!(used, Ok(Health::Working))), "{used:?}");
    assert_eq!(bench.server.token_requests(), sent + 1, "nobody renewed a second time");
    assert_eq!(bench.server.asked(), asked + 2 * users, "each asked once more, with the new access");
    assert_eq!(bench.history(&account).await, ["signed_in", "renewed"]);
    let truth = bench.server.truth("ann");
    assert_eq!((truth.renewals, truth.reuses, truth.alive), (1, 0, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_ends_early_costs_one_renewal_and_one_more_question() {
    // It ends sooner than the reply or the definition lets expect.
    let reply = r#"{"access_token": "{access}", "token_type": "bearer", "refresh_token": "{refresh}"}"#;
    let token = Token { reply: Shape::of(reply), ..Token::default() };
    let rules = Rules { lives: Some(Duration::from_secs(600)), token, ..Rules::default() };
    let bench = Bench::start(rules, "", ROTATES).await;
    let account = bench.connect("ann").await;
    let count = || (bench.server.token_requests(), bench.server.asked());
    bench.clock.advance(Duration::from_secs(1200));
    let (sent, asked) = count();
    assert_eq!(bench.check(&account).await.expect("renewed at once").health, Health::Working);
    assert_eq!(count(), (sent + 1, asked + 2), "one renewal, one more question");

    // And where the grant has ended with it.
    bench.server.withdraw("ann");
    let (sent, asked) = count();
    assert_eq!(bench.check(&account).await.expect_err("ended").code, Code::SignInNeeded);
    assert_eq!(count(), (sent + 1, asked + 1), "nothing is asked with what was refused");
    for _ in 0..5 {
        assert_eq!(bench.check(&account).await.expect_err("still").code, Code::SignInNeeded);
    }
    assert_eq!(bench.server.token_requests(), sent + 1, "what was refused for good is not sent again");
    assert_eq!(bench.history(&account).await, ["signed_in", "renewed", "needs_sign_in"], "said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_two_sign_ins_that_wait_at_once_are_not_mixed_up() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let known = bench.connect("cleo").await;
    let answer = |link: &str, name: &str| {
        let query = link.split_once('?').expect("an answer").1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(there, _)| there == name).expect("there").1.into_owned()
    };
    // The code of one with the state of the other.
    let (one, other) = (bench.begin(None).await, bench.begin(None).await);
    let links = [(&one, "ann"), (&other, "ben")]
        .map(|(started, who)| bench.server.approve(&started.url, who).expect("approved"));
    let codes = [answer(&links[0], "code"), answer(&links[1], "code")];
    for (at, started) in [&one, &other].into_iter().enumerate() {
        let swapped = links[at].replace(&codes[at], &codes[1 - at]);
        let problem = bench.app.keeper.sign_in_return(swapped).await.expect_err("another's code");
        assert_eq!(problem.code, Code::SignInFailed, "{problem:?}");
        let ended = bench.app.keeper.sign_in_show(started.id.clone()).await.expect("there");
        assert_eq!(ended.state, SignInState::Failed, "it is spent, and connects nobody");
    }
    let sent = bench.server.token_requests();
    for link in links {
        let late = bench.app.keeper.sign_in_return(link).await.expect_err("spent");
        assert_eq!(late.code, Code::SignInUnknown);
    }
    assert_eq!(bench.server.token_requests(), sent, "an answer that comes late is sent to nobody");
    let rows = bench.app.keeper.account_list().await.expect("listed").rows;
    assert_eq!(rows.iter().map(|row| &row.id).collect::<Vec<_>>(), [&known.id]);

    // Whole answers, the later one first: each ends its own.
    let (one, other) = (bench.begin(None).await, bench.begin(None).await);
    for (started, who) in [(&other, "ben"), (&one, "ann")] {
        let link = bench.server.approve(&started.url, who).expect("approved");
        let done = bench.app.keeper.sign_in_return(link).await.expect("completes");
        assert_eq!((&done.id, done.account.expect("an account").login), (&started.id, format!("login-{who}")));
    }
    bench.check(&known).await.expect("works as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_is_never_written_over_an_account() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let ann = bench.connect("ann").await;
    let again = bench.begin(Some(&ann)).await;
    let link = bench.server.approve(&again.url, "ben").expect("approved");
    let problem = bench.app.keeper.sign_in_return(link).await.expect_err("somebody else");
    assert_eq!(problem.code, Code::OtherPerson);
    assert!(problem.message.contains("login-ben") && problem.message.contains("login-ann"), "{}", problem.message);
    let accounts = bench.app.keeper.account_list().await.expect("listed").rows;
    assert_eq!(accounts.len(), 1);
    bench.check(&ann).await.expect("hers works as before");
    // Asked for without a name, somebody else is an account of their own.
    let ben = bench.connect("ben").await;
    assert_ne!(ben.id, ann.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_dialect_connects_renews_and_ends() {
    let token = |token: Token| Rules { token, ..Rules::default() };
    let nested = r#"{"data": {"access_token": "{access}", "token_type": "bearer", "expires_in": "{lives}",
        "scope": "{scope}", "refresh_token": "{refresh}"}}"#;
    let dialects: [(Rules, &str); 4] = [
        (
            Rules {
                errors: Errors { status: 200, ..Errors::default() },
                ..token(Token { form_replies: true, ..Token::default() })
            },
            "",
        ),
        (
            Rules {
                revoke: Revoke { body: BodyKind::Json, ..Revoke::default() },
                ..token(Token { bodies: vec![BodyKind::Json], ..Token::default() })
            },
            "body = \"json\"",
        ),
        (token(Token { clients: vec![ClientKind::Basic], ..Token::default() }), "client_auth = [\"basic\"]"),
        (
            Rules { skew: -3 * 60 * 60, ..token(Token { reply: Shape::of(nested), ..Token::default() }) },
            "reply = { access = \"data.access_token\", refresh = \"data.refresh_token\", \
             expires_in = \"data.expires_in\", scope = \"data.scope\", keeps = [\"data.token_type\"] }",
        ),
    ];
    for (rules, more) in dialects {
        let bench = Bench::start(rules.clone(), "", ROTATES).await;
        // The definition's own line of client_auth gives way to the dialect's.
        let text = bench.server.definition("Faulty", "", ROTATES);
        let text = if more.starts_with("client_auth") {
            text.replace("client_auth = [\"body\", \"basic\"]", more)
        } else {
            text.replace(
                "client_auth = [\"body\", \"basic\"]\n",
                &format!("client_auth = [\"body\", \"basic\"]\n{more}\n"),
            )
        };
        bench.app.add_provider("faulty", &text).await;
        let account = bench.connect("ann").await;
        bench.clock.advance(2 * HOUR);
        bench.check(&account).await.unwrap_or_else(|problem| panic!("{rules:?}: {problem:?}"));
        assert_eq!(bench.server.truth("ann").renewals, 1, "{rules:?}");
        let receipt = bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
        assert!(receipt.revoked, "{rules:?}: {}", receipt.sentence);
        assert!(!bench.server.truth("ann").alive, "{rules:?}: the grant has ended, not just the access");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_travels_in_a_header_of_its_own_where_the_host_wants_it() {
    let who = Who { token_header: Some("X-Acme-Token".to_owned()), ..Who::default() };
    let bench = Bench::start(Rules { who, ..Rules::default() }, "", ROTATES).await;
    let text = bench.server.definition("Faulty", "", ROTATES);
    let own = "login = \"login\"\nauthorization = \"\"\nheaders = { X-Acme-Token = \"{token}\" }\n";
    bench.app.add_provider("faulty", &text.replace("login = \"login\"\n", own)).await;
    let account = bench.connect("ann").await;
    assert_eq!(account.subject, "ann");
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_scopes_are_noticed_and_said() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    bench.clock.advance(2 * HOUR);
    bench.server.script([Fault::FewerScopes]);
    let account = bench.check(&account).await.expect("works");
    assert_eq!(account.state, "Gave less than was asked");
    let history = bench.app.keeper.account_history(account.id).await.expect("there").rows;
    assert!(history[0].sentence.contains("grants less than before"), "{}", history[0].sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_says_what_ends_and_a_name_is_kept() {
    let life = "rotation = \"rotates\"\nrefresh_idle = \"30d\"\nrefresh_absolute = \"365d\"";
    let bench = Bench::start(Rules::default(), "", life).await;
    let account = bench.connect("ann").await;
    let token = ConnectToken {
        provider: "faulty".parse().expect("an id"),
        host: None,
        api_url: None,
        token: SecretString::from("nobody's".to_owned()),
        user: None,
    };
    let refused = bench.app.keeper.connect_token(token).await.expect_err("not a token of anybody");
    assert_eq!(refused.code, Code::SignInFailed);
    let named = RenameAccount { name: "  At work ".to_owned() };
    let account = bench.app.keeper.account_rename(account.id, named).await.expect("named");
    assert_eq!(account.label.as_deref(), Some("At work"));
    let rows = bench.app.keeper.calendar().await.expect("a calendar").rows;
    let found: Vec<_> = rows.iter().map(|row| (row.kind, row.days_left, row.by_itself)).collect();
    assert_eq!(
        found,
        [(EndingKind::Access, 0, true), (EndingKind::Renewal, 30, true), (EndingKind::SignIn, 365, false)]
    );
    assert!(rows.iter().all(|row| row.login == "At work" && !row.over));
    let none = RenameAccount { name: String::new() };
    assert_eq!(bench.app.keeper.account_rename(account.id, none).await.expect("named").label, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_offline_ends_the_access_later() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    // The host is away: what is named as its address answers nobody.
    let text = bench.server.definition("Faulty", "", ROTATES);
    let away = text.replace("address = \"/revoke\"", "address = \"http://127.0.0.1:9/revoke\"");
    bench.app.add_provider("faulty", &away).await;
    let receipt = bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
    assert!(!receipt.revoked && receipt.sentence.contains("as soon as it can be"), "{}", receipt.sentence);
    assert!(bench.server.truth("ann").alive, "not yet");
    let unended = bench.app.keeper.unended_list().await.expect("listed").rows;
    assert_eq!(unended.len(), 1, "and that is said as long as it is so");
    assert!(unended[0].sentence.contains("not ended at") && unended[0].next_try_at.is_some(), "{unended:?}");
    bench.app.add_provider("faulty", &text).await;
    // It survives a restart, and is done without being asked.
    bench.clock.advance(HOUR);
    let Bench { app, server, .. } = bench;
    let app = app.restart().await;
    let ended = server.until(|server| !server.truth("ann").alive);
    tokio::time::timeout(PATIENCE, ended).await.expect("the access is ended at the host");
    assert_eq!(server.truth("ann").ended_by, Some("revoked"));
    let none = async || app.keeper.unended_list().await.expect("listed").rows.is_empty();
    let mut events = app.keeper.events();
    let settled = async {
        while !none().await {
            let _ = events.recv().await;
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.expect("what has ended leaves the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_person_can_end_stays_listed_until_they_have() {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    let text = bench.server.definition("Faulty", "", ROTATES);
    // Away at first, and then its address for that is gone: no try can succeed.
    let away = text.replace("address = \"/revoke\"", "address = \"http://127.0.0.1:9/revoke\"");
    bench.app.add_provider("faulty", &away).await;
    bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
    bench.app.add_provider("faulty", &text.replace("address = \"/revoke\"", "address = \"/no-such-page\"")).await;
    bench.clock.advance(HOUR);
    let Bench { app, server, .. } = bench;
    let app = app.restart().await;
    let mut events = app.keeper.events();
    let list = async || app.keeper.unended_list().await.expect("listed").rows;
    let given_up = async {
        while list().await[0].next_try_at.is_some() {
            let _ = events.recv().await;
        }
    };
    tokio::time::timeout(PATIENCE, given_up).await.expect("it is given up, and not forgotten");
    let left = list().await.remove(0);
    assert!(left.sentence.contains("Drawbridge can't end it at"), "{left:?}");
    assert!(server.truth("ann").alive);
    app.keeper.unended_forget(&left.id).await.expect("forgotten");
    assert!(list().await.is_empty());
    assert!(app.keeper.unended_forget(&left.id).await.is_err(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_programs_that_ask_at_once_cause_one_renewal() {
    let all = std::env::var_os("DRAWBRIDGE_SWEEP").is_some_and(|sweep| sweep == "all");
    let times = if all { 1000 } else { 60 };
    let bench = Bench::start(Rules { lives: Some(2 * HOUR), ..Rules::default() }, "", ROTATES).await;
    let account = bench.connect("ann").await;
    let server = drawbridge_local_api::server::serve(Arc::clone(&bench.app.keeper)).await.expect("it is served");
    let here = std::env::current_exe().expect("this test has an executable");
    let program = here.ancestors().nth(2).expect("target/debug").join("examples/asks");
    assert!(program.exists(), "build it first: cargo build -p drawbridge-tests --example asks");
    bench.clock.advance(3 * HOUR);
    bench.server.script([Fault::Slow(Duration::from_millis(50))]);
    let socket = bench.app.keeper.socket_path();
    let start = || {
        let mut command = std::process::Command::new(&program);
        command.arg(&socket).arg(account.id.to_string()).arg(times.to_string());
        command.spawn().expect("it starts")
    };
    let mut programs: Vec<_> = (0..8).map(|_| start()).collect();
    // One of them dies in the middle, and another comes: neither matters to the rest.
    let begun = bench.server.until(|server| server.asked() > 0);
    tokio::time::timeout(PATIENCE, begun).await.expect("they ask");
    programs[0].kill().expect("killed");
    programs.push(start());
    for (at, mut program) in programs.into_iter().enumerate() {
        let ended = tokio::task::spawn_blocking(move || wait::child_end(&mut program, 3 * PATIENCE));
        let status = ended.await.expect("waited").expect("waited").expect("it ends");
        assert!(status.success() || at == 0, "program {at}: every answer was yes");
    }
    assert_eq!(bench.server.truth("ann").renewals, 1, "exactly one");
    println!("{} answers, 1 renewal", bench.server.asked());
    assert!(bench.server.asked() >= times * 8);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_changes_on_the_hosts_page_is_known_after_a_check() {
    let practice = forge(3);
    let app = App::open().await;
    let account = app.connect_token(&practice).await;
    assert_eq!(account.access_ends_at, None);
    // Hosts tell it to the second.
    let ends = Timestamp::from_millis(SystemClock.now().plus(9 * DAY).as_millis() / 1000 * 1000);
    practice.edit_tokens(&["read:org"], Some(ends));
    let checked = app.keeper.account_check(account.id.clone()).await.expect("works");
    let granted: Vec<&str> =
        checked.scopes.iter().filter(|one| one.state == ScopeState::Granted).map(|one| one.name.as_str()).collect();
    assert_eq!((granted.as_slice(), checked.access_ends_at), (&["read:org"][..], Some(ends)), "{checked:?}");
    assert!(checked.off.len() > account.off.len(), "and what it can't do any more");
}
