//! What one account may ask of its host: how many requests at once, and none while the host asks to wait.
//!
//! Everything that works for an account sends through the same budget (`Client::within`), so a limit that
//! one of them meets holds for all. A question that a person waits for goes before work in the background,
//! which also leaves the last of a budget that the host counts. Nothing is slept through here: whoever asks
//! during a pause is told how long it lasts. Not here: reading the headers (`limits`), and which account has
//! which budget.

use crate::{Error, Response};
use drawbridge_domain::Timestamp;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::oneshot, time::Instant};

/// In this time without a limit, one request more goes out at once again.
const RECOVERS_IN: Duration = Duration::from_secs(30);
/// Work in the background leaves one in so many of a counted budget.
const RESERVE: u64 = 50;
/// Nobody stands in line for longer: each request before has a time limit of its own.
const LONGEST_LINE: Duration = Duration::from_mins(5);
/// When the clock went so much further than who was awake saw, the computer slept.
const SLEPT: Duration = Duration::from_mins(1);
/// More than this in line is a fault of who asks.
const LINE_MOST: usize = 1000;

/// Who waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// A person, now.
    Person,
    /// Nobody in particular.
    Background,
}

/// One account's budget at its host.
#[derive(Debug)]
pub struct Budget {
    state: Mutex<State>,
}

/// How a budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many requests go out at once now.
    pub at_once: usize,
    /// How many do where no limit was met lately.
    pub most: usize,
    /// How many are under way.
    pub under_way: usize,
    /// How many stand in line.
    pub in_line: usize,
    /// How many more the host takes before its budget starts anew, if it counts.
    pub remaining: Option<u64>,
    /// For how long the host asked to wait.
    pub wait: Option<Duration>,
}

#[derive(Debug)]
struct State {
    most: usize,
    at_once: usize,
    /// When `at_once` was last changed.
    changed: Instant,
    under_way: usize,
    people: VecDeque<oneshot::Sender<Permit>>,
    background: VecDeque<oneshot::Sender<Permit>>,
    /// Until when all wait.
    pause: Option<Instant>,
    /// When the computer was last known to be awake, by the clock and by what stands still in its sleep.
    awake: Option<(Timestamp, Instant)>,
    /// What is left of what the host counts apart, by name; the unnamed one is everything else.
    counted: HashMap<Option<&'static str>, Counted>,
}

#[derive(Debug, Clone, Copy)]
struct Counted {
    remaining: u64,
    reserve: u64,
    resets: Instant,
    heard: Instant,
}

/// One request's place among those under way, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    budget: Option<Arc<Budget>>,
    given: Instant,
}

impl Permit {
    fn new(budget: &Arc<Budget>) -> Self {
        Self { budget: Some(Arc::clone(budget)), given: Instant::now() }
    }

    /// Takes in what the answer to this one's request says about limits.
    pub(crate) fn note(&self, answer: &Response, apart: Option<&'static str>) {
        if let Some(budget) = &self.budget {
            budget.note(answer, apart, self.given);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(budget) = self.budget.take() else { return };
        let mut state = budget.state();
        state.under_way = state.under_way.saturating_sub(1);
        budget.hand_out(&mut state);
    }
}

impl Budget {
    /// A budget of so many requests at once; at least one.
    pub fn new(most: usize) -> Arc<Self> {
        let most = most.max(1);
        let state = State {
            most,
            at_once: most,
            changed: Instant::now(),
            under_way: 0,
            people: VecDeque::new(),
            background: VecDeque::new(),
            pause: None,
            awake: None,
            counted: HashMap::new(),
        };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// How it stands now.
    pub fn standing(&self) -> Standing {
        let mut state = self.state();
        let now = Instant::now();
        state.recover(now);
        let counted = state.counted.get(&None).filter(|counted| counted.resets > now);
        Standing {
            at_once: state.at_once,
            most: state.most,
            under_way: state.under_way,
            in_line: state.people.len() + state.background.len(),
            remaining: counted.map(|counted| counted.remaining),
            wait: state.wait(Urgency::Background, None, now),
        }
    }

    /// What the clock says now. It goes on while the computer sleeps, as a host's limits do, and what waits
    /// here are measured by stands still: who looks tells the time, before a request and now and then.
    pub fn note_time(&self, clock: Timestamp) {
        let now = Instant::now();
        let before = self.state().awake.replace((clock, now));
        let Some((clock_then, then)) = before else { return };
        let slept = clock.since(clock_then).saturating_sub(now - then);
        if slept >= SLEPT {
            tracing::debug!(seconds = slept.as_secs(), "the computer slept");
            self.slept(slept);
        }
    }

    /// The computer slept for so long: what the host asked to wait went by meanwhile.
    fn slept(&self, time: Duration) {
        let mut state = self.state();
        let earlier = |at: Instant| at.checked_sub(time).unwrap_or_else(Instant::now);
        state.pause = state.pause.map(earlier);
        state.changed = earlier(state.changed);
        for counted in state.counted.values_mut() {
            counted.resets = earlier(counted.resets);
        }
    }

    /// A place among those under way, when it is this one's turn.
    pub(crate) async fn permit(
        self: &Arc<Self>,
        urgency: Urgency,
        apart: Option<&'static str>,
    ) -> Result<Permit, Error> {
        let turn = {
            let mut state = self.state();
            state.may_go(urgency, apart)?;
            let line_before = match urgency {
                Urgency::Person => state.people.len(),
                Urgency::Background => state.people.len() + state.background.len(),
            };
            if state.under_way < state.at_once && line_before == 0 {
                state.under_way += 1;
                return Ok(Permit::new(self));
            }
            if state.people.len() + state.background.len() >= LINE_MOST {
                return Err(Error::Crowded);
            }
            let (sender, turn) = oneshot::channel();
            match urgency {
                Urgency::Person => state.people.push_back(sender),
                Urgency::Background => state.background.push_back(sender),
            }
            turn
        };
        let permit = tokio::time::timeout(LONGEST_LINE, turn).await.map_err(|_| Error::Crowded)?;
        let permit = permit.map_err(|_| Error::Crowded)?;
        // The host may have asked to wait since.
        self.state().may_go(urgency, apart)?;
        Ok(permit)
    }

    /// Takes in what the answer to a request that was sent then says about limits.
    fn note(&self, answer: &Response, apart: Option<&'static str>, sent: Instant) {
        let mut state = self.state();
        let now = Instant::now();
        let quota = answer.quota();
        if let Some(quota) = quota
            && let Some(resets_in) = quota.resets_in
        {
            let counted = Counted {
                remaining: quota.remaining,
                reserve: quota.limit.unwrap_or(0) / RESERVE,
                resets: now + resets_in,
                heard: now,
            };
            // Answers overtake each other: one that was on its way already gives back nothing that is spent.
            let overtaken = state
                .counted
                .get(&apart)
                .is_some_and(|known| known.resets > now && sent < known.heard && known.remaining < counted.remaining);
            if !overtaken {
                state.counted.insert(apart, counted);
            }
        }
        let asked = if answer.status == 200 { answer.retry_after() } else { None };
        let Some(wait) = answer.limited().or(asked) else { return };
        // A budget that is spent says nothing about how many at once; it pauses by its own count.
        if quota.is_some_and(|quota| quota.remaining == 0 && quota.resets_in.is_some()) {
            return;
        }
        // Requests that were under way together are told off together; that counts once.
        if answer.limited().is_some() && state.pause.is_none_or(|until| until <= now) {
            state.recover(now);
            state.at_once = (state.at_once / 2).max(1);
            state.changed = now;
        }
        state.pause = Some(state.pause.map_or(now + wait, |until| until.max(now + wait)));
    }

    fn hand_out(self: &Arc<Self>, state: &mut State) {
        state.recover(Instant::now());
        while state.under_way < state.at_once {
            let Some(next) = state.people.pop_front().or_else(|| state.background.pop_front()) else { return };
            // One that is gone leaves its place to the next.
            match next.send(Permit::new(self)) {
                Ok(()) => state.under_way += 1,
                Err(mut unused) => unused.budget = None,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn may_go(&mut self, urgency: Urgency, apart: Option<&'static str>) -> Result<(), Error> {
        let now = Instant::now();
        self.recover(now);
        match self.wait(urgency, apart, now) {
            Some(wait) => Err(Error::Paused { wait }),
            None => Ok(()),
        }
    }

    fn wait(&self, urgency: Urgency, apart: Option<&'static str>, now: Instant) -> Option<Duration> {
        let spent = self.counted.get(&apart).filter(|counted| match urgency {
            Urgency::Person => counted.remaining == 0,
            Urgency::Background => counted.remaining <= counted.reserve,
        });
        let until = self.pause.into_iter().chain(spent.map(|counted| counted.resets)).max()?;
        // Never nothing: who is told to wait must not be back at once.
        (until > now).then(|| (until - now).max(Duration::from_millis(1)))
    }

    /// Back towards the full number, a step for each stretch of time without a limit.
    fn recover(&mut self, now: Instant) {
        while self.at_once < self.most && now.duration_since(self.changed) >= RECOVERS_IN {
            self.at_once += 1;
            self.changed += RECOVERS_IN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::SafeUrl;
    use http::{HeaderMap, HeaderValue};

    fn answer(status: u16, headers: &[(&'static str, &'static str)]) -> Response {
        let mut map = HeaderMap::new();
        map.insert("date", HeaderValue::from_static("Sun, 22 Nov 2026 04:10:53 GMT"));
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let url = SafeUrl::new(url::Url::parse("https://host/").expect("valid"));
        Response { status, headers: map, body: Vec::new(), url }
    }

    /// 04:20:53 of that day.
    const IN_TEN_MINUTES: &str = "1795321253";
    const TEN_MINUTES: Duration = Duration::from_mins(10);

    async fn wait(budget: &Arc<Budget>, urgency: Urgency, apart: Option<&'static str>) -> Option<Duration> {
        match budget.permit(urgency, apart).await {
            Ok(_) => None,
            Err(Error::Paused { wait }) => Some(in_seconds(wait)),
            Err(other) => panic!("{other}"),
        }
    }

    /// What is left of a wait that began just now.
    fn in_seconds(wait: Duration) -> Duration {
        Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }

    #[tokio::test]
    async fn never_more_at_once_and_people_first() {
        let budget = Budget::new(2);
        let first = budget.permit(Urgency::Background, None).await.expect("a place");
        let second = budget.permit(Urgency::Background, None).await.expect("a place");
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut asking = tokio::task::JoinSet::new();
        for (name, urgency) in
            [("page 3", Urgency::Background), ("page 4", Urgency::Background), ("question", Urgency::Person)]
        {
            let (budget, order) = (Arc::clone(&budget), Arc::clone(&order));
            asking.spawn(async move {
                let permit = budget.permit(urgency, None).await.expect("a place");
                order.lock().expect("no panic").push(name);
                drop(permit);
            });
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        assert_eq!((budget.standing().under_way, budget.standing().in_line), (2, 3));
        drop(first);
        while asking.join_next().await.is_some() {}
        drop(second);
        assert_eq!(*order.lock().expect("no panic"), ["question", "page 3", "page 4"]);
        assert_eq!((budget.standing().under_way, budget.standing().in_line), (0, 0), "every place is given back");
    }

    #[tokio::test]
    async fn who_gives_up_standing_in_line_leaves_its_place() {
        let budget = Budget::new(1);
        let first = budget.permit(Urgency::Background, None).await.expect("a place");
        let mut gone = Box::pin(budget.permit(Urgency::Person, None));
        assert!(futures_poll(&mut gone).await, "it stands in line");
        drop(gone);
        let later = {
            let budget = Arc::clone(&budget);
            tokio::spawn(async move { budget.permit(Urgency::Background, None).await.map(drop) })
        };
        tokio::task::yield_now().await;
        drop(first);
        later.await.expect("no panic").expect("the next one's turn came");
        assert_eq!(budget.standing().under_way, 0);
    }

    /// Whether a future waits after it was looked at once.
    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())
        })
        .await
    }

    #[tokio::test]
    async fn a_wish_to_wait_holds_for_all_and_fewer_go_out_at_once_for_a_while() {
        let budget = Budget::new(10);
        let limit = answer(429, &[("retry-after", "7")]);
        // Those that were under way together count once.
        budget.note(&limit, None, Instant::now());
        budget.note(&limit, None, Instant::now());
        for urgency in [Urgency::Person, Urgency::Background] {
            assert_eq!(wait(&budget, urgency, None).await, Some(Duration::from_secs(7)));
            assert_eq!(wait(&budget, urgency, Some("search")).await, Some(Duration::from_secs(7)));
        }
        assert_eq!(budget.standing().at_once, 5);
        assert_eq!(budget.standing().wait.map(in_seconds), Some(Duration::from_secs(7)));
        budget.slept(Duration::from_secs(7));
        assert_eq!(wait(&budget, Urgency::Background, None).await, None, "the wait is over");
        budget.note(&limit, None, Instant::now());
        assert_eq!(budget.standing().at_once, 2, "and again fewer");
        for _ in 0..20 {
            budget.note(&limit, None, Instant::now());
            budget.slept(Duration::from_secs(7));
        }
        assert_eq!(budget.standing().at_once, 1, "one always may");
        budget.slept(RECOVERS_IN * 3);
        assert_eq!(budget.standing().at_once, 4, "a step for each stretch without a limit");
        budget.slept(RECOVERS_IN * 30);
        assert_eq!(budget.standing().at_once, 10, "and no further than before");
    }

    #[tokio::test]
    async fn a_sleep_is_seen_by_the_clock_that_went_on() {
        let budget = Budget::new(10);
        let mut clock = Timestamp::from_millis(1_795_320_653_000);
        budget.note_time(clock);
        budget.note(&answer(429, &[("retry-after", "600")]), None, Instant::now());
        // Who sets a clock moves it a little; who sleeps, for long.
        for (by_clock, left) in [(50, 600), (50, 600), (100, 500), (0, 500), (499, 1), (61, 0)] {
            clock = clock.plus(Duration::from_secs(by_clock));
            budget.note_time(clock);
            let left = (left > 0).then(|| Duration::from_secs(left));
            assert_eq!(wait(&budget, Urgency::Background, None).await, left, "{by_clock} s by the clock");
        }
        budget.note_time(Timestamp::from_millis(0));
        assert_eq!(wait(&budget, Urgency::Background, None).await, None, "a clock that was set back is no sleep");
    }

    #[tokio::test]
    async fn the_last_of_a_counted_budget_is_for_people_and_none_is_asked_for_in_vain() {
        let budget = Budget::new(4);
        let left = |remaining| {
            answer(
                200,
                &[
                    ("x-ratelimit-limit", "5000"),
                    ("x-ratelimit-remaining", remaining),
                    ("x-ratelimit-reset", IN_TEN_MINUTES),
                ],
            )
        };
        budget.note(&left("101"), None, Instant::now());
        assert_eq!(wait(&budget, Urgency::Background, None).await, None);
        budget.note(&left("100"), None, Instant::now());
        assert_eq!(wait(&budget, Urgency::Background, None).await, Some(TEN_MINUTES));
        assert_eq!(wait(&budget, Urgency::Person, None).await, None);
        budget.note(&left("0"), None, Instant::now());
        assert_eq!(wait(&budget, Urgency::Person, None).await, Some(TEN_MINUTES));
        assert_eq!(budget.standing().at_once, 4, "a spent budget is no sign of too many at once");
        assert_eq!(wait(&budget, Urgency::Person, Some("search")).await, None, "what is counted apart is not spent");
        budget.slept(TEN_MINUTES);
        assert_eq!(wait(&budget, Urgency::Background, None).await, None, "the time went by in a sleep");
    }

    #[tokio::test]
    async fn an_answer_that_was_on_its_way_gives_back_nothing_that_is_spent() {
        let budget = Budget::new(4);
        let left =
            |remaining, resets| answer(200, &[("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", resets)]);
        let early = budget.permit(Urgency::Background, None).await.expect("a place");
        tokio::time::sleep(Duration::from_millis(1)).await;
        budget.permit(Urgency::Person, None).await.expect("a place").note(&left("0", IN_TEN_MINUTES), None);
        early.note(&left("4990", IN_TEN_MINUTES), None);
        assert_eq!(wait(&budget, Urgency::Person, None).await, Some(TEN_MINUTES), "it was counted before");
        // What is asked after that is heard, and so is an answer once the budget starts anew.
        budget.note(&left("1", IN_TEN_MINUTES), None, Instant::now());
        assert_eq!(wait(&budget, Urgency::Person, None).await, None);
        budget.note(&left("0", IN_TEN_MINUTES), None, Instant::now());
        budget.slept(TEN_MINUTES);
        early.note(&left("4999", IN_TEN_MINUTES), None);
        assert_eq!(budget.standing().remaining, Some(4999));
    }

    #[tokio::test]
    async fn what_is_counted_apart_pauses_alone() {
        let budget = Budget::new(4);
        let spent = answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", IN_TEN_MINUTES)]);
        budget.note(&spent, Some("search"), Instant::now());
        assert_eq!(wait(&budget, Urgency::Person, Some("search")).await, Some(TEN_MINUTES));
        assert_eq!(wait(&budget, Urgency::Background, None).await, None, "the listing goes on");
    }
}
