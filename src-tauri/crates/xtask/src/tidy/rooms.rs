//! The room table: which line may stand in which room.
//!
//! One function per row, each by text search in what is really compiled for the app: comments, tests, the test
//! kit and this crate's own lists of words are left out. What a dependency can show is in `arrows.rs`.

use super::{
    Finding,
    source::{File, Line, Tree},
};

const CATALOG: &str = "src-tauri/crates/providers/src/catalog";
const SHELL: &str = "src-tauri/src";
const COMMANDS: &str = "src-tauri/src/commands";
const KEEPER: &str = "src-tauri/crates/keeper";
const UI: &str = "ui/src";
const UI_TAURI: &str = "ui/src/ipc/tauri.ts";
const UI_BINDINGS: &str = "ui/src/ipc/bindings.ts";

/// Where the real clock and the real randomness are picked up and handed on.
const CLOCK_AND_CHANCE: &[&str] =
    &["src-tauri/crates/domain/src/time_source.rs", "src-tauri/crates/keeper/src/config.rs"];

/// Where the environment is read: the composition of the keeper, and the programs that start one.
const ENVIRONMENT: &[&str] = &["src-tauri/crates/keeper/src/config.rs", "src-tauri/crates/cli", SHELL];

/// Where the one client for everything is made, to be handed on.
const HTTP_COMPOSITION: &str = "src-tauri/crates/keeper/src/keeper.rs";

/// Where a stopwatch is fine, because how long one waits is not what time it is: at the edges, where others are
/// waited for.
const STOPWATCH: &[&str] =
    &["src-tauri/crates/http", "src-tauri/crates/sync", "src-tauri/crates/local-api", "src-tauri/crates/cli", SHELL];

/// Checks every row.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let rows = [sql, key_material, provider_names, tauri, http, vault_open, outer_world, words, three_line_commands];
    rows.iter().flat_map(|row| row(tree)).collect()
}

fn in_crate(file: &File, names: &[&str]) -> bool {
    names.iter().any(|name| file.within(&[&format!("src-tauri/crates/{name}")]))
}

fn is_rust(file: &File) -> bool {
    file.ends(&[".rs"])
}

fn is_typescript(file: &File) -> bool {
    file.ends(&[".ts", ".tsx"])
}

/// The source files of the app itself.
fn sources(tree: &Tree) -> impl Iterator<Item = &File> {
    let of_the_app = |file: &&File| !file.for_tests && !in_crate(file, &["testkit", "xtask"]);
    tree.files.iter().filter(|file| is_rust(file) || is_typescript(file)).filter(of_the_app)
}

fn lines(file: &File) -> impl Iterator<Item = Line> {
    file.lines().into_iter().filter(|line| !line.test)
}

/// The first of these words that the line's code names.
fn named<'a>(line: &Line, words: &[&'a str]) -> Option<&'a str> {
    words.iter().copied().find(|word| line.names(word))
}

/// "contains SQL": `store`. The vault opens the database, so it may set it up and ask whether it opened.
fn sql(tree: &Tree) -> Vec<Finding> {
    const RULE: &str = "sql";
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.ends(&[".sql"]) && !file.for_tests) {
        if !in_crate(file, &["store"]) {
            findings.push(Finding::new(RULE, &file.path, 0, "SQL lives in `store`"));
        }
    }
    for file in sources(tree).filter(|file| !in_crate(file, &["store"])) {
        let vault = in_crate(file, &["vault"]);
        for line in lines(file) {
            if !vault && let Some(word) = named(&line, &["sqlx", "rusqlite", "libsqlite3_sys"]) {
                findings.push(Finding::new(RULE, &file.path, line.number, format!("`{word}` belongs to `store`")));
            }
            for text in &line.strings {
                if is_sql(text) && !(vault && only_opens(text)) {
                    findings.push(Finding::new(RULE, &file.path, line.number, "SQL lives in `store`"));
                }
            }
        }
    }
    findings
}

/// Whether a string literal is a statement; sentences that begin with "Select" or "Delete" are none.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let first_two = (words.first().copied().unwrap_or_default(), words.get(1).copied().unwrap_or_default());
    let is = |word: &str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    let has = |keyword: &str| words.iter().any(|word| is(word, keyword));
    // In lower case these are words of English, too.
    let shouted = |keyword: &str| first_two.0 == keyword;
    match first_two {
        ("SELECT" | "VALUES" | "PRAGMA", _) => true,
        (first, _) if is(first, "pragma") || is(first, "vacuum") => true,
        (first, _) if is(first, "select") => has("from") && !text.trim_end().ends_with('.'),
        (first, second) if is(first, "insert") => is(second, "into") || (is(second, "or") && has("into")),
        (first, second) if is(first, "delete") => is(second, "from") && (shouted("DELETE") || has("where")),
        (first, _) if is(first, "update") => has("set") && (shouted("UPDATE") || text.contains('=')),
        (first, second) if ["create", "alter", "drop"].iter().any(|word| is(first, word)) => {
            ["table", "index", "trigger", "view", "virtual", "unique", "temp"].iter().any(|word| is(second, word))
        }
        (first, _) => first == "WITH" && has("SELECT"),
    }
}

/// What opening and copying need: settings, a look whether the schema can be read, and the copy as a whole.
fn only_opens(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    lower.starts_with("pragma")
        || lower.starts_with("select sqlcipher_export(")
        || (lower.starts_with("select")
            && (lower.contains("from sqlite_schema") || lower.contains("from sqlite_master")))
}

/// "touches key material": `vault`. Beside the dependencies (`arrows.rs`), the window must not start to do it.
fn key_material(tree: &Tree) -> Vec<Finding> {
    let libraries = ["aes_gcm", "argon2", "hkdf", "keyring", "keyring_core"];
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| !in_crate(file, &["vault"])) {
        for line in lines(file) {
            let word = if is_rust(file) {
                // The chips of the catalogue and the like may be called anything; a path is what counts.
                named(&line, &libraries).filter(|word| line.code.contains(&format!("{word}::")))
            } else {
                line.code.contains("crypto.subtle").then_some("crypto.subtle")
            };
            if let Some(word) = word {
                let words = format!("`{word}` handles keys, and keys live in `vault`");
                findings.push(Finding::new("key-material", &file.path, line.number, words));
            }
        }
    }
    findings
}

/// "names a provider": its folder in the catalogue.
fn provider_names(tree: &Tree) -> Vec<Finding> {
    let names = catalogue(tree);
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| !file.within(&[CATALOG])) {
        for line in lines(file) {
            let whole = format!("{} {}", line.code, line.strings.join(" ")).to_lowercase();
            if let Some(name) = names.iter().find(|name| names_provider(&whole, name)) {
                let words = format!("`{name}` is named; what differs between providers lives in {CATALOG}/{name}");
                findings.push(Finding::new("provider-name", &file.path, line.number, words));
            }
        }
    }
    findings
}

/// Providers that are called like ordinary words of code: for them the host's name counts.
const ORDINARY: [&str; 5] = ["box", "linear", "monday", "x", "zoom"];

/// The providers' names: their folders and data files, and the hosts of those that are ordinary words.
fn catalogue(tree: &Tree) -> Vec<String> {
    let inside = format!("{CATALOG}/");
    let hosts = tree.files.iter().filter(|file| {
        let name = file.path.strip_prefix(&inside).and_then(|rest| rest.strip_suffix(".toml"));
        name.is_some_and(|name| ORDINARY.contains(&name))
    });
    let hosts = hosts.filter_map(|file| {
        let line = file.text.lines().find_map(|line| line.strip_prefix("host = \"https://"))?;
        Some(line.trim_end_matches('"').to_owned())
    });
    let hosts: Vec<String> = hosts.collect();
    let mut names: Vec<String> = tree
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix(&inside))
        .map(|rest| rest.split(['/', '.']).next().unwrap_or_default().to_lowercase())
        .filter(|name| !name.is_empty() && name != "mod" && !ORDINARY.contains(&name.as_str()))
        .chain(hosts)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn names_provider(line: &str, name: &str) -> bool {
    if name.len() > 4 {
        return line.contains(name);
    }
    // A short name may be part of a word by accident.
    let is_part = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    line.match_indices(name)
        .any(|(at, _)| !is_part(line[..at].chars().next_back()) && !is_part(line[at + name.len()..].chars().next()))
}

/// "names tauri": `src-tauri/src` and `ui/src/ipc/tauri.ts`.
fn tauri(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| !file.within(&[SHELL, "src-tauri/build.rs", UI_TAURI, UI_BINDINGS])) {
        for line in lines(file) {
            let found = if is_rust(file) {
                line.names("tauri") || line.code.contains("tauri_")
            } else {
                line.strings.iter().any(|text| text.starts_with("@tauri-apps")) || line.code.contains("__TAURI")
            };
            if found {
                let words = format!("only {SHELL} and {UI_TAURI} know that there is tauri");
                findings.push(Finding::new("tauri", &file.path, line.number, words));
            }
        }
    }
    findings
}

/// "sends HTTP": `http` (how), `oauth` and `providers` (what).
fn http(tree: &Tree) -> Vec<Finding> {
    const RULE: &str = "http";
    let mut findings = Vec::new();
    for file in sources(tree) {
        for line in lines(file) {
            let found = if is_rust(file) {
                let clients = named(&line, &["reqwest", "ureq", "TcpStream"]).filter(|_| !in_crate(file, &["http"]));
                // A TcpStream that somebody else opened is not sent from here.
                let clients = clients.filter(|word| *word != "TcpStream" || line.code.contains("TcpStream::connect"));
                let borrowed = !in_crate(file, &["http", "oauth", "providers"])
                    && !file.within(&[HTTP_COMPOSITION])
                    && line.names("drawbridge_http");
                clients.or(borrowed.then_some("drawbridge_http"))
            } else {
                let ways = ["XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon"];
                let fetch = line.calls("fetch") || line.code.contains("window.fetch(");
                named(&line, &ways).or(fetch.then_some("fetch"))
            };
            if let Some(word) = found.filter(|_| !file.within(&[UI_BINDINGS])) {
                let words = format!("`{word}`: `http` sends, and `oauth` and `providers` say what");
                findings.push(Finding::new(RULE, &file.path, line.number, words));
            }
        }
    }
    findings
}

/// "decides whether the vault must be open": `keeper`. A front may react to the answer (with a status, an exit
/// code, another page, by waiting): in Rust that is a match arm, in the window `ui/src/data` and `ui/src/ipc`.
fn vault_open(tree: &Tree) -> Vec<Finding> {
    let reacts = |file: &File, line: &Line| {
        let front = in_crate(file, &["local-api", "cli"]) || file.within(&[SHELL]);
        let arm = |rest: &str| rest.contains("=>") || rest.trim_start().starts_with('|');
        front && !file.within(&[COMMANDS]) && line.code.split_once("VaultLocked").is_some_and(|(_, rest)| arm(rest))
    };
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| !file.within(&[KEEPER, "ui/src/data", "ui/src/ipc"])) {
        for line in lines(file) {
            let decides = if is_rust(file) {
                line.names("VaultLocked") && !reacts(file, &line)
            } else {
                line.strings.iter().any(|text| text == "vault_locked")
            };
            if decides {
                let words = "whether the vault must be open is decided in `keeper`";
                findings.push(Finding::new("vault-open", &file.path, line.number, words));
            }
        }
    }
    findings
}

/// "reads the clock, randomness, environment": passed in from the composition.
fn outer_world(tree: &Tree) -> Vec<Finding> {
    const NOW_AND_CHANCE: &[&str] = &[
        "SystemTime::now",
        "OffsetDateTime::now",
        "Utc::now",
        "SystemClock",
        "SystemRandom",
        "rand::rng(",
        "rand::random",
        "thread_rng",
        "OsRng",
        "SysRng",
        "getrandom",
    ];
    const SURROUNDINGS: &[&str] =
        &["env::var", "env::vars", "env::args", "env::temp_dir", "env::home_dir", "env::current_dir"];
    let kinds = [(NOW_AND_CHANCE, CLOCK_AND_CHANCE), (SURROUNDINGS, ENVIRONMENT), (&["Instant::now"], STOPWATCH)];
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| is_rust(file) && !file.ends(&["/build.rs"])) {
        for line in lines(file).filter(|line| !is_use(line)) {
            for (calls, places) in &kinds {
                if let Some(call) = calls.iter().find(|call| line.code.contains(*call) && !file.within(places)) {
                    let words = format!("`{call}`: clock, randomness and environment are passed in");
                    findings.push(Finding::new("outer-world", &file.path, line.number, words));
                }
            }
        }
    }
    findings
}

fn is_use(line: &Line) -> bool {
    let code = line.code.trim_start();
    code.starts_with("use ") || code.starts_with("pub use ")
}

/// "words an error for a person": `keeper`. A front that could not reach it words that in its `words.rs`.
fn words(tree: &Tree) -> Vec<Finding> {
    const RULE: &str = "words";
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| !file.within(&[KEEPER])) {
        let front = file.within(&[SHELL]) || in_crate(file, &["local-api", "cli"]);
        if front && file.ends(&["/words.rs"]) {
            continue;
        }
        for line in lines(file) {
            let code = line.code.trim();
            if is_rust(file) && (code.contains("Problem::new(") || makes_problem(code)) {
                let words =
                    "errors get their words in `keeper` (a front's own, when no keeper answers, in its words.rs)";
                findings.push(Finding::new(RULE, &file.path, line.number, words));
            }
            if file.within(&[UI]) && compares_message(code) {
                let words = "the window branches on an error's code, never on its words";
                findings.push(Finding::new(RULE, &file.path, line.number, words));
            }
        }
    }
    findings
}

/// Whether a `Problem` is put together here; taking one apart, or naming the type, is fine.
fn makes_problem(code: &str) -> bool {
    code.contains("Problem { code:") && !code.contains("=>") && !code.contains("let ")
}

fn compares_message(code: &str) -> bool {
    ["message.includes(", "message.match(", "message.startsWith(", "message ===", "message =="]
        .iter()
        .any(|text| code.contains(text))
}

/// A Tauri command is three statements at most: what it does is a use case of the keeper.
fn three_line_commands(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| is_rust(file)) {
        let all: Vec<Line> = lines(file).collect();
        for (index, line) in all.iter().enumerate() {
            if !line.code.contains("tauri::command") || !line.code.contains("#[") {
                continue;
            }
            let code: String = all[index..].iter().flat_map(|line| [line.code.as_str(), "\n"]).collect();
            let count = statements(&code);
            if count > 3 {
                let words =
                    format!("a command of {count} statements; three at most, the rest is a use case of `keeper`");
                findings.push(Finding::new("three-line-commands", &file.path, line.number, words));
            }
        }
    }
    findings
}

/// How many statements the body of the first function in this code has.
fn statements(code: &str) -> usize {
    let Some((_, from_fn)) = code.split_once("fn ") else { return 0 };
    let mut depth = 0_usize;
    let mut count = 0;
    // Whether something stands since the last statement ended.
    let mut open = false;
    let mut characters = from_fn.chars().skip_while(|c| *c != '{').skip(1).peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '(' | '[' => {
                depth += 1;
                open = true;
            }
            '}' | ')' | ']' if depth > 0 => {
                depth -= 1;
                let rest: String = characters.clone().take(200).collect();
                let goes_on = rest.trim_start().starts_with(['.', '?', ';', ',', ')', '}', '=', '|', '&'])
                    || rest.trim_start().starts_with("else");
                if depth == 0 && character == '}' && !goes_on {
                    count += 1;
                    open = false;
                }
            }
            '}' => return count + usize::from(open),
            ';' if depth == 0 => {
                count += 1;
                open = false;
            }
            other if !other.is_whitespace() => open = true,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{is_sql, statements};

    #[test]
    fn sentences_are_not_statements() {
        for text in ["Select a repository from the list.", "Delete the file", "Update settings", "select", "create"] {
            assert!(!is_sql(text), "{text}");
        }
        for text in [
            "SELECT 1",
            "select id from account",
            "insert or replace into page values (?)",
            "DELETE FROM account",
            "update account set name = ?",
            "CREATE UNIQUE INDEX a ON b (c)",
            "\n    WITH x AS (SELECT 1) SELECT * FROM x",
            "PRAGMA journal_mode = WAL",
        ] {
            assert!(is_sql(text), "{text}");
        }
    }

    #[test]
    fn statements_are_counted_as_a_reader_would() {
        assert_eq!(statements("fn a() -> B { keeper().await?.b().await }"), 1);
        assert_eq!(
            statements(
                "async fn a(b: C<D>) -> E {\n let f = g { h: 1 };\n if b { c(); d() } else { e() }\n f.run(|x| { x; y })\n}"
            ),
            3
        );
        assert_eq!(statements("fn a() { b(); c(); d(); e() }\nfn f() { g(); }"), 4);
    }
}
