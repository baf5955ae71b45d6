//! The main window: made, shown, hidden, and sent to a place.
//!
//! How WebKitGTK draws is left to it: without DMABUF (`WEBKIT_DISABLE_DMABUF_RENDERER=1`) a virtual
//! display starts faster, and every real one loses the graphics card. Who needs it can set it.
//!
//! Not here: what is drawn in it (`ui`), and when it may close (`lifecycle.rs`).

use crate::{
    events::{Place, WindowEvent, WindowStart},
    tray,
    window_memory::{LEAST, Memory, Theme},
};
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, utils::config::Color};
use tauri_specta::Event as _;
use tokio::sync::watch;

/// The one window that may call commands.
const MAIN: &str = "main";
/// The ground of the pages (`--surface` of the design tokens), so that nothing flashes before them.
const LIGHT_GROUND: Color = Color(0xf1, 0xf4, 0xf5, 0xff);
const DARK_GROUND: Color = Color(0x0f, 0x14, 0x15, 0xff);

/// A place asked for before the window's page could listen.
pub struct Doorway {
    listening: watch::Sender<bool>,
    waiting: Mutex<Option<Place>>,
}

impl Default for Doorway {
    fn default() -> Self {
        Self { listening: watch::Sender::new(false), waiting: Mutex::default() }
    }
}

/// Makes the window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let memory = memory_file(app).map_or_else(Memory::default, |file| Memory::read(&file));
    let theme = tauri_theme(memory.theme);
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Drawbridge")
        .inner_size(memory.width, memory.height)
        .min_inner_size(LEAST.0, LEAST.1)
        .maximized(memory.maximised)
        .theme(theme)
        .visible(false)
        .zoom_hotkeys_enabled(true)
        // A file dropped on the window is none of our business.
        .disable_drag_drop_handler()
        // Only our own pages: links out of them go through the keeper's addresses.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    let dark = theme.or_else(|| window.theme().ok()) == Some(tauri::Theme::Dark);
    window.set_background_color(Some(if dark { DARK_GROUND } else { LIGHT_GROUND }))?;
    window.show()
}

/// Shows the window and gives it the focus.
pub fn show(app: &AppHandle) {
    let Some(window) = main(app) else { return };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// Whether the person looks at the window.
#[cfg(target_os = "linux")]
pub fn is_looked_at(app: &AppHandle) -> bool {
    let looked = |window: WebviewWindow| Some(window.is_visible().ok()? && window.is_focused().ok()?);
    main(app).and_then(looked).unwrap_or(false)
}

/// Hides the window and remembers its size.
pub fn hide(app: &AppHandle) {
    let Some(window) = main(app) else { return };
    remember(app, &window);
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window could not be hidden");
    }
}

/// Shows the window at a place.
pub fn go_to(app: &AppHandle, place: Place) {
    prepare(app, place);
    show(app);
}

/// Has the window at a place when it is next seen.
pub fn prepare(app: &AppHandle, place: Place) {
    let doorway = app.state::<Doorway>();
    let mut waiting = doorway.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    if !*doorway.listening.borrow() {
        *waiting = Some(place);
    } else if let Err(error) = WindowEvent(place).emit_to(app, MAIN) {
        tracing::warn!(%error, "the window was not reached");
    }
}

/// What the window asks once it listens.
pub fn start(app: &AppHandle) -> WindowStart {
    let doorway = app.state::<Doorway>();
    let mut waiting = doorway.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    doorway.listening.send_replace(true);
    WindowStart { version: env!("CARGO_PKG_VERSION").to_owned(), tray: tray::is_made(app), place: waiting.take() }
}

/// Resolves once the page listens: what can wait until then leaves the machine to what is being drawn.
pub async fn listens(app: &AppHandle) {
    let mut listening = app.state::<Doorway>().listening.subscribe();
    // Its sender lives as long as the app.
    let _ended = listening.wait_for(|listening| *listening).await;
}

/// Changes the colours of the frame and of what lies behind the pages, from now on.
pub fn set_theme(app: &AppHandle, theme: Theme) {
    if let Some(window) = main(app) {
        let set = window.set_theme(tauri_theme(theme)).and_then(|()| {
            let dark = window.theme()? == tauri::Theme::Dark;
            window.set_background_color(Some(if dark { DARK_GROUND } else { LIGHT_GROUND }))
        });
        if let Err(error) = set {
            tracing::warn!(%error, "the window's frame kept its colours");
        }
    }
    if let Some(file) = memory_file(app) {
        Memory { theme, ..Memory::read(&file) }.write(&file);
    }
}

fn remember(app: &AppHandle, window: &WebviewWindow) {
    let Some(file) = memory_file(app) else { return };
    let (Ok(scale), Ok(size), Ok(maximised)) = (window.scale_factor(), window.inner_size(), window.is_maximized())
    else {
        return;
    };
    let size = size.to_logical::<f64>(scale);
    let before = Memory::read(&file);
    let now = if maximised {
        // The size to come back to is the one before.
        Memory { maximised, ..before.clone() }
    } else {
        Memory { width: size.width, height: size.height, maximised, ..before.clone() }
    };
    if now != before {
        now.write(&file);
    }
}

fn memory_file(app: &AppHandle) -> Option<PathBuf> {
    app.path().app_config_dir().ok().map(|dir| dir.join("window.json"))
}

fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

fn tauri_theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}
