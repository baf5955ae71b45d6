//! Sources and what was found in them.

use super::Answer;
use crate::seat::Seat;
use drawbridge_domain::SourceId;
use drawbridge_keeper::dto::{
    AddSource, FoundDetail, FoundItem, FoundQuery, FoundRef, List, RefreshSources, Source, SourceKind, SourceReading,
};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn source_kinds(seat: State<'_, Seat>) -> Answer<Vec<SourceKind>> {
    seat.keeper().await?.source_kinds().await
}

#[tauri::command]
#[specta::specta]
pub async fn source_list(seat: State<'_, Seat>) -> Answer<List<Source>> {
    seat.keeper().await?.source_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn source_add(seat: State<'_, Seat>, request: AddSource) -> Answer<SourceReading> {
    seat.keeper().await?.source_add(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn source_refresh(seat: State<'_, Seat>, request: RefreshSources) -> Answer<Vec<SourceReading>> {
    seat.keeper().await?.source_refresh(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn source_remove(seat: State<'_, Seat>, id: SourceId) -> Answer<Source> {
    seat.keeper().await?.source_remove(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn found_list(seat: State<'_, Seat>, query: FoundQuery) -> Answer<List<FoundItem>> {
    seat.keeper().await?.found_list(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn found_show(seat: State<'_, Seat>, reference: FoundRef) -> Answer<FoundDetail> {
    seat.keeper().await?.found_show(reference).await
}
