//! The practice forge: a simulator of a GitHub server on loopback that behaves like the real one,
//! including its bad days.
//!
//! It runs on a thread of its own, so that it works beside any runtime, also one whose time is held
//! still. Repositories, names and random values come from a seed, times from a clock. What it
//! answers is held against GitHub's official description by [`crate::contract`]. Not here: git
//! itself, GraphQL, webhooks.

mod change;
mod control;
mod device;
mod exchange;
mod fault;
mod grants;
mod page;
mod render;
mod rest;
mod server;
mod simulator;
#[cfg(test)]
mod tests;
mod web;
mod words;
mod world;
mod world_seed;

pub use change::{Change, Oddity};
pub use exchange::{Exchange, fingerprint};
pub use fault::{Fault, Match, Trouble};
pub use grants::TokenKind;
pub use simulator::{Registration, Simulator, SimulatorConfig, TokenReply};
pub(crate) use simulator::{Shared, State};

/// The versions of the REST API that requests may name.
pub const API_VERSIONS: &[&str] = &["2022-11-28", "2026-03-10"];
