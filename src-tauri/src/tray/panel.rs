//! What the desktop's panel can tell: whether it shows tray icons, and the local time of day.

use drawbridge_domain::Timestamp;

/// Whether a panel shows tray icons. Without one, a hidden window would be lost.
#[cfg(target_os = "linux")]
pub async fn is_there() -> bool {
    // Asking waits for the bus.
    tauri::async_runtime::spawn_blocking(ask).await.unwrap_or(false)
}

/// Tray icons are part of these systems.
#[cfg(not(target_os = "linux"))]
pub async fn is_there() -> bool {
    std::future::ready(true).await
}

#[cfg(target_os = "linux")]
fn ask() -> bool {
    use gtk::{gio, glib::prelude::*};
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    const PATIENCE_MS: i32 = 2000;
    let Ok(bus) = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE) else { return false };
    let owned = bus.call_sync(
        Some("org.freedesktop.DBus"),
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "NameHasOwner",
        Some(&(WATCHER,).to_variant()),
        None,
        gio::DBusCallFlags::NONE,
        PATIENCE_MS,
        gio::Cancellable::NONE,
    );
    owned.ok().and_then(|reply| reply.get::<(bool,)>()).is_some_and(|(owned,)| owned)
}

/// `14:08` where the person is.
#[cfg(target_os = "linux")]
pub fn time_of_day(time: Timestamp) -> Option<String> {
    let local = gtk::glib::DateTime::from_unix_local(time.as_millis() / 1000).ok()?;
    local.format("%H:%M").ok().map(Into::into)
}

/// Not known without asking the toolkit; the line does without.
#[cfg(not(target_os = "linux"))]
pub fn time_of_day(_time: Timestamp) -> Option<String> {
    None
}
