//! Credentials that a person types in.

use super::Answer;
use crate::seat::Seat;
use drawbridge_domain::CredentialId;
use drawbridge_keeper::dto::{AddCredential, Credential, CredentialForm, List, RemovedCredential};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn credential_kinds(seat: State<'_, Seat>) -> Answer<Vec<CredentialForm>> {
    seat.keeper().await?.credential_kinds().await
}

#[tauri::command]
#[specta::specta]
pub async fn credential_list(seat: State<'_, Seat>) -> Answer<List<Credential>> {
    seat.keeper().await?.credential_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn credential_show(seat: State<'_, Seat>, id: CredentialId) -> Answer<Credential> {
    seat.keeper().await?.credential_show(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn credential_add(seat: State<'_, Seat>, request: AddCredential) -> Answer<Credential> {
    seat.keeper().await?.credential_add(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn credential_check(seat: State<'_, Seat>, id: CredentialId) -> Answer<Credential> {
    seat.keeper().await?.credential_check(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn credential_remove(seat: State<'_, Seat>, id: CredentialId) -> Answer<RemovedCredential> {
    seat.keeper().await?.credential_remove(id).await
}
