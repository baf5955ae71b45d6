//! The smallest Tauri window, to compare the app's start and memory with: no keeper, no tray, an
//! empty page of one colour, so that it is seen when it is drawn.
//!
//! Not here: anything of Drawbridge.
#![expect(clippy::print_stderr, reason = "there is no log")]

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    // A page of its own, as the one of the app is.
    let served = tauri::Builder::default().register_uri_scheme_protocol("empty", |_, _| {
        let page = b"<!doctype html><title>Empty</title><body bgcolor=navy>".to_vec();
        tauri::http::Response::builder().header("content-type", "text/html").body(page).unwrap_or_default()
    });
    let built = served.setup(|app| {
        let blank = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
        WebviewWindowBuilder::new(app, "empty", blank).inner_size(1180.0, 760.0).build()?;
        Ok(())
    });
    if let Err(error) = built.run(tauri::generate_context!()) {
        eprintln!("{error}");
    }
}
