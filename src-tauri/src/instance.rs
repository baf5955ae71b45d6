//! One desktop app per vault: a second start shows the first one's window and hands over its link.
//!
//! Not here: the lock on the vault folder, which holds whatever starts a keeper (`start.rs`).

use crate::{deep_link, window};
use std::ffi::OsStr;
use tauri::{AppHandle, Wry, plugin::TauriPlugin};

/// The name the first instance is found by.
const NAME: &str = "dev.drawbridge.desktop";

/// Ends a second start. The plugin also passes the second start's link on to `deep_link`.
pub fn plugin(vault: Option<&OsStr>) -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(name(vault))
        .callback(|app, arguments, _folder| second_start(app, &arguments))
        .build()
}

/// A person who starts Drawbridge again wants to see it. A link is no such wish: the window comes
/// when the sign-in it answers is done, and not at all for a link that nobody waits for.
fn second_start(app: &AppHandle, arguments: &[String]) {
    if !arguments.iter().skip(1).any(|argument| deep_link::has_our_scheme(argument)) {
        window::show(app);
    }
}

/// One name per vault, so that a second vault (a demo, a test) is a second app.
fn name(vault: Option<&OsStr>) -> String {
    match vault.filter(|vault| !vault.is_empty()) {
        None => NAME.to_owned(),
        Some(vault) => format!("{NAME}.vault_{:016x}", fingerprint(vault.as_encoded_bytes())),
    }
}

/// FNV-1a: short, and the same in every version, which the standard hasher does not promise.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn each_vault_has_its_own_app() {
        assert_eq!(name(None), name(Some("".as_ref())), "an empty variable is none");
        let one = name(Some("/home/ada/one".as_ref()));
        assert_ne!(one, name(Some("/home/ada/two".as_ref())), "two vaults, two apps");
        assert_ne!(one, name(None), "a vault of one's own is not the usual one");
        assert!(one.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic())), "{one} suits D-Bus");
    }
}
