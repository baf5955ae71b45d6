//! Syncs and repositories.

use super::Answer;
use crate::seat::Seat;
use drawbridge_domain::AccountId;
use drawbridge_keeper::dto::{
    Facet, Facets, List, NextSync, Repository, RepositoryDetail, RepositoryQuery, RepositoryRef, RunQuery,
    SetSyncInterval, SyncRun, SyncStatus,
};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn set_sync_interval(seat: State<'_, Seat>, id: AccountId, request: SetSyncInterval) -> Answer<NextSync> {
    seat.keeper().await?.set_sync_interval(id, request).await
}

#[tauri::command]
#[specta::specta]
pub async fn sync_start(seat: State<'_, Seat>, account: Option<AccountId>) -> Answer<SyncStatus> {
    seat.keeper().await?.sync_start(account).await
}

#[tauri::command]
#[specta::specta]
pub async fn sync_status(seat: State<'_, Seat>) -> Answer<SyncStatus> {
    seat.keeper().await?.sync_status().await
}

#[tauri::command]
#[specta::specta]
pub async fn sync_runs(seat: State<'_, Seat>, query: RunQuery) -> Answer<List<SyncRun>> {
    seat.keeper().await?.sync_runs(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_list(seat: State<'_, Seat>, query: RepositoryQuery) -> Answer<List<Repository>> {
    seat.keeper().await?.repository_list(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_facets(seat: State<'_, Seat>, facet: Facet, query: RepositoryQuery) -> Answer<Facets> {
    seat.keeper().await?.repository_facets(facet, query).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_show(seat: State<'_, Seat>, reference: RepositoryRef) -> Answer<RepositoryDetail> {
    seat.keeper().await?.repository_show(reference).await
}
