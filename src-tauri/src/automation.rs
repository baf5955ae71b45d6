//! Who may drive the window.
//!
//! tauri lets `WebDriver` drive the window whenever `TAURI_WEBVIEW_AUTOMATION` is set, in release
//! builds too; any program of the same user could set it and read along. So a release build without
//! the feature `automation` drops that variable before tauri can see it. Debug builds keep it: the
//! real-window tests drive them, and `cargo xtask test` builds every package with one set of
//! features, so that nothing is built twice.

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
};

/// The variable that tauri looks at.
pub const VARIABLE: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Whether this build may be driven.
pub const ALLOWED: bool = allowed(cfg!(debug_assertions), cfg!(feature = "automation"));

/// Whether a build may be driven: one for developers, or one that was made for it.
const fn allowed(debug: bool, feature: bool) -> bool {
    debug || feature
}

/// Starts the program again without the variable, as a running process can't change its own
/// environment soundly. Comes back only if that did not work.
#[cfg(unix)]
pub fn start_again_without() -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    let error = again(&program, std::env::args_os().skip(1)).exec();
    tracing::error!(%error, "could not start again");
    ExitCode::FAILURE
}

/// Starts the program again without the variable and ends as it ends.
#[cfg(not(unix))]
pub fn start_again_without() -> ExitCode {
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    match again(&program, std::env::args_os().skip(1)).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The same start, but for the variable.
fn again(program: &Path, arguments: impl Iterator<Item = OsString>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env_remove(VARIABLE);
    command
}

#[cfg(test)]
mod tests {
    use super::{VARIABLE, again, allowed};
    use std::{ffi::OsStr, path::Path};

    #[test]
    fn what_ships_is_not_driven() {
        assert!(!allowed(false, false), "a release build");
        assert!(allowed(true, false) && allowed(false, true), "who develops or measures may");
    }

    #[test]
    fn the_second_start_is_the_first_without_the_variable() {
        let link = "drawbridge://return?state=1";
        let command = again(Path::new("/usr/bin/drawbridge-desktop"), [link.into()].into_iter());
        assert_eq!(command.get_envs().collect::<Vec<_>>(), [(OsStr::new(VARIABLE), None)]);
        assert_eq!(command.get_args().collect::<Vec<_>>(), [link]);
    }

    #[test]
    fn no_inspector_is_built_in() {
        // Debug builds have it by themselves; the feature would bring it into releases.
        let manifest = include_str!("../Cargo.toml");
        assert!(!manifest.contains("devtools"), "the window's inspector stays out of releases");
    }
}
