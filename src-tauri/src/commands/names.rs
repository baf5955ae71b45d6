//! The names of every command the window may call, in one place.
//!
//! The build script reads this file too: it makes one permission per name, so a command that is
//! not named here can't be called. A test holds this list against the commands that exist and
//! against `capabilities/main.json`. Not here: the commands.

/// Every command, by topic.
pub const COMMANDS: &[&str] = &[
    "keeper_status",
    "vault_status",
    "vault_create",
    "vault_unlock",
    "vault_lock",
    "settings",
    "set_settings",
    "provider_list",
    "client_list",
    "client_add",
    "client_remove",
    "sign_in_start",
    "sign_in_return",
    "sign_in_list",
    "sign_in_show",
    "sign_in_cancel",
    "connect_token",
    "account_list",
    "account_show",
    "account_disconnect",
    "sync_start",
    "sync_status",
    "sync_runs",
    "repository_list",
    "repository_facets",
    "repository_show",
    "open_sign_in",
    "open_repository",
    "open_provider_page",
    "copy_text",
    "window_start",
    "window_theme",
    "quit_app",
];
