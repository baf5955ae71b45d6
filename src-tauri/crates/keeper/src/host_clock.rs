//! The clocks of hosts beside ours: what a host issues lives by the host's time (RFC 9110 §6.6.1), so the
//! times of a credential are the host's, and ours is put right before it is held against them.
//!
//! Not here: what follows from a time.

use crate::{Answer, open::Open, words};
use drawbridge_domain::{HostId, Timestamp};
use drawbridge_store::{CredentialFacts, HostRow};
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::Duration,
};

/// Less is not told from the way there, and changes nothing.
const SAME: Duration = Duration::from_secs(60);
/// From here on a person is told.
const WRONG: Duration = Duration::from_secs(5 * 60);

fn shifted(at: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(at.as_millis().saturating_add(millis))
}

/// The host's time at a time of ours.
pub(crate) fn by_theirs(host: &HostRow, ours: Timestamp) -> Timestamp {
    shifted(ours, host.clock_ahead_ms.saturating_neg())
}

/// Our time at a time of the host's.
pub(crate) fn by_ours(host: &HostRow, theirs: Timestamp) -> Timestamp {
    shifted(theirs, host.clock_ahead_ms)
}

/// An answer that carries the host's own time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    /// When it was asked for, by our clock.
    pub asked: Timestamp,
    /// When it was here, by our clock.
    pub came: Timestamp,
    /// The host's time, if it said.
    pub date: Option<Timestamp>,
}

impl Answered {
    /// By how many milliseconds our clock is surely ahead of the host's: none if the host's time lies
    /// between question and answer, however long that took.
    pub(crate) fn clock_ahead_ms(self) -> i64 {
        let Some(date) = self.date else { return 0 };
        // Dates are in whole seconds.
        let least = self.asked.as_millis().saturating_sub(date.as_millis()).saturating_sub(1000);
        let most = self.came.as_millis().saturating_sub(date.as_millis());
        let ahead = if least > 0 { least } else { most.min(0) };
        if Duration::from_millis(ahead.unsigned_abs()) < SAME { 0 } else { ahead }
    }

    /// The host's time when it issued what came.
    pub(crate) fn issued(self) -> Timestamp {
        let ahead = self.clock_ahead_ms().saturating_neg();
        let (asked, came) = (shifted(self.asked, ahead), shifted(self.came, ahead));
        // Never before it was asked for.
        self.date.unwrap_or(came).max(asked).min(came.max(asked))
    }
}

/// Keeps how far our clock is ahead of a host's, if that changed.
pub(crate) async fn note(open: &Open, host: &HostId, before_ms: i64, now_ms: i64) -> Answer<()> {
    let same = now_ms.abs_diff(before_ms) < u64::try_from(SAME.as_millis()).unwrap_or(u64::MAX);
    if same && (now_ms == 0) == (before_ms == 0) {
        return Ok(());
    }
    let mut write = open.store.write().await.map_err(words::store)?;
    write.set_clock_ahead(host, now_ms).await.map_err(words::store)?;
    write.commit().await.map_err(words::store)
}

/// That the clocks differ by more than five minutes, in words.
pub(crate) fn warning(host: &HostRow) -> Option<String> {
    let off = Duration::from_millis(host.clock_ahead_ms.unsigned_abs());
    if off <= WRONG {
        return None;
    }
    Some(words::clock_differs(host.base_url.label(), off, host.clock_ahead_ms > 0))
}

/// A number from 0 to below 1 that stays the same until a credential is renewed: it spreads what many
/// would do at the same moment.
#[expect(clippy::cast_precision_loss, reason = "a spread needs no more than 53 bits")]
pub(crate) fn spread(facts: &CredentialFacts) -> f64 {
    let mut hasher = DefaultHasher::new();
    (facts.account.as_str(), facts.issued_at.as_millis()).hash(&mut hasher);
    (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(asked: i64, came: i64, date: i64) -> Answered {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        Answered { asked: at(asked), came: at(came), date: Some(at(date)) }
    }

    #[test]
    fn only_a_time_that_lies_outside_says_that_a_clock_is_wrong() {
        for (asked, came, date, ahead, issued) in [
            (1000, 1001, 1000, 0, 1000),
            // The computer slept while the answer was under way: it lives from when it was issued.
            (1000, 9000, 1001, 0, 1001),
            (1000, 1001, 970, 0, 1000),
            (100_000, 100_001, 1000, 98_999, 1001),
            (1000, 1001, 100_000, -98_999, 100_000),
        ] {
            let answered = answered(asked, came, date);
            assert_eq!(answered.clock_ahead_ms(), ahead * 1000, "{answered:?}");
            assert_eq!(answered.issued(), Timestamp::from_millis(issued * 1000), "{answered:?}");
        }
    }
}
