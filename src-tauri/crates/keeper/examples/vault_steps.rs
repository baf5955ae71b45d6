//! Does one thing to a vault, for the sweep that kills it at every step and fills the disk under
//! it: `vault_steps JOB VAULT KEYCHAIN [FILE]`. Ends with 0, or with 1 and the error's code.
//!
//! Not here: looking at what is left; the sweep does.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program of the tests")]

#[path = "../../../../tests/file_keychain.rs"]
mod file_keychain;

use drawbridge_domain::{SecretString, SystemClock, SystemRandom};
use drawbridge_keeper::{
    Keeper, KeeperConfig, Parts, Problem,
    dto::{
        ChangePassphrase, CheckRecovery, CreateVault, KeeperHost, MakeBackup, NewClient, Proof, Proven, RestoreBackup,
        UnlockVault,
    },
};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

const PASSPHRASE: &str = "seven gulls on a wire";
const NEW_PASSPHRASE: &str = "nine herons under a bridge";

fn typed(text: &str) -> Proof {
    Proof::Passphrase { passphrase: SecretString::from(text.to_owned()) }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("JOB VAULT KEYCHAIN [FILE]");
    let (job, vault, keychain) = (next(), PathBuf::from(next()), PathBuf::from(next()));
    let file = arguments.next();
    let config = KeeperConfig {
        runtime_dir: vault.parent().map(PathBuf::from),
        vault_dir: vault,
        host: KeeperHost::Background,
        version: "0.1.0".to_owned(),
        unlock_target: Duration::ZERO,
        client_file: None,
        projects_dir: None,
        provider_dir: None,
    };
    let parts = Parts {
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        keychain: Arc::new(file_keychain::FileKeychain(keychain)),
        ..Parts::system()
    };
    let done = async {
        let keeper = Keeper::start(config, parts).await?;
        let done = work(&keeper, &job, file).await;
        keeper.stop().await;
        done
    };
    match done.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("{}", serde_json::to_string(&problem.code).expect("a code"));
            ExitCode::FAILURE
        }
    }
}

async fn work(keeper: &Arc<Keeper>, job: &str, file: Option<String>) -> Result<(), Problem> {
    let secret = |text: &str| SecretString::from(text.to_owned());
    // Where it did not open by itself, this says why.
    if !matches!(job, "create" | "prepare" | "migrate") {
        keeper.vault_unlock(UnlockVault::Keychain).await?;
    }
    match job {
        "create" => keeper.vault_create(CreateVault::Keychain).await.map(drop),
        // What the other jobs begin with.
        "prepare" => {
            keeper.vault_create(CreateVault::Keychain).await?;
            let way = CreateVault::Passphrase { passphrase: secret(PASSPHRASE) };
            keeper.slot_add(drawbridge_keeper::dto::AddSlot { way, proof: Proof::Keychain }).await?;
            for number in 0..20 {
                let new = NewClient {
                    provider: "github".parse().expect("an id"),
                    host: Some(format!("https://forge-{number}.example").parse().expect("an address")),
                    api_url: None,
                    client_id: format!("client-{number}"),
                    client_secret: Some(secret(&format!("secret-{number}"))),
                    name: None,
                    preferred: false,
                    own_redirects: false,
                };
                keeper.client_add(new).await?;
            }
            Ok(())
        }
        // A vault of an older schema is opened: a backup, then the new schema.
        "migrate" => keeper.vault_unlock(UnlockVault::Passphrase { passphrase: secret(PASSPHRASE) }).await.map(drop),
        "passphrase" => {
            let request = ChangePassphrase { passphrase: secret(NEW_PASSPHRASE), proof: typed(PASSPHRASE) };
            keeper.passphrase_change(request).await.map(drop)
        }
        "recovery" => {
            let shown = keeper.recovery_make(Proven { proof: typed(PASSPHRASE) }).await?;
            let groups: Vec<&str> = shown.code.expose().split('-').collect();
            let groups = shown.ask.iter().map(|at| secret(groups[usize::from(*at) - 1])).collect();
            keeper.recovery_check(CheckRecovery { groups }).await.map(drop)
        }
        "renew" => keeper.keys_renew(Proven { proof: typed(PASSPHRASE) }).await.map(drop),
        "backup" => keeper.backup_make(MakeBackup { path: file }).await.map(drop),
        "restore" => {
            let request = RestoreBackup { path: file.expect("a backup"), proof: typed(PASSPHRASE) };
            keeper.backup_restore(request).await.map(drop)
        }
        "rescue" => keeper.vault_rescue(Proven { proof: typed(PASSPHRASE) }).await.map(drop),
        other => panic!("no such job: {other}"),
    }
}
