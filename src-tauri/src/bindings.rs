//! Keeps the generated TypeScript beside the Rust it was made from.
//!
//! `ui/src/ipc/bindings.ts` is committed. The test fails when it differs from what the commands and
//! their types say now; `DRAWBRIDGE_BLESS=1 cargo test -p drawbridge-desktop bindings` writes it anew.

use crate::commands;
use specta_typescript::Typescript;
use std::{fs, io, path::Path};
use tauri_specta::{BuilderConfiguration, LanguageExt};

/// Collects the commands' names instead of writing a language.
struct Names<'a>(&'a mut Vec<String>);

impl LanguageExt for Names<'_> {
    type Error = io::Error;
    fn export(self, border: &BuilderConfiguration, _: &Path) -> Result<(), io::Error> {
        self.0.extend(border.commands.iter().map(|command| command.name().to_string()));
        Ok(())
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test asks its caller whether to write")]
fn bindings_are_what_the_commands_say() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.ts");
    let fresh = std::env::temp_dir().join(format!("drawbridge-bindings-{}.ts", std::process::id()));
    let header = "// Generated from the commands in src-tauri/src/commands. Do not edit:\n\
                  // DRAWBRIDGE_BLESS=1 cargo test -p drawbridge-desktop bindings\n";
    commands::border().export(Typescript::default().header(header), &fresh).expect("every type has a TypeScript form");
    let now = fs::read_to_string(&fresh).expect("the export was written");
    fs::remove_file(&fresh).expect("the export can be removed");
    if std::env::var_os("DRAWBRIDGE_BLESS").is_some() {
        fs::create_dir_all(committed.parent().expect("it lies in a folder")).expect("ui/src/ipc can be made");
        fs::write(&committed, &now).expect("the bindings can be written");
    }
    let before = fs::read_to_string(&committed).unwrap_or_default();
    assert!(
        before == now,
        "ui/src/ipc/bindings.ts differs from the commands: run DRAWBRIDGE_BLESS=1 cargo test -p drawbridge-desktop bindings"
    );
}

/// The fake keeper of the window's tests asks by the same forms as the real one.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test asks its caller whether to write")]
fn bindings_of_the_fake_have_the_keepers_forms() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/fake/forms.ts");
    let forms = serde_json::to_string_pretty(&drawbridge_keeper::credential_forms()).expect("JSON");
    let now = format!(
        "// Generated from the keeper's forms. Do not edit:\n\
         // DRAWBRIDGE_BLESS=1 cargo test -p drawbridge-desktop bindings\n\
         import type {{ CredentialForm }} from \"../bindings\";\n\nexport const FORMS: CredentialForm[] = {forms};\n"
    );
    if std::env::var_os("DRAWBRIDGE_BLESS").is_some() {
        fs::write(&committed, &now).expect("the forms can be written");
    }
    let before = fs::read_to_string(&committed).unwrap_or_default();
    assert!(
        before == now,
        "ui/src/ipc/fake/forms.ts differs: run DRAWBRIDGE_BLESS=1 cargo test -p drawbridge-desktop bindings"
    );
}

#[test]
fn bindings_permissions_and_commands_name_the_same() {
    let mut existing: Vec<String> = Vec::new();
    commands::border().export(Names(&mut existing), "").expect("names can be listed");
    assert_eq!(existing, commands::COMMANDS, "commands/names.rs must name each command once, in order");
    let capability = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities/main.json");
    let text = fs::read_to_string(capability).expect("the capability file is there");
    let capability: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let allowed: Vec<&str> = capability["permissions"]
        .as_array()
        .expect("permissions is a list")
        .iter()
        .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
        .collect();
    let wanted: Vec<String> = commands::COMMANDS.iter().map(|name| name.replace('_', "-")).collect();
    assert_eq!(allowed, wanted, "capabilities/main.json must allow each command once, in order, and nothing else");
    assert_eq!(capability["windows"], serde_json::json!(["main"]), "only the main window may call commands");
}
