//! Finding the rows that have a word.
//!
//! Not here: filters, and which of the rows come first.

use crate::{
    Index,
    bits::Bits,
    fold,
    near::Near,
    text::{Lines, Needle},
};

/// How many words of a query count.
pub(crate) const MAX_WORDS: u8 = 8;
/// How many characters of a word count.
const MAX_WORD: usize = 200;

/// Below one row in so many, rows are looked at one by one instead of all in one go. A word of one
/// byte is in nearly every row, where going row by row never loses much.
const SPARSE: usize = 6;
const SPARSE_FOR_A_BYTE: usize = 1;

/// The words of a text, folded, longest first: what is rarest leaves the fewest rows for the rest.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace().take(usize::from(MAX_WORDS)) {
        let end = word.char_indices().nth(MAX_WORD).map_or(word.len(), |(end, _)| end);
        let word = fold::fold(&word[..end]);
        // A word of accents only folds to nothing, and a word said twice asks nothing new.
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Those of the candidate rows that have the word.
pub(crate) fn rows_with(index: &Index, word: &str, candidates: &Bits) -> Bits {
    let needle = Needle::new(word);
    let mut found = Bits::none(index.len());
    if let Some((owner, name)) = word.rsplit_once('/') {
        let owners: Vec<(bool, bool)> =
            index.columns.owners().map(|text| (text.contains(word), text.ends_with(owner))).collect();
        // As no name has a slash in it, the word sits either within an owner that is a path of
        // groups, or over the border between owner and name with its last slash.
        candidates.each(|row| {
            let (within, before_border) = owners[index.columns.owner(row)];
            if within || before_border && index.names.line(row).starts_with(name.as_bytes()) {
                found.set(row);
            }
        });
    } else {
        rows_with_in(&index.names, &needle, candidates, &mut found);
        let owners = index.columns.owners_with(&needle);
        if owners.contains(&true) {
            candidates.without(&found).each(|row| {
                if owners[index.columns.owner(row)] {
                    found.set(row);
                }
            });
        }
    }
    let languages = index.columns.languages_with(&needle);
    if languages.contains(&true) {
        candidates.without(&found).each(|row| {
            if languages[index.columns.language(row)] {
                found.set(row);
            }
        });
    }
    let left = candidates.without(&found);
    rows_with_in(&index.rest, &needle, &left, &mut found);
    found
}

/// Adds those of the candidate rows that have the word in these lines.
fn rows_with_in(lines: &Lines, word: &Needle<'_>, candidates: &Bits, found: &mut Bits) {
    let sparse = if matches!(word, Needle::Byte(_)) { SPARSE_FOR_A_BYTE } else { SPARSE };
    if candidates.count() as usize * sparse < candidates.rows() {
        candidates.each(|row| {
            if lines.has(row, word) {
                found.set(row);
            }
        });
    } else {
        lines.each_with(word, |row| {
            if candidates.has(row) {
                found.set(row);
            }
        });
    }
}

/// Adds those of the rows that nearly have the word in their name or owner, and to each row's count
/// the slips that this took.
pub(crate) fn rows_near(index: &Index, word: &Near, candidates: &Bits, found: &mut Bits, slips: &mut [u8]) {
    let owners: Vec<Option<u8>> =
        index.columns.owners().map(|owner| word.find(owner.as_bytes()).map(|found| found.slips)).collect();
    candidates.each(|row| {
        let in_name = word.find(index.names.line(row)).map(|found| found.slips);
        if let Some(fewest) = in_name.into_iter().chain(owners[index.columns.owner(row)]).min() {
            found.set(row);
            slips[row] += fewest;
        }
    });
}

/// How a row spells a word that it only nearly has.
pub(crate) fn spelled(index: &Index, word: &Near, row: usize) -> Option<String> {
    let name = index.names.line(row);
    let owner = index.columns.owners().nth(index.columns.owner(row)).unwrap_or_default().as_bytes();
    let places = [name, owner].map(|text| word.find(text).map(|found| (found.slips, &text[found.start..found.end])));
    let (_, text) = places.into_iter().flatten().min_by_key(|(slips, _)| *slips)?;
    String::from_utf8(text.to_vec()).ok()
}
