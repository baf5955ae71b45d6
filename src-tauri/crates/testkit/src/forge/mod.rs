//! The practice forge: a simulator of a code host on loopback that behaves like the real one,
//! including its bad days. Which one is its dialect; what there is and what happens is the same.
//!
//! It runs on a thread of its own, so that it works beside any runtime, also one whose time is held
//! still. Repositories, names and random values come from a seed, times from a clock. What it
//! answers is held against official descriptions by [`crate::contract`]. Not here: git
//! itself, GraphQL, webhooks.

mod change;
mod content;
mod control;
mod device;
mod dialect;
mod exchange;
mod fault;
mod git;
mod grants;
mod page;
mod server;
mod simulator;
#[cfg(test)]
mod tests;
mod web;
mod words;
mod world;
mod world_seed;

pub use change::{Change, Oddity};
pub use dialect::Dialect;
pub use exchange::{Exchange, fingerprint};
pub use fault::{Fault, Match, Trouble};
pub use grants::TokenKind;
pub use simulator::{Registration, Simulator, SimulatorConfig, There, TokenReply, Traffic};
pub(crate) use simulator::{Shared, State};

/// The versions of GitHub's REST API that requests may name.
pub const API_VERSIONS: &[&str] = &["2022-11-28", "2026-03-10"];
