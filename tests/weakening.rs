//! What weakens the vault's security asks who does it: the keeper, not a front, and only where there is
//! something to ask.
//!
//! Not here: ways to open, keys and exports, which always ask (`security`, `moves`).

use crate::{
    app::App,
    security::{OTHER, PASSPHRASE, passphrase_vault, recovery_code, refused, secret, typed},
};
use drawbridge_keeper::{
    Answer, Code,
    dto::{ChangeSettings, CreateVault, Proof, Settings},
};

async fn set(app: &App, settings: &Settings, proof: Option<Proof>) -> Answer<Settings> {
    app.keeper.set_settings(ChangeSettings { settings: settings.clone(), proof }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_less_asks_for_the_passphrase_and_locking_more_does_not() {
    let app = passphrase_vault().await;
    let usual = Settings { lock_after_idle_minutes: 15, ..Settings::default() };
    assert_eq!(set(&app, &usual, None).await.expect("locking sooner needs nothing"), usual);
    let weaker = [
        Settings { lock_after_idle_minutes: 30, ..usual.clone() },
        Settings { lock_after_idle_minutes: 0, ..usual.clone() },
        Settings { lock_on_sleep: false, ..usual.clone() },
        Settings { lock_on_screen_lock: false, ..usual.clone() },
        Settings { clear_clipboard_seconds: 60, ..usual.clone() },
    ];
    for weak in &weaker {
        assert_eq!(refused(set(&app, weak, None).await), Code::PassphraseNeeded, "{weak:?}");
        assert_eq!(refused(set(&app, weak, Some(Proof::Keychain)).await), Code::PassphraseNeeded, "{weak:?}");
        assert_eq!(app.keeper.settings().await.expect("there"), usual, "nothing was changed");
        assert_eq!(set(&app, weak, Some(typed(PASSPHRASE))).await.expect("allowed"), *weak);
        assert_eq!(set(&app, weak, None).await.expect("what is so already needs nothing"), *weak);
        assert_eq!(set(&app, &usual, None).await.expect("and the way back neither"), usual);
    }
    let other = Settings { sync_every_minutes: 0, close_to_tray: false, single_keys: false, ..usual };
    assert_eq!(set(&app, &other, None).await.expect("nothing about security"), other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_proof_changes_nothing_and_counts_as_a_try_and_the_recovery_code_is_one() {
    let app = passphrase_vault().await;
    let code = recovery_code(&app, typed(PASSPHRASE)).await;
    let weak = Settings { lock_on_sleep: false, ..Settings::default() };
    for _ in 0..3 {
        assert_eq!(refused(set(&app, &weak, Some(typed(OTHER))).await), Code::WrongPassphrase);
    }
    assert_eq!(refused(set(&app, &weak, Some(typed(PASSPHRASE))).await), Code::TooSoon, "guessing costs time here too");
    assert_eq!(app.keeper.settings().await.expect("there"), Settings::default());

    let app = passphrase_vault().await;
    let other = recovery_code(&app, typed(PASSPHRASE)).await;
    assert_ne!(code, other);
    let by_code = |code: &str| Some(Proof::Recovery { code: secret(code) });
    assert_eq!(refused(set(&app, &weak, by_code(&code)).await), Code::WrongRecovery);
    assert_eq!(set(&app, &weak, by_code(&other)).await.expect("allowed"), weak);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_needs_both_asks_and_one_of_the_keychain_alone_has_nothing_to_ask() {
    let weak = Settings { lock_on_screen_lock: false, ..Settings::default() };
    let app = App::new().await;
    app.keeper.vault_create(CreateVault::Both { passphrase: secret(PASSPHRASE) }).await.expect("made");
    assert_eq!(refused(set(&app, &weak, None).await), Code::PassphraseNeeded);
    assert_eq!(set(&app, &weak, Some(typed(PASSPHRASE))).await.expect("allowed"), weak);
    let app = App::open().await;
    assert_eq!(set(&app, &weak, None).await.expect("whoever sits here could open it anyway"), weak);
}
