//! Every step of everything that changes a vault's files: killed there, and with the disk full from
//! there. Afterwards the vault opens, old or new, with every value in it.
//!
//! A step is a call of the C library that changes something under the vault's folder; a small shim
//! counts them and strikes. `DRAWBRIDGE_SWEEP=all` strikes at each step (`cargo xtask sweep`),
//! otherwise at some of them, spread over all.

use crate::file_keychain::FileKeychain;
use crate::vault_files::copy_tree;
use drawbridge_domain::{SecretString, SystemRandom};
use drawbridge_store::Store;
use drawbridge_testkit::temp::TempVault;
use drawbridge_vault::{Found, OpenVault, Parts, Way};
use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, OnceLock},
};

const PASSPHRASE: &str = "seven gulls on a wire";
const NEW_PASSPHRASE: &str = "nine herons under a bridge";
/// The sealed values that the jobs begin with.
const VALUES: u32 = 20;
/// Steps that are struck when not all are.
const SOME: usize = 12;

#[derive(Clone, Copy)]
enum Strike {
    Kill(usize),
    Full(usize),
}

/// A vault, its keychain and a backup, copied anew for each strike.
struct Place {
    folder: TempVault,
}

impl Place {
    fn new() -> Self {
        let folder = TempVault::new().expect("a temporary folder");
        fs::create_dir(folder.around().join("keychain")).expect("made");
        Self { folder }
    }

    fn vault(&self) -> PathBuf {
        self.folder.path()
    }

    fn keychain(&self) -> PathBuf {
        self.folder.around().join("keychain")
    }

    fn backup(&self) -> PathBuf {
        self.folder.around().join("copy.drawbridge")
    }

    fn copy(&self) -> Self {
        let copy = Self::new();
        copy_tree(self.folder.around(), copy.folder.around());
        copy
    }

    fn parts(&self) -> Parts {
        Parts { random: Arc::new(SystemRandom), keychain: Arc::new(FileKeychain(self.keychain())) }
    }

    fn run(&self, job: &str, strike: Option<Strike>) -> Output {
        let mut command = Command::new(program());
        command.args([job]).arg(self.vault()).arg(self.keychain());
        if matches!(job, "backup" | "restore") {
            command.arg(self.backup());
        }
        command.env_clear().env("HOME", self.folder.around());
        command.env("LD_PRELOAD", shim()).env("SWEEP_DIR", self.folder.around().join("vault"));
        command.env("SWEEP_COUNT", self.folder.around().join("count"));
        match strike {
            Some(Strike::Kill(at)) => command.env("SWEEP_KILL", at.to_string()),
            Some(Strike::Full(at)) => command.env("SWEEP_FULL", at.to_string()),
            None => &mut command,
        };
        if matches!(job, "backup" | "migrate") {
            // Its file lies beside the vault: that folder counts, too.
            command.env("SWEEP_DIR", self.folder.around());
        }
        command.output().expect("the program starts")
    }

    /// How many steps a job has when nothing strikes.
    fn steps(&self, job: &str) -> usize {
        let copy = self.copy();
        let output = copy.run(job, None);
        assert!(output.status.success(), "{job} works: {}", text(&output));
        fs::read_to_string(copy.folder.around().join("count")).expect("counted").parse().expect("a number")
    }

    async fn open(&self, way: Way<'_>) -> Result<OpenVault, drawbridge_vault::Error> {
        drawbridge_vault::open(&self.vault(), way, &self.parts()).await
    }

    /// Opens it by keychain and checks that everything is there.
    async fn whole(&self, what: &str) {
        let vault = self.open(Way::Keychain).await.unwrap_or_else(|error| panic!("{what}: it opens, but {error:?}"));
        check(vault, what).await;
    }
}

async fn check(vault: OpenVault, what: &str) {
    let store = Store::open(&vault, Arc::new(SystemRandom)).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let sealed = drawbridge_store::check_sealed(store.database(), &vault.sealer).await.expect("checked");
    assert_eq!((sealed.sealed, sealed.unsealable.len()), (VALUES, 0), "{what}: every value opens");
    let pages = vault.check_pages().await.expect("checked");
    assert_eq!(pages.wrong, Vec::<String>::new(), "{what}: every page is sound");
    vault.close().await;
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The folder of this program, where cargo puts the others.
fn target() -> PathBuf {
    let here = std::env::current_exe().expect("this program has a path");
    here.ancestors().nth(2).expect("target/debug").to_owned()
}

/// The program that does the jobs.
fn program() -> PathBuf {
    let program = target().join("examples/vault_steps");
    assert!(program.exists(), "build it first: cargo build -p drawbridge-keeper --example vault_steps");
    program
}

/// The shim, built once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("sweep/shim.c");
        let built = target().join(format!("sweep-shim-{}.so", std::process::id()));
        let done =
            Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&built).arg(source).arg("-ldl").output();
        let done = done.expect("a C compiler, which linking Rust needs too");
        assert!(done.status.success(), "{}", text(&done));
        built
    })
}

/// Where to strike: everywhere, or at some steps spread over all.
fn strikes(steps: usize) -> Vec<usize> {
    if std::env::var_os("DRAWBRIDGE_SWEEP").is_some_and(|sweep| sweep == "all") {
        return (1..=steps).collect();
    }
    (0..SOME.min(steps))
        .map(|part| 1 + part * steps.saturating_sub(1) / SOME.min(steps).max(2).saturating_sub(1))
        .collect()
}

fn prepared(jobs: &[&str]) -> Place {
    let place = Place::new();
    for job in ["prepare"].iter().chain(jobs) {
        let output = place.run(job, None);
        assert!(output.status.success(), "{job}: {}", text(&output));
    }
    place
}

/// Strikes at the steps of a job, and looks at what is left each time.
async fn sweep(job: &str, place: &Place, look: impl AsyncFn(&Place, &str, bool)) {
    let steps = place.steps(job);
    assert!(steps >= 5, "{job} does something: {steps} steps");
    let (mut kills, mut fulls) = (0, 0);
    for at in strikes(steps) {
        let copy = place.copy();
        let output = copy.run(job, Some(Strike::Kill(at)));
        // The last steps may fall into a thread that the end overtakes.
        if output.status.signal() == Some(9) {
            kills += 1;
        } else {
            assert!(output.status.success(), "{job}, step {at}: {}", text(&output));
        }
        look(&copy, &format!("{job} killed at step {at} of {steps}"), output.status.success()).await;

        let copy = place.copy();
        let output = copy.run(job, Some(Strike::Full(at)));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.signal().is_none(), "{job}, full from step {at}: {}", text(&output));
        if !output.status.success() {
            fulls += 1;
            assert_eq!(said.trim(), "\"disk\"", "{job}, full from step {at}: a clear error; {}", text(&output));
        }
        look(&copy, &format!("{job}, disk full from step {at} of {steps}"), output.status.success()).await;
    }
    println!(
        "{job}: {steps} steps, {kills} kills, {fulls} full disks; lost values 0, \
         vaults that do not open 0"
    );
    assert!(kills > 0, "{job} was killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_vault_makes_a_whole_one_or_none() {
    let place = Place::new();
    sweep("create", &place, async |place, what, done| {
        match drawbridge_vault::find(&place.vault()).expect("looked") {
            Found::Absent => assert!(!done, "{what}: it said that it is done"),
            Found::Vault { .. } => {
                place.open(Way::Keychain).await.unwrap_or_else(|e| panic!("{what}: {e:?}")).close().await;
            }
            other => panic!("{what}: {other:?}"),
        }
        // And it can be made, or is there.
        let again = place.run("create", None);
        let there = text(&again).contains("vault_exists");
        assert!(again.status.success() || there, "{what}: {}", text(&again));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_passphrase_is_the_old_one_or_the_new_one() {
    let place = prepared(&[]);
    sweep("passphrase", &place, async |place, what, done| {
        place.whole(what).await;
        let (old, new) = (SecretString::from(PASSPHRASE.to_owned()), SecretString::from(NEW_PASSPHRASE.to_owned()));
        let by_new = place.open(Way::Passphrase(&new)).await;
        match by_new {
            Ok(vault) => vault.close().await,
            Err(_) if !done => {
                let by_old = place.open(Way::Passphrase(&old)).await;
                by_old.unwrap_or_else(|error| panic!("{what}: neither opens: {error:?}")).close().await;
            }
            Err(error) => panic!("{what}: it said that it is done, and {error:?}"),
        }
    })
    .await;
}

/// The vault that the first schema's program left, see `tests/older`.
fn of_schema_1() -> Place {
    let place = Place::new();
    fs::create_dir(place.vault()).expect("made");
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("older/schema-1"), &place.vault());
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_all_there_or_the_older_one_is() {
    let place = of_schema_1();
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    let vault = place.open(Way::Passphrase(&passphrase)).await.expect("it opens");
    assert!(Store::would_migrate(&vault).await.expect("looked"), "it is an older one");
    let before = drawbridge_store::check_sealed(&vault.database, &vault.sealer).await.expect("checked");
    assert!(before.sealed >= 4 && before.unsealable.is_empty(), "{before:?}");
    vault.close().await;
    sweep("migrate", &place, async |place, what, _| {
        let vault = place.open(Way::Passphrase(&passphrase)).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let found = drawbridge_store::check_sealed(&vault.database, &vault.sealer).await.expect("checked");
        // The sign-in that waited is long over: opening empties it.
        let all = |check: &drawbridge_store::SealedCheck| {
            let kept = (before.sealed - 1..=before.sealed).contains(&check.sealed) && check.unsealable.is_empty();
            kept && (check.accounts, check.repositories) == (before.accounts, before.repositories)
        };
        assert!(all(&found), "{what}: every value is there: {found:?}");
        if !Store::would_migrate(&vault).await.expect("looked") {
            let beside = fs::read_dir(place.folder.around().join("vault-backups")).expect("a folder of backups");
            let copies = beside.filter_map(|entry| Some(entry.ok()?.path()));
            let whole = copies.filter(|path| drawbridge_vault::read_backup(path).is_ok()).count();
            assert!(whole >= 1, "{what}: a backup was made first");
        }
        let store =
            Store::open(&vault, Arc::new(SystemRandom)).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let after = drawbridge_store::check_sealed(store.database(), &vault.sealer).await.expect("checked");
        assert!(all(&after), "{what}: and all of it afterwards: {after:?}");
        vault.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_recovery_code_costs_nothing() {
    let place = prepared(&[]);
    sweep("recovery", &place, async |place, what, _| place.whole(what).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_or_the_old_ones_open_everything() {
    let place = prepared(&[]);
    sweep("renew", &place, async |place, what, _| {
        place.whole(what).await;
        let passphrase = SecretString::from(PASSPHRASE.to_owned());
        let vault = place.open(Way::Passphrase(&passphrase)).await;
        vault.unwrap_or_else(|error| panic!("{what}: the passphrase opens, but {error:?}")).close().await;
        // What was left half done does not stand in the way of the next try.
        let again = place.run("renew", None);
        assert!(again.status.success(), "{what}: {}", text(&again));
        place.whole(what).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_whole_or_not_there() {
    let place = prepared(&[]);
    sweep("backup", &place, async |place, what, done| {
        place.whole(what).await;
        let backup = place.backup();
        if backup.exists() {
            let facts = drawbridge_vault::read_backup(&backup);
            assert!(facts.is_ok(), "{what}: a file of that name is a whole backup: {facts:?}");
        } else {
            assert!(!done, "{what}: it said that it is done");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_leaves_the_old_vault_or_the_restored_one() {
    let place = prepared(&["backup", "passphrase"]);
    sweep("restore", &place, async |place, what, _| {
        place.whole(what).await;
        // Whichever it is, the one that was there is not lost.
        let aside = fs::read_dir(place.vault()).expect("listed").filter_map(|entry| {
            let path = entry.expect("an entry").path();
            path.file_name()?.to_str()?.starts_with("put-aside-").then_some(path)
        });
        let places: Vec<PathBuf> = aside.chain([place.vault()]).collect();
        let new = SecretString::from(NEW_PASSPHRASE.to_owned());
        let mut found = false;
        for dir in places {
            if let Ok(vault) = drawbridge_vault::open(&dir, Way::Passphrase(&new), &place.parts()).await {
                check(vault, what).await;
                found = true;
            }
        }
        assert!(found, "{what}: the vault that was there opens, where it was or where it was put");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rescue_leaves_the_damaged_vault_or_the_rescued_one() {
    let place = prepared(&[]);
    sweep("rescue", &place, async |place, what, _| place.whole(what).await).await;
}

/// How many places of a file are flipped.
fn flips() -> usize {
    if std::env::var_os("DRAWBRIDGE_SWEEP").is_some_and(|sweep| sweep == "all") { 2_200 } else { 220 }
}

/// Places spread over a file by a fixed stride that shares no factor with pages or records.
fn places(length: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |number| (number * 7_919 + 13) % length)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_of_the_database_is_found_or_harmless() {
    let place = prepared(&[]);
    let header: serde_json::Value =
        serde_json::from_slice(&fs::read(place.vault().join("header.json")).expect("read")).expect("JSON");
    let path = place.vault().join(header["database"].as_str().expect("a name"));
    let whole = fs::read(&path).expect("read");
    let (mut refused, mut found, mut harmless) = (0, 0, 0);
    for at in places(whole.len(), flips()) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).expect("written");
        match place.open(Way::Keychain).await {
            Err(drawbridge_vault::Error::Damaged { .. }) => refused += 1,
            Err(other) => panic!("byte {at}: not a named damage: {other:?}"),
            Ok(vault) => {
                let check = vault.check_pages().await.expect("checked");
                if check.wrong.is_empty() {
                    // Nothing was found: then everything is what it was.
                    let sealed = drawbridge_store::check_sealed(&vault.database, &vault.sealer).await.expect("read");
                    assert_eq!((sealed.sealed, sealed.unsealable.len()), (VALUES, 0), "byte {at}: silent damage");
                    harmless += 1;
                } else {
                    found += 1;
                }
                vault.close().await;
            }
        }
    }
    println!(
        "database: {} bytes flipped: {refused} refused at opening, {found} found by looking, {harmless} harmless, 0 silent",
        flips()
    );
    assert!(harmless * 100 < flips(), "{harmless} flips changed nothing that is looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_of_a_backup_is_found() {
    let place = prepared(&["backup"]);
    let whole = fs::read(place.backup()).expect("read");
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    let vault = place.open(Way::Keychain).await.expect("opens");
    let (mut found, mut silent) = (0, Vec::new());
    for at in places(whole.len(), flips()) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(place.backup(), &bytes).expect("written");
        // The checksum finds what befalls a file; the seal what somebody does to it.
        let read = drawbridge_vault::read_backup(&place.backup());
        let opened = vault.open_backup(&place.backup()).await;
        match (read, opened) {
            (_, Err(drawbridge_vault::Error::Damaged { .. } | drawbridge_vault::Error::TooNew { .. })) => found += 1,
            (_, Err(other)) => panic!("byte {at}: not a named damage: {other:?}"),
            (_, Ok(opened)) => {
                opened.close().await;
                silent.push(at);
            }
        }
    }
    println!("backup: {} bytes flipped: {found} found, {} silent", flips(), silent.len());
    assert_eq!(silent, Vec::<usize>::new());
    // Cut short anywhere, it is no backup; and nothing of a vault comes of it.
    for at in places(whole.len(), 60) {
        fs::write(place.backup(), &whole[..at]).expect("written");
        assert!(drawbridge_vault::read_backup(&place.backup()).is_err(), "cut at {at}");
    }
    fs::write(place.backup(), &whole).expect("written");
    vault.open_backup(&place.backup()).await.expect("the whole one opens").close().await;
    vault.close().await;
    let elsewhere = Place::new();
    let (file, dir, parts) = (place.backup(), elsewhere.vault(), elsewhere.parts());
    let opened = drawbridge_vault::open_backup(&file, &dir, Way::Passphrase(&passphrase), &parts).await;
    opened.expect("by passphrase, too").close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_values_moved_to_another_row_do_not_open() {
    let place = prepared(&[]);
    let vault = place.open(Way::Keychain).await.expect("opens");
    let store = Store::open(&vault, Arc::new(SystemRandom)).await.expect("opens");
    store.swap_sealed_for_a_test().await.expect("swapped");
    let sealed = drawbridge_store::check_sealed(store.database(), &vault.sealer).await.expect("checked");
    assert_eq!((sealed.sealed, sealed.unsealable.len()), (VALUES - 2, 2), "two swapped values are noticed");
    let (there, known) = store.read().await.expect("reads").sealed_columns().await.expect("listed");
    assert_eq!(there, known, "renewal and verification know every sealed column of the schema");
    vault.close().await;
}
