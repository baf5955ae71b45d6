//! `drawbridge sync`: starts a sync or joins the running one, and follows it to its end; how each account
//! stands, and how often it is looked at.

use crate::{Session, failure::Failure, output, reach, table::Table, words};
use clap::{Args, Subcommand};
use drawbridge_domain::{AccountId, Timestamp};
use drawbridge_keeper::{
    Code, Problem,
    dto::{NextBecause, NextSync, RunOutcome, SetSyncInterval, SyncProgress, SyncRun, SyncStage},
};
use drawbridge_local_api::{SyncLine, keeper_gone};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Away from a terminal, an account's progress is told this often at most.
const TELL_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sync {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only this account, as `account list` names it
    #[arg(long, value_name = "ID", value_parser = super::account::id)]
    account: Option<AccountId>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What each account is doing, when it is looked at next, and what that waits for
    Status,
    /// How often one account is looked at
    Every {
        /// 5 to 1440; 0 for by hand only; `-` for what is set for all
        minutes: String,
        /// Which, as `account list` names it
        #[arg(long, value_name = "ID", value_parser = super::account::id)]
        account: AccountId,
    },
    #[command(flatten)]
    History(super::history::Command),
}

pub(crate) async fn run(session: &mut Session, sync: Sync) -> Result<(), Failure> {
    match sync.command {
        None => follow(session, sync).await,
        Some(Command::Status) => status(session).await,
        Some(Command::Every { minutes, account }) => every(session, &account, &minutes).await,
        Some(Command::History(command)) => super::history::run(session, command).await,
    }
}

async fn status(session: &mut Session) -> Result<(), Failure> {
    let status = reach::keeper(session).await?.sync_status().await?;
    if session.output.json() {
        return session.output.object(&status);
    }
    let now = session.parts.clock.now();
    if let Some(since) = status.offline_since {
        session.output.text(&format!("No host could be reached, last tried {}.", words::ago(since, now)))?;
    }
    if status.next.is_empty() {
        session.output.note("No account lists anything.");
        return Ok(());
    }
    let mut table = Table::new(["ACCOUNT", "HOST", "NEXT LOOK", "HOST'S LIMIT"]);
    for next in status.next {
        let running = status.running.iter().find(|progress| progress.account == next.account);
        let when = running.map_or_else(|| next_look(&next, now), |progress| sentence_of(progress, now));
        let limit = limit(&next, now);
        table.row([next.login, next.host_label, when, limit]);
    }
    table.print(&mut session.output)
}

async fn every(session: &mut Session, account: &AccountId, minutes: &str) -> Result<(), Failure> {
    let every_minutes = match minutes {
        "-" => None,
        number => Some(number.parse().map_err(|_| {
            Failure::usage(format!("{number} is no number of minutes."), "Give 5 to 1440, 0, or -.".to_owned())
        })?),
    };
    let request = SetSyncInterval { every_minutes };
    let next = reach::keeper(session).await?.set_sync_interval(account, &request).await?;
    if session.output.json() {
        return session.output.object(&next);
    }
    let now = session.parts.clock.now();
    session.output.text(&format!("{} at {}: {}", next.login, next.host_label, next_look(&next, now)))
}

/// When an account is looked at next, or what that waits for.
fn next_look(next: &NextSync, now: Timestamp) -> String {
    let when =
        next.at.map(|at| if at <= now { "now".to_owned() } else { format!("in {}", words::minutes_left(at, now)) });
    let why = match next.because {
        NextBecause::Running => "being read",
        NextBecause::Interval => "",
        NextBecause::Failed => "tried again, as the last look failed",
        NextBecause::Limited => "the host asked to wait",
        NextBecause::Offline => "waits for a network",
        NextBecause::Metered => "waits, as the network costs by use",
        NextBecause::ByHand => "by hand only",
        NextBecause::NeedsYou => "needs you first",
    };
    match when {
        Some(when) if why.is_empty() => when,
        Some(when) => format!("{when}: {why}"),
        None => why.to_owned(),
    }
}

fn limit(next: &NextSync, now: Timestamp) -> String {
    match next.host_waits_until {
        Some(until) => format!("waits {}", words::wait(until, now)),
        None if next.at_once < next.at_once_most => {
            format!("{} of {} requests at once", next.at_once, next.at_once_most)
        }
        None => String::new(),
    }
}

fn sentence_of(progress: &SyncProgress, now: Timestamp) -> String {
    match progress.until {
        Some(until) => format!("the host asked to wait, goes on {}", words::wait(until, now)),
        None => words::stage(progress.stage).to_owned(),
    }
}

async fn follow(session: &mut Session, sync: Sync) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    let mut lines = keeper.sync_wait(sync.account.as_ref()).await?;
    let mut telling = Telling::default();
    let mut runs = Vec::new();
    loop {
        // The keeper says when it is done; an answer that just ends was cut off.
        match lines.next().await.unwrap_or_else(|| Err(keeper_gone()))? {
            SyncLine::Progress(progress) => {
                if session.output.json() {
                    session.output.object(&SyncLine::Progress(progress))?;
                } else {
                    telling.tell(&progress);
                }
            }
            SyncLine::Run(run) => {
                telling.over();
                if session.output.json() {
                    session.output.object(&SyncLine::Run(run.clone()))?;
                } else {
                    say(session, &run)?;
                }
                runs.push(run);
            }
            SyncLine::Problem(problem) => {
                telling.over();
                return Err(problem.into());
            }
            SyncLine::Done => break,
        }
    }
    telling.over();
    match worst(&runs) {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

/// A sentence for each account that went well; the others' is the command's failure.
fn say(session: &mut Session, run: &SyncRun) -> Result<(), Failure> {
    if trouble(run.outcome).is_some() {
        Ok(())
    } else {
        session.output.text(&format!("{}: {}", run.login, run.sentence))
    }
}

/// What the exit code and standard error tell about an outcome that is not a good one.
fn trouble(outcome: RunOutcome) -> Option<Code> {
    match outcome {
        RunOutcome::Unchanged | RunOutcome::Changed | RunOutcome::HeldBack => None,
        RunOutcome::NeedsYou => Some(Code::SignInNeeded),
        RunOutcome::Unreachable => Some(Code::Unreachable),
        RunOutcome::Stopped | RunOutcome::Interrupted => Some(Code::SyncStopped),
    }
}

/// All sentences of what went wrong as one problem. An account that needs the person comes first:
/// the others are tried again without them.
fn worst(runs: &[SyncRun]) -> Option<Problem> {
    if runs.is_empty() {
        return Some(words::nothing_to_sync());
    }
    let wrong: Vec<(&SyncRun, Code)> = runs.iter().filter_map(|run| Some((run, trouble(run.outcome)?))).collect();
    let needs_you = wrong.iter().any(|(_, code)| *code == Code::SignInNeeded);
    let code = if needs_you { Code::SignInNeeded } else { wrong.first()?.1 };
    let sentences: Vec<String> = wrong.iter().map(|(run, _)| format!("{}: {}", run.login, run.sentence)).collect();
    Some(words::syncs_went_wrong(code, &sentences))
}

/// What was told about each account, and when.
#[derive(Default)]
struct Telling {
    last: HashMap<AccountId, (SyncStage, Instant)>,
}

impl Telling {
    fn tell(&mut self, progress: &SyncProgress) {
        let now = Instant::now();
        if !output::is_live()
            && let Some((stage, at)) = self.last.get(&progress.account)
            && *stage == progress.stage
            && now.duration_since(*at) < TELL_EVERY
        {
            return;
        }
        self.last.insert(progress.account.clone(), (progress.stage, now));
        output::progress(&sentence(progress));
    }

    fn over(&self) {
        if !self.last.is_empty() {
            output::progress_over();
        }
    }
}

fn sentence(progress: &SyncProgress) -> String {
    let mut parts = vec![words::stage(progress.stage).to_owned()];
    match progress.expected {
        _ if progress.repositories == 0 => {}
        Some(expected) => {
            let read = words::number(progress.repositories);
            parts.push(format!("{read} of {}", words::count(expected, "repository", "repositories")));
        }
        None => parts.push(words::count(progress.repositories, "repository", "repositories")),
    }
    match progress.expected_pages {
        Some(pages) if pages > 1 => parts.push(format!("page {} of {pages}", progress.pages)),
        _ => {}
    }
    format!("{}: {}", progress.login, parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use RunOutcome::{Changed, HeldBack, NeedsYou, Stopped, Unchanged, Unreachable};
    use drawbridge_domain::{RunId, SystemRandom, Timestamp};

    fn run(login: &str, outcome: RunOutcome) -> SyncRun {
        SyncRun {
            id: RunId(1),
            account: AccountId::random(&SystemRandom),
            login: login.to_owned(),
            started_at: Timestamp::from_millis(0),
            took_ms: 0,
            outcome,
            sentence: "Something.".to_owned(),
            added: 0,
            changed: 0,
            removed: 0,
            requests: 0,
            unmodified: 0,
        }
    }

    #[test]
    fn the_next_look_says_when_and_why() {
        let now = Timestamp::from_millis(0);
        let next = |seconds: Option<i64>, because| NextSync {
            account: AccountId::random(&SystemRandom),
            login: "octo".to_owned(),
            host_label: "git.example.org".to_owned(),
            at: seconds.map(|seconds| Timestamp::from_millis(seconds * 1000)),
            because,
            every_minutes: None,
            host_waits_until: None,
            at_once: 10,
            at_once_most: 10,
        };
        let shown = [
            next(Some(-1), NextBecause::Interval),
            next(Some(90), NextBecause::Interval),
            next(Some(60), NextBecause::Limited),
            next(None, NextBecause::Offline),
        ]
        .map(|next| next_look(&next, now));
        assert_eq!(shown, ["now", "in 2 minutes", "in 1 minute: the host asked to wait", "waits for a network"]);
        let lowered = NextSync { at_once: 5, ..next(None, NextBecause::Running) };
        assert_eq!(limit(&lowered, now), "5 of 10 requests at once");
        let waits = NextSync { host_waits_until: Some(Timestamp::from_millis(7000)), ..lowered };
        assert_eq!(limit(&waits, now), "waits in 7 s");
    }

    #[test]
    fn the_outcome_of_several_accounts_is_the_one_that_needs_the_person_most() {
        let code = |runs: &[SyncRun]| worst(runs).map(|problem| problem.code);
        assert_eq!(code(&[]), Some(Code::NotConnected));
        assert_eq!(code(&[run("a", Unchanged), run("b", Changed), run("c", HeldBack)]), None);
        assert_eq!(code(&[run("a", Changed), run("b", Unreachable)]), Some(Code::Unreachable));
        assert_eq!(code(&[run("a", Stopped), run("b", NeedsYou)]), Some(Code::SignInNeeded));
        let problem = worst(&[run("a", Stopped), run("b", Changed), run("c", Unreachable)]).expect("one");
        assert_eq!(problem.message, "a: Something.\nc: Something.", "each is named, the good one is not");
    }
}
