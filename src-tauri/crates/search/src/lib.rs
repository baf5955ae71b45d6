//! Search, filters and sorting over the whole inventory, in memory.
//!
//! The keeper builds an [`Index`] when the vault opens and after each sync that changed something,
//! and drops it at lock. It answers which repositories a page of the list holds and how many there
//! are in all; the rows themselves are then read from the store.
//!
//! Why not in the database: ranking broad matches there takes a hundred milliseconds at 100,000
//! rows, and every first key press is a broad match. Here a row costs its own
//! text plus some forty bytes, and a page is a walk along an order that was made beforehand.
//!
//! Not here: SQL, input or output of any kind, the rows a front shows, words for a person.

mod bits;
mod build;
mod filter;
mod fold;
pub mod grammar;
mod near;
mod order;
mod query;
mod rank;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub use build::{Builder, Document};
pub use query::{Facet, Filter, Hits, Query, Sort, Test};

use bits::Bits;
use drawbridge_domain::{RepositoryId, Timestamp};
use filter::Columns;
use near::Near;
use order::Orders;
use std::collections::HashMap;
use text::Lines;

/// With fewer rows than this, words are also looked for as they may have been meant.
const LITTLE: u32 = 3;
/// How many spellings of a page are told.
const MAX_SPELLINGS: usize = 32;

/// The searchable inventory. Rows inside are numbered by last push, newest first, which is the
/// order most pages are asked in.
#[derive(Debug)]
pub struct Index {
    ids: Vec<RepositoryId>,
    /// The last pushes of those rows that have one, in seconds; rows are numbered by them.
    pushed: Vec<u32>,
    /// Names, folded. Owners are few and stand in a table.
    names: Lines,
    /// Description and topics, folded.
    rest: Lines,
    columns: Columns,
    orders: Orders,
}

impl Index {
    /// How many repositories it holds.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The memory it takes, text included.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.ids.capacity() * size_of::<RepositoryId>()
            + self.pushed.capacity() * size_of::<u32>()
            + self.names.memory_bytes()
            + self.rest.memory_bytes()
            + self.columns.memory_bytes()
            + self.orders.memory_bytes()
    }

    /// One page of what a query finds, and how many it finds in all.
    pub fn search(&self, query: &Query<'_>) -> Hits {
        let words = words::split(query.text);
        let found = self.matching(query, &words, None);
        let total = found.rows.count();
        let near = found.slips.as_ref().map_or(0, |slips| total - without_slips(&found.rows, slips).count());
        let page = if words.is_empty() || query.sort != Sort::Best {
            self.page(&found.rows, query)
        } else {
            let end = query.offset.saturating_add(query.limit) as usize;
            let tiers = self.tiers(&words, &found, if query.reverse { usize::MAX } else { end });
            self.ranked_page(&found.rows, &tiers, query)
        };
        let spelled = found.slips.map(|slips| self.spellings(&words, &page, &slips)).unwrap_or_default();
        Hits { total, near, ids: page.into_iter().map(|row| self.ids[row]).collect(), spelled }
    }

    /// How many of the repositories a query finds have each value of a facet, most frequent first.
    /// The query's own filters on that facet are left out, or there would be nothing left to choose.
    pub fn facet(&self, query: &Query<'_>, facet: Facet) -> Vec<(String, u32)> {
        let rows = self.matching(query, &words::split(query.text), Some(facet)).rows;
        if facet == Facet::Topic { self.topic_counts(&rows) } else { self.columns.counts(&rows, facet) }
    }

    /// How many of the repositories a query finds were pushed to since each of these times, the
    /// query's own filters on the last push left out.
    pub fn pushed_since(&self, query: &Query<'_>, since: &[Timestamp]) -> Vec<u32> {
        let rows = self.matching(query, &words::split(query.text), Some(Facet::Pushed)).rows;
        since.iter().map(|from| rows.and(&self.pushed_between(Some(*from), None)).count()).collect()
    }

    /// The rows that pass the filters, perhaps without one facet's, and have every word. If those are
    /// hardly any, also the rows that nearly have them.
    fn matching(&self, query: &Query<'_>, words: &[String], without: Option<Facet>) -> Found {
        let mut allowed = self.columns.allowed(query.filters, without);
        for filter in query.filters.iter().filter(|filter| filter.test.facet() == Facet::Pushed) {
            if let (Test::Pushed { from, until }, true) = (&filter.test, without != Some(Facet::Pushed)) {
                let pushed = self.pushed_between(*from, *until);
                allowed = if filter.negated { allowed.without(&pushed) } else { allowed.and(&pushed) };
            }
        }
        if without != Some(Facet::Topic) {
            allowed = self.with_topics(allowed, query.filters);
        }
        let rows = words.iter().fold(allowed.clone(), |rows, word| words::rows_with(self, word, &rows));
        let nearly: Vec<Option<Near>> = words.iter().map(|word| Near::new(word)).collect();
        if rows.count() >= LITTLE || nearly.iter().all(Option::is_none) {
            return Found { rows, slips: None };
        }
        let mut slips = vec![0_u8; self.len()];
        let near = words.iter().zip(&nearly).fold(allowed, |candidates, (word, nearly)| {
            let mut rows = words::rows_with(self, word, &candidates);
            if let Some(nearly) = nearly {
                words::rows_near(self, nearly, &candidates.without(&rows), &mut rows, &mut slips);
            }
            rows
        });
        Found { rows: near, slips: Some(slips) }
    }

    /// The rows whose last push lies in a stretch of time. Rows are numbered by it, so it is a stretch
    /// of rows.
    fn pushed_between(&self, from: Option<Timestamp>, until: Option<Timestamp>) -> Bits {
        let before = |at: Timestamp| self.pushed.partition_point(|pushed| *pushed >= build::seconds(at));
        let (first, end) = (until.map_or(0, before), from.map_or(self.pushed.len(), before));
        Bits::from_fn(self.len(), |row| (first..end).contains(&row))
    }

    fn with_topics(&self, mut rows: Bits, filters: &[Filter]) -> Bits {
        let mut wanted: Option<Bits> = None;
        for filter in filters {
            let Test::Topic(topic) = &filter.test else { continue };
            let mut having = Bits::none(self.len());
            self.rest.each_with_topic(&build::line(topic), |row| having.set(row));
            if filter.negated {
                rows = rows.without(&having);
            } else {
                wanted.get_or_insert_with(|| Bits::none(self.len())).add(&having);
            }
        }
        wanted.map_or(rows.clone(), |wanted| rows.and(&wanted))
    }

    fn topic_counts(&self, rows: &Bits) -> Vec<(String, u32)> {
        let mut counts: HashMap<&[u8], u32> = HashMap::new();
        rows.each(|row| {
            let mut seen: Vec<&[u8]> = Vec::new();
            for topic in self.rest.topics(row).filter(|topic| !topic.is_empty()) {
                if !seen.contains(&topic) {
                    seen.push(topic);
                    *counts.entry(topic).or_default() += 1;
                }
            }
        });
        let text = |topic: &[u8]| String::from_utf8_lossy(topic).into_owned();
        let mut counts: Vec<(String, u32)> = counts.into_iter().map(|(topic, count)| (text(topic), count)).collect();
        filter::most_frequent_first(&mut counts);
        counts
    }

    /// The place of each row in the order by match.
    fn tiers(&self, words: &[String], found: &Found, places: usize) -> Vec<u8> {
        let Some(slips) = &found.slips else { return rank::tiers(self, words, &found.rows, places) };
        let mut tiers = rank::tiers(self, words, &without_slips(&found.rows, slips), places);
        found.rows.each(|row| {
            if slips[row] > 0 {
                tiers[row] = rank::NEARLY + slips[row];
            }
        });
        tiers
    }

    /// How the words are spelled in those rows of a page that only nearly have them.
    fn spellings(&self, words: &[String], page: &[usize], slips: &[u8]) -> Vec<String> {
        let nearly: Vec<Near> = words.iter().filter_map(|word| Near::new(word)).collect();
        let mut all: Vec<String> = Vec::new();
        for row in page.iter().filter(|row| slips[**row] > 0) {
            for spelled in nearly.iter().filter_map(|word| words::spelled(self, word, *row)) {
                if all.len() < MAX_SPELLINGS && !all.contains(&spelled) && !words.contains(&spelled) {
                    all.push(spelled);
                }
            }
        }
        all
    }

    /// The rows of a page in an order that was made beforehand.
    fn page(&self, rows: &Bits, query: &Query<'_>) -> Vec<usize> {
        let order = self.orders.by(query.sort, self.len());
        (0..self.len())
            .map(|place| order.row(place, query.reverse))
            .filter(|row| rows.has(*row))
            .skip(query.offset as usize)
            .take(query.limit as usize)
            .collect()
    }

    /// The rows of a page by tier, and by last push within a tier. The tiers' sizes tell where each
    /// begins, so one walk puts every row of the page in its place and nothing is sorted.
    fn ranked_page(&self, rows: &Bits, tiers: &[u8], query: &Query<'_>) -> Vec<usize> {
        let mut sizes = [0_usize; rank::TIERS];
        rows.each(|row| sizes[usize::from(tiers[row])] += 1);
        let mut next = [0_usize; rank::TIERS];
        let mut start = 0;
        for step in 0..rank::TIERS {
            let tier = if query.reverse { rank::TIERS - 1 - step } else { step };
            next[tier] = start;
            start += sizes[tier];
        }
        let total = start;
        let begin = (query.offset as usize).min(total);
        let end = begin.saturating_add(query.limit as usize).min(total);
        let mut page = vec![0; end - begin];
        let order = self.orders.by(Sort::Pushed, self.len());
        let mut place = |row: usize| {
            let position = &mut next[usize::from(tiers[row])];
            if (begin..end).contains(position) {
                page[*position - begin] = row;
            }
            *position += 1;
        };
        if query.reverse {
            (0..self.len()).map(|index| order.row(index, true)).filter(|row| rows.has(*row)).for_each(place);
        } else {
            rows.each(&mut place);
        }
        page
    }
}

/// What a query finds.
struct Found {
    rows: Bits,
    /// How many slips each row took; nothing if none were looked for.
    slips: Option<Vec<u8>>,
}

/// Those of the rows that are spelled as asked.
fn without_slips(rows: &Bits, slips: &[u8]) -> Bits {
    let mut right = Bits::none(rows.rows());
    rows.each(|row| {
        if slips[row] == 0 {
            right.set(row);
        }
    });
    right
}
