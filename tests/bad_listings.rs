//! Thousands of faulty syncs at every kind of forge, by dice: while the world changes and the host misbehaves,
//! nothing that is there is shown as gone, what is counted is what is listed, and every run ends.
//!
//! Not here: what each fault leads to by itself (`sync_faults`).

use crate::{
    app::{App, PATIENCE},
    chance::Dice,
    forges::{ROWS, Row},
    moves::{now, vault},
};
use drawbridge_domain::{RepositoryId, Visibility};
use drawbridge_keeper::dto::{Event, Facet, Repository, RepositoryQuery, RunOutcome, RunQuery, SyncStage};
use drawbridge_testkit::{
    forge::{Change, Dialect, Match, Simulator, SimulatorConfig, There, Trouble},
    temp::FakeClock,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{sync::broadcast::error::RecvError, task::JoinSet};

/// How many lives go on at once: most of each is waiting for a host that is slow to fail.
const AT_ONCE: usize = 12;
const CLUBS: [&str; 2] = ["harbour-club", "lantern-club"];
/// All that a run sits out of a host's limits.
const LONGEST_WAITS: Duration = Duration::from_mins(10);
/// How often is looked whether a run sits a limit out.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A listing is read in whole this often, whatever the newest changes say.
const DAY: Duration = Duration::from_hours(25);

/// What came of many runs.
#[derive(Debug, Default)]
struct Sum {
    runs: u32,
    changes: u32,
    faults: u32,
    /// Keepers that were ended in the middle of a run.
    cuts: u32,
    /// By how they ended.
    endings: BTreeMap<String, u32>,
    removals: u32,
    /// Repositories that were there all the time, seen by the account, and left the list.
    false_removals: u32,
    /// Lists whose counts were not those of their rows.
    wrong_counts: u32,
    /// Runs that did not come to an end.
    stuck: u32,
    /// Inventories that were not the world after a good day.
    wrong_at_the_end: u32,
    /// Inventories that the newest changes alone did not put right, but the daily reading of everything.
    right_a_day_later: u32,
}

/// What is listed, and whether its counts are those of its rows.
struct Listed {
    rows: HashMap<RepositoryId, Repository>,
    fits: bool,
}

/// One account at one forge, for a while.
struct Life {
    row: &'static Row,
    seed: u64,
    dice: Dice,
    clock: Arc<FakeClock>,
    practice: Simulator,
    /// Ours, by the forge's id, of all that was ever seen.
    known: BTreeMap<u64, RepositoryId>,
    hidden: Vec<u64>,
    made: u32,
    sum: &'static Mutex<Sum>,
}

impl Life {
    fn count(&self, what: impl FnOnce(&mut Sum)) {
        what(&mut self.sum.lock().expect("no panic"));
    }

    fn wrong(&self, what: &str) {
        println!("{} seed {}: {what}", self.row.name(), self.seed);
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.dice.roll(sides)
    }

    fn there(&self) -> BTreeMap<u64, There> {
        self.practice.reached(0).into_iter().map(|one| (one.id, one)).collect()
    }

    fn any(&mut self) -> Option<There> {
        let all: Vec<There> = self.there().into_values().collect();
        let place = self.roll(all.len().max(1) as u64) as usize;
        all.into_iter().nth(place)
    }

    fn a_name(&mut self) -> String {
        self.made += 1;
        format!("made-{}", self.made)
    }

    /// Where the account can make something; none that its organisations are left.
    fn an_owner(&mut self) -> String {
        let mut owners = vec![self.practice.login(0)];
        owners.extend(CLUBS.iter().map(|&club| club.to_owned()));
        let place = self.roll(owners.len() as u64) as usize;
        owners.swap_remove(place)
    }

    /// Something that happens at the forge. What only members see is private, so that who leaves sees less.
    fn a_change(&mut self) -> Option<Change> {
        let login = self.practice.login(0);
        Some(match self.roll(12) {
            0 | 1 => {
                let (owner, name) = (self.an_owner(), self.a_name());
                Change::Add { full_name: format!("{owner}/{name}"), visibility: Visibility::Private }
            }
            2 | 3 => Change::Rename { full_name: self.any()?.full_name, to: self.a_name() },
            4 => {
                let (one, to) = (self.any()?, self.an_owner());
                let visibility = Visibility::Private;
                self.practice.change(&Change::Show { full_name: one.full_name.clone(), visibility });
                Change::Transfer { full_name: one.full_name, to }
            }
            5 | 6 => Change::Delete { full_name: self.any()?.full_name },
            7 => {
                let one = self.any()?;
                Change::Archive { full_name: one.full_name, archived: !one.archived }
            }
            8 => Change::Leave { login, organisation: CLUBS[self.roll(2) as usize].to_owned() },
            9 => Change::Join { login, organisation: CLUBS[self.roll(2) as usize].to_owned() },
            10 => {
                let one = self.any()?;
                self.hidden.push(one.id);
                Change::Hide { full_name: one.full_name, hidden: true }
            }
            _ => Change::Push { full_name: self.any()?.full_name },
        })
    }

    fn a_fault(&mut self) {
        let page = 1 + self.roll(4) as u32;
        let at = if self.roll(3) == 0 { Match::api() } else { Match::page(page) };
        // Of a single repository, "not there" and "not yours" are answers, not faults.
        let of_pages = at.page.is_some();
        let times = if self.roll(4) == 0 { 1000 } else { 1 + self.roll(3) as u32 };
        let then = match self.roll(20) {
            0..=3 => Trouble::Status([500, 502, 503, 504][self.roll(4) as usize]),
            4 if of_pages => Trouble::Status([401, 403, 404, 410][self.roll(4) as usize]),
            4 | 5 => Trouble::PrimaryLimit(60 + self.roll(3600)),
            6 => Trouble::SecondaryLimit(100 + self.roll(100)),
            7 => Trouble::SecondaryLimitForbidden(100 + self.roll(100)),
            8 => Trouble::LostRequest,
            9 => Trouble::LostReply,
            10 => Trouble::CutReply,
            11 => Trouble::Html,
            12 => Trouble::NotJson,
            13 => Trouble::OtherJson,
            14 => Trouble::Errors,
            15 => Trouble::Empty,
            16 => Trouble::Redirect("/somewhere/else".to_owned()),
            17 if self.roll(4) == 0 => Trouble::Endless,
            17 if self.roll(4) == 0 => Trouble::Huge,
            17 | 18 => Trouble::Delay(self.roll(30)),
            _ => Trouble::Drip(1),
        };
        self.practice.trouble(at, then, times);
        self.count(|sum| sum.faults += 1);
    }

    /// Changes, some of them between two pages, and trouble.
    fn a_bad_day(&mut self) {
        let later = 60 + self.roll(2 * 60 * 60);
        self.clock.advance(Duration::from_secs(later));
        for _ in 0..self.roll(7) {
            let Some(change) = self.a_change() else { continue };
            if self.roll(4) == 0 {
                let page = 1 + self.roll(4) as u32;
                self.practice.change_before_page(page, change);
                self.count(|sum| sum.changes += 1);
            } else if self.practice.change(&change) {
                self.count(|sum| sum.changes += 1);
            }
        }
        if self.row.dialect == Dialect::GitHub && self.roll(6) == 0 {
            let club = self.roll(2) as usize;
            self.practice.set_sso(&[CLUBS[club]]);
        }
        if self.roll(25) == 0 {
            // A whole stretch of the list is not told, without a word.
            for one in self.there().into_values().take(90) {
                self.practice.change(&Change::Hide { full_name: one.full_name, hidden: true });
                self.hidden.push(one.id);
            }
        }
        for _ in 0..self.roll(4) {
            self.a_fault();
        }
    }

    fn all_well(&mut self) {
        self.practice.all_well();
        self.practice.set_sso(&[]);
        // Who is in a club sees it again, and what in it is left out of the list is shown.
        for club in CLUBS {
            let (login, organisation) = (self.practice.login(0), club.to_owned());
            self.practice.change(&Change::Join { login, organisation });
        }
        self.clock.advance(Duration::from_secs(60 * 60 * 4));
        let there = self.there();
        for id in std::mem::take(&mut self.hidden) {
            if let Some(one) = there.get(&id) {
                self.practice.change(&Change::Hide { full_name: one.full_name.clone(), hidden: false });
            }
        }
    }

    /// A run; none if it did not end. What it sits out because its host says so does not count.
    async fn sync(&self, app: &App) -> Option<RunOutcome> {
        self.count(|sum| sum.runs += 1);
        let running = app.keeper.sync_wait(None);
        tokio::pin!(running);
        let (mut works, mut waits) = (Duration::ZERO, Duration::ZERO);
        while works < PATIENCE && waits < LONGEST_WAITS {
            if let Ok(runs) = tokio::time::timeout(LOOK_EVERY, &mut running).await {
                let run = runs.expect("the keeper answers").remove(0);
                self.count(|sum| *sum.endings.entry(format!("{:?}", run.outcome)).or_default() += 1);
                return Some(run.outcome);
            }
            let status = app.keeper.sync_status().await.expect("the keeper answers");
            let sits = !status.running.is_empty() && status.running.iter().all(|run| run.stage == SyncStage::Waiting);
            *if sits { &mut waits } else { &mut works } += LOOK_EVERY;
        }
        self.wrong(&format!("a run did not end, after {works:?} of work and {waits:?} of waiting"));
        self.count(|sum| sum.stuck += 1);
        None
    }

    /// A run in the middle of which the keeper is ended, and another one over the same vault.
    async fn cut(&mut self, app: App) -> App {
        self.count(|sum| (sum.runs, sum.cuts) = (sum.runs + 1, sum.cuts + 1));
        let (keeper, mut events) = (Arc::clone(&app.keeper), app.keeper.events());
        let running = tokio::spawn(async move { keeper.sync_wait(None).await });
        // Where in the run that is does not matter, only that it differs: a few steps in, or at its end.
        let mut steps = self.roll(8);
        let some_steps = async {
            while steps > 0 && !running.is_finished() {
                match events.recv().await {
                    Ok(Event::SyncProgress { .. }) => steps -= 1,
                    Ok(Event::SyncFinished { .. }) | Err(RecvError::Closed) => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                }
            }
        };
        // One that sits out a limit is cut there.
        let _ = tokio::time::timeout(PATIENCE, some_steps).await;
        let Ok(app) = tokio::time::timeout(PATIENCE, app.restart()).await else { panic!("a keeper did not end") };
        assert!(tokio::time::timeout(PATIENCE, running).await.is_ok(), "who waited for a run is told of its end");
        app
    }

    async fn listed(&self, app: &App) -> Listed {
        let list = |offset| RepositoryQuery { limit: 1000, offset, ..RepositoryQuery::default() };
        let page = app.keeper.repository_list(list(0)).await.expect("a list");
        let facets = app.keeper.repository_facets(Facet::Owner, RepositoryQuery::default()).await.expect("counted");
        let account = app.keeper.account_list().await.expect("listed").rows.remove(0);
        let by_owner: u32 = facets.values.iter().map(|value| value.count).sum();
        let rows: HashMap<_, _> = page.rows.into_iter().map(|row| (row.id, row)).collect();
        let counted = [page.total, by_owner, account.repositories];
        let fits = counted.iter().all(|count| *count as usize == rows.len());
        if !fits {
            self.wrong(&format!("{} rows, counted as {counted:?}", rows.len()));
        }
        Listed { rows, fits }
    }

    /// How many rows the runs so far added, less those they removed.
    async fn told(&self, app: &App) -> (i64, u32) {
        let query = RunQuery { limit: 500, ..RunQuery::default() };
        let runs = app.keeper.sync_runs(query).await.expect("recorded").rows;
        let removed = runs.iter().map(|run| run.removed).sum();
        (runs.iter().map(|run| i64::from(run.added)).sum::<i64>() - i64::from(removed), removed)
    }

    /// Holds what is listed against what was there before a run and after it.
    fn judge(&self, before: &Listed, was: &BTreeMap<u64, There>, after: &Listed) {
        self.count(|sum| sum.wrong_counts += u32::from(!after.fits));
        let is = self.there();
        let stayed = was.keys().filter(|id| is.contains_key(id)).filter_map(|id| self.known.get(id));
        for id in stayed.filter(|id| before.rows.contains_key(id) && !after.rows.contains_key(id)) {
            self.wrong(&format!("{} is there and was removed", before.rows[id].full_name));
            self.count(|sum| sum.false_removals += 1);
        }
    }

    /// What is not as it is at the forge.
    fn differences(&self, listed: &Listed) -> Vec<String> {
        let there = self.there();
        let told: BTreeMap<String, &There> =
            there.values().map(|one| (self.row.told(&self.practice, &one.full_name), one)).collect();
        let shown: BTreeMap<&str, &Repository> =
            listed.rows.values().map(|row| (row.full_name.as_str(), row)).collect();
        let mut differences = Vec::new();
        for (name, one) in &told {
            match shown.get(name.as_str()) {
                None => differences.push(format!("{name} is not listed")),
                Some(row) if self.known.get(&one.id).is_some_and(|id| *id != row.id) => {
                    differences.push(format!("{name} is listed as another one"));
                }
                Some(row) if self.row.archives && row.archived != one.archived => {
                    differences.push(format!("{name} is listed with archived {}", row.archived));
                }
                Some(_) => {}
            }
        }
        let strange = shown.keys().filter(|name| !told.contains_key(**name));
        differences.extend(strange.map(|name| format!("{name} is listed and not there")));
        differences
    }

    /// A good day, after which the inventory is the world.
    async fn good_day(&mut self, app: &App) {
        self.all_well();
        let (before, was) = (self.listed(app).await, self.there());
        if self.sync(app).await.is_none() {
            return;
        }
        let mut after = self.listed(app).await;
        self.judge(&before, &was, &after);
        if !self.differences(&after).is_empty() {
            self.clock.advance(DAY);
            self.sync(app).await;
            after = self.listed(app).await;
            let still = self.differences(&after);
            if still.is_empty() {
                self.count(|sum| sum.right_a_day_later += 1);
            } else {
                self.wrong(&format!("after a good day: {still:?}"));
                self.count(|sum| sum.wrong_at_the_end += 1);
            }
        }
        let names: HashMap<&str, RepositoryId> =
            after.rows.values().map(|row| (row.full_name.as_str(), row.id)).collect();
        for (id, one) in self.there() {
            if let Some(ours) = names.get(self.row.told(&self.practice, &one.full_name).as_str()) {
                self.known.entry(id).or_insert(*ours);
            }
        }
    }

    async fn live(mut self, days: u64) {
        let mut app = vault(&self.clock).await;
        let request = self.row.request(&self.practice, self.row.user(&self.practice));
        app.keeper.connect_token(request).await.expect("the token connects");
        self.good_day(&app).await;
        for day in 1..=days {
            self.a_bad_day();
            let (before, was, told) = (self.listed(&app).await, self.there(), self.told(&app).await);
            if self.roll(6) == 0 {
                app = self.cut(app).await;
            } else if self.sync(&app).await.is_none() {
                return;
            }
            let after = self.listed(&app).await;
            self.judge(&before, &was, &after);
            let now = self.told(&app).await;
            self.count(|sum| sum.removals += now.1 - told.1);
            let many = |listed: &Listed| i64::try_from(listed.rows.len()).unwrap_or(i64::MAX);
            let grown = many(&after) - many(&before);
            if now.0 - told.0 != grown {
                self.wrong(&format!("the runs tell of {} more rows, there are {grown}", now.0 - told.0));
                self.count(|sum| sum.wrong_counts += 1);
            }
            if day == days || self.roll(5) == 0 {
                self.good_day(&app).await;
            }
        }
    }
}

fn start(row: &'static Row, seed: u64, sum: &'static Mutex<Sum>) -> Life {
    let (clock, mut dice) = (now(), Dice::new(seed));
    let repositories = 40 + dice.roll(120) as usize;
    let config = SimulatorConfig {
        clock: clock.clone(),
        seed,
        keeps_log: false,
        ..SimulatorConfig::of(row.dialect, repositories)
    };
    let practice = Simulator::start(config).expect("the practice forge starts");
    for club in CLUBS {
        assert!(practice.change(&Change::AddGroup { path: club.to_owned(), member: practice.login(0) }));
        for number in 0..dice.roll(9) {
            let full_name = format!("{club}/first-{number}");
            assert!(practice.change(&Change::Add { full_name, visibility: Visibility::Private }));
        }
    }
    let (known, hidden) = (BTreeMap::new(), Vec::new());
    Life { row, seed, dice, clock, practice, known, hidden, made: 0, sum }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_many_bad_listings_nothing_that_is_there_is_lost() {
    let all = std::env::var_os("DRAWBRIDGE_SWEEP").is_some_and(|sweep| sweep == "all");
    let (lives, days) = if all { (120, 10) } else { (2, 10) };
    let sum: &'static Mutex<Sum> = Box::leak(Box::default());
    // One that went wrong is lived again by the seed that it told.
    if let Some(seed) = std::env::var("DRAWBRIDGE_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()) {
        let row = &ROWS[usize::try_from(seed / 1_000_000).expect("a kind of forge")];
        start(row, seed, sum).live(days).await;
        println!("{:?}", sum.lock().expect("no panic"));
        return;
    }
    let mut living = JoinSet::new();
    for seed in 0..lives {
        for (kind, row) in ROWS.iter().enumerate() {
            while living.len() >= AT_ONCE {
                living.join_next().await.expect("one lives").expect("no panic");
            }
            if all && kind == 0 && seed % 10 == 0 {
                println!("so far: {:?}", sum.lock().expect("no panic"));
            }
            living.spawn(start(row, kind as u64 * 1_000_000 + seed, sum).live(days));
        }
    }
    while let Some(ended) = living.join_next().await {
        ended.expect("no panic");
    }
    let sum = sum.lock().expect("no panic");
    println!("{sum:?}");
    let wrong = (sum.false_removals, sum.wrong_counts, sum.stuck, sum.wrong_at_the_end);
    assert_eq!(wrong, (0, 0, 0, 0), "false removals, wrong counts, stuck, wrong at the end: {sum:?}");
    let kinds: BTreeSet<&str> = sum.endings.keys().map(String::as_str).collect();
    let bad = sum.faults > sum.runs / 2 && sum.cuts > 0 && sum.removals > 0;
    assert!(bad && kinds.contains("Stopped") && kinds.contains("Unreachable"), "the days were bad enough: {sum:?}");
}
