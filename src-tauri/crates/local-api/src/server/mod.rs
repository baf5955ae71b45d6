//! The server side: every use case of the keeper as a route.
//!
//! Who may connect is decided before a byte is read (`unix`); what is read has limits
//! (`input`); what went wrong becomes a status and the keeper's words (`refusal`).

mod accounts;
mod clones;
mod contents;
mod credentials;
mod home;
mod input;
mod inventory;
mod ndjson;
mod refusal;
mod security;
mod sources;
mod table;
#[cfg(unix)]
mod unix;
mod views;

use drawbridge_keeper::{Keeper, Problem};
use std::{io, sync::Arc};

#[cfg(unix)]
pub use unix::Server;

pub(crate) use table::Paths;
#[cfg(test)]
pub(crate) use table::routes;

/// Which step of opening the local socket failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder for it could not be made or looked at.
    #[error("could not make the socket's folder")]
    Folder(#[source] io::Error),
    /// The folder is a link, or another user's.
    #[error("the socket's folder is not a folder of this user")]
    FolderNotOurs,
    /// There is something at its path that is not a socket of ours.
    #[error("the socket's path is taken by something else")]
    PathTaken,
    /// Somebody answers there already.
    #[error("another process serves this socket")]
    InUse,
    /// What a dead process left behind could not be removed.
    #[error("could not remove a dead process's socket")]
    Stale(#[source] io::Error),
    /// It could not be bound or made private.
    #[error("could not bind the socket")]
    Bind(#[source] io::Error),
    /// This system has no local socket yet.
    #[error("no local socket on this system yet")]
    NotHere,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotHere => crate::words::not_here(),
            _ => crate::words::socket_failed(),
        }
    }
}

/// Serves the keeper at [`Keeper::socket_path`] until it stops.
#[cfg(unix)]
pub async fn serve(keeper: Arc<Keeper>) -> Result<Server, Error> {
    unix::serve(keeper).await
}

/// A server that can't be: see [`Error::NotHere`].
#[cfg(not(unix))]
#[derive(Debug)]
pub enum Server {}

#[cfg(not(unix))]
impl Server {
    /// Never called, as there is no such server.
    pub async fn stop(self) {
        match self {}
    }
}

/// Serves the keeper; not on this system yet.
#[cfg(not(unix))]
pub async fn serve(_keeper: Arc<Keeper>) -> Result<Server, Error> {
    Err(Error::NotHere)
}
