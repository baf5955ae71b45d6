//! The vault's header: which vault this is and the slots its root key is wrapped in.
//!
//! It holds no name, no address, no time. Every byte is authenticated: slots by their own AEAD,
//! the whole by a tag under a key from the root key, checked before the database is touched.
//! Not here: where wrapping keys come from.

use crate::{
    Error, files,
    keys::{self, Argon2Cost, RootKey, WrappingKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use drawbridge_domain::{Random, SecretString};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file format this program writes.
pub const FORMAT: u32 = 1;
/// No real header comes near this size.
const MAX_BYTES: u64 = 256 * 1024;
const MAX_SLOTS: usize = 64;

/// One way a vault can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// By the operating system's keychain.
    Keychain,
    /// By a passphrase.
    Passphrase,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(crate) enum Slot {
    Passphrase { salt: Bytes, cost: Argon2Cost, wrapped: Bytes },
    Keychain { entry: String, wrapped: Bytes },
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    format: u32,
    /// The oldest program that can open this vault.
    needs: String,
    vault_id: Bytes,
    slots: Vec<Slot>,
    tag: Bytes,
}

/// What every version's header has, read before the rest.
#[derive(Deserialize)]
struct Preface {
    format: u32,
    #[serde(default)]
    needs: String,
}

impl Slot {
    pub(crate) fn wrap_passphrase(
        vault_id: &[u8; 16],
        root: &RootKey,
        wrapping: &WrappingKey,
        salt: [u8; 16],
        cost: Argon2Cost,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        let mut slot = Self::Passphrase { salt: Bytes(salt.to_vec()), cost, wrapped: Bytes(Vec::new()) };
        slot.set_wrapped(wrapping.wrap(root, &slot.bound(vault_id), random)?);
        Ok(slot)
    }

    pub(crate) fn wrap_keychain(
        vault_id: &[u8; 16],
        root: &RootKey,
        wrapping: &WrappingKey,
        entry: String,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        let mut slot = Self::Keychain { entry, wrapped: Bytes(Vec::new()) };
        slot.set_wrapped(wrapping.wrap(root, &slot.bound(vault_id), random)?);
        Ok(slot)
    }

    fn set_wrapped(&mut self, bytes: Vec<u8>) {
        let (Self::Passphrase { wrapped, .. } | Self::Keychain { wrapped, .. }) = self;
        *wrapped = Bytes(bytes);
    }

    /// What the wrapped key is bound to: the vault and everything else in the slot.
    fn bound(&self, vault_id: &[u8; 16]) -> Vec<u8> {
        let mut bound = b"drawbridge/1/slot".to_vec();
        bound.extend_from_slice(vault_id);
        match self {
            Self::Passphrase { salt, cost, .. } => {
                bound.extend_from_slice(b"passphrase");
                for number in [cost.memory_kib, cost.passes, cost.lanes] {
                    bound.extend_from_slice(&number.to_be_bytes());
                }
                bound.extend_from_slice(&salt.0);
            }
            Self::Keychain { entry, .. } => {
                bound.extend_from_slice(b"keychain");
                bound.extend_from_slice(entry.as_bytes());
            }
        }
        bound
    }
}

impl Header {
    pub(crate) fn new(
        vault_id: [u8; 16],
        slots: Vec<Slot>,
        root: &RootKey,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        let needs = env!("CARGO_PKG_VERSION").to_owned();
        let mut header =
            Self { format: FORMAT, needs, vault_id: Bytes(vault_id.to_vec()), slots, tag: Bytes(Vec::new()) };
        let key = root.header_key(&vault_id)?;
        header.tag = Bytes(keys::encrypt(&key.0, &[], &header.authenticated()?, random)?);
        Ok(header)
    }

    /// Reads and checks the shape; nothing in it is trusted until [`Header::check`].
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = files::read_bounded(path, MAX_BYTES)?.ok_or(Error::Absent)?;
        let damaged = Error::Damaged { what: "the header file" };
        let Ok(preface) = serde_json::from_slice::<Preface>(&text) else { return Err(damaged) };
        if preface.format > FORMAT {
            return Err(Error::TooNew { needs: preface.needs.chars().filter(|c| !c.is_control()).take(32).collect() });
        }
        let Ok(header) = serde_json::from_slice::<Self>(&text) else { return Err(damaged) };
        let shaped = header.format == FORMAT
            && header.vault_id.0.len() == 16
            && (1..=MAX_SLOTS).contains(&header.slots.len())
            && header.slots.iter().all(|slot| match slot {
                Slot::Passphrase { salt, cost, .. } => salt.0.len() == 16 && cost.acceptable(),
                Slot::Keychain { entry, .. } => !entry.is_empty() && entry.len() <= 200,
            });
        if shaped { Ok(header) } else { Err(damaged) }
    }

    /// Writes it durably, in one step.
    pub(crate) fn write(&self, dir: &Path, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).map_err(|_| Error::Derive)?;
        files::write_whole(dir, path, &text)
    }

    pub(crate) fn vault_id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.vault_id.0);
        id
    }

    pub(crate) fn kinds(&self) -> Vec<SlotKind> {
        self.slots
            .iter()
            .map(|slot| match slot {
                Slot::Passphrase { .. } => SlotKind::Passphrase,
                Slot::Keychain { .. } => SlotKind::Keychain,
            })
            .collect()
    }

    pub(crate) fn keychain_entry(&self) -> Option<&str> {
        self.slots.iter().find_map(|slot| match slot {
            Slot::Keychain { entry, .. } => Some(entry.as_str()),
            Slot::Passphrase { .. } => None,
        })
    }

    pub(crate) fn unwrap_with_passphrase(&self, passphrase: &SecretString) -> Result<RootKey, Error> {
        let mut any = false;
        for slot in &self.slots {
            let Slot::Passphrase { salt, cost, wrapped } = slot else { continue };
            any = true;
            let mut salt_bytes = [0; 16];
            salt_bytes.copy_from_slice(&salt.0);
            let wrapping = keys::from_passphrase(passphrase, &salt_bytes, *cost)?;
            if let Some(root) = wrapping.unwrap(&wrapped.0, &slot.bound(&self.vault_id())) {
                return Ok(root);
            }
        }
        Err(if any { Error::WrongPassphrase } else { Error::NoSuchSlot })
    }

    pub(crate) fn unwrap_with_keychain(&self, wrapping: &WrappingKey) -> Result<RootKey, Error> {
        self.slots
            .iter()
            .filter_map(|slot| match slot {
                Slot::Keychain { wrapped, .. } => Some((slot, wrapped)),
                Slot::Passphrase { .. } => None,
            })
            .find_map(|(slot, wrapped)| wrapping.unwrap(&wrapped.0, &slot.bound(&self.vault_id())))
            .ok_or(Error::Damaged { what: "the keychain slot" })
    }

    /// Whether the header is the one that was written under this root key.
    pub(crate) fn check(&self, root: &RootKey) -> Result<(), Error> {
        let key = root.header_key(&self.vault_id())?;
        match keys::decrypt(&key.0, &self.tag.0, &self.authenticated()?) {
            Some(empty) if empty.is_empty() => Ok(()),
            _ => Err(Error::Damaged { what: "the header file" }),
        }
    }

    /// The header without its tag, as bytes that are the same for the same content.
    fn authenticated(&self) -> Result<Vec<u8>, Error> {
        let untagged = Self { tag: Bytes(Vec::new()), ..self.clone() };
        serde_json::to_vec(&untagged).map_err(|_| Error::Derive)
    }
}

/// Bytes as base64 text in JSON.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text).map(Self).map_err(|_| serde::de::Error::custom("not base64"))
    }
}
