//! The vault's security: ways to open, recovery, keys, backups, moves, checks.

use super::Answer;
use crate::seat::Seat;
use drawbridge_keeper::dto::{
    AddSlot, Backup, ChangePassphrase, CheckBackup, CheckRecovery, DoctorReport, ExportAccounts, Exported,
    ImportAccounts, Imported, MakeBackup, Proven, RecoveryCode, RemoveSlot, Rescued, RestoreBackup, Restored, Strength,
    VaultSecurity, VerifyReport, WarningKind, WeighPassphrase,
};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn vault_security(seat: State<'_, Seat>) -> Answer<VaultSecurity> {
    seat.keeper().await?.vault_security().await
}

#[tauri::command]
#[specta::specta]
pub async fn passphrase_strength(seat: State<'_, Seat>, request: WeighPassphrase) -> Answer<Strength> {
    seat.keeper().await?.passphrase_strength(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn slot_add(seat: State<'_, Seat>, request: AddSlot) -> Answer<VaultSecurity> {
    seat.keeper().await?.slot_add(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn slot_remove(seat: State<'_, Seat>, request: RemoveSlot) -> Answer<VaultSecurity> {
    seat.keeper().await?.slot_remove(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn passphrase_change(seat: State<'_, Seat>, request: ChangePassphrase) -> Answer<VaultSecurity> {
    seat.keeper().await?.passphrase_change(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn recovery_make(seat: State<'_, Seat>, request: Proven) -> Answer<RecoveryCode> {
    seat.keeper().await?.recovery_make(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn recovery_check(seat: State<'_, Seat>, request: CheckRecovery) -> Answer<VaultSecurity> {
    seat.keeper().await?.recovery_check(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn keys_renew(seat: State<'_, Seat>, request: Proven) -> Answer<VaultSecurity> {
    seat.keeper().await?.keys_renew(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn warning_dismiss(seat: State<'_, Seat>, kind: WarningKind) -> Answer<VaultSecurity> {
    seat.keeper().await?.warning_dismiss(kind).await
}

#[tauri::command]
#[specta::specta]
pub async fn backup_make(seat: State<'_, Seat>, request: MakeBackup) -> Answer<Backup> {
    seat.keeper().await?.backup_make(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn backup_list(seat: State<'_, Seat>) -> Answer<Vec<Backup>> {
    seat.keeper().await?.backup_list().await
}

#[tauri::command]
#[specta::specta]
pub async fn backup_check(seat: State<'_, Seat>, request: CheckBackup) -> Answer<Backup> {
    seat.keeper().await?.backup_check(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn backup_restore(seat: State<'_, Seat>, request: RestoreBackup) -> Answer<Restored> {
    seat.keeper().await?.backup_restore(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn vault_rescue(seat: State<'_, Seat>, request: Proven) -> Answer<Rescued> {
    seat.keeper().await?.vault_rescue(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn accounts_export(seat: State<'_, Seat>, request: ExportAccounts) -> Answer<Exported> {
    seat.keeper().await?.accounts_export(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn accounts_import(seat: State<'_, Seat>, request: ImportAccounts) -> Answer<Imported> {
    seat.keeper().await?.accounts_import(request).await
}

#[tauri::command]
#[specta::specta]
pub async fn vault_verify(seat: State<'_, Seat>) -> Answer<VerifyReport> {
    seat.keeper().await?.vault_verify().await
}

#[tauri::command]
#[specta::specta]
pub async fn vault_doctor(seat: State<'_, Seat>) -> Answer<DoctorReport> {
    seat.keeper().await?.vault_doctor().await
}
