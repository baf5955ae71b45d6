//! Making, opening and locking the vault. The only use cases that are allowed while it is locked.
//!
//! Not here: changing how it opens (`security`), copies of it (`backups`).

use crate::{
    Answer, Code, Keeper, Problem,
    dto::{
        CreateVault, Event, Keychain, LockCause, LockedSince, SlotKind, Tag, UnlockVault, VaultState, VaultStatus,
        WarningKind,
    },
    open::Open,
    slot_notes::SlotNotes,
    words,
};
use drawbridge_domain::SecretString;
use drawbridge_store::Store;
use drawbridge_vault::{Argon2Cost, Attempts, Found, KeychainState, NewSlot, OpenVault, RecoveryCode, Way};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

/// A passphrase shorter than this is refused: it would be guessed.
const PASSPHRASE_MIN: usize = 8;
const PASSPHRASE_MAX: usize = 1024;
/// Background work that has not ended by then is abandoned; the store's own transaction rules keep it harmless.
const CLOSING_LIMIT: Duration = Duration::from_secs(10);
/// As long as a request takes at most, and a moment to keep what it brought.
const RENEWAL_LIMIT: Duration = Duration::from_secs(45);
/// For so long after it was opened the machine is left to the window that shows the top of the list.
const LIST_FIRST: Duration = Duration::from_millis(500);
/// The setting that says what the header was like when the database was last open.
const GUARD: &str = "guard";

/// What the database remembers of its header, so that an old header is noticed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Guard {
    revision: u64,
    /// The weakest key derivation of its slots.
    weakest: Option<Argon2Cost>,
}

pub(crate) fn kind(kind: drawbridge_vault::SlotKind) -> SlotKind {
    match kind {
        drawbridge_vault::SlotKind::Keychain => SlotKind::Keychain,
        drawbridge_vault::SlotKind::Passphrase => SlotKind::Passphrase,
        drawbridge_vault::SlotKind::Both => SlotKind::Both,
        drawbridge_vault::SlotKind::Recovery => SlotKind::Recovery,
    }
}

fn kinds(slots: impl IntoIterator<Item = drawbridge_vault::SlotKind>) -> Vec<SlotKind> {
    slots.into_iter().map(kind).collect()
}

/// Refuses a passphrase that is too short or too long.
pub(crate) fn check_passphrase(passphrase: &SecretString) -> Answer<()> {
    let length = passphrase.expose().chars().count();
    if length < PASSPHRASE_MIN {
        return Err(words::invalid(
            format!("The passphrase has {length} characters; it needs {PASSPHRASE_MIN} or more."),
            "Several words in a row are easy to keep in mind and hard to guess.",
        ));
    }
    if length > PASSPHRASE_MAX {
        return Err(words::invalid(
            format!("The passphrase has {length} characters; {PASSPHRASE_MAX} are the most."),
            "Choose a shorter one.",
        ));
    }
    Ok(())
}

impl Keeper {
    /// Where the vault stands and how it can be opened.
    pub async fn vault_status(&self) -> Answer<VaultStatus> {
        let keychain = match drawbridge_vault::keychain_state(&self.parts.keychain).await {
            KeychainState::Ready => Keychain::Ready,
            KeychainState::Locked => Keychain::Locked,
            KeychainState::Denied => Keychain::Denied,
            KeychainState::Silent => Keychain::Silent,
            KeychainState::Absent => Keychain::Absent,
        };
        let mut status = VaultStatus {
            state: VaultState::Absent,
            path: self.config.vault_dir.display().to_string(),
            slots: Vec::new(),
            keychain,
            keychain_name: self.parts.keychain.name().to_owned(),
            needs_version: None,
            notice: None,
            wait_until: None,
            locked: None,
        };
        if let Some(open) = self.open.read().await.as_ref() {
            status.state = VaultState::Open;
            status.slots = kinds(open.vault.slots().into_iter().map(|slot| slot.kind));
            return Ok(status);
        }
        match drawbridge_vault::find(&self.config.vault_dir).map_err(words::vault)? {
            Found::Absent => {}
            // It closes and opens again by itself: nobody is to be asked for anything.
            Found::Vault { slots } if self.renewing.load(Ordering::Relaxed) => {
                status.state = VaultState::Open;
                status.slots = kinds(slots);
            }
            Found::Vault { slots } => {
                status.state = VaultState::Locked;
                status.slots = kinds(slots);
                status.wait_until = Attempts::of(&self.config.vault_dir).wait_until(self.parts.clock.now());
                status.locked = *self.locked.lock().unwrap_or_else(PoisonError::into_inner);
                status.notice = self.take_notice(false).map(|problem| problem.message);
            }
            Found::Damaged { .. } => status.state = VaultState::Damaged,
            Found::TooNew { needs } => {
                status.state = VaultState::TooNew;
                status.needs_version = Some(needs);
            }
        }
        // The header may be fine and the database not: what opening found out is the truth.
        if status.state == VaultState::Locked {
            match self.take_notice(false).map(|problem| problem.code) {
                Some(Code::VaultDamaged) => status.state = VaultState::Damaged,
                Some(Code::VaultTooNew) => status.state = VaultState::TooNew,
                _ => {}
            }
        }
        Ok(status)
    }

    /// Makes the vault and leaves it open.
    pub async fn vault_create(self: &Arc<Self>, request: CreateVault) -> Answer<VaultStatus> {
        let _turn = self.gate.lock().await;
        let cost = match &request {
            CreateVault::Keychain => Argon2Cost::default(),
            CreateVault::Passphrase { passphrase } | CreateVault::Both { passphrase } => {
                check_passphrase(passphrase)?;
                self.passphrase_cost(None).await?
            }
        };
        let way = new_slot(&request, cost);
        let begun = self.parts.clock.now();
        let vault = drawbridge_vault::create(&self.config.vault_dir, way, &self.parts.vault()).await;
        let vault = vault.map_err(words::vault)?;
        let took = self.parts.clock.now().since(begun);
        let slot = vault.facts().opened_by.id.clone();
        self.take_open(vault).await?;
        let open = self.opened().await?;
        self.slot_noted(&open, &slot, took).await?;
        self.vault_status().await
    }

    /// How dear a new passphrase is to derive on this computer; never cheaper than before.
    pub(crate) async fn passphrase_cost(&self, least: Option<Argon2Cost>) -> Answer<Argon2Cost> {
        let (target, clock) = (self.config.unlock_target, Arc::clone(&self.parts.clock));
        tokio::task::spawn_blocking(move || Argon2Cost::tuned(target, least, &*clock))
            .await
            .map_err(|error| words::internal("measuring this computer", &error))
    }

    /// Opens the vault.
    pub async fn vault_unlock(self: &Arc<Self>, request: UnlockVault) -> Answer<VaultStatus> {
        let _turn = self.gate.lock().await;
        if self.open.read().await.is_some() {
            return self.vault_status().await;
        }
        let opened = match &request {
            UnlockVault::Keychain => self.open_by(Way::Keychain).await,
            UnlockVault::Passphrase { passphrase } => {
                self.not_too_soon()?;
                self.open_by(Way::Passphrase(passphrase)).await
            }
            UnlockVault::Recovery { code, new_passphrase } => {
                check_passphrase(new_passphrase)?;
                let code = RecoveryCode::parse(code).map_err(words::vault)?;
                self.not_too_soon()?;
                match self.open_by(Way::Recovery(&code)).await {
                    Ok(vault) => self.after_recovery(vault, &code, new_passphrase).await,
                    Err(problem) => Err(problem),
                }
            }
        };
        match opened {
            Ok(vault) => self.take_open(vault).await?,
            Err(problem) => {
                if !matches!(problem.code, Code::WrongPassphrase | Code::WrongRecovery) {
                    *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem.clone());
                }
                return Err(problem);
            }
        }
        self.vault_status().await
    }

    /// Refuses a try before the pause after wrong ones is over.
    pub(crate) fn not_too_soon(&self) -> Answer<()> {
        let now = self.parts.clock.now();
        match Attempts::of(&self.config.vault_dir).wait_until(now) {
            Some(until) => Err(words::too_soon(until.since(now))),
            None => Ok(()),
        }
    }

    async fn open_by(&self, way: Way<'_>) -> Answer<OpenVault> {
        let dir = &self.config.vault_dir;
        let opened = drawbridge_vault::open(dir, way, &self.parts.vault()).await;
        match &opened {
            Ok(_) => Attempts::right(dir).map_err(words::vault)?,
            Err(error) => self.note_attempt(error)?,
        }
        opened.map_err(words::vault)
    }

    /// Counts a wrong try, before anybody is told of it.
    pub(crate) fn note_attempt(&self, error: &drawbridge_vault::Error) -> Answer<()> {
        use drawbridge_vault::Error;
        if matches!(error, Error::WrongPassphrase | Error::WrongRecovery) {
            Attempts::wrong(&self.config.vault_dir, self.parts.clock.now()).map_err(words::vault)?;
            // From when on it may be tried again is part of the status.
            self.changed(&[Tag::Vault]);
        }
        Ok(())
    }

    /// The code opened the vault: the forgotten passphrase is replaced before anything else happens.
    async fn after_recovery(&self, vault: OpenVault, code: &RecoveryCode, new: &SecretString) -> Answer<OpenVault> {
        let cost = self.passphrase_cost(vault.facts().weakest).await?;
        let changed = match vault.prove(Way::Recovery(code)).await {
            Ok(proven) => vault.set_passphrase(&proven, new, cost).await,
            Err(error) => Err(error),
        };
        match changed {
            Ok(_) => Ok(vault),
            Err(error) => {
                vault.close().await;
                Err(words::vault(error))
            }
        }
    }

    /// Locks the vault: ends background work, closes the database, wipes the keys.
    pub async fn vault_lock(&self) -> Answer<VaultStatus> {
        self.lock_for(LockCause::Asked).await?;
        self.vault_status().await
    }

    /// Locks the vault for a reason that is shown at its door.
    pub(crate) async fn lock_for(&self, cause: LockCause) -> Answer<()> {
        let _turn = self.gate.lock().await;
        if self.open.read().await.is_none() {
            return Ok(());
        }
        let since = LockedSince { at: self.parts.clock.now(), cause };
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = Some(since);
        self.close_vault().await;
        Ok(())
    }

    /// Opens a keychain vault without asking; says why if it can't.
    pub(crate) async fn open_silently(self: &Arc<Self>) {
        let _turn = self.gate.lock().await;
        let Ok(Found::Vault { slots }) = drawbridge_vault::find(&self.config.vault_dir) else { return };
        if self.open.read().await.is_some() {
            return;
        }
        if !slots.contains(&drawbridge_vault::SlotKind::Keychain) {
            return;
        }
        let outcome = match self.open_by(Way::Keychain).await {
            Ok(vault) => self.take_open(vault).await,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = outcome {
            *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
        }
    }

    /// Brings everything up that lives while the vault is open.
    pub(crate) async fn take_open(self: &Arc<Self>, vault: OpenVault) -> Answer<()> {
        if self.is_stopping() {
            vault.close().await;
            return Err(words::closing());
        }
        let store = match self.open_store(&vault).await {
            Ok(store) => store,
            Err(problem) => {
                vault.close().await;
                *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem.clone());
                return Err(problem);
            }
        };
        let open = Open::new(vault, store).await?;
        self.take_notice(true);
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.open.write().await = Some(Arc::clone(&open));
        self.touch();
        self.import_client_file().await;
        self.resume_sign_ins(&open).await;
        Self::start_recording(&open);
        self.start_index(&open);
        self.start_schedule(&open);
        self.start_backups(&open);
        self.start_upkeep(&open);
        self.start_sources(&open);
        self.start_showing(&open);
        self.start_notices(&open);
        self.start_idle_lock(&open);
        self.emit(Event::Vault { state: VaultState::Open });
        self.changed(&[Tag::Vault]);
        Ok(())
    }

    /// Opens the store of a vault, with a backup first if its schema is older, and looks whether
    /// header or database are older than they were.
    async fn open_store(&self, vault: &OpenVault) -> Answer<Store> {
        if Store::would_migrate(vault).await.map_err(words::store)? {
            self.backup_before_migrating(vault).await?;
        }
        let store = Store::open(vault, Arc::clone(&self.parts.random)).await.map_err(words::store)?;
        let facts = vault.facts();
        let mut session = store.read().await.map_err(words::store)?;
        let guard = session.setting::<Guard>(GUARD).await.map_err(words::store)?;
        let mut warnings =
            session.setting::<Vec<WarningKind>>(WARNINGS).await.map_err(words::store)?.unwrap_or_default();
        let mut notes = SlotNotes::read(&mut session).await.map_err(words::store)?;
        drop(session);
        if let (Some(used), Some(known)) = (facts.opened_by.cost, guard.as_ref().and_then(|guard| guard.weakest))
            && !used.at_least(known)
        {
            return Err(words::vault(drawbridge_vault::Error::Downgraded));
        }
        let generation = *store.generation().borrow();
        let old_database = generation < facts.generation;
        let old_header = guard.as_ref().is_some_and(|guard| facts.revision < guard.revision);
        let mut noticed = Vec::new();
        if old_database || old_header {
            tracing::warn!(old_database, old_header, "the vault's files are older than they were");
            noticed.push(WarningKind::RolledBack);
        }
        if facts.repaired {
            noticed.push(WarningKind::HeaderRepaired);
        }
        if facts.opened_by.kind == drawbridge_vault::SlotKind::Recovery {
            noticed.push(WarningKind::RecoveryUsed);
        }
        noticed.retain(|kind| !warnings.contains(kind));
        warnings.extend(noticed);
        let now = self.parts.clock.now();
        notes.opened(&vault.slots(), &facts.opened_by, now);
        let mut write = store.write().await.map_err(words::store)?;
        if old_database {
            write.doubt_refresh_tokens(now).await.map_err(words::store)?;
            write.raise_generation(facts.generation).await.map_err(words::store)?;
        }
        let guard = Guard {
            revision: vault.revision(),
            weakest: vault.slots().into_iter().filter_map(|slot| slot.cost).reduce(Argon2Cost::weaker),
        };
        write.set_setting(GUARD, &guard).await.map_err(words::store)?;
        write.set_setting(WARNINGS, &warnings).await.map_err(words::store)?;
        notes.write(&mut write).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        Ok(store)
    }

    /// Notes in the database what the header is like now, after it was changed.
    pub(crate) async fn note_header(&self, open: &Open) -> Answer<()> {
        let guard = Guard {
            revision: open.vault.revision(),
            weakest: open.vault.slots().into_iter().filter_map(|slot| slot.cost).reduce(Argon2Cost::weaker),
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_setting(GUARD, &guard).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)
    }

    /// Builds the search index in the background, where it could wait until the list was shown. Who needs it
    /// before has it built at once.
    fn start_index(self: &Arc<Self>, open: &Arc<Open>) {
        if open.top().is_none() {
            return;
        }
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            let built = tokio::select! {
                built = async {
                    tokio::time::sleep(LIST_FIRST).await;
                    work.index().await
                } => built,
                () = cancel.cancelled() => return,
            };
            // Who asks for what needs it tries once more, and is told why it fails.
            match built {
                Ok(_) => keeper.changed(&[Tag::Repositories]),
                Err(problem) => tracing::warn!(code = ?problem.code, "the search index was not built"),
            }
        });
    }

    /// Carries the count of credential changes to header and keychain, as it grows.
    fn start_recording(open: &Arc<Open>) {
        let (work, cancel) = (Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            let mut generation = work.store.generation();
            loop {
                let now = *generation.borrow_and_update();
                work.record_generation(now).await;
                tokio::select! {
                    changed = generation.changed() => if changed.is_err() { return },
                    () = cancel.cancelled() => {
                        // The last changes, made while everything was winding down, count too.
                        let last = *generation.borrow_and_update();
                        if last != now {
                            work.record_generation(last).await;
                        }
                        return;
                    }
                }
            }
        });
    }

    pub(crate) async fn close_vault(&self) {
        let Some(open) = self.open.write().await.take() else { return };
        // First the fronts, so that nothing is shown any more while the rest winds down.
        self.emit(Event::Vault { state: VaultState::Locked });
        self.changed(&[Tag::Vault]);
        self.wind_down(&open).await;
        let _ = tokio::time::timeout(CLOSING_LIMIT, open.vault.close()).await;
        self.http.forget_connections();
    }

    /// Ends everything that works in the background on an open vault.
    pub(crate) async fn wind_down(&self, open: &Open) {
        *self.recovery.lock().unwrap_or_else(PoisonError::into_inner) = None;
        open.cancel.cancel();
        open.tasks.close();
        if tokio::time::timeout(CLOSING_LIMIT, open.tasks.wait()).await.is_err() {
            tracing::warn!("background work did not end in time before the vault closed");
        }
        // Without its answer a renewal has cost the account its sign-in.
        let turns: Vec<_> =
            Open::with(&open.refreshing, |turns| turns.values().map(|turn| Arc::clone(&turn.one)).collect());
        let all_taken = async {
            for turn in turns {
                let _ended = turn.lock().await;
            }
        };
        if tokio::time::timeout(RENEWAL_LIMIT, all_taken).await.is_err() {
            tracing::warn!("a renewal was not answered in time before the vault closed");
        }
    }

    /// Why nothing can be done now: there is no vault, or it is locked, damaged or too new.
    pub(crate) fn why_closed(&self) -> Problem {
        match drawbridge_vault::find(&self.config.vault_dir) {
            Ok(Found::Absent) => words::vault(drawbridge_vault::Error::Absent),
            Ok(Found::Damaged { what }) => words::vault(drawbridge_vault::Error::Damaged { what }),
            Ok(Found::TooNew { needs }) => words::vault(drawbridge_vault::Error::TooNew { needs }),
            Ok(Found::Vault { .. }) => words::locked(),
            Err(error) => words::vault(error),
        }
    }

    pub(crate) fn take_notice(&self, forget: bool) -> Option<Problem> {
        let mut notice = self.notice.lock().unwrap_or_else(PoisonError::into_inner);
        if forget { notice.take() } else { notice.clone() }
    }
}

/// The setting that holds the warnings that were not put away.
pub(crate) const WARNINGS: &str = "warnings";

/// The slot that a request asks for.
pub(crate) fn new_slot(request: &CreateVault, cost: Argon2Cost) -> NewSlot<'_> {
    match request {
        CreateVault::Keychain => NewSlot::Keychain,
        CreateVault::Passphrase { passphrase } => NewSlot::Passphrase(passphrase, cost),
        CreateVault::Both { passphrase } => NewSlot::Both(passphrase, cost),
    }
}
