//! What a person can do with Drawbridge: one `pub async fn` per use case.
//!
//! Here live the checks whether the vault must be open, the scheduling, the events, the words of
//! every error, and the DTOs of every front. Not here: SQL, HTTP, keys, anything about one
//! provider, and anything about a window, a terminal or a socket.

mod access;
mod accounts;
mod clients;
mod config;
pub mod dto;
mod error;
mod keeper;
mod open;
mod repositories;
mod schedule;
mod settings;
mod sign_in_flow;
mod sign_ins;
mod syncing;
mod vault_cases;
mod words;

pub use config::{KeeperConfig, Parts, default_vault_dir};
pub use drawbridge_vault::LockNote;
pub use error::{Code, Problem};
pub use keeper::{Keeper, find_keeper};

/// What every use case answers.
pub type Answer<T> = Result<T, Problem>;
