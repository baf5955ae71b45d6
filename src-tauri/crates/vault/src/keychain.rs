//! The operating system's keychain. It holds one 32-byte wrapping key per vault, and beside it how
//! often the vault's credentials were changed, so that an old copy of the files is noticed.
//!
//! "Locked", "denied", "absent", "no such entry" and "no answer" are different answers, and none of
//! them ever deletes or makes anything. Every call has a limit of five seconds. Not here: what the key opens.

use drawbridge_domain::SecretBytes;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

const SERVICE: &str = "dev.drawbridge.desktop";
const LIMIT: Duration = Duration::from_secs(5);

/// Why the keychain did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// None answers on this system.
    #[error("no keychain answers")]
    Absent,
    /// It is there, but locked, and was not unlocked.
    #[error("the keychain is locked")]
    Locked,
    /// The person, or its program, said no.
    #[error("the keychain was not unlocked: refused")]
    Denied,
    /// It answers, and has no such entry.
    #[error("the keychain has no such entry")]
    NoEntry,
    /// It did not answer within five seconds.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// It failed in another way.
    #[error("the keychain failed")]
    Failed,
}

/// What the keychain answers when asked whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainState {
    /// It is here and answers.
    Ready,
    /// It is here, but locked itself.
    Locked,
    /// It is here, and somebody said no.
    Denied,
    /// It did not answer in time.
    Silent,
    /// None answers.
    Absent,
}

/// A place for wrapping keys. Calls may wait for the system or the person; the caller limits them.
pub trait Keychain: Send + Sync + 'static {
    /// Its name for a sentence.
    fn name(&self) -> &'static str;
    /// Whether it is there and unlocked.
    fn state(&self) -> KeychainState;
    /// Reads an entry.
    fn load(&self, entry: &str) -> Result<SecretBytes, KeychainError>;
    /// Writes an entry.
    fn store(&self, entry: &str, key: &[u8]) -> Result<(), KeychainError>;
    /// Removes an entry; one that is not there is removed already.
    fn remove(&self, entry: &str) -> Result<(), KeychainError>;
    /// The program that keeps the entries, such as `gnome-keyring-daemon`; empty if it can't be told.
    fn backend(&self) -> String;
}

/// A fresh name for an entry of a vault: tells entries apart and says nothing else.
pub(crate) fn entry_name(vault_id: &[u8; 16], random: &dyn drawbridge_domain::Random) -> String {
    let tail = crate::keys::random_bytes::<4>(random);
    format!("vault-{}-{}", hexadecimal(vault_id), hexadecimal(&tail))
}

/// The name of the entry that says how often a vault's credentials were changed.
pub(crate) fn generation_name(vault_id: &[u8; 16]) -> String {
    format!("vault-{}-generation", hexadecimal(vault_id))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Reads an entry within the limit.
pub(crate) async fn load(keychain: &Arc<dyn Keychain>, entry: &str) -> Result<SecretBytes, KeychainError> {
    let (keychain, entry) = (Arc::clone(keychain), entry.to_owned());
    limited(move || keychain.load(&entry)).await
}

/// Writes an entry within the limit, and reads it back: an entry that can't be read is no key.
pub(crate) async fn store(keychain: &Arc<dyn Keychain>, entry: &str, key: &[u8]) -> Result<(), KeychainError> {
    let (keychain, entry, key) = (Arc::clone(keychain), entry.to_owned(), SecretBytes::new(key.to_vec()));
    limited(move || {
        keychain.store(&entry, key.expose())?;
        let read = keychain.load(&entry)?;
        if read.expose() == key.expose() { Ok(()) } else { Err(KeychainError::Failed) }
    })
    .await
}

/// Removes an entry within the limit.
pub(crate) async fn remove(keychain: &Arc<dyn Keychain>, entry: &str) -> Result<(), KeychainError> {
    let (keychain, entry) = (Arc::clone(keychain), entry.to_owned());
    limited(move || keychain.remove(&entry)).await
}

/// Which program keeps the entries.
pub(crate) async fn backend(keychain: &Arc<dyn Keychain>) -> String {
    let keychain = Arc::clone(keychain);
    limited(move || Ok(keychain.backend())).await.unwrap_or_default()
}

/// Asks whether the keychain is there, within the limit.
pub(crate) async fn limited<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    match tokio::time::timeout(LIMIT, tokio::task::spawn_blocking(call)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(KeychainError::Failed),
        Err(_) => Err(KeychainError::TimedOut),
    }
}

/// The real keychain of this system.
#[derive(Default)]
pub struct SystemKeychain {
    /// Kept once found; a session bus that appears later is found by the next call.
    found: Mutex<Option<Arc<keyring_core::CredentialStore>>>,
}

impl SystemKeychain {
    fn store_handle(&self) -> Result<Arc<keyring_core::CredentialStore>, KeychainError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*found {
            return Ok(Arc::clone(store));
        }
        let store = native_store()?;
        *found = Some(Arc::clone(&store));
        Ok(store)
    }

    fn entry(&self, name: &str) -> Result<keyring_core::Entry, KeychainError> {
        self.store_handle()?.build(SERVICE, name, None).map_err(|error| translate(&error))
    }

    /// Forgets the connection after a failure, so that the next call makes a new one.
    fn noticing<T>(&self, answer: Result<T, KeychainError>) -> Result<T, KeychainError> {
        if matches!(answer, Err(KeychainError::Failed | KeychainError::Absent)) {
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        answer
    }
}

/// The Secret Service over D-Bus (org.freedesktop.secrets).
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn native_store() -> Result<Arc<keyring_core::CredentialStore>, KeychainError> {
    let store = zbus_secret_service_keyring_store::Store::new().map_err(|_| KeychainError::Absent)?;
    Ok(store)
}

/// The system's own store.
#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
fn native_store() -> Result<Arc<keyring_core::CredentialStore>, KeychainError> {
    // Installs the platform's store as the default one, once.
    keyring::Entry::store_status().as_ref().map_err(|_| KeychainError::Absent)?;
    keyring_core::get_default_store().ok_or(KeychainError::Absent)
}

fn translate(error: &keyring_core::Error) -> KeychainError {
    match error {
        keyring_core::Error::NoEntry => KeychainError::NoEntry,
        keyring_core::Error::NoStorageAccess(cause) => no_access(&**cause),
        keyring_core::Error::NoDefaultStore => KeychainError::Absent,
        other => {
            tracing::debug!(kind = ?std::mem::discriminant(other), "keychain call failed");
            KeychainError::Failed
        }
    }
}

#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn no_access(cause: &(dyn std::error::Error + 'static)) -> KeychainError {
    match cause.downcast_ref() {
        Some(secret_service::Error::Prompt | secret_service::Error::PromptDisconnected) => KeychainError::Denied,
        Some(secret_service::Error::Unavailable) => KeychainError::Absent,
        _ => KeychainError::Locked,
    }
}

#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
fn no_access(_: &(dyn std::error::Error + 'static)) -> KeychainError {
    KeychainError::Locked
}

impl Keychain for SystemKeychain {
    fn name(&self) -> &'static str {
        if cfg!(target_os = "macos") {
            "Keychain"
        } else if cfg!(target_os = "windows") {
            "Credential Manager"
        } else {
            "Secret Service"
        }
    }

    fn state(&self) -> KeychainState {
        let answer = self.entry("probe").and_then(|entry| entry.get_secret().map_err(|error| translate(&error)));
        match self.noticing(answer) {
            Ok(_) | Err(KeychainError::NoEntry) => KeychainState::Ready,
            Err(KeychainError::Locked) => KeychainState::Locked,
            Err(KeychainError::Denied) => KeychainState::Denied,
            Err(KeychainError::TimedOut) => KeychainState::Silent,
            Err(KeychainError::Absent | KeychainError::Failed) => KeychainState::Absent,
        }
    }

    fn load(&self, entry: &str) -> Result<SecretBytes, KeychainError> {
        let answer = self.entry(entry).and_then(|entry| entry.get_secret().map_err(|error| translate(&error)));
        self.noticing(answer).map(SecretBytes::new)
    }

    fn store(&self, entry: &str, key: &[u8]) -> Result<(), KeychainError> {
        let answer = self.entry(entry).and_then(|entry| entry.set_secret(key).map_err(|error| translate(&error)));
        self.noticing(answer)
    }

    fn remove(&self, entry: &str) -> Result<(), KeychainError> {
        let answer = self.entry(entry).and_then(|entry| entry.delete_credential().map_err(|error| translate(&error)));
        match self.noticing(answer) {
            Err(KeychainError::NoEntry) => Ok(()),
            other => other,
        }
    }

    fn backend(&self) -> String {
        service_program().unwrap_or_default()
    }
}

/// The program behind `org.freedesktop.secrets`: the service's name is the same for all of them.
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn service_program() -> Option<String> {
    let bus = zbus::blocking::Connection::session().ok()?;
    let proxy = zbus::blocking::fdo::DBusProxy::new(&bus).ok()?;
    let pid = proxy.get_connection_unix_process_id("org.freedesktop.secrets".try_into().ok()?).ok()?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim().chars().filter(|letter| !letter.is_control()).take(64).collect())
}

#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
fn service_program() -> Option<String> {
    None
}

/// A keychain in memory whose answers a test decides; never used by a program.
#[derive(Default)]
pub struct MemoryKeychain {
    inner: Mutex<Memory>,
}

struct Memory {
    entries: HashMap<String, SecretBytes>,
    fails: Option<KeychainError>,
    backend: String,
}

impl Default for Memory {
    fn default() -> Self {
        Self { entries: HashMap::new(), fails: None, backend: "memory".to_owned() }
    }
}

impl MemoryKeychain {
    fn inner(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn working(&self) -> Result<std::sync::MutexGuard<'_, Memory>, KeychainError> {
        let inner = self.inner();
        inner.fails.map_or(Ok(inner), Err)
    }

    /// From now on every call fails this way; `None` lets it work again.
    pub fn fail_with(&self, error: Option<KeychainError>) {
        self.inner().fails = error;
    }

    /// Loses all entries, as a new machine or a wiped keychain does.
    pub fn wipe(&self) {
        self.inner().entries.clear();
    }

    /// Another program answers from now on, with no entries of ours.
    pub fn become_another(&self, backend: &str) {
        let mut inner = self.inner();
        inner.entries.clear();
        backend.clone_into(&mut inner.backend);
    }

    /// The names and lengths of what is stored.
    pub fn entries(&self) -> Vec<(String, usize)> {
        self.inner().entries.iter().map(|(name, key)| (name.clone(), key.expose().len())).collect()
    }
}

impl Keychain for MemoryKeychain {
    fn name(&self) -> &'static str {
        "test keychain"
    }

    fn state(&self) -> KeychainState {
        match self.inner().fails {
            None => KeychainState::Ready,
            Some(KeychainError::Locked) => KeychainState::Locked,
            Some(KeychainError::Denied) => KeychainState::Denied,
            Some(KeychainError::TimedOut) => KeychainState::Silent,
            Some(_) => KeychainState::Absent,
        }
    }

    fn load(&self, entry: &str) -> Result<SecretBytes, KeychainError> {
        self.working()?.entries.get(entry).cloned().ok_or(KeychainError::NoEntry)
    }

    fn store(&self, entry: &str, key: &[u8]) -> Result<(), KeychainError> {
        self.working()?.entries.insert(entry.to_owned(), SecretBytes::new(key.to_vec()));
        Ok(())
    }

    fn remove(&self, entry: &str) -> Result<(), KeychainError> {
        self.working()?.entries.remove(entry);
        Ok(())
    }

    fn backend(&self) -> String {
        self.inner().backend.clone()
    }
}
