//! `drawbridge sync`: starts a sync or joins the running one, and follows it to its end.

use crate::{Session, failure::Failure, output, reach, words};
use clap::Args;
use drawbridge_domain::AccountId;
use drawbridge_keeper::{
    Code, Problem,
    dto::{RunOutcome, SyncProgress, SyncRun, SyncStage},
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
    command: Option<super::history::Command>,
    /// Only this account, as `account list` names it
    #[arg(long, value_name = "ID", value_parser = super::account::id)]
    account: Option<AccountId>,
}

pub(crate) async fn run(session: &mut Session, sync: Sync) -> Result<(), Failure> {
    if let Some(command) = sync.command {
        return super::history::run(session, command).await;
    }
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
