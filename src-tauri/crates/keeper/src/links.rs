//! Who opens links of our scheme on this computer: what decides whether the answer of a browser can
//! come back by one.
//!
//! Not here: asking the system (the shell does, which registers them), reading a link.

use std::{sync::Arc, time::Duration};

/// Asking waits for other programs; one that hangs must not keep a person from signing in.
const PATIENCE: Duration = Duration::from_secs(3);

/// Who opens our links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    /// This program.
    Us,
    /// Another program, or none.
    Other,
    /// Nobody can tell.
    Unknown,
}

/// Somebody who knows.
pub trait Links: Send + Sync {
    /// Asks the system, now: another program may have taken the scheme since the last time.
    fn opener(&self) -> Opener;
}

/// For a keeper without a window: whoever opens our links hands them in, or nobody does.
#[derive(Debug, Clone, Copy)]
pub struct UnknownLinks;

impl Links for UnknownLinks {
    fn opener(&self) -> Opener {
        Opener::Unknown
    }
}

pub(crate) async fn opener(links: &Arc<dyn Links>) -> Opener {
    let links = Arc::clone(links);
    let asked = tokio::task::spawn_blocking(move || links.opener());
    tokio::time::timeout(PATIENCE, asked).await.ok().and_then(Result::ok).unwrap_or(Opener::Unknown)
}
