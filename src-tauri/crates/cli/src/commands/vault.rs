//! `drawbridge vault`: make it, open it, lock it; the rest is in files of its own.

use super::{backup, checks, security};
use crate::{
    Session,
    failure::Failure,
    proof::Prover,
    reach,
    secret_input::{RULE, SecretInput},
    table, words,
};
use clap::{Args, Subcommand};
use drawbridge_domain::SecretString;
use drawbridge_keeper::dto::{CreateVault, UnlockVault, VaultState, VaultStatus, WeighPassphrase};
use drawbridge_local_api::Client;

#[derive(Debug, Subcommand)]
#[command(after_help = RULE)]
pub(crate) enum Command {
    /// Make the vault; it is open afterwards
    Create(NewWay),
    /// Open the vault
    Unlock(Way),
    /// Lock the vault, for every program at once
    Lock,
    /// Where the vault stands
    Status,
    /// The ways to open the vault
    Ways,
    /// Add a way to open the vault, or take one away
    Way {
        #[command(subcommand)]
        command: security::WayCommand,
    },
    /// Change the passphrase. Reads: the proof, the new passphrase
    #[command(after_help = RULE)]
    Passphrase(Prover),
    /// Make a recovery code, shown this once. Reads: the proof
    #[command(after_help = RULE)]
    Recovery(security::Recovery),
    /// Give the vault new keys and seal everything again. Reads: the proof
    ///
    /// A recovery code from before ends with the old keys.
    #[command(after_help = RULE)]
    Renew(Prover),
    /// What you should know about the vault, until you put it away
    Warnings(security::Warnings),
    /// Make a backup: a sealed copy, read back
    Backup(backup::Make),
    /// The backups in the backup folder, newest first
    Backups,
    /// Look through a backup without putting it back. Reads: the proof, if you name one
    #[command(after_help = RULE)]
    BackupCheck(backup::Check),
    /// Put a backup in the vault's place, and open it. Reads: the proof for the backup
    ///
    /// What is there is put aside, never deleted.
    #[command(after_help = RULE)]
    Restore(backup::Restore),
    /// Save what can be read of a damaged vault. Reads: the proof
    ///
    /// The damaged one is put aside, never deleted.
    #[command(after_help = RULE)]
    Rescue(Prover),
    /// Read everything in the vault and check it; exit code 1 if something is wrong
    Verify,
    /// What is wrong, what is safe, what to do; exit code 1 if there is a problem
    Doctor,
}

/// A way to open that is to be made.
#[derive(Debug, Args)]
#[group(id = "new_way", required = true, multiple = false)]
pub(crate) struct NewWay {
    /// By a passphrase, a line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
    /// By a key that the system's keychain keeps
    #[arg(long)]
    keychain: bool,
    /// By a passphrase and the keychain together: neither opens it alone
    #[arg(long)]
    both_stdin: bool,
}

impl NewWay {
    /// Reads what it needs. `what` names the passphrase.
    pub(crate) async fn read(&self, session: &mut Session, what: &str) -> Result<CreateVault, Failure> {
        if self.keychain {
            return Ok(CreateVault::Keychain);
        }
        let passphrase = session.secrets.read_new(what).await?;
        Ok(if self.both_stdin { CreateVault::Both { passphrase } } else { CreateVault::Passphrase { passphrase } })
    }
}

/// A way to open that there is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Way {
    /// By the passphrase, the first line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
    /// By a key that the system's keychain keeps
    #[arg(long)]
    keychain: bool,
    /// By the recovery code, the first line; the second is a new passphrase for the forgotten one
    #[arg(long)]
    recovery_stdin: bool,
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Create(way) => create(session, way).await,
        Command::Unlock(way) => unlock(session, way).await,
        Command::Lock => {
            let status = reach::keeper(session).await?.vault_lock().await?;
            let none = status.state == VaultState::Absent;
            tell(session, &status, if none { "There is no vault yet." } else { "The vault is locked." })
        }
        Command::Status => {
            let status = reach::keeper(session).await?.vault_status().await?;
            if session.output.json() { session.output.object(&status) } else { show(session, &status) }
        }
        Command::Ways => security::ways(session).await,
        Command::Way { command } => security::way(session, command).await,
        Command::Passphrase(prover) => security::passphrase(session, prover).await,
        Command::Recovery(recovery) => security::recovery(session, recovery).await,
        Command::Renew(prover) => security::renew(session, prover).await,
        Command::Warnings(warnings) => security::warnings(session, warnings).await,
        Command::Backup(make) => backup::make(session, make).await,
        Command::Backups => backup::list(session).await,
        Command::BackupCheck(check) => backup::check(session, check).await,
        Command::Restore(restore) => backup::restore(session, restore).await,
        Command::Rescue(prover) => backup::rescue(session, prover).await,
        Command::Verify => checks::verify(session).await,
        Command::Doctor => checks::doctor(session).await,
    }
}

async fn create(session: &mut Session, way: NewWay) -> Result<(), Failure> {
    let request = way.read(session, "passphrase").await?;
    let keeper = reach::keeper(session).await?;
    weigh(session, &keeper, &request).await;
    let status = keeper.vault_create(&request).await?;
    tell(session, &status, "The vault is made, and open.")
}

async fn unlock(session: &mut Session, way: Way) -> Result<(), Failure> {
    let request = if way.keychain {
        UnlockVault::Keychain
    } else if way.recovery_stdin {
        let code = session.secrets.read("recovery code").await?;
        UnlockVault::Recovery { code, new_passphrase: session.secrets.read_new("new passphrase").await? }
    } else {
        UnlockVault::Passphrase { passphrase: session.secrets.read("passphrase").await? }
    };
    let status = reach::keeper(session).await?.vault_unlock(&request).await?;
    if !way.recovery_stdin {
        return tell(session, &status, "The vault is open.");
    }
    tell(session, &status, "The vault is open, and has the new passphrase.")?;
    session.output.note("The code was typed into a computer; `drawbridge vault recovery` makes a new one.");
    Ok(())
}

fn tell(session: &mut Session, status: &VaultStatus, done: &str) -> Result<(), Failure> {
    if session.output.json() { session.output.object(status) } else { session.output.text(done) }
}

/// Says to whom makes a passphrase up if it is easy to guess. Never refuses one.
pub(crate) async fn weigh(session: &Session, keeper: &Client, way: &CreateVault) {
    if let CreateVault::Passphrase { passphrase } | CreateVault::Both { passphrase } = way {
        weigh_passphrase(session, keeper, passphrase).await;
    }
}

/// The same, of a passphrase.
pub(crate) async fn weigh_passphrase(session: &Session, keeper: &Client, passphrase: &SecretString) {
    // A program has made its choice.
    if session.output.json() || !SecretInput::is_typed() {
        return;
    }
    let request = WeighPassphrase { passphrase: passphrase.clone() };
    if let Ok(strength) = keeper.passphrase_strength(&request).await
        && strength.enough
        && !strength.hint.is_empty()
    {
        session.output.note(&format!("{} {}", strength.sentence, strength.hint));
    }
}

fn show(session: &mut Session, status: &VaultStatus) -> Result<(), Failure> {
    let now = session.parts.clock.now();
    let ways: Vec<&str> = status.slots.iter().copied().map(words::slot).collect();
    let needs = status.needs_version.as_ref().map(|version| format!("Drawbridge {version} or newer"));
    let locked = status.locked.map(|lock| format!("{}, {}", words::ago(lock.at, now), words::lock_cause(lock.cause)));
    table::facts(
        &mut session.output,
        &[
            ("Vault", words::vault_state(status.state).to_owned()),
            ("Locked", locked.unwrap_or_default()),
            ("Folder", status.path.clone()),
            ("Opens by", ways.join(", ")),
            ("Next try", status.wait_until.map(|until| words::wait(until, now)).unwrap_or_default()),
            ("Keychain", format!("{}, {}", status.keychain_name, words::keychain(status.keychain))),
            ("Needs", needs.unwrap_or_default()),
            ("Note", status.notice.clone().unwrap_or_default()),
        ],
    )
}
