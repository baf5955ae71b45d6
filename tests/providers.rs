//! Connect, stay connected, disconnect: one story for every provider we promise it for, each with its
//! real definition from the catalogue against a simulator that behaves as the provider documents.
//!
//! What differs between simulators is data (`providers/*.toml`); what a person should see is the table
//! below. A definition is changed in one thing: the hosts of its addresses become paths of the
//! simulator, `https://api.example.com/me` is `http://127.0.0.1:PORT/api.example.com/me`, so that a
//! request to the wrong host is as wrong as there. Not here: listing repositories.

mod forge;
mod slips;

use crate::app::{App, PATIENCE, finished};
use drawbridge_domain::{Clock as _, Health, SecretString, SignInWay, SystemClock};
use drawbridge_keeper::{
    Answer, Code, Problem,
    dto::{Account, CreateVault, NewClient, ScopeState, StartSignIn},
};
use drawbridge_testkit::{
    browser::Browser,
    fault::{CLIENT_ID, CLIENT_SECRET, Fault, FaultServer, Rules, Truth},
    forge::Simulator,
    temp::FakeClock,
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{io::AsyncReadExt as _, net::TcpStream};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Providers whose redirect addresses name a port can't be signed in to at the same time.
static PORTS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What a disconnection has to come to, in truth and on its receipt.
enum Ending {
    /// Everything that came of the sign-in has ended.
    Grant,
    /// Everything that this client has of the person has ended.
    Everything,
    /// The access has ended; the rest only the site can end, on this page if it has one.
    Access(Option<&'static str>),
    /// Nothing ends from here: the receipt leads to this page.
    OnlyAt(&'static str),
}

/// One provider, as a person meets it.
struct Case {
    id: &'static str,
    /// Whether the client has a secret.
    secret: bool,
    way: SignInWay,
    subject: &'static str,
    login: &'static str,
    name: Option<&'static str>,
    email: Option<&'static str>,
    /// How each scope that was asked for stands after the sign-in.
    scopes: &'static [(&'static str, ScopeState)],
    /// Whether a refresh token whose reply was lost is sent once more: nothing can be lost by it there.
    repeats: bool,
    ending: Ending,
}

macro_rules! cases {
    ($($name:ident: $case:expr;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            story($case).await;
        })*
    };
}

use ScopeState::{Asked, Granted};
const ANN: Option<&str> = Some("Ann Example");
const MAIL: Option<&str> = Some("ann@example.org");

cases! {
    gitlab: Case {
        id: "gitlab", secret: false, way: SignInWay::DeepLink,
        subject: "583231", login: "ann", name: ANN, email: MAIL,
        scopes: &[("read_user", Granted), ("read_api", Granted), ("read_repository", Granted)],
        repeats: false,
        ending: Ending::Grant,
    };
    gitea: Case {
        id: "gitea", secret: false, way: SignInWay::Loopback,
        subject: "7", login: "ann", name: ANN, email: MAIL,
        scopes: &[("read:user", Asked), ("read:repository", Asked), ("read:organization", Asked)],
        repeats: false,
        ending: Ending::OnlyAt("https://gitea.com/user/settings/applications"),
    };
    forgejo: Case {
        id: "forgejo", secret: false, way: SignInWay::Loopback,
        subject: "7", login: "ann", name: ANN, email: MAIL,
        scopes: &[("read:user", Asked), ("read:repository", Asked), ("read:organization", Asked)],
        repeats: false,
        ending: Ending::OnlyAt("https://codeberg.org/user/settings/applications"),
    };
    bitbucket: Case {
        id: "bitbucket-cloud", secret: true, way: SignInWay::Loopback,
        subject: "{1f0b1c2d-0000-4000-8000-000000000007}", login: "ann", name: ANN, email: None,
        scopes: &[],
        repeats: false,
        ending: Ending::OnlyAt("https://bitbucket.org/account/settings/app-authorizations/"),
    };
    azure_devops: Case {
        id: "azure-devops", secret: false, way: SignInWay::Loopback,
        subject: "d6245f20-0000-4000-8000-000000000007", login: "ann@example.org", name: ANN, email: MAIL,
        scopes: &[("499b84ac-1321-427f-aa17-267ca6975798/.default", Granted), ("offline_access", Granted)],
        repeats: true,
        ending: Ending::OnlyAt("https://myapps.microsoft.com/"),
    };
    microsoft: Case {
        id: "microsoft", secret: false, way: SignInWay::Loopback,
        subject: "87d349ed-0000-4000-8000-000000000007", login: "ann@example.org", name: ANN, email: MAIL,
        scopes: &[("User.Read", Granted), ("offline_access", Granted)],
        repeats: true,
        ending: Ending::OnlyAt("https://myapps.microsoft.com/"),
    };
    reddit: Case {
        id: "reddit", secret: false, way: SignInWay::DeepLink,
        subject: "1w72", login: "ann", name: None, email: None,
        scopes: &[("identity", Granted)],
        repeats: true,
        ending: Ending::Grant,
    };
    google: Case {
        id: "google", secret: true, way: SignInWay::Loopback,
        subject: "110169484474386276334", login: "ann@example.org", name: ANN, email: MAIL,
        scopes: &[("openid", Granted), ("email", Granted), ("profile", Granted)],
        repeats: true,
        ending: Ending::Everything,
    };
    slack: Case {
        id: "slack", secret: false, way: SignInWay::DeepLink,
        subject: "U0007", login: "ann", name: None, email: None,
        scopes: &[("users:read", Granted)],
        repeats: false,
        ending: Ending::Access(Some("https://slack.com/apps/manage")),
    };
    discord: Case {
        id: "discord", secret: true, way: SignInWay::Loopback,
        subject: "80351110224678912", login: "ann", name: ANN, email: None,
        scopes: &[("identify", Granted)],
        repeats: false,
        ending: Ending::Grant,
    };
    notion: Case {
        id: "notion", secret: true, way: SignInWay::Loopback,
        subject: "00000000-0000-4000-8000-000000000007", login: "ann@example.org", name: ANN, email: MAIL,
        scopes: &[],
        repeats: false,
        ending: Ending::Access(None),
    };
    linear: Case {
        id: "linear", secret: true, way: SignInWay::Loopback,
        subject: "00000000-0000-4000-8000-000000000007", login: "ann@example.org", name: ANN, email: MAIL,
        scopes: &[("read", Granted)],
        repeats: false,
        ending: Ending::Grant,
    };
    atlassian: Case {
        id: "atlassian", secret: true, way: SignInWay::Loopback,
        subject: "557058:00000000-0000-4000-8000-000000000007", login: "ann@example.org", name: ANN, email: MAIL,
        scopes: &[("read:me", Granted), ("offline_access", Granted)],
        repeats: true,
        ending: Ending::OnlyAt("https://id.atlassian.com/manage-profile/apps"),
    };
}

/// The simulator's rules, from its file.
fn rules(id: &str) -> Rules {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers").join(format!("{id}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Rules::parse(&text).unwrap_or_else(|error| panic!("{id}: {error}"))
}

/// The definition of the catalogue with its hosts at the simulator.
fn definition(id: &str, simulator: &str) -> String {
    const ADDRESSES: [&str; 13] = [
        "host",
        "template",
        "api",
        "authorize",
        "token",
        "refresh",
        "device",
        "register",
        "issuer",
        "paste_redirect",
        "address",
        "tokens",
        "revoke",
    ];
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/providers/src/catalog");
    // Those with code for their API have a folder; listing is another story (`forges`), so that is left out.
    let places = [catalogue.join(format!("{id}.toml")), catalogue.join(format!("{id}/{id}.toml"))];
    let text = places.iter().find_map(|place| std::fs::read_to_string(place).ok()).expect("it is in the catalogue");
    let moved = |line: &str| match line.split_once(" = ") {
        Some((key, value)) if ADDRESSES.contains(&key) => {
            format!("{key} = {}\n", value.replacen("\"https://", &format!("\"{simulator}/"), 1))
        }
        Some(("forge", _)) => String::new(),
        _ => format!("{line}\n"),
    };
    text.lines().map(moved).collect()
}

struct Bench {
    app: App,
    clock: Arc<FakeClock>,
    server: FaultServer,
    case: Case,
}

impl Bench {
    async fn start(case: Case, rules: Rules) -> Self {
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let server = FaultServer::start(rules, Arc::clone(&clock) as _).expect("a server");
        let text = definition(case.id, server.url());
        Self::with(case, &text, clock, server).await
    }

    async fn with(case: Case, definition: &str, clock: Arc<FakeClock>, server: FaultServer) -> Self {
        server.seat(case.subject);
        let app = App::with_clock(Arc::clone(&clock) as _).await;
        app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        app.add_provider(case.id, definition).await;
        add_client(&app, case.id, None, CLIENT_ID, case.secret.then_some(CLIENT_SECRET)).await;
        Self { app, clock, server, case }
    }

    /// Signs in as the person at the browser does.
    async fn connect(&self, again: Option<&Account>) -> Answer<Account> {
        let _alone = PORTS.lock().await;
        let (place, connected) = self.connect_at(again).await?;
        if let Some(place) = place {
            // Its port is closed a moment after the sign-in is final, and with it what is connected there.
            let closed = async {
                while let Ok(mut knocking) = TcpStream::connect(&place).await {
                    let _ = knocking.read_to_end(&mut Vec::new()).await;
                }
            };
            tokio::time::timeout(PATIENCE, closed).await.expect("the port is let go");
        }
        connected
    }

    /// The same, with where it listened.
    async fn connect_at(&self, again: Option<&Account>) -> Answer<(Option<String>, Answer<Account>)> {
        let request = StartSignIn {
            provider: self.case.id.parse().expect("an id"),
            host: None,
            api_url: None,
            client: None,
            way: Some(self.case.way),
            account: again.map(|account| account.id.clone()),
            scopes: Vec::new(),
        };
        let started = self.app.keeper.sign_in_start(request).await?;
        let place = started.listens_at.clone();
        let mut person = Browser::new();
        let page = person.get(&started.url).await.expect("a page");
        let Some(back) = page.header("location").map(str::to_owned) else {
            self.app.keeper.sign_in_cancel(started.id).await?;
            let problem = Problem::new(Code::SignInFailed, page.text(), "The simulator approves of nothing like it.");
            return Ok((place, Err(problem)));
        };
        let done = if self.case.way == SignInWay::DeepLink {
            match self.app.keeper.sign_in_return(back).await {
                Ok(done) => done,
                Err(problem) => return Ok((place, Err(problem))),
            }
        } else {
            person.get(&back).await.expect("a page that says where to go on");
            finished(&self.app, &started).await
        };
        let connected = match done.problem {
            Some(problem) => Err(problem),
            None => Ok(done.account.expect("an account")),
        };
        Ok((place, connected))
    }

    async fn check(&self, account: &Account) -> Answer<Account> {
        self.app.keeper.account_check(account.id.clone()).await
    }

    async fn works(&self, account: &Account, when: &str) {
        if let Err(problem) = self.check(account).await {
            panic!("{when}: {problem:?} {:?}", self.server.complaints());
        }
    }

    async fn show(&self, account: &Account) -> Account {
        self.app.keeper.account_show(account.id.clone()).await.expect("there")
    }

    fn truth(&self) -> Truth {
        self.server.truth(self.case.subject)
    }

    /// A check finds that a sign-in is needed, says so with these words, asks once and keeps everything.
    async fn needs_sign_in(&self, account: &Account, words: &str) {
        let problem = self.check(account).await.expect_err("it has ended");
        assert_eq!(problem.code, Code::SignInNeeded, "{problem:?}");
        let shown = self.show(account).await;
        assert_eq!(shown.health, Health::NeedsYou);
        assert!(shown.state.contains(words), "it says why: {:?}, not {words:?}", shown.state);
        let sent = self.server.token_requests();
        self.check(account).await.expect_err("still");
        assert_eq!(self.server.token_requests(), sent, "what was refused for good is not sent again");
        assert_eq!(self.app.keeper.account_list().await.expect("listed").total, 1, "nothing is deleted");
    }

    /// One sign-in by the same person mends it.
    async fn mend(&self, account: &Account) -> Account {
        let mended = self.connect(Some(account)).await.expect("signs in again");
        assert_eq!((&mended.id, mended.health), (&account.id, Health::Working), "{mended:?}");
        mended
    }
}

async fn add_client(app: &App, provider: &str, at: Option<&Simulator>, id: &str, secret: Option<&str>) {
    let client = NewClient {
        provider: provider.parse().expect("an id"),
        host: at.map(Simulator::host),
        api_url: None,
        client_id: id.to_owned(),
        client_secret: secret.map(|secret| SecretString::from(secret.to_owned())),
        name: None,
        preferred: false,
        own_redirects: false,
    };
    app.keeper.client_add(client).await.expect("the client is added");
}

async fn story(case: Case) {
    let rules = rules(case.id);
    let bench = Bench::start(case, rules.clone()).await;
    let account = connects(&bench, &rules).await;
    renews(&bench, &rules, &account).await;
    let (bench, account) = survives_idle_time(bench, &rules, account).await;
    is_not_fooled_by_a_bad_day(&bench, &rules, &account).await;
    bears_a_lost_reply(&bench, &rules, &account).await;
    is_told_when_it_ends(&bench, &rules, &account).await;
    disconnects(&bench, account).await;
    assert_eq!(bench.server.complaints(), Vec::<String>::new(), "nothing was asked in a way the provider refuses");
}

/// Who it is by the stable id, what was granted, and when it ends.
async fn connects(bench: &Bench, rules: &Rules) -> Account {
    let case = &bench.case;
    let account = match bench.connect(None).await {
        Ok(account) => account,
        Err(problem) => panic!("not connected: {problem:?} {:?}", bench.server.complaints()),
    };
    assert_eq!(account.subject, case.subject, "identity is the stable id");
    assert_eq!((account.login.as_str(), account.name.as_deref()), (case.login, case.name));
    assert_eq!(account.email.as_deref(), case.email);
    assert_eq!((account.health, account.state.as_str()), (Health::Working, "Renews itself"), "{account:?}");
    let scopes: Vec<_> = account.scopes.iter().filter(|scope| scope.state != ScopeState::NotAsked).collect();
    let scopes: Vec<_> = scopes.iter().map(|scope| (scope.name.as_str(), scope.state)).collect();
    assert_eq!(scopes, case.scopes);
    assert_eq!(account.access_ends_at, rules.lives.map(|lives| bench.clock.now().plus(lives)));
    account
}

/// Renewed ahead of its end and not before, also after a refusal to hurry; each refresh token once.
async fn renews(bench: &Bench, rules: &Rules, account: &Account) {
    let sent = bench.server.token_requests();
    bench.works(account, "fresh").await;
    assert_eq!(bench.server.token_requests(), sent, "what is fresh is not renewed");
    match rules.lives {
        Some(lives) => {
            bench.clock.advance(lives - 4 * MINUTE);
            bench.server.script([Fault::Limited(30)]);
            bench.works(account, "the old access works while the host asks to wait").await;
            bench.works(account, "and goes on working").await;
            assert_eq!(bench.server.token_requests(), sent + 1, "it waits as it was asked to");
            assert_eq!(bench.truth().renewals, 0);
            bench.clock.advance(MINUTE);
            bench.works(account, "at its margin").await;
            for renewals in 1..4 {
                assert_eq!(bench.truth().renewals, renewals, "{:?}", bench.server.complaints());
                bench.clock.advance(lives + MINUTE);
                bench.works(account, "after its end").await;
            }
        }
        None => {
            bench.clock.advance(400 * DAY);
            bench.works(account, "after a year").await;
            assert_eq!(bench.server.token_requests(), sent, "what does not end is not renewed");
            for _ in 0..3 {
                bench.app.keeper.account_refresh(account.id.clone()).await.expect("renewed because it was asked for");
                bench.works(account, "renewed").await;
            }
            assert_eq!(bench.truth().renewals, 3);
        }
    }
    assert_eq!(bench.truth().reuses, 0, "a spent refresh token is never sent");
    assert_eq!(bench.show(account).await.health, Health::Working);
}

/// Whether what is known of an account's access is that it has ended. A renewal is over when it is
/// stored; the simulator knows of it earlier.
async fn ended(app: &App, account: &Account, clock: &FakeClock) -> bool {
    let shown = app.keeper.account_show(account.id.clone()).await.expect("there");
    shown.access_ends_at.is_none_or(|ends| ends <= clock.now())
}

/// Longer than a refresh token lives unused, with the computer on and nobody asking.
async fn survives_idle_time(bench: Bench, rules: &Rules, account: Account) -> (Bench, Account) {
    let Some(idle) = rules.idle else { return (bench, account) };
    let Bench { mut app, clock, server, case } = bench;
    for _ in 0..2 {
        let before = server.truth(case.subject).renewals;
        clock.advance(idle.mul_f64(0.85));
        // As the look of every hour does, or the first after a start.
        app = app.restart().await;
        let mut events = app.keeper.events();
        while ended(&app, &account, &clock).await {
            let news = tokio::time::timeout(PATIENCE, events.recv()).await;
            news.expect("what nobody uses is kept alive").expect("the keeper runs");
        }
        assert_eq!(server.truth(case.subject).renewals, before + 1);
    }
    let bench = Bench { app, clock, server, case };
    bench.works(&account, "idle for longer than its refresh token lives").await;
    assert_eq!(bench.truth().reuses, 0);
    (bench, account)
}

/// A host that is not well, in its own words with status 200, has not ended anything.
async fn is_not_fooled_by_a_bad_day(bench: &Bench, rules: &Rules, account: &Account) {
    if rules.who.unwell.is_none() {
        return;
    }
    bench.server.unwell(2);
    let sent = bench.server.token_requests();
    let problem = bench.check(account).await.expect_err("not well");
    assert_ne!(problem.code, Code::SignInNeeded, "{problem:?}");
    assert_eq!(bench.server.token_requests(), sent, "nothing is renewed for that");
    assert_eq!(bench.show(account).await.health, Health::Working);
    bench.server.unwell(0);
    bench.works(account, "well again").await;
}

/// A renewal whose reply was lost is repeated where that is safe; else the person is asked, once.
async fn bears_a_lost_reply(bench: &Bench, rules: &Rules, account: &Account) {
    let Some(lives) = rules.lives else { return };
    let before = bench.truth();
    bench.clock.advance(lives + MINUTE);
    bench.server.script([Fault::ReplyLost]);
    bench.check(account).await.expect_err("no new access came");
    if bench.case.repeats {
        bench.works(account, "repeated").await;
    } else {
        bench.needs_sign_in(account, "reply").await;
        assert_eq!(bench.truth().reuses, before.reuses, "what may be spent is not sent");
        bench.mend(account).await;
    }
    assert!(bench.truth().alive, "{:?}", bench.truth());
}

/// Withdrawn by the person, and dead of being idle: each in the provider's own way of saying it.
async fn is_told_when_it_ends(bench: &Bench, rules: &Rules, account: &Account) {
    bench.server.withdraw(bench.case.subject);
    bench.needs_sign_in(account, "ended this sign-in").await;
    bench.mend(account).await;
    if let Some(idle) = rules.idle {
        bench.clock.advance(idle + MINUTE);
        bench.needs_sign_in(account, "has lived its time").await;
        bench.mend(account).await;
    }
}

/// The receipt says what ended and what only the site can end; the simulator knows whether it is true.
async fn disconnects(bench: &Bench, account: Account) {
    let receipt = bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
    let truth = bench.truth();
    let page = receipt.page.as_deref().map(|page| page.replace(&format!("{}/", bench.server.url()), "https://"));
    let said = receipt.sentence.as_str();
    match &bench.case.ending {
        Ending::Grant => {
            assert!(receipt.revoked && said.starts_with("Revoked at"), "{said}");
            assert_eq!((truth.alive, truth.ended_by), (false, Some("revoked")));
        }
        Ending::Everything => {
            assert!(receipt.revoked && said.contains("with every other sign-in of yours by this client"), "{said}");
            assert_eq!((truth.alive, truth.ended_by), (false, Some("revoked")));
        }
        Ending::Access(expected) => {
            assert!(receipt.revoked && said.starts_with("This access was ended"), "{said}");
            assert!(said.ends_with("The app stays listed there."), "{said}");
            assert_eq!(page.as_deref(), *expected, "the rest is left to do");
        }
        Ending::OnlyAt(expected) => {
            assert!(!receipt.revoked && said.contains("lets only you end this access"), "{said}");
            assert_eq!(page.as_deref(), Some(*expected));
            assert!(truth.alive, "nothing is claimed that is not so");
        }
    }
    let ended = !matches!(bench.case.ending, Ending::OnlyAt(_));
    assert_eq!(bench.server.opens(bench.case.subject), !ended, "whether any access works");
    assert_eq!(bench.app.keeper.account_list().await.expect("listed").total, 0);
}

/// Where tokens do not rotate there is nothing to renew.
#[tokio::test(flavor = "multi_thread")]
async fn slack_without_rotation() {
    let rules = Rules { lives: None, renews: false, ..rules("slack") };
    let case = Case {
        id: "slack",
        secret: false,
        way: SignInWay::DeepLink,
        subject: "U0007",
        login: "ann",
        name: None,
        email: None,
        scopes: &[("users:read", Granted)],
        repeats: false,
        ending: Ending::Access(Some("https://slack.com/apps/manage")),
    };
    let bench = Bench::start(case, rules).await;
    let account = bench.connect(None).await.expect("connects");
    assert!(!account.renews_itself && account.access_ends_at.is_none(), "{account:?}");
    let sent = bench.server.token_requests();
    bench.clock.advance(400 * DAY);
    bench.works(&account, "after a year").await;
    bench.server.withdraw("U0007");
    bench.needs_sign_in(&account, "ended this sign-in").await;
    assert_eq!(bench.server.token_requests(), sent, "nothing was ever renewed");
    let account = bench.mend(&account).await;
    disconnects(&bench, account).await;
}
