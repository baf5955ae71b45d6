//! The icon in the tray and its menu, drawn anew when an event says that something in it changed.
//!
//! Linux panels show neither a tooltip nor a left click of ours, so the menu's first line carries
//! the state and the menu can do everything. Not here: what is in the menu (`menu.rs`).

mod click;
mod menu;
mod panel;

use self::{
    click::Click,
    menu::{Icon, Inside, Known, Line, Shown},
};
use crate::{seat::Seat, window};
use drawbridge_keeper::{
    Keeper, Problem,
    dto::{Event, Tag, VaultState},
};
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tauri::{
    AppHandle, Manager as _,
    image::Image,
    include_image,
    menu::{IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::Notify;

/// The icon's name in the app.
const ID: &str = "drawbridge";
/// Several events in a row, as during a sync, are drawn once.
const GATHER: Duration = Duration::from_millis(250);

/// What the tray keeps.
pub struct Tray {
    changed: Notify,
    stays_when_closed: AtomicBool,
    drawn: Mutex<Option<Drawn>>,
}

/// What is in the tray now.
struct Drawn {
    shown: Shown,
    /// The first line, whose words change while a sync runs, and a menu that is open must stay open.
    words: Option<MenuItem<tauri::Wry>>,
}

impl Default for Tray {
    fn default() -> Self {
        // As the settings say on the first day; they can't be read while the vault is locked.
        Self { changed: Notify::new(), stays_when_closed: AtomicBool::new(true), drawn: Mutex::new(None) }
    }
}

/// Puts the icon into the tray. Without one, everything is still in the window.
pub fn show(app: &AppHandle) {
    let shown = menu::shown(&Known { state: VaultState::Locked, inside: None }, |_| None);
    // The system's tray library is loaded on first use, and a missing one is a panic of its binding.
    let built = std::panic::catch_unwind(AssertUnwindSafe(|| {
        TrayIconBuilder::with_id(ID)
            .icon(picture(shown.icon))
            .tooltip(&shown.tooltip)
            .show_menu_on_left_click(false)
            .on_tray_icon_event(|tray, event| {
                let left = MouseButton::Left;
                if let TrayIconEvent::Click { button, button_state: MouseButtonState::Up, .. } = event
                    && button == left
                {
                    window::show(tray.app_handle());
                }
            })
            .build(app)
            .and_then(|tray| draw(app, &tray, shown))
    }));
    match built {
        // What is true may have been learned before there was an icon.
        Ok(Ok(())) => app.state::<Tray>().changed.notify_one(),
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray icon"),
        Err(_) => tracing::warn!("there is no tray icon: the system's library for it is missing"),
    }
}

/// Whether there is an icon of ours at all.
pub fn is_made(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some()
}

/// Whether somebody shows our icon, so that a hidden window can be found again.
pub async fn is_shown(app: &AppHandle) -> bool {
    is_made(app) && panel::is_there().await
}

/// Whether closing the window is meant to leave Drawbridge working. While the vault is locked, as it was
/// when that was last known.
pub async fn close_to_tray(app: &AppHandle) -> bool {
    let known = &app.state::<Tray>().stays_when_closed;
    if let Some(keeper) = app.state::<Seat>().keeper_now()
        && let Ok(settings) = keeper.settings().await
    {
        known.store(settings.close_to_tray, Ordering::SeqCst);
    }
    known.load(Ordering::SeqCst)
}

/// Something happened; the tray looks whether it concerns it.
pub fn nudge(app: &AppHandle, event: &Event) {
    let concerns = match event {
        Event::Changed { tags } => tags.iter().any(|tag| !matches!(tag, Tag::SignIns | Tag::Repositories)),
        Event::Vault { .. } | Event::SyncProgress { .. } | Event::SyncFinished { .. } => true,
        Event::SignIn { .. } | Event::Clone { .. } | Event::Stopping => false,
    };
    if concerns {
        app.state::<Tray>().changed.notify_one();
    }
}

/// A line of the menu was clicked.
#[expect(clippy::needless_pass_by_value, reason = "the shape tauri calls")]
pub fn on_menu_event(app: &AppHandle, event: MenuEvent) {
    // Every line that can be clicked has such an id.
    if let Some(click) = Click::parse(event.id().as_ref()) {
        click.act(app);
    }
}

/// Keeps the tray true for as long as the keeper runs.
pub async fn follow(app: AppHandle, keeper: Arc<Keeper>) {
    let tray = app.state::<Tray>();
    loop {
        match known(&app, &keeper).await {
            Ok(known) => {
                let shown = menu::shown(&known, panel::time_of_day);
                if let Some(icon) = app.tray_by_id(ID)
                    && let Err(error) = draw(&app, &icon, shown)
                {
                    tracing::warn!(%error, "the tray could not be drawn");
                }
            }
            // It was locked while being asked: another event comes.
            Err(problem) => tracing::debug!(%problem, "the tray learned nothing"),
        }
        tray.changed.notified().await;
        tokio::time::sleep(GATHER).await;
    }
}

async fn known(app: &AppHandle, keeper: &Keeper) -> Result<Known, Problem> {
    let state = keeper.vault_status().await?.state;
    if state != VaultState::Open {
        return Ok(Known { state, inside: None });
    }
    let settings = keeper.settings().await?;
    app.state::<Tray>().stays_when_closed.store(settings.close_to_tray, Ordering::SeqCst);
    let inside = Inside {
        accounts: keeper.account_list().await?.rows,
        providers: keeper.provider_list().await?,
        sync: keeper.sync_status().await?,
        notices: keeper.notice_list().await?.rows,
    };
    Ok(Known { state, inside: Some(inside) })
}

/// Draws only what is different.
fn draw(app: &AppHandle, tray: &TrayIcon, shown: Shown) -> tauri::Result<()> {
    let state = app.state::<Tray>();
    let mut drawn = state.drawn.lock().unwrap_or_else(PoisonError::into_inner);
    let before = drawn.as_ref().map(|drawn| &drawn.shown);
    if before == Some(&shown) {
        return Ok(());
    }
    if before.is_none_or(|before| before.icon != shown.icon) {
        tray.set_icon(Some(picture(shown.icon)))?;
    }
    if before.is_none_or(|before| before.tooltip != shown.tooltip) {
        tray.set_tooltip(Some(&shown.tooltip))?;
    }
    if let Some(Drawn { shown: before, words: Some(item) }) = &*drawn
        && let (Some(Line::Words(_)), Some(Line::Words(now))) = (before.lines.first(), shown.lines.first())
        && before.lines.get(1..) == shown.lines.get(1..)
    {
        item.set_text(now)?;
        let words = Some(item.clone());
        *drawn = Some(Drawn { shown, words });
        return Ok(());
    }
    let (menu, words) = build(app, &shown.lines)?;
    tray.set_menu(Some(menu))?;
    *drawn = Some(Drawn { shown, words });
    Ok(())
}

type Item = Box<dyn IsMenuItem<tauri::Wry>>;

fn build(app: &AppHandle, lines: &[Line]) -> tauri::Result<(Menu<tauri::Wry>, Option<MenuItem<tauri::Wry>>)> {
    let menu = Menu::new(app)?;
    let mut first_words = None;
    for line in lines {
        let item: Item = match line {
            Line::Words(words) => {
                let item = MenuItem::new(app, words, false, None::<&str>)?;
                first_words.get_or_insert_with(|| item.clone());
                Box::new(item)
            }
            Line::Action(click, words) => Box::new(clickable(app, click, words)?),
            Line::More(words, more) => {
                let submenu = Submenu::new(app, words, true)?;
                for (click, words) in more {
                    submenu.append(&clickable(app, click, words)?)?;
                }
                Box::new(submenu)
            }
            Line::Rule => Box::new(PredefinedMenuItem::separator(app)?),
        };
        menu.append(&*item)?;
    }
    Ok((menu, first_words))
}

fn clickable(app: &AppHandle, click: &Click, words: &str) -> tauri::Result<MenuItem<tauri::Wry>> {
    MenuItem::with_id(app, click.id(), words, true, None::<&str>)
}

fn picture(icon: Icon) -> Image<'static> {
    match icon {
        Icon::Open => include_image!("icons/tray-open.png"),
        Icon::Locked => include_image!("icons/tray-locked.png"),
        Icon::Attention => include_image!("icons/tray-attention.png"),
    }
}
