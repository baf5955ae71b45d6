//! Which of the rows that were found come first: how well the words sit in their names.
//!
//! Not here: which rows have the words at all.

use crate::{Index, bits::Bits, near::MAX_SLIPS, words::MAX_WORDS};

/// Where a word was found, best first. The tiers of a query's words are added up: a row is as good
/// as its words together.
const NAME_EQUALS: u8 = 0;
const NAME_STARTS: u8 = 1;
const NAME_AT_BOUNDARY: u8 = 2;
const NAME_CONTAINS: u8 = 3;
const OWNER: u8 = 4;
const ELSEWHERE: u8 = 5;

/// Behind all rows that are spelled as asked come those that are nearly so, by how many slips in all.
pub(crate) const NEARLY: u8 = ELSEWHERE * MAX_WORDS;
/// How many different places in the order there are: sums of tiers, then slips.
pub(crate) const TIERS: usize = NEARLY as usize + MAX_SLIPS * MAX_WORDS as usize + 1;

/// The tiers of those rows, added up over the words. If the best tiers of a single word alone fill
/// the first so many places, the rows behind them are not told apart: nobody asked, and short words,
/// which are in nearly every name, would otherwise cost the most for the least.
pub(crate) fn tiers(index: &Index, words: &[String], rows: &Bits, places: usize) -> Vec<u8> {
    let mut tiers = vec![0_u8; index.len()];
    let ranks: Vec<Rank<'_>> = words.iter().map(|word| Rank::new(index, word)).collect();
    if let [rank] = &*ranks {
        let mut starting = 0;
        rows.each(|row| {
            let tier = rank.first(row);
            starting += usize::from(tier <= NAME_STARTS);
            tiers[row] = tier;
        });
        if starting >= places {
            return tiers;
        }
        rows.each(|row| {
            if tiers[row] > NAME_STARTS {
                tiers[row] = rank.tier(row);
            }
        });
        return tiers;
    }
    rows.each(|row| tiers[row] = ranks.iter().map(|rank| rank.tier(row)).sum());
    tiers
}

/// Ranks rows for one word.
struct Rank<'a> {
    index: &'a Index,
    word: &'a str,
    /// How well the word sits in each owner.
    owners: Vec<InOwner>,
    /// What a name has to begin with: the word, or what is behind its last slash.
    start: &'a [u8],
    /// Whether the word has one, so that an owner alone can be as good as a name.
    slash: bool,
}

/// How well a word sits in an owner.
#[derive(Debug, Clone, Copy)]
struct InOwner {
    /// Wholly within it.
    within: Option<u8>,
    /// Up to its end, and over the slash into a name.
    to_name: Option<u8>,
}

impl<'a> Rank<'a> {
    fn new(index: &'a Index, word: &'a str) -> Self {
        let slash = word.rsplit_once('/');
        let in_owner = |owner: &str| match slash {
            // A word with a slash is about the full name, as if the name began with the owner.
            // The owner alone is never all of it.
            Some((before, _)) => InOwner {
                within: tier_in(owner.as_bytes(), word.as_bytes()).map(|tier| tier.max(NAME_STARTS)),
                to_name: owner.strip_suffix(before).map(|rest| match rest.as_bytes().last() {
                    None => NAME_STARTS,
                    Some(last) if is_boundary(*last) => NAME_AT_BOUNDARY,
                    Some(_) => NAME_CONTAINS,
                }),
            },
            None => InOwner { within: owner.contains(word).then_some(OWNER), to_name: Some(NAME_STARTS) },
        };
        let owners = index.columns.owners().map(in_owner).collect();
        let start = slash.map_or(word, |(_, name)| name).as_bytes();
        Self { index, word, owners, start, slash: slash.is_some() }
    }

    /// The tier of a row whose name begins with the word.
    fn start(&self, row: usize) -> Option<u8> {
        let name = self.index.names.line(row);
        if !name.starts_with(self.start) {
            return None;
        }
        let tier = self.owners[self.index.columns.owner(row)].to_name?;
        Some(if tier == NAME_STARTS && name.len() == self.start.len() { NAME_EQUALS } else { tier })
    }

    /// The tier of a row as far as it may be one of the first, which does not depend on how many are asked for.
    fn first(&self, row: usize) -> u8 {
        let tier = self.start(row).unwrap_or(ELSEWHERE);
        if self.slash { tier.min(self.within(row)) } else { tier }
    }

    fn within(&self, row: usize) -> u8 {
        self.owners[self.index.columns.owner(row)].within.unwrap_or(ELSEWHERE)
    }

    /// The tier of a row that has the word.
    fn tier(&self, row: usize) -> u8 {
        let name = || tier_in(self.index.names.line(row), self.word.as_bytes());
        let tier = self.start(row).or_else(name).unwrap_or(ELSEWHERE);
        self.within(row).min(tier)
    }
}

/// How well a word sits in a name, if it does. A plain loop: names are too short for a search with
/// any set-up to be worth it.
fn tier_in(name: &[u8], word: &[u8]) -> Option<u8> {
    let (first, others) = word.split_first()?;
    let mut found = None;
    let mut after_boundary = false;
    for (place, letter) in name.iter().enumerate() {
        if letter == first && name[place + 1..].starts_with(others) {
            if place == 0 {
                return Some(if name.len() == word.len() { NAME_EQUALS } else { NAME_STARTS });
            }
            if after_boundary {
                return Some(NAME_AT_BOUNDARY);
            }
            found = Some(NAME_CONTAINS);
        }
        after_boundary = is_boundary(*letter);
    }
    found
}

/// Whether a byte separates words in a name. Bytes of other scripts count as letters.
pub(crate) fn is_boundary(byte: u8) -> bool {
    BOUNDARY[byte as usize]
}

/// A table, as it is asked for every letter of every name.
static BOUNDARY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        table[byte as usize] = !byte.is_ascii_alphanumeric();
        byte += 1;
    }
    table
};
