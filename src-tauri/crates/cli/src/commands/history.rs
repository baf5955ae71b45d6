//! `drawbridge sync history`, `questions` and `answer`: what the runs did, and what is asked before much is removed.
//!
//! Not here: running one (`sync.rs`).

use crate::{Session, failure::Failure, reach, table::Table, words};
use clap::{Args, Subcommand, ValueEnum};
use drawbridge_domain::AccountId;
use drawbridge_keeper::dto::{RemovalAnswer, RunOutcome, RunQuery};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The runs so far, newest first: what each did, and why it stopped
    History(History),
    /// What is asked before much is removed
    Questions,
    /// Say whether what is missing is gone, or stays in the list
    Answer {
        /// The account, as `sync questions` names it
        #[arg(value_name = "ID", value_parser = super::account::id)]
        account: AccountId,
        /// What of it
        #[arg(value_name = "ANSWER")]
        answer: Said,
    },
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// Only of this account, as `account list` names it
    #[arg(long, value_name = "ID", value_parser = super::account::id)]
    account: Option<AccountId>,
    /// Only those that went wrong
    #[arg(long)]
    problems: bool,
    /// How many to show
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// After how many
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u32,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Said {
    /// They are gone; each is removed once its host confirms it
    Gone,
    /// They stay in the list, marked as missing
    Keep,
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::History(history) => runs(session, history).await,
        Command::Questions => questions(session).await,
        Command::Answer { account, answer } => {
            let answer = match answer {
                Said::Gone => RemovalAnswer::Gone,
                Said::Keep => RemovalAnswer::Keep,
            };
            let status = reach::keeper(session).await?.removal_answer(&account, answer).await?;
            if session.output.json() {
                return session.output.object(&status);
            }
            session.output.text(match answer {
                RemovalAnswer::Gone => "Each is removed now if its host confirms that it is gone.",
                RemovalAnswer::Keep => "They stay in the list, marked as missing.",
            })
        }
    }
}

async fn runs(session: &mut Session, history: History) -> Result<(), Failure> {
    let query = RunQuery {
        account: history.account,
        only_changes: false,
        only_problems: history.problems,
        limit: history.limit,
        offset: history.offset,
    };
    let list = reach::keeper(session).await?.sync_runs(&query).await?;
    if session.output.json() {
        return session.output.object(&list);
    }
    if list.rows.is_empty() {
        session.output.note("No such run is recorded.");
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["STARTED", "ACCOUNT", "OUTCOME", "TOOK", "REQUESTS", "WHAT"]);
    for run in list.rows {
        let took = format!("{}.{} s", run.took_ms / 1000, run.took_ms % 1000 / 100);
        let (outcome, requests) = (outcome(run.outcome).to_owned(), words::number(run.requests));
        table.row([words::ago(run.started_at, now), run.login, outcome, took, requests, run.sentence]);
    }
    table.print(&mut session.output)
}

fn outcome(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Unchanged => "unchanged",
        RunOutcome::Changed => "changed",
        RunOutcome::HeldBack => "held back",
        RunOutcome::Stopped => "stopped",
        RunOutcome::NeedsYou => "needs you",
        RunOutcome::Unreachable => "not reached",
        RunOutcome::Interrupted => "interrupted",
    }
}

async fn questions(session: &mut Session) -> Result<(), Failure> {
    let questions = reach::keeper(session).await?.removal_questions().await?;
    if session.output.json() {
        return session.output.object(&questions);
    }
    if questions.is_empty() {
        session.output.note("Nothing is asked.");
        return Ok(());
    }
    for question in questions {
        session.output.text(&format!(
            "{}\n  drawbridge sync answer {id} gone\n  drawbridge sync answer {id} keep",
            question.sentence,
            id = question.account
        ))?;
    }
    Ok(())
}
