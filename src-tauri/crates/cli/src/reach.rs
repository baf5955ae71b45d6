//! Reaching the keeper of a vault: the one that runs, or one that is started in the background.
//!
//! Two commands that start one at the same moment end with one keeper: the folder's lock decides,
//! and the loser finds the winner. Not here: what the keeper does once it runs.

use crate::{Session, failure::Failure, log, words};
use drawbridge_keeper::{Code, Problem};
use drawbridge_local_api::{Resident, VERSION, client::Client, lock_is_free, resident};
use std::{
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long a keeper may take from its start until it answers.
const START_TIME: Duration = Duration::from_secs(10);
/// How long a keeper may take to end in order; a sync that is writing is let finish.
const STOP_TIME: Duration = Duration::from_secs(20);
/// How often it is looked for meanwhile.
const LOOK: Duration = Duration::from_millis(15);
/// How long a lost race leaves the winner before it is run again: the winner may have lost too, to
/// somebody who only looked whether the lock is free.
const RACE_TIME: Duration = Duration::from_millis(400);
/// The longest report of a keeper that could not start.
const REPORT_LIMIT: u64 = 64 * 1024;

/// The keeper, started if there is none.
pub(crate) async fn keeper(session: &Session) -> Result<Client, Failure> {
    let client = match answering(&session.vault).await {
        Some(client) => client,
        None => start(&session.vault).await?,
    };
    if client.differs() {
        let theirs = client.keeper_version().unwrap_or("unknown");
        session.output.note(&format!(
            "The keeper that runs is Drawbridge {theirs}, this command is {VERSION}. `drawbridge keeper stop` ends it; \
             the next command starts the right one."
        ));
    }
    Ok(client)
}

async fn answering(vault: &Path) -> Option<Client> {
    Client::connect(resident(vault)?.socket).await.ok()
}

/// The keeper that has the vault now, if one has. Never starts one, but waits for one that is just
/// starting or ending.
pub(crate) async fn running(vault: &Path) -> Result<Option<Client>, Failure> {
    let ends = Instant::now() + START_TIME;
    loop {
        if let Some(client) = answering(vault).await {
            return Ok(Some(client));
        }
        if lock_is_free(vault) {
            return Ok(None);
        }
        if Instant::now() >= ends {
            return Err(silent(resident(vault).as_ref()).into());
        }
        sleep(LOOK).await;
    }
}

/// Waits until no keeper has the vault any more.
pub(crate) async fn ended(vault: &Path) -> Result<(), Failure> {
    let ends = Instant::now() + STOP_TIME;
    while !lock_is_free(vault) {
        if Instant::now() >= ends {
            return Err(silent(resident(vault).as_ref()).into());
        }
        sleep(LOOK).await;
    }
    Ok(())
}

async fn start(vault: &Path) -> Result<Client, Problem> {
    let ends = Instant::now() + START_TIME;
    let mut child = Some(spawn(vault)?);
    let mut again = Instant::now();
    while Instant::now() < ends {
        sleep(LOOK).await;
        if let Some(client) = answering(vault).await {
            return Ok(client);
        }
        match &mut child {
            Some(process) => {
                if let Ok(Some(_)) = process.try_wait() {
                    let report = report(process);
                    if report.code != Code::KeeperBusy {
                        return Err(report);
                    }
                    child = None;
                    again = Instant::now() + RACE_TIME;
                }
            }
            None if Instant::now() >= again => child = Some(spawn(vault)?),
            None => {}
        }
    }
    Err(silent(resident(vault).as_ref()))
}

/// Somebody has the vault and does not answer.
fn silent(resident: Option<&Resident>) -> Problem {
    match resident {
        Some(Resident { pid, .. }) => words::keeper_is_silent(*pid),
        None => words::keeper_is_late(log::path().as_deref()),
    }
}

/// Starts this same program as a keeper of its own. It leaves our session by itself, so that
/// closing the terminal does not end it.
fn spawn(vault: &Path) -> Result<Child, Problem> {
    let program = std::env::current_exe().map_err(|_| could_not_start())?;
    Command::new(program)
        // JSON, as a program reads what it says if it can't start.
        .args(["keeper", "run", "--background", "--json", "--vault"])
        .arg(vault)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        // A keeper that can't start says why here, once; one that runs says nothing.
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|_| could_not_start())
}

/// What a keeper that has ended said about it.
fn report(process: &mut Child) -> Problem {
    let mut text = String::new();
    let read = process.stderr.take().map(|pipe| pipe.take(REPORT_LIMIT).read_to_string(&mut text));
    match read {
        Some(Ok(_)) => text.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_else(could_not_start),
        _ => could_not_start(),
    }
}

fn could_not_start() -> Problem {
    words::keeper_could_not_start(log::path().as_deref())
}
