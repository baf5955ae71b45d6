//! The smallest Tauri window, to compare the app's start and memory with: no keeper, no tray, an
//! empty page. Says on standard error when the page is there.
//!
//! Not here: anything of Drawbridge.
#![expect(clippy::print_stderr, reason = "the benchmark reads it")]

use tauri::{WebviewUrl, WebviewWindowBuilder, webview::PageLoadEvent};

fn main() {
    let built = tauri::Builder::default().setup(|app| {
        let blank = WebviewUrl::CustomProtocol("about:blank".parse()?);
        WebviewWindowBuilder::new(app, "empty", blank)
            .inner_size(1180.0, 760.0)
            .on_page_load(|_, page| {
                if page.event() == PageLoadEvent::Finished {
                    eprintln!("the page is there");
                }
            })
            .build()?;
        Ok(())
    });
    if let Err(error) = built.run(tauri::generate_context!()) {
        eprintln!("{error}");
    }
}
