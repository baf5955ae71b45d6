//! `drawbridge account export` and `import`: accounts in a sealed file.

use crate::{
    Session,
    failure::Failure,
    paths,
    proof::{Prover, prove},
    reach,
};
use clap::Args;
use drawbridge_domain::AccountId;
use drawbridge_keeper::dto::{ExportAccounts, ImportAccounts};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to write, never over another
    file: PathBuf,
    /// Only this account, as `account list` names it; can be given several times
    #[arg(long = "account", value_name = "ID", value_parser = super::account::id)]
    accounts: Vec<AccountId>,
    /// Also move what renews access. It can live in one place only: the accounts here then ask for a
    /// sign-in when their access ends
    #[arg(long)]
    move_renewal: bool,
    #[command(flatten)]
    prover: Prover,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file
    file: PathBuf,
}

pub(crate) async fn export(session: &mut Session, export: Export) -> Result<(), Failure> {
    let Export { file, accounts, move_renewal, prover } = export;
    let path = paths::whole(&file)?;
    let (keeper, _, proof) = prove(session, prover).await?;
    let passphrase = session.secrets.read_new("passphrase for the file").await?;
    super::vault::weigh_passphrase(session, &keeper, &passphrase).await;
    let request = ExportAccounts { accounts, path, passphrase, move_renewal, proof };
    let exported = keeper.accounts_export(&request).await?;
    if session.output.json() { session.output.object(&exported) } else { session.output.text(&exported.sentence) }
}

pub(crate) async fn import(session: &mut Session, import: Import) -> Result<(), Failure> {
    let path = paths::whole(&import.file)?;
    let keeper = reach::keeper(session).await?;
    // Nobody types a passphrase for a refusal.
    keeper.vault_security().await?;
    let passphrase = session.secrets.read("passphrase of the file").await?;
    let imported = keeper.accounts_import(&ImportAccounts { path, passphrase }).await?;
    if session.output.json() { session.output.object(&imported) } else { session.output.text(&imported.sentence) }
}
