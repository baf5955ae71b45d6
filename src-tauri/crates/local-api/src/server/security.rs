//! Routes of the vault's security: ways to open it, recovery code, keys, backups, moves, checks.
//!
//! Not here: any decision; each is one use case.

use super::{input::Input, refusal::Refusal, table::Front};
use axum::{Json, extract::State};
use drawbridge_keeper::{
    Problem,
    dto::{
        AddSlot, Backup, ChangePassphrase, CheckBackup, CheckRecovery, DoctorReport, ExportAccounts, Exported,
        ImportAccounts, Imported, List, MakeBackup, Proven, RecoveryCode, RemoveSlot, Rescued, RestoreBackup, Restored,
        Strength, VaultSecurity, VerifyReport, WarningKind, WeighPassphrase,
    },
};
use serde::Deserialize;

/// What every one of these answers.
type Reply<T> = Result<Json<T>, Refusal>;

/// The vault's security at a glance
#[utoipa::path(
    get, path = "/v1/vault/security", tag = "vault",
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn vault_security(State(front): State<Front>) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.vault_security().await?))
}

/// How hard a passphrase is to guess
///
/// Nothing is kept of it.
#[utoipa::path(
    post, path = "/v1/vault/passphrase/strength", tag = "vault", request_body = WeighPassphrase,
    responses((status = 200, body = Strength), (status = "default", body = Problem))
)]
pub(crate) async fn passphrase_strength(
    State(front): State<Front>,
    Input(request): Input<WeighPassphrase>,
) -> Reply<Strength> {
    Ok(Json(front.keeper.passphrase_strength(request).await?))
}

/// Add a way to open the vault
///
/// It takes the place of one of the same kind.
#[utoipa::path(
    post, path = "/v1/vault/slots", tag = "vault", request_body = AddSlot,
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn slot_add(State(front): State<Front>, Input(request): Input<AddSlot>) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.slot_add(request).await?))
}

/// Take a way to open the vault away
///
/// Never the last one.
#[utoipa::path(
    post, path = "/v1/vault/slots/remove", tag = "vault", request_body = RemoveSlot,
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn slot_remove(State(front): State<Front>, Input(request): Input<RemoveSlot>) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.slot_remove(request).await?))
}

/// Change the passphrase
///
/// Adds one where there is none.
#[utoipa::path(
    post, path = "/v1/vault/passphrase", tag = "vault", request_body = ChangePassphrase,
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn passphrase_change(
    State(front): State<Front>,
    Input(request): Input<ChangePassphrase>,
) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.passphrase_change(request).await?))
}

/// Make a recovery code
///
/// The answer holds it, this once. It opens the vault from now on; the one before it ends when this one
/// was checked.
#[utoipa::path(
    post, path = "/v1/vault/recovery", tag = "vault", request_body = Proven,
    responses((status = 200, body = RecoveryCode), (status = "default", body = Problem))
)]
pub(crate) async fn recovery_make(State(front): State<Front>, Input(request): Input<Proven>) -> Reply<RecoveryCode> {
    Ok(Json(front.keeper.recovery_make(request).await?))
}

/// Check that the new recovery code was put away
#[utoipa::path(
    post, path = "/v1/vault/recovery/check", tag = "vault", request_body = CheckRecovery,
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn recovery_check(
    State(front): State<Front>,
    Input(request): Input<CheckRecovery>,
) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.recovery_check(request).await?))
}

/// Give the vault new keys
///
/// Everything is sealed again. The recovery code ends with the old keys.
#[utoipa::path(
    post, path = "/v1/vault/keys", tag = "vault", request_body = Proven,
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn keys_renew(State(front): State<Front>, Input(request): Input<Proven>) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.keys_renew(request).await?))
}

/// A warning that was seen.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct Dismissed {
    /// Which.
    kind: WarningKind,
}

/// Put a warning away
#[utoipa::path(
    post, path = "/v1/vault/warnings/dismiss", tag = "vault", request_body = Dismissed,
    responses((status = 200, body = VaultSecurity), (status = "default", body = Problem))
)]
pub(crate) async fn warning_dismiss(
    State(front): State<Front>,
    Input(request): Input<Dismissed>,
) -> Reply<VaultSecurity> {
    Ok(Json(front.keeper.warning_dismiss(request.kind).await?))
}

/// The backups in the backup folder, newest first
///
/// Also while the vault is closed.
#[utoipa::path(
    get, path = "/v1/vault/backups", tag = "vault",
    responses((status = 200, body = List<Backup>), (status = "default", body = Problem))
)]
pub(crate) async fn backup_list(State(front): State<Front>) -> Reply<List<Backup>> {
    Ok(Json(List::whole(front.keeper.backup_list().await?)))
}

/// Make a backup
///
/// Answers when it was written and read back.
#[utoipa::path(
    post, path = "/v1/vault/backups", tag = "vault", request_body = MakeBackup,
    responses((status = 200, body = Backup), (status = "default", body = Problem))
)]
pub(crate) async fn backup_make(State(front): State<Front>, Input(request): Input<MakeBackup>) -> Reply<Backup> {
    Ok(Json(front.keeper.backup_make(request).await?))
}

/// Look through a backup
///
/// Also while the vault is closed. Without a proof: a backup of the vault that is open, or only the
/// checksum.
#[utoipa::path(
    post, path = "/v1/vault/backups/check", tag = "vault", request_body = CheckBackup,
    responses((status = 200, body = Backup), (status = "default", body = Problem))
)]
pub(crate) async fn backup_check(State(front): State<Front>, Input(request): Input<CheckBackup>) -> Reply<Backup> {
    Ok(Json(front.keeper.backup_check(request).await?))
}

/// Put a backup in the vault's place
///
/// What is there is put aside, never deleted. The vault is open afterwards.
#[utoipa::path(
    post, path = "/v1/vault/backups/restore", tag = "vault", request_body = RestoreBackup,
    responses((status = 200, body = Restored), (status = "default", body = Problem))
)]
pub(crate) async fn backup_restore(
    State(front): State<Front>,
    Input(request): Input<RestoreBackup>,
) -> Reply<Restored> {
    Ok(Json(front.keeper.backup_restore(request).await?))
}

/// Save what can be read of a damaged vault
///
/// The damaged one is put aside, never deleted. The vault is open afterwards.
#[utoipa::path(
    post, path = "/v1/vault/rescue", tag = "vault", request_body = Proven,
    responses((status = 200, body = Rescued), (status = "default", body = Problem))
)]
pub(crate) async fn vault_rescue(State(front): State<Front>, Input(request): Input<Proven>) -> Reply<Rescued> {
    Ok(Json(front.keeper.vault_rescue(request).await?))
}

/// Read everything in the vault and check it
#[utoipa::path(
    post, path = "/v1/vault/verify", tag = "vault",
    responses((status = 200, body = VerifyReport), (status = "default", body = Problem))
)]
pub(crate) async fn vault_verify(State(front): State<Front>) -> Reply<VerifyReport> {
    Ok(Json(front.keeper.vault_verify().await?))
}

/// What is wrong, what is safe, what to do
///
/// Also while the vault is closed. Nothing is changed.
#[utoipa::path(
    get, path = "/v1/vault/doctor", tag = "vault",
    responses((status = 200, body = DoctorReport), (status = "default", body = Problem))
)]
pub(crate) async fn vault_doctor(State(front): State<Front>) -> Reply<DoctorReport> {
    Ok(Json(front.keeper.vault_doctor().await?))
}

/// Write accounts to a sealed file
#[utoipa::path(
    post, path = "/v1/accounts/export", tag = "accounts", request_body = ExportAccounts,
    responses((status = 200, body = Exported), (status = "default", body = Problem))
)]
pub(crate) async fn accounts_export(
    State(front): State<Front>,
    Input(request): Input<ExportAccounts>,
) -> Reply<Exported> {
    Ok(Json(front.keeper.accounts_export(request).await?))
}

/// Read accounts from a sealed file
#[utoipa::path(
    post, path = "/v1/accounts/import", tag = "accounts", request_body = ImportAccounts,
    responses((status = 200, body = Imported), (status = "default", body = Problem))
)]
pub(crate) async fn accounts_import(
    State(front): State<Front>,
    Input(request): Input<ImportAccounts>,
) -> Reply<Imported> {
    Ok(Json(front.keeper.accounts_import(request).await?))
}
