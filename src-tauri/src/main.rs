//! The desktop app: puts together the keeper, its window, its tray and its deep links.
//!
//! Not here: anything that decides something about a vault, an account or a repository.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod automation;
#[cfg(test)]
mod bindings;
mod chores;
mod clipboard;
mod commands;
mod deep_link;
mod events;
mod instance;
mod lifecycle;
mod logging;
mod notice;
#[cfg(target_os = "linux")]
mod notify;
mod pages;
mod relay;
mod seat;
mod start;
mod tray;
mod window;
mod window_memory;
mod words;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};
use tauri::RunEvent;

/// What the shell reads of its surroundings, once.
struct Surroundings {
    log: Option<String>,
    /// `DRAWBRIDGE_VAULT`, where it is set.
    vault: Option<OsString>,
    vault_dir: Option<PathBuf>,
    display: bool,
    automation: bool,
}

impl Surroundings {
    #[expect(clippy::disallowed_methods, reason = "this is the composition")]
    fn look() -> Self {
        let filled = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            log: std::env::var("DRAWBRIDGE_LOG").ok(),
            vault: filled("DRAWBRIDGE_VAULT"),
            vault_dir: drawbridge_keeper::default_vault_dir(),
            display: !cfg!(target_os = "linux") || filled("WAYLAND_DISPLAY").or_else(|| filled("DISPLAY")).is_some(),
            automation: automation::VARIABLES.iter().any(|name| filled(name).is_some()),
        }
    }
}

/// Wipes what is freed: libraries copy secrets where no type of ours can follow.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    drawbridge_keeper::shield_process();
    let surroundings = Surroundings::look();
    logging::start(surroundings.log.as_deref());
    if surroundings.automation && !automation::ALLOWED {
        return automation::start_again_without();
    }
    if !surroundings.display {
        return notice::before_start(words::NO_DISPLAY);
    }
    let Some(vault_dir) = surroundings.vault_dir else {
        return notice::before_start(words::NO_HOME);
    };
    let border = commands::border();
    let built = tauri::Builder::default()
        // First of all: a second start must end here, before it touches anything.
        .plugin(instance::plugin(surroundings.vault.as_deref()))
        .plugin(tauri_plugin_deep_link::init())
        .manage(seat::Seat::default())
        .manage(chores::Chores::default())
        .manage(pages::Receipts::default())
        .manage(window::Doorway::default())
        .manage(tray::Tray::default())
        .manage(lifecycle::Ending::default())
        .invoke_handler(border.invoke_handler())
        .on_window_event(lifecycle::on_window_event)
        .on_menu_event(tray::on_menu_event)
        .setup(move |app| {
            border.mount_events(app);
            lifecycle::watch_signals(app.handle());
            // The keychain is asked while the window is being made.
            start::begin(app.handle(), vault_dir);
            window::open(app.handle())?;
            tray::show(app.handle());
            deep_link::listen(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_run_event)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the window could not be set up");
            notice::before_start(words::NO_WINDOW)
        }
    }
}

fn on_run_event(app: &tauri::AppHandle, event: RunEvent) {
    if let RunEvent::ExitRequested { code: None, api, .. } = event {
        // The last window is gone without our doing, by the system: end in order.
        api.prevent_exit();
        lifecycle::quit(app);
    }
}
