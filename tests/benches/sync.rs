//! First sync of 10,000 repositories from a practice forge in another process, beside a client that
//! asks for page after page; and a sync that brings nothing new.

use crate::{
    figures::{self, heading, ratio, time, time_line},
    place::Place,
};
use drawbridge_domain::{BaseUrl, SecretString};
use drawbridge_http::{Client, Config, Request};
use drawbridge_keeper::dto::{ConnectToken, CreateVault, Event, RepositoryQuery, RunOutcome, SyncStage};
use drawbridge_testkit::forge::{Simulator, SimulatorConfig, TokenKind};
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::sync::broadcast::error::RecvError;
use url::Url;

/// The word that makes this program a practice forge.
pub const SERVE: &str = "serve-practice-forge";

const REPOSITORIES: usize = 10_000;
const PAGE: usize = 100;

/// A practice forge, until standard input ends.
pub fn serve(repositories: &str, latency: &str) {
    let config = SimulatorConfig {
        repositories: repositories.parse().expect("a number"),
        latency: Duration::from_millis(latency.parse().expect("a number")),
        rate_limit: 1_000_000,
        keeps_log: false,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).expect("the practice forge starts");
    let token = simulator.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    println!("{} {} {token}", simulator.url(), simulator.api_url());
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

/// A practice forge in a process of its own, so that it takes no time from ours.
struct Forge {
    process: Child,
    host: BaseUrl,
    api: BaseUrl,
    token: SecretString,
}

impl Forge {
    fn start(latency: u64) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .args([SERVE, &REPOSITORIES.to_string(), &latency.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a practice forge starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("it says where it is");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [host, api, token] = words[..] else { panic!("the practice forge says where it is: {line:?}") };
        Self {
            process,
            host: BaseUrl::parse(host).expect("an address"),
            api: BaseUrl::parse(api).expect("an address"),
            token: SecretString::from(token.to_owned()),
        }
    }
}

impl Drop for Forge {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

pub async fn bench() {
    heading("Sync: first sync of 10,000 repositories, 100 a page");
    for latency in [0, 50] {
        let forge = Forge::start(latency);
        let round_trip = Duration::from_millis(latency);
        let (rows, sequential) = time(sequential(&forge)).await;
        assert_eq!(rows, REPOSITORIES, "the plain client reads everything");

        let place = Place::new();
        let keeper = place.keeper().await;
        keeper.vault_create(CreateVault::Keychain).await.expect("a vault is made");
        let connect = ConnectToken {
            provider: "github".parse().expect("a provider"),
            host: Some(forge.host.clone()),
            api_url: Some(forge.api.clone()),
            token: forge.token.clone(),
            user: None,
        };
        // A connect starts the first sync, and this joins it.
        let first = async {
            keeper.connect_token(connect).await.expect("the account connects");
            keeper.sync_wait(None).await.expect("the sync ends")
        };
        let (mut events, start) = (keeper.events(), Instant::now());
        let saving = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::SyncProgress { progress }) if progress.stage == SyncStage::Saving => break,
                    Err(RecvError::Closed) => break,
                    _ => {}
                }
            }
            start.elapsed()
        });
        let (runs, ours) = time(first).await;
        let read = saving.await.expect("it is told when all is read");
        assert_eq!(runs[0].outcome, RunOutcome::Changed, "{}", runs[0].sentence);
        let listed = keeper.repository_list(RepositoryQuery::default()).await.expect("a list").total;
        assert_eq!(listed as usize, REPOSITORIES);

        let at_once = concurrency();
        let pages = REPOSITORIES.div_ceil(PAGE);
        let floor = round_trip * u32::try_from(1 + (pages - 1).div_ceil(at_once)).expect("small");
        figures::line(&format!("round trip of {latency} ms"), "", "");
        time_line("  a client that asks for page after page", sequential, "reads only, keeps nothing");
        let faster = format!("{:.1} x faster (target 5 at 50 ms)", ratio(sequential, ours));
        time_line("  Drawbridge: connect, read, seal, index", ours, &faster);
        time_line("    of which until all was read", read, "");
        if latency > 0 {
            let over = format!("{:.2} x (target 1.5), {pages} pages, {at_once} at once", ratio(ours, floor));
            time_line("  floor of the round trips", floor, &over);
        }
        let (runs, again) = time(keeper.sync_wait(None)).await;
        let run = &runs.expect("the sync ends")[0];
        assert_eq!(run.outcome, RunOutcome::Unchanged, "{}", run.sentence);
        let told = format!("{} requests, {} of them unmodified (target 1)", run.requests, run.unmodified);
        time_line("  again, nothing new", again, &told);
        keeper.stop().await;
    }
}

fn concurrency() -> usize {
    let id = "github".parse().expect("a provider");
    drawbridge_providers::Catalog::shipped().find(&id).expect("it is in the catalogue").definition.concurrency
}

/// What most programs do: one page, then the next.
async fn sequential(forge: &Forge) -> usize {
    let client = Client::new(Config { user_agent: "plain".to_owned() }).expect("a client");
    let mut next: Option<Url> = Some(forge.api.join("/user/repos"));
    if let Some(url) = &mut next {
        url.set_query(Some(&format!("per_page={PAGE}")));
    }
    let mut rows = 0;
    while let Some(url) = next {
        let request = Request::get(url).bearer(&forge.token).max_bytes(64 * 1024 * 1024);
        let answer = client.send(request).await.expect("an answer");
        let page: Vec<serde_json::Value> = answer.json().expect("a list");
        rows += page.len();
        next = answer.link("next");
    }
    rows
}
