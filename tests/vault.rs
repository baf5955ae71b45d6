//! The vault as a keeper uses it: made, opened, refused, each with its own words; nothing readable
//! on disk; exactly one keeper.

use crate::{
    app::{App, forge, start_second},
    moves::only_by_hand,
    vault_files::{database_of, flip},
};
use drawbridge_domain::{BaseUrl, SecretString};
use drawbridge_keeper::{
    Code,
    dto::{CreateVault, Keychain, RecogniseServer, RepositoryQuery, SlotKind, UnlockVault, VaultState},
};
use drawbridge_testkit::{forge::TokenKind, temp::search_tree_for};
use drawbridge_vault::KeychainError;
use std::fs;

const PASSPHRASE: &str = "canary-passphrase seven gulls on a wire";

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

async fn with_passphrase() -> App {
    let app = App::new().await;
    let request = CreateVault::Passphrase { passphrase: secret(PASSPHRASE) };
    app.keeper.vault_create(request).await.expect("the vault is made");
    app
}

async fn unlock(app: &App, text: &str) -> Result<VaultState, Code> {
    let request = UnlockVault::Passphrase { passphrase: secret(text) };
    app.keeper.vault_unlock(request).await.map(|status| status.state).map_err(|problem| problem.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_vault_opens_with_its_passphrase_only() {
    let app = with_passphrase().await;
    let status = app.keeper.vault_status().await.expect("a status");
    assert_eq!((status.state, status.slots.as_slice()), (VaultState::Open, [SlotKind::Passphrase].as_slice()));

    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(app.keeper.account_list().await.map_err(|p| p.code).err(), Some(Code::VaultLocked));
    let server = RecogniseServer { host: BaseUrl::parse("https://127.0.0.1:9").expect("an address") };
    let asked = app.keeper.server_recognise(server).await;
    assert_eq!(asked.map_err(|p| p.code).err(), Some(Code::VaultLocked), "nothing is asked while it is locked");
    assert_eq!(unlock(&app, "not the passphrase").await, Err(Code::WrongPassphrase));
    assert_eq!(unlock(&app, "").await, Err(Code::WrongPassphrase));
    assert_eq!(unlock(&app, PASSPHRASE).await, Ok(VaultState::Open));

    let app = app.restart().await;
    let status = app.keeper.vault_status().await.expect("a status");
    assert_eq!(status.state, VaultState::Locked, "a passphrase vault does not open by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn short_passphrases_and_second_vaults_are_refused() {
    let app = App::new().await;
    let short = CreateVault::Passphrase { passphrase: secret("1234567") };
    let problem = app.keeper.vault_create(short).await.expect_err("too short");
    assert_eq!(problem.code, Code::InvalidInput);
    assert_eq!(app.keeper.account_list().await.map_err(|p| p.code).err(), Some(Code::VaultAbsent));
    app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    let again = app.keeper.vault_create(CreateVault::Keychain).await.expect_err("there is one");
    assert_eq!(again.code, Code::VaultExists);
    // A count of changes (8 bytes) comes beside the key in the background.
    let mut lengths: Vec<usize> = app.keychain.entries().into_iter().map(|(_, length)| length).collect();
    lengths.retain(|length| *length != 8);
    assert_eq!(lengths, [32], "a refused vault leaves nothing in the keychain, which holds a wrapping key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_vault_opens_by_itself_and_says_why_not() {
    let app = App::open().await.restart().await;
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Open);

    app.keychain.fail_with(Some(KeychainError::Locked));
    let app = app.restart().await;
    let status = app.keeper.vault_status().await.expect("a status");
    assert_eq!((status.state, status.keychain), (VaultState::Locked, Keychain::Locked));
    assert!(status.notice.is_some_and(|notice| notice.contains("locked")), "the reason is said");
    let code = async |app: &App| app.keeper.vault_unlock(UnlockVault::Keychain).await.map_err(|p| p.code).err();
    assert_eq!(code(&app).await, Some(Code::KeychainLocked));
    app.keychain.fail_with(Some(KeychainError::Absent));
    assert_eq!(code(&app).await, Some(Code::KeychainAbsent));
    app.keychain.fail_with(None);
    assert_eq!(code(&app).await, None, "nothing was deleted while the keychain did not answer");

    app.keeper.vault_lock().await.expect("locks");
    app.keychain.wipe();
    assert_eq!(code(&app).await, Some(Code::KeychainEntryMissing));
    assert!(app.keychain.entries().is_empty(), "a missing entry is never made anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_keychain_makes_no_vault_and_a_passphrase_does() {
    let app = App::new().await;
    app.keychain.fail_with(Some(KeychainError::Absent));
    let problem = app.keeper.vault_create(CreateVault::Keychain).await.expect_err("no keychain");
    assert_eq!(problem.code, Code::KeychainAbsent);
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Absent);
    let request = CreateVault::Passphrase { passphrase: secret(PASSPHRASE) };
    let status = app.keeper.vault_create(request).await.expect("the vault is made");
    assert_eq!(status.state, VaultState::Open);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_is_gone_again_fails_nothing_any_more() {
    let practice = forge(900);
    let app = App::open().await;
    only_by_hand(&app).await;
    app.connect_token(&practice).await;
    app.sync().await;
    // Everything is in the file once the vault was closed.
    app.keeper.vault_lock().await.expect("locks");
    app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("opens");
    let file = app.folder.path().join(database_of(&app.folder.path()));
    // A byte of each page but the first ones: whatever is listed is read from some of them.
    let length = fs::metadata(&file).expect("there").len();
    let flip_all = || (length / 4..length).step_by(4096).for_each(|at| flip(&file, at));
    // Many at once, so that every connection is used, also such as have read nothing yet.
    let lists = || async {
        let all = (0..16).map(|_| app.keeper.repository_list(RepositoryQuery { limit: 1000, ..Default::default() }));
        futures::future::join_all(all).await
    };
    flip_all();
    assert!(!app.keeper.vault_verify().await.expect("a report").sound, "the damage is there");
    assert!(lists().await.iter().any(Result::is_err), "and met");
    flip_all();
    for listed in lists().await {
        assert_eq!(listed.expect("a list").rows.len(), 900, "what is whole again is read again");
    }
    assert!(app.keeper.vault_verify().await.expect("a report").sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_byte_of_the_header_is_guarded() {
    let app = App::open().await;
    app.keeper.vault_lock().await.expect("locks");
    let dir = app.folder.path();
    let whole = fs::read(dir.join("header.json")).expect("the header");
    let (mut silent, mut unsaid) = (Vec::new(), Vec::new());
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        // White space between the fields carries nothing; everything else must be noticed.
        if whole[at].is_ascii_whitespace() {
            continue;
        }
        fs::write(dir.join("header.json"), &bytes).expect("written");
        fs::write(dir.join("header-copy.json"), &bytes).expect("written");
        if app.keeper.vault_unlock(UnlockVault::Keychain).await.is_ok() {
            app.keeper.vault_lock().await.expect("locks");
            silent.push(at);
        }
        // Damaged in one place only, the other copy opens the vault, and that is said.
        if at % 7 == 0 {
            fs::write(dir.join("header-copy.json"), &whole).expect("written");
            let opened = app.keeper.vault_unlock(UnlockVault::Keychain).await.map(|status| status.state);
            let said = app.keeper.vault_security().await.is_ok_and(|security| !security.warnings.is_empty());
            if opened != Ok(VaultState::Open) || !said {
                unsaid.push(at);
            }
            app.keeper.vault_lock().await.expect("locks");
        }
    }
    assert_eq!(silent, Vec::<usize>::new(), "flipped bytes that opened all the same");
    assert_eq!(unsaid, Vec::<usize>::new(), "flipped bytes that the copy did not make good, or that were not said");
    fs::write(dir.join("header.json"), &whole).expect("written");
    app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("the right header opens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_vault_is_refused_with_the_version_it_needs() {
    let app = App::open().await;
    app.keeper.vault_lock().await.expect("locks");
    let path = app.folder.path().join("header.json");
    let mut header: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
    header["format"] = 2.into();
    header["needs"] = "3.1.0".into();
    fs::write(&path, header.to_string()).expect("written");
    // The copy is older: what a newer program wrote first still counts.
    let status = app.keeper.vault_status().await.expect("a status");
    assert_eq!((status.state, status.needs_version.as_deref()), (VaultState::TooNew, Some("3.1.0")));
    let problem = app.keeper.vault_unlock(UnlockVault::Keychain).await.expect_err("refused");
    assert_eq!(problem.code, Code::VaultTooNew);
    assert!(problem.message.contains("3.1.0"), "{}", problem.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_files_are_damage_and_nothing_is_made_over_them() {
    let app = App::open().await;
    app.keeper.vault_lock().await.expect("locks");
    let headers = ["header.json", "header-copy.json"].map(|name| app.folder.path().join(name));
    for header in &headers {
        fs::rename(header, header.with_extension("away")).expect("moved");
    }
    assert_eq!(app.keeper.vault_status().await.expect("a status").state, VaultState::Damaged);
    let problem = app.keeper.vault_create(CreateVault::Keychain).await.expect_err("refused");
    assert_eq!(problem.code, Code::VaultDamaged, "a database without its header is somebody's vault");
    for header in &headers {
        fs::rename(header.with_extension("away"), header).expect("moved back");
    }

    let database = app.folder.path().join(database_of(&app.folder.path()));
    let mut bytes = fs::read(&database).expect("read");
    bytes[100] ^= 1;
    fs::write(&database, &bytes).expect("written");
    let problem = app.keeper.vault_unlock(UnlockVault::Keychain).await.expect_err("damaged");
    assert_eq!(problem.code, Code::VaultDamaged);
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_keeper_has_a_vault() {
    let app = App::open().await;
    let second = start_second(&app).await.map(|_| ()).expect_err("the folder is taken");
    assert_eq!(second.code, Code::KeeperBusy);
    app.keeper.stop().await;
    start_second(&app).await.expect("free again").stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_disk_can_be_read() {
    let practice = forge(300);
    let app = App::new().await;
    let request = CreateVault::Passphrase { passphrase: secret(PASSPHRASE) };
    app.keeper.vault_create(request).await.expect("the vault is made");
    app.add_client(&practice).await;
    let token = practice.add_token(0, TokenKind::Classic, &["repo", "read:org"], None);
    let account = app.connect_with(&practice, &token).await.expect("connects");
    app.sync().await;
    let names = app.names().await;
    assert!(names.len() >= 300, "there is something to find");

    let door = crate::credentials::door();
    let typed = crate::credentials::one_of_each(&app, &door).await;
    assert_eq!(typed.len(), 4, "one of each kind that is typed in");
    let client = practice.client();
    let mut needles: Vec<&str> = vec![
        "right-header",
        "right:password ",
        "right-client-secret",
        "OPENSSH PRIVATE KEY",
        "door-client",
        "anna@heron",
        "X-Api-Key",
        "canary-issued-to-a-client",
    ];
    needles.extend(
        typed.iter().filter(|credential| credential.summary.len() > 8).map(|credential| credential.summary.as_str()),
    );
    needles.extend(vec![PASSPHRASE, &token, &client.client_id, &account.login, "127.0.0.1", "github"]);
    needles.extend(client.client_secret.as_deref());
    needles.extend(account.name.as_deref());
    let parts: Vec<&str> = names.iter().filter_map(|name| name.split_once('/')).map(|(_, name)| name).collect();
    needles.extend(parts.into_iter().filter(|name| name.len() >= 6).take(100));
    for step in ["open", "locked"] {
        let found = search_tree_for(&app.folder.path(), &needles).expect("searched");
        assert!(found.is_empty(), "while {step}: {found:?}");
        app.keeper.vault_lock().await.expect("locks");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let app = App::open().await;
    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&app.folder.path()), 0o700);
    for entry in fs::read_dir(app.folder.path()).expect("listed") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    let link = app.folder.around().join("link");
    std::os::unix::fs::symlink(app.folder.path(), &link).expect("linked");
    let problem = drawbridge_vault::find(&link).expect_err("a link is no vault folder");
    assert!(matches!(problem, drawbridge_vault::Error::Unsafe { .. }), "{problem:?}");
}
