//! The one integration binary: whole rooms together, against the practice forge and real files.
//!
//! Not here: the real window (`window/`), and unit tests, which stand beside what they test.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::format_collect,
    clippy::unchecked_time_subtraction,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "a test stops where its assumption fails, and may look at its own process"
)]

/// As in the programs, so that what a test finds in memory is what they leave there.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

mod app;
#[cfg(target_os = "linux")]
mod auto_lock;
mod backups;
mod bad_days;
mod bad_listings;
mod canary;
mod chance;
mod cli;
mod clients;
mod clones;
mod connect;
mod connections;
mod contract;
mod credentials;
mod disconnect_all;
mod endings;
mod exports;
mod file_keychain;
mod foretold;
mod forges;
mod github_forge;
mod host_search;
mod independent_keeper;
mod independent_oauth;
mod independent_tampered;
mod interposed;
mod inventory;
mod kill;
#[cfg(target_os = "linux")]
mod memory;
mod mix_up;
mod moves;
mod notices;
mod pace;
mod process;
mod providers;
mod renewals;
mod repository_pages;
mod returns;
mod security;
mod sources;
#[cfg(target_os = "linux")]
mod sweep;
mod sync_faults;
mod vault;
mod vault_files;
mod views;
mod way_back;
mod weakening;
mod why_missing;
