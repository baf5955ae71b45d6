//! Where the keeper sits: commands and links wait here until it has started.
//!
//! Not here: starting it (`lifecycle.rs`).

use crate::words;
use drawbridge_keeper::{Keeper, Problem};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// Longer than the slowest start: a handover takes ten seconds at most, the keychain a few more.
const PATIENCE: Duration = Duration::from_secs(40);

/// How far the keeper's start is.
#[derive(Clone)]
enum Occupied {
    Starting,
    Ready(Arc<Keeper>),
    Failed(Problem),
}

/// The keeper, once it is there.
pub struct Seat(watch::Sender<Occupied>);

impl Default for Seat {
    fn default() -> Self {
        Self(watch::Sender::new(Occupied::Starting))
    }
}

impl Seat {
    /// The keeper has started.
    pub fn take(&self, keeper: Arc<Keeper>) {
        self.0.send_replace(Occupied::Ready(keeper));
    }

    /// The keeper could not start; every command answers with the reason.
    pub fn fail(&self, problem: Problem) {
        self.0.send_replace(Occupied::Failed(problem));
    }

    /// The keeper, if it is there already.
    pub fn keeper_now(&self) -> Option<Arc<Keeper>> {
        match &*self.0.borrow() {
            Occupied::Ready(keeper) => Some(Arc::clone(keeper)),
            Occupied::Starting | Occupied::Failed(_) => None,
        }
    }

    /// The keeper, as soon as it is there.
    pub async fn keeper(&self) -> Result<Arc<Keeper>, Problem> {
        let mut seen = self.0.subscribe();
        let settled = seen.wait_for(|seat| !matches!(seat, Occupied::Starting));
        match tokio::time::timeout(PATIENCE, settled).await {
            Ok(Ok(seat)) => match &*seat {
                Occupied::Ready(keeper) => Ok(Arc::clone(keeper)),
                Occupied::Failed(problem) => Err(problem.clone()),
                Occupied::Starting => Err(words::starting_too_slow()),
            },
            Ok(Err(_)) | Err(_) => Err(words::starting_too_slow()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seat;
    use crate::words;
    use std::sync::Arc;

    #[tokio::test]
    async fn who_asked_before_the_start_learns_why_it_failed() {
        let seat = Arc::new(Seat::default());
        let asking = tokio::spawn({
            let seat = Arc::clone(&seat);
            async move { seat.keeper().await.map(|_| ()) }
        });
        // It waits: there is nothing to answer yet.
        tokio::task::yield_now().await;
        assert!(!asking.is_finished() && seat.keeper_now().is_none());
        seat.fail(words::keeper_ended());
        assert_eq!(asking.await.expect("no panic"), Err(words::keeper_ended()), "the early one is told");
        assert_eq!(seat.keeper().await.map(|_| ()), Err(words::keeper_ended()), "and so is everybody after");
    }
}
