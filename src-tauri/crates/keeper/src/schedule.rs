//! The background schedule: one task per open vault that starts each account's sync when it is due.
//!
//! Paused while locked (the task ends) and while a host can't be reached (back-off). Intervals are
//! jittered, and what is due after a sleep starts one after the other. Not here: the sync itself.

use crate::{Answer, Keeper, open::Open, settings::settings_of, words};
use drawbridge_domain::{AccountId, Health, Random, Timestamp};
use std::{sync::Arc, time::Duration};

/// The scheduler looks at least this rarely, so that an idle app stays idle.
const LOOK_EVERY: Duration = Duration::from_secs(15 * 60);
/// And at most this often.
const LOOK_MIN: Duration = Duration::from_secs(60);
/// Accounts that are due at once start this far apart.
const STAGGER: Duration = Duration::from_secs(2);
const BACK_OFF: [u64; 5] = [2, 5, 10, 20, 30];

impl Keeper {
    /// Starts the schedule of a vault that was just opened.
    pub(crate) fn start_schedule(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            loop {
                let next = keeper.start_due(&work).await.unwrap_or_else(|problem| {
                    tracing::warn!(code = ?problem.code, "the schedule could not be read");
                    LOOK_EVERY
                });
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = work.wake.notified() => {}
                    () = tokio::time::sleep(next) => {}
                }
            }
        });
    }

    /// Starts what is due; says how long until the next look.
    async fn start_due(self: &Arc<Self>, open: &Arc<Open>) -> Answer<Duration> {
        let interval = Duration::from_secs(u64::from(settings_of(open).await?.sync_every_minutes) * 60);
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        drop(session);
        let now = self.parts.clock.now();
        let mut next = LOOK_EVERY;
        let mut started = 0_u32;
        for account in accounts {
            if account.health == Health::NeedsYou {
                continue;
            }
            let due = match (account.next_try_at, account.synced_at) {
                (Some(at), _) => at,
                (None, None) => now,
                (None, Some(_)) if interval.is_zero() => continue,
                (None, Some(synced)) => synced.plus(jittered(interval, &account.id)),
            };
            if due > now {
                next = next.min(due.since(now).max(LOOK_MIN));
                continue;
            }
            if started > 0 {
                tokio::select! {
                    () = open.cancel.cancelled() => return Ok(LOOK_EVERY),
                    () = tokio::time::sleep(STAGGER) => {}
                }
            }
            started += 1;
            self.request_sync(open, &account.id);
            next = next.min(LOOK_MIN);
        }
        Ok(next)
    }

    /// When an account that just failed is tried again: longer each time, with jitter.
    pub(crate) fn next_try(&self, open: &Open, account: &AccountId, at_least: Duration) -> Timestamp {
        let failures = Open::with(&open.failures, |all| {
            let count = all.entry(account.clone()).or_default();
            *count = count.saturating_add(1);
            *count
        });
        let step = usize::try_from(failures).unwrap_or(usize::MAX).min(BACK_OFF.len()) - 1;
        let wait = Duration::from_secs(BACK_OFF[step] * 60).max(at_least);
        self.parts.clock.now().plus(wait + spread(wait, &*self.parts.random))
    }
}

/// Up to an eighth on top, so that many programs do not ask at the same moment.
fn spread(wait: Duration, random: &dyn Random) -> Duration {
    let mut byte = [0];
    random.fill(&mut byte);
    wait * u32::from(byte[0]) / (8 * 255)
}

/// An interval between ⅞ and 9⁄8 of itself, the same for the same account, so that accounts drift apart.
fn jittered(interval: Duration, account: &AccountId) -> Duration {
    let sum: u32 = account.as_str().bytes().map(u32::from).sum();
    interval * (28 + sum % 9) / 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_stay_near_themselves() {
        let hour = Duration::from_secs(3600);
        for text in ["aaaaaaaaaaaaaaaa", "zzzzzzzzzzzzzzzz", "abcdefghjkmnpqrs"] {
            let id: AccountId = text.parse().expect("an id");
            let at = jittered(hour, &id);
            assert!(at >= hour * 7 / 8 && at <= hour * 9 / 8, "{at:?} is within an eighth of an hour");
        }
    }
}
