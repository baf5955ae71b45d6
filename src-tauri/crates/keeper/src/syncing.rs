//! Syncs as a person asks for them and sees them: start or join, progress, what came of it in words.
//!
//! Not here: how a listing is read and written (`sync`), or when it is due (`schedule.rs`).

use crate::{
    Answer, Code, Keeper, Problem,
    dto::{Event, List, RunOutcome, RunQuery, SyncProgress, SyncRun, SyncStage, SyncStatus, Tag},
    open::{Open, Running},
    words,
};
use drawbridge_domain::{AccountId, Health};
use drawbridge_store::{NewRun, RunFilter};
use drawbridge_sync::{Ending, Outcome, StopCause, SyncContext};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;

const RUNS_DEFAULT: u32 = 100;
const RUNS_MAX: u32 = 500;
/// No listing takes longer; one that does is stuck.
const RUN_LIMIT: Duration = Duration::from_secs(2 * 60 * 60);
/// So many repositories of a long listing are in the vault at a time; fewer cost a transaction each for little.
const KEPT_AT_ONCE: usize = 500;
/// What came is shown this often at most, and so that it takes no more than one in so many parts of the time.
const SHOWN_EVERY: Duration = Duration::from_secs(2);
const SHOWN_SHARE: u32 = 9;
const SHOWN_LONGEST: Duration = Duration::from_secs(5);

impl Keeper {
    /// Starts a sync of one account or of all, or joins those that run; returns at once.
    pub async fn sync_start(self: &Arc<Self>, account: Option<AccountId>) -> Answer<SyncStatus> {
        self.start_or_join(account).await?;
        self.sync_status().await
    }

    /// Starts or joins, and resolves with the runs when all are done.
    pub async fn sync_wait(self: &Arc<Self>, account: Option<AccountId>) -> Answer<Vec<SyncRun>> {
        let mut runs = Vec::new();
        for mut running in self.start_or_join(account).await? {
            let done = running.done.wait_for(Option::is_some).await;
            let gone =
                || Problem::new(Code::SyncStopped, "The sync was ended by a lock or quit.", "Nothing was removed.");
            runs.push(done.map_err(|_| gone())?.clone().ok_or_else(gone)??);
        }
        Ok(runs)
    }

    /// All accounts' sync at a glance.
    pub async fn sync_status(&self) -> Answer<SyncStatus> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        drop(session);
        let fresh = |health| matches!(health, Health::Working | Health::Soon);
        let current: Vec<_> = accounts.iter().filter(|a| fresh(a.health) && a.synced_at.is_some()).collect();
        Ok(SyncStatus {
            accounts: u32::try_from(accounts.len()).unwrap_or(u32::MAX),
            up_to_date: u32::try_from(current.len()).unwrap_or(u32::MAX),
            as_of: current.iter().filter_map(|account| account.synced_at).min(),
            offline_since: Open::with(&open.offline_since, |since| *since),
            running: open.running().into_iter().map(|(_, running)| running.progress.borrow().clone()).collect(),
            next: self.next_syncs(&open).await?,
        })
    }

    /// Recorded runs, newest first.
    pub async fn sync_runs(&self, query: RunQuery) -> Answer<List<SyncRun>> {
        let open = self.opened().await?;
        let named = |outcomes: &[RunOutcome]| outcomes.iter().map(|outcome| outcome_name(*outcome)).collect();
        let filter = RunFilter {
            account: query.account,
            outcomes: if query.only_problems {
                named(&[RunOutcome::HeldBack, RunOutcome::Stopped, RunOutcome::NeedsYou, RunOutcome::Unreachable])
            } else if query.only_changes {
                named(&[
                    RunOutcome::Changed,
                    RunOutcome::HeldBack,
                    RunOutcome::Stopped,
                    RunOutcome::NeedsYou,
                    RunOutcome::Unreachable,
                ])
            } else {
                Vec::new()
            },
            limit: if query.limit == 0 { RUNS_DEFAULT } else { query.limit.min(RUNS_MAX) },
            offset: query.offset,
        };
        let mut session = open.store.read().await.map_err(words::store)?;
        let (total, rows) = session.sync_runs(&filter).await.map_err(words::store)?;
        Ok(List { total, rows: rows.into_iter().map(|row| run_dto(row.id, row.run)).collect() })
    }

    /// What is there to be synced, started or joined.
    async fn start_or_join(self: &Arc<Self>, account: Option<AccountId>) -> Answer<Vec<Running>> {
        let open = self.opened().await?;
        let accounts = self.account_list().await?.rows;
        if accounts.is_empty() && account.is_none() {
            return Err(words::not_connected());
        }
        if let Some(wanted) = &account
            && !accounts.iter().any(|known| known.id == *wanted)
        {
            return Err(words::not_found("account with that id"));
        }
        // An account that lists nothing is only asked when it is named.
        let meant = |known: &crate::dto::Account| match &account {
            Some(id) => known.id == *id,
            None => self.lists(&known.provider),
        };
        let running: Vec<Running> = accounts
            .iter()
            .filter(|known| meant(known))
            .filter_map(|known| self.start_sync(&open, &known.id, &known.login))
            .collect();
        if !running.is_empty() {
            return Ok(running);
        }
        let leaving = accounts.iter().find(|known| meant(known) && open.is_leaving(&known.id));
        Err(leaving.map_or_else(words::nothing_listed, |known| words::being_disconnected(&known.login)))
    }

    /// Starts a sync of an account and does not wait for it.
    pub(crate) async fn sync_soon(self: &Arc<Self>, open: &Arc<Open>, account: &AccountId) {
        if let Ok(known) = self.account_show(account.clone()).await
            && self.lists(&known.provider)
        {
            self.start_sync(open, account, &known.login);
        }
    }

    /// Whether accounts of a provider have repositories to list.
    pub(crate) fn lists(&self, provider: &drawbridge_domain::ProviderId) -> bool {
        self.catalog().find(provider).is_some_and(|provider| provider.forge().is_some())
    }

    /// Starts an account's sync, or joins the one that runs. None while it is being disconnected.
    fn start_sync(self: &Arc<Self>, open: &Arc<Open>, account: &AccountId, login: &str) -> Option<Running> {
        Open::with(&open.syncs, |syncs| {
            if open.is_leaving(account) {
                return None;
            }
            if let Some(running) = syncs.get(account) {
                return Some(running.clone());
            }
            let first = SyncProgress {
                account: account.clone(),
                login: login.to_owned(),
                stage: SyncStage::Queued,
                repositories: 0,
                expected: None,
                pages: 0,
                expected_pages: None,
                until: None,
            };
            let (progress, seen) = watch::channel(first);
            let (done, ended) = watch::channel(None);
            let running = Running { progress: seen, done: ended, cancel: open.cancel.child_token() };
            syncs.insert(account.clone(), running.clone());
            let (keeper, work, id, cancel) =
                (Arc::clone(self), Arc::clone(open), account.clone(), running.cancel.clone());
            open.tasks.spawn(async move {
                let outcome = keeper.run_sync(&work, &id, &progress, &cancel).await;
                Open::with(&work.syncs, |syncs| syncs.remove(&id));
                if let Ok(run) = &outcome {
                    keeper.emit(Event::SyncFinished { run: run.clone() });
                }
                keeper.changed(&[Tag::Activity, Tag::Accounts]);
                done.send_replace(Some(outcome));
            });
            Some(running)
        })
    }

    /// One whole run: waits its turn, reads, writes, records, and tells.
    async fn run_sync(
        &self,
        open: &Arc<Open>,
        id: &AccountId,
        progress: &watch::Sender<SyncProgress>,
        cancel: &tokio_util::sync::CancellationToken,
    ) -> Answer<SyncRun> {
        self.emit(Event::SyncProgress { progress: progress.borrow().clone() });
        let turn = tokio::select! {
            turn = open.turns.acquire() => turn.ok(),
            () = cancel.cancelled() => None,
        };
        let started_at = self.parts.clock.now();
        let kept = AtomicU32::new(0);
        let watch_progress = |step: drawbridge_sync::Progress| {
            progress.send_modify(|shown| {
                shown.stage = match step.stage {
                    drawbridge_sync::Stage::Reading => SyncStage::Reading,
                    drawbridge_sync::Stage::Waiting { .. } => SyncStage::Waiting,
                    drawbridge_sync::Stage::Saving => SyncStage::Saving,
                };
                shown.until = match step.stage {
                    drawbridge_sync::Stage::Waiting { until } => Some(until),
                    _ => None,
                };
                shown.repositories = step.repositories;
                shown.expected = step.expected;
                shown.pages = step.pages;
                shown.expected_pages = step.expected_pages;
            });
            if kept.swap(step.kept, Ordering::Relaxed) < step.kept {
                open.rows_came.notify_one();
            }
            self.emit(Event::SyncProgress { progress: progress.borrow().clone() });
        };
        let login = progress.borrow().login.clone();
        let access = if turn.is_some() { self.access(open, id).await } else { Err(words::locked()) };
        let (outcome, host) = match access {
            Ok(access) => {
                let access = access.in_background();
                let host = access.host.base_url.label().to_owned();
                let Some(forge) = access.provider.forge() else { return Err(words::lists_nothing(&host)) };
                let context = SyncContext {
                    store: &open.store,
                    forge,
                    concurrency: access.provider.definition.concurrency,
                    kept_at_once: KEPT_AT_ONCE,
                    api: access.api(),
                    host: &access.host.id,
                    account: id,
                    clock: &*self.parts.clock,
                    random: &*self.parts.random,
                    progress: &watch_progress,
                    cancel,
                };
                let mut outcome = limited(&context).await?;
                if matches!(outcome.ending, Ending::NeedsYou) {
                    match self.newer_access(open, id, &access).await {
                        Ok(Some(newer)) => {
                            let newer = newer.in_background();
                            let again = SyncContext { api: newer.api(), ..context };
                            outcome = limited(&again).await?.after(outcome);
                        }
                        // There is none: what was refused has ended.
                        Ok(None) => {}
                        // Whether it has ended is not known while it can't be renewed.
                        Err(problem) => outcome.ending = ending_without_access(&problem),
                    }
                }
                (outcome, host)
            }
            Err(problem) => (Outcome::ended(ending_without_access(&problem)), String::new()),
        };
        drop(turn);
        self.finish_run(open, id, login, &host, started_at, outcome).await
    }

    /// Shows what came of long listings in the list while they are still read, as often as is worth the work.
    pub(crate) fn start_showing(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work) = (Arc::clone(self), Arc::clone(open));
        open.tasks.spawn(async move {
            let showing = async {
                loop {
                    work.rows_came.notified().await;
                    let start = keeper.parts.clock.now();
                    if let Err(problem) = keeper.show_what_came(&work).await {
                        tracing::warn!(code = ?problem.code, "what came could not be shown");
                    }
                    // A clock that is set meanwhile says anything.
                    let took = keeper.parts.clock.now().since(start).min(SHOWN_LONGEST);
                    tokio::time::sleep(SHOWN_EVERY.max(took * SHOWN_SHARE)).await;
                }
            };
            tokio::select! {
                () = work.cancel.cancelled() => {}
                () = showing => {}
            }
        });
    }

    async fn show_what_came(&self, open: &Open) -> Answer<()> {
        // The end of a sync shows everything by itself.
        if !open.is_indexed().await? {
            open.rebuild_index().await?;
            self.changed(&[Tag::Repositories]);
        }
        Ok(())
    }

    /// Records a run, notes how the account fares, and brings search up to date.
    async fn finish_run(
        &self,
        open: &Arc<Open>,
        id: &AccountId,
        login: String,
        host: &str,
        started_at: drawbridge_domain::Timestamp,
        outcome: Outcome,
    ) -> Answer<SyncRun> {
        let now = self.parts.clock.now();
        let (health, cause, again) = match &outcome.ending {
            Ending::Complete if outcome.partial => (Some(Health::Soon), "partial", None),
            Ending::Complete => (Some(Health::Working), "", None),
            Ending::HeldBack { .. } => (Some(Health::Soon), "held_back", None),
            Ending::Limited { until } => (Some(Health::TryingAgain), "limited", Some(until.since(now))),
            Ending::Stopped { .. } => (Some(Health::TryingAgain), "stopped", Some(Duration::ZERO)),
            Ending::Unreachable => (Some(Health::TryingAgain), "unreachable", Some(Duration::ZERO)),
            Ending::Interposed => (Some(Health::TryingAgain), "interposed", Some(Duration::ZERO)),
            Ending::NeedsYou => (Some(Health::NeedsYou), "ended", None),
            Ending::Interrupted => (None, "", None),
        };
        if matches!(outcome.ending, Ending::Complete | Ending::HeldBack { .. }) {
            Open::with(&open.failures, |failures| failures.remove(id));
        }
        let reached = !matches!(outcome.ending, Ending::Unreachable | Ending::Interposed | Ending::Interrupted);
        if reached {
            self.network_is_there();
        }
        Open::with(&open.offline_since, |since| match (&outcome.ending, reached) {
            (_, true) => *since = None,
            (Ending::Unreachable | Ending::Interposed, _) => {
                since.get_or_insert(now);
            }
            _ => {}
        });
        let next_try = again.map(|at_least| self.next_try(open, id, at_least));
        let changed = outcome.added + outcome.changed + outcome.removed > 0;
        let run = NewRun {
            account: id.clone(),
            login,
            started_at,
            took_ms: u32::try_from(now.since(started_at).as_millis()).unwrap_or(u32::MAX),
            outcome: outcome_name(outcome_of(&outcome)),
            sentence: sentence(&outcome, host),
            added: outcome.added,
            changed: outcome.changed,
            removed: outcome.removed,
            requests: outcome.requests,
            unmodified: outcome.unmodified,
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        // What only the person can mend stays with its own cause until something worked.
        let known = write.account(id).await.map_err(words::store)?;
        let worked = matches!(outcome.ending, Ending::Complete | Ending::HeldBack { .. });
        let told = known.as_ref().is_some_and(|account| account.health == Health::NeedsYou && !worked);
        if let Some(health) = health.filter(|_| !told) {
            write.set_health(id, health, cause, now, next_try).await.map_err(words::store)?;
        }
        let run_id = write.add_run(&run).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if changed {
            open.rebuild_index().await?;
            self.changed(&[Tag::Repositories]);
        }
        open.wake.notify_one();
        open.sources_wake.notify_one();
        Ok(run_dto(run_id, run))
    }

    /// Starts a sync from a place that holds no counted reference; see [`Keeper::start_sync`].
    pub(crate) fn request_sync(self: &Arc<Self>, open: &Arc<Open>, account: &AccountId) {
        let (keeper, work, id) = (Arc::clone(self), Arc::clone(open), account.clone());
        open.tasks.spawn(async move { keeper.sync_soon(&work, &id).await });
    }
}

/// A run that is not endless.
async fn limited(context: &SyncContext<'_>) -> Answer<Outcome> {
    match tokio::time::timeout(RUN_LIMIT, drawbridge_sync::sync_account(context)).await {
        Ok(outcome) => outcome.map_err(sync_broke),
        Err(_) => Ok(Outcome::ended(Ending::Interrupted)),
    }
}

pub(crate) fn sync_broke(error: drawbridge_sync::SyncError) -> Problem {
    match error {
        drawbridge_sync::SyncError::Store(error) => words::store(error),
    }
}

fn outcome_of(outcome: &Outcome) -> RunOutcome {
    match outcome.ending {
        Ending::Complete if outcome.added + outcome.changed + outcome.removed > 0 => RunOutcome::Changed,
        Ending::Complete => RunOutcome::Unchanged,
        Ending::HeldBack { .. } => RunOutcome::HeldBack,
        Ending::Stopped { .. } => RunOutcome::Stopped,
        Ending::NeedsYou => RunOutcome::NeedsYou,
        Ending::Limited { .. } | Ending::Unreachable | Ending::Interposed => RunOutcome::Unreachable,
        Ending::Interrupted => RunOutcome::Interrupted,
    }
}

fn outcome_name(outcome: RunOutcome) -> String {
    match serde_json::to_value(outcome) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn run_dto(id: drawbridge_domain::RunId, run: NewRun) -> SyncRun {
    SyncRun {
        id,
        account: run.account,
        login: run.login,
        started_at: run.started_at,
        took_ms: run.took_ms,
        outcome: serde_json::from_value(serde_json::Value::String(run.outcome)).unwrap_or(RunOutcome::Stopped),
        sentence: run.sentence,
        added: run.added,
        changed: run.changed,
        removed: run.removed,
        requests: run.requests,
        unmodified: run.unmodified,
    }
}

/// What a run did, as a sentence.
fn sentence(outcome: &Outcome, host: &str) -> String {
    let host = if host.is_empty() { "the host" } else { host };
    match &outcome.ending {
        Ending::Complete if outcome.partial => {
            format!("{}. {host} left something out: nothing was removed", differences(outcome))
        }
        Ending::Complete => differences(outcome),
        Ending::HeldBack { missing } => {
            format!("Complete listing, {} fewer than before. Held back: nothing was removed", grouped(*missing))
        }
        Ending::Stopped { cause: StopCause::Forbidden, .. } => {
            format!("{host} forbids the listing to this account. Nothing was removed")
        }
        Ending::Stopped { cause: StopCause::Unsteady, .. } => {
            "The listing kept changing while it was read. Nothing was removed".to_owned()
        }
        Ending::Stopped { cause: StopCause::TooLong, .. } => {
            "The listing is longer than Drawbridge reads. Nothing was removed".to_owned()
        }
        Ending::Stopped { page: Some(page), pages: Some(pages), .. } => {
            format!("Stopped at page {page} of {pages}. Nothing was removed")
        }
        Ending::Stopped { page: Some(page), .. } => format!("Stopped at page {page}. Nothing was removed"),
        Ending::Stopped { .. } => "Stopped half-way. Nothing was removed".to_owned(),
        Ending::NeedsYou => format!("{host} ended the sign-in. Nothing was removed"),
        Ending::Limited { .. } => format!("{host} limits requests. Nothing was removed"),
        Ending::Unreachable => format!("Could not reach {host}. Nothing was removed"),
        Ending::Interposed => format!("The network wants a sign-in of its own before {host}. Nothing was removed"),
        Ending::Interrupted => "Ended by a lock or quit. Nothing was removed".to_owned(),
    }
}

fn differences(outcome: &Outcome) -> String {
    let mut parts = Vec::new();
    let with_name = |count: u32, what: &str, names: &[String]| match (count, names.first()) {
        (1, Some(name)) => format!("1 {what}: {name}"),
        _ => format!("{} {what}", grouped(count)),
    };
    let plain_changes = outcome.changed.saturating_sub(outcome.renamed);
    if outcome.added > 0 {
        parts.push(with_name(outcome.added, "new", &outcome.added_names));
    }
    if plain_changes > 0 {
        parts.push(with_name(plain_changes, "changed", &outcome.changed_names));
    }
    if let (1, Some((old, new))) = (outcome.renamed, outcome.renames.first()) {
        parts.push(format!("1 renamed: {old} is now {new}"));
    } else if outcome.renamed > 0 {
        parts.push(format!("{} renamed", grouped(outcome.renamed)));
    }
    if outcome.removed > 0 {
        parts.push(with_name(outcome.removed, "gone", &outcome.removed_names));
    }
    if parts.is_empty() { "Nothing new".to_owned() } else { parts.join(", ") }
}

/// A number with its thousands apart, as the sentences around it are English.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// How a run ends for which no access could be had.
fn ending_without_access(problem: &Problem) -> Ending {
    match problem.code {
        Code::SignInNeeded | Code::ClientMissing => Ending::NeedsYou,
        Code::VaultLocked | Code::KeeperGone => Ending::Interrupted,
        _ => Ending::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_in_numbers_and_names() {
        let mut outcome = Outcome::ended(Ending::Complete);
        assert_eq!(sentence(&outcome, "host"), "Nothing new");
        outcome.added = 12_500;
        outcome.changed = 3;
        outcome.renamed = 1;
        outcome.renames = vec![("a/old".into(), "a/new".into())];
        outcome.removed = 1;
        outcome.removed_names = vec!["a/gone".into()];
        assert_eq!(sentence(&outcome, "host"), "12,500 new, 2 changed, 1 renamed: a/old is now a/new, 1 gone: a/gone");
        let stopped = Outcome::ended(Ending::Stopped { page: Some(31), pages: Some(84), cause: StopCause::Failed });
        assert_eq!(sentence(&stopped, "host"), "Stopped at page 31 of 84. Nothing was removed");
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
