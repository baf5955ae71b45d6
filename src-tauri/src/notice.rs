//! What has to be said when there is no window to say it in.
//!
//! Not here: problems while the window is there; those are the keeper's words on a page.

use crate::window;
use std::process::ExitCode;
use tauri::AppHandle;

/// Says why there is no start, on standard error.
#[expect(clippy::print_stderr, reason = "the log may be off; this must be seen")]
pub fn before_start(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::FAILURE
}

/// Says why Drawbridge ends, in a box and on standard error; ends when the person has read it.
pub fn and_exit(app: &AppHandle, sentence: &'static str) {
    before_start(sentence);
    let handle = app.clone();
    let shown = app.run_on_main_thread(move || {
        window::hide(&handle);
        show(sentence);
        handle.exit(1);
    });
    if let Err(error) = shown {
        tracing::error!(%error, "the notice could not be shown");
        app.exit(1);
    }
}

#[cfg(target_os = "linux")]
fn show(sentence: &str) {
    use gtk::prelude::*;
    let notice = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::empty(),
        gtk::MessageType::Info,
        gtk::ButtonsType::Close,
        sentence,
    );
    notice.set_title("Drawbridge");
    notice.run();
    notice.close();
}

/// Elsewhere the single instance is never lost, so this is not reached in practice.
#[cfg(not(target_os = "linux"))]
fn show(_sentence: &str) {}
