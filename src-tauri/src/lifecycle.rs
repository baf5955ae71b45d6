//! Start and end.
use tauri::AppHandle;

pub fn quit(app: &AppHandle) {
    app.exit(0);
}
