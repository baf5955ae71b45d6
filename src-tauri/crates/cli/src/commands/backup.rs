//! `drawbridge vault backup`, `backups`, `backup-check`, `restore`, `rescue`: copies, and the way back.

use crate::{
    Session,
    failure::Failure,
    paths,
    proof::{Kind, Prover},
    reach,
    table::{self, Table},
    words,
};
use clap::Args;
use drawbridge_keeper::dto::{Backup, CheckBackup, MakeBackup, Proven, RestoreBackup};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Make {
    /// The file to write, never over another; one in the backup folder if you name none
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The backup
    file: PathBuf,
    /// What opens it, if the vault it was made of is not open; else only its checksum is looked at
    #[arg(long, value_name = "PROOF")]
    proof: Option<Kind>,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    prover: Prover,
}

/// `vault backup`.
pub(crate) async fn make(session: &mut Session, make: Make) -> Result<(), Failure> {
    let path = make.file.as_deref().map(paths::whole).transpose()?;
    let backup = reach::keeper(session).await?.backup_make(&MakeBackup { path }).await?;
    show(session, &backup)
}

/// `vault backups`.
pub(crate) async fn list(session: &mut Session) -> Result<(), Failure> {
    let backups = reach::keeper(session).await?.backup_list().await?;
    if session.output.json() {
        return session.output.object(&backups);
    }
    if backups.rows.is_empty() {
        session.output.note("There is no backup. Make one with `drawbridge vault backup`.");
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["MADE", "SIZE", "OPENS WITH", "FILE"]);
    for backup in backups.rows {
        let opens = opens_with(&backup);
        table.row([words::ago(backup.made_at, now), words::size(backup.size_kib), opens, backup.path]);
    }
    table.print(&mut session.output)
}

/// `vault backup-check`.
pub(crate) async fn check(session: &mut Session, check: Check) -> Result<(), Failure> {
    let path = paths::whole(&check.file)?;
    let proof = match check.proof {
        Some(kind) => Some(Prover { kind: Some(kind) }.read(session, &[], " of the backup").await?),
        None => None,
    };
    let backup = reach::keeper(session).await?.backup_check(&CheckBackup { path, proof }).await?;
    show(session, &backup)
}

fn show(session: &mut Session, backup: &Backup) -> Result<(), Failure> {
    if session.output.json() {
        return session.output.object(backup);
    }
    let looked = if backup.tested { "everything in it was opened" } else { "it is whole; it was not opened" };
    let holds = backup.accounts.zip(backup.repositories).map(|(accounts, repositories)| {
        let accounts = words::count(accounts, "account", "accounts");
        format!("{accounts}, {}", words::count(repositories, "repository", "repositories"))
    });
    table::facts(
        &mut session.output,
        &[
            ("Backup", backup.path.clone()),
            ("Made", words::ago(backup.made_at, session.parts.clock.now())),
            ("Size", words::size(backup.size_kib)),
            ("Read", looked.to_owned()),
            ("Holds", holds.unwrap_or_default()),
            ("Opens with", opens_with(backup)),
        ],
    )
}

fn opens_with(backup: &Backup) -> String {
    let ways: Vec<&str> = backup.opens_with.iter().copied().map(words::slot).collect();
    if ways.is_empty() { "this computer's keychain only".to_owned() } else { ways.join(", ") }
}

/// `vault restore`.
pub(crate) async fn restore(session: &mut Session, restore: Restore) -> Result<(), Failure> {
    let path = paths::whole(&restore.file)?;
    let keeper = reach::keeper(session).await?;
    let slots = keeper.vault_status().await?.slots;
    let proof = restore.prover.read(session, &slots, " of the backup").await?;
    let restored = keeper.backup_restore(&RestoreBackup { path, proof }).await?;
    if session.output.json() {
        return session.output.object(&restored);
    }
    session.output.text(&restored.sentence)?;
    match restored.put_aside {
        Some(folder) => session.output.text(&format!("What was there before is in {folder}")),
        None => Ok(()),
    }
}

/// `vault rescue`.
pub(crate) async fn rescue(session: &mut Session, prover: Prover) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    let slots = keeper.vault_status().await?.slots;
    let proof = prover.read(session, &slots, "").await?;
    let rescued = keeper.vault_rescue(&Proven { proof }).await?;
    if session.output.json() {
        return session.output.object(&rescued);
    }
    session.output.text(&rescued.sentence)?;
    for lost in &rescued.lost {
        session.output.text(&format!("  {lost}"))?;
    }
    session.output.text(&format!("The damaged vault is in {}", rescued.put_aside))
}
