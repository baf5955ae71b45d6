//! Who may drive the window.
//!
//! tauri lets `WebDriver` drive the window whenever `TAURI_WEBVIEW_AUTOMATION` is set, in release
//! builds too; any program of the same user could set it and read along. So a release build without
//! the feature `automation` drops that variable before tauri can see it. Debug builds keep it: the
//! real-window tests drive them, and `cargo xtask test` builds every package with one set of
//! features, so that nothing is built twice.

use std::process::{Command, ExitCode};

/// The variable that tauri looks at.
pub const VARIABLE: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Whether this build may be driven.
pub const ALLOWED: bool = cfg!(any(debug_assertions, feature = "automation"));

/// Starts the program again without the variable, as a running process can't change its own
/// environment soundly. Comes back only if that did not work.
#[cfg(unix)]
pub fn start_again_without() -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    let error = Command::new(program).args(std::env::args_os().skip(1)).env_remove(VARIABLE).exec();
    tracing::error!(%error, "could not start again");
    ExitCode::FAILURE
}

/// Starts the program again without the variable and ends as it ends.
#[cfg(not(unix))]
pub fn start_again_without() -> ExitCode {
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    match Command::new(program).args(std::env::args_os().skip(1)).env_remove(VARIABLE).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
