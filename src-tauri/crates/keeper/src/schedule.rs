//! The background schedule: one task per open vault that starts each account's sync when it is due.
//!
//! When that is follows from one look at an account and its circumstances ([`plan`]), which is also what is
//! shown. Intervals are jittered, failures back off, and what is due at once, as after a sleep, starts one
//! after the other. Without a network, or over one that costs by use, nothing is started unasked. Paused
//! while locked: the task ends. Not here: the sync itself.

use crate::{
    Answer, Keeper, access,
    dto::{NextBecause, NextSync, SetSyncInterval, Settings, Tag},
    open::Open,
    settings::{check_interval, settings_of},
    words,
};
use drawbridge_domain::{AccountId, Health, Random, Timestamp};
use drawbridge_store::AccountRow;
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, PoisonError},
    time::Duration,
};

/// The schedule looks at least this rarely: a computer that slept may not say so.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// And at most this often, so that an idle app stays idle.
const LOOK_MIN: Duration = Duration::from_mins(1);
/// Accounts that are due at once start this far apart, and up to twice as far.
const STAGGER: Duration = Duration::from_secs(2);
/// When the clock went so much further than was to be waited at most, the computer slept.
const SLEPT: Duration = Duration::from_mins(1);
const BACK_OFF: [u64; 5] = [2, 5, 10, 20, 30];
/// The setting that holds the minutes of accounts that have their own.
const INTERVALS: &str = "sync_intervals";

/// What the computer says about its network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Network {
    /// There is none.
    pub away: bool,
    /// It costs by use.
    pub metered: bool,
    /// When it came back.
    pub back_at: Option<Timestamp>,
}

type Intervals = BTreeMap<AccountId, u32>;

/// What all accounts' next looks depend on.
struct Circumstances {
    now: Timestamp,
    settings: Settings,
    intervals: Intervals,
    network: Network,
}

/// What one account's next look depends on beside its row.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    /// Or being disconnected: there is nothing to be planned.
    running: bool,
    /// When it last failed.
    failed_at: Option<Timestamp>,
    /// Until when its host asked to wait.
    host_waits_until: Option<Timestamp>,
}

/// When an account is looked at next by itself, if time alone decides that, and why.
fn plan(account: &AccountRow, own: Own, all: &Circumstances) -> (Option<Timestamp>, NextBecause) {
    if own.running {
        return (None, NextBecause::Running);
    }
    if account.health == Health::NeedsYou {
        return (None, NextBecause::NeedsYou);
    }
    let minutes = all.intervals.get(&account.id).copied().unwrap_or(all.settings.sync_every_minutes);
    let interval = Duration::from_secs(u64::from(minutes) * 60);
    let unreached = matches!(account.health_cause.as_str(), "unreachable" | "interposed");
    let (at, because) = match (account.next_try_at, account.synced_at) {
        (Some(at), _) => match all.network.back_at {
            // What failed for want of a network does not sit out its pause once there is one.
            Some(back) if unreached && own.failed_at.is_none_or(|failed| failed < back) => {
                (at.min(back), NextBecause::Failed)
            }
            _ if account.health_cause == "limited" => (at, NextBecause::Limited),
            _ => (at, NextBecause::Failed),
        },
        (None, None) => (all.now, NextBecause::Interval),
        (None, Some(_)) if interval.is_zero() => return (None, NextBecause::ByHand),
        (None, Some(synced)) => (synced.plus(jittered(interval, &account.id)), NextBecause::Interval),
    };
    // A clock that was ahead left times that would be waited for until it gets there.
    let set_back = account.synced_at.is_some_and(|synced| synced > all.now)
        || account.next_try_at.is_some_and(|_| at > all.now && !access::waits(at, all.now));
    let at = if set_back { all.now } else { at };
    if all.network.away {
        return (None, NextBecause::Offline);
    }
    if all.network.metered && !all.settings.sync_on_metered {
        return (None, NextBecause::Metered);
    }
    match own.host_waits_until {
        Some(until) if until > at => (Some(until), NextBecause::Limited),
        _ => (Some(at), because),
    }
}

impl Keeper {
    /// Sets how often one account is looked at.
    pub async fn set_sync_interval(&self, id: AccountId, request: SetSyncInterval) -> Answer<NextSync> {
        let open = self.opened().await?;
        if let Some(minutes) = request.every_minutes {
            check_interval(minutes)?;
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        let accounts = write.accounts().await.map_err(words::store)?;
        if !accounts.iter().any(|account| account.id == id) {
            return Err(words::not_found("account with that id"));
        }
        let mut intervals: Intervals = write.setting(INTERVALS).await.map_err(words::store)?.unwrap_or_default();
        // Accounts that are gone leave no setting behind.
        intervals.retain(|known, _| accounts.iter().any(|account| account.id == *known));
        match request.every_minutes {
            Some(minutes) => drop(intervals.insert(id.clone(), minutes)),
            None => drop(intervals.remove(&id)),
        }
        write.set_setting(INTERVALS, &intervals).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        open.wake.notify_one();
        self.changed(&[Tag::Activity]);
        let next = self.next_syncs(&open).await?;
        next.into_iter().find(|next| next.account == id).ok_or_else(words::nothing_listed)
    }

    /// When each account is looked at next by itself.
    pub(crate) async fn next_syncs(&self, open: &Open) -> Answer<Vec<NextSync>> {
        let (all, accounts) = self.circumstances(open).await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        drop(session);
        let shown = accounts.iter().filter_map(|account| {
            let host = hosts.iter().find(|host| host.id == account.host)?;
            let provider = self.known(&host.provider).ok().filter(|provider| provider.forge().is_some())?;
            let own = self.own(open, &account.id, all.now);
            let (at, because) = plan(account, own, &all);
            let standing = self.budget(&account.id, &provider).standing();
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            Some(NextSync {
                account: account.id.clone(),
                login: account.identity.login.clone(),
                host_label: host.base_url.label().to_owned(),
                at,
                because,
                every_minutes: all.intervals.get(&account.id).copied(),
                host_waits_until: own.host_waits_until,
                at_once: count(standing.at_once),
                at_once_most: count(standing.most),
            })
        });
        Ok(shown.collect())
    }

    async fn circumstances(&self, open: &Open) -> Answer<(Circumstances, Vec<AccountRow>)> {
        let settings = settings_of(open).await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let intervals = session.setting(INTERVALS).await.map_err(words::store)?.unwrap_or_default();
        let accounts = session.accounts().await.map_err(words::store)?;
        let network = *self.network.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((Circumstances { now: self.parts.clock.now(), settings, intervals, network }, accounts))
    }

    fn own(&self, open: &Open, id: &AccountId, now: Timestamp) -> Own {
        let budget = Open::with(&self.budgets, |all| all.get(id).cloned());
        Own {
            running: Open::with(&open.syncs, |syncs| syncs.contains_key(id)) || open.is_leaving(id),
            failed_at: Open::with(&open.failures, |all| all.get(id).map(|(_, at)| *at)),
            host_waits_until: budget.and_then(|budget| budget.standing().wait).map(|wait| now.plus(wait)),
        }
    }

    /// Starts the schedule of a vault that was just opened.
    pub(crate) fn start_schedule(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            let mut slept = false;
            loop {
                let next = tokio::select! {
                    next = keeper.start_due(&work, slept) => next,
                    () = cancel.cancelled() => return,
                };
                let next = next.unwrap_or_else(|problem| {
                    tracing::warn!(code = ?problem.code, "the schedule could not be read");
                    LOOK_EVERY
                });
                let began = keeper.parts.clock.now();
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = work.wake.notified() => {}
                    () = tokio::time::sleep(next) => {}
                }
                let now = keeper.parts.clock.now();
                let unwaited = now.since(began).saturating_sub(next);
                slept = unwaited >= SLEPT;
                Open::with(&keeper.budgets, |all| all.values().for_each(|budget| budget.note_time(now)));
            }
        });
    }

    /// Starts what is due, what waited longest first; says how long until the next look.
    async fn start_due(self: &Arc<Self>, open: &Arc<Open>, slept: bool) -> Answer<Duration> {
        let mut started = HashSet::new();
        // Who just woke has no network yet, and is not the only one that woke.
        let mut pause = slept;
        loop {
            let (all, accounts) = self.circumstances(open).await?;
            let planned = accounts.iter().filter(|account| !started.contains(&account.id)).filter_map(|account| {
                let at = plan(account, self.own(open, &account.id, all.now), &all).0?;
                Some((at, &account.id))
            });
            let Some((at, id)) = planned.min() else { break };
            if at > all.now {
                return Ok(at.since(all.now).clamp(LOOK_MIN, if started.is_empty() { LOOK_EVERY } else { LOOK_MIN }));
            }
            if pause {
                let random = &*self.parts.random;
                tokio::time::sleep(STAGGER + spread(STAGGER * 8, random)).await;
                pause = false;
                // Somebody may have asked for it meanwhile, or the network be gone.
                continue;
            }
            started.insert(id.clone());
            self.request_sync(open, id);
            pause = true;
        }
        Ok(if started.is_empty() { LOOK_EVERY } else { LOOK_MIN })
    }

    /// When an account that just failed is tried again: longer each time, with jitter.
    pub(crate) fn next_try(&self, open: &Open, account: &AccountId, at_least: Duration) -> Timestamp {
        let now = self.parts.clock.now();
        let failures = Open::with(&open.failures, |all| {
            let (count, at) = all.entry(account.clone()).or_insert((0, now));
            (*count, *at) = (count.saturating_add(1), now);
            *count
        });
        let step = usize::try_from(failures).unwrap_or(usize::MAX).min(BACK_OFF.len()) - 1;
        let wait = Duration::from_secs(BACK_OFF[step] * 60).max(at_least);
        now.plus(wait + spread(wait, &*self.parts.random))
    }

    /// Takes in what the computer says about its network.
    pub(crate) async fn heed_network(&self, away: bool, metered: bool) {
        let now = self.parts.clock.now();
        Open::with(&self.network, |network| {
            let back_at = if network.away && !away { Some(now) } else { network.back_at };
            *network = Network { away, metered, back_at };
        });
        if let Some(open) = self.open.read().await.as_ref() {
            open.wake.notify_one();
        }
        self.changed(&[Tag::Activity]);
    }

    /// A host was reached: there is a network, whatever the computer says.
    pub(crate) fn network_is_there(&self) {
        Open::with(&self.network, |network| network.away = false);
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
    use drawbridge_domain::{HostId, Identity, SystemRandom};

    #[test]
    fn intervals_stay_near_themselves() {
        let hour = Duration::from_secs(3600);
        for text in ["aaaaaaaaaaaaaaaa", "zzzzzzzzzzzzzzzz", "abcdefghjkmnpqrs"] {
            let id: AccountId = text.parse().expect("an id");
            let at = jittered(hour, &id);
            assert!(at >= hour * 7 / 8 && at <= hour * 9 / 8, "{at:?} is within an eighth of an hour");
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    fn now() -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn account() -> AccountRow {
        AccountRow {
            id: "aaaaaaaaaaaaaaaa".parse().expect("an id"),
            host: HostId::random(&SystemRandom),
            identity: Identity { subject: "1".into(), login: "octo".into(), name: None, email: None },
            label: None,
            swatch: 1,
            connected_at: now(),
            health: Health::Working,
            health_cause: String::new(),
            health_since: now(),
            next_try_at: None,
            synced_at: Some(now()),
            listed_at: None,
            repositories: 0,
        }
    }

    fn all() -> Circumstances {
        Circumstances {
            now: now(),
            settings: Settings::default(),
            intervals: Intervals::new(),
            network: Network::default(),
        }
    }

    #[test]
    fn the_interval_of_an_account_comes_before_that_of_all() {
        let account = account();
        let mut all = all();
        let usual = jittered(MINUTE * 30, &account.id);
        assert_eq!(plan(&account, Own::default(), &all), (Some(now().plus(usual)), NextBecause::Interval));
        all.intervals.insert(account.id.clone(), 60);
        assert_eq!(plan(&account, Own::default(), &all).0, Some(now().plus(usual * 2)));
        all.intervals.insert(account.id.clone(), 0);
        assert_eq!(plan(&account, Own::default(), &all), (None, NextBecause::ByHand));
        all.intervals.clear();
        all.settings.sync_every_minutes = 0;
        assert_eq!(plan(&account, Own::default(), &all), (None, NextBecause::ByHand));
    }

    #[test]
    fn times_of_a_clock_that_was_ahead_are_not_waited_for() {
        let ahead = now().plus(MINUTE * 60 * 24 * 40);
        let looked = AccountRow { synced_at: Some(ahead), ..account() };
        assert_eq!(plan(&looked, Own::default(), &all()).0, Some(now()));
        let failed = AccountRow { next_try_at: Some(ahead), ..account() };
        assert_eq!(plan(&failed, Own::default(), &all()).0, Some(now()));
    }

    #[test]
    fn without_a_network_or_over_a_dear_one_nothing_is_due() {
        let never = AccountRow { synced_at: None, ..account() };
        let mut all = all();
        assert_eq!(plan(&never, Own::default(), &all), (Some(now()), NextBecause::Interval));
        all.network.metered = true;
        assert_eq!(plan(&never, Own::default(), &all), (None, NextBecause::Metered));
        all.settings.sync_on_metered = true;
        assert_eq!(plan(&never, Own::default(), &all).0, Some(now()));
        all.network.away = true;
        assert_eq!(plan(&never, Own::default(), &all), (None, NextBecause::Offline));
        let ended = AccountRow { health: Health::NeedsYou, ..never };
        assert_eq!(plan(&ended, Own::default(), &all), (None, NextBecause::NeedsYou));
    }

    #[test]
    fn a_pause_for_want_of_a_network_ends_with_the_want() {
        let failed = AccountRow {
            health: Health::TryingAgain,
            health_cause: "unreachable".into(),
            next_try_at: Some(now().plus(MINUTE * 20)),
            ..account()
        };
        let own = Own { failed_at: Some(now()), ..Own::default() };
        let mut all = all();
        assert_eq!(plan(&failed, own, &all), (Some(now().plus(MINUTE * 20)), NextBecause::Failed));
        all.network.back_at = Some(now().plus(MINUTE));
        assert_eq!(plan(&failed, own, &all).0, Some(now().plus(MINUTE)));
        let since = Own { failed_at: Some(now().plus(MINUTE * 2)), ..own };
        assert_eq!(plan(&failed, since, &all).0, Some(now().plus(MINUTE * 20)), "it failed again with a network");
        let limited = AccountRow { health_cause: "limited".into(), ..failed };
        assert_eq!(plan(&limited, own, &all), (Some(now().plus(MINUTE * 20)), NextBecause::Limited));
    }

    #[test]
    fn a_host_that_wants_to_be_left_alone_is() {
        let account = account();
        let far = now().plus(MINUTE * 55);
        let own = Own { host_waits_until: Some(far), ..Own::default() };
        assert_eq!(plan(&account, own, &all()), (Some(far), NextBecause::Limited));
        let near = Own { host_waits_until: Some(now().plus(MINUTE)), ..own };
        assert_eq!(plan(&account, near, &all()).1, NextBecause::Interval, "over long before its turn");
    }
}
