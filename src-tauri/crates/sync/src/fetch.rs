//! Reading the pages of a listing: the first page says which others there are; those are asked for
//! at the same time. How many of them really go out at once is up to the account's budget, which all that
//! works for the account shares (`drawbridge_http::Budget`).
//!
//! What pages show is written while others are read, a good many rows at a time: a person sees them come, and a
//! run that is cut short is a step ahead all the same. Not here: what a reading is worth.

use crate::{
    Progress, Stage, SyncContext, SyncError,
    listing::{Answered, Halt, Reading},
    outcome::count,
    save,
};
use drawbridge_domain::Timestamp;
use drawbridge_providers::{ForgeError, PageKey, PageReply, StoredPage};
use drawbridge_store::Put;
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};
use tokio::time::Instant;

/// What is being written when a run is cancelled is waited for so long.
const KEEP_LIMIT: Duration = Duration::from_secs(5);
/// No host has that many; one that names more is not followed for ever.
const MAX_PAGES: usize = 20_000;
const MAX_ROWS: usize = 1_000_000;
/// A longer wait is not sat out: the run ends and comes back.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// All waits of a run together.
const LONGEST_WAITS: Duration = Duration::from_secs(10 * 60);
const MOST_WAITS: u32 = 20;
/// So many failing pages mean that the host fails, not a page.
const MAX_FAILED_PAGES: usize = 5;
/// Where so many times the rows that are written at once wait for it, no more is asked for: they would only fill
/// the memory.
const MOST_WAITING: usize = 20;

/// What a run asked and wrote so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub requests: u32,
    pub unmodified: u32,
    pub put: Put,
}

/// Which page, what it took to ask for it, and the answer.
type Reply = (PageKey, u32, Result<PageReply, ForgeError>);
type Kept = Result<Option<Put>, SyncError>;

/// Reads the whole listing, asking for remembered pages only if they changed. `known`: how many
/// repositories the account reached before, for the progress.
pub(crate) async fn read(
    context: &SyncContext<'_>,
    remembered: &HashMap<PageKey, StoredPage>,
    known: usize,
    tally: &mut Tally,
) -> Result<Reading, SyncError> {
    let mut reader = Reader::new(context, remembered, known, tally, true);
    reader.enqueue(&context.forge.first_page());
    reader.run().await?;
    Ok(reader.finish())
}

/// Reads these pages and none that they name, and writes nothing.
pub(crate) async fn read_only(
    context: &SyncContext<'_>,
    pages: &[PageKey],
    known: usize,
    tally: &mut Tally,
) -> Result<Reading, SyncError> {
    let nothing = HashMap::new();
    let mut reader = Reader::new(context, &nothing, known, tally, false);
    for page in pages {
        reader.enqueue(page);
    }
    reader.run().await?;
    Ok(reader.finish())
}

struct Reader<'a> {
    context: &'a SyncContext<'a>,
    remembered: &'a HashMap<PageKey, StoredPage>,
    known: usize,
    tally: &'a mut Tally,
    /// Whether this is the listing: pages that a page names are read too, and rows are written as they come.
    follows: bool,
    /// Every page that became known, with its place.
    order: HashMap<PageKey, usize>,
    queue: VecDeque<PageKey>,
    answered: HashMap<PageKey, Answered>,
    rows: usize,
    /// Pages with rows that are not written yet, and how many rows those are.
    unkept: Vec<PageKey>,
    unkept_rows: usize,
    /// Pages that could not be had, each tried once more when all others are there.
    failed: Vec<PageKey>,
    retried: bool,
    /// Those of them that may have been too much at once.
    slow: HashSet<PageKey>,
    at_once: usize,
    pause: Option<(Instant, Timestamp)>,
    waited: Duration,
    waits: u32,
    halt: Option<Halt>,
}

impl<'a> Reader<'a> {
    fn new(
        context: &'a SyncContext<'a>,
        remembered: &'a HashMap<PageKey, StoredPage>,
        known: usize,
        tally: &'a mut Tally,
        follows: bool,
    ) -> Self {
        Self {
            context,
            remembered,
            known,
            tally,
            follows,
            order: HashMap::new(),
            queue: VecDeque::new(),
            answered: HashMap::new(),
            rows: 0,
            unkept: Vec::new(),
            unkept_rows: 0,
            failed: Vec::new(),
            retried: false,
            slow: HashSet::new(),
            at_once: context.concurrency.max(1),
            pause: None,
            waited: Duration::ZERO,
            waits: 0,
            halt: None,
        }
    }

    async fn run(&mut self) -> Result<(), SyncError> {
        let mut asked: FuturesUnordered<BoxFuture<'a, Reply>> = FuturesUnordered::new();
        // One at a time: there is one that writes.
        let mut keeping: Option<BoxFuture<'a, Kept>> = None;
        while self.halt.is_none() {
            while self.pause.is_none() && asked.len() < self.at_once && !self.is_ahead() {
                let Some(key) = self.queue.pop_front() else { break };
                asked.push(self.ask(key));
            }
            if keeping.is_none() && self.follows && self.unkept_rows >= self.context.kept_at_once {
                keeping = Some(self.keep());
            }
            let nothing_left = self.queue.is_empty() || keeping.is_none();
            if asked.is_empty() && self.pause.is_none() && nothing_left {
                if self.retry_failed() {
                    continue;
                }
                break;
            }
            let pause = self.pause.map(|(until, _)| until);
            tokio::select! {
                biased;
                () = self.context.cancel.cancelled() => self.halt = Some(Halt::Interrupted),
                kept = ended(&mut keeping) => self.kept(kept?),
                Some((key, requests, reply)) = asked.next(), if !asked.is_empty() => {
                    self.tally.requests = self.tally.requests.saturating_add(requests);
                    self.take(key, reply);
                }
                () = tokio::time::sleep_until(pause.unwrap_or_else(Instant::now)), if pause.is_some() => {
                    self.pause = None;
                    self.tell(Stage::Reading);
                }
            }
        }
        if keeping.is_some() {
            // Also where it was cancelled: what is being written is given up before it is kept, or is kept and counted.
            let too_long = async {
                self.context.cancel.cancelled().await;
                tokio::time::sleep(KEEP_LIMIT).await;
            };
            tokio::select! {
                biased;
                kept = ended(&mut keeping) => self.kept(kept?),
                () = too_long => self.halt = Some(Halt::Interrupted),
            }
        }
        Ok(())
    }

    /// Whether far more was read than is written.
    fn is_ahead(&self) -> bool {
        self.follows && self.unkept_rows / MOST_WAITING >= self.context.kept_at_once
    }

    /// Takes what is not written yet, to be written.
    fn keep(&mut self) -> BoxFuture<'a, Kept> {
        let mut pages = Vec::with_capacity(self.unkept.len());
        for key in self.unkept.drain(..) {
            let place = self.order.get(&key).copied().unwrap_or(0);
            if let Some(answered) = self.answered.get_mut(&key) {
                answered.kept = true;
                let rows = std::mem::take(&mut answered.rows);
                let Answered { page, kept, partial, total, .. } = answered;
                pages.push((
                    place,
                    Answered { page: page.clone(), rows, kept: *kept, partial: *partial, total: *total },
                ));
            }
        }
        self.unkept_rows = 0;
        let context = self.context;
        async move { save::save(context, save::part(pages)).await }.boxed()
    }

    fn kept(&mut self, put: Option<Put>) {
        match put {
            Some(put) => self.tally.put = std::mem::take(&mut self.tally.put).and(put),
            None => self.halt = Some(Halt::Interrupted),
        }
        self.tell(Stage::Reading);
    }

    fn ask(&self, key: PageKey) -> BoxFuture<'a, Reply> {
        let (context, remembered) = (self.context, self.remembered);
        let part = self.slow.contains(&key).then(|| context.forge.first_part(&key)).flatten();
        async move {
            if let Some(part) = part {
                let (requests, reply) = in_parts(context, part).await;
                return (key, requests, reply);
            }
            let etag = remembered.get(&key).and_then(|page| page.etag.as_deref());
            let reply = context.forge.list_page(&context.api, &key, etag).await;
            (key, 1, reply)
        }
        .boxed()
    }

    /// Nothing is left to be asked: puts failed pages in line once more. False if this is the end.
    fn retry_failed(&mut self) -> bool {
        if self.failed.is_empty() {
            return false;
        }
        if self.retried || self.failed.len() >= MAX_FAILED_PAGES {
            let page = self.failed.iter().map(|key| self.place(key)).min().unwrap_or(0);
            self.halt = Some(self.stopped_at(page, false));
            return false;
        }
        self.retried = true;
        self.queue.extend(self.failed.drain(..));
        // Calmly: whatever made them fail may not like many at once.
        self.at_once = 1;
        true
    }

    fn take(&mut self, key: PageKey, reply: Result<PageReply, ForgeError>) {
        match reply {
            Ok(PageReply::Page { rows, etag, more, partial, total }) => {
                let forge_ids = rows.iter().map(|row| row.forge_id.clone()).collect();
                let page = StoredPage { key, etag, forge_ids, more };
                self.put(Answered { page, rows, kept: false, partial, total });
            }
            Ok(PageReply::Unmodified) => match self.remembered.get(&key).cloned() {
                Some(page) => {
                    self.tally.unmodified = self.tally.unmodified.saturating_add(1);
                    if let Some(beyond) = self.context.forge.page_beyond(&page).filter(|_| page.more.is_empty()) {
                        self.enqueue(&beyond);
                    }
                    self.put(Answered { page, rows: Vec::new(), kept: true, partial: false, total: None });
                }
                None => self.fail(key, &ForgeError::Malformed { what: "not modified, but nothing was remembered" }),
            },
            Err(ForgeError::RateLimited { wait }) => self.wait(key, wait),
            Err(error) => self.fail(key, &error),
        }
    }

    fn put(&mut self, answered: Answered) {
        if self.follows {
            for key in &answered.page.more {
                self.enqueue(key);
            }
        }
        self.rows = self.rows.saturating_add(answered.page.forge_ids.len());
        if self.rows > MAX_ROWS {
            self.halt = Some(Halt::TooLong);
        }
        if !answered.rows.is_empty() {
            self.unkept.push(answered.page.key.clone());
            self.unkept_rows = self.unkept_rows.saturating_add(answered.rows.len());
        }
        self.answered.insert(answered.page.key.clone(), answered);
        self.tell(Stage::Reading);
    }

    fn enqueue(&mut self, key: &PageKey) {
        if self.order.contains_key(key) {
            return;
        }
        if self.order.len() >= MAX_PAGES {
            self.halt = Some(Halt::TooLong);
            return;
        }
        self.order.insert(key.clone(), self.order.len());
        self.queue.push_back(key.clone());
    }

    fn fail(&mut self, key: PageKey, error: &ForgeError) {
        let page = self.place(&key);
        tracing::warn!(page = page + 1, error = error as &dyn std::error::Error, "a page was not had");
        match error {
            ForgeError::Unauthorized => self.halt = Some(Halt::Unauthorized),
            ForgeError::Unreachable(_) if self.answered.is_empty() => self.halt = Some(Halt::Unreachable),
            ForgeError::Interposed if self.answered.is_empty() => self.halt = Some(Halt::Interposed),
            ForgeError::Forbidden | ForgeError::SignOnFirst { .. } | ForgeError::NotApproved { .. } => {
                self.halt = Some(self.stopped_at(page, true));
            }
            // The first page always is; any other was named by a page read or remembered.
            ForgeError::NotFound if page > 0 => self.halt = Some(Halt::Moved),
            _ => {
                if matches!(error, ForgeError::Server { status: 502 | 504 } | ForgeError::Unreachable(_)) {
                    self.slow.insert(key.clone());
                }
                self.failed.push(key);
                if self.failed.len() >= MAX_FAILED_PAGES {
                    self.queue.clear();
                }
            }
        }
    }

    /// The host asks to wait: that page comes first afterwards.
    fn wait(&mut self, key: PageKey, wait: Duration) {
        let mut chance = [0_u8; 1];
        self.context.random.fill(&mut chance);
        let later = wait + wait.mul_f64(f64::from(chance[0]) / 1024.0);
        let until = self.context.clock.now().plus(later);
        self.queue.push_front(key);
        if wait > LONGEST_WAIT || self.waited + later > LONGEST_WAITS || self.waits >= MOST_WAITS {
            self.halt = Some(Halt::Limited { until });
            return;
        }
        let end = Instant::now() + later;
        // Requests that were under way together are told off together; that counts once.
        match self.pause {
            None => {
                self.waits += 1;
                self.waited += later;
                self.pause = Some((end, until));
            }
            Some((before, _)) if before < end => {
                self.waited += end - before;
                self.pause = Some((end, until));
            }
            Some(_) => {}
        }
        if let Some((_, until)) = self.pause {
            self.tell(Stage::Waiting { until });
        }
    }

    fn place(&self, key: &PageKey) -> usize {
        self.order.get(key).copied().unwrap_or(0)
    }

    fn stopped_at(&self, page: usize, forbidden: bool) -> Halt {
        Halt::Page { page: page + 1, pages: self.order.len(), forbidden }
    }

    fn tell(&self, stage: Stage) {
        let first = self.answered.values().find(|answered| self.place(&answered.page.key) == 0);
        let by_pages = first.map(|first| first.page.forge_ids.len().saturating_mul(self.order.len()));
        (self.context.progress)(Progress {
            stage,
            repositories: count(self.rows),
            // What there was is a better guess than full pages all the way to the end.
            expected: if self.known > 0 { Some(count(self.known.max(self.rows))) } else { by_pages.map(count) },
            pages: count(self.answered.len()),
            expected_pages: first.map(|_| count(self.order.len())),
            kept: self.tally.put.added.saturating_add(self.tally.put.changed),
        });
    }

    fn finish(mut self) -> Reading {
        let mut keys: Vec<(&PageKey, &usize)> = self.order.iter().collect();
        keys.sort_unstable_by_key(|(_, place)| **place);
        let answered = keys.into_iter().filter_map(|(key, _)| self.answered.remove(key)).collect();
        Reading { answered, halt: self.halt }
    }
}

/// A page in smaller ones, one after the other, and how many those were.
async fn in_parts(context: &SyncContext<'_>, first: PageKey) -> (u32, Result<PageReply, ForgeError>) {
    let (mut rows, mut pages, mut partial, mut asked) = (Vec::new(), Vec::new(), false, HashSet::new());
    let mut next = Some(first);
    while let Some(part) = next.take().filter(|part| asked.insert(part.clone())) {
        match context.forge.list_page(&context.api, &part, None).await {
            Ok(PageReply::Page { rows: shown, more, partial: left_out, .. }) => {
                rows.extend(shown);
                partial |= left_out;
                // The last one knows best.
                let (parts, behind): (Vec<PageKey>, _) = more.into_iter().partition(PageKey::is_part);
                (next, pages) = (parts.into_iter().next(), behind);
            }
            Ok(PageReply::Unmodified) => {
                return (count(asked.len()), Err(ForgeError::Malformed { what: "part of a page" }));
            }
            Err(error) => return (count(asked.len()), Err(error)),
        }
    }
    (count(asked.len()), Ok(PageReply::Page { rows, etag: None, more: pages, partial, total: None }))
}

/// The end of a writing; never, if there is none.
async fn ended(keeping: &mut Option<BoxFuture<'_, Kept>>) -> Kept {
    let Some(writing) = keeping else { return std::future::pending().await };
    let kept = writing.await;
    *keeping = None;
    kept
}

/// Pages by key, but for those that can't be taken as they are: an unmodified page only says that
/// its ids are the same, so what they stand for must be known.
pub(crate) fn usable(pages: Vec<StoredPage>, known: &HashSet<&str>) -> HashMap<PageKey, StoredPage> {
    let is_known = |page: &StoredPage| page.forge_ids.iter().all(|id| known.contains(id.as_str()));
    pages.into_iter().filter(is_known).map(|page| (page.key.clone(), page)).collect()
}
