//! `drawbridge vault`: make it, open it, lock it.

use crate::{Session, failure::Failure, reach, secret_input, table, words};
use clap::{Args, Subcommand};
use drawbridge_keeper::dto::{CreateVault, UnlockVault, VaultState, VaultStatus};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the vault; it is open afterwards
    Create(Way),
    /// Open the vault
    Unlock(Way),
    /// Lock the vault, for every program at once
    Lock,
    /// Where the vault stands
    Status,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Way {
    /// By a passphrase, the first line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
    /// By a key that the system's keychain keeps
    #[arg(long)]
    keychain: bool,
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    let (status, done) = match command {
        Command::Create(Way { keychain: true, .. }) => {
            (reach::keeper(session).await?.vault_create(&CreateVault::Keychain).await?, "The vault is made, and open.")
        }
        Command::Create(Way { .. }) => {
            let request = CreateVault::Passphrase { passphrase: secret_input::read_new("passphrase").await? };
            (reach::keeper(session).await?.vault_create(&request).await?, "The vault is made, and open.")
        }
        Command::Unlock(Way { keychain: true, .. }) => {
            (reach::keeper(session).await?.vault_unlock(&UnlockVault::Keychain).await?, "The vault is open.")
        }
        Command::Unlock(Way { .. }) => {
            let request = UnlockVault::Passphrase { passphrase: secret_input::read("passphrase").await? };
            (reach::keeper(session).await?.vault_unlock(&request).await?, "The vault is open.")
        }
        Command::Lock => {
            let status = reach::keeper(session).await?.vault_lock().await?;
            let done =
                if status.state == VaultState::Absent { "There is no vault yet." } else { "The vault is locked." };
            (status, done)
        }
        Command::Status => {
            let status = reach::keeper(session).await?.vault_status().await?;
            return if session.output.json() { session.output.object(&status) } else { show(session, &status) };
        }
    };
    if session.output.json() { session.output.object(&status) } else { session.output.text(done) }
}

fn show(session: &mut Session, status: &VaultStatus) -> Result<(), Failure> {
    let ways: Vec<&str> = status.slots.iter().copied().map(words::slot).collect();
    let needs = status.needs_version.as_ref().map(|version| format!("Drawbridge {version} or newer"));
    table::facts(
        &mut session.output,
        &[
            ("Vault", words::vault_state(status.state).to_owned()),
            ("Folder", status.path.clone()),
            ("Opens by", ways.join(", ")),
            ("Keychain", format!("{}, {}", status.keychain_name, words::keychain(status.keychain))),
            ("Needs", needs.unwrap_or_default()),
            ("Note", status.notice.clone().unwrap_or_default()),
        ],
    )
}
