//! Who may drive the window.
//!
//! tauri lets `WebDriver` drive the window whenever `TAURI_WEBVIEW_AUTOMATION` is set, and WebKitGTK
//! opens a port for its inspector, which runs scripts in the page, whenever one of its two variables
//! is set: both in release builds too, the second even with developer tools switched off. Any
//! program of the same user could set them and read along. So a release build without the feature
//! `automation` drops them before tauri and WebKit can see them. Debug builds keep them: the
//! real-window tests drive them, and `cargo xtask test` builds every package with one set of
//! features, so that nothing is built twice.

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
};

/// The variables that tauri and WebKit look at.
pub const VARIABLES: [&str; 3] =
    ["TAURI_WEBVIEW_AUTOMATION", "WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER"];

/// Whether this build may be driven.
pub const ALLOWED: bool = allowed(cfg!(debug_assertions), cfg!(feature = "automation"));

/// Whether a build may be driven: one for developers, or one that was made for it.
const fn allowed(debug: bool, feature: bool) -> bool {
    debug || feature
}

/// Starts the program again without them, as a running process can't change its own
/// environment soundly. Comes back only if that did not work.
#[cfg(unix)]
pub fn start_again_without() -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    let error = again(&program, std::env::args_os().skip(1)).exec();
    tracing::error!(%error, "could not start again");
    ExitCode::FAILURE
}

/// Starts the program again without them and ends as it ends.
#[cfg(not(unix))]
pub fn start_again_without() -> ExitCode {
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    match again(&program, std::env::args_os().skip(1)).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The same start, but for the variables.
fn again(program: &Path, arguments: impl Iterator<Item = OsString>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::{VARIABLES, again, allowed};
    use std::{ffi::OsStr, path::Path};

    #[test]
    fn what_ships_is_not_driven() {
        assert!(!allowed(false, false), "a release build");
        assert!(allowed(true, false) && allowed(false, true), "who develops or measures may");
    }

    #[test]
    fn the_second_start_is_the_first_without_the_variables() {
        let link = "drawbridge://return?state=1";
        let command = again(Path::new("/usr/bin/drawbridge-desktop"), [link.into()].into_iter());
        let mut changed: Vec<_> = command.get_envs().collect();
        changed.sort_unstable();
        let mut dropped = VARIABLES.map(|variable| (OsStr::new(variable), None));
        dropped.sort_unstable();
        assert_eq!(changed, dropped, "nothing else is taken away or added");
        assert_eq!(command.get_args().collect::<Vec<_>>(), [link]);
    }

    #[test]
    fn no_inspector_is_built_in() {
        // Debug builds have it by themselves; the feature would bring it into releases.
        let manifest = include_str!("../Cargo.toml");
        assert!(!manifest.contains("devtools"), "the window's inspector stays out of releases");
    }
}
