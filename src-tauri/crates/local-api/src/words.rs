//! The few sentences that no use case can word, because none was reached: nobody answers at the
//! socket, or what came over it could not be read.
//!
//! Not here: anything the keeper itself has to say.

use drawbridge_keeper::{Code, Problem};

/// Nobody answers, or nobody any more.
pub fn keeper_gone() -> Problem {
    Problem::new(Code::KeeperGone, "No keeper answers for this vault.", "Try again; it starts by itself.")
}

/// The keeper answers, but not in time.
pub(crate) fn keeper_silent() -> Problem {
    Problem::new(
        Code::KeeperGone,
        "The keeper took too long to answer.",
        "Look whether it still works: `drawbridge keeper status`.",
    )
}

/// All seats are taken.
pub(crate) fn keeper_full() -> Problem {
    Problem::new(
        Code::KeeperGone,
        "The keeper has as many callers as it can take.",
        "End one of the programs that talk to it, then try again.",
    )
}

/// What the keeper answered is not what this version understands.
pub(crate) fn unreadable_answer() -> Problem {
    Problem::new(
        Code::Internal,
        "The keeper's answer could not be understood; it may be of another version.",
        "Stop it with `drawbridge keeper stop`; the next command starts the right one.",
    )
}

/// The server of the local socket could not be set up.
pub(crate) fn socket_failed() -> Problem {
    Problem::new(
        Code::Internal,
        "The local socket could not be opened, so no command could reach the keeper.",
        "Look into the keeper's log; the folder of the socket has to belong to you and to nobody else.",
    )
}

/// This system has no local socket yet.
pub(crate) fn not_here() -> Problem {
    Problem::new(
        Code::Internal,
        "The keeper can't be reached from another program on this system yet.",
        "Use the desktop app.",
    )
}

/// A request that could not be read. Never repeats any part of it: it may hold a secret.
pub(crate) fn unreadable_request(what: &str) -> Problem {
    Problem::new(
        Code::InvalidInput,
        format!("The request could not be read: {what}."),
        "`GET /v1/openapi.json` describes every request.",
    )
}

/// A use case ended without an answer, which is a fault of ours.
pub(crate) fn broke_off() -> Problem {
    Problem::new(
        Code::Internal,
        "Something in the keeper went wrong, and it can't say how far it came.",
        "Look where things stand: `drawbridge vault doctor`.",
    )
}

/// No such route.
pub(crate) fn no_route() -> Problem {
    Problem::new(Code::NotFound, "There is nothing at that path.", "`GET /v1/openapi.json` describes every path.")
}
