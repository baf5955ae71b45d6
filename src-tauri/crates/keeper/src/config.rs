//! What a keeper is told and handed at its start. The one place that reads the environment.
//!
//! Not here: anything a person sets; that is in the vault.

use crate::{Links, SystemSigns, UnknownLinks, dto::KeeperHost};
use drawbridge_domain::{Clock, Random, SystemClock, SystemRandom};
use drawbridge_vault::{Keychain, SystemKeychain};
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Long enough to be dear for who guesses, short enough for who knows.
const UNLOCK_TARGET: Duration = Duration::from_millis(600);

/// What a keeper is told at its start.
#[derive(Debug, Clone)]
pub struct KeeperConfig {
    /// The vault folder.
    pub vault_dir: PathBuf,
    /// Who runs it.
    pub host: KeeperHost,
    /// The program's version.
    pub version: String,
    /// The runtime folder for the local socket (`$XDG_RUNTIME_DIR`), if there is one.
    pub runtime_dir: Option<PathBuf>,
    /// How long deriving a key from a passphrase is to take on this computer; zero for the least
    /// that is allowed, which tests use.
    pub unlock_target: Duration,
    /// The folder of the person's own provider files, if there is one.
    pub provider_dir: Option<PathBuf>,
    /// A JSON file with one client to add once the vault is open, for the practice forge.
    pub client_file: Option<PathBuf>,
    /// Where copies of repositories go if the person named no folder.
    pub projects_dir: Option<PathBuf>,
}

impl KeeperConfig {
    /// The usual configuration of a program.
    pub fn new(vault_dir: PathBuf, host: KeeperHost, version: &str) -> Self {
        Self {
            vault_dir,
            host,
            version: version.to_owned(),
            runtime_dir: variable("XDG_RUNTIME_DIR"),
            unlock_target: variable("DRAWBRIDGE_UNLOCK_MS")
                .and_then(|text| text.to_str()?.parse().ok())
                .map_or(UNLOCK_TARGET, Duration::from_millis),
            provider_dir: default_provider_dir(),
            client_file: variable("DRAWBRIDGE_DEMO_CLIENT"),
            projects_dir: variable("HOME").or_else(|| variable("USERPROFILE")).map(|home| home.join("Projects")),
        }
    }

    /// Where this vault's local socket is: in the runtime folder, else beside the vault, else in a
    /// folder of ours under the temporary one. A socket's path must stay under 108 bytes.
    pub(crate) fn socket_path(&self) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        self.vault_dir.hash(&mut hasher);
        let name = format!("{:016x}.sock", hasher.finish());
        let fits = |path: &Path| path.as_os_str().len() <= 100;
        let candidates = [
            self.runtime_dir.as_ref().map(|dir| dir.join("drawbridge").join(&name)),
            Some(self.vault_dir.join("socket").join("keeper.sock")),
        ];
        candidates
            .into_iter()
            .flatten()
            .find(|path| fits(path))
            .unwrap_or_else(|| std::env::temp_dir().join(format!("drawbridge-{}", owner())).join(&name))
    }
}

/// The user the files belong to, to tell folders in the temporary one apart.
fn owner() -> u32 {
    #[cfg(unix)]
    {
        rustix::process::geteuid().as_raw()
    }
    #[cfg(not(unix))]
    {
        0
    }
}

/// What a keeper uses of the outer world, handed in by the composition function.
#[derive(Clone)]
pub struct Parts {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// Where the wrapping key can be kept.
    pub keychain: Arc<dyn Keychain>,
    /// Who says that the computer sleeps or its screen is locked.
    pub signs: Arc<dyn SystemSigns>,
    /// Who knows which program opens links of our scheme.
    pub links: Arc<dyn Links>,
}

impl Parts {
    /// The real clock, randomness, keychain and signs.
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            keychain: Arc::new(SystemKeychain::default()),
            #[cfg(target_os = "linux")]
            signs: Arc::new(crate::LinuxSigns::default()),
            #[cfg(not(target_os = "linux"))]
            signs: Arc::new(crate::QuietSigns),
            links: Arc::new(UnknownLinks),
        }
    }

    /// What the vault needs of them.
    pub(crate) fn vault(&self) -> drawbridge_vault::Parts {
        drawbridge_vault::Parts { random: Arc::clone(&self.random), keychain: Arc::clone(&self.keychain) }
    }
}

/// `$DRAWBRIDGE_VAULT`, else `$XDG_DATA_HOME/drawbridge/vault`, else `~/.local/share/drawbridge/vault`.
pub fn default_vault_dir() -> Option<PathBuf> {
    if let Some(named) = variable("DRAWBRIDGE_VAULT") {
        return std::path::absolute(named).ok();
    }
    let data = variable("XDG_DATA_HOME")
        .filter(|dir| dir.is_absolute())
        .or_else(|| variable("HOME").map(|home| home.join(".local/share")))
        .or_else(|| variable("LOCALAPPDATA"))?;
    Some(data.join("drawbridge").join("vault"))
}

/// `$DRAWBRIDGE_PROVIDERS`, else `$XDG_CONFIG_HOME/drawbridge/providers`, else
/// `~/.config/drawbridge/providers`.
pub fn default_provider_dir() -> Option<PathBuf> {
    if let Some(named) = variable("DRAWBRIDGE_PROVIDERS") {
        return std::path::absolute(named).ok();
    }
    let config = variable("XDG_CONFIG_HOME")
        .filter(|dir| dir.is_absolute())
        .or_else(|| variable("HOME").map(|home| home.join(".config")))
        .or_else(|| variable("APPDATA"))?;
    Some(config.join("drawbridge").join("providers"))
}

#[expect(clippy::disallowed_methods, reason = "the composition reads the environment, once, here")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
