//! What only the shell can do: pages in the browser, the clipboard, the window itself.

#![expect(clippy::needless_pass_by_value, reason = "tauri hands every argument over by value")]

use super::Answer;
use crate::{
    clipboard,
    events::WindowStart,
    lifecycle,
    pages::{self, ProviderPage, Receipts},
    seat::Seat,
    window,
    window_memory::Theme,
};
use drawbridge_domain::{AccountId, BaseUrl, ProviderId, RepositoryId, SecretString, SignInId};
use serde::Deserialize;
use std::time::Duration;
use tauri::{AppHandle, State};

/// A secret on its way to the clipboard.
#[derive(Deserialize, specta::Type)]
pub struct CopySecret {
    /// The text.
    #[specta(type = String)]
    text: SecretString,
}

#[tauri::command]
#[specta::specta]
pub async fn open_sign_in(seat: State<'_, Seat>, id: SignInId) -> Answer<()> {
    pages::open(pages::of_sign_in(&*seat.keeper().await?, id).await?).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_repository(seat: State<'_, Seat>, id: RepositoryId) -> Answer<()> {
    pages::open(pages::of_repository(&*seat.keeper().await?, id).await?).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_provider_page(
    seat: State<'_, Seat>,
    receipts: State<'_, Receipts>,
    provider: ProviderId,
    host: Option<BaseUrl>,
    page: ProviderPage,
) -> Answer<()> {
    pages::open(receipts.of_provider(&*seat.keeper().await?, provider, host, page).await?).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_revoke_page(seat: State<'_, Seat>, id: AccountId) -> Answer<()> {
    pages::open(pages::of_account(&*seat.keeper().await?, &id).await?).await
}

#[tauri::command]
#[specta::specta]
pub fn copy_text(app: AppHandle, text: String) -> Answer<()> {
    clipboard::copy(&app, text)
}

#[tauri::command]
#[specta::specta]
pub async fn copy_secret(app: AppHandle, seat: State<'_, Seat>, secret: CopySecret) -> Answer<()> {
    let keep = seat.keeper().await?.settings().await?.clear_clipboard_seconds;
    clipboard::copy_secret(&app, secret.text, Duration::from_secs(keep.into()))
}

#[tauri::command]
#[specta::specta]
pub async fn window_used(seat: State<'_, Seat>) -> Answer<()> {
    seat.keeper().await?.touch();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub fn window_start(app: AppHandle) -> WindowStart {
    window::start(&app)
}

#[tauri::command(async)]
#[specta::specta]
pub fn window_theme(app: AppHandle, theme: Theme) {
    window::set_theme(&app, theme);
}

#[tauri::command]
#[specta::specta]
pub fn quit_app(app: AppHandle) {
    lifecycle::quit(&app);
}
