//! Opening a page in the person's browser.
//!
//! The address is one argument of a program and never goes through a shell. Not here: what to do
//! if it can't be opened; the caller shows the address then.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// An opener that is still there after this has found a browser.
const OPENER_TIME: Duration = Duration::from_secs(3);

/// Asks the system to open a page. Whether it says that it could.
pub(crate) async fn open(url: &str) -> bool {
    // Nothing but a web page: the address comes from a host's description.
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return false;
    }
    let mut command = opener();
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        // Ctrl-C at our terminal is not meant for the browser.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let Ok(mut child) = command.spawn() else { return false };
    let ends = Instant::now() + OPENER_TIME;
    while Instant::now() < ends {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => tokio::time::sleep(Duration::from_millis(25)).await,
            Err(_) => return false,
        }
    }
    true
}

fn opener() -> Command {
    if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    }
}
