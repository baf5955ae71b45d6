//! Providers, clients, sign-ins and accounts.

use super::Answer;
use crate::{pages::Receipts, seat::Seat};
use drawbridge_domain::{AccountId, ClientId, SignInId};
use drawbridge_keeper::dto::{
    Account, AccountEvent, Client, ConnectToken, Connected, DisconnectAll, DisconnectReceipt, Ending, List, NewClient,
    Notice, NoticeTold, PasteCode, Proven, Provider, RecogniseServer, Recognised, RedirectsOf, RegisterClient,
    RegisteredClient, RemovedClient, RenameAccount, SignIn, StartSignIn, Unended,
};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn provider_list(seat: State<'_, Seat>) -> Answer<Vec<Provider>> {
    seat.keeper().await?.provider_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn server_recognise(seat: State<'_, Seat>, request: RecogniseServer) -> Answer<Recognised> {
    seat.keeper().await?.server_recognise(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn client_redirects(seat: State<'_, Seat>, request: RedirectsOf) -> Answer<Vec<String>> {
    seat.keeper().await?.client_redirects(&request)
}

#[tauri::command]
#[specta::specta]
pub async fn client_list(seat: State<'_, Seat>) -> Answer<List<Client>> {
    seat.keeper().await?.client_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn client_add(seat: State<'_, Seat>, client: NewClient) -> Answer<Client> {
    seat.keeper().await?.client_add(client).await
}

#[tauri::command]
#[specta::specta]
pub async fn client_register(seat: State<'_, Seat>, request: RegisterClient) -> Answer<RegisteredClient> {
    seat.keeper().await?.client_register(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn client_remove(seat: State<'_, Seat>, id: ClientId) -> Answer<RemovedClient> {
    seat.keeper().await?.client_remove(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_start(seat: State<'_, Seat>, request: StartSignIn) -> Answer<SignIn> {
    seat.keeper().await?.sign_in_start(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_return(seat: State<'_, Seat>, link: String) -> Answer<SignIn> {
    seat.keeper().await?.sign_in_return(link).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_list(seat: State<'_, Seat>) -> Answer<Vec<SignIn>> {
    seat.keeper().await?.sign_in_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_show(seat: State<'_, Seat>, id: SignInId) -> Answer<SignIn> {
    seat.keeper().await?.sign_in_show(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_cancel(seat: State<'_, Seat>, id: SignInId) -> Answer<SignIn> {
    seat.keeper().await?.sign_in_cancel(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn connect_token(seat: State<'_, Seat>, request: ConnectToken) -> Answer<Connected> {
    seat.keeper().await?.connect_token(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_list(seat: State<'_, Seat>) -> Answer<List<Account>> {
    seat.keeper().await?.account_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn account_show(seat: State<'_, Seat>, id: AccountId) -> Answer<Account> {
    seat.keeper().await?.account_show(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_disconnect(
    seat: State<'_, Seat>,
    receipts: State<'_, Receipts>,
    id: AccountId,
) -> Answer<DisconnectReceipt> {
    receipts.disconnect(&seat.keeper().await?, id).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_disconnect_all(seat: State<'_, Seat>, request: Proven) -> Answer<DisconnectAll> {
    seat.keeper().await?.account_disconnect_all(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_disconnect_all_show(seat: State<'_, Seat>) -> Answer<Option<DisconnectAll>> {
    seat.keeper().await?.account_disconnect_all_show().await
}

#[tauri::command]
#[specta::specta]
pub async fn unended_list(seat: State<'_, Seat>) -> Answer<List<Unended>> {
    seat.keeper().await?.unended_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn unended_forget(seat: State<'_, Seat>, id: String) -> Answer<()> {
    seat.keeper().await?.unended_forget(&id).await
}

#[tauri::command]
#[specta::specta]
pub async fn client_prefer(seat: State<'_, Seat>, id: ClientId) -> Answer<()> {
    seat.keeper().await?.client_prefer(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_paste(seat: State<'_, Seat>, id: SignInId, request: PasteCode) -> Answer<SignIn> {
    seat.keeper().await?.sign_in_paste(id, request).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_refresh(seat: State<'_, Seat>, id: AccountId) -> Answer<Account> {
    seat.keeper().await?.account_refresh(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_check(seat: State<'_, Seat>, id: AccountId) -> Answer<Account> {
    seat.keeper().await?.account_check(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_rename(seat: State<'_, Seat>, id: AccountId, request: RenameAccount) -> Answer<Account> {
    seat.keeper().await?.account_rename(id, request).await
}

#[tauri::command]
#[specta::specta]
pub async fn account_history(seat: State<'_, Seat>, id: AccountId) -> Answer<List<AccountEvent>> {
    seat.keeper().await?.account_history(id).await
}

#[tauri::command]
#[specta::specta]
pub async fn notice_list(seat: State<'_, Seat>) -> Answer<List<Notice>> {
    seat.keeper().await?.notice_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn notice_told(seat: State<'_, Seat>, request: NoticeTold) -> Answer<()> {
    seat.keeper().await?.notice_told(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn calendar(seat: State<'_, Seat>) -> Answer<List<Ending>> {
    seat.keeper().await?.calendar().await
}
