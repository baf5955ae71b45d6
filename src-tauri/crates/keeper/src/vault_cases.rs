//! Making, opening and locking the vault. The only use cases that are allowed while it is locked.

use crate::{
    Answer, Code, Keeper, Problem,
    dto::{CreateVault, Event, Keychain, SlotKind, Tag, UnlockVault, VaultState, VaultStatus},
    open::Open,
    words,
};
use drawbridge_store::Store;
use drawbridge_vault::{Found, KeychainState, OpenVault, Way};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

/// A passphrase shorter than this is refused: it would be guessed.
const PASSPHRASE_MIN: usize = 8;
const PASSPHRASE_MAX: usize = 1024;
/// Background work that has not ended by then is abandoned; the store's own transaction rules keep it harmless.
const CLOSING_LIMIT: Duration = Duration::from_secs(10);

fn kinds(slots: &[drawbridge_vault::SlotKind]) -> Vec<SlotKind> {
    slots
        .iter()
        .map(|kind| match kind {
            drawbridge_vault::SlotKind::Keychain => SlotKind::Keychain,
            drawbridge_vault::SlotKind::Passphrase => SlotKind::Passphrase,
        })
        .collect()
}

impl Keeper {
    /// Where the vault stands and how it can be opened.
    pub async fn vault_status(&self) -> Answer<VaultStatus> {
        let keychain = match drawbridge_vault::keychain_state(&self.parts.keychain).await {
            KeychainState::Ready => Keychain::Ready,
            KeychainState::Locked => Keychain::Locked,
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
        };
        if let Some(open) = self.open.read().await.as_ref() {
            status.state = VaultState::Open;
            status.slots =
                Open::with(&open.vault, |vault| vault.as_ref().map_or(Vec::new(), |vault| kinds(&vault.slots)));
            return Ok(status);
        }
        match drawbridge_vault::find(&self.config.vault_dir).map_err(words::vault)? {
            Found::Absent => {}
            Found::Vault { slots } => {
                status.state = VaultState::Locked;
                status.slots = kinds(&slots);
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
        let way = match &request {
            CreateVault::Keychain => Way::Keychain,
            CreateVault::Passphrase { passphrase } => {
                let length = passphrase.expose().chars().count();
                if length < PASSPHRASE_MIN {
                    return Err(Problem::new(
                        Code::InvalidInput,
                        format!("The passphrase has {length} characters; it needs {PASSPHRASE_MIN} or more."),
                        "Several words in a row are easy to keep in mind and hard to guess.",
                    ));
                }
                if length > PASSPHRASE_MAX {
                    return Err(Problem::new(
                        Code::InvalidInput,
                        format!("The passphrase has {length} characters; {PASSPHRASE_MAX} are the most."),
                        "Choose a shorter one.",
                    ));
                }
                Way::Passphrase(passphrase)
            }
        };
        let vault = drawbridge_vault::create(&self.config.vault_dir, way, &*self.parts.random, &self.parts.keychain)
            .await
            .map_err(words::vault)?;
        self.take_open(vault).await?;
        self.vault_status().await
    }

    /// Opens the vault.
    pub async fn vault_unlock(self: &Arc<Self>, request: UnlockVault) -> Answer<VaultStatus> {
        let _turn = self.gate.lock().await;
        if self.open.read().await.is_some() {
            return self.vault_status().await;
        }
        let way = match &request {
            UnlockVault::Keychain => Way::Keychain,
            UnlockVault::Passphrase { passphrase } => Way::Passphrase(passphrase),
        };
        let opened = drawbridge_vault::open(&self.config.vault_dir, way, &self.parts.keychain).await;
        match opened.map_err(words::vault) {
            Ok(vault) => self.take_open(vault).await?,
            Err(problem) => {
                if problem.code != Code::WrongPassphrase {
                    *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem.clone());
                }
                return Err(problem);
            }
        }
        self.vault_status().await
    }

    /// Locks the vault: ends background work, closes the database, wipes the keys.
    pub async fn vault_lock(&self) -> Answer<VaultStatus> {
        let _turn = self.gate.lock().await;
        self.close_vault().await;
        self.vault_status().await
    }

    /// Opens a keychain vault without asking; says why if it can't.
    pub(crate) async fn open_silently(self: &Arc<Self>) {
        let _turn = self.gate.lock().await;
        let Ok(Found::Vault { slots }) = drawbridge_vault::find(&self.config.vault_dir) else { return };
        if !slots.contains(&drawbridge_vault::SlotKind::Keychain) {
            return;
        }
        let opened = drawbridge_vault::open(&self.config.vault_dir, Way::Keychain, &self.parts.keychain).await;
        let outcome = match opened.map_err(words::vault) {
            Ok(vault) => self.take_open(vault).await,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = outcome {
            *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
        }
    }

    /// Brings everything up that lives while the vault is open.
    async fn take_open(self: &Arc<Self>, vault: OpenVault) -> Answer<()> {
        if self.is_stopping() {
            vault.close().await;
            return Err(words::closing());
        }
        let store = match Store::open(&vault, Arc::clone(&self.parts.random)).await {
            Ok(store) => store,
            Err(error) => {
                vault.close().await;
                let problem = words::store(error);
                *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem.clone());
                return Err(problem);
            }
        };
        let open = Open::new(vault, store).await?;
        self.take_notice(true);
        *self.open.write().await = Some(Arc::clone(&open));
        self.import_client_file().await;
        self.resume_sign_ins(&open).await;
        self.start_schedule(&open);
        self.emit(Event::Vault { state: VaultState::Open });
        self.changed(&[Tag::Vault]);
        Ok(())
    }

    pub(crate) async fn close_vault(&self) {
        let Some(open) = self.open.write().await.take() else { return };
        // First the fronts, so that nothing is shown any more while the rest winds down.
        self.emit(Event::Vault { state: VaultState::Locked });
        self.changed(&[Tag::Vault]);
        open.cancel.cancel();
        open.tasks.close();
        if tokio::time::timeout(CLOSING_LIMIT, open.tasks.wait()).await.is_err() {
            tracing::warn!("background work did not end in time before the vault closed");
        }
        let vault = Open::with(&open.vault, Option::take);
        if let Some(vault) = vault {
            let _ = tokio::time::timeout(CLOSING_LIMIT, vault.close()).await;
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

    fn take_notice(&self, forget: bool) -> Option<Problem> {
        let mut notice = self.notice.lock().unwrap_or_else(PoisonError::into_inner);
        if forget { notice.take() } else { notice.clone() }
    }
}
