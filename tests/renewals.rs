//! Renewals whose asker goes away, and vaults that close in the middle of one: what was sent can't be taken
//! back, so its answer is kept.
//!
//! Not here: what they are answered with (`connections`), and keepers that are killed (`returns`).

use crate::{
    app::PATIENCE,
    connections::{Bench, HOUR, ROTATES},
};
use drawbridge_domain::Health;
use drawbridge_keeper::dto::{Account, UnlockVault};
use drawbridge_testkit::fault::{Fault, Rules};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// Longer than anybody waits for the one who writes.
const LONG_WRITE: Duration = Duration::from_secs(12);

async fn connected() -> (Bench, Account) {
    let bench = Bench::start(Rules::default(), "", ROTATES).await;
    let account = bench.connect("ann").await;
    (bench, account)
}

/// The account's access is over; its server has been asked for a new one and takes its time.
async fn in_the_middle(bench: &Bench, account: &Account, takes: Duration) -> JoinHandle<()> {
    bench.clock.advance(2 * HOUR);
    let before = bench.server.token_requests();
    bench.server.script([Fault::Slow(takes)]);
    let (keeper, id) = (Arc::clone(&bench.app.keeper), account.id.clone());
    let asking = tokio::spawn(async move { drop(keeper.account_check(id).await) });
    tokio::time::timeout(PATIENCE, bench.server.until(|server| server.token_requests() > before)).await.expect("asked");
    asking
}

async fn nothing_was_lost(bench: &Bench, account: &Account) {
    bench.check(account).await.expect("the new pair is there");
    bench.clock.advance(2 * HOUR);
    bench.check(account).await.expect("and it renews on");
    let truth = bench.server.truth("ann");
    assert_eq!((truth.renewals, truth.reuses), (2, 0));
    assert_eq!(bench.history(account).await, ["signed_in", "renewed", "renewed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_waiting_for_a_renewal_stops_only_that() {
    let (bench, account) = connected().await;
    let asking = in_the_middle(&bench, &account, Duration::from_millis(500)).await;
    asking.abort();
    assert!(asking.await.expect_err("it was stopped").is_cancelled());
    nothing_was_lost(&bench, &account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_is_locked_waits_for_a_renewal_that_was_sent() {
    let (bench, account) = connected().await;
    // Longer than other work in the background is waited for.
    let asking = in_the_middle(&bench, &account, Duration::from_secs(12)).await;
    tokio::time::timeout(PATIENCE, bench.app.keeper.vault_lock()).await.expect("it ends").expect("locked");
    asking.await.expect("no panic");
    bench.app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("opens");
    nothing_was_lost(&bench, &account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_renewal_brought_waits_for_a_writer_that_takes_its_time() {
    let (bench, account) = connected().await;
    let (vault, store) = bench.app.vault_beside().await;
    let asking = in_the_middle(&bench, &account, Duration::from_secs(1)).await;
    let write = store.write().await.expect("a writer");
    tokio::time::sleep(LONG_WRITE).await;
    drop(write);
    tokio::time::timeout(PATIENCE, asking).await.expect("it ends").expect("no panic");
    nothing_was_lost(&bench, &account).await;
    drop(store);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_is_not_written_over_by_a_renewal_of_before() {
    let (bench, account) = connected().await;
    let asking = in_the_middle(&bench, &account, Duration::from_secs(3)).await;
    let again = bench.connect("ann").await;
    assert_eq!(again.id, account.id);
    asking.await.expect("no panic");
    // That server ends what was signed in before.
    let history = bench.history(&account).await;
    assert_eq!(history, ["signed_in", "needs_sign_in", "signed_in"], "what came of the old pair is told before");
    assert_eq!(bench.show(&account).await.health, Health::Working);
    bench.check(&account).await.expect("the new pair is there");
    bench.clock.advance(2 * HOUR);
    bench.check(&account).await.expect("and it renews");
    assert_eq!(bench.server.truth("ann").reuses, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_ends_what_a_renewal_under_way_brings() {
    let (bench, account) = connected().await;
    let asking = in_the_middle(&bench, &account, Duration::from_secs(3)).await;
    let receipt = bench.app.keeper.account_disconnect(account.id.clone()).await.expect("disconnected");
    assert!(receipt.revoked, "{}", receipt.sentence);
    asking.await.expect("no panic");
    let truth = bench.server.truth("ann");
    assert!(!truth.alive && truth.renewals == 1 && truth.reuses == 0, "{truth:?}");
}
