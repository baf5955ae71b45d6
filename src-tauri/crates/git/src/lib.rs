//! The only git: what a host has under a repository's address, and copies of it in a folder.
//!
//! A credential is handed over when the repository's own host asks for it and nowhere else; it never becomes
//! part of an address, of a folder's configuration or of an error. Everything here blocks and is for a thread
//! that may. Not here: which credential, which repositories, and words for a person.

mod clone;
mod part;
mod present;
mod remote;
mod submodules;
mod subtree;
#[cfg(test)]
mod tests;

pub use clone::{Clone, Cloned, Progress, Stage, clone};
pub use present::origin;
pub use remote::{Credential, Reference, References, Remote, references};
pub use subtree::{Files, Subtree, subtree};

use std::io;

/// Why git could not do it. What to do about it is decided by the caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is something in the folder, or it is no folder.
    #[error("the folder is not empty")]
    NotEmpty,
    /// Another copy into the same folder is under way.
    #[error("the folder is being filled")]
    Busy,
    /// The folder can't be made or written.
    #[error("{step}")]
    Folder {
        /// What was being done.
        step: &'static str,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The host wants a credential, or another one than it got.
    #[error("the host does not accept the credential")]
    Unauthorized,
    /// There is no such repository, or not for this account.
    #[error("the host knows no such repository")]
    NotFound,
    /// The repository has no such branch or tag.
    #[error("the repository has no such branch or tag")]
    NoReference,
    /// The repository has no such folder or file at that branch or tag.
    #[error("the repository has no such folder or file")]
    NoPath,
    /// It names a submodule that lies where none is fetched from.
    #[error("a submodule can't be fetched")]
    Submodule {
        /// Where it would go.
        path: String,
    },
    /// The host sends on to another one.
    #[error("the host sends on to another one")]
    Elsewhere,
    /// The host's certificate is not trusted.
    #[error("the host's certificate is not trusted")]
    Certificate(#[source] git2::Error),
    /// No answer, or not to the end.
    #[error("the host could not be reached")]
    Unreachable(#[source] git2::Error),
    /// Stopped on request. Nothing is left in the folder.
    #[error("cancelled")]
    Cancelled,
    /// Anything else.
    #[error("{step}")]
    Git {
        /// What was being done.
        step: &'static str,
        /// Why not.
        #[source]
        source: git2::Error,
    },
}
