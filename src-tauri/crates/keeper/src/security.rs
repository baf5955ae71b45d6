//! How the vault opens: its ways, the recovery code, new keys.
//!
//! Everything here asks for a proof first: an open window is not the owner. Not here: opening and
//! locking (`vault_cases`), copies (`backups`).

use crate::{
    Answer, Keeper,
    dto::{
        AddSlot, ChangePassphrase, CheckRecovery, Event, Proof, Proven, RecoveryCode as ShownCode, RemoveSlot,
        Revealed, Slot, Strength, Tag, VaultSecurity, VaultState, VaultWarning, WarningKind, WeighPassphrase,
    },
    open::Open,
    slot_notes::SlotNotes,
    vault_cases::{WARNINGS, check_passphrase, kind, new_slot},
    words,
};
use drawbridge_domain::Timestamp;
use drawbridge_vault::{Argon2Cost, NewSlot, RECOVERY_GROUPS, RecoveryCode, Way};
use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

/// When the keys were renewed last.
const RENEWED_AT: &str = "keys_renewed_at";
/// How many groups of a new recovery code the person is asked for.
const ASKED: usize = 2;

/// A recovery code that was shown and not checked yet. Gone with the lock.
pub(crate) struct PendingRecovery {
    code: RecoveryCode,
    /// Its slot.
    id: String,
    /// The groups that are asked for, from 0.
    ask: Vec<usize>,
}

/// A recovery code that came in as a proof, read.
pub(crate) fn parse_code(proof: &Proof) -> Answer<Option<RecoveryCode>> {
    match proof {
        Proof::Recovery { code } => RecoveryCode::parse(code).map(Some).map_err(words::vault),
        Proof::Keychain | Proof::Passphrase { .. } => Ok(None),
    }
}

/// The way of a proof.
pub(crate) fn way<'a>(proof: &'a Proof, code: Option<&'a RecoveryCode>) -> Way<'a> {
    match (proof, code) {
        (Proof::Passphrase { passphrase }, _) => Way::Passphrase(passphrase),
        (Proof::Recovery { .. }, Some(code)) => Way::Recovery(code),
        (Proof::Keychain | Proof::Recovery { .. }, _) => Way::Keychain,
    }
}

impl Keeper {
    /// The vault's security at a glance.
    pub async fn vault_security(&self) -> Answer<VaultSecurity> {
        let open = self.opened().await?;
        self.security_of(&open).await
    }

    pub(crate) async fn security_of(&self, open: &Open) -> Answer<VaultSecurity> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let notes = SlotNotes::read(&mut session).await.map_err(words::store)?;
        let warnings: Vec<WarningKind> = session.setting(WARNINGS).await.map_err(words::store)?.unwrap_or_default();
        let renewed = session.setting(RENEWED_AT).await.map_err(words::store)?;
        let state = crate::backups::BackupState::read(&mut session).await.map_err(words::store)?;
        drop(session);
        let slots = open.vault.slots().into_iter().map(|slot| {
            let note = notes.of(&slot.id);
            Slot {
                id: slot.id,
                kind: kind(slot.kind),
                made_at: note.made_at,
                used_at: note.used_at,
                takes_ms: note.takes_ms,
                keychain: slot.backend,
                checked: (slot.kind == drawbridge_vault::SlotKind::Recovery).then_some(note.checked),
            }
        });
        Ok(VaultSecurity {
            slots: slots.collect(),
            key_version: open.vault.sealer.key_version(),
            keys_renewed_at: renewed,
            last_backup: state.last,
            backup_problem: state.problem,
            backup_folder: self.backup_folder(open).await?.display().to_string(),
            warnings: warnings.into_iter().map(warning).collect(),
        })
    }

    /// How hard a passphrase is to guess. Allowed while locked.
    pub async fn passphrase_strength(&self, request: WeighPassphrase) -> Answer<Strength> {
        // Long texts take long to weigh, and are strong anyway.
        let text: String = request.passphrase.expose().chars().take(100).collect();
        let text = drawbridge_domain::SecretString::from(text);
        let weighed = tokio::task::spawn_blocking(move || {
            let entropy = zxcvbn::zxcvbn(text.expose(), &["drawbridge"]);
            (u8::from(entropy.score()), entropy.feedback().is_some(), entropy.guesses_log10())
        });
        let (score, weak, guesses) = weighed.await.map_err(|error| words::internal("weighing a passphrase", &error))?;
        Ok(words::strength(&request.passphrase, score, weak, guesses))
    }

    /// Whoever asks proves to be the owner; wrong tries are counted as at the door.
    pub(crate) async fn prove(&self, open: &Open, proof: &Proof) -> Answer<drawbridge_vault::Proven> {
        let code = parse_code(proof)?;
        if !matches!(proof, Proof::Keychain) {
            self.not_too_soon()?;
        }
        let proven = open.vault.prove(way(proof, code.as_ref())).await;
        match &proven {
            Ok(_) => drawbridge_vault::Attempts::right(&self.config.vault_dir).map_err(words::vault)?,
            Err(error) => self.note_attempt(error)?,
        }
        proven.map_err(words::vault)
    }

    /// Adds a way to open the vault.
    pub async fn slot_add(&self, request: AddSlot) -> Answer<VaultSecurity> {
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        let cost = match &request.way {
            crate::dto::CreateVault::Keychain => Argon2Cost::default(),
            crate::dto::CreateVault::Passphrase { passphrase } | crate::dto::CreateVault::Both { passphrase } => {
                check_passphrase(passphrase)?;
                self.passphrase_cost(weakest(&open)).await?
            }
        };
        let proven = self.prove(&open, &request.proof).await?;
        let begun = self.parts.clock.now();
        let slot = open.vault.add_slot(&proven, new_slot(&request.way, cost)).await.map_err(words::vault)?;
        self.slot_made(&open, &slot.id, begun).await
    }

    /// Puts another passphrase in place of the one there is; adds one where there is none.
    pub async fn passphrase_change(&self, request: ChangePassphrase) -> Answer<VaultSecurity> {
        check_passphrase(&request.passphrase)?;
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        let proven = self.prove(&open, &request.proof).await?;
        let cost = self.passphrase_cost(weakest(&open)).await?;
        let begun = self.parts.clock.now();
        let slot = open.vault.set_passphrase(&proven, &request.passphrase, cost).await.map_err(words::vault)?;
        self.slot_made(&open, &slot.id, begun).await
    }

    async fn slot_made(&self, open: &Arc<Open>, id: &str, begun: Timestamp) -> Answer<VaultSecurity> {
        self.slot_noted(open, id, self.parts.clock.now().since(begun)).await?;
        // The keychain may hold its copy of the count only now.
        let generation = *open.store.generation().borrow();
        open.record_generation(generation).await;
        self.security_changed(open).await
    }

    /// Notes when a way was made and how long that took: about as long as opening by it will.
    pub(crate) async fn slot_noted(&self, open: &Open, id: &str, took: Duration) -> Answer<()> {
        let now = self.parts.clock.now();
        self.change_notes(open, |notes| {
            let note = notes.of_mut(id);
            note.made_at = Some(now);
            note.takes_ms = Some(u32::try_from(took.as_millis()).unwrap_or(u32::MAX));
        })
        .await
    }

    async fn change_notes(&self, open: &Open, change: impl FnOnce(&mut SlotNotes)) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        let mut notes = SlotNotes::read(&mut write).await.map_err(words::store)?;
        change(&mut notes);
        notes.write(&mut write).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.note_header(open).await
    }

    async fn security_changed(&self, open: &Open) -> Answer<VaultSecurity> {
        self.changed(&[Tag::Vault]);
        self.security_of(open).await
    }

    /// Takes a way to open the vault away; never the last one.
    pub async fn slot_remove(&self, request: RemoveSlot) -> Answer<VaultSecurity> {
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        let slots = open.vault.slots();
        let Some(slot) = slots.iter().find(|slot| slot.id == request.id) else {
            return Err(words::not_found("way to open the vault with that id"));
        };
        let recovery = drawbridge_vault::SlotKind::Recovery;
        if slot.kind != recovery && !slots.iter().any(|other| other.id != slot.id && other.kind != recovery) {
            return Err(words::vault(drawbridge_vault::Error::LastSlot));
        }
        self.prove(&open, &request.proof).await?;
        open.vault.remove_slot(&request.id).await.map_err(words::vault)?;
        self.note_header(&open).await?;
        self.security_changed(&open).await
    }

    /// Makes a recovery code. It opens the vault from now on; the one before it ends when this one
    /// was checked.
    pub async fn recovery_make(&self, request: Proven) -> Answer<ShownCode> {
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        let proven = self.prove(&open, &request.proof).await?;
        let code = RecoveryCode::random(&*self.parts.random);
        // One that was shown before and never checked is nobody's.
        let before = self.recovery.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(before) = before {
            open.vault.remove_slot(&before.id).await.map_err(words::vault)?;
        }
        let slot = open.vault.add_slot(&proven, NewSlot::Recovery(&code)).await.map_err(words::vault)?;
        let now = self.parts.clock.now();
        self.change_notes(&open, |notes| notes.of_mut(&slot.id).made_at = Some(now)).await?;
        let ask = some_groups(&*self.parts.random);
        let shown = ShownCode {
            code: Revealed::new(code.shown()),
            ask: ask.iter().map(|at| u8::try_from(at + 1).unwrap_or(u8::MAX)).collect(),
        };
        *self.recovery.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(PendingRecovery { code, id: slot.id, ask });
        self.changed(&[Tag::Vault]);
        Ok(shown)
    }

    /// Checks that the person put the new recovery code away; ends the one before.
    pub async fn recovery_check(&self, request: CheckRecovery) -> Answer<VaultSecurity> {
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        let id = {
            let pending = self.recovery.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(pending) = pending.as_ref() else {
                return Err(words::invalid("No recovery code waits to be checked.", "Make a new one."));
            };
            let right = request.groups.len() == pending.ask.len()
                && pending.ask.iter().zip(&request.groups).all(|(at, typed)| pending.code.is_group(*at, typed));
            if !right {
                return Err(words::invalid(
                    "That is not what the code says there.",
                    "Look at the groups that are asked for, and type them again.",
                ));
            }
            pending.id.clone()
        };
        for slot in open.vault.slots() {
            if slot.kind == drawbridge_vault::SlotKind::Recovery && slot.id != id {
                open.vault.remove_slot(&slot.id).await.map_err(words::vault)?;
            }
        }
        self.change_notes(&open, |notes| notes.of_mut(&id).checked = true).await?;
        *self.recovery.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.forget_warning(&open, WarningKind::RecoveryUsed).await?;
        self.security_changed(&open).await
    }

    /// Gives the vault new keys and seals everything again. The recovery code ends with the old keys.
    pub async fn keys_renew(self: &Arc<Self>, request: Proven) -> Answer<VaultSecurity> {
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        let proven = self.prove(&open, &request.proof).await?;
        let typed = open.vault.slots().iter().any(|slot| slot.cost.is_some());
        if typed && !matches!(request.proof, Proof::Passphrase { .. }) {
            return Err(words::vault(drawbridge_vault::Error::NeedsPassphrase));
        }
        let cost = self.passphrase_cost(weakest(&open)).await?;
        drop(open);
        // Alone with the vault: everything else winds down and waits outside.
        self.renewing.store(true, Ordering::Relaxed);
        let renewed = self.renew_alone(proven, cost).await;
        self.renewing.store(false, Ordering::Relaxed);
        // Whoever asked meanwhile was told to wait.
        self.changed(&[Tag::Vault, Tag::Accounts, Tag::Repositories, Tag::Activity, Tag::Settings, Tag::Clients]);
        renewed?;
        let open = self.opened().await?;
        let now = self.parts.clock.now();
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_setting(RENEWED_AT, &now).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.security_changed(&open).await
    }

    async fn renew_alone(self: &Arc<Self>, proven: drawbridge_vault::Proven, cost: Argon2Cost) -> Answer<()> {
        let Some(open) = self.open.write().await.take() else { return Err(self.why_closed()) };
        self.wind_down(&open).await;
        let vault = Arc::clone(&open.vault);
        drop(open);
        let renewed = self.sealed_anew(&vault, proven, cost).await;
        match renewed {
            Ok(fresh) => {
                drop(vault);
                self.take_open(fresh).await
            }
            Err(problem) => {
                // What was there is still true: open it again as it was.
                match Arc::try_unwrap(vault) {
                    Ok(vault) if !vault.database.is_closed() => self.take_open(vault).await?,
                    _ => self.emit(Event::Vault { state: VaultState::Locked }),
                }
                Err(problem)
            }
        }
    }

    async fn sealed_anew(
        &self,
        vault: &drawbridge_vault::OpenVault,
        proven: drawbridge_vault::Proven,
        cost: Argon2Cost,
    ) -> Answer<drawbridge_vault::OpenVault> {
        let renewal = vault.begin_renewal(proven, cost).await.map_err(words::vault)?;
        let resealed = async {
            let random = &*self.parts.random;
            drawbridge_store::reseal(&renewal.database, &vault.sealer, &renewal.sealer, random).await?;
            drawbridge_store::check_sealed(&renewal.database, &renewal.sealer).await
        };
        let problem = match resealed.await {
            Ok(check) if check.unsealable.is_empty() => return renewal.finish(vault).await.map_err(words::vault),
            Ok(_) => words::damaged_value(),
            Err(error) => words::store(error),
        };
        renewal.abandon().await;
        Err(problem)
    }

    /// Puts a warning away.
    pub async fn warning_dismiss(&self, kind: WarningKind) -> Answer<VaultSecurity> {
        let open = self.opened().await?;
        self.forget_warning(&open, kind).await?;
        self.security_changed(&open).await
    }

    pub(crate) async fn forget_warning(&self, open: &Open, kind: WarningKind) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        let mut warnings: Vec<WarningKind> = write.setting(WARNINGS).await.map_err(words::store)?.unwrap_or_default();
        warnings.retain(|other| *other != kind);
        write.set_setting(WARNINGS, &warnings).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)
    }
}

/// The dearest derivation the vault had, which no new one may undercut.
fn weakest(open: &Open) -> Option<Argon2Cost> {
    open.vault.slots().into_iter().filter_map(|slot| slot.cost).reduce(Argon2Cost::dearer)
}

/// Some different groups, in order.
fn some_groups(random: &dyn drawbridge_domain::Random) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < ASKED {
        let mut byte = [0];
        random.fill(&mut byte);
        let at = usize::from(byte[0]) % RECOVERY_GROUPS;
        if !chosen.contains(&at) {
            chosen.push(at);
        }
    }
    chosen.sort_unstable();
    chosen
}

fn warning(kind: WarningKind) -> VaultWarning {
    let (message, hint) = words::vault_warning(kind);
    VaultWarning { kind, message: message.to_owned(), hint: hint.to_owned() }
}
