//! The operating system's keychain. It holds one 32-byte wrapping key per vault and nothing else.
//!
//! "Locked", "absent" and "no such entry" are different answers, and none of them ever deletes or
//! makes anything. Every call has a limit of five seconds. Not here: what the key opens.

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
}

/// The name of a vault's entry: tells vaults apart and says nothing else.
pub(crate) fn entry_name(vault_id: &[u8; 16]) -> String {
    use std::fmt::Write as _;
    vault_id.iter().fold("vault-".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
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
        keyring_core::Error::NoStorageAccess(_) => KeychainError::Locked,
        keyring_core::Error::NoDefaultStore => KeychainError::Absent,
        other => {
            tracing::debug!(kind = ?std::mem::discriminant(other), "keychain call failed");
            KeychainError::Failed
        }
    }
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
            Err(_) => KeychainState::Absent,
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
}

/// A keychain in memory whose answers a test decides; never used by a program.
#[derive(Default)]
pub struct MemoryKeychain {
    inner: Mutex<(HashMap<String, SecretBytes>, Option<KeychainError>)>,
}

impl MemoryKeychain {
    /// From now on every call fails this way; `None` lets it work again.
    pub fn fail_with(&self, error: Option<KeychainError>) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).1 = error;
    }

    /// Loses all entries, as a new machine or a wiped keychain does.
    pub fn wipe(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).0.clear();
    }

    /// The names and lengths of what is stored.
    pub fn entries(&self) -> Vec<(String, usize)> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.0.iter().map(|(name, key)| (name.clone(), key.expose().len())).collect()
    }
}

impl Keychain for MemoryKeychain {
    fn name(&self) -> &'static str {
        "test keychain"
    }

    fn state(&self) -> KeychainState {
        match self.inner.lock().unwrap_or_else(PoisonError::into_inner).1 {
            None => KeychainState::Ready,
            Some(KeychainError::Locked) => KeychainState::Locked,
            Some(_) => KeychainState::Absent,
        }
    }

    fn load(&self, entry: &str) -> Result<SecretBytes, KeychainError> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = inner.1 {
            return Err(error);
        }
        inner.0.get(entry).cloned().ok_or(KeychainError::NoEntry)
    }

    fn store(&self, entry: &str, key: &[u8]) -> Result<(), KeychainError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = inner.1 {
            return Err(error);
        }
        inner.0.insert(entry.to_owned(), SecretBytes::new(key.to_vec()));
        Ok(())
    }
}
