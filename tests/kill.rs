//! A keeper killed at random moments of its syncs: no committed row and no credential is ever
//! lost, and the next start works.

use crate::{app::forge, process::Home};
use drawbridge_domain::{Clock as _, SecretString, SystemClock};
use drawbridge_keeper::dto::{ConnectToken, CreateVault, RepositoryQuery, UnlockVault};
use drawbridge_testkit::forge::{Change, TokenKind};
use std::time::Duration;

const KILLS: u32 = 100;
const REPOSITORIES: usize = 600;
/// About as many as a sync of them says.
const LINES: u64 = 10;
const PASSPHRASE: &str = "seven gulls on a wire";

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_during_sync_lose_nothing() {
    let practice = forge(REPOSITORIES);
    practice.set_latency(Duration::from_millis(3));
    let home = Home::new();
    let keeper = home.keeper().await;
    let secret = || SecretString::from(PASSPHRASE.to_owned());
    keeper.client.vault_create(&CreateVault::Passphrase { passphrase: secret() }).await.expect("made");
    let token = practice.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    let connect = ConnectToken {
        provider: "github".parse().expect("an id"),
        host: Some(practice.host()),
        api_url: None,
        token: SecretString::from(token),
        user: None,
    };
    let account = keeper.client.connect_token(&connect).await.expect("connects").account;
    keeper.kill();

    let names = practice.full_names();
    let mut committed = 0;
    let mut killed_running = 0;
    let mut chance = u64::try_from(SystemClock.now().as_millis()).expect("after 1970");
    for round in 0..KILLS {
        // Something to write each time, spread over the pages.
        for step in 0..20 {
            let at = (round as usize * 20 + step * 29) % names.len();
            let description = Some(format!("round {round}, step {step}"));
            practice.change(&Change::Describe { full_name: names[at].clone(), description });
        }
        let keeper = home.keeper().await;
        keeper
            .client
            .vault_unlock(&UnlockVault::Passphrase { passphrase: secret() })
            .await
            .expect("opens after a kill");
        let accounts = keeper.client.account_list().await.expect("listed").rows;
        assert_eq!(accounts.iter().map(|known| &known.id).collect::<Vec<_>>(), [&account.id], "round {round}");
        let listed = keeper.client.repository_list(&RepositoryQuery::default()).await.expect("listed").total;
        assert!(listed >= committed, "round {round}: {listed} rows, {committed} were committed");
        // A first listing is kept as it comes, and the account says until its end that it is not whole.
        let whole = listed as usize == REPOSITORIES;
        assert!(whole || accounts[0].synced_at.is_none(), "round {round}: {listed} rows are said to be all");
        committed = listed;
        let mut lines = keeper.client.sync_wait(None).await.expect("starts");
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // After so many words of its progress, or at its end.
        for _ in 0..(chance >> 33) % LINES {
            if lines.next().await.is_none() {
                break;
            }
        }
        let running = keeper.client.sync_status().await.is_ok_and(|status| !status.running.is_empty());
        killed_running += u32::from(running);
        keeper.kill();
    }
    println!("{KILLS} kills, {killed_running} of them with a sync under way");
    assert!(killed_running > KILLS / 10, "the kills have to hit syncs; {killed_running} did");

    let keeper = home.keeper().await;
    keeper.client.vault_unlock(&UnlockVault::Passphrase { passphrase: secret() }).await.expect("opens");
    let mut lines = keeper.client.sync_wait(None).await.expect("syncs");
    while let Some(line) = lines.next().await {
        line.expect("a line");
    }
    let listed = keeper.client.repository_list(&RepositoryQuery::default()).await.expect("listed").total;
    assert_eq!(listed as usize, REPOSITORIES, "the credential still works and everything is listed");
}
