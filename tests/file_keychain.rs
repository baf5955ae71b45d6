//! A keychain in a plain folder, so that a program that is killed and the test that looks at what
//! it left share one. Only tests have it.

use drawbridge_domain::SecretBytes;
use drawbridge_vault::{Keychain, KeychainError, KeychainState};
use std::{fs, path::PathBuf};

pub struct FileKeychain(pub PathBuf);

impl Keychain for FileKeychain {
    fn name(&self) -> &'static str {
        "a folder of a test"
    }

    fn state(&self) -> KeychainState {
        KeychainState::Ready
    }

    fn load(&self, entry: &str) -> Result<SecretBytes, KeychainError> {
        fs::read(self.0.join(entry)).map(SecretBytes::new).map_err(|_| KeychainError::NoEntry)
    }

    fn store(&self, entry: &str, key: &[u8]) -> Result<(), KeychainError> {
        // As a real one: whole or not at all.
        let part = self.0.join(format!("{entry}.part"));
        fs::write(&part, key).and_then(|()| fs::rename(&part, self.0.join(entry))).map_err(|_| KeychainError::Failed)
    }

    fn remove(&self, entry: &str) -> Result<(), KeychainError> {
        let _ = fs::remove_file(self.0.join(entry));
        Ok(())
    }

    fn backend(&self) -> String {
        "folder".to_owned()
    }
}
