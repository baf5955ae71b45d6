//! Turns at hosts: how many pieces of one kind of work go on at one host at once, whoever asked for them.
//!
//! Not here: how many requests go out for an account (`drawbridge_http::Budget`).

use crate::open::Open;
use drawbridge_domain::HostId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
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

    /// As [`HostTurns::take`], for who does not wait for longer than this.
    pub(crate) async fn take_within(&self, host: &HostId, limit: Duration) -> Option<HostTurn> {
        tokio::time::timeout(limit, self.take(host)).await.ok()
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_in_vain_stops_and_leaves_the_line() {
        let turns = HostTurns::<2>::default();
        let (one, other): (HostId, HostId) =
            ("aaaaaaaaaaaaaaaa".parse().expect("an id"), "bbbbbbbbbbbbbbbb".parse().expect("an id"));
        let limit = Duration::from_millis(20);
        let kept = [turns.take(&one).await, turns.take(&one).await];
        assert!(turns.take_within(&one, limit).await.is_none(), "both hang on");
        assert!(turns.take_within(&other, limit).await.is_some(), "that is no other host's trouble");
        drop(kept);
        let kept = [turns.take_within(&one, limit).await, turns.take_within(&one, limit).await];
        assert!(kept.iter().all(Option::is_some), "who stopped waiting took no turn along");
    }
}
