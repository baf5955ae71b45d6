//! One planted violation of each rule, and beside it the nearest thing that is allowed.
//!
//! A rule that never fails protects nothing; each is seen to fail here.

use super::{
    Finding, arrows, migrations, rooms, shape,
    source::{File, Tree},
};
use crate::house::fingerprint;

fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into(), for_tests: false };
    let mut tree = Tree { files: files.iter().map(file).collect() };
    tree.find_test_files();
    tree
}

/// The places that this rule finds.
fn found(rule: &str, findings: &[Finding]) -> Vec<String> {
    let of_rule = findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
}

fn rooms_find(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    found(rule, &rooms::check(&tree(files)))
}

fn shape_finds(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    found(rule, &shape::check(&tree(files)))
}

const SYNC: &str = "src-tauri/crates/sync/src/lib.rs";
const STORE: &str = "src-tauri/crates/store/src/accounts.rs";
const VAULT: &str = "src-tauri/crates/vault/src/database.rs";
const HTTP: &str = "src-tauri/crates/http/src/client.rs";
const KEEPER: &str = "src-tauri/crates/keeper/src/lib.rs";
const API: &str = "src-tauri/crates/local-api/src/status.rs";
const COMMANDS: &str = "src-tauri/src/commands/vault.rs";
const PAGE: &str = "ui/src/pages/accounts/Accounts.tsx";

#[test]
fn sql_outside_the_store_is_found() {
    let statement = "fn a() { run(\"SELECT id FROM account\") }";
    assert_eq!(rooms_find("sql", &[(SYNC, statement), (STORE, statement)]), [format!("{SYNC}:1")]);
    assert_eq!(rooms_find("sql", &[(SYNC, "use sqlx::Row;"), (STORE, "use sqlx::Row;")]), [format!("{SYNC}:1")]);
    let opens = "use sqlx::Connection;\nconst A: &str = \"PRAGMA cache_size = -65536\";\nconst B: &str = \"SELECT count(*) FROM sqlite_schema\";";
    assert!(rooms_find("sql", &[(VAULT, opens)]).is_empty(), "the vault opens the database");
    assert_eq!(rooms_find("sql", &[(VAULT, "const A: &str = \"DELETE FROM account\";")]), [format!("{VAULT}:1")]);
    assert_eq!(rooms_find("sql", &[("src-tauri/crates/sync/extra.sql", "")]).len(), 1);
    assert!(
        rooms_find(
            "sql",
            &[(SYNC, "// SELECT id FROM account\n#[cfg(test)]\nmod tests { const A: &str = \"SELECT 1\"; }")]
        )
        .is_empty()
    );
}

#[test]
fn key_material_outside_the_vault_is_found() {
    let code = "let key = argon2::Argon2::default();";
    assert_eq!(rooms_find("key-material", &[(KEEPER, code), (VAULT, code)]), [format!("{KEEPER}:1")]);
    assert_eq!(rooms_find("key-material", &[(PAGE, "await crypto.subtle.digest(a, b)")]), [format!("{PAGE}:1")]);
}

#[test]
fn a_provider_named_outside_its_folder_is_found() {
    let folder = "src-tauri/crates/providers/src/catalog/exampleforge/mod.rs";
    let files = [
        (folder, "const NAME: &str = \"ExampleForge\";"),
        (KEEPER, "if id == \"exampleforge\" {}"),
        (PAGE, "const isExampleForge = true;"),
        (SYNC, "// exampleforge answers like that\n#[cfg(test)]\nmod tests { const A: &str = \"exampleforge\"; }"),
        ("ui/src/pages/accounts/Accounts.test.tsx", "const a = \"exampleforge\";"),
        ("src-tauri/crates/testkit/src/forge/mod.rs", "struct ExampleForge;"),
    ];
    assert_eq!(rooms_find("provider-name", &files), [format!("{KEEPER}:1"), format!("{PAGE}:1")]);
    let word = "src-tauri/crates/providers/src/catalog/box.toml";
    let host = [(word, "host = \"https://www.box.example\""), (KEEPER, "let url = \"https://www.box.example/x\";")];
    let free = [(word, "host = \"https://www.box.example\""), (KEEPER, "let x = Box::new(1);")];
    assert_eq!(rooms_find("provider-name", &host), [format!("{KEEPER}:1")]);
    assert!(rooms_find("provider-name", &free).is_empty(), "an ordinary word is no name of a provider");
    let short = [("src-tauri/crates/providers/src/catalog/hub.toml", ""), (KEEPER, "let hubs = github(\"hub\");")];
    assert_eq!(rooms_find("provider-name", &short), [format!("{KEEPER}:1")]);
    let part = [("src-tauri/crates/providers/src/catalog/hub.toml", ""), (KEEPER, "let hubs = chub();")];
    assert!(rooms_find("provider-name", &part).is_empty(), "part of another word");
}

#[test]
fn tauri_outside_the_shell_is_found() {
    let rust = "use tauri::Manager;";
    assert_eq!(rooms_find("tauri", &[(KEEPER, rust), (COMMANDS, rust)]), [format!("{KEEPER}:1")]);
    let script = "import { invoke } from \"@tauri-apps/api/core\";";
    assert_eq!(rooms_find("tauri", &[(PAGE, script), ("ui/src/ipc/tauri.ts", script)]), [format!("{PAGE}:1")]);
}

#[test]
fn http_outside_its_rooms_is_found() {
    let client = "let client = reqwest::Client::new();";
    assert_eq!(rooms_find("http", &[(KEEPER, client), (HTTP, client)]), [format!("{KEEPER}:1")]);
    let request = "use drawbridge_http::{Client, Request};";
    let oauth = "src-tauri/crates/oauth/src/tokens.rs";
    assert_eq!(rooms_find("http", &[(KEEPER, request), (oauth, request)]), [format!("{KEEPER}:1")]);
    let composes = "src-tauri/crates/keeper/src/keeper.rs";
    assert!(rooms_find("http", &[(composes, "http: drawbridge_http::Client,")]).is_empty(), "handing it on");
    assert_eq!(rooms_find("http", &[(PAGE, "const a = await fetch(url);")]), [format!("{PAGE}:1")]);
    assert!(rooms_find("http", &[(PAGE, "const a = refetch(); query.fetch(); this.#fetch();")]).is_empty());
}

#[test]
fn deciding_about_the_open_vault_outside_the_keeper_is_found() {
    let decides = "if problem.code == Code::VaultLocked { return }";
    assert_eq!(rooms_find("vault-open", &[(COMMANDS, decides), (KEEPER, decides)]), [format!("{COMMANDS}:1")]);
    assert!(
        rooms_find("vault-open", &[(API, "Code::VaultLocked => 423,\nCode::VaultLocked | Code::A => 1,")]).is_empty()
    );
    assert_eq!(rooms_find("vault-open", &[(API, decides)]), [format!("{API}:1")]);
    let waits = "Err(problem) if problem.code == Code::VaultLocked => {}";
    let link = "src-tauri/src/deep_link.rs";
    assert_eq!(rooms_find("vault-open", &[(link, waits), (COMMANDS, waits)]), [format!("{COMMANDS}:1")]);
    let page = "if (problem.code === \"vault_locked\") return null;";
    assert_eq!(rooms_find("vault-open", &[(PAGE, page), ("ui/src/data/session.ts", page)]), [format!("{PAGE}:1")]);
}

#[test]
fn reading_clock_randomness_or_environment_is_found() {
    for code in [
        "let now = std::time::SystemTime::now();",
        "let started = Instant::now();",
        "let a: u8 = rand::random();",
        "let home = std::env::var_os(\"HOME\");",
        "Keeper::new(SystemClock)",
    ] {
        assert_eq!(rooms_find("outer-world", &[(STORE, code)]), [format!("{STORE}:1")], "{code}");
    }
    let allowed = [("src-tauri/src/main.rs", "let a = std::env::args();"), (HTTP, "let a = Instant::now();")];
    assert!(rooms_find("outer-world", &allowed).is_empty());
    let wrong_place = [("src-tauri/src/main.rs", "let a = SystemTime::now();")];
    assert_eq!(
        rooms_find("outer-world", &wrong_place),
        ["src-tauri/src/main.rs:1"],
        "the shell may not read the clock"
    );
}

#[test]
fn wording_an_error_outside_the_keeper_is_found() {
    let words = "return Err(Problem::new(Code::Disk, \"a\", \"b\"));";
    let own = "src-tauri/crates/local-api/src/words.rs";
    assert_eq!(rooms_find("words", &[(STORE, words), (KEEPER, words), (own, words)]), [format!("{STORE}:1")]);
    let literal = "Err(Problem { code: Code::Disk, message: a, hint: b })";
    assert_eq!(rooms_find("words", &[(COMMANDS, literal)]), [format!("{COMMANDS}:1")]);
    assert!(rooms_find("words", &[(COMMANDS, "let Problem { code: c, .. } = problem;")]).is_empty(), "taken apart");
    assert_eq!(rooms_find("words", &[(PAGE, "if (error.message.includes(\"denied\")) {}")]), [format!("{PAGE}:1")]);
}

#[test]
fn a_long_command_is_found() {
    let long = "#[tauri::command]\n#[specta::specta]\npub async fn a(b: C) -> D {\n let e = f();\n let g = e?;\n log(&g);\n Ok(g)\n}";
    assert_eq!(rooms_find("three-line-commands", &[(COMMANDS, long)]), [format!("{COMMANDS}:1")]);
    let short = "#[tauri::command]\npub async fn a(b: C) -> D {\n seat.keeper().await?.a(b).await\n}\nfn c() { d(); e(); f(); g(); }";
    assert!(rooms_find("three-line-commands", &[(COMMANDS, short)]).is_empty());
}

#[test]
fn an_arrow_that_goes_back_is_found() {
    let page = "| crate | one line | may use |\n| --- | --- | --- |\n| `domain` | a | – |\n| `store` | b | `domain` |\n\n\
                | library | only in |\n| --- | --- |\n| `sqlx`, `tauri*` | `store` |\n";
    let package = |name: &str, uses: &[&str]| arrows::Package {
        name: name.to_owned(),
        manifest: format!("{name}/Cargo.toml"),
        uses: uses.iter().map(|name| (*name).to_owned()).collect(),
    };
    let places = |packages: &[arrows::Package], page| found("arrows", &arrows::check(packages, page));
    let good = [package("domain", &["serde"]), package("store", &["drawbridge-domain", "sqlx"])];
    assert!(places(&good, page).is_empty());
    let back = [package("domain", &["drawbridge-store"]), package("store", &[])];
    assert_eq!(places(&back, page), ["domain/Cargo.toml:0"]);
    let library = [package("domain", &["tauri-plugin-opener"]), package("store", &[])];
    assert_eq!(places(&library, page), ["domain/Cargo.toml:0"]);
    let unlisted = [package("domain", &[]), package("store", &[]), package("cellar", &[])];
    assert_eq!(places(&unlisted, page), ["cellar/Cargo.toml:0"]);
    assert_eq!(places(&[package("domain", &[])], page).len(), 1, "a row without a crate");
    assert!(!places(&good, "").is_empty(), "a page without its tables");
}

#[test]
fn something_new_at_the_top_is_found() {
    let files = [("scripts/a.sh", ""), ("README.md", ""), (".ci/run", ""), ("ui/package.json", "")];
    assert_eq!(shape_finds("top-level", &files), ["scripts:0"]);
}

#[test]
fn a_module_without_words_is_found() {
    let files = [(SYNC, "use std::fs;"), (KEEPER, "//! What a person can do.\n")];
    assert_eq!(shape_finds("module-words", &files), [format!("{SYNC}:1")]);
}

#[test]
fn a_long_file_without_a_reason_is_found() {
    let long = "//! a\n".to_owned() + &"fn b() {}\n".repeat(600);
    let reasoned = "//! a\n//!\n//! long: one table of facts, no logic.\n".to_owned() + &"fn b() {}\n".repeat(600);
    assert_eq!(shape_finds("length", &[(SYNC, &long), (KEEPER, &reasoned)]), [format!("{SYNC}:0")]);
}

#[test]
fn a_package_without_the_lints_is_found() {
    let files = [("a/Cargo.toml", "[package]\n[lints]\nworkspace = true\n"), ("b/Cargo.toml", "[package]\n")];
    assert_eq!(shape_finds("lints", &files), ["b/Cargo.toml:0"]);
}

#[test]
fn long_or_missing_documents_are_found() {
    let page = "line\n".repeat(120);
    let path = "src-tauri/docs/ARCHITECTURE.md";
    assert_eq!(shape_finds("documents", &[("README.md", &page), (path, &page)]), [format!("{path}:0")]);
    assert_eq!(shape_finds("documents", &[(path, "short")]), ["README.md:0"]);
    assert!(shape_finds("documents", &[("README.md", "short"), (path, &page)]).is_empty());
}

#[test]
fn a_link_to_nothing_is_found() {
    let pages = [
        ("docs/a.md", "[b](b/1.md), [c](../c.md#part), [d](https://example.org/e)\n[f](gone.md)"),
        ("c.md", ""),
        ("docs/b/1.md", ""),
    ];
    assert_eq!(shape_finds("links", &pages), ["docs/a.md:2"]);
}

#[test]
fn a_path_of_one_machine_is_found() {
    let own = ["/people/ada/drawbridge/".to_owned()];
    let files = [
        ("a.sh", "cd /people/ada/drawbridge/ui"),
        ("b.sh", concat!("ls '/ro", "ot/.cargo'")),
        ("c.md", "https://example.org/people/ada/drawbridge/"),
    ];
    assert_eq!(found("machine-path", &shape::machine_paths(&tree(&files), &own)), ["a.sh:1", "b.sh:1"]);
}

#[test]
fn an_edited_migration_is_found() {
    let folder = "src-tauri/crates/store/migrations";
    let first = format!("{folder}/0001_accounts.sql");
    let list = format!("{}  0001_accounts.sql\n", fingerprint(b"CREATE TABLE account (id)"));
    let check = |files: &[(&str, &str)]| found("migrations", &migrations::check(&tree(files)));
    let list_path = format!("{folder}/fingerprints.txt");
    assert!(check(&[(&list_path, &list), (&first, "CREATE TABLE account (id)")]).is_empty());
    assert_eq!(check(&[(&list_path, &list), (&first, "CREATE TABLE account (id, name)")]), [format!("{first}:0")]);
    assert_eq!(check(&[(&list_path, &list)]), [format!("{first}:0")], "a removed one");
    assert_eq!(check(&[(&first, "CREATE TABLE account (id)")]), [format!("{first}:0")], "one not accepted yet");
}
