//! How Drawbridge ends: closing the window, quitting, signals; always in the same order.
//!
//! Not here: the start (`start.rs`).

use crate::{chores::Chores, seat::Seat, tray, window};
use drawbridge_local_api::server::Server;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tauri::{AppHandle, Manager as _, Window, WindowEvent};

/// How long the local socket may take to let its callers go.
const SERVER_TIME: Duration = Duration::from_secs(6);
/// How long the keeper may take to end a sync, seal the vault and let go of the folder.
const KEEPER_TIME: Duration = Duration::from_secs(10);

/// What has to be ended, and whether that has begun.
#[derive(Default)]
pub struct Ending {
    begun: AtomicBool,
    server: Mutex<Option<Server>>,
}

impl Ending {
    /// Keeps the server of the local socket until the end.
    pub fn keep(&self, server: Server) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    fn take(&self) -> Option<Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Ends Drawbridge: the window goes at once, then no more callers, then the keeper (which locks the
/// vault and gives the folder back), then everything else.
pub fn quit(app: &AppHandle) {
    let ending = app.state::<Ending>();
    if ending.begun.swap(true, Ordering::SeqCst) {
        return;
    }
    window::hide(app);
    let server = ending.take();
    let app = app.clone();
    // Not one of the chores: it ends them.
    tauri::async_runtime::spawn(async move {
        if let Some(server) = server
            && tokio::time::timeout(SERVER_TIME, server.stop()).await.is_err()
        {
            tracing::warn!("the local socket did not close in time");
        }
        if let Some(keeper) = app.state::<Seat>().keeper_now()
            && tokio::time::timeout(KEEPER_TIME, keeper.stop()).await.is_err()
        {
            tracing::warn!("the keeper did not stop in time");
        }
        app.state::<Chores>().end().await;
        app.exit(0);
    });
}

/// Closing the window leaves Drawbridge in the tray, if that is wished and there is one.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        api.prevent_close();
        let app = window.app_handle().clone();
        window.state::<Chores>().run(async move {
            if tray::close_to_tray(&app).await && tray::is_shown(&app).await {
                window::hide(&app);
            } else {
                quit(&app);
            }
        });
    }
}

/// Ends in order when the session or a person at a terminal says so.
pub fn watch_signals(app: &AppHandle) {
    // Before the first thing that has to be ended in order is begun.
    let runtime = tauri::async_runtime::handle();
    let _entered = runtime.inner().enter();
    match signals() {
        Ok(signalled) => {
            let handle = app.clone();
            app.state::<Chores>().run(async move {
                signalled.await;
                quit(&handle);
            });
        }
        Err(error) => tracing::warn!(%error, "signals can't be watched"),
    }
}

#[cfg(unix)]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the shape it has elsewhere")]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // An error means that there is no console to hear from.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
