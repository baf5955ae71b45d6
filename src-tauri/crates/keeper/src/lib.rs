//! What a person can do with Drawbridge: one `pub async fn` per use case.
//!
//! Here live the checks whether the vault must be open, the scheduling, the events, the words of
//! every error, and the DTOs of every front. Not here: SQL, HTTP, keys, anything about one
//! provider, and anything about a window, a terminal or a socket.

pub mod dto;
mod error;
mod skeleton;

pub use error::{Code, Problem};
pub use skeleton::{Keeper, KeeperConfig, Parts, default_vault_dir};
