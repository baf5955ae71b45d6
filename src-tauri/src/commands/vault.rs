//! The vault, the keeper and the settings.

use super::Answer;
use crate::seat::Seat;
use drawbridge_keeper::dto::{ChangeSettings, CreateVault, KeeperStatus, Settings, UnlockVault, VaultStatus};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn keeper_status(seat: State<'_, Seat>) -> Answer<KeeperStatus> {
    Ok(seat.keeper().await?.keeper_status().await)
}

#[tauri::command]
#[specta::specta]
pub async fn vault_status(seat: State<'_, Seat>) -> Answer<VaultStatus> {
    seat.keeper().await?.vault_status().await
}

#[tauri::command]
#[specta::specta]
pub async fn vault_create(seat: State<'_, Seat>, request: CreateVault) -> Answer<VaultStatus> {
    seat.keeper().await?.vault_create(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn vault_unlock(seat: State<'_, Seat>, request: UnlockVault) -> Answer<VaultStatus> {
    seat.keeper().await?.vault_unlock(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn vault_lock(seat: State<'_, Seat>) -> Answer<VaultStatus> {
    seat.keeper().await?.vault_lock().await
}

#[tauri::command]
#[specta::specta]
pub async fn settings(seat: State<'_, Seat>) -> Answer<Settings> {
    seat.keeper().await?.settings().await
}

#[tauri::command]
#[specta::specta]
pub async fn set_settings(seat: State<'_, Seat>, request: ChangeSettings) -> Answer<Settings> {
    seat.keeper().await?.set_settings(request).await
}
