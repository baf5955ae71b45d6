//! Everything that makes a vault one to trust: its ways to open, recovery, new keys, and what is
//! noticed when somebody meddles with its files.
//!
//! Not here: backups and rescue (`backups`).

use crate::app::{App, forge};
use crate::vault_files::{change_headers, copy_tree, database_of, headers, write_headers};
use drawbridge_domain::{Clock, SecretString, SignInWay, SystemClock, Timestamp};
use drawbridge_keeper::{
    Code, Problem,
    dto::{
        AddSlot, ChangePassphrase, CheckRecovery, CreateVault, Proof, Proven, RemoveSlot, SlotKind, UnlockVault,
        VaultState, WarningKind, WeighPassphrase,
    },
};
use drawbridge_testkit::{
    browser,
    forge::{Simulator, TokenKind},
    temp::FakeClock,
};
use drawbridge_vault::KeychainError;
use std::{fs, sync::Arc, time::Duration};

pub const PASSPHRASE: &str = "seven gulls on a wire";
pub const OTHER: &str = "nine herons under a bridge";

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

pub fn typed(text: &str) -> Proof {
    Proof::Passphrase { passphrase: secret(text) }
}

pub async fn passphrase_vault() -> App {
    let app = App::new().await;
    app.keeper.vault_create(CreateVault::Passphrase { passphrase: secret(PASSPHRASE) }).await.expect("made");
    app
}

pub async fn unlock(app: &App, text: &str) -> Result<VaultState, Code> {
    let request = UnlockVault::Passphrase { passphrase: secret(text) };
    app.keeper.vault_unlock(request).await.map(|status| status.state).map_err(|problem| problem.code)
}

async fn recover(app: &App, code: &str, new: &str) -> Result<VaultState, Code> {
    let request = UnlockVault::Recovery { code: secret(code), new_passphrase: secret(new) };
    app.keeper.vault_unlock(request).await.map(|status| status.state).map_err(|problem| problem.code)
}

async fn kinds(app: &App) -> Vec<SlotKind> {
    app.keeper.vault_security().await.expect("at a glance").slots.into_iter().map(|slot| slot.kind).collect()
}

async fn slot_id(app: &App, kind: SlotKind) -> String {
    let slots = app.keeper.vault_security().await.expect("at a glance").slots;
    slots.into_iter().find(|slot| slot.kind == kind).expect("a slot of that kind").id
}

pub async fn warnings(app: &App) -> Vec<WarningKind> {
    app.keeper.vault_security().await.expect("at a glance").warnings.into_iter().map(|warning| warning.kind).collect()
}

/// Makes a recovery code and shows that it was put away.
pub async fn recovery_code(app: &App, proof: Proof) -> String {
    let shown = app.keeper.recovery_make(Proven { proof }).await.expect("a code");
    let code = shown.code.expose().to_owned();
    let groups: Vec<&str> = code.split('-').collect();
    let groups = shown.ask.iter().map(|at| secret(groups[usize::from(*at) - 1])).collect();
    app.keeper.recovery_check(CheckRecovery { groups }).await.expect("put away");
    code
}

pub async fn with_account(app: &App, practice: &Simulator) -> String {
    let token = practice.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    app.connect_with(practice, &token).await.expect("connects");
    app.sync().await;
    token
}

pub fn refused<T>(answer: Result<T, Problem>) -> Code {
    answer.map(drop).expect_err("refused").code
}

// --- ways to open ---------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_needs_both_opens_with_neither_alone() {
    let app = App::new().await;
    app.keeper.vault_create(CreateVault::Both { passphrase: secret(PASSPHRASE) }).await.expect("made");
    assert_eq!(kinds(&app).await, [SlotKind::Both]);
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(refused(app.keeper.vault_unlock(UnlockVault::Keychain).await), Code::InvalidInput);
    assert_eq!(unlock(&app, OTHER).await, Err(Code::WrongPassphrase));
    app.keychain.fail_with(Some(KeychainError::Absent));
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::KeychainAbsent), "the passphrase alone is not enough");
    app.keychain.fail_with(None);
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
    let app = app.restart().await;
    let state = app.keeper.vault_status().await.expect("a status").state;
    assert_eq!(state, VaultState::Locked, "it never opens by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_are_added_and_taken_away_but_never_the_last() {
    let app = passphrase_vault().await;
    let add = |way, proof| app.keeper.slot_add(AddSlot { way, proof });
    assert_eq!(refused(add(CreateVault::Keychain, Proof::Keychain).await), Code::PassphraseNeeded);
    assert_eq!(refused(add(CreateVault::Keychain, typed(OTHER)).await), Code::WrongPassphrase);
    assert!(app.keychain.entries().is_empty(), "a refused way leaves nothing in the keychain");
    add(CreateVault::Keychain, typed(PASSPHRASE)).await.expect("added");
    assert_eq!(kinds(&app).await, [SlotKind::Passphrase, SlotKind::Keychain]);
    let app = app.restart().await;
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Open, "the keychain opens it");

    let remove = |id| app.keeper.slot_remove(RemoveSlot { id, proof: typed(PASSPHRASE) });
    remove(slot_id(&app, SlotKind::Keychain).await).await.expect("taken away");
    let wrapping = app.keychain.entries().into_iter().filter(|(_, bytes)| *bytes == 32).count();
    assert_eq!(wrapping, 0, "its key left the keychain");
    recovery_code(&app, typed(PASSPHRASE)).await;
    let last = remove(slot_id(&app, SlotKind::Passphrase).await).await;
    assert_eq!(refused(last), Code::InvalidInput, "a recovery code alone is not a way to live with");
    let app = app.restart().await;
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Locked);
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_entry_alone_opens_no_passphrase_vault() {
    let app = passphrase_vault().await;
    assert!(app.keychain.entries().is_empty(), "nothing of a passphrase vault is in the keychain");
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(refused(app.keeper.vault_unlock(UnlockVault::Keychain).await), Code::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_passphrase_ends_the_old_one_and_touches_no_data() {
    let practice = forge(120);
    let app = passphrase_vault().await;
    with_account(&app, &practice).await;
    let database = database_of(&app.folder.path());
    let change =
        |passphrase, proof| app.keeper.passphrase_change(ChangePassphrase { passphrase: secret(passphrase), proof });
    assert_eq!(refused(change(OTHER, typed("not it at all")).await), Code::WrongPassphrase);
    assert_eq!(refused(change("short", typed(PASSPHRASE)).await), Code::InvalidInput);
    change(OTHER, typed(PASSPHRASE)).await.expect("changed");
    assert_eq!(database_of(&app.folder.path()), database, "the same database file");
    let app = app.restart().await;
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::WrongPassphrase));
    assert_eq!(unlock(&app, OTHER).await, Ok(VaultState::Open));
    assert_eq!(app.count().await, 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_opens_and_asks_for_a_new_passphrase() {
    let app = passphrase_vault().await;
    let code = recovery_code(&app, typed(PASSPHRASE)).await;
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(recover(&app, &code[..38], OTHER).await, Err(Code::InvalidInput), "a slip of the hand");
    assert_eq!(recover(&app, &code, "short").await, Err(Code::InvalidInput));
    let spoken = code.to_lowercase().replace('-', " ");
    assert_eq!(recover(&app, &spoken, OTHER).await, Ok(VaultState::Open));
    assert_eq!(warnings(&app).await, [WarningKind::RecoveryUsed]);
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::WrongPassphrase), "the forgotten one is gone");
    assert_eq!(unlock(&app, OTHER).await, Ok(VaultState::Open));

    let newer = recovery_code(&app, typed(OTHER)).await;
    assert_eq!(warnings(&app).await, [], "a new code settles that");
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(recover(&app, &code, OTHER).await, Err(Code::WrongRecovery), "the older code ended");
    assert_eq!(recover(&app, &newer, OTHER).await, Ok(VaultState::Open));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_not_put_away_does_not_end_the_one_before() {
    let app = passphrase_vault().await;
    let code = recovery_code(&app, typed(PASSPHRASE)).await;
    let shown = app.keeper.recovery_make(Proven { proof: typed(PASSPHRASE) }).await.expect("another");
    let wrong = CheckRecovery { groups: vec![secret("ZZZZ"), secret("ZZZZ")] };
    assert_eq!(refused(app.keeper.recovery_check(wrong).await), Code::InvalidInput);
    assert_eq!(refused(app.keeper.recovery_check(CheckRecovery { groups: vec![] }).await), Code::InvalidInput);
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(recover(&app, &code, PASSPHRASE).await, Ok(VaultState::Open), "the old one still opens");
    let groups = vec![secret("AAAA"); shown.ask.len()];
    let late = app.keeper.recovery_check(CheckRecovery { groups }).await;
    assert_eq!(refused(late), Code::InvalidInput, "the lock forgot the shown code");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_cost_time_that_a_restart_does_not_give_back() {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_790_000_000_000)));
    let app = App::with_clock(Arc::clone(&clock) as Arc<dyn Clock>).await;
    app.keeper.vault_create(CreateVault::Passphrase { passphrase: secret(PASSPHRASE) }).await.expect("made");
    app.keeper.vault_lock().await.expect("locks");
    for _ in 0..3 {
        assert_eq!(unlock(&app, OTHER).await, Err(Code::WrongPassphrase));
    }
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::TooSoon), "even the right one has to wait");
    let app = app.restart().await;
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::TooSoon), "a restart does not help");
    let until = app.keeper.vault_status().await.expect("a status").wait_until.expect("says until when");
    clock.set(until);
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(app.keeper.vault_status().await.expect("a status").wait_until, None, "the right one forgets the wrong");
    // The same tries count inside: a proof is no way around.
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
    for _ in 0..3 {
        let proven = Proven { proof: typed(OTHER) };
        assert_eq!(refused(app.keeper.recovery_make(proven).await), Code::WrongPassphrase);
    }
    assert_eq!(refused(app.keeper.recovery_make(Proven { proof: typed(PASSPHRASE) }).await), Code::TooSoon);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_and_a_damaged_slot_look_the_same() {
    let app = passphrase_vault().await;
    app.keeper.vault_lock().await.expect("locks");
    let wrong = UnlockVault::Passphrase { passphrase: secret(OTHER) };
    let wrong = app.keeper.vault_unlock(wrong).await.expect_err("wrong");
    change_headers(&app.folder.path(), |header| {
        let wrapped = header["slots"][0]["wrapped"].as_str().expect("text").to_owned();
        let swapped = if wrapped.starts_with('A') { 'B' } else { 'A' };
        header["slots"][0]["wrapped"] = format!("{swapped}{}", &wrapped[1..]).into();
    });
    let request = UnlockVault::Passphrase { passphrase: secret(PASSPHRASE) };
    let damaged = app.keeper.vault_unlock(request).await.expect_err("damaged");
    assert_eq!(wrong, damaged, "nobody learns from the answer whether the passphrase was right");
    assert!(damaged.hint.contains("damaged header"), "and a person who is sure is told what it may be");
}

#[tokio::test(flavor = "multi_thread")]
async fn passphrases_are_weighed_by_an_estimator() {
    let app = App::new().await;
    let weigh = |text: &str| app.keeper.passphrase_strength(WeighPassphrase { passphrase: secret(text) });
    let short = weigh("1234567").await.expect("weighed");
    assert!(!short.enough && short.score == 0);
    let known = weigh("password123").await.expect("weighed");
    let words = weigh("nine herons under a bridge").await.expect("weighed");
    assert!(known.score <= 1 && !known.hint.is_empty(), "{known:?}");
    assert!(words.score == 4 && words.sentence.contains("centuries"), "{words:?}");
    weigh(&"ä".repeat(100_000)).await.expect("a huge one is weighed at once");
}

// --- the keychain ---------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn six_ways_a_keychain_fails_are_six_answers_and_change_nothing() {
    let app = App::open().await;
    app.keeper.vault_lock().await.expect("locks");
    let entries = app.keychain.entries().len();
    let mut seen = Vec::new();
    for failure in [
        KeychainError::Absent,
        KeychainError::Locked,
        KeychainError::Denied,
        KeychainError::TimedOut,
        KeychainError::NoEntry,
    ] {
        app.keychain.fail_with(Some(failure));
        let problem = app.keeper.vault_unlock(UnlockVault::Keychain).await.expect_err("refused");
        assert!(!problem.hint.is_empty(), "{failure:?} says what to do");
        seen.push((problem.code, problem.message));
    }
    app.keychain.fail_with(None);
    assert_eq!(app.keychain.entries().len(), entries, "no failure deletes or makes an entry");
    app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("and then it opens");
    app.keeper.vault_lock().await.expect("locks");
    app.keychain.become_another("kwalletd6");
    let problem = app.keeper.vault_unlock(UnlockVault::Keychain).await.expect_err("another keychain");
    seen.push((problem.code, problem.message));
    assert!(app.keychain.entries().is_empty(), "nothing is made in the new one");
    let codes: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(codes.len(), seen.len(), "each has its own answer: {seen:?}");
    assert_eq!(seen[4].0, Code::KeychainEntryMissing);
}

// --- new keys -------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_open_everything_and_the_old_ones_nothing() {
    let practice = forge(150);
    let app = passphrase_vault().await;
    app.add_client(&practice).await;
    with_account(&app, &practice).await;
    app.keeper.slot_add(AddSlot { way: CreateVault::Keychain, proof: typed(PASSPHRASE) }).await.expect("added");
    let code = recovery_code(&app, typed(PASSPHRASE)).await;
    let before = database_of(&app.folder.path());
    let entries = app.keychain.entries();
    let kept = app.folder.around().join("kept");
    copy_tree(&app.folder.path(), &kept);

    assert_eq!(refused(app.keeper.keys_renew(Proven { proof: Proof::Keychain }).await), Code::PassphraseNeeded);
    let by_code = Proof::Recovery { code: secret(&code) };
    assert_eq!(refused(app.keeper.keys_renew(Proven { proof: by_code }).await), Code::PassphraseNeeded);
    let security = app.keeper.keys_renew(Proven { proof: typed(PASSPHRASE) }).await.expect("renewed");
    assert_eq!((security.key_version, security.keys_renewed_at.is_some()), (2, true));
    assert!(!security.slots.iter().any(|slot| slot.kind == SlotKind::Recovery), "the old code ended with the old keys");
    assert_ne!(database_of(&app.folder.path()), before);
    assert!(!app.folder.path().join(&before).exists(), "the old database is gone");
    let wrapping = |entries: &[(String, usize)]| {
        entries.iter().filter(|entry| entry.1 == 32).map(|entry| entry.0.clone()).collect::<Vec<_>>()
    };
    let (old, new) = (wrapping(&entries), wrapping(&app.keychain.entries()));
    assert!(old.len() == 1 && new.len() == 1 && old != new, "a new key in the keychain, the old one gone");
    assert_eq!(app.count().await, 150);
    app.sync().await;
    let report = app.keeper.vault_verify().await.expect("verified");
    assert!(report.sound && report.sealed >= 2, "{report:?}");

    let app = app.restart().await;
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Open, "by its new keychain entry");
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(recover(&app, &code, OTHER).await, Err(Code::NotFound).or(Err(Code::InvalidInput)));
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));

    // The old database under the new header, and the other way round, open nothing.
    app.keeper.vault_lock().await.expect("locks");
    let now = database_of(&app.folder.path());
    fs::copy(kept.join(&before), app.folder.path().join(&now)).expect("copied");
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::VaultDamaged));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_fails_leaves_the_vault_as_it_was() {
    let practice = forge(120);
    let app = passphrase_vault().await;
    with_account(&app, &practice).await;
    app.keeper.slot_add(AddSlot { way: CreateVault::Keychain, proof: typed(PASSPHRASE) }).await.expect("added");
    app.keychain.fail_with(Some(KeychainError::Locked));
    let failed = app.keeper.keys_renew(Proven { proof: typed(PASSPHRASE) }).await;
    assert_eq!(refused(failed), Code::KeychainLocked);
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Open, "it is open as before");
    assert_eq!(app.count().await, 120);
    app.keychain.fail_with(None);
    let app = app.restart().await;
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Open);
    assert_eq!(app.keeper.vault_security().await.expect("at a glance").key_version, 1);
}

// --- somebody meddles -----------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn weaker_key_derivation_is_refused() {
    let app = passphrase_vault().await;
    app.keeper.vault_lock().await.expect("locks");
    change_headers(&app.folder.path(), |header| header["slots"][0]["lock"]["cost"]["memory_kib"] = 8.into());
    let status = app.keeper.vault_status().await.expect("a status");
    assert_eq!(status.state, VaultState::Damaged, "below the floor nothing is even tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn key_derivation_never_falls_below_what_it_was() {
    let app = passphrase_vault().await;
    let old = headers(&app.folder.path());
    // As if the computer were slower now: the cost is chosen higher.
    let dear = drawbridge_vault::Argon2Cost { passes: 5, ..drawbridge_vault::ARGON2_FLOOR };
    app.keeper.stop().await;
    let parts = drawbridge_vault::Parts {
        random: Arc::new(drawbridge_domain::SystemRandom),
        keychain: Arc::clone(&app.keychain) as Arc<dyn drawbridge_vault::Keychain>,
    };
    let passphrase = secret(PASSPHRASE);
    let way = drawbridge_vault::Way::Passphrase(&passphrase);
    let vault = drawbridge_vault::open(&app.folder.path(), way, &parts).await.expect("opens");
    let proven = vault.prove(way).await.expect("proven");
    vault.set_passphrase(&proven, &passphrase, dear).await.expect("changed");
    vault.close().await;
    drop(vault);
    let app = app.restart().await;
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
    app.keeper.vault_lock().await.expect("locks");
    write_headers(&app.folder.path(), &old);
    assert_eq!(unlock(&app, PASSPHRASE).await, Err(Code::VaultDowngraded), "the old, weaker header is refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_header_is_noticed() {
    let app = passphrase_vault().await;
    let old = headers(&app.folder.path());
    let change = ChangePassphrase { passphrase: secret(OTHER), proof: typed(PASSPHRASE) };
    app.keeper.passphrase_change(change).await.expect("changed");
    app.keeper.vault_lock().await.expect("locks");
    write_headers(&app.folder.path(), &old);
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
    assert_eq!(warnings(&app).await, [WarningKind::RolledBack], "the undone change is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_files_are_noticed_and_their_refresh_tokens_doubted() {
    let practice = forge(120);
    practice.set_expiring_tokens(true);
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(Arc::clone(&clock) as Arc<dyn Clock>).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("made");
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, SignInWay::DeepLink).await;
    let link = browser::approve(&started.url).await.expect("approved");
    app.keeper.sign_in_return(link).await.expect("completes");
    app.sync().await;
    app.keeper.vault_lock().await.expect("locks");
    let kept = app.folder.around().join("kept");
    copy_tree(&app.folder.path(), &kept);
    app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("opens");
    // Something that changes a credential: the count grows, in the keychain too.
    with_account(&app, &practice).await;
    app.keeper.stop().await;

    for entry in fs::read_dir(app.folder.path()).expect("listed") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::remove_file(path).expect("removed");
        }
    }
    copy_tree(&kept, &app.folder.path());
    let app = app.restart().await;
    assert_eq!(warnings(&app).await, [WarningKind::RolledBack]);
    clock.advance(Duration::from_secs(8 * 60 * 60 - 60));
    practice.clear_log();
    app.sync().await;
    let refreshes = practice.log().into_iter().filter(|exchange| exchange.path == "/login/oauth/access_token").count();
    assert_eq!(refreshes, 0, "a refresh token that may be spent is not sent by itself");
    app.keeper.warning_dismiss(WarningKind::RolledBack).await.expect("put away");
    let app = app.restart().await;
    assert_eq!(warnings(&app).await, [], "and it is said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_copied_without_its_log_is_noticed() {
    let practice = forge(50);
    let app = passphrase_vault().await;
    let path = app.folder.path();
    let database = path.join(database_of(&path));
    let old = fs::read(&database).expect("read");
    with_account(&app, &practice).await;
    app.keeper.vault_lock().await.expect("locks");
    fs::write(&database, old).expect("written");
    let _ = fs::remove_file(database.with_extension("db-wal"));
    let opened = unlock(&app, PASSPHRASE).await;
    assert_eq!(opened, Ok(VaultState::Open));
    assert_eq!(warnings(&app).await, [WarningKind::RolledBack], "the header remembers a newer database");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_header_opens_the_vault_when_the_first_is_damaged() {
    let app = passphrase_vault().await;
    for damage in ["", "{", "{\"format\":1}"] {
        app.keeper.vault_lock().await.expect("locks");
        fs::write(app.folder.path().join("header.json"), damage).expect("written");
        assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open), "damaged as {damage:?}");
        assert_eq!(warnings(&app).await, [WarningKind::HeaderRepaired]);
        let [first, second] = headers(&app.folder.path());
        assert_eq!(first, second, "both are whole again");
        app.keeper.warning_dismiss(WarningKind::HeaderRepaired).await.expect("put away");
    }
    app.keeper.vault_lock().await.expect("locks");
    fs::write(app.folder.path().join("header-copy.json"), "").expect("written");
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
    let [first, second] = headers(&app.folder.path());
    assert_eq!(first, second, "the copy is mended silently");
}
