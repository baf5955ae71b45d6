//! Starts the keeper while the window is already there, and takes the vault over from a keeper that
//! runs in the background.
//!
//! Not here: what the keeper does once it has the vault.

use crate::{chores::Chores, deep_link, lifecycle, notice, relay::relay, seat::Seat, tray, window, words};
use drawbridge_keeper::{Code, Keeper, KeeperConfig, Parts, Problem, dto::KeeperHost};
use drawbridge_local_api::{client::Client, lock_is_free, resident, server};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tauri::{AppHandle, Manager as _};
use tokio::time::Instant;

/// How long a keeper in the background may take to end in order.
const HANDOVER: Duration = Duration::from_secs(10);
/// Between two looks at the lock.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Why there is no keeper here.
enum NoKeeper {
    /// Another desktop app has the vault, and it could not be found as such (or this would not be running).
    OtherDesktop,
    /// The reason is for the window to show.
    Problem(Problem),
}

/// Starts it in the background; commands and links wait in the [`Seat`] meanwhile.
pub fn begin(app: &AppHandle, vault_dir: PathBuf) {
    let handle = app.clone();
    app.state::<Chores>().run(async move {
        match obtain(&handle, &vault_dir).await {
            Ok(keeper) => settle(&handle, keeper).await,
            Err(NoKeeper::OtherDesktop) => notice::and_exit(&handle, words::OPEN_ELSEWHERE),
            Err(NoKeeper::Problem(problem)) => {
                tracing::error!(code = ?problem.code, %problem, "the keeper did not start");
                handle.state::<Seat>().fail(problem);
            }
        }
    });
}

/// The keeper is here: let everybody at it.
async fn settle(app: &AppHandle, keeper: Arc<Keeper>) {
    let chores = app.state::<Chores>();
    let events = keeper.events();
    match server::serve(Arc::clone(&keeper)).await {
        Ok(server) => app.state::<lifecycle::Ending>().keep(server),
        // The window works without it; only the command line does not.
        Err(error) => tracing::error!(%error, cause = ?std::error::Error::source(&error), "no local socket"),
    }
    app.state::<Seat>().take(Arc::clone(&keeper));
    chores.run(relay(app.clone(), Arc::clone(&keeper), events));
    chores.run(tray::follow(app.clone(), Arc::clone(&keeper)));
    #[cfg(target_os = "linux")]
    chores.run(crate::notify::follow(app.clone(), Arc::clone(&keeper), keeper.events()));
    let handle = app.clone();
    chores.run(async move {
        // It asks the system by a dozen small programs.
        window::listens(&handle).await;
        deep_link::register(handle).await;
    });
    let handle = app.clone();
    chores.run(async move {
        // Somebody asked it to: another desktop app can't, but `drawbridge keeper stop` can.
        keeper.stopping().await;
        lifecycle::quit(&handle);
    });
}

/// Takes the vault's lock, from a keeper in the background if need be.
async fn obtain(app: &AppHandle, vault_dir: &Path) -> Result<Arc<Keeper>, NoKeeper> {
    let config = KeeperConfig::new(vault_dir.to_owned(), KeeperHost::Desktop, env!("CARGO_PKG_VERSION"));
    let ends = Instant::now() + HANDOVER;
    loop {
        let parts = Parts { links: Arc::new(deep_link::Asked::new(app)), ..Parts::system() };
        let busy = match Keeper::start(config.clone(), parts).await {
            Ok(keeper) => return Ok(keeper),
            Err(problem) if problem.code == Code::KeeperBusy => problem,
            Err(problem) => return Err(NoKeeper::Problem(problem)),
        };
        if Instant::now() >= ends {
            return Err(NoKeeper::Problem(busy));
        }
        ask_to_stop(vault_dir).await?;
        tokio::time::sleep(LOOK_AGAIN).await;
        while !lock_is_free(vault_dir) && Instant::now() < ends {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// Asks whoever has the vault to stop. A keeper that does not answer is just starting or just
/// ending; the lock will tell.
async fn ask_to_stop(vault_dir: &Path) -> Result<(), NoKeeper> {
    let Some(resident) = resident(vault_dir) else { return Ok(()) };
    let Ok(other) = Client::connect(&resident.socket).await else { return Ok(()) };
    match other.keeper_status().await {
        Ok(status) if status.host == Some(KeeperHost::Desktop) => Err(NoKeeper::OtherDesktop),
        Ok(_) => {
            if let Err(problem) = other.keeper_stop().await {
                tracing::info!(%problem, "the keeper in the background did not answer");
            }
            Ok(())
        }
        Err(_) => Ok(()),
    }
}
