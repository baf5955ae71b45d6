//! What rows are filtered and counted by: small numbers in columns, values in tables beside them.
//!
//! Not here: text search.

use crate::{Facet, Query, bits::Bits, fold, text::Needle};
use drawbridge_domain::{AccountId, Visibility};
use std::collections::HashMap;

const ARCHIVED: u8 = 0b0100;
const FORK: u8 = 0b1000;
const VISIBILITY: u8 = 0b0011;
const VISIBILITIES: [(Visibility, &str); 3] =
    [(Visibility::Public, "public"), (Visibility::Internal, "internal"), (Visibility::Private, "private")];

/// A table of values as first spelled, the same whatever their case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    shown: Vec<String>,
    folded: Vec<String>,
}

impl Names {
    fn memory_bytes(&self) -> usize {
        let text: usize = self.shown.iter().chain(&self.folded).map(|text| text.capacity() + size_of::<String>()).sum();
        text + size_of::<Self>()
    }

    /// Whether each value has a word in it.
    fn with(&self, word: &Needle<'_>) -> impl Iterator<Item = bool> {
        self.folded.iter().map(|text| word.find(text.as_bytes()).is_some())
    }

    /// Which values are among the wanted ones.
    fn among(&self, wanted: &[String]) -> Vec<bool> {
        let wanted: Vec<String> = wanted.iter().map(|text| text.to_lowercase()).collect();
        self.shown.iter().map(|text| wanted.contains(&text.to_lowercase())).collect()
    }
}

/// Everything about the rows but their text.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    flags: Vec<u8>,
    owner: Vec<u32>,
    /// 0 where there is none; else its place in the table, plus one.
    language: Vec<u32>,
    /// Which set of accounts reaches the row. There are few different sets, however many rows.
    reach: Vec<u32>,
    owners: Names,
    languages: Names,
    accounts: Vec<AccountId>,
    sets: Vec<Box<[u32]>>,
}

impl Columns {
    /// The rows that pass a query's filters, one facet's own left out if wanted.
    pub fn allowed(&self, query: &Query<'_>, without: Option<Facet>) -> Bits {
        let asks = |facet: Facet, given: bool| given && without != Some(facet);
        let mut mask = 0;
        let mut value = 0;
        for (facet, wanted, bit) in [(Facet::Archived, query.archived, ARCHIVED), (Facet::Fork, query.fork, FORK)] {
            if let (true, Some(wanted)) = (asks(facet, wanted.is_some()), wanted) {
                mask |= bit;
                value |= if wanted { bit } else { 0 };
            }
        }
        let visible: Option<Vec<bool>> = asks(Facet::Visibility, !query.visibility.is_empty())
            .then(|| VISIBILITIES.iter().map(|(visibility, _)| query.visibility.contains(visibility)).collect());
        let owners = asks(Facet::Owner, !query.owners.is_empty()).then(|| self.owners.among(query.owners));
        let languages = asks(Facet::Language, !query.languages.is_empty())
            .then(|| std::iter::once(false).chain(self.languages.among(query.languages)).collect::<Vec<_>>());
        let sets = asks(Facet::Account, !query.accounts.is_empty()).then(|| self.sets_with(query.accounts));

        let rows = self.flags.len();
        if mask == 0 && visible.is_none() && owners.is_none() && languages.is_none() && sets.is_none() {
            return Bits::all(rows);
        }
        let passes = |table: &Option<Vec<bool>>, place: usize| table.as_ref().is_none_or(|table| table[place]);
        Bits::from_fn(rows, |row| {
            let flags = self.flags[row];
            flags & mask == value
                && passes(&visible, usize::from(flags & VISIBILITY))
                && passes(&owners, self.owner[row] as usize)
                && passes(&languages, self.language[row] as usize)
                && passes(&sets, self.reach[row] as usize)
        })
    }

    /// Which sets of accounts have one of these in them.
    fn sets_with(&self, wanted: &[AccountId]) -> Vec<bool> {
        let wanted: Vec<bool> = self.accounts.iter().map(|account| wanted.contains(account)).collect();
        self.sets.iter().map(|set| set.iter().any(|account| wanted[*account as usize])).collect()
    }

    /// How many of the rows have each value of a facet, most frequent first, then by value.
    pub fn counts(&self, rows: &Bits, facet: Facet) -> Vec<(String, u32)> {
        let tally = |values: usize, value: &dyn Fn(usize) -> usize| {
            let mut counts = vec![0_u32; values];
            rows.each(|row| counts[value(row)] += 1);
            counts
        };
        let flag = |bit: u8| {
            let counts = tally(2, &|row| usize::from(self.flags[row] & bit != 0));
            ["false", "true"].map(String::from).into_iter().zip(counts).collect()
        };
        let mut counts: Vec<(String, u32)> = match facet {
            Facet::Owner => {
                let counts = tally(self.owners.shown.len(), &|row| self.owner[row] as usize);
                self.owners.shown.iter().cloned().zip(counts).collect()
            }
            Facet::Language => {
                let counts = tally(self.languages.shown.len() + 1, &|row| self.language[row] as usize);
                self.languages.shown.iter().cloned().zip(counts.into_iter().skip(1)).collect()
            }
            Facet::Visibility => {
                let counts = tally(VISIBILITIES.len(), &|row| usize::from(self.flags[row] & VISIBILITY));
                VISIBILITIES.iter().map(|(_, text)| (*text).to_owned()).zip(counts).collect()
            }
            Facet::Account => {
                let mut counts = vec![0_u32; self.accounts.len()];
                for (set, count) in self.sets.iter().zip(tally(self.sets.len(), &|row| self.reach[row] as usize)) {
                    set.iter().for_each(|account| counts[*account as usize] += count);
                }
                self.accounts.iter().map(ToString::to_string).zip(counts).collect()
            }
            Facet::Archived => flag(ARCHIVED),
            Facet::Fork => flag(FORK),
        };
        counts.retain(|(_, count)| *count > 0);
        counts.sort_unstable_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
        counts
    }

    /// Which languages have a word in their name; the first entry stands for no language.
    pub fn languages_with(&self, word: &Needle<'_>) -> Vec<bool> {
        std::iter::once(false).chain(self.languages.with(word)).collect()
    }

    /// The row's language as a place in [`Self::languages_with`].
    pub fn language(&self, row: usize) -> usize {
        self.language[row] as usize
    }

    /// Which owners have a word in their name.
    pub fn owners_with(&self, word: &Needle<'_>) -> Vec<bool> {
        self.owners.with(word).collect()
    }

    /// The owners, folded.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owners.folded.iter().map(String::as_str)
    }

    /// The row's owner as a place among the owners.
    pub fn owner(&self, row: usize) -> usize {
        self.owner[row] as usize
    }

    /// A number for each row's owner that orders rows by folded owner.
    pub fn owner_ranks(&self) -> Vec<u32> {
        let mut sorted: Vec<&String> = self.owners.folded.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let ranks: HashMap<&String, u32> = sorted.into_iter().zip(0..).collect();
        self.owner.iter().map(|owner| ranks[&self.owners.folded[*owner as usize]]).collect()
    }

    /// The same columns with their rows in another order.
    pub fn reordered(self, rows: &[u32]) -> Self {
        fn pick<T: Copy>(column: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| column[*row as usize]).collect()
        }
        Self {
            flags: pick(&self.flags, rows),
            owner: pick(&self.owner, rows),
            language: pick(&self.language, rows),
            reach: pick(&self.reach, rows),
            ..self
        }
    }

    pub fn memory_bytes(&self) -> usize {
        let sets: usize = self.sets.iter().map(|set| size_of_val(&**set) + size_of::<Box<[u32]>>()).sum();
        let accounts: usize = self.accounts.iter().map(|id| id.as_str().len() + size_of::<AccountId>()).sum();
        self.flags.capacity()
            + (self.owner.capacity() + self.language.capacity() + self.reach.capacity()) * size_of::<u32>()
            + self.owners.memory_bytes()
            + self.languages.memory_bytes()
            + sets
            + accounts
    }
}

/// Gives each different value a small number while rows come in.
#[derive(Debug, Default)]
pub(crate) struct Interning {
    columns: Columns,
    owners: HashMap<String, u32>,
    languages: HashMap<String, u32>,
    accounts: HashMap<AccountId, u32>,
    sets: HashMap<Box<[u32]>, u32>,
}

/// The facts of a row that end up in columns.
pub(crate) struct Facts<'a> {
    pub owner: &'a str,
    pub language: Option<&'a str>,
    pub visibility: Visibility,
    pub archived: bool,
    pub fork: bool,
    pub accounts: &'a [AccountId],
}

impl Interning {
    pub fn push(&mut self, facts: &Facts<'_>) {
        let columns = &mut self.columns;
        let visibility = match facts.visibility {
            Visibility::Public => 0,
            Visibility::Internal => 1,
            Visibility::Private => 2,
        };
        let flags = [(facts.archived, ARCHIVED), (facts.fork, FORK)];
        columns.flags.push(flags.iter().fold(visibility, |flags, (set, bit)| if *set { flags | bit } else { flags }));
        columns.owner.push(intern(&mut self.owners, &mut columns.owners, facts.owner));
        let language = facts.language.filter(|language| !language.is_empty());
        columns.language.push(language.map_or(0, |text| intern(&mut self.languages, &mut columns.languages, text) + 1));

        let mut set: Vec<u32> = facts
            .accounts
            .iter()
            .map(|account| match self.accounts.get(account) {
                Some(number) => *number,
                None => {
                    let number = next(columns.accounts.len());
                    columns.accounts.push(account.clone());
                    self.accounts.insert(account.clone(), number);
                    number
                }
            })
            .collect();
        set.sort_unstable();
        set.dedup();
        let set = match self.sets.get(&*set) {
            Some(number) => *number,
            None => {
                let number = next(columns.sets.len());
                columns.sets.push(set.clone().into());
                self.sets.insert(set.into(), number);
                number
            }
        };
        columns.reach.push(set);
    }

    pub fn finish(self) -> Columns {
        self.columns
    }
}

/// The number of a value; a new one if it was not seen before.
fn intern(known: &mut HashMap<String, u32>, names: &mut Names, text: &str) -> u32 {
    let key = text.to_lowercase();
    if let Some(number) = known.get(&key) {
        return *number;
    }
    let number = next(names.shown.len());
    names.shown.push(text.to_owned());
    names.folded.push(fold::fold(text));
    known.insert(key, number);
    number
}

/// The next number of a table. A table never has more entries than there are rows, which are
/// numbered by 32 bits themselves.
fn next(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
