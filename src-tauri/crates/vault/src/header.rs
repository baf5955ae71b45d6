//! The vault's header: which vault this is, which database file is the true one, and the slots its
//! root key is wrapped in.
//!
//! It holds no name, no address, no time. Every byte is authenticated: slots by their own AEAD,
//! the whole by a tag under a key from the root key, checked before the database is touched.
//! Writing it is the one moment at which anything about the vault's keys or files becomes true, so
//! a kill leaves the old vault or the new one. It lies there twice, as a vault without its header
//! can't be opened by anybody. Not here: where wrapping keys come from.

use crate::{
    Error, files,
    keys::{self, Argon2Cost, PurposeKey, RootKey, WrappingKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use drawbridge_domain::Random;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The file format this program writes.
pub const FORMAT: u32 = 1;
/// No real header comes near this size.
pub(crate) const MAX_BYTES: u64 = 256 * 1024;
const MAX_SLOTS: usize = 64;

/// One way a vault can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// By the operating system's keychain.
    Keychain,
    /// By a passphrase.
    Passphrase,
    /// By a passphrase and the keychain together.
    Both,
    /// By the recovery code.
    Recovery,
}

/// What a slot tells without being opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotFacts {
    /// Which.
    pub id: String,
    /// What it is.
    pub kind: SlotKind,
    /// What deriving its key costs, where that is by passphrase.
    pub cost: Option<Argon2Cost>,
    /// The program that keeps its key, where that is a keychain.
    pub backend: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    pub(crate) id: Bytes,
    pub(crate) lock: Lock,
    pub(crate) wrapped: Bytes,
}

/// Where a slot's wrapping key comes from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(crate) enum Lock {
    Keychain { entry: String, backend: String },
    Passphrase { salt: Bytes, cost: Argon2Cost },
    Both { salt: Bytes, cost: Argon2Cost, entry: String, backend: String },
    Recovery { salt: Bytes },
}

/// What is not in use any more and still has to go.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(crate) enum Leftover {
    /// A database; it is put into a folder in the vault's, or deleted.
    Database { name: String, keep_in: Option<String> },
    /// An entry of the keychain.
    Entry { name: String },
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) format: u32,
    /// The oldest program that can open this vault.
    pub(crate) needs: String,
    pub(crate) vault_id: Bytes,
    /// How often the keys were renewed, and once more.
    pub(crate) key_version: u32,
    /// Grows with every header of this vault.
    pub(crate) revision: u64,
    /// Grows with every change of a credential; the database holds the same number.
    pub(crate) generation: u64,
    /// The file name of the database.
    pub(crate) database: String,
    pub(crate) leftovers: Vec<Leftover>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) tag: Bytes,
}

/// What every version's header has, read before the rest.
#[derive(Deserialize)]
struct Preface {
    format: u32,
    #[serde(default)]
    needs: String,
}

impl Lock {
    pub(crate) fn kind(&self) -> SlotKind {
        match self {
            Self::Keychain { .. } => SlotKind::Keychain,
            Self::Passphrase { .. } => SlotKind::Passphrase,
            Self::Both { .. } => SlotKind::Both,
            Self::Recovery { .. } => SlotKind::Recovery,
        }
    }

    fn salt(&self) -> Option<&Bytes> {
        match self {
            Self::Passphrase { salt, .. } | Self::Both { salt, .. } | Self::Recovery { salt } => Some(salt),
            Self::Keychain { .. } => None,
        }
    }

    pub(crate) fn cost(&self) -> Option<Argon2Cost> {
        match self {
            Self::Passphrase { cost, .. } | Self::Both { cost, .. } => Some(*cost),
            Self::Keychain { .. } | Self::Recovery { .. } => None,
        }
    }

    /// The keychain's entry and the program that keeps it.
    pub(crate) fn entry(&self) -> Option<(&str, &str)> {
        match self {
            Self::Keychain { entry, backend } | Self::Both { entry, backend, .. } => Some((entry, backend)),
            Self::Passphrase { .. } | Self::Recovery { .. } => None,
        }
    }

    fn shaped(&self) -> bool {
        let salt = self.salt().is_none_or(|salt| salt.0.len() == 16);
        let cost = self.cost().is_none_or(Argon2Cost::acceptable);
        let entry =
            self.entry().is_none_or(|(entry, backend)| !entry.is_empty() && entry.len() <= 200 && backend.len() <= 200);
        salt && cost && entry
    }
}

impl Slot {
    /// Wraps the root key.
    pub(crate) fn wrap(
        vault_id: &[u8; 16],
        root: &RootKey,
        lock: Lock,
        wrapping: &WrappingKey,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        let id = Bytes(keys::random_bytes::<6>(random).to_vec());
        let mut slot = Self { id, lock, wrapped: Bytes(Vec::new()) };
        slot.wrapped = Bytes(wrapping.wrap(root, &slot.bound(vault_id)?, random)?);
        Ok(slot)
    }

    /// The root key, if this wrapping key opens the slot.
    pub(crate) fn unwrap(&self, vault_id: &[u8; 16], wrapping: &WrappingKey) -> Option<RootKey> {
        wrapping.unwrap(&self.wrapped.0, &self.bound(vault_id).ok()?)
    }

    /// What the wrapped key is bound to: the vault and everything else in the slot.
    fn bound(&self, vault_id: &[u8; 16]) -> Result<Vec<u8>, Error> {
        let mut bound = b"drawbridge/1/slot".to_vec();
        bound.extend_from_slice(vault_id);
        serde_json::to_writer(&mut bound, &(&self.id, &self.lock)).map_err(|_| Error::Derive)?;
        Ok(bound)
    }

    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        if let Some(bytes) = self.lock.salt() {
            salt.copy_from_slice(&bytes.0);
        }
        salt
    }

    pub(crate) fn id(&self) -> String {
        self.id.0.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    pub(crate) fn facts(&self) -> SlotFacts {
        SlotFacts {
            id: self.id(),
            kind: self.lock.kind(),
            cost: self.lock.cost(),
            backend: self.lock.entry().map(|(_, backend)| backend.to_owned()),
        }
    }
}

/// `vault-` and eight hexadecimal digits: a name is never a path.
pub(crate) fn is_database_name(name: &str) -> bool {
    let digits = name.strip_prefix("vault-").and_then(|rest| rest.strip_suffix(".db"));
    digits
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

/// A fresh name for a database file.
pub(crate) fn database_name(random: &dyn Random) -> String {
    format!("vault-{:08x}.db", u32::from_be_bytes(keys::random_bytes(random)))
}

impl Header {
    /// A header that is not written or tagged yet.
    pub(crate) fn new(vault_id: [u8; 16], database: String, slots: Vec<Slot>) -> Self {
        Self {
            format: FORMAT,
            needs: env!("CARGO_PKG_VERSION").to_owned(),
            vault_id: Bytes(vault_id.to_vec()),
            key_version: 1,
            revision: 0,
            generation: 0,
            database,
            leftovers: Vec::new(),
            slots,
            tag: Bytes(Vec::new()),
        }
    }

    /// Reads a header's bytes and checks their shape; nothing in it is trusted until [`Header::check`].
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Error> {
        let damaged = Error::Damaged { what: "the header file" };
        let Ok(preface) = serde_json::from_slice::<Preface>(text) else { return Err(damaged) };
        if preface.format > FORMAT {
            return Err(Error::TooNew { needs: preface.needs.chars().filter(|c| !c.is_control()).take(32).collect() });
        }
        let Ok(header) = serde_json::from_slice::<Self>(text) else { return Err(damaged) };
        let leftovers = header.leftovers.len() <= MAX_SLOTS
            && header.leftovers.iter().all(|leftover| match leftover {
                Leftover::Database { name, keep_in } => {
                    is_database_name(name) && keep_in.as_deref().is_none_or(files::is_aside_name)
                }
                Leftover::Entry { name } => name.len() <= 200,
            });
        let shaped = header.format == FORMAT
            && header.vault_id.0.len() == 16
            && header.key_version >= 1
            && is_database_name(&header.database)
            && leftovers
            && (1..=MAX_SLOTS).contains(&header.slots.len())
            && header.slots.iter().all(|slot| slot.id.0.len() == 6 && slot.lock.shaped());
        if shaped { Ok(header) } else { Err(damaged) }
    }

    /// Reads one of the two copies.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = files::read_bounded(path, MAX_BYTES, "the header file")?.ok_or(Error::Absent)?;
        Self::parse(&text)
    }

    /// Sets the tag: from here on no byte can be changed unnoticed.
    pub(crate) fn tagged(mut self, key: &PurposeKey, random: &dyn Random) -> Result<Self, Error> {
        self.tag = Bytes(keys::encrypt(&key.0, &[], &self.authenticated()?, random)?);
        Ok(self)
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec_pretty(self).map_err(|_| Error::Derive)
    }

    /// Writes both copies durably, each in one step. The first is the one that counts: an error
    /// means that it is the old one. A second that can't be written now is mended at the next open.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), Error> {
        let text = self.bytes()?;
        files::write_whole(dir, &path(dir), &text)?;
        if let Err(error) = files::write_whole(dir, &copy_path(dir), &text) {
            tracing::warn!(%error, "the header's second copy could not be written");
        }
        Ok(())
    }

    pub(crate) fn vault_id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.vault_id.0);
        id
    }

    pub(crate) fn kinds(&self) -> Vec<SlotKind> {
        let mut kinds: Vec<SlotKind> = self.slots.iter().map(|slot| slot.lock.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    pub(crate) fn of_kind(&self, kind: SlotKind) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.lock.kind() == kind)
    }

    /// Whether the header is one that was written under this root key.
    pub(crate) fn check(&self, root: &RootKey) -> Result<(), Error> {
        let key = root.header_key(&self.vault_id())?;
        if self.is_tagged_by(&key) { Ok(()) } else { Err(Error::Damaged { what: "the header file" }) }
    }

    pub(crate) fn is_tagged_by(&self, key: &PurposeKey) -> bool {
        let opened = self.authenticated().ok().and_then(|bound| keys::decrypt(&key.0, &self.tag.0, &bound));
        opened.is_some_and(|empty| empty.is_empty())
    }

    /// The header without its tag, as bytes that are the same for the same content.
    fn authenticated(&self) -> Result<Vec<u8>, Error> {
        let untagged = Self { tag: Bytes(Vec::new()), ..self.clone() };
        serde_json::to_vec(&untagged).map_err(|_| Error::Derive)
    }
}

/// The copy that counts.
pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join("header.json")
}

/// The copy for the day the first one is damaged.
pub(crate) fn copy_path(dir: &Path) -> PathBuf {
    dir.join("header-copy.json")
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
