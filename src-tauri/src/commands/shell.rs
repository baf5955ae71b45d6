//! What only the shell can do: pages in the browser, the clipboard, the window itself.

use super::Answer;
use crate::events::WindowStart;
use crate::seat::Seat;
use crate::window::Theme;
use crate::{lifecycle, pages, window};
use drawbridge_domain::{BaseUrl, ProviderId, RepositoryId, SignInId};
use tauri::{AppHandle, State};

#[tauri::command]
#[specta::specta]
pub async fn open_sign_in(app: AppHandle, seat: State<'_, Seat>, id: SignInId) -> Answer<()> {
    pages::open(&app, &pages::of_sign_in(&*seat.keeper().await?, id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn open_repository(app: AppHandle, seat: State<'_, Seat>, id: RepositoryId) -> Answer<()> {
    pages::open(&app, &pages::of_repository(&*seat.keeper().await?, id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn open_provider_page(
    app: AppHandle,
    seat: State<'_, Seat>,
    provider: ProviderId,
    host: Option<BaseUrl>,
    page: pages::ProviderPage,
) -> Answer<()> {
    pages::open(&app, &pages::of_provider(&*seat.keeper().await?, provider, host, page).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn copy_text(app: AppHandle, text: String) -> Answer<()> {
    window::copy_text(&app, text).await
}

#[tauri::command]
#[specta::specta]
pub async fn window_start(app: AppHandle) -> Answer<WindowStart> {
    Ok(window::start(&app))
}

#[tauri::command]
#[specta::specta]
pub async fn window_theme(app: AppHandle, theme: Theme) -> Answer<()> {
    window::set_theme(&app, theme)
}

#[tauri::command]
#[specta::specta]
pub async fn quit_app(app: AppHandle) -> Answer<()> {
    lifecycle::quit(&app);
    Ok(())
}
