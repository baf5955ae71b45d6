//! The one integration binary: whole rooms together, against the practice forge and real files.
//!
//! Not here: the real window (`window/`), and unit tests, which stand beside what they test.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test stops where its assumption fails, and may look at its own process"
)]

mod app;
mod canary;
mod cli;
mod connect;
mod contract;
mod github_forge;
mod independent_oauth;
mod inventory;
mod kill;
mod process;
mod vault;
