//! Syncs of a practice forge in another process: the first, one that brings nothing new, and one for which a
//! hundredth has changed; at several sizes and round trips, beside a client that asks for page after page.
//!
//! Each cell runs in a process of its own, whose memory is what is told. What a plain client would take for
//! a long listing is foretold from its first pages and said to be. Not here: the index (`search`, `browse`).

use crate::{
    figures::{heading, millis, ratio},
    memory,
    place::Place,
};
use drawbridge_domain::{BaseUrl, SecretString};
use drawbridge_http::{Client, Config, Request};
use drawbridge_keeper::dto::{ConnectToken, CreateVault, Event, RepositoryQuery, RunOutcome, SyncStage};
use drawbridge_testkit::forge::{Change, Simulator, SimulatorConfig, TokenKind};
use serde::{Deserialize, Serialize};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::sync::broadcast::error::RecvError;
use url::Url;

/// The word that makes this program a practice forge.
pub const SERVE: &str = "serve-practice-forge";
/// The word that makes it what syncs from one.
pub const FOLLOW: &str = "sync-from-forge";

const PAGE: usize = 100;
/// So many pages a plain client reads; more are foretold.
const MOST_PAGES: usize = 100;

/// A practice forge, until standard input ends. A line with a number changes that many repositories;
/// each line is answered with the requests and bytes since the last one.
pub fn serve(repositories: &str, latency: &str) {
    let config = SimulatorConfig {
        repositories: repositories.parse().expect("a number"),
        latency: Duration::from_millis(latency.parse().expect("a number")),
        rate_limit: 1_000_000_000,
        keeps_log: false,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).expect("the practice forge starts");
    let token = simulator.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    println!("{} {} {token}", simulator.url(), simulator.api_url());
    let mut before = simulator.traffic();
    for line in std::io::stdin().lines() {
        let count: usize = line.expect("a line").parse().expect("a number");
        for full_name in simulator.full_names().into_iter().take(count) {
            let changed = simulator.change(&Change::Describe { full_name, description: Some("Changed".to_owned()) });
            assert!(changed, "it is there to be changed");
        }
        let now = simulator.traffic();
        println!("{} {}", now.requests - before.requests, now.bytes - before.bytes);
        before = now;
    }
}

/// What one sync took.
#[derive(Debug, Serialize, Deserialize)]
struct Took {
    /// Milliseconds, the whole and until all was read.
    all: f64,
    read: f64,
    requests: u32,
    unmodified: u32,
    changed: u32,
    /// Bytes of memory at most, and before.
    peak: u64,
    before: u64,
}

/// Syncs from a forge each time a line comes in, and tells what that took.
pub async fn follow(host: &str, api: &str, token: &str) {
    let place = Place::new();
    let keeper = place.keeper().await;
    keeper.vault_create(CreateVault::Keychain).await.expect("a vault is made");
    let mut first = Some(ConnectToken {
        provider: "github".parse().expect("a provider"),
        host: Some(BaseUrl::parse(host).expect("an address")),
        api_url: Some(BaseUrl::parse(api).expect("an address")),
        token: SecretString::from(token.to_owned()),
        user: None,
    });
    for line in std::io::stdin().lines() {
        line.expect("a line");
        memory::forget_peak();
        let before = memory::now();
        let (mut events, start) = (keeper.events(), Instant::now());
        let stages = tokio::spawn(async move {
            let mut begun = None;
            loop {
                match events.recv().await {
                    Ok(Event::SyncProgress { progress }) if progress.stage == SyncStage::Saving => break,
                    Ok(Event::SyncProgress { .. }) => drop(begun.get_or_insert_with(|| start.elapsed())),
                    Ok(Event::SyncFinished { .. }) | Err(RecvError::Closed) => break,
                    _ => {}
                }
            }
            (begun.unwrap_or_default(), start.elapsed())
        });
        // A connect starts the first sync, and this joins it.
        if let Some(connect) = first.take() {
            keeper.connect_token(connect).await.expect("the account connects");
        }
        let runs = keeper.sync_wait(None).await.expect("the sync ends");
        let all = start.elapsed();
        // What the connection takes before is not the sync's.
        let (begun, read) = stages.await.expect("it is told when all is read");
        let (all, read) = (all.saturating_sub(begun), read.saturating_sub(begun));
        let run = &runs[0];
        assert!(matches!(run.outcome, RunOutcome::Changed | RunOutcome::Unchanged), "{}", run.sentence);
        let took = Took {
            all: all.as_secs_f64() * 1000.0,
            read: read.as_secs_f64() * 1000.0,
            requests: run.requests,
            unmodified: run.unmodified,
            changed: run.added + run.changed,
            peak: memory::peak(),
            before,
        };
        println!("{}", serde_json::to_string(&took).expect("JSON"));
    }
    let listed = keeper.repository_list(RepositoryQuery::default()).await.expect("a list").total;
    println!("{listed}");
    keeper.stop().await;
}

/// This program in a process of its own, asked line by line.
struct Other {
    process: Child,
    asks: Option<ChildStdin>,
    tells: BufReader<ChildStdout>,
}

impl Other {
    fn start(arguments: &[&str]) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let tells = BufReader::new(process.stdout.take().expect("its output"));
        Self { asks: process.stdin.take(), process, tells }
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.asks.as_mut().expect("its input"), "{line}").expect("it listens");
        self.told()
    }

    fn told(&mut self) -> String {
        let mut line = String::new();
        self.tells.read_line(&mut line).expect("it answers");
        line.trim().to_owned()
    }

    fn end(mut self) -> String {
        drop(self.asks.take());
        self.told()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.asks.take());
        let _ = self.process.wait();
    }
}

pub async fn bench(short: bool) {
    let sizes: &[usize] = if short { &[1_000, 10_000] } else { &[1_000, 10_000, 100_000] };
    let latencies: &[u64] = if short { &[0, 50] } else { &[0, 50, 200] };
    let at_once = concurrency();
    for &repositories in sizes {
        heading(&format!("Sync: {repositories} repositories, {PAGE} a page, {at_once} requests at once at most"));
        println!(
            "  {:<20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>10}  beside",
            "round trip", "requests", "changed", "bytes", "read", "all", "peak", "÷ floor"
        );
        for &latency in latencies {
            cells(repositories, latency, at_once).await;
        }
    }
    println!("\n  ÷ floor: all ÷ (rounds of pages at once × round trip); targets: first 1.5 and 5 x faster than page");
    println!(
        "  after page (10,000 at 50 ms), nothing new 1 request. peak: of the process; a vault and nothing else first."
    );
}

async fn cells(repositories: usize, latency: u64, at_once: usize) {
    let mut forge = Other::start(&[SERVE, &repositories.to_string(), &latency.to_string()]);
    let words = forge.told();
    let words: Vec<&str> = words.split_whitespace().collect();
    let [host, api, token] = words[..] else { panic!("the practice forge says where it is: {words:?}") };
    let (pages_read, sequential) = sequential(api, token).await;
    forge.ask("0");
    let mut client = Other::start(&[FOLLOW, host, api, token]);
    let pages = repositories.div_ceil(PAGE);
    let round_trip = Duration::from_millis(latency);
    for what in ["first", "nothing new", "1 % changed"] {
        if what == "1 % changed" {
            forge.ask(&(repositories / 100).to_string());
        }
        let took: Took = serde_json::from_str(&client.ask("sync")).expect("what it took");
        let traffic = forge.ask("0");
        let (requests, bytes) = traffic.split_once(' ').expect("two numbers");
        let all = Duration::from_secs_f64(took.all / 1000.0);
        let floor = round_trip * u32::try_from(1 + (pages - 1).div_ceil(at_once)).expect("small");
        let over = if what == "first" && latency > 0 { format!("{:.2} x", ratio(all, floor)) } else { String::new() };
        let beside = match what {
            "first" if pages_read < pages => {
                let whole = sequential * count(pages) / count(pages_read);
                let read = millis(sequential);
                format!(
                    "page after page: {:.1} x as long, foretold from {pages_read} pages in {read}",
                    ratio(whole, all)
                )
            }
            "first" => format!("page after page: {:.1} x as long, {}", ratio(sequential, all), millis(sequential)),
            _ => format!("{} unmodified", took.unmodified),
        };
        println!(
            "  {:<20} {requests:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {over:>10}  {beside}",
            format!("{latency} ms, {what}"),
            took.changed,
            memory::shown(bytes.parse().expect("a number")),
            millis(Duration::from_secs_f64(took.read / 1000.0)),
            millis(all),
            memory::shown(took.peak),
        );
        assert!(took.requests > 0 && took.before > 0);
    }
    assert_eq!(client.end(), repositories.to_string(), "everything is listed");
}

fn count(pages: usize) -> u32 {
    u32::try_from(pages).expect("small")
}

fn concurrency() -> usize {
    let id = "github".parse().expect("a provider");
    drawbridge_providers::Catalog::shipped().find(&id).expect("it is in the catalogue").definition.concurrency
}

/// What most programs do: one page, then the next, keeping nothing. How many pages that were, and the time.
async fn sequential(api: &str, token: &str) -> (usize, Duration) {
    let token = SecretString::from(token.to_owned());
    let client = Client::new(Config { user_agent: "plain".to_owned() }).expect("a client");
    let mut next: Option<Url> = Some(Url::parse(&format!("{api}/user/repos?per_page={PAGE}")).expect("an address"));
    let (mut pages, start) = (0, Instant::now());
    while let Some(url) = next.filter(|_| pages < MOST_PAGES) {
        let request = Request::get(url).bearer(&token).max_bytes(64 * 1024 * 1024);
        let answer = client.send(request).await.expect("an answer");
        let listed: Vec<serde_json::Value> = answer.json().expect("a list");
        assert!(!listed.is_empty(), "a page has rows");
        pages += 1;
        next = answer.link("next");
    }
    (pages, start.elapsed())
}
