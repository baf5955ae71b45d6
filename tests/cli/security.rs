//! How the vault opens, its settings, and accounts that move: by the command line, as a person and as
//! a program do it.
//!
//! Where a test needs a keychain or a clock of its own, the keeper runs in this process and the
//! binary talks to it; everywhere else the binary starts its own, in a home without a keychain.

use super::{Home, PASSPHRASE, Ran, ago, forge, until, until_in};
use crate::vault_files::flip;
use drawbridge_domain::{Clock as _, SystemClock, SystemRandom};
use drawbridge_keeper::{Keeper, KeeperConfig, Parts, QuietSigns, UnknownLinks, dto::KeeperHost};
use drawbridge_local_api::{
    VERSION,
    server::{self, Server},
};
use drawbridge_testkit::{forge::TokenKind, temp::FakeClock};
use drawbridge_vault::{KeychainError, MemoryKeychain};
use serde_json::Value;
use std::{
    fs,
    io::Write as _,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

pub const NEW: &str = "seven gulls on a wire";
pub const WRONG: &str = "not the passphrase";

/// A home whose keeper runs in this process, with a keychain in memory and a clock that stands; it
/// is ahead of the binary's, so that everything has just happened.
struct Hosted {
    home: Home,
    clock: Arc<FakeClock>,
    keychain: Arc<MemoryKeychain>,
    _server: Server,
    _keeper: Arc<Keeper>,
    _runtime: Runtime,
}

impl Hosted {
    fn new() -> Self {
        let (home, runtime) = (Home::new(), Runtime::new().expect("a runtime"));
        let (clock, keychain) = (Arc::new(FakeClock::at(SystemClock.now())), Arc::new(MemoryKeychain::default()));
        clock.advance(Duration::from_secs(24 * 60 * 60));
        let config = KeeperConfig {
            vault_dir: home.vault(),
            host: KeeperHost::Desktop,
            version: VERSION.to_owned(),
            runtime_dir: Some(home.runtime()),
            unlock_target: Duration::ZERO,
            client_file: None,
            projects_dir: None,
            provider_dir: None,
        };
        let parts = Parts {
            clock: Arc::clone(&clock) as _,
            random: Arc::new(SystemRandom),
            keychain: Arc::clone(&keychain) as _,
            signs: Arc::new(QuietSigns),
            links: Arc::new(UnknownLinks),
        };
        let keeper = runtime.block_on(Keeper::start(config, parts)).expect("a keeper");
        let server = runtime.block_on(server::serve(keeper.clone())).expect("it is served");
        Self { home, clock, keychain, _server: server, _keeper: keeper, _runtime: runtime }
    }
}

/// Lines of standard input.
pub fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

impl Home {
    pub fn unlock(&self, passphrase: &str) -> Ran {
        self.with_input(&["vault", "unlock", "--passphrase-stdin", "--json"], passphrase)
    }

    pub fn lock(&self) {
        self.run(&["vault", "lock"]).done();
    }

    pub fn state(&self) -> Value {
        self.run(&["vault", "status", "--json"]).done().json()["state"].clone()
    }

    /// The ways to open the vault: kinds and ids.
    pub fn ways(&self) -> Vec<(String, String)> {
        let list = self.run(&["vault", "ways", "--json"]).done().json();
        let rows = list["rows"].as_array().expect("rows");
        assert_eq!(list["total"], rows.len(), "{list}");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        rows.iter().map(|row| (text(&row["kind"]), text(&row["id"]))).collect()
    }

    pub fn kinds(&self) -> Vec<String> {
        self.ways().into_iter().map(|(kind, _)| kind).collect()
    }

    /// The file of the open database.
    pub fn database(&self) -> PathBuf {
        let entries = fs::read_dir(self.vault()).expect("the vault's folder");
        let files = entries.map(|entry| entry.expect("an entry").path());
        files.into_iter().find(|path| path.extension().is_some_and(|end| end == "db")).expect("a database")
    }

    /// Stops the keeper of another vault than the usual one.
    pub fn stop(&self, vault: &str) {
        self.run(&["--vault", vault, "keeper", "stop"]).done();
    }

    pub fn path(&self, name: &str) -> String {
        self.around().join(name).to_str().expect("text").to_owned()
    }
}

/// It failed with this code and said this.
#[track_caller]
pub fn refused(ran: Ran, code: &str, message: &str) {
    let problem = ran.failed(1).problem();
    assert_eq!((&problem["code"], &problem["message"]), (&code.into(), &message.into()), "{problem}");
}

#[test]
fn a_vault_of_both_opens_by_both_only() {
    let Hosted { home, keychain, .. } = &Hosted::new();
    let made = home.with_input(&["vault", "create", "--both-stdin"], PASSPHRASE).done();
    assert_eq!(made.out, "The vault is made, and open.\n");
    assert_eq!(home.kinds(), ["both"]);
    let seen = home.run(&["vault", "status"]).done().out;
    assert!(seen.contains("Opens by  passphrase and keychain together\n"), "{seen}");
    home.lock();
    let message = "This vault does not open that way.";
    refused(home.run(&["vault", "unlock", "--keychain", "--json"]), "invalid_input", message);
    refused(home.unlock(WRONG), "wrong_passphrase", "That is not the passphrase.");
    keychain.fail_with(Some(KeychainError::Absent));
    refused(home.unlock(PASSPHRASE), "keychain_absent", "No keychain answers here.");
    keychain.fail_with(None);
    assert_eq!(home.unlock(PASSPHRASE).done().json()["state"], "open");

    // The keychain alone would undo it; a passphrase alone is a choice, and takes its place.
    let add = ["vault", "way", "add", "--keychain", "--json"];
    let message = "This vault needs passphrase and keychain together; the keychain alone would undo that.";
    refused(home.with_input(&add, PASSPHRASE), "invalid_input", message);
    assert_eq!(home.kinds(), ["both"], "nothing was changed");
    home.with_input(&["vault", "way", "add", "--passphrase-stdin"], &lines(&[PASSPHRASE, NEW])).done();
    assert_eq!(home.kinds(), ["passphrase"]);
    home.lock();
    keychain.fail_with(Some(KeychainError::Absent));
    refused(home.unlock(PASSPHRASE), "wrong_passphrase", "That is not the passphrase.");
    home.unlock(NEW).done();

    let without = Home::new();
    let made = without.with_input(&["vault", "create", "--both-stdin", "--json"], PASSPHRASE);
    refused(made, "keychain_absent", "No keychain answers here.");
    assert_eq!(without.state(), "absent", "half of it is not made instead");
}

#[test]
fn ways_are_added_and_taken_away_but_for_the_last() {
    let begun = Instant::now();
    let Hosted { home, keychain, .. } = &Hosted::new();
    home.run(&["vault", "create", "--keychain"]).done();
    let [(kind, only)] = &home.ways()[..] else { panic!("one way") };
    assert_eq!(kind, "keychain");
    let last = "This is the last way to open the vault. Nothing was changed.";
    refused(home.run(&["vault", "way", "remove", only, "--json"]), "invalid_input", last);
    // A vault without a passphrase takes the keychain's word, and reads nothing for it.
    home.run(&["vault", "recovery", "--json"]).done();
    refused(home.run(&["vault", "way", "remove", only, "--json"]), "invalid_input", last);
    let added = home.with_input(&["vault", "way", "add", "--passphrase-stdin"], PASSPHRASE).done();
    assert_eq!(added.out, "The way is added.\n");
    assert_eq!(added.err, "The vault opens by: keychain, recovery code, passphrase.\n");

    // From here on it does not any more.
    let remove = ["vault", "way", "remove", only, "--json"];
    let by_keychain: Vec<&str> = remove.iter().copied().chain(["--proof", "keychain"]).collect();
    refused(home.run(&by_keychain), "passphrase_needed", "This needs the passphrase itself.");
    refused(home.with_input(&remove, WRONG), "wrong_passphrase", "That is not the passphrase.");
    assert_eq!(home.run(&remove).failed(2).problem()["message"], "Standard input holds no passphrase.");
    assert_eq!(home.kinds(), ["keychain", "recovery", "passphrase"], "nothing was changed");
    let left = home.with_input(&remove, PASSPHRASE).done().json();
    assert_eq!(left["slots"].as_array().expect("the ways that are left").len(), 2, "{left}");
    assert!(keychain.entries().iter().all(|(name, _)| name.ends_with("generation")), "its key is gone there too");
    let nobody = home.with_input(&["vault", "way", "remove", "nobody", "--json"], PASSPHRASE);
    assert_eq!(nobody.failed(1).problem()["code"], "not_found");

    let table = home.run(&["vault", "ways"]).done().out;
    let mut rows = table.lines();
    assert!(rows.next().expect("headings").starts_with("ID "), "{table}");
    for (kind, rest) in [
        ("  recovery code  ", " s ago  not yet  not shown to be put away"),
        ("  passphrase     ", " s ago  not yet  made slow on purpose: "),
    ] {
        let row = rows.next().expect("a row");
        assert!(ago(row, kind) <= begun.elapsed() && row.contains(rest), "{table}");
    }
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let home = Home::open();
    let change = ["vault", "passphrase", "--json"];
    refused(home.with_input(&change, &lines(&[WRONG, NEW])), "wrong_passphrase", "That is not the passphrase.");
    let short = home.with_input(&change, &lines(&[PASSPHRASE, "short"]));
    refused(short, "invalid_input", "The passphrase has 5 characters; it needs 8 or more.");
    let half = home.with_input(&change, PASSPHRASE).failed(2).problem();
    assert_eq!(half["message"], "Standard input holds no new passphrase.");
    assert!(half["hint"].as_str().expect("text").contains("as the second line"), "{half}");

    let changed = home.with_input(&["vault", "passphrase"], &lines(&[PASSPHRASE, NEW])).done();
    assert_eq!(changed.out, "The passphrase is changed.\n");
    home.lock();
    refused(home.unlock(PASSPHRASE), "wrong_passphrase", "That is not the passphrase.");
    assert_eq!(home.unlock(NEW).done().json()["state"], "open");
    assert_eq!(home.kinds(), ["passphrase"], "it took the old one's place");
    let changed = home.with_input(&change, &lines(&[NEW, PASSPHRASE])).done().json();
    assert_eq!(changed["slots"][0]["kind"], "passphrase");
}

#[test]
fn wrong_passphrases_make_the_next_try_wait() {
    let Hosted { home, clock, .. } = &Hosted::new();
    home.with_input(&["vault", "create", "--passphrase-stdin"], PASSPHRASE).done();
    home.lock();
    for _ in 0..3 {
        assert_eq!(home.run(&["vault", "status", "--json"]).done().json()["wait_until"], Value::Null);
        refused(home.unlock(WRONG), "wrong_passphrase", "That is not the passphrase.");
    }
    let wait = "Too many wrong tries. The next one counts in 1 s.";
    refused(home.unlock(PASSPHRASE), "too_soon", wait);
    let seen = home.run(&["vault", "status"]).done().out;
    assert!(seen.contains("\nNext try  in 86"), "{seen}");
    let told = home.with_input(&["vault", "unlock", "--passphrase-stdin"], PASSPHRASE).failed(1).err;
    assert!(told.starts_with(wait) && told.contains("Nothing is lost by waiting"), "{told}");
    clock.advance(Duration::from_secs(1));
    refused(home.unlock(WRONG), "wrong_passphrase", "That is not the passphrase.");
    clock.advance(Duration::from_secs(1));
    refused(home.unlock(PASSPHRASE), "too_soon", wait);
    clock.advance(Duration::from_secs(1));
    assert_eq!(home.unlock(PASSPHRASE).done().json()["state"], "open");

    // Who asks to change it is counted as at the door.
    for _ in 0..3 {
        home.with_input(&["vault", "passphrase"], &lines(&[WRONG, NEW])).failed(1);
    }
    refused(home.with_input(&["vault", "recovery", "--json"], PASSPHRASE), "too_soon", wait);
}

/// The groups of a code that are asked for.
fn asked(made: &Value) -> String {
    let groups: Vec<&str> = made["code"].as_str().expect("a code").split('-').collect();
    let ask = made["ask"].as_array().expect("places").iter();
    ask.map(|place| format!("{}\n", groups[place.as_u64().expect("a number") as usize - 1])).collect()
}

#[test]
fn a_recovery_code_is_made_checked_and_opens_the_vault() {
    let home = Home::open();
    let make = ["vault", "recovery", "--json"];
    let check = ["vault", "recovery", "--check-stdin", "--json"];
    let none = home.with_input(&check, "AAAA\nBBBB\n");
    refused(none, "invalid_input", "No recovery code waits to be checked.");
    let first = home.with_input(&make, PASSPHRASE).done().json();
    home.with_input(&check, &asked(&first)).done();

    let shown = home.with_input(&["vault", "recovery"], PASSPHRASE).done();
    assert_eq!(shown.out.trim_end().len(), 39, "the code and nothing else: {}", shown.out);
    let hint = "drawbridge vault recovery --check-stdin`, with groups ";
    assert!(shown.err.contains(hint), "{}", shown.err);
    // One that was not checked ends when the next is made; the one that was checked stays until then.
    let second = home.with_input(&make, PASSPHRASE).done().json();
    assert_eq!(home.kinds(), ["passphrase", "recovery", "recovery"]);
    refused(home.with_input(&check, "AAAA\nBBBB\n"), "invalid_input", "That is not what the code says there.");
    let one = asked(&second).lines().next().expect("a group").to_owned();
    refused(home.with_input(&check, &one), "invalid_input", "That is not what the code says there.");
    let security = home.with_input(&check, &asked(&second).to_lowercase()).done().json();
    assert_eq!(security["slots"][1]["checked"], true);
    assert_eq!(home.kinds(), ["passphrase", "recovery"], "the first code has ended");

    home.lock();
    let by_code = |code: &str| {
        let line = ["vault", "unlock", "--recovery-stdin", "--json"];
        home.with_input(&line, &lines(&[code, NEW]))
    };
    let [old, code] = [&first, &second].map(|made| made["code"].as_str().expect("a code"));
    refused(by_code(old), "wrong_recovery", "That is not the recovery code of this vault.");
    refused(by_code(&code[1..]), "invalid_input", "That is not a recovery code: a character is missing or wrong.");
    let half = home.with_input(&["vault", "unlock", "--recovery-stdin", "--json"], code).failed(2).problem();
    assert_eq!(half["message"], "Standard input holds no new passphrase.");
    assert_eq!(home.state(), "locked");
    let typed = code.to_lowercase().replace('-', " ");
    assert_eq!(by_code(&typed).done().json()["state"], "open");

    let seen = home.run(&["vault", "warnings"]).done().out;
    assert!(seen.starts_with("recovery_used  The vault was opened with its recovery code.\n"), "{seen}");
    let list = home.run(&["vault", "warnings", "--json"]).done().json();
    assert_eq!((&list["total"], &list["rows"][0]["kind"]), (&1.into(), &"recovery_used".into()));
    let left = home.run(&["vault", "warnings", "--dismiss", "recovery_used", "--json"]).done().json();
    assert_eq!(left, serde_json::json!({ "total": 0, "rows": [] }));
    home.lock();
    refused(home.unlock(PASSPHRASE), "wrong_passphrase", "That is not the passphrase.");
    home.unlock(NEW).done();
    // It proves who asks, too.
    let change = ["vault", "passphrase", "--proof", "recovery"];
    home.with_input(&change, &lines(&[code, PASSPHRASE])).done();
    home.lock();
    home.unlock(PASSPHRASE).done();
    let files = drawbridge_testkit::temp::search_tree_for(home.around(), &[code, PASSPHRASE, NEW]).expect("searched");
    assert_eq!(files, [], "neither code nor passphrase is written anywhere");
}

#[test]
fn new_keys_keep_what_is_in_the_vault_and_end_the_recovery_code() {
    let forge = forge(20);
    let home = Home::connected(&forge);
    home.with_input(&["vault", "recovery"], PASSPHRASE).done();
    let before = home.database();
    refused(home.with_input(&["vault", "renew", "--json"], WRONG), "wrong_passphrase", "That is not the passphrase.");
    let renewed = home.with_input(&["vault", "renew"], PASSPHRASE).done();
    assert_eq!(renewed.out, "The vault has new keys.\n");
    assert!(renewed.err.contains("The recovery code ended"), "{}", renewed.err);
    assert_eq!(home.kinds(), ["passphrase"]);
    assert_ne!(home.database(), before, "everything is in another file");
    assert_eq!(home.with_input(&["vault", "renew", "--json"], PASSPHRASE).done().json()["key_version"], 3);
    home.run(&["keeper", "stop"]).done();
    home.unlock(PASSPHRASE).done();
    assert_eq!(home.run(&["repo", "list", "--json"]).done().json()["total"], 20);
    assert_eq!(home.run(&["sync", "--json"]).done().objects().last().expect("a run")["outcome"], "unchanged");
    assert_eq!(home.run(&["vault", "verify", "--json"]).done().json()["sound"], true);
}

/// The doctor's level, and what he found.
fn doctor(home: &Home, exit: i32) -> (String, Vec<String>) {
    let ran = home.run(&["vault", "doctor", "--json"]).failed(exit);
    assert_eq!(ran.err, "", "the report says it all");
    let report = ran.json();
    let findings = report["findings"].as_array().expect("findings");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let whats = findings.iter().map(|finding| format!("{}: {}", text(&finding["level"]), text(&finding["what"])));
    (text(&report["level"]), whats.collect())
}

#[test]
fn the_doctor_looks_at_a_vault_in_every_state() {
    let home = Home::new();
    let has = |findings: &[String], what: &str| assert!(findings.iter().any(|f| f == what), "{what}: {findings:?}");
    let (level, findings) = doctor(&home, 0);
    assert_eq!(level, "advice");
    has(&findings, "advice: There is no vault in this folder.");

    home.with_input(&["vault", "create", "--passphrase-stdin"], PASSPHRASE).done();
    let (level, findings) = doctor(&home, 0);
    assert_eq!(level, "advice");
    has(&findings, "fine: The vault is open.");
    has(&findings, "advice: There is no recovery code.");
    has(&findings, "advice: There is no backup.");
    home.with_input(&["vault", "recovery"], PASSPHRASE).done();
    let backup = home.run(&["vault", "backup", "--json"]).done().json()["path"].as_str().expect("a path").to_owned();
    let (level, findings) = doctor(&home, 0);
    assert_eq!(level, "fine", "{findings:?}");
    home.lock();
    let (level, findings) = doctor(&home, 0);
    assert_eq!(level, "fine", "{findings:?}");
    has(&findings, "fine: The vault is locked; its files are in place.");

    let size = fs::metadata(&backup).expect("there").len();
    flip(Path::new(&backup), size / 2);
    let (level, findings) = doctor(&home, 1);
    assert_eq!((level.as_str(), findings[0].as_str()), ("problem", "problem: The newest backup is damaged."));
    flip(Path::new(&backup), size / 2);

    fs::write(home.vault().join("header-copy.json"), "{").expect("written");
    let (level, findings) = doctor(&home, 0);
    assert_eq!(level, "advice");
    has(&findings, "advice: One of the header's two copies is missing or damaged.");
    fs::write(home.vault().join("header.json"), "{").expect("written");
    let (level, findings) = doctor(&home, 1);
    assert_eq!(level, "problem");
    has(&findings, "problem: The vault's files can't be read as a vault.");
    let seen = home.run(&["vault", "doctor"]).failed(1);
    let first = "problem  The vault's files can't be read as a vault.\n         Nothing was changed or deleted. ";
    assert!(seen.out.starts_with(first), "{}", seen.out);
    let told = home.unlock(PASSPHRASE).failed(1);
    assert_eq!(told.problem()["code"], "vault_damaged");
    // The way back.
    let restored = home.with_input(&["vault", "restore", &backup, "--json"], PASSPHRASE).done().json();
    assert!(restored["put_aside"].is_string(), "{restored}");
    assert_eq!(home.state(), "open");
}

#[test]
fn settings_are_shown_and_changed_by_name() {
    let home = Home::open();
    let all = home.run(&["settings", "--json"]).done().json();
    assert_eq!((&all["sync_every_minutes"], &all["backup_folder"]), (&30.into(), &Value::Null));
    let set = ["settings", "lock-after-idle-minutes", "15"];
    assert_eq!(home.run(&set).done().out, "lock_after_idle_minutes  15\n");
    let weaker = home.run(&["settings", "lock_on_sleep", "false"]).failed(2);
    assert!(weaker.err.contains("Standard input holds no passphrase."), "{}", weaker.err);
    home.with_input(&["settings", "lock_on_sleep", "false"], PASSPHRASE).done();
    let all = home.run(&["settings", "--json"]).done().json();
    assert_eq!((&all["lock_after_idle_minutes"], &all["lock_on_sleep"]), (&15.into(), &false.into()));
    let mut here = home.command(&["settings", "backup_folder", "copies"]);
    assert!(here.current_dir(home.around()).status().expect("it runs").success());
    assert_eq!(home.run(&["settings", "backup_folder", "--json"]).done().json()["backup_folder"], home.path("copies"));
    home.run(&["settings", "backup_folder", "-"]).done();
    assert_eq!(home.run(&["settings", "backup_folder"]).done().out, "backup_folder  the usual\n");

    let refused = home.run(&["settings", "clear_clipboard_seconds", "5", "--json"]).failed(1).problem();
    assert_eq!(refused["message"], "A copied secret stays 10 seconds to two minutes.");
    for value in ["maybe", "-1", "1.5", ""] {
        let unfit = home.run(&["settings", "lock_after_idle_minutes", value, "--json"]).failed(2).problem();
        assert_ne!(unfit["message"], "", "{value:?}");
    }
    let unknown = home.run(&["settings", "colour", "red", "--json"]).failed(2).problem();
    assert_eq!(unknown["message"], "There is no setting called colour.");
    assert!(unknown["hint"].as_str().expect("text").contains("lock_on_sleep"), "{unknown}");
}

#[test]
fn what_changes_something_is_carried_to_its_end_when_its_caller_leaves() {
    let Hosted { home, .. } = &Hosted::new();
    let status = home.run(&["keeper", "status", "--json"]).done().json();
    let body = format!(r#"{{"kind":"passphrase","passphrase":"{PASSPHRASE}"}}"#);
    let head = format!("POST /v1/vault HTTP/1.1\r\nhost: keeper\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = UnixStream::connect(status["socket"].as_str().expect("a path")).expect("it takes callers");
    stream.write_all(format!("{head}{body}").as_bytes()).expect("sent");
    // A request that is not read yet when its caller leaves is none. The keeper's lock is there from
    // its start; the next file is the database, which is made some steps before the header.
    let begun = || fs::read_dir(home.vault()).expect("a folder").count() > 1;
    assert!(!begun(), "only the keeper's lock so far");
    until_in(&home.vault(), "the work has begun", begun);
    drop(stream);
    until("the vault is made", || home.state() == "open");
}

#[test]
fn accounts_move_to_another_vault_in_a_file_of_their_own() {
    let forge = forge(7);
    let home = Home::connected(&forge);
    let account = home.run(&["account", "list", "--json"]).done().json()["rows"][0]["id"].clone();
    let account = account.as_str().expect("an id");
    let token = forge.add_token(1, TokenKind::Classic, &["repo", "read:org"], None);
    let second = ["connect", "github", "--host", forge.url(), "--token-stdin", "--json"];
    home.with_input(&second, &token).done();
    let file = home.path("accounts.age");
    let export = ["account", "export", &file, "--account", account, "--json"];
    let wrong = home.with_input(&export, &lines(&[WRONG, NEW]));
    refused(wrong, "wrong_passphrase", "That is not the passphrase.");
    let half = home.with_input(&export, PASSPHRASE).failed(2).problem();
    assert_eq!(half["message"], "Standard input holds no passphrase for the file.");
    assert!(!Path::new(&file).exists(), "nothing is written before all is known");
    let exported = home.with_input(&export, &lines(&[PASSPHRASE, NEW])).done().json();
    let named = (&1.into(), &file.as_str().into());
    assert_eq!((&exported["accounts"], &exported["path"]), named, "the one that was named, and not the other");
    home.with_input(&export, &lines(&[PASSPHRASE, NEW])).failed(1);

    let other = Home::open();
    let import = ["account", "import", &file, "--json"];
    other.with_input(&import, WRONG).failed(1);
    assert_eq!(other.run(&["account", "list", "--json"]).done().json()["total"], 0);
    assert_eq!(other.with_input(&import, NEW).done().json()["added"], 1);
    assert_eq!(other.with_input(&["account", "import", &file], NEW).done().out.lines().count(), 1, "a sentence");
    other.run(&["sync"]).done();
    assert_eq!(other.run(&["repo", "list", "--json"]).done().json()["total"], 7, "its access works there");
}

#[test]
fn what_weakens_security_asks_for_the_passphrase_and_takes_no_wrong_one() {
    let home = Home::open();
    let set = |value: &str, input: &str| home.with_input(&["settings", "lock_on_sleep", value, "--json"], input);
    refused(set("false", &lines(&[WRONG])), "wrong_passphrase", "That is not the passphrase.");
    assert_eq!(home.run(&["settings", "lock-on-sleep", "--json"]).done().json()["lock_on_sleep"], true);
    assert_eq!(set("false", &lines(&[PASSPHRASE])).done().json()["lock_on_sleep"], false);
    assert_eq!(set("true", "").done().json()["lock_on_sleep"], true, "the way back asks nobody");
}

#[test]
fn everything_is_revoked_after_the_passphrase_and_each_has_its_receipt() {
    let practice = forge(40);
    let home = Home::connected(&practice);
    let all =
        |input: &str, more: &[&str]| home.with_input(&[&["account", "disconnect", "--all"], more].concat(), input);
    refused(all(&lines(&[WRONG]), &["--json"]), "wrong_passphrase", "That is not the passphrase.");
    assert_eq!(home.run(&["account", "list", "--json"]).done().json()["total"], 1);
    let told = all(&lines(&[PASSPHRASE]), &[]).done().out;
    assert!(told.contains("lets only you end this access") && told.contains("40 repositories have left"), "{told}");
    assert!(told.contains("What is left can be done at the host: http"), "{told}");
    assert_eq!(home.run(&["account", "list", "--json"]).done().json()["total"], 0);
    let none = all(&lines(&[PASSPHRASE]), &["--json"]).done().json();
    assert_eq!((&none["over"], &none["rows"]), (&true.into(), &Value::Array(Vec::new())));
}
