//! Locks the vault when nobody used Drawbridge for the time that is set.
//!
//! "Used" is what a person does through a front; background work does not count. Not here: sleep
//! and screen locks of the computer.

use crate::{Keeper, dto::LockCause, open::Open, settings::settings_of};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

/// The least time between two looks, so that an idle app stays idle.
const LOOK_MIN: Duration = Duration::from_secs(60);
const LOOK_MOST: Duration = Duration::from_secs(15 * 60);

impl Keeper {
    /// Somebody uses Drawbridge: fronts call it for what a person does.
    pub fn touch(&self) {
        *self.used_at.lock().unwrap_or_else(PoisonError::into_inner) = self.parts.clock.now();
    }

    pub(crate) fn start_idle_lock(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            loop {
                let next = keeper.idle_left(&work).await;
                if next.is_zero() {
                    // Not from within: locking waits for this task. Stopping waits for that one.
                    let locks = Arc::clone(&keeper);
                    keeper.tasks.spawn(async move { locks.lock_for(LockCause::Idle).await });
                    return;
                }
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = work.settings_changed.notified() => {}
                    () = tokio::time::sleep(next.clamp(LOOK_MIN, LOOK_MOST)) => {}
                }
            }
        });
    }

    /// How long until the vault locks; zero if it is time.
    async fn idle_left(&self, open: &Open) -> Duration {
        let minutes = settings_of(open).await.map_or(0, |settings| settings.lock_after_idle_minutes);
        if minutes == 0 {
            return LOOK_MOST;
        }
        // Nothing long is cut short: a backup, a look through everything, accounts that move.
        if open.chore.try_lock().is_err() {
            return LOOK_MIN;
        }
        let used = *self.used_at.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = self.parts.clock.now().since(used);
        Duration::from_secs(u64::from(minutes) * 60).saturating_sub(idle)
    }
}
