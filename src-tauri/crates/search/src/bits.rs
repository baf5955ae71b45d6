//! A set of row numbers: one bit a row.
//!
//! Not here: what the rows are.

/// Which rows are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    blocks: Vec<u64>,
    rows: usize,
}

impl Bits {
    /// None of so many rows.
    pub fn none(rows: usize) -> Self {
        Self { blocks: vec![0; rows.div_ceil(64)], rows }
    }

    /// All of so many rows.
    pub fn all(rows: usize) -> Self {
        Self::from_fn(rows, |_| true)
    }

    /// Those rows a test says yes to.
    pub fn from_fn(rows: usize, mut test: impl FnMut(usize) -> bool) -> Self {
        let blocks = (0..rows.div_ceil(64))
            .map(|block| {
                let start = block * 64;
                (start..rows.min(start + 64)).fold(0_u64, |bits, row| bits | (u64::from(test(row)) << (row - start)))
            })
            .collect();
        Self { blocks, rows }
    }

    /// How many rows there are, in or not.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn has(&self, row: usize) -> bool {
        self.blocks[row / 64] >> (row % 64) & 1 == 1
    }

    pub fn set(&mut self, row: usize) {
        self.blocks[row / 64] |= 1 << (row % 64);
    }

    /// Those of these that are not in the other set.
    pub fn without(&self, other: &Self) -> Self {
        let blocks = self.blocks.iter().zip(&other.blocks).map(|(mine, theirs)| mine & !theirs).collect();
        Self { blocks, rows: self.rows }
    }

    /// Those that are in both.
    pub fn and(&self, other: &Self) -> Self {
        let blocks = self.blocks.iter().zip(&other.blocks).map(|(mine, theirs)| mine & theirs).collect();
        Self { blocks, rows: self.rows }
    }

    /// Adds those of another set.
    pub fn add(&mut self, other: &Self) {
        self.blocks.iter_mut().zip(&other.blocks).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub fn count(&self) -> u32 {
        self.blocks.iter().map(|block| block.count_ones()).sum()
    }

    /// Visits the rows that are in, in order.
    pub fn each(&self, mut visit: impl FnMut(usize)) {
        for (block, bits) in self.blocks.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                visit(block * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn a_set_holds_exactly_what_was_put_in() {
        for rows in [0, 1, 63, 64, 65, 200] {
            let thirds = Bits::from_fn(rows, |row| row % 3 == 0);
            let mut seen = Vec::new();
            thirds.each(|row| seen.push(row));
            assert_eq!(seen, (0..rows).step_by(3).collect::<Vec<_>>(), "{rows} rows");
            assert_eq!(thirds.count() as usize, seen.len());
            let others = Bits::all(rows).without(&thirds);
            assert_eq!(others.count() as usize, rows - seen.len(), "no bit beyond the last row may be set");
            assert!((0..rows).all(|row| others.has(row) != thirds.has(row)));
            let halves = Bits::from_fn(rows, |row| row % 2 == 0);
            assert_eq!(thirds.and(&halves), Bits::from_fn(rows, |row| row % 6 == 0));
            let mut all = others.clone();
            all.add(&thirds);
            assert_eq!(all, Bits::all(rows));
        }
    }
}
