//! Turns at hosts: how many pieces of one kind of work go on at one host at once, whoever asked for them.
//!
//! Not here: how many requests go out for an account (`drawbridge_http::Budget`).

use crate::open::Open;
use drawbridge_domain::HostId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many turns at each host.
#[derive(Default)]
pub(crate) struct HostTurns<const AT_ONCE: usize> {
    hosts: Mutex<HashMap<HostId, Arc<Semaphore>>>,
}

/// Given back when it is dropped.
pub(crate) struct HostTurn {
    // None of the semaphores is ever closed.
    _permit: Option<OwnedSemaphorePermit>,
}

impl<const AT_ONCE: usize> HostTurns<AT_ONCE> {
    /// Waits for a turn at a host; first come, first served.
    pub(crate) async fn take(&self, host: &HostId) -> HostTurn {
        let new = || Arc::new(Semaphore::new(AT_ONCE));
        let turns = Open::with(&self.hosts, |hosts| Arc::clone(hosts.entry(host.clone()).or_insert_with(new)));
        HostTurn { _permit: turns.acquire_owned().await.ok() }
    }
}
