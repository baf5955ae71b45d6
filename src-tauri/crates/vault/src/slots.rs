//! The ways to open a vault: tried, added, changed, taken away. None of it touches the data.
//!
//! Not here: what the slots look like on disk (`header`).

use crate::{
    Argon2Cost, Error, OpenVault, Parts, RecoveryCode, SlotFacts, SlotKind, Way,
    header::{Bytes, Header, Leftover, Lock, Slot},
    keychain,
    keys::{self, RootKey, WrappingKey},
    opening::{clear, run_blocking, wrapping_key},
};
use drawbridge_domain::SecretString;

/// A way to open a vault that is to be made.
#[derive(Clone, Copy)]
pub enum NewSlot<'a> {
    /// By the keychain.
    Keychain,
    /// By passphrase.
    Passphrase(&'a SecretString, Argon2Cost),
    /// By passphrase and keychain together.
    Both(&'a SecretString, Argon2Cost),
    /// By recovery code.
    Recovery(&'a RecoveryCode),
}

/// What a person who proved to be the owner may do: held for one change, then dropped.
pub struct Proven {
    pub(crate) root: RootKey,
    /// For a slot that has to be made anew.
    pub(crate) passphrase: Option<SecretString>,
}

/// Makes a slot, and the keychain's entry where it needs one.
pub(crate) async fn make(vault_id: &[u8; 16], root: &RootKey, way: NewSlot<'_>, parts: &Parts) -> Result<Slot, Error> {
    let random = &*parts.random;
    let salt = keys::random_bytes::<16>(random);
    let bytes = || Bytes(salt.to_vec());
    match way {
        NewSlot::Keychain => {
            let (entry, backend, wrapping) = new_entry(vault_id, parts).await?;
            Slot::wrap(vault_id, root, Lock::Keychain { entry, backend }, &wrapping, random)
        }
        NewSlot::Passphrase(passphrase, cost) => {
            let wrapping = derive(passphrase, salt, cost).await?;
            Slot::wrap(vault_id, root, Lock::Passphrase { salt: bytes(), cost }, &wrapping, random)
        }
        NewSlot::Both(passphrase, cost) => {
            let typed = derive(passphrase, salt, cost).await?;
            let (entry, backend, kept) = new_entry(vault_id, parts).await?;
            let wrapping = WrappingKey::from_both(&typed, &kept, &salt)?;
            Slot::wrap(vault_id, root, Lock::Both { salt: bytes(), cost, entry, backend }, &wrapping, random)
        }
        NewSlot::Recovery(code) => {
            let wrapping = WrappingKey::from_recovery(code.material(), &salt)?;
            Slot::wrap(vault_id, root, Lock::Recovery { salt: bytes() }, &wrapping, random)
        }
    }
}

async fn new_entry(vault_id: &[u8; 16], parts: &Parts) -> Result<(String, String, WrappingKey), Error> {
    let wrapping = WrappingKey::random(&*parts.random)?;
    let entry = keychain::entry_name(vault_id, &*parts.random);
    keychain::store(&parts.keychain, &entry, wrapping.bytes()).await.map_err(Error::Keychain)?;
    Ok((entry, keychain::backend(&parts.keychain).await, wrapping))
}

async fn derive(passphrase: &SecretString, salt: [u8; 16], cost: Argon2Cost) -> Result<WrappingKey, Error> {
    let passphrase = passphrase.clone();
    run_blocking(move || WrappingKey::from_passphrase(&passphrase, &salt, cost)).await
}

/// The root key by the first slot that this way opens.
///
/// A wrong passphrase and a damaged passphrase slot give the same answer in the same time.
pub(crate) async fn unwrap(header: &Header, way: Way<'_>, parts: &Parts) -> Result<(RootKey, SlotFacts), Error> {
    let vault_id = header.vault_id();
    let mut failure = Error::NoSuchSlot;
    for slot in &header.slots {
        let wrapping = match (&slot.lock, way) {
            (Lock::Keychain { entry, backend }, Way::Keychain) => wrapping_key(entry, backend, parts).await,
            (Lock::Passphrase { cost, .. }, Way::Passphrase(typed)) => derive(typed, slot.salt(), *cost).await,
            (Lock::Both { cost, entry, backend, .. }, Way::Passphrase(typed)) => {
                match wrapping_key(entry, backend, parts).await {
                    Ok(kept) => {
                        let typed = derive(typed, slot.salt(), *cost).await?;
                        WrappingKey::from_both(&typed, &kept, &slot.salt())
                    }
                    Err(error) => Err(error),
                }
            }
            (Lock::Recovery { .. }, Way::Recovery(code)) => WrappingKey::from_recovery(code.material(), &slot.salt()),
            _ => continue,
        };
        match wrapping {
            Ok(wrapping) => match slot.unwrap(&vault_id, &wrapping) {
                Some(root) => return Ok((root, slot.facts())),
                None => {
                    failure = match way {
                        Way::Keychain => Error::Damaged { what: "the keychain slot" },
                        Way::Passphrase(_) => Error::WrongPassphrase,
                        Way::Recovery(_) => Error::WrongRecovery,
                    }
                }
            },
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

impl OpenVault {
    /// Proves that whoever asks could open the vault now. Only the passphrase or the recovery code
    /// proves it where there is a passphrase: the keychain answers to anybody at the computer.
    pub async fn prove(&self, way: Way<'_>) -> Result<Proven, Error> {
        let header = self.header().clone();
        let typed = header.kinds().iter().any(|kind| matches!(kind, SlotKind::Passphrase | SlotKind::Both));
        if typed && matches!(way, Way::Keychain) {
            return Err(Error::NeedsPassphrase);
        }
        let (root, _) = unwrap(&header, way, &self.parts).await?;
        header.check(&root)?;
        let passphrase = if let Way::Passphrase(typed) = way { Some(typed.clone()) } else { None };
        Ok(Proven { root, passphrase })
    }

    /// Adds a way to open the vault, in place of the one of the same kind if there is one. A recovery
    /// code is added beside the one before, until [`OpenVault::remove_slot`] ends that.
    pub async fn add_slot(&self, proven: &Proven, way: NewSlot<'_>) -> Result<SlotFacts, Error> {
        let vault_id = self.header().vault_id();
        let kinds = self.header().kinds();
        let weakens = match way {
            NewSlot::Keychain => kinds.contains(&SlotKind::Both),
            NewSlot::Passphrase(..) | NewSlot::Both(..) | NewSlot::Recovery(_) => false,
        };
        if weakens {
            return Err(Error::Weakens);
        }
        self.replace(&vault_id, proven, way).await
    }

    /// Puts a new passphrase in place of the old one, of the same kind; adds one if there is none.
    pub async fn set_passphrase(
        &self,
        proven: &Proven,
        passphrase: &SecretString,
        cost: Argon2Cost,
    ) -> Result<SlotFacts, Error> {
        let vault_id = self.header().vault_id();
        let both = self.header().of_kind(SlotKind::Both).next().is_some();
        let way = if both { NewSlot::Both(passphrase, cost) } else { NewSlot::Passphrase(passphrase, cost) };
        self.replace(&vault_id, proven, way).await
    }

    async fn replace(&self, vault_id: &[u8; 16], proven: &Proven, way: NewSlot<'_>) -> Result<SlotFacts, Error> {
        let slot = make(vault_id, &proven.root, way, &self.parts).await?;
        let facts = slot.facts();
        self.put_slot(slot)?;
        self.tidy().await;
        Ok(facts)
    }

    fn put_slot(&self, slot: Slot) -> Result<(), Error> {
        let kind = slot.lock.kind();
        let mut held = self.header();
        let goes = |other: &Slot| match (kind, other.lock.kind()) {
            (SlotKind::Recovery, _) => false,
            // Needing both takes the place of each alone; a passphrase alone that of needing both.
            (SlotKind::Both, kind) => kind != SlotKind::Recovery,
            (SlotKind::Passphrase, SlotKind::Both) => true,
            (kind, other) => kind == other,
        };
        let (gone, mut slots): (Vec<Slot>, Vec<Slot>) = held.slots.iter().cloned().partition(goes);
        slots.push(slot);
        let next = without(&held, slots, &gone);
        self.write(&mut held, next)
    }

    /// Takes a way to open the vault away; never the last one.
    pub async fn remove_slot(&self, id: &str) -> Result<(), Error> {
        {
            let mut held = self.header();
            let (gone, slots): (Vec<Slot>, Vec<Slot>) = held.slots.iter().cloned().partition(|slot| slot.id() == id);
            if gone.is_empty() {
                return Err(Error::NoSuchSlot);
            }
            if slots.is_empty() {
                return Err(Error::LastSlot);
            }
            let next = without(&held, slots, &gone);
            self.write(&mut held, next)?;
        }
        self.tidy().await;
        Ok(())
    }

    /// Removes the keychain's entries of slots that are gone, or leaves that to the next open.
    async fn tidy(&self) {
        let leftovers = self.header().leftovers.clone();
        let Ok(remaining) = clear(&self.dir, &leftovers, &self.parts).await else { return };
        let mut held = self.header();
        if held.leftovers == leftovers && remaining.len() < leftovers.len() {
            let next = Header { leftovers: remaining, ..held.clone() };
            if let Err(error) = self.write(&mut held, next) {
                tracing::warn!(%error, "the header keeps a leftover");
            }
        }
    }
}

/// The header with these slots, remembering the keychain entries of the ones that are gone.
fn without(held: &Header, slots: Vec<Slot>, gone: &[Slot]) -> Header {
    let mut leftovers = held.leftovers.clone();
    leftovers.extend(
        gone.iter().filter_map(|slot| slot.lock.entry()).map(|(name, _)| Leftover::Entry { name: name.to_owned() }),
    );
    Header { leftovers, slots, ..held.clone() }
}
