//! Puts text on the clipboard. Reading it is not possible from here.

use crate::words;
use drawbridge_keeper::Problem;
use tauri::AppHandle;

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
