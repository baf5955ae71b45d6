//! The keeper over the local socket: a server, a client, and the document that describes both.
//!
//! HTTP and JSON over a Unix-domain socket that only its owner can reach. Nothing is decided here:
//! every route is one use case of the keeper, every error is the keeper's [`Problem`]. Not here:
//! starting a keeper, and anything about a terminal or a window.
//!
//! [`Problem`]: drawbridge_keeper::Problem

pub mod client;
mod line;
mod locate;
mod openapi;
mod query;
pub mod server;
mod words;

pub use client::Client;
pub use line::SyncLine;
pub use locate::{Resident, lock_is_free, resident};
pub use openapi::document;
pub use words::keeper_gone;

/// The header in which the keeper tells its version with every answer.
pub const VERSION_HEADER: &str = "drawbridge-version";

/// The version this front was built as.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The largest request the keeper reads.
const REQUEST_LIMIT: usize = 1024 * 1024;

/// A stream sends an empty line this often when there is nothing to tell, so that a reader can
/// tell a quiet keeper from a dead one.
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(15);
