//! The window.

use crate::events::WindowStart;
use drawbridge_keeper::Problem;
use serde::{Deserialize, Serialize};
use tauri::AppHandle;

/// Which colours the window uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system does.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

pub async fn copy_text(app: &AppHandle, text: String) -> Result<(), Problem> {
    let _ = (app, text);
    Ok(())
}

pub fn start(app: &AppHandle) -> WindowStart {
    let _ = app;
    WindowStart { version: env!("CARGO_PKG_VERSION").to_owned(), tray: false, place: None }
}

pub fn set_theme(app: &AppHandle, theme: Theme) -> Result<(), Problem> {
    let _ = (app, theme);
    Ok(())
}
