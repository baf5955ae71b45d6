//! `drawbridge vault ways`, `way`, `passphrase`, `recovery`, `renew`, `warnings`: how the vault opens.

use super::vault::{NewWay, weigh, weigh_passphrase};
use crate::{
    Session,
    failure::Failure,
    output,
    proof::{Prover, prove},
    reach,
    secret_input::{RULE, SecretInput},
    table::{self, Table},
    words,
};
use clap::{Args, Subcommand, ValueEnum};
use drawbridge_keeper::{
    Code,
    dto::{
        AddSlot, ChangePassphrase, CheckRecovery, List, Proven, RecoveryCode, RemoveSlot, Slot, SlotKind,
        VaultSecurity, VaultWarning, WarningKind,
    },
};
use drawbridge_local_api::Client;

/// How often the groups of a new code are asked for.
const TRIES: u32 = 3;

const CHECKED: &str = "The recovery code is checked, and the only one that opens the vault.";

#[derive(Debug, Subcommand)]
pub(crate) enum WayCommand {
    /// Add a way to open the vault, in place of one of the same kind. Reads: the proof, the new passphrase
    #[command(after_help = RULE)]
    Add {
        #[command(flatten)]
        way: NewWay,
        #[command(flatten)]
        prover: Prover,
    },
    /// Take a way to open the vault away; never the last one. Reads: the proof
    #[command(after_help = RULE)]
    Remove {
        /// The way, as `vault ways` names it
        id: String,
        #[command(flatten)]
        prover: Prover,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Recovery {
    #[command(flatten)]
    prover: Prover,
    /// Show that the new code is put away. Reads: the groups that were asked for, one a line
    #[arg(long, conflicts_with = "kind")]
    check_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Warnings {
    /// Put this one away
    #[arg(long, value_name = "KIND")]
    dismiss: Option<Kind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The files are older than they were
    RolledBack,
    /// One copy of the header was damaged
    HeaderRepaired,
    /// The vault was opened by its recovery code
    RecoveryUsed,
}

/// `vault ways`.
pub(crate) async fn ways(session: &mut Session) -> Result<(), Failure> {
    let slots = reach::keeper(session).await?.vault_security().await?.slots;
    if session.output.json() {
        return session.output.object(&List::whole(slots));
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["ID", "OPENS BY", "MADE", "USED", "NOTE"]);
    for slot in slots {
        let note = note(&slot);
        table.row([
            slot.id,
            words::slot(slot.kind).to_owned(),
            slot.made_at.map(|at| words::ago(at, now)).unwrap_or_default(),
            slot.used_at.map_or_else(|| "not yet".to_owned(), |at| words::ago(at, now)),
            note,
        ]);
    }
    table.print(&mut session.output)
}

fn note(slot: &Slot) -> String {
    let mut notes = Vec::new();
    if slot.checked == Some(false) {
        notes.push("not shown to be put away".to_owned());
    }
    if let Some(keychain) = slot.keychain.as_ref().filter(|name| !name.is_empty()) {
        notes.push(format!("kept by {keychain}"));
    }
    if let Some(takes) = slot.takes_ms {
        notes.push(format!("made slow on purpose: {takes} ms"));
    }
    notes.join(", ")
}

/// `vault way`.
pub(crate) async fn way(session: &mut Session, command: WayCommand) -> Result<(), Failure> {
    match command {
        WayCommand::Add { way, prover } => {
            let (keeper, _, proof) = prove(session, prover).await?;
            let way = way.read(session, "new passphrase").await?;
            weigh(session, &keeper, &way).await;
            let security = keeper.slot_add(&AddSlot { way, proof }).await?;
            tell(session, &security, "The way is added.")?;
            opens_by(session, &security);
        }
        WayCommand::Remove { id, prover } => {
            let (keeper, _, proof) = prove(session, prover).await?;
            let security = keeper.slot_remove(&RemoveSlot { id, proof }).await?;
            tell(session, &security, "The way is gone.")?;
            opens_by(session, &security);
        }
    }
    Ok(())
}

/// `vault passphrase`.
pub(crate) async fn passphrase(session: &mut Session, prover: Prover) -> Result<(), Failure> {
    let (keeper, _, proof) = prove(session, prover).await?;
    let passphrase = session.secrets.read_new("new passphrase").await?;
    weigh_passphrase(session, &keeper, &passphrase).await;
    let security = keeper.passphrase_change(&ChangePassphrase { passphrase, proof }).await?;
    tell(session, &security, "The passphrase is changed.")?;
    session.output.note("Backups from before still open with what opened the vault then.");
    Ok(())
}

/// `vault recovery`.
pub(crate) async fn recovery(session: &mut Session, recovery: Recovery) -> Result<(), Failure> {
    if recovery.check_stdin {
        let groups = session.secrets.read_all("group").await?;
        let security = reach::keeper(session).await?.recovery_check(&CheckRecovery { groups }).await?;
        return tell(session, &security, CHECKED);
    }
    let (keeper, _, proof) = prove(session, recovery.prover).await?;
    let made = keeper.recovery_make(&Proven { proof }).await?;
    if session.output.json() {
        return session.output.object(&made);
    }
    session.output.text(made.code.expose())?;
    session.output.note("Write it down and put it away from this computer. It is not shown again.");
    if SecretInput::is_typed() {
        return ask(session, &keeper, &made).await;
    }
    session.output.note(&format!(
        "Then show that you have it: `drawbridge vault recovery --check-stdin`, with {}, one a line.",
        words::groups(&made.ask)
    ));
    Ok(())
}

/// Asks for the groups until they are right.
async fn ask(session: &mut Session, keeper: &Client, made: &RecoveryCode) -> Result<(), Failure> {
    let mut tries = 1;
    loop {
        let mut groups = Vec::new();
        for place in &made.ask {
            groups.push(session.secrets.read(&format!("group {place} of your copy")).await?);
        }
        match keeper.recovery_check(&CheckRecovery { groups }).await {
            Ok(_) => return session.output.text(CHECKED),
            Err(problem) if problem.code == Code::InvalidInput && tries < TRIES => output::aside(&problem.message),
            Err(problem) => return Err(problem.into()),
        }
        tries += 1;
    }
}

/// `vault renew`.
pub(crate) async fn renew(session: &mut Session, prover: Prover) -> Result<(), Failure> {
    let (keeper, before, proof) = prove(session, prover).await?;
    session.output.note("Everything is sealed again; that can take minutes.");
    let security = keeper.keys_renew(&Proven { proof }).await?;
    tell(session, &security, "The vault has new keys.")?;
    if has_recovery(&before) && !has_recovery(&security) {
        session.output.note("The recovery code ended with the old ones; `drawbridge vault recovery` makes a new one.");
    }
    Ok(())
}

fn has_recovery(security: &VaultSecurity) -> bool {
    security.slots.iter().any(|slot| slot.kind == SlotKind::Recovery)
}

/// `vault warnings`.
pub(crate) async fn warnings(session: &mut Session, warnings: Warnings) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    let left = match warnings.dismiss {
        None => keeper.vault_security().await?.warnings,
        Some(kind) => {
            let kind = match kind {
                Kind::RolledBack => WarningKind::RolledBack,
                Kind::HeaderRepaired => WarningKind::HeaderRepaired,
                Kind::RecoveryUsed => WarningKind::RecoveryUsed,
            };
            keeper.warning_dismiss(kind).await?.warnings
        }
    };
    if session.output.json() {
        return session.output.object(&List::whole(left));
    }
    if left.is_empty() {
        session.output.note("Nothing to be told.");
        return Ok(());
    }
    let mut facts = Vec::new();
    for VaultWarning { kind, message, hint } in left {
        facts.extend([(words::warning(kind), message), ("", hint)]);
    }
    table::facts(&mut session.output, &facts)
}

fn tell(session: &mut Session, security: &VaultSecurity, done: &str) -> Result<(), Failure> {
    if session.output.json() { session.output.object(security) } else { session.output.text(done) }
}

fn opens_by(session: &Session, security: &VaultSecurity) {
    let ways: Vec<&str> = security.slots.iter().map(|slot| words::slot(slot.kind)).collect();
    session.output.note(&format!("The vault opens by: {}.", ways.join(", ")));
}
