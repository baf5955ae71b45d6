//! What an answer says about the host's limits: how long to wait, and how much of a budget is left.
//!
//! Hosts tell it in `Retry-After` (RFC 9110 §10.2.3) and in headers that differ by a prefix alone. A time is
//! taken by the server's own clock: ours may be wrong. Not here: what follows from it (`budget`).

use crate::Response;
use drawbridge_domain::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// What is waited where a host limits requests without saying for how long.
pub const UNSAID_WAIT: Duration = Duration::from_mins(1);
/// Budgets start anew within an hour; a server's clock may be off by a little.
const LONGEST_RESET: Duration = Duration::from_hours(2);
const PREFIXES: [&str; 2] = ["x-ratelimit", "ratelimit"];

/// What is left of a host's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// So many requests more.
    pub remaining: u64,
    /// Of so many in all, if the host says so.
    pub limit: Option<u64>,
    /// Until it starts anew.
    pub resets_in: Option<Duration>,
}

impl Response {
    /// For how long a refusal (403 or 429) asks to wait; none if it is a plain one.
    pub fn limited(&self) -> Option<Duration> {
        if !matches!(self.status, 403 | 429) {
            return None;
        }
        let spent = self.quota().filter(|quota| quota.remaining == 0);
        let wait = if let Some(wait) = self.retry_after() {
            wait
        } else if let Some(quota) = spent {
            quota.resets_in.unwrap_or(UNSAID_WAIT)
        } else if self.status == 429 || self.speaks_of_a_limit() {
            UNSAID_WAIT
        } else {
            return None;
        };
        Some(wait.max(Duration::from_secs(1)))
    }

    /// What is left of the budget that this request was counted in.
    pub fn quota(&self) -> Option<Quota> {
        let told = |prefix: &str| -> Option<Quota> {
            let number = |name: &str| self.header(&format!("{prefix}-{name}"))?.trim().parse::<u64>().ok();
            let remaining = number("remaining")?;
            let resets_in = number("reset").and_then(|at| self.until(at));
            Some(Quota { remaining, limit: number("limit"), resets_in })
        };
        PREFIXES.into_iter().find_map(told)
    }

    fn until(&self, seconds: u64) -> Option<Duration> {
        let at = Timestamp::from_millis(i64::try_from(seconds).ok()?.checked_mul(1000)?);
        Some(at.since(self.date()?).min(LONGEST_RESET))
    }

    /// A limit can come without any header; then only the message tells it from a refusal.
    fn speaks_of_a_limit(&self) -> bool {
        #[derive(Deserialize)]
        struct Refusal {
            message: String,
        }
        self.json::<Refusal>().is_ok_and(|refusal| refusal.message.to_ascii_lowercase().contains("rate limit"))
    }
}
