//! Copies of repositories.

use super::Answer;
use crate::{pages, seat::Seat};
use drawbridge_domain::CloneId;
use drawbridge_keeper::dto::{ClonePlan, CloneRun, Materialize, StartClone};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn clone_plan(seat: State<'_, Seat>, request: StartClone) -> Answer<ClonePlan> {
    seat.keeper().await?.clone_plan(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn clone_start(seat: State<'_, Seat>, request: StartClone) -> Answer<CloneRun> {
    seat.keeper().await?.clone_start(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn materialize(seat: State<'_, Seat>, request: Materialize) -> Answer<CloneRun> {
    seat.keeper().await?.materialize(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn clone_list(seat: State<'_, Seat>) -> Answer<Vec<CloneRun>> {
    seat.keeper().await?.clone_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn clone_cancel(seat: State<'_, Seat>, id: CloneId) -> Answer<CloneRun> {
    seat.keeper().await?.clone_cancel(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_clone(seat: State<'_, Seat>, id: CloneId) -> Answer<()> {
    pages::open_folder(pages::folder_of(&*seat.keeper().await?, id).await?).await
}
