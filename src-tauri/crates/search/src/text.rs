//! One line of folded text a row, all in one buffer, so that a search runs over the whole of it at
//! the speed of memory instead of row by row.
//!
//! Not here: what a line is made of.

use memchr::{memchr, memmem::Finder};

/// What is looked for. One byte is most of what is typed first and found everywhere: it gets by
/// without the set-up of a search for longer words.
#[derive(Debug)]
pub(crate) enum Needle<'a> {
    Byte(u8),
    Word(Finder<'a>),
}

impl<'a> Needle<'a> {
    pub fn new(word: &'a str) -> Self {
        match word.as_bytes() {
            [byte] => Self::Byte(*byte),
            bytes => Self::Word(Finder::new(bytes)),
        }
    }

    pub fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Byte(byte) => memchr(*byte, text),
            Self::Word(finder) => finder.find(text),
        }
    }
}

/// Lines of text. Each ends in a line feed, which no search word holds: no hit spans two rows.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    text: Vec<u8>,
    /// Where each line starts, and behind the last, the end.
    starts: Vec<u32>,
}

impl Lines {
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        Self { text: Vec::with_capacity(bytes), starts }
    }

    /// Adds a row whose text is appended by a function. Text beyond four gibibytes is left out:
    /// such a row is still listed, only not found by words.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        write(&mut self.text);
        self.text.push(b'\n');
        if u32::try_from(self.text.len()).is_err() {
            self.text.truncate(start);
        }
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// The line of a row, without its end.
    pub fn line(&self, row: usize) -> &[u8] {
        let line = &self.text[self.starts[row] as usize..self.starts[row + 1] as usize];
        line.split_last().map_or(line, |(_, line)| line)
    }

    /// The same lines in another order.
    pub fn reordered(&self, rows: &[u32]) -> Self {
        let mut lines = Self::with_capacity(rows.len(), self.text.len());
        for row in rows {
            lines.push(|text| text.extend_from_slice(self.line(*row as usize)));
        }
        lines
    }

    /// Visits each row that has the word, in order.
    pub fn each_with(&self, word: &Needle<'_>, mut visit: impl FnMut(usize)) {
        let bytes = &self.text[..];
        let (mut row, mut at) = (0, 0);
        while let Some(found) = word.find(&bytes[at..]) {
            let position = at + found;
            row = self.row_at(position, row);
            visit(row);
            row += 1;
            at = self.starts[row] as usize;
        }
    }

    /// Visits each row that has this folded topic, in order. The first line of a row is its
    /// description; each line after it is a topic.
    pub fn each_with_topic(&self, topic: &str, mut visit: impl FnMut(usize)) {
        if topic.is_empty() {
            return;
        }
        let line = format!("\n{topic}\n");
        let finder = Finder::new(&line);
        let (mut row, mut at) = (0, 0);
        while let Some(found) = finder.find(&self.text[at..]) {
            let position = at + found;
            row = self.row_at(position, row);
            // What follows a row's end is the description of the next.
            if position + 1 < self.starts[row + 1] as usize {
                visit(row);
            }
            at = position + 1;
        }
    }

    /// The topics of a row, folded.
    pub fn topics(&self, row: usize) -> impl Iterator<Item = &[u8]> {
        self.line(row).split(|byte| *byte == b'\n').skip(1)
    }

    /// Whether a row has the word.
    pub fn has(&self, row: usize, word: &Needle<'_>) -> bool {
        word.find(self.line(row)).is_some()
    }

    /// The row that a position is in, which is `from` or a later one. Doubling steps first: hits
    /// are mostly either in the very next row or far away.
    fn row_at(&self, position: usize, from: usize) -> usize {
        if position < self.starts[from + 1] as usize {
            return from;
        }
        let mut step = 2;
        while self.starts.get(from + step).is_some_and(|start| *start as usize <= position) {
            step *= 2;
        }
        let low = from + step / 2;
        let high = (from + step).min(self.starts.len() - 1);
        low + self.starts[low..high].partition_point(|start| *start as usize <= position) - 1
    }

    pub fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.starts.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_with_the_word_is_visited_once_and_no_other() {
        let has_it = |row: usize| row.is_multiple_of(7) || (300..700).contains(&row);
        let mut lines = Lines::with_capacity(0, 0);
        for row in 0..1_000 {
            // The word's halves at two rows' touching ends are no hit.
            lines.push(|text| text.extend_from_slice(if has_it(row) { b"some web, web" } else { b"eb ..e" }));
        }
        let rows: Vec<usize> = (0..1_000).filter(|row| has_it(*row)).collect();
        for word in ["web", "w", "b, w"] {
            let needle = Needle::new(word);
            let mut seen = Vec::new();
            lines.each_with(&needle, |row| seen.push(row));
            assert_eq!(seen, rows, "{word}");
            assert!((0..1_000).all(|row| lines.has(row, &needle) == has_it(row)), "{word}");
        }
        let turned: Vec<u32> = (0..1_000).rev().collect();
        assert_eq!(lines.reordered(&turned).line(999), lines.line(0));
    }
}
