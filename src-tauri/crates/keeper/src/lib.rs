//! What a person can do with Drawbridge: one `pub async fn` per use case.
//!
//! Here live the checks whether the vault must be open, the scheduling, the events, the words of
//! every error, and the DTOs of every front. Not here: SQL, HTTP, keys, anything about one
//! provider, and anything about a window, a terminal or a socket.

mod access;
mod accounts;
mod asking;
mod backups;
mod calendar;
mod callbacks;
mod checks;
mod clients;
mod cloning;
mod config;
mod connections;
mod credentials;
mod disconnect_all;
pub mod dto;
mod error;
mod host_clock;
mod host_search;
mod hosts;
mod idle;
mod keeper;
mod links;
mod missing;
mod moves;
mod notices;
mod open;
mod process;
mod qr_code;
mod registration;
mod repositories;
mod repository_page;
mod revocation;
mod schedule;
mod security;
mod settings;
mod sign_in_flow;
mod sign_ins;
mod slot_notes;
mod sources;
mod syncing;
mod system_signs;
mod turns;
mod upkeep;
mod vault_cases;
mod views;
mod way_back;
mod why;
mod words;

pub use config::{KeeperConfig, Parts, default_provider_dir, default_vault_dir};
pub use connections::{BadProviderFile, ProviderFiles, check_provider_files};
pub use credentials::credential_forms;
pub use drawbridge_vault::LockNote;
pub use error::{Code, Problem};
pub use keeper::{Keeper, find_keeper};
pub use links::{Links, Opener, UnknownLinks};
pub use process::shield_process;
#[cfg(target_os = "linux")]
pub use system_signs::LinuxSigns;
pub use system_signs::{Listener, QuietSigns, Sign, SystemSigns};

/// What every use case answers.
pub type Answer<T> = Result<T, Problem>;
