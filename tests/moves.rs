//! Accounts that go from one vault to another: what arrives works, what renews it lives in one
//! place only.
//!
//! Not here: files that are anything but what was exported (`exports`).

use crate::app::{App, PATIENCE};
use drawbridge_domain::{
    AccountId, BaseUrl, Clock as _, Health, SecretBytes, SecretString, SignInWay, SystemClock, SystemRandom, Timestamp,
};
use drawbridge_keeper::{
    Answer, Code,
    dto::{
        Account, CreateVault, Event, ExportAccounts, Exported, ImportAccounts, Imported, NewClient, Proof, RunOutcome,
        Settings, Tag,
    },
};
use drawbridge_store::Store;
use drawbridge_testkit::{
    browser,
    forge::{Simulator, SimulatorConfig, TokenKind},
    temp::{FakeClock, search_tree_for},
};
use drawbridge_vault::Way;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

const PASSPHRASE: &str = "canary-export nine herons in the reeds";
pub const MOST: u64 = 16 * 1024 * 1024;
/// A token of the practice forge lives this long.
const TOKEN_LIFE: Duration = Duration::from_secs(8 * 60 * 60);

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

pub async fn vault(clock: &Arc<FakeClock>) -> App {
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    only_by_hand(&app).await;
    app
}

/// No sync by itself: a clock that jumps would make one due, and it would renew at a moment of its own.
pub async fn only_by_hand(app: &App) {
    let settings = app.keeper.settings().await.expect("there");
    app.keeper.set_settings(Settings { sync_every_minutes: 0, ..settings }.into()).await.expect("set");
}

/// A practice forge by the same clock as the vaults.
pub fn practice_at(clock: &Arc<FakeClock>, repositories: usize) -> Simulator {
    let config = SimulatorConfig { clock: clock.clone(), ..SimulatorConfig::with_repositories(repositories) };
    Simulator::start(config).expect("the practice forge starts")
}

pub fn now() -> Arc<FakeClock> {
    Arc::new(FakeClock::at(SystemClock.now()))
}

pub async fn sign_in(app: &App, forge: &Simulator) -> Account {
    let started = app.sign_in(forge, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    app.keeper.sign_in_return(link).await.expect("completes").account.expect("an account")
}

pub fn file(app: &App, name: &str) -> PathBuf {
    app.folder.around().join("out").join(name)
}

fn request(path: &Path, move_renewal: bool) -> ExportAccounts {
    ExportAccounts {
        accounts: Vec::new(),
        path: path.display().to_string(),
        passphrase: secret(PASSPHRASE),
        move_renewal,
        proof: Proof::Keychain,
    }
}

pub async fn export(app: &App, path: &Path, move_renewal: bool) -> Answer<Exported> {
    app.keeper.accounts_export(request(path, move_renewal)).await
}

pub async fn import(app: &App, path: &Path) -> Answer<Imported> {
    let request = ImportAccounts { path: path.display().to_string(), passphrase: secret(PASSPHRASE) };
    app.keeper.accounts_import(request).await
}

/// What an export says, opened as another program would.
pub fn document(path: &Path) -> Value {
    let text = drawbridge_vault::read_age_file(path, &secret(PASSPHRASE), MOST).expect("opens");
    serde_json::from_slice(text.expose()).expect("JSON")
}

/// Seals any content as an export is sealed.
pub fn seal(path: &Path, content: &[u8]) {
    let _ = fs::remove_file(path);
    let content = SecretBytes::new(content.to_vec());
    drawbridge_vault::write_age_file(path, &secret(PASSPHRASE), &content, Duration::ZERO, &SystemRandom)
        .expect("sealed");
}

pub fn counts(done: &Imported) -> (u32, u32, u32) {
    (done.added, done.updated, done.kept)
}

/// A document of one account of the practice forge.
pub fn plain(practice: &Simulator, token: &str, issued_at: Timestamp) -> Value {
    json!({"format": 1, "exported_at": issued_at, "accounts": [{
        "provider": "github",
        "host": {"base_url": practice.host(), "api_url": practice.api_url()},
        "subject": practice.user_id(0).to_string(), "login": practice.login(0), "name": null, "email": null,
        "moves": false,
        "credential": {
            "kind": "token", "client_id": null, "access_token": token, "refresh_token": null,
            "asked_scopes": [], "granted_scopes": ["repo"],
            "issued_at": issued_at, "access_ends_at": null, "refresh_ends_at": null,
        },
        "client": null,
    }]})
}

/// Everything a person sees of accounts, clients and rows, to compare.
pub async fn picture(app: &App) -> String {
    let accounts = app.keeper.account_list().await.expect("listed");
    let clients = app.keeper.client_list().await.expect("listed");
    format!("{accounts:?} {clients:?} {} rows, {} files", app.count().await, files(app))
}

pub fn files(app: &App) -> usize {
    fs::read_dir(app.folder.around()).expect("listed").count()
}

fn renewals(forge: &Simulator) -> usize {
    forge.log().into_iter().filter(|exchange| exchange.path == "/login/oauth/access_token").count()
}

async fn shown(app: &App, id: &AccountId) -> Account {
    app.keeper.account_show(id.clone()).await.expect("shown")
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_arrive_in_another_vault_and_work_there() {
    let clock = now();
    let practice = practice_at(&clock, 60);
    let (home, away) = (vault(&clock).await, vault(&clock).await);
    home.add_client(&practice).await;
    let person = sign_in(&home, &practice).await;
    let token = practice.add_token(1, TokenKind::Classic, &["repo", "read:org"], None);
    let other = home.connect_with(&practice, &token).await.expect("connects");
    home.sync().await;

    let path = file(&home, "accounts.age");
    let exported = export(&home, &path, false).await.expect("written");
    assert_eq!((exported.accounts, exported.moved), (2, 0), "{}", exported.sentence);
    assert_eq!(exported.path, path.display().to_string());
    let client = practice.client();
    let needles = [&token, "gho_", "ghp_", PASSPHRASE, &client.client_id, &client.client_secret.clone().expect("one")];
    let needles = [&needles[..], &[&person.login, &other.login, "127.0.0.1", "access_token", "accounts\""]].concat();
    let found = search_tree_for(&home.folder.around().join("out"), &needles).expect("searched");
    assert!(found.is_empty(), "the file can be read: {found:?}");
    assert!(fs::read(&path).expect("read").starts_with(b"age-encryption.org/v1\n-> scrypt "), "any age opens it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
    }

    let mut events = away.keeper.events();
    let done = import(&away, &path).await.expect("read");
    assert_eq!(counts(&done), (2, 0, 0), "{}", done.sentence);
    let told = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Ok(Event::Changed { tags }) = events.recv().await
                && tags.contains(&Tag::Accounts)
                && tags.contains(&Tag::Clients)
            {
                return;
            }
        }
    });
    told.await.expect("the fronts are told");
    let runs = away.sync().await;
    assert!(runs.iter().all(|run| run.outcome == RunOutcome::Changed || run.outcome == RunOutcome::Unchanged));
    assert_eq!(away.names().await, home.names().await, "what is reached there is what was reached here");
    let clients = away.keeper.client_list().await.expect("listed").rows;
    assert!(clients.iter().any(|row| row.client_id == client.client_id && row.has_secret), "the client came along");
    let there = away.keeper.account_list().await.expect("listed").rows;
    let here = home.keeper.account_list().await.expect("listed").rows;
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(
            (&here.subject, &here.login, &here.name, &here.email),
            (&there.subject, &there.login, &there.name, &there.email)
        );
        assert_eq!((here.kind, here.access_ends_at), (there.kind, there.access_ends_at));
        assert_eq!(format!("{:?}", here.scopes), format!("{:?}", there.scopes));
        assert_ne!(here.id, there.id, "ids are the vault's own");
    }
    let again = import(&away, &path).await.expect("read");
    assert_eq!(counts(&again), (0, 0, 2), "the same once more is nothing new: {}", again.sentence);
    assert_eq!(away.keeper.account_list().await.expect("listed").total, 2);

    let only = file(&home, "only.age");
    let some = ExportAccounts { accounts: vec![other.id.clone(), other.id], ..request(&only, true) };
    let exported = home.keeper.accounts_export(some).await.expect("written");
    assert_eq!((exported.accounts, exported.moved), (1, 0), "a token does not renew: {}", exported.sentence);
    assert_eq!(document(&only)["accounts"][0]["credential"]["access_token"], json!(token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_renews_access_moves_and_is_never_sent_from_here_again() {
    let clock = now();
    let practice = practice_at(&clock, 20);
    practice.set_expiring_tokens(true);
    practice.set_reuse_ends_all(true);
    let (home, away) = (vault(&clock).await, vault(&clock).await);
    home.add_client(&practice).await;
    let account = sign_in(&home, &practice).await;
    home.sync().await;

    let path = file(&home, "moving.age");
    let exported = export(&home, &path, true).await.expect("written");
    assert_eq!((exported.accounts, exported.moved), (1, 1), "{}", exported.sentence);
    let written = document(&path);
    assert_eq!(written["accounts"][0]["moves"], true);
    assert!(
        written["accounts"][0]["credential"]["refresh_token"].as_str().is_some_and(|text| text.starts_with("ghr_"))
    );
    let here = shown(&home, &account.id).await;
    assert!(!here.renews_itself && here.state.contains("moved"), "{here:?}");
    assert_eq!(here.health, Health::Soon, "it works, and ends soon: {}", here.state_note);
    assert_eq!(home.sync().await[0].outcome, RunOutcome::Unchanged, "what is left of the access is used");

    // A second export has nothing left to move.
    let second = export(&home, &file(&home, "second.age"), true).await.expect("written");
    assert_eq!((second.accounts, second.moved), (1, 0), "{}", second.sentence);
    assert_eq!(document(&file(&home, "second.age"))["accounts"][0]["moves"], false);

    // Near the end nothing is sent from here, while there is nobody else who could.
    clock.advance(TOKEN_LIFE - Duration::from_secs(60));
    practice.clear_log();
    home.sync().await;
    assert_eq!(renewals(&practice), 0, "here a renewal is never sent");

    // The other vault renews as soon as it has it; the host then ends what is still here.
    let done = import(&away, &path).await.expect("read");
    assert_eq!(counts(&done), (1, 0, 0));
    let ran = away.sync().await;
    assert_eq!(renewals(&practice), 1, "there it is: {}", ran[0].sentence);
    assert!(away.keeper.account_list().await.expect("listed").rows[0].renews_itself);

    practice.clear_log();
    let home = home.restart().await;
    clock.advance(TOKEN_LIFE - Duration::from_secs(60));
    let ran = home.sync().await;
    assert_eq!(ran[0].outcome, RunOutcome::NeedsYou, "{}", ran[0].sentence);
    let here = shown(&home, &account.id).await;
    assert_eq!(here.health, Health::NeedsYou);
    assert!(here.state.contains("moved"), "it says why: {}", here.state);
    assert_eq!(renewals(&practice), 0, "not after a restart either");
    assert_eq!(away.sync().await[0].outcome, RunOutcome::Unchanged, "the other vault goes on");
    assert_eq!(renewals(&practice), 1);
    assert!(home.count().await >= 20, "what is listed here stays");

    // A sign-in here mends it, and is this vault's own.
    sign_in(&home, &practice).await;
    let here = shown(&home, &account.id).await;
    assert!(here.renews_itself && here.health == Health::Working, "{here:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_move_stays_and_the_end_is_named() {
    let clock = now();
    let practice = practice_at(&clock, 20);
    practice.set_expiring_tokens(true);
    let (home, away) = (vault(&clock).await, vault(&clock).await);
    home.add_client(&practice).await;
    let account = sign_in(&home, &practice).await;
    home.sync().await;
    let path = file(&home, "copy.age");
    let exported = export(&home, &path, false).await.expect("written");
    let ends = account.access_ends_at.expect("it ends").to_string();
    assert!(
        exported.sentence.contains(&ends[..10]) && exported.sentence.contains(&account.login),
        "{}",
        exported.sentence
    );
    assert_eq!(document(&path)["accounts"][0]["credential"]["refresh_token"], Value::Null);
    assert!(!fs::read(&path).expect("read").is_empty());
    assert!(shown(&home, &account.id).await.renews_itself, "here it goes on renewing itself");

    import(&away, &path).await.expect("read");
    away.sync().await;
    let there = away.keeper.account_list().await.expect("listed").rows.remove(0);
    assert!(!there.renews_itself && there.health == Health::Working, "{there:?}");
    clock.advance(TOKEN_LIFE - Duration::from_secs(60));
    practice.clear_log();
    away.sync().await;
    assert_eq!(renewals(&practice), 0);
    home.sync().await;
    assert_eq!(renewals(&practice), 1);
    assert_eq!(away.sync().await[0].outcome, RunOutcome::NeedsYou, "the renewal here ended the copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_between_file_and_forgetting_never_uses_it_twice() {
    let clock = now();
    let practice = practice_at(&clock, 20);
    practice.set_expiring_tokens(true);
    practice.set_reuse_ends_all(true);
    let (home, away) = (vault(&clock).await, vault(&clock).await);
    home.add_client(&practice).await;
    let account = sign_in(&home, &practice).await;
    home.sync().await;
    // What is on the disk at that moment: the note and the file, and the token here as well.
    let path = file(&home, "cut-off.age");
    export(&home, &path, true).await.expect("written");
    let refresh = document(&path)["accounts"][0]["credential"]["refresh_token"].as_str().expect("one").to_owned();
    home.keeper.stop().await;
    put_back(&home, &account.id, &refresh, clock.now()).await;
    let home = home.restart().await;

    clock.advance(TOKEN_LIFE - Duration::from_secs(60));
    practice.clear_log();
    home.sync().await;
    let third = export(&home, &file(&home, "third.age"), true).await.expect("written");
    assert_eq!(third.moved, 0, "what may be used elsewhere does not move again: {}", third.sentence);
    assert!(third.sentence.contains("stayed"), "and that is said: {}", third.sentence);
    assert_eq!(renewals(&practice), 0, "nothing is sent from here");
    import(&away, &path).await.expect("read");
    assert_eq!(away.sync().await[0].outcome, RunOutcome::Changed);
    assert_eq!(renewals(&practice), 1, "the file's reader renews");

    // The file never left this computer: reading it here again gives back what moved.
    let (alone, copy) = (vault(&clock).await, file(&home, "back.age"));
    alone.add_client(&practice).await;
    sign_in(&alone, &practice).await;
    export(&alone, &copy, true).await.expect("written");
    let back = import(&alone, &copy).await.expect("read");
    assert_eq!(counts(&back), (0, 1, 0), "{}", back.sentence);
    clock.advance(TOKEN_LIFE - Duration::from_secs(60));
    alone.sync().await;
    assert!(alone.keeper.account_list().await.expect("listed").rows[0].renews_itself);
    assert_eq!(alone.sync().await[0].outcome, RunOutcome::Unchanged);
}

/// Makes a vault as it is between the file and the forgetting.
async fn put_back(app: &App, id: &AccountId, refresh: &str, noted: Timestamp) {
    let parts = drawbridge_vault::Parts { random: Arc::new(SystemRandom), keychain: app.keychain.clone() };
    let vault = drawbridge_vault::open(&app.folder.path(), Way::Keychain, &parts).await.expect("opens");
    let store = Store::open(&vault, Arc::new(SystemRandom)).await.expect("opens");
    let mut write = store.write().await.expect("begins");
    let row = write.credential(id).await.expect("read").expect("there");
    assert!(row.refresh.is_none() && row.facts.moved_at() == Some(noted), "it was forgotten, and the note stays");
    let credential = drawbridge_store::NewCredential {
        kind: row.facts.kind,
        client_id: row.facts.client_id,
        access: row.access,
        refresh: Some(secret(refresh)),
        asked_scopes: row.facts.asked_scopes,
        granted_scopes: row.facts.granted_scopes,
        issued_at: row.facts.issued_at,
        access_ends_at: row.facts.access_ends_at,
        refresh_ends_at: row.facts.refresh_ends_at,
        refresh_end_stays: false,
        user_name: row.facts.user_name,
        kept: row.facts.kept,
        signed_in_at: row.facts.signed_in_at,
    };
    write.put_credential(id, &credential).await.expect("written");
    write.set_refresh_started(id, Some(noted)).await.expect("noted");
    write.commit().await.expect("committed");
    drop(store);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_can_not_be_writes_and_moves_nothing() {
    let clock = now();
    let practice = practice_at(&clock, 20);
    practice.set_expiring_tokens(true);
    let app = App::with_clock(clock.clone()).await;
    let own = "seven gulls on a wire";
    app.keeper.vault_create(CreateVault::Passphrase { passphrase: secret(own) }).await.expect("the vault is made");
    only_by_hand(&app).await;
    let asked =
        |path: &Path| ExportAccounts { proof: Proof::Passphrase { passphrase: secret(own) }, ..request(path, true) };
    let path = file(&app, "accounts.age");
    let problem = app.keeper.accounts_export(asked(&path)).await.expect_err("nothing is connected");
    assert_eq!(problem.code, Code::NotConnected);
    app.add_client(&practice).await;
    let account = sign_in(&app, &practice).await;
    app.sync().await;
    let taken = app.folder.around().join("taken");
    fs::write(&taken, "mine").expect("written");
    let before = picture(&app).await;
    let long = app.folder.around().join("x".repeat(250));

    for (request, code, why) in [
        (ExportAccounts { proof: Proof::Keychain, ..asked(&path) }, Code::PassphraseNeeded, "the keychain's word"),
        (
            ExportAccounts { proof: Proof::Passphrase { passphrase: secret("not it at all") }, ..asked(&path) },
            Code::WrongPassphrase,
            "a wrong proof",
        ),
        (ExportAccounts { passphrase: secret("1234567"), ..asked(&path) }, Code::InvalidInput, "too short"),
        (ExportAccounts { path: "accounts.age".to_owned(), ..asked(&path) }, Code::InvalidInput, "not a whole path"),
        (
            ExportAccounts {
                accounts: vec![account.id.clone(), "aaaaaaaaaaaaaaaa".parse().expect("an id")],
                ..asked(&path)
            },
            Code::NotFound,
            "an account that is not here",
        ),
        (asked(&taken), Code::InvalidInput, "a file that is there"),
        (asked(&taken.join("below")), Code::Disk, "a folder that can't be made"),
        (asked(&long), Code::Disk, "a name with no room for a temporary one"),
    ] {
        let problem = app.keeper.accounts_export(request).await.expect_err(why);
        assert_eq!(problem.code, code, "{why}: {}", problem.message);
        assert_eq!(picture(&app).await, before, "{why} changed something");
        assert!(!path.exists(), "{why} wrote the file");
    }
    assert_eq!(fs::read_to_string(&taken).expect("read"), "mine");
    assert!(shown(&app, &account.id).await.renews_itself);
    clock.advance(TOKEN_LIFE - Duration::from_secs(60));
    practice.clear_log();
    app.sync().await;
    assert_eq!(renewals(&practice), 1, "what did not move is renewed here, as nothing is in doubt");

    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(app.keeper.accounts_export(asked(&path)).await.map_err(|p| p.code).err(), Some(Code::VaultLocked));
    assert_eq!(import(&app, &taken).await.map_err(|p| p.code).err(), Some(Code::VaultLocked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_access_replaces_an_older_one_and_never_the_other_way() {
    let clock = now();
    let practice = practice_at(&clock, 10);
    let app = vault(&clock).await;
    app.connect_token(&practice).await;
    app.sync().await;
    let path = app.folder.around().join("in.age");
    let copy = app.folder.around().join("copy.age");
    let inside = async |app: &App| {
        let _ = fs::remove_file(&copy);
        export(app, &copy, false).await.expect("written");
        document(&copy)["accounts"][0]["credential"]["access_token"].as_str().expect("text").to_owned()
    };
    let own = inside(&app).await;
    let begun = clock.now();
    let second = Duration::from_secs(1);
    let token = practice.add_token(0, TokenKind::Classic, &["repo"], None);
    for (issued_at, expected, why) in [
        (begun.minus(second), (0, 0, 1), "older"),
        (begun, (0, 0, 1), "as old"),
        (begun.plus(second), (0, 0, 1), "a clock that goes ahead makes it no newer than now"),
    ] {
        seal(&path, plain(&practice, &token, issued_at).to_string().as_bytes());
        let done = import(&app, &path).await.expect("read");
        assert_eq!(counts(&done), expected, "{why}: {}", done.sentence);
        assert_eq!(inside(&app).await, own, "{why}");
    }
    clock.advance(Duration::from_secs(60));
    seal(&path, plain(&practice, &token, begun.plus(second)).to_string().as_bytes());
    let done = import(&app, &path).await.expect("read");
    assert_eq!(counts(&done), (0, 1, 0), "{}", done.sentence);
    assert_eq!(inside(&app).await, token, "newer");
    assert_eq!(app.sync().await[0].outcome, RunOutcome::Unchanged);
    assert_eq!(app.keeper.account_list().await.expect("listed").total, 1);

    // One that says it comes from the future does not shut out all that follows.
    let far = practice.add_token(0, TokenKind::Classic, &["repo"], None);
    let future = Timestamp::parse("9000-01-01T00:00:00Z").expect("a time");
    seal(&path, plain(&practice, &far, future).to_string().as_bytes());
    assert_eq!(counts(&import(&app, &path).await.expect("read")), (0, 1, 0));
    clock.advance(Duration::from_secs(60));
    seal(&path, plain(&practice, &token, clock.now()).to_string().as_bytes());
    assert_eq!(counts(&import(&app, &path).await.expect("read")), (0, 1, 0));
    assert_eq!(inside(&app).await, token);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_here_is_not_overwritten() {
    let clock = now();
    let practice = practice_at(&clock, 10);
    practice.set_expiring_tokens(true);
    let (home, away) = (vault(&clock).await, vault(&clock).await);
    home.add_client(&practice).await;
    sign_in(&home, &practice).await;
    home.sync().await;

    // Another client of the same host stays, and so does the host's own API address.
    let own = NewClient {
        provider: "github".parse().expect("an id"),
        host: Some(practice.host()),
        api_url: None,
        client_id: "own-client".to_owned(),
        client_secret: None,
        name: None,
        preferred: false,
        own_redirects: false,
    };
    away.keeper.client_add(own).await.expect("added");
    let before = away.keeper.client_list().await.expect("listed").rows;
    let path = file(&home, "accounts.age");
    export(&home, &path, true).await.expect("written");
    let mut other = document(&path);
    other["accounts"][0]["host"]["api_url"] = json!("https://evil.example/api");
    let bent = file(&home, "bent.age");
    seal(&bent, other.to_string().as_bytes());
    let done = import(&away, &bent).await.expect("read");
    assert_eq!(counts(&done), (1, 0, 0));
    assert!(done.sentence.contains("client") && done.sentence.contains("stays"), "{}", done.sentence);
    let after = away.keeper.client_list().await.expect("listed").rows;
    assert_eq!(format!("{before:?}"), format!("{after:?}"), "client and API address are as they were");
    let real: BaseUrl = before[0].api_url.clone();
    assert_ne!(real.as_str(), "https://evil.example/api");

    // What renews itself here is not replaced by what can't.
    let third = vault(&clock).await;
    third.add_client(&practice).await;
    sign_in(&third, &practice).await;
    clock.advance(Duration::from_secs(60));
    sign_in(&home, &practice).await;
    let newer = file(&home, "newer.age");
    export(&home, &newer, false).await.expect("written");
    let done = import(&third, &newer).await.expect("read");
    assert_eq!(counts(&done), (0, 0, 1), "{}", done.sentence);
    assert!(third.keeper.account_list().await.expect("listed").rows[0].renews_itself);
    let moving = file(&home, "moving.age");
    export(&home, &moving, true).await.expect("written");
    assert_eq!(counts(&import(&third, &moving).await.expect("read")), (0, 1, 0), "newer, and renews itself");
    assert!(third.keeper.account_list().await.expect("listed").rows[0].renews_itself);

    // An account that is in the file twice is one account.
    let fourth = vault(&clock).await;
    let token = practice.add_token(0, TokenKind::Classic, &["repo"], None);
    let mut twice = plain(&practice, &token, clock.now());
    let again = twice["accounts"][0].clone();
    twice["accounts"].as_array_mut().expect("a list").push(again);
    seal(&bent, twice.to_string().as_bytes());
    assert_eq!(counts(&import(&fourth, &bent).await.expect("read")), (1, 0, 1));
}
