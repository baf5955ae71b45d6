//! Who asks, and what is left of their budget of requests.
//!
//! Not here: how a refusal is worded, or a budget told.

use crate::forge::{State, grants::Token};
use drawbridge_domain::Timestamp;
use std::time::Duration;

/// A token as it was presented, and what is known of it.
pub(super) struct Entry {
    pub text: String,
    pub token: Token,
}

/// Why somebody is not let in.
pub(super) enum Refused {
    /// Nothing was presented.
    Stranger,
    /// It is not known, or has ended.
    Unknown,
    /// All that a token may ask in a span was asked.
    Spent(Token),
}

/// Lets somebody in by what they present. Budgets start anew after `span`.
pub(super) fn enter(
    state: &mut State,
    presented: Option<&str>,
    span: Duration,
    now: Timestamp,
) -> Result<Entry, Refused> {
    let text = presented.ok_or(Refused::Stranger)?.to_owned();
    let limit = state.rate_limit;
    let token = state.grants.token(&text, now).ok_or(Refused::Unknown)?;
    if now >= token.resets {
        (token.used, token.resets) = (0, now.plus(span));
    }
    let token = token.clone();
    if token.used >= limit { Err(Refused::Spent(token)) } else { Ok(Entry { text, token }) }
}

/// Takes one request off the budget; how many are used then.
pub(super) fn charge(state: &mut State, entry: &Entry, now: Timestamp) -> u32 {
    let used = entry.token.used + 1;
    if let Some(token) = state.grants.token(&entry.text, now) {
        token.used = used;
    }
    used
}
