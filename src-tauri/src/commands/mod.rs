//! What the window can ask for: one command per use case of the keeper, and a few of the shell's own.
//!
//! A command is three lines: who answers, what is asked, what comes back. Decisions, checks and
//! words are the keeper's; opening pages, the clipboard and windows are their modules'.

mod accounts;
mod clones;
mod credentials;
mod inventory;
#[cfg(test)]
mod names;
mod security;
mod shell;
mod sources;
mod vault;

#[cfg(test)]
pub use names::COMMANDS;

use crate::events::{KeeperEvent, WindowEvent};
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

/// What every command answers.
type Answer<T> = Result<T, drawbridge_keeper::Problem>;

/// The commands and events of the window with their types, for the program and for the bindings.
pub fn border() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            vault::keeper_status,
            vault::vault_status,
            vault::vault_create,
            vault::vault_unlock,
            vault::vault_lock,
            security::vault_security,
            security::passphrase_strength,
            security::slot_add,
            security::slot_remove,
            security::passphrase_change,
            security::recovery_make,
            security::recovery_check,
            security::keys_renew,
            security::warning_dismiss,
            security::backup_make,
            security::backup_list,
            security::backup_check,
            security::backup_restore,
            security::vault_rescue,
            security::accounts_export,
            security::accounts_import,
            security::vault_verify,
            security::vault_doctor,
            vault::settings,
            vault::set_settings,
            accounts::provider_list,
            accounts::server_recognise,
            accounts::client_redirects,
            accounts::client_list,
            accounts::client_add,
            accounts::client_register,
            accounts::client_remove,
            accounts::client_prefer,
            accounts::sign_in_start,
            accounts::sign_in_return,
            accounts::sign_in_paste,
            accounts::sign_in_list,
            accounts::sign_in_show,
            accounts::sign_in_cancel,
            accounts::connect_token,
            accounts::account_list,
            accounts::account_show,
            accounts::account_refresh,
            accounts::account_check,
            accounts::account_rename,
            accounts::account_history,
            accounts::calendar,
            accounts::notice_list,
            accounts::notice_told,
            accounts::unended_list,
            accounts::unended_forget,
            accounts::account_disconnect,
            accounts::account_disconnect_all,
            accounts::account_disconnect_all_show,
            credentials::credential_kinds,
            credentials::credential_list,
            credentials::credential_show,
            credentials::credential_add,
            credentials::credential_check,
            credentials::credential_remove,
            inventory::set_sync_interval,
            inventory::sync_start,
            inventory::sync_status,
            inventory::sync_runs,
            inventory::repository_list,
            inventory::repository_facets,
            inventory::repository_show,
            inventory::repository_contents,
            inventory::repository_why,
            inventory::repository_import,
            inventory::host_search,
            inventory::repository_removed,
            inventory::repository_restore,
            inventory::removal_questions,
            inventory::removal_answer,
            sources::source_kinds,
            sources::source_list,
            sources::source_add,
            sources::source_refresh,
            sources::source_remove,
            sources::found_list,
            sources::found_show,
            clones::clone_plan,
            clones::clone_start,
            clones::materialize,
            clones::clone_list,
            clones::clone_cancel,
            clones::open_clone,
            inventory::view_list,
            inventory::view_save,
            inventory::view_rename,
            inventory::view_remove,
            shell::open_sign_in,
            shell::open_repository,
            shell::open_provider_page,
            shell::open_revoke_page,
            shell::copy_text,
            shell::copy_secret,
            shell::window_used,
            shell::window_start,
            shell::window_theme,
            shell::quit_app,
        ])
        .events(collect_events![KeeperEvent, WindowEvent])
        .typ::<drawbridge_keeper::Problem>()
        // One TypeScript type per Rust type: what may be left out on the way in is written as null there.
        .disable_serde_phases()
        // A refusal rejects the promise with a `Problem`, which is what a query library expects.
        .error_handling(ErrorHandlingMode::Throw)
}
