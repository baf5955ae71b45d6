//! `drawbridge keeper`: the process that holds the open vault.

use crate::{Session, failure::Failure, log, reach, table, words};
use clap::Subcommand;
use drawbridge_keeper::{
    Code, Keeper, KeeperConfig, Problem,
    dto::{KeeperHost, VaultState},
};
use drawbridge_local_api::{VERSION, server};
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Be the keeper, until Ctrl-C
    Run {
        /// Leave the terminal and log into a file; how commands start one
        #[arg(long, hide = true)]
        background: bool,
    },
    /// Whether a keeper runs
    Status,
    /// End the keeper; the vault is locked with it
    Stop,
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Run { background } => keep(session, background).await,
        Command::Status => status(session).await,
        Command::Stop => stop(session).await,
    }
}

async fn keep(session: &mut Session, background: bool) -> Result<(), Failure> {
    if background {
        leave_terminal();
        log::to_file();
    } else {
        log::to_standard_error();
    }
    // First of all, so that none is missed.
    let mut told = Told::listen()?;
    let config = KeeperConfig::new(session.vault.clone(), KeeperHost::Background, VERSION);
    let keeper = Keeper::start(config, session.parts.clone()).await?;
    let server = match server::serve(keeper.clone()).await {
        Ok(server) => server,
        Err(error) => {
            tracing::error!(%error, cause = ?std::error::Error::source(&error), "the local socket could not be opened");
            keeper.stop().await;
            return Err(Failure::from(Problem::from(error)));
        }
    };
    tracing::info!(version = VERSION, "the keeper runs");
    if !background {
        let status = keeper.keeper_status().await;
        if session.output.json() {
            session.output.object(&status)?;
        } else {
            session.output.note(&format!(
                "The keeper runs for {} (process {}). Ctrl-C ends it.",
                status.vault,
                std::process::id()
            ));
        }
    }
    tokio::select! {
        () = keeper.stopping() => {}
        () = told.heard() => {}
    }
    server.stop().await;
    keeper.stop().await;
    tracing::info!("the keeper has ended");
    Ok(())
}

/// Becomes a session of its own, away from the terminal and its folder.
fn leave_terminal() {
    #[cfg(unix)]
    {
        // Refused only if this is a session leader already, which is what is wanted.
        let _ = rustix::process::setsid();
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        // A folder that is somebody's current one can't be unmounted.
        let _ = std::env::set_current_dir("/");
    }
}

/// The system's ways to say "stop".
#[cfg(unix)]
pub(super) struct Told {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Told {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    pub(super) async fn heard(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(super) struct Told;

#[cfg(not(unix))]
impl Told {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self, Failure> {
        Ok(Self)
    }

    pub(super) async fn heard(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What is said when no keeper runs. Where the vault stands is not known then: only a keeper looks.
#[derive(Serialize)]
struct NoKeeper {
    running: bool,
    pid: Option<u32>,
    version: Option<String>,
    host: Option<KeeperHost>,
    socket: Option<String>,
    vault: String,
    vault_state: Option<VaultState>,
}

impl NoKeeper {
    fn of(session: &Session) -> Self {
        let vault = session.vault.display().to_string();
        Self { running: false, pid: None, version: None, host: None, socket: None, vault, vault_state: None }
    }
}

async fn status(session: &mut Session) -> Result<(), Failure> {
    let Some(client) = reach::running(&session.vault).await? else { return none_runs(session) };
    let status = client.keeper_status().await?;
    if session.output.json() {
        return session.output.object(&status);
    }
    table::facts(
        &mut session.output,
        &[
            ("Keeper", status.pid.map_or_else(|| "runs".to_owned(), |pid| format!("runs, process {pid}"))),
            ("Hosted by", status.host.map(words::keeper_host).unwrap_or_default().to_owned()),
            ("Version", status.version.unwrap_or_default()),
            ("Vault", format!("{}, {}", status.vault, words::vault_state(status.vault_state))),
            ("Socket", status.socket.unwrap_or_default()),
        ],
    )
}

async fn stop(session: &mut Session) -> Result<(), Failure> {
    let Some(client) = reach::running(&session.vault).await? else { return none_runs(session) };
    match client.keeper_stop().await {
        // It was on its way out already.
        Ok(()) => {}
        Err(problem) if problem.code == Code::KeeperGone => {}
        Err(problem) => return Err(problem.into()),
    }
    reach::ended(&session.vault).await?;
    if session.output.json() {
        session.output.object(&NoKeeper::of(session))
    } else {
        session.output.text("The keeper has stopped.")
    }
}

fn none_runs(session: &mut Session) -> Result<(), Failure> {
    if session.output.json() {
        return session.output.object(&NoKeeper::of(session));
    }
    let vault = session.vault.display().to_string();
    session.output.text(&format!("No keeper runs for {vault}."))
}
