//! That what a renewal brought is kept while the vault has no time for it.
//!
//! Not here: what renewals are answered with (the stories through the whole app).

use crate::{
    Keeper, KeeperConfig, Opener, Parts, QuietSigns,
    dto::{CreateVault, KeeperHost, NewClient, SignInState, StartSignIn},
};
use drawbridge_domain::{Clock as _, SecretString, SignInWay, SystemClock, SystemRandom};
use drawbridge_testkit::{
    fault::{CLIENT_ID, CLIENT_SECRET, Fault, FaultServer, Rules},
    temp::{FakeClock, TempVault},
};
use drawbridge_vault::MemoryKeychain;
use std::{sync::Arc, time::Duration};

/// Longer than anybody waits for the one connection that writes.
const LONG_WRITE: Duration = Duration::from_secs(22);
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Debug)]
struct OurLinks;

impl crate::Links for OurLinks {
    fn opener(&self) -> Opener {
        Opener::Us
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn renewed_access_waits_for_a_writer_that_takes_its_time() {
    let folder = TempVault::new().expect("a folder");
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let server = FaultServer::start(Rules::default(), Arc::clone(&clock) as _).expect("a server");
    let providers = folder.around().join("providers");
    std::fs::create_dir_all(&providers).expect("a folder");
    let life = "access = \"1h\"\nrotation = \"rotates\"\nreuse = \"ends_all\"";
    std::fs::write(providers.join("faulty.toml"), server.definition("Faulty", "", life)).expect("written");
    let config = KeeperConfig {
        vault_dir: folder.path(),
        host: KeeperHost::Background,
        version: "0.1.0".to_owned(),
        runtime_dir: Some(folder.around().to_owned()),
        unlock_target: Duration::ZERO,
        client_file: None,
        projects_dir: None,
        provider_dir: Some(providers),
    };
    let parts = Parts {
        clock: Arc::clone(&clock) as _,
        random: Arc::new(SystemRandom),
        keychain: Arc::new(MemoryKeychain::default()),
        signs: Arc::new(QuietSigns),
        links: Arc::new(OurLinks),
    };
    let keeper = Keeper::start(config, parts).await.expect("the keeper starts");
    keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    let client = NewClient {
        provider: "faulty".parse().expect("an id"),
        host: None,
        api_url: None,
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(SecretString::from(CLIENT_SECRET.to_owned())),
        name: None,
        preferred: false,
        own_redirects: false,
    };
    keeper.client_add(client).await.expect("the client is added");
    let request = StartSignIn {
        provider: "faulty".parse().expect("an id"),
        host: None,
        api_url: None,
        client: None,
        way: Some(SignInWay::DeepLink),
        account: None,
        scopes: Vec::new(),
    };
    let started = keeper.sign_in_start(request).await.expect("starts");
    let link = server.approve(&started.url, "ann").expect("approved");
    let done = keeper.sign_in_return(link).await.expect("completes");
    assert_eq!(done.state, SignInState::Connected);
    let account = done.account.expect("an account");

    clock.advance(Duration::from_hours(2));
    let before = server.token_requests();
    server.script([Fault::Slow(Duration::from_millis(500))]);
    let (asks, id) = (Arc::clone(&keeper), account.id.clone());
    let asking = tokio::spawn(async move { asks.account_check(id).await });
    tokio::time::timeout(PATIENCE, server.until(|server| server.token_requests() > before)).await.expect("asked");
    let open = keeper.opened().await.expect("open");
    let write = open.store.write().await.expect("a writer");
    tokio::time::sleep(LONG_WRITE).await;
    drop(write);
    let checked = tokio::time::timeout(PATIENCE, asking).await.expect("it ends").expect("no panic");
    checked.expect("the new pair was kept");
    clock.advance(Duration::from_hours(2));
    keeper.account_check(account.id).await.expect("and it renews on");
    assert_eq!((server.truth("ann").renewals, server.truth("ann").reuses), (2, 0));
    drop(open);
    keeper.stop().await;
}
