//! Accounts on their way to another vault: written to a sealed file, and read from one.
//!
//! The file is an age file (`vault`) around a JSON document (`document`); `docs/EXPORT.md`
//! describes both for other programs. What renews access can live in one place only: it is copied
//! nowhere, it moves or stays. Not here: copies of the whole vault (`backups`).

mod document;
mod export;
mod import;
mod words;

/// The largest file that is read: far more than a thousand accounts need.
const MOST_FILE: u64 = 16 * 1024 * 1024;
