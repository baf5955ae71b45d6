//! `drawbridge account`: the connected accounts.

use super::moves;
use crate::{
    Session,
    failure::Failure,
    proof::{Prover, prove},
    reach,
    secret_input::RULE,
    table::{self, Table},
    words,
};
use clap::Subcommand;
use drawbridge_domain::{AccountId, Health};
use drawbridge_keeper::dto::{Account, DisconnectReceipt, Proven, RenameAccount, ScopeState};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All accounts
    List,
    /// One account
    Show {
        /// The account, as `account list` names it
        #[arg(value_parser = id)]
        id: AccountId,
    },
    /// Renew the account's access now
    Refresh {
        /// The account, as `account list` names it
        #[arg(value_parser = id)]
        id: AccountId,
    },
    /// Ask the host whether the account's access works
    Check {
        /// The account, as `account list` names it
        #[arg(value_parser = id)]
        id: AccountId,
    },
    /// Name an account; without a name, take it away
    Rename {
        /// The account, as `account list` names it
        #[arg(value_parser = id)]
        id: AccountId,
        /// What to call it
        #[arg(default_value = "")]
        name: String,
    },
    /// What happened to the account's access
    History {
        /// The account, as `account list` names it
        #[arg(value_parser = id)]
        id: AccountId,
    },
    /// End the account's access at its host, and forget it here. With --all, reads: the proof
    #[command(after_help = RULE)]
    Disconnect {
        /// The account, as `account list` names it
        #[arg(value_parser = id, required_unless_present = "all")]
        id: Option<AccountId>,
        /// All of them, as when a computer is lost
        #[arg(long, conflicts_with = "id")]
        all: bool,
        #[command(flatten)]
        prover: Prover,
    },
    /// Access that was removed here and has not ended at its host yet
    Unended {
        /// Forget this one: you have ended it at its host
        #[arg(long, value_name = "ID")]
        forget: Option<String>,
    },
    /// Write accounts to a file sealed with a passphrase of its own. Reads: the proof, that passphrase
    #[command(after_help = RULE)]
    Export(moves::Export),
    /// Read accounts from such a file. Reads: its passphrase
    Import(moves::Import),
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Export(export) => moves::export(session, export).await,
        Command::Import(import) => moves::import(session, import).await,
        Command::List => {
            let accounts = reach::keeper(session).await?.account_list().await?;
            if session.output.json() { session.output.object(&accounts) } else { list(session, accounts.rows) }
        }
        Command::Show { id } => {
            let account = reach::keeper(session).await?.account_show(&id).await?;
            if session.output.json() { session.output.object(&account) } else { show(session, &account) }
        }
        Command::Refresh { id } => {
            let account = reach::keeper(session).await?.account_refresh(&id).await?;
            told(session, &account, "Renewed")
        }
        Command::Check { id } => {
            let account = reach::keeper(session).await?.account_check(&id).await?;
            told(session, &account, "Works")
        }
        Command::Rename { id, name } => {
            let account = reach::keeper(session).await?.account_rename(&id, &RenameAccount { name }).await?;
            told(session, &account, "Named")
        }
        Command::History { id } => {
            let history = reach::keeper(session).await?.account_history(&id).await?;
            if session.output.json() {
                return session.output.object(&history);
            }
            let now = session.parts.clock.now();
            let mut table = Table::new(["WHEN", "WHAT"]);
            for event in history.rows {
                table.row([words::ago(event.at, now), event.sentence]);
            }
            table.print(&mut session.output)
        }
        Command::Disconnect { id: Some(id), .. } => disconnect(session, &id).await,
        Command::Disconnect { id: None, prover, .. } => disconnect_all(session, prover).await,
        Command::Unended { forget: Some(id) } => {
            reach::keeper(session).await?.unended_forget(&id).await?;
            if session.output.json() {
                return session.output.object(&serde_json::json!({ "forgotten": id }));
            }
            session.output.text("Forgotten here.")
        }
        Command::Unended { forget: None } => {
            let unended = reach::keeper(session).await?.unended_list().await?;
            if session.output.json() {
                return session.output.object(&unended);
            }
            if unended.rows.is_empty() {
                session.output.note("Everything that was removed here has ended at its host, as far as is known.");
                return Ok(());
            }
            let now = session.parts.clock.now();
            let mut table = Table::new(["ID", "LOGIN", "REMOVED", "HOW IT STANDS", "PAGE"]);
            for row in unended.rows {
                let removed = words::ago(row.removed_at, now);
                table.row([row.id, row.login, removed, row.sentence, row.page.unwrap_or_default()]);
            }
            table.print(&mut session.output)
        }
    }
}

async fn disconnect(session: &mut Session, id: &AccountId) -> Result<(), Failure> {
    let receipt = reach::keeper(session).await?.account_disconnect(id).await?;
    if session.output.json() { session.output.object(&receipt) } else { ended(session, &receipt) }
}

/// One that fails does not keep the others; the last failure is the command's.
async fn disconnect_all(session: &mut Session, prover: Prover) -> Result<(), Failure> {
    let (keeper, _, proof) = prove(session, prover).await?;
    session.output.note("Each host is asked in turn; one that does not answer takes a while.");
    let all = keeper.account_disconnect_all(&Proven { proof }).await?;
    if session.output.json() {
        session.output.object(&all)?;
    } else if all.rows.is_empty() {
        session.output.note("No account is connected.");
    }
    let mut outcome = Ok(());
    for row in all.rows {
        if !session.output.json() {
            session.output.text(&format!("{} at {}:", row.login, row.host_label))?;
            if let Some(receipt) = &row.receipt {
                ended(session, receipt)?;
            }
        }
        if let Some(problem) = row.problem {
            outcome = Err(problem.into());
        }
    }
    outcome
}

fn ended(session: &mut Session, receipt: &DisconnectReceipt) -> Result<(), Failure> {
    session.output.text(&receipt.sentence)?;
    let left = words::count(receipt.repositories, "repository", "repositories");
    let verb = if receipt.repositories == 1 { "has" } else { "have" };
    session.output.text(&format!("{left} {verb} left the list."))?;
    match &receipt.page {
        Some(page) => session.output.text(&format!("What is left can be done at the host: {page}")),
        None => Ok(()),
    }
}

fn told(session: &mut Session, account: &Account, what: &str) -> Result<(), Failure> {
    if session.output.json() {
        return session.output.object(account);
    }
    let name = account.label.as_ref().unwrap_or(&account.login);
    session.output.text(&format!("{what}: {name} at {}. {}.", account.host_label, account.state))
}

fn list(session: &mut Session, accounts: Vec<Account>) -> Result<(), Failure> {
    if accounts.is_empty() {
        session.output.note("No account is connected. Connect one with `drawbridge connect`.");
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["ID", "LOGIN", "HOST", "BY", "HEALTH", "REPOSITORIES", "SYNCED", "CALLED"]);
    let needing: Vec<String> = accounts.iter().filter_map(needs).collect();
    for account in accounts {
        table.row([
            account.id.to_string(),
            account.login,
            account.host_label,
            words::credential(account.kind).to_owned(),
            words::health(account.health).to_owned(),
            words::number(account.repositories),
            account.synced_at.map_or_else(|| "not yet".to_owned(), |at| words::ago(at, now)),
            account.label.unwrap_or_default(),
        ]);
    }
    table.print(&mut session.output)?;
    for line in needing {
        session.output.text(&line)?;
    }
    Ok(())
}

/// Why an account is not working, and the next step, in the words of every front.
fn needs(account: &Account) -> Option<String> {
    let name = account.label.as_ref().unwrap_or(&account.login);
    let said = || format!("{name} at {}: {}. {}.", account.host_label, account.state, account.state_note);
    (account.health != Health::Working).then(said)
}

fn show(session: &mut Session, account: &Account) -> Result<(), Failure> {
    let now = session.parts.clock.now();
    let scopes: Vec<String> = account
        .scopes
        .iter()
        .filter_map(|scope| match scope.state {
            ScopeState::Granted | ScopeState::Asked => Some(scope.name.clone()),
            ScopeState::Refused => Some(format!("{} (not granted)", scope.name)),
            ScopeState::NotAsked => None,
        })
        .collect();
    table::facts(
        &mut session.output,
        &[
            ("Account", account.login.clone()),
            ("Called", account.label.clone().unwrap_or_default()),
            ("Name", account.name.clone().unwrap_or_default()),
            ("Host", account.host_label.clone()),
            ("Health", words::health(account.health).to_owned()),
            ("State", account.state.clone()),
            ("", account.state_note.clone()),
            ("Clock", account.clock_note.clone().unwrap_or_default()),
            ("Connected by", format!("{}, {}", words::credential(account.kind), words::ago(account.connected_at, now))),
            ("May", scopes.join(", ")),
            ("Repositories", words::number(account.repositories)),
            ("Synced", account.synced_at.map_or_else(|| "not yet".to_owned(), |at| words::ago(at, now))),
            ("Access ends", account.access_ends_at.map(|at| at.to_string()).unwrap_or_default()),
            ("Withdraw at", account.revoke_page.clone().unwrap_or_default()),
            ("Id", account.id.to_string()),
        ],
    )
}

/// Reads an account's id.
pub(crate) fn id(text: &str) -> Result<AccountId, String> {
    text.parse().map_err(|_| "that is no id of an account; `drawbridge account list` shows them".to_owned())
}
