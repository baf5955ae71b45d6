//! Passes the keeper's events on: to the window as they are, to the tray as a nudge.

use crate::{events::KeeperEvent, tray};
use drawbridge_keeper::{
    Keeper,
    dto::{Event, Tag},
};
use std::sync::Arc;
use tauri::AppHandle;
use tauri_specta::Event as _;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Passes on until the keeper is gone. `events` was taken before anybody could ask the keeper
/// anything, so nothing happens between an answer and the first event.
pub async fn relay(app: AppHandle, keeper: Arc<Keeper>, mut events: Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(event) => {
                tell(&app, event);
            }
            Err(RecvError::Lagged(missed)) => {
                tracing::info!(missed, "events were missed; everything is read again");
                // A lock may be among them, and nothing may stay on the screen after a lock.
                if let Ok(status) = keeper.vault_status().await {
                    tell(&app, Event::Vault { state: status.state });
                }
                tell(&app, Event::Changed { tags: Tag::ALL.to_vec() });
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn tell(app: &AppHandle, event: Event) {
    tray::nudge(app, &event);
    if let Err(error) = KeeperEvent(event).emit(app) {
        tracing::warn!(%error, "the window was not reached");
    }
}
