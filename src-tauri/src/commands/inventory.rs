//! Syncs, repositories and views of them.

use super::Answer;
use crate::seat::Seat;
use drawbridge_domain::{AccountId, RepositoryId, ViewId};
use drawbridge_keeper::dto::{
    AskWhy, Facet, Facets, HostSearch, HostSearched, List, NextSync, RemovalAnswer, RemovalQuestion, RemovedQuery,
    RemovedRepository, RenameView, Repository, RepositoryContents, RepositoryDetail, RepositoryList, RepositoryQuery,
    RepositoryRef, RepositoryWhy, RunQuery, SaveView, SavedView, SetSyncInterval, SyncRun, SyncStatus,
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
pub async fn repository_list(seat: State<'_, Seat>, query: RepositoryQuery) -> Answer<RepositoryList> {
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

#[tauri::command]
#[specta::specta]
pub async fn repository_contents(
    seat: State<'_, Seat>,
    reference: RepositoryRef,
    fresh: bool,
) -> Answer<RepositoryContents> {
    seat.keeper().await?.repository_contents(reference, fresh).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_why(seat: State<'_, Seat>, request: AskWhy) -> Answer<RepositoryWhy> {
    seat.keeper().await?.repository_why(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_import(seat: State<'_, Seat>, name: String) -> Answer<Repository> {
    seat.keeper().await?.repository_import(name).await
}

#[tauri::command]
#[specta::specta]
pub async fn host_search(seat: State<'_, Seat>, request: HostSearch) -> Answer<HostSearched> {
    seat.keeper().await?.host_search(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_removed(seat: State<'_, Seat>, query: RemovedQuery) -> Answer<List<RemovedRepository>> {
    seat.keeper().await?.repository_removed(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn repository_restore(seat: State<'_, Seat>, id: RepositoryId) -> Answer<Repository> {
    seat.keeper().await?.repository_restore(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn removal_questions(seat: State<'_, Seat>) -> Answer<Vec<RemovalQuestion>> {
    seat.keeper().await?.removal_questions().await
}

#[tauri::command]
#[specta::specta]
pub async fn removal_answer(seat: State<'_, Seat>, account: AccountId, answer: RemovalAnswer) -> Answer<SyncStatus> {
    seat.keeper().await?.removal_answer(account, answer).await
}

#[tauri::command]
#[specta::specta]
pub async fn view_list(seat: State<'_, Seat>) -> Answer<List<SavedView>> {
    seat.keeper().await?.view_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn view_save(seat: State<'_, Seat>, request: SaveView) -> Answer<SavedView> {
    seat.keeper().await?.view_save(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn view_rename(seat: State<'_, Seat>, id: ViewId, request: RenameView) -> Answer<SavedView> {
    seat.keeper().await?.view_rename(id, request).await
}

#[tauri::command]
#[specta::specta]
pub async fn view_remove(seat: State<'_, Seat>, id: ViewId) -> Answer<SavedView> {
    seat.keeper().await?.view_remove(id).await
}
