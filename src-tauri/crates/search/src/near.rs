//! Words that are nearly spelled as asked: slips of the finger in what is typed.
//!
//! A slip is a letter too many, too few, another one, or two neighbours swapped (the restricted
//! Damerau distance). The word is held against the beginning of every word of a name, so that it is
//! found while it is still being typed.
//!
//! Not here: when to look for such words at all, and how rows with them are ordered.

use crate::rank::is_boundary;

/// Words longer than this have no slips: they are copied, not typed.
const LONGEST: usize = 32;
/// The most slips that a word may have.
pub(crate) const MAX_SLIPS: usize = 2;
/// Room for a row of distances: up to as many letters of the text as a word with its slips reaches.
const WIDTH: usize = LONGEST + MAX_SLIPS + 1;

/// A word and how many slips it may have.
#[derive(Debug)]
pub(crate) struct Near {
    letters: Vec<char>,
    slips: usize,
    /// Which plain letters and digits are in the word.
    mask: u64,
}

/// Where a text nearly has the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// By how many slips; 0 if it is spelled so.
    pub slips: u8,
    /// From which byte.
    pub start: usize,
    /// To before which byte.
    pub end: usize,
}

impl Near {
    /// Nothing for a word that has to be right: one below four letters, or a full name.
    pub fn new(word: &str) -> Option<Self> {
        let letters: Vec<char> = word.chars().collect();
        let slips = match letters.len() {
            4..=7 => 1,
            8..=LONGEST => MAX_SLIPS,
            _ => return None,
        };
        (!word.contains('/')).then(|| Self { letters, slips, mask: mask(word.as_bytes()) })
    }

    /// The place with the fewest slips in a text, if it has few enough; the first of equals.
    pub fn find(&self, text: &[u8]) -> Option<Found> {
        // Every letter of the word that is nowhere in the text costs a slip.
        if (self.mask & !mask(text)).count_ones() as usize > self.slips {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        let mut best: Option<Found> = None;
        let mut after_boundary = true;
        for (start, byte) in text.bytes().enumerate() {
            let boundary = is_boundary(byte);
            if after_boundary && !boundary {
                let fewer = best.is_none_or(|best| best.slips > 0);
                if let Some((slips, length)) = fewer.then(|| self.at(&text[start..])).flatten()
                    && best.is_none_or(|best| slips < best.slips)
                {
                    best = Some(Found { slips, start, end: start + length });
                }
            }
            after_boundary = boundary;
        }
        best
    }

    /// The slips between the word and the best of a text's beginnings, and that beginning's length
    /// in bytes; the longest of equals.
    fn at(&self, text: &str) -> Option<(u8, usize)> {
        let mut other = ['\0'; WIDTH];
        let mut ends = [0_usize; WIDTH];
        let mut count = 0;
        for (at, letter) in text.char_indices().take(self.letters.len() + self.slips) {
            other[count] = letter;
            count += 1;
            ends[count] = at + letter.len_utf8();
        }
        if count + self.slips < self.letters.len() {
            return None;
        }
        // Three rows of distances: this letter's, the one's before, and the one's before that.
        let far = u8::MAX / 2;
        let mut rows = [[far; WIDTH]; 3];
        for (column, distance) in rows[0].iter_mut().take(self.slips + 1).enumerate() {
            *distance = u8::try_from(column).unwrap_or(far);
        }
        for (index, letter) in self.letters.iter().enumerate() {
            let [this, before, twice] = [(index + 1) % 3, index % 3, (index + 2) % 3];
            // Beyond this band the distance is too large anyway.
            let first = (index + 1).saturating_sub(self.slips);
            let last = (index + 1 + self.slips).min(count);
            let mut row = [far; WIDTH];
            let mut least = far;
            for column in first..=last {
                let distance = if column == 0 {
                    u8::try_from(index + 1).unwrap_or(far)
                } else {
                    let same = *letter == other[column - 1];
                    let mut distance = rows[before][column - 1] + u8::from(!same);
                    distance = distance.min(row[column - 1] + 1).min(rows[before][column] + 1);
                    if index > 0
                        && column > 1
                        && *letter == other[column - 2]
                        && self.letters[index - 1] == other[column - 1]
                    {
                        distance = distance.min(rows[twice][column - 2] + 1);
                    }
                    distance
                };
                row[column] = distance;
                least = least.min(distance);
            }
            if usize::from(least) > self.slips {
                return None;
            }
            rows[this] = row;
        }
        let last = &rows[self.letters.len() % 3];
        let (column, slips) = (0..=count)
            .map(|column| (column, last[column]))
            .min_by_key(|(column, slips)| (*slips, std::cmp::Reverse(*column)))?;
        (usize::from(slips) <= self.slips).then_some((slips, ends[column]))
    }
}

/// Which of the letters a to z and the digits are in a text.
fn mask(text: &[u8]) -> u64 {
    text.iter().fold(0, |mask, byte| mask | LETTER[*byte as usize])
}

static LETTER: [u64; 256] = {
    let mut table = [0; 256];
    let mut index = 0_u8;
    while index < 36 {
        let byte = if index < 26 { b'a' + index } else { b'0' + index - 26 };
        table[byte as usize] = 1 << index;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn slips(word: &str, text: &str) -> Option<(u8, String)> {
        let found = Near::new(word)?.find(text.as_bytes())?;
        Some((found.slips, text[found.start..found.end].to_owned()))
    }

    #[test]
    fn slips_are_counted_as_a_person_makes_them() {
        for (word, text, found) in [
            ("kuberntes", "my-kubernetes-notes", Some((1, "kubernetes"))),
            ("kubernt", "kubernetes", Some((1, "kubernet"))),
            ("kubenretes", "kubernetes", Some((1, "kubernetes"))),
            ("kubernetsse", "kubernetes", Some((2, "kubernetes"))),
            ("tarfi", "tarif", Some((1, "tarif"))),
            ("tarif", "tarif", Some((0, "tarif"))),
            ("tari", "tapi", Some((1, "tapi"))),
            ("tra", "tar", None),
            ("tafir", "tarif", None),
            ("kuberxxtes", "kubernetes", Some((2, "kubernetes"))),
            ("kubexxxtes", "kubernetes", None),
            ("поик", "привет-поиск", Some((1, "поиск"))),
            ("acme/tarfi", "tarif", None),
            ("tarif", "", None),
        ] {
            assert_eq!(
                slips(word, text),
                found.map(|(count, spelled)| (count, spelled.to_owned())),
                "{word} in {text}"
            );
        }
    }
}
