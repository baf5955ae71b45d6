//! Looking whether the vault is sound: everything read (`verify`), and everything around it (`doctor`).
//!
//! Neither changes anything. Not here: mending.

use crate::{
    Answer, Keeper, Problem,
    dto::{DoctorReport, Finding, FindingLevel, SlotKind, VaultState, VerifyReport},
    words,
};
use drawbridge_vault::KeychainState;
use std::path::Path;

/// Less free room than this may not be enough for a backup or a renewal.
const LITTLE_ROOM: u64 = 200 * 1024 * 1024;

fn finding(level: FindingLevel, what: impl Into<String>, safe: &str, action: &str) -> Finding {
    Finding { level, what: what.into(), safe: safe.to_owned(), action: action.to_owned() }
}

fn fine(what: impl Into<String>) -> Finding {
    finding(FindingLevel::Fine, what, "", "")
}

impl Keeper {
    /// Reads everything in the vault and checks it: the seal of every page, every sealed value, every
    /// reference between rows.
    pub async fn vault_verify(&self) -> Answer<VerifyReport> {
        let open = self.opened().await?;
        let begun = self.parts.clock.now();
        let _turn = open.chore.lock().await;
        let work = async {
            let pages = open.vault.check_pages().await.map_err(words::vault)?;
            let sealed = drawbridge_store::check_sealed(open.store.database(), &open.vault.sealer).await;
            let sealed = match sealed {
                // Values on a damaged page can't be read: the pages say so already.
                Err(error) if !pages.wrong.is_empty() => {
                    tracing::warn!(%error, "not every value could be looked at");
                    drawbridge_store::SealedCheck::default()
                }
                sealed => sealed.map_err(words::store)?,
            };
            Ok::<_, Problem>((pages, sealed))
        };
        let (pages, sealed) = tokio::select! {
            done = work => done?,
            () = open.cancel.cancelled() => return Err(words::locked()),
        };
        let mut findings = Vec::new();
        let safe = "Nothing was changed. Backups are not affected.";
        for line in &pages.wrong {
            let action = "Restore a backup, or rescue what can be read.";
            findings.push(finding(FindingLevel::Problem, format!("The database says: {line}."), safe, action));
        }
        for column in &sealed.unsealable {
            let what = format!("A value in {column} does not open: it was damaged or put there by something else.");
            findings.push(finding(
                FindingLevel::Problem,
                what,
                safe,
                "Connect that account again, or restore a backup.",
            ));
        }
        if sealed.orphans > 0 {
            let what = format!("{} rows point nowhere.", sealed.orphans);
            findings.push(finding(
                FindingLevel::Advice,
                what,
                safe,
                "Sync all accounts; connect again what asks for it.",
            ));
        }
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(VerifyReport {
            sound: findings.is_empty(),
            pages: pages.pages,
            sealed: sealed.sealed,
            unsealable: count(sealed.unsealable.len()),
            orphans: sealed.orphans,
            took_ms: u32::try_from(self.parts.clock.now().since(begun).as_millis()).unwrap_or(u32::MAX),
            findings,
        })
    }

    /// What is wrong, what is safe, what to do. Allowed while closed.
    pub async fn vault_doctor(&self) -> Answer<DoctorReport> {
        let mut findings = Vec::new();
        let status = match self.vault_status().await {
            Ok(status) => Some(status),
            Err(problem) => {
                let safe = "Nothing was changed.";
                findings.push(finding(FindingLevel::Problem, problem.message, safe, &problem.hint));
                None
            }
        };
        if let Some(status) = &status {
            findings.push(state_finding(status.state, status.notice.as_deref()));
            let needs_keychain = status.slots.iter().any(|kind| matches!(kind, SlotKind::Keychain | SlotKind::Both));
            let only_keychain = status.slots.iter().all(|kind| *kind == SlotKind::Keychain);
            findings.push(self.keychain_finding(needs_keychain, only_keychain).await);
            if !status.slots.is_empty() && !status.slots.contains(&SlotKind::Recovery) {
                findings.push(finding(
                    FindingLevel::Advice,
                    "There is no recovery code.",
                    "",
                    "Make one in Settings, Security, or with drawbridge vault recovery, and put it away.",
                ));
            }
        }
        findings.extend(files_findings(&self.config.vault_dir));
        findings.extend(self.clock_findings().await?);
        self.backup_findings(status.as_ref().is_some_and(|status| status.state == VaultState::Absent), &mut findings)
            .await?;
        findings.sort_by_key(|finding| std::cmp::Reverse(rank(finding.level)));
        let level = findings.first().map_or(FindingLevel::Fine, |finding| finding.level);
        Ok(DoctorReport { level, findings })
    }

    /// Hosts whose clock is not ours. None while the vault is closed: which hosts there are is in it.
    async fn clock_findings(&self) -> Answer<Vec<Finding>> {
        let Ok(open) = self.opened().await else { return Ok(Vec::new()) };
        let mut session = open.store.read().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let warnings = hosts.iter().filter_map(crate::host_clock::warning);
        let safe = "Access is looked after by the host's clock.";
        let action = "Set this computer's clock, or have the network set it.";
        Ok(warnings.map(|what| finding(FindingLevel::Advice, what, safe, action)).collect())
    }

    async fn keychain_finding(&self, needed: bool, only: bool) -> Finding {
        let name = self.parts.keychain.name();
        let level = |bad: FindingLevel| if needed { bad } else { FindingLevel::Fine };
        let safe = if needed { "The vault's key is not lost by that." } else { "This vault does not need it." };
        match drawbridge_vault::keychain_state(&self.parts.keychain).await {
            KeychainState::Ready => {
                let backend = drawbridge_vault::keychain_backend(&self.parts.keychain).await;
                let by = if backend.is_empty() { String::new() } else { format!(", kept by {backend}") };
                fine(format!("The keychain ({name}{by}) answers."))
            }
            KeychainState::Locked => {
                finding(level(FindingLevel::Advice), format!("The keychain ({name}) is locked."), safe, "Unlock it.")
            }
            KeychainState::Denied => finding(
                level(FindingLevel::Advice),
                format!("The keychain ({name}) was not unlocked: somebody said no."),
                safe,
                "Try again, and allow it.",
            ),
            KeychainState::Silent => finding(
                level(FindingLevel::Problem),
                format!("The keychain ({name}) does not answer within five seconds."),
                safe,
                "See whether it asks something in a window of its own.",
            ),
            KeychainState::Absent => finding(
                level(if only { FindingLevel::Problem } else { FindingLevel::Advice }),
                format!("No keychain ({name}) answers here."),
                safe,
                if needed { "Start it, or open the vault another way." } else { "" },
            ),
        }
    }

    async fn backup_findings(&self, absent: bool, findings: &mut Vec<Finding>) -> Answer<()> {
        let backups = self.backup_list().await?;
        match backups.first() {
            Some(newest) => {
                let path = newest.path.clone();
                let made = format!("The newest backup is of {} ({path}).", words::moment(newest.made_at));
                if crate::backups::only_here(newest) {
                    findings.push(finding(
                        FindingLevel::Advice,
                        format!("{made} Only this computer's keychain opens it."),
                        "",
                        "Make a recovery code; the backups after that open anywhere.",
                    ));
                } else {
                    findings.push(fine(made));
                }
                let read = tokio::task::spawn_blocking(move || drawbridge_vault::read_backup(Path::new(&path)));
                if !matches!(read.await, Ok(Ok(_))) {
                    findings.push(finding(
                        FindingLevel::Problem,
                        "The newest backup is damaged.",
                        "The vault itself is not affected.",
                        "Make a new one.",
                    ));
                }
            }
            None if absent => {}
            None => findings.push(finding(FindingLevel::Advice, "There is no backup.", "", "Make one.")),
        }
        Ok(())
    }
}

fn rank(level: FindingLevel) -> u8 {
    match level {
        FindingLevel::Fine => 0,
        FindingLevel::Advice => 1,
        FindingLevel::Problem => 2,
    }
}

fn state_finding(state: VaultState, notice: Option<&str>) -> Finding {
    match state {
        VaultState::Absent => {
            finding(FindingLevel::Advice, "There is no vault in this folder.", "", "Make one, or restore a backup.")
        }
        VaultState::Open => fine("The vault is open."),
        VaultState::Locked => match notice {
            Some(notice) => finding(FindingLevel::Advice, notice, "The vault is unchanged.", "Unlock it."),
            None => fine("The vault is locked; its files are in place."),
        },
        VaultState::Damaged => finding(
            FindingLevel::Problem,
            "The vault's files can't be read as a vault.",
            "Nothing was changed or deleted. Your repositories at the providers are not affected.",
            "Restore a backup, or rescue what can be read.",
        ),
        VaultState::TooNew => finding(
            FindingLevel::Problem,
            "A newer Drawbridge wrote this vault.",
            "Nothing was changed.",
            "Install that version or a later one.",
        ),
    }
}

fn files_findings(dir: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let folder = drawbridge_vault::look_at_folder(dir);
    if let Some(what) = folder.unsafe_because {
        findings.push(finding(
            FindingLevel::Problem,
            format!("The vault folder can't be used: {what}."),
            "Nothing was changed.",
            "Choose a plain folder of your own.",
        ));
    }
    if folder.header_copies == 1 {
        findings.push(finding(
            FindingLevel::Advice,
            "One of the header's two copies is missing or damaged.",
            "The other one opens the vault.",
            "Open the vault: it writes both again.",
        ));
    }
    if folder.unnamed > 0 {
        findings.push(finding(
            FindingLevel::Advice,
            format!("{} database files belong to no header.", folder.unnamed),
            "Nothing in the vault uses them.",
            "Keep them until everything works, then remove them.",
        ));
    }
    if folder.read_only {
        findings.push(finding(
            FindingLevel::Problem,
            "The vault folder can't be written.",
            "What is in it is safe.",
            "Make it writable for you, or mount its disk for writing.",
        ));
    }
    if folder.free_bytes.is_some_and(|free| free < LITTLE_ROOM) {
        let free = folder.free_bytes.unwrap_or(0) / (1024 * 1024);
        findings.push(finding(
            FindingLevel::Advice,
            format!("The disk has {free} MB left."),
            "What is stored is safe.",
            "Make room: backups and new keys need a copy of the vault.",
        ));
    }
    findings
}
