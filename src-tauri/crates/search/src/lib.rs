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
mod order;
mod query;
mod rank;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub use build::{Builder, Document};
pub use query::{Facet, Hits, Query, Sort};

use bits::Bits;
use drawbridge_domain::RepositoryId;
use filter::Columns;
use order::Orders;
use text::Lines;

/// The searchable inventory. Rows inside are numbered by last push, newest first, which is the
/// order most pages are asked in.
#[derive(Debug)]
pub struct Index {
    ids: Vec<RepositoryId>,
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
            + self.names.memory_bytes()
            + self.rest.memory_bytes()
            + self.columns.memory_bytes()
            + self.orders.memory_bytes()
    }

    /// One page of what a query finds, and how many it finds in all.
    pub fn search(&self, query: &Query<'_>) -> Hits {
        let words = words::split(query.text);
        let rows = self.matching(query, &words, None);
        if words.is_empty() || query.sort != Sort::Best {
            return self.page(&rows, query);
        }
        let end = query.offset.saturating_add(query.limit) as usize;
        let tiers = rank::tiers(self, &words, &rows, if query.reverse { usize::MAX } else { end });
        self.ranked_page(&rows, &tiers, query)
    }

    /// How many of the repositories a query finds have each value of a facet, most frequent first.
    /// The query's own filter on that facet is left out, or there would be nothing left to choose.
    pub fn facet(&self, query: &Query<'_>, facet: Facet) -> Vec<(String, u32)> {
        self.columns.counts(&self.matching(query, &words::split(query.text), Some(facet)), facet)
    }

    /// The rows that pass the filters, perhaps without one facet's, and have every word.
    fn matching(&self, query: &Query<'_>, words: &[String], without: Option<Facet>) -> Bits {
        let allowed = self.columns.allowed(query, without);
        words.iter().fold(allowed, |rows, word| words::rows_with(self, word, &rows))
    }

    /// A page in an order that was made beforehand.
    fn page(&self, rows: &Bits, query: &Query<'_>) -> Hits {
        let order = self.orders.by(query.sort, self.len());
        let ids = (0..self.len())
            .map(|place| order.row(place, query.reverse))
            .filter(|row| rows.has(*row))
            .skip(query.offset as usize)
            .take(query.limit as usize)
            .map(|row| self.ids[row])
            .collect();
        Hits { total: rows.count(), ids }
    }

    /// A page by tier, and by last push within a tier. The tiers' sizes tell where each begins, so
    /// one walk puts every row of the page in its place and nothing is sorted.
    fn ranked_page(&self, rows: &Bits, tiers: &[u8], query: &Query<'_>) -> Hits {
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
        let mut ids = vec![RepositoryId(0); end - begin];
        let order = self.orders.by(Sort::Pushed, self.len());
        let mut place = |row: usize| {
            let position = &mut next[usize::from(tiers[row])];
            if (begin..end).contains(position) {
                ids[*position - begin] = self.ids[row];
            }
            *position += 1;
        };
        if query.reverse {
            (0..self.len()).map(|index| order.row(index, true)).filter(|row| rows.has(*row)).for_each(place);
        } else {
            rows.each(&mut place);
        }
        Hits { total: rows.count(), ids }
    }
}
