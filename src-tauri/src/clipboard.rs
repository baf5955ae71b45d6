//! Puts text on the clipboard. What is secret leaves it again after a while. Reading it is not
//! possible from outside this module.

use crate::{chores::Chores, words};
use drawbridge_domain::SecretString;
use drawbridge_keeper::Problem;
use std::time::Duration;
use tauri::{AppHandle, Manager as _};

/// Far more than an address or an id needs.
const LONGEST: usize = 64 * 1024;

/// Copies a text.
pub fn copy(app: &AppHandle, text: String) -> Result<(), Problem> {
    if text.len() > LONGEST {
        return Err(words::too_long_to_copy());
    }
    // The toolkit's clipboard belongs to the main thread.
    app.run_on_main_thread(move || put(&text)).map_err(|error| {
        tracing::error!(%error, "the clipboard could not be reached");
        words::no_clipboard()
    })
}

/// Copies a secret that is meant to be shown, and takes it away after a while unless something else
/// was copied meanwhile.
pub fn copy_secret(app: &AppHandle, secret: SecretString, keep: Duration) -> Result<(), Problem> {
    copy(app, secret.expose().clone())?;
    let (handle, chores) = (app.clone(), app.state::<Chores>());
    chores.run(async move {
        tokio::time::sleep(keep).await;
        let cleared = handle.run_on_main_thread(move || clear_if(&secret));
        if let Err(error) = cleared {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    });
    Ok(())
}

/// Empties the clipboard if this is what it holds.
#[cfg(target_os = "linux")]
fn clear_if(secret: &SecretString) {
    let clipboard = gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD);
    // An empty text and not `clear`, which leaves what the clipboard's own process was handed.
    if clipboard.wait_for_text().is_some_and(|held| secret.same_as(&held)) {
        put("");
    }
}

/// Empties the clipboard if this is what it holds.
#[cfg(not(target_os = "linux"))]
fn clear_if(secret: &SecretString) {
    let held = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
    if held.is_ok_and(|held| secret.same_as(&held)) {
        put("");
    }
}

#[cfg(target_os = "linux")]
fn put(text: &str) {
    let clipboard = gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD);
    clipboard.set_text(text);
    // Hands it to the clipboard's own process, if there is one, so that it outlives us.
    clipboard.store();
}

#[cfg(not(target_os = "linux"))]
fn put(text: &str) {
    if let Err(error) = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.set_text(text)) {
        tracing::warn!(%error, "the clipboard did not take the text");
    }
}
