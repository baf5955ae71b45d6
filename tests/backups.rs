//! Backups of a vault and what they are good for: another computer, a damaged vault, a schedule; and
//! what looking through a vault and rescuing it finds.
//!
//! Not here: ways to open, and what is noticed when somebody meddles (`security`).

use crate::vault_files::database_of;
use crate::{
    app::{App, forge},
    security::{
        OTHER, PASSPHRASE, passphrase_vault, recovery_code, refused, secret, typed, unlock, warnings, with_account,
    },
};
use drawbridge_domain::{Clock, Timestamp};
use drawbridge_keeper::{
    Code, Keeper,
    dto::{
        ChangePassphrase, CheckBackup, CreateVault, FindingLevel, MakeBackup, Proof, Proven, RestoreBackup, Settings,
        SlotKind, VaultState, WarningKind,
    },
};
use drawbridge_testkit::temp::FakeClock;
use drawbridge_vault::KeychainError;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

// --- backups --------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_opens_on_another_computer_without_the_keychain() {
    let practice = forge(200);
    let app = passphrase_vault().await;
    app.add_client(&practice).await;
    with_account(&app, &practice).await;
    let code = recovery_code(&app, typed(PASSPHRASE)).await;
    let backup = app.keeper.backup_make(MakeBackup::default()).await.expect("made");
    assert!(backup.tested && backup.accounts == Some(1) && backup.repositories == Some(200), "{backup:?}");
    assert_eq!(backup.opens_with, [SlotKind::Passphrase, SlotKind::Recovery]);
    let again = MakeBackup { path: Some(backup.path.clone()) };
    assert_eq!(refused(app.keeper.backup_make(again).await), Code::InvalidInput, "never over a file");
    assert_eq!(app.keeper.backup_list().await.expect("listed").len(), 1);

    for proof in [typed(PASSPHRASE), Proof::Recovery { code: secret(&code) }] {
        let elsewhere = App::new().await;
        elsewhere.keychain.fail_with(Some(KeychainError::Absent));
        let check = CheckBackup { path: backup.path.clone(), proof: Some(typed(OTHER)) };
        assert_eq!(refused(elsewhere.keeper.backup_check(check).await), Code::WrongPassphrase);
        let looked = CheckBackup { path: backup.path.clone(), proof: None };
        assert!(!elsewhere.keeper.backup_check(looked).await.expect("whole").tested, "a checksum is no test");
        let restored = RestoreBackup { path: backup.path.clone(), proof };
        let restored = elsewhere.keeper.backup_restore(restored).await.expect("restored");
        assert!(restored.put_aside.is_none(), "nothing was there");
        assert_eq!(elsewhere.count().await, 200);
        let said = warnings(&elsewhere).await;
        assert!(!said.contains(&WarningKind::RolledBack), "an older copy is what was asked for: {said:?}");
        elsewhere.sync().await;
        let elsewhere = elsewhere.restart().await;
        assert_eq!(unlock(&elsewhere, PASSPHRASE).await, Ok(VaultState::Open));
        assert!(elsewhere.keeper.vault_verify().await.expect("verified").sound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_puts_the_vault_that_is_there_aside() {
    let app = passphrase_vault().await;
    let backup = app.keeper.backup_make(MakeBackup::default()).await.expect("made");
    let change = ChangePassphrase { passphrase: secret(OTHER), proof: typed(PASSPHRASE) };
    app.keeper.passphrase_change(change).await.expect("changed");
    let wrong = RestoreBackup { path: backup.path.clone(), proof: typed(OTHER) };
    assert_eq!(refused(app.keeper.backup_restore(wrong).await), Code::WrongPassphrase);
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Open, "nothing happened");
    let right = RestoreBackup { path: backup.path.clone(), proof: typed(PASSPHRASE) };
    let restored = app.keeper.backup_restore(right).await.expect("restored");
    let aside = PathBuf::from(restored.put_aside.expect("put aside"));
    assert!(aside.join("header.json").exists());
    // What was put aside is a whole vault: it opens where it lies, under its own passphrase.
    let parts = drawbridge_vault::Parts {
        random: Arc::new(drawbridge_domain::SystemRandom),
        keychain: Arc::clone(&app.keychain) as Arc<dyn drawbridge_vault::Keychain>,
    };
    let old = drawbridge_vault::open(&aside, drawbridge_vault::Way::Passphrase(&secret(OTHER)), &parts).await;
    old.expect("opens").close().await;
    let app = app.restart().await;
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_no_way_around_the_pause() {
    let app = passphrase_vault().await;
    let path = app.keeper.backup_make(MakeBackup::default()).await.expect("made").path;
    let check = |text: &str| CheckBackup { path: path.clone(), proof: Some(typed(text)) };
    for _ in 0..3 {
        assert_eq!(refused(app.keeper.backup_check(check(OTHER)).await), Code::WrongPassphrase);
    }
    assert_eq!(refused(app.keeper.backup_check(check(PASSPHRASE)).await), Code::TooSoon);
    let restore = RestoreBackup { path: path.clone(), proof: typed(PASSPHRASE) };
    assert_eq!(refused(app.keeper.backup_restore(restore).await), Code::TooSoon);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_vault_is_restored_over() {
    let practice = forge(80);
    let app = passphrase_vault().await;
    with_account(&app, &practice).await;
    let backup = app.keeper.backup_make(MakeBackup::default()).await.expect("made");
    app.keeper.vault_lock().await.expect("locks");
    for name in ["header.json", "header-copy.json"] {
        fs::write(app.folder.path().join(name), b"nonsense").expect("written");
    }
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Damaged);
    assert_eq!(app.keeper.backup_list().await.expect("listed while closed").len(), 1);
    let restore = RestoreBackup { path: backup.path, proof: typed(PASSPHRASE) };
    let restored = app.keeper.backup_restore(restore).await.expect("restored");
    assert!(restored.put_aside.is_some());
    assert_eq!(app.count().await, 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduled_backups_are_made_and_only_so_many_are_kept() {
    let practice = forge(20);
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_790_000_000_000)));
    let app = App::with_clock(Arc::clone(&clock) as Arc<dyn Clock>).await;
    app.keeper.vault_create(CreateVault::Passphrase { passphrase: secret(PASSPHRASE) }).await.expect("made");
    with_account(&app, &practice).await;
    let own = app.folder.around().join("vault-backups").join("my-own.drawbridge");
    app.keeper.backup_make(MakeBackup { path: Some(own.display().to_string()) }).await.expect("made");
    let settings = |keep| Settings { backup_every_days: 1, backup_keep: keep, ..Settings::default() };
    for day in 1..=4 {
        clock.set(Timestamp::from_millis(1_790_000_000_000).plus(Duration::from_secs(day * 25 * 60 * 60)));
        let mut events = app.keeper.events();
        app.keeper.set_settings(settings(2).into()).await.expect("set");
        wait_for_backup(&app.keeper, &mut events, clock.now()).await;
    }
    let listed = app.keeper.backup_list().await.expect("listed");
    let scheduled = listed.iter().filter(|backup| backup.path.contains("drawbridge-2026")).count();
    assert_eq!(scheduled, 2, "two are kept: {listed:?}");
    assert!(own.exists(), "a person's own file is never removed");
}

/// Waits until a backup of that time is noted.
async fn wait_for_backup(
    keeper: &Arc<Keeper>,
    events: &mut tokio::sync::broadcast::Receiver<drawbridge_keeper::dto::Event>,
    at: Timestamp,
) {
    let waiting = async {
        loop {
            let security = keeper.vault_security().await.expect("at a glance");
            assert_eq!(security.backup_problem, None);
            if security.last_backup.is_some_and(|backup| backup.made_at >= at) {
                return;
            }
            events.recv().await.expect("an event");
        }
    };
    tokio::time::timeout(crate::app::PATIENCE, waiting).await.expect("a backup is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_used_stands_in_nobodys_way() {
    let practice = forge(20);
    let app = passphrase_vault().await;
    app.add_client(&practice).await;
    let started = app.sign_in(&practice, drawbridge_domain::SignInWay::DeepLink).await;
    let link = drawbridge_testkit::browser::approve(&started.url).await.expect("approved");
    app.keeper.sign_in_return(link).await.expect("connected");
    app.sync().await;
    // What it was sealed for is used up and gone; that is no damage.
    let report = app.keeper.vault_verify().await.expect("looked through");
    assert!(report.sound && report.unsealable == 0, "{report:?}");
    app.keeper.keys_renew(Proven { proof: typed(PASSPHRASE) }).await.expect("renewed");
    assert!(app.keeper.vault_verify().await.expect("looked through").sound);
    app.sync().await;
}

// --- looking and rescuing -------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_rescue_saves_what_can_be_read() {
    let practice = forge(2_000);
    let app = passphrase_vault().await;
    with_account(&app, &practice).await;
    app.keeper.vault_lock().await.expect("locks");
    let path = app.folder.path().join(database_of(&app.folder.path()));
    let mut bytes = fs::read(&path).expect("read");
    // A page here and there behind the first ones: most of what is there are repositories.
    let pages = bytes.len() / 4096;
    for page in (pages / 3..pages).step_by(24) {
        bytes[page * 4096 + 100] ^= 0xff;
    }
    fs::write(&path, bytes).expect("written");
    let rescued = app.keeper.vault_rescue(Proven { proof: typed(PASSPHRASE) }).await.expect("rescued");
    assert_eq!(rescued.accounts, 1, "the sign-in was on a sound page: {rescued:?}");
    assert!(rescued.repositories >= 1_500 && rescued.repositories < 2_000, "{rescued:?}");
    assert!(!rescued.lost.is_empty() && Path::new(&rescued.put_aside).join("header.json").exists(), "{rescued:?}");
    assert!(app.keeper.vault_verify().await.expect("verified").sound, "the new one is sound");
    app.sync().await;
    assert_eq!(app.count().await, 2_000, "a sync brings the rest back");
    let app = app.restart().await;
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_and_doctor_say_what_is_wrong() {
    let practice = forge(300);
    let app = passphrase_vault().await;
    with_account(&app, &practice).await;
    let sound = app.keeper.vault_verify().await.expect("verified");
    assert!(sound.sound && sound.pages > 10 && sound.sealed >= 1 && sound.findings.is_empty(), "{sound:?}");
    let report = app.keeper.vault_doctor().await.expect("looked");
    assert!(report.level != FindingLevel::Problem, "{report:?}");
    assert!(report.findings.iter().any(|finding| finding.what.contains("no backup")), "{report:?}");

    app.keeper.vault_lock().await.expect("locks");
    let path = app.folder.path().join(database_of(&app.folder.path()));
    let whole = fs::read(&path).expect("read");
    let mut opened = false;
    // From the end, until a page is damaged that opening does not read.
    for at in (4096..whole.len()).rev().step_by(4096) {
        let mut bytes = whole.clone();
        bytes[at - 50] ^= 1;
        fs::write(&path, bytes).expect("written");
        match unlock(&app, PASSPHRASE).await {
            Ok(_) => opened = true,
            Err(code) => assert_eq!(code, Code::VaultDamaged, "said as what it is"),
        }
        if opened {
            break;
        }
    }
    assert!(opened, "opening reads some of it only");
    let broken = app.keeper.vault_verify().await.expect("verified");
    assert!(!broken.sound && !broken.findings.is_empty(), "{broken:?}");

    app.keeper.vault_lock().await.expect("locks");
    fs::write(app.folder.path().join("header.json"), "{}").expect("written");
    fs::write(app.folder.path().join("header-copy.json"), "{}").expect("written");
    let report = app.keeper.vault_doctor().await.expect("looked while damaged");
    assert_eq!(report.level, FindingLevel::Problem, "{report:?}");
    assert!(!report.findings[0].safe.is_empty() && !report.findings[0].action.is_empty(), "{report:?}");
}
