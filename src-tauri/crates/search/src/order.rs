//! The orders a list can be in, each made once when the index is built.
//!
//! Not here: the order by match, which depends on the query.

use crate::Sort;

/// One permutation a sort. By last push needs none: that is how rows are numbered.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub by_name: Vec<u32>,
    pub by_size: Vec<u32>,
    pub by_created: Vec<u32>,
    /// How many rows have a last push; they come first.
    pub pushed: usize,
    /// How many rows have a creation; they come first in their order.
    pub created: usize,
}

impl Orders {
    pub fn by(&self, sort: Sort, rows: usize) -> Order<'_> {
        match sort {
            Sort::Best | Sort::Pushed => Order { rows: None, valued: self.pushed },
            Sort::Name => Order { rows: Some(&self.by_name), valued: rows },
            Sort::Size => Order { rows: Some(&self.by_size), valued: rows },
            Sort::Created => Order { rows: Some(&self.by_created), valued: self.created },
        }
    }

    pub fn memory_bytes(&self) -> usize {
        [&self.by_name, &self.by_size, &self.by_created].iter().map(|rows| rows.capacity() * size_of::<u32>()).sum()
    }
}

/// One order: rows with a value first, those without behind them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order<'a> {
    rows: Option<&'a [u32]>,
    valued: usize,
}

impl Order<'_> {
    /// The row at a place. Turned around, rows without a value stay where they are.
    pub fn row(self, place: usize, reverse: bool) -> usize {
        let place = if reverse && place < self.valued { self.valued - 1 - place } else { place };
        self.rows.map_or(place, |rows| rows[place] as usize)
    }
}
