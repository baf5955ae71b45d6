//! What rows are filtered and counted by: small numbers in columns, values in tables beside them.
//!
//! Not here: text search.

use crate::{Document, Facet, Filter, Test, bits::Bits, fold, text::Needle};
use drawbridge_domain::{AccountId, HostId, Permission, Visibility};
use std::collections::HashMap;

const VISIBILITY: u8 = 0b0000_0011;
const ARCHIVED: u8 = 0b0000_0100;
const FORK: u8 = 0b0000_1000;
const TEMPLATE: u8 = 0b0001_0000;
/// The permission's place in its list stands in the bits from here on.
const PERMISSION_SHIFT: u8 = 5;
const VISIBILITIES: [(Visibility, &str); 3] =
    [(Visibility::Public, "public"), (Visibility::Internal, "internal"), (Visibility::Private, "private")];
const PERMISSIONS: [(Permission, &str); 5] = [
    (Permission::Read, "read"),
    (Permission::Triage, "triage"),
    (Permission::Write, "write"),
    (Permission::Maintain, "maintain"),
    (Permission::Admin, "admin"),
];

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
}

/// The accounts that reach a row, and the installation it lies at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Reach {
    host: u32,
    accounts: Box<[u32]>,
}

/// Everything about the rows but their text.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    flags: Vec<u8>,
    owner: Vec<u32>,
    /// 0 where there is none; else its place in the table, plus one. No one has met sixty thousand
    /// languages; those beyond count as none.
    language: Vec<u16>,
    /// How the row is reached. There are few different ways, however many rows.
    reach: Vec<u32>,
    owners: Names,
    languages: Names,
    accounts: Vec<AccountId>,
    hosts: Vec<HostId>,
    reaches: Vec<Reach>,
}

/// The filters of one facet as a verdict about each of its values.
struct Verdict<'a> {
    wanted: Vec<&'a Test>,
    refused: Vec<&'a Test>,
}

impl<'a> Verdict<'a> {
    /// Nothing where no filter is about the facet.
    fn on(filters: &'a [Filter], facet: Facet, without: Option<Facet>) -> Option<Self> {
        let about = |negated: bool| {
            let mine = filters.iter().filter(|filter| filter.negated == negated && filter.test.facet() == facet);
            mine.map(|filter| &filter.test).collect::<Vec<_>>()
        };
        let verdict = Self { wanted: about(false), refused: about(true) };
        let speaks = !verdict.wanted.is_empty() || !verdict.refused.is_empty();
        (speaks && without != Some(facet)).then_some(verdict)
    }

    fn passes(&self, is: impl Fn(&Test) -> bool) -> bool {
        (self.wanted.is_empty() || self.wanted.iter().any(|test| is(test))) && !self.refused.iter().any(|test| is(test))
    }
}

/// Whether a value is the wanted one, without regard to case.
fn same(value: &str, wanted: &str) -> bool {
    value.to_lowercase() == wanted.to_lowercase()
}

/// Whether an owner is the wanted one or a group below it.
fn belongs(owner: &str, wanted: &str) -> bool {
    let (owner, wanted) = (owner.to_lowercase(), wanted.to_lowercase());
    owner.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Columns {
    /// The rows that pass the filters on columns, one facet's own left out if wanted.
    pub fn allowed(&self, filters: &[Filter], without: Option<Facet>) -> Bits {
        let on = |facet| Verdict::on(filters, facet, without);
        // All that is in the flags at once: one look tells.
        let mut flags = [true; 256];
        let mut narrowed = false;
        for facet in [Facet::Visibility, Facet::Permission, Facet::Archived, Facet::Fork, Facet::Template] {
            if let Some(verdict) = on(facet) {
                narrowed = true;
                for (number, passes) in (0_u8..=u8::MAX).zip(&mut flags) {
                    *passes &= verdict.passes(|test| flag_is(number, test));
                }
            }
        }
        let owners: Option<Vec<bool>> = on(Facet::Owner).map(|verdict| {
            let is =
                |owner: &String| verdict.passes(|test| matches!(test, Test::Owner(wanted) if belongs(owner, wanted)));
            self.owners.shown.iter().map(is).collect()
        });
        let languages: Option<Vec<bool>> = on(Facet::Language).map(|verdict| {
            let is = |language: Option<&String>| {
                verdict.passes(|test| {
                    matches!((test, language), (Test::Language(wanted), Some(language)) if same(language, wanted))
                })
            };
            std::iter::once(None).chain(self.languages.shown.iter().map(Some)).map(is).collect()
        });
        let (accounts, forges) = (on(Facet::Account), on(Facet::Forge));
        let reaches: Option<Vec<bool>> = (accounts.is_some() || forges.is_some()).then(|| {
            let reached_by = |reach: &Reach, wanted: &AccountId| {
                reach.accounts.iter().any(|account| self.accounts[*account as usize] == *wanted)
            };
            let is = |reach: &Reach, test: &Test| match test {
                Test::Account(account) => reached_by(reach, account),
                Test::Forge(host) => self.hosts[reach.host as usize] == *host,
                _ => false,
            };
            let all = [accounts, forges];
            let verdicts = || all.iter().flatten();
            self.reaches.iter().map(|reach| verdicts().all(|verdict| verdict.passes(|test| is(reach, test)))).collect()
        });

        let rows = self.flags.len();
        if !narrowed && owners.is_none() && languages.is_none() && reaches.is_none() {
            return Bits::all(rows);
        }
        let passes = |table: &Option<Vec<bool>>, place: usize| table.as_ref().is_none_or(|table| table[place]);
        Bits::from_fn(rows, |row| {
            flags[usize::from(self.flags[row])]
                && passes(&owners, self.owner[row] as usize)
                && passes(&languages, usize::from(self.language[row]))
                && passes(&reaches, self.reach[row] as usize)
        })
    }

    /// How many of the rows have each value of a facet that stands in a column, most frequent first,
    /// then by value. Nothing for the others.
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
        let reached = || tally(self.reaches.len(), &|row| self.reach[row] as usize);
        let mut counts: Vec<(String, u32)> = match facet {
            Facet::Owner => {
                let counts = tally(self.owners.shown.len(), &|row| self.owner[row] as usize);
                self.owners.shown.iter().cloned().zip(counts).collect()
            }
            Facet::Language => {
                let counts = tally(self.languages.shown.len() + 1, &|row| usize::from(self.language[row]));
                self.languages.shown.iter().cloned().zip(counts.into_iter().skip(1)).collect()
            }
            Facet::Visibility => {
                let counts = tally(usize::from(VISIBILITY) + 1, &|row| usize::from(self.flags[row] & VISIBILITY));
                VISIBILITIES.iter().map(|(_, text)| (*text).to_owned()).zip(counts).collect()
            }
            Facet::Permission => {
                let counts =
                    tally(1 << (8 - PERMISSION_SHIFT), &|row| usize::from(self.flags[row] >> PERMISSION_SHIFT));
                PERMISSIONS.iter().map(|(_, text)| (*text).to_owned()).zip(counts).collect()
            }
            Facet::Account => {
                let mut counts = vec![0_u32; self.accounts.len()];
                for (reach, count) in self.reaches.iter().zip(reached()) {
                    reach.accounts.iter().for_each(|account| counts[*account as usize] += count);
                }
                self.accounts.iter().map(ToString::to_string).zip(counts).collect()
            }
            Facet::Forge => {
                let mut counts = vec![0_u32; self.hosts.len()];
                self.reaches.iter().zip(reached()).for_each(|(reach, count)| counts[reach.host as usize] += count);
                self.hosts.iter().map(ToString::to_string).zip(counts).collect()
            }
            Facet::Archived => flag(ARCHIVED),
            Facet::Fork => flag(FORK),
            Facet::Template => flag(TEMPLATE),
            Facet::Topic | Facet::Pushed => Vec::new(),
        };
        most_frequent_first(&mut counts);
        counts
    }

    /// Which languages have a word in their name; the first entry stands for no language.
    pub fn languages_with(&self, word: &Needle<'_>) -> Vec<bool> {
        std::iter::once(false).chain(self.languages.with(word)).collect()
    }

    /// The row's language as a place in [`Self::languages_with`].
    pub fn language(&self, row: usize) -> usize {
        usize::from(self.language[row])
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
        let reaches: usize = self.reaches.iter().map(|reach| size_of_val(&*reach.accounts) + size_of::<Reach>()).sum();
        let accounts: usize = self.accounts.iter().map(|id| id.as_str().len() + size_of::<AccountId>()).sum();
        let hosts: usize = self.hosts.iter().map(|id| id.as_str().len() + size_of::<HostId>()).sum();
        self.flags.capacity()
            + (self.owner.capacity() + self.reach.capacity()) * size_of::<u32>()
            + self.language.capacity() * size_of::<u16>()
            + self.owners.memory_bytes()
            + self.languages.memory_bytes()
            + reaches
            + accounts
            + hosts
    }
}

/// Whether flags say what a test asks.
fn flag_is(flags: u8, test: &Test) -> bool {
    let bit = |bit: u8, wanted: bool| (flags & bit != 0) == wanted;
    match test {
        Test::Visibility(wanted) => {
            VISIBILITIES.get(usize::from(flags & VISIBILITY)).is_some_and(|(visibility, _)| visibility == wanted)
        }
        Test::Permission(wanted) => {
            PERMISSIONS.get(usize::from(flags >> PERMISSION_SHIFT)).is_some_and(|(permission, _)| permission == wanted)
        }
        Test::Archived(wanted) => bit(ARCHIVED, *wanted),
        Test::Fork(wanted) => bit(FORK, *wanted),
        Test::Template(wanted) => bit(TEMPLATE, *wanted),
        _ => false,
    }
}

/// Drops what nothing has, and sorts the rest.
pub(crate) fn most_frequent_first(counts: &mut Vec<(String, u32)>) {
    counts.retain(|(_, count)| *count > 0);
    counts.sort_unstable_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
}

/// Gives each different value a small number while rows come in.
#[derive(Debug, Default)]
pub(crate) struct Interning {
    columns: Columns,
    owners: HashMap<String, u32>,
    languages: HashMap<String, u32>,
    accounts: HashMap<AccountId, u32>,
    hosts: HashMap<HostId, u32>,
    reaches: HashMap<Reach, u32>,
}

impl Interning {
    pub fn push(&mut self, document: &Document<'_>) {
        let columns = &mut self.columns;
        let visibility: u8 = match document.visibility {
            Visibility::Public => 0,
            Visibility::Internal => 1,
            Visibility::Private => 2,
        };
        let permission: u8 = match document.permission {
            Permission::Read => 0,
            Permission::Triage => 1,
            Permission::Write => 2,
            Permission::Maintain => 3,
            Permission::Admin => 4,
        };
        let flags = [(document.archived, ARCHIVED), (document.fork, FORK), (document.template, TEMPLATE)];
        let start = visibility | permission << PERMISSION_SHIFT;
        columns.flags.push(flags.iter().fold(start, |flags, (set, bit)| if *set { flags | bit } else { flags }));
        columns.owner.push(intern(&mut self.owners, &mut columns.owners, document.owner));
        let language = document.language.filter(|language| !language.is_empty());
        let language = language.map_or(0, |text| intern(&mut self.languages, &mut columns.languages, text) + 1);
        columns.language.push(u16::try_from(language).unwrap_or(0));

        let number = |account| numbered(&mut self.accounts, &mut columns.accounts, account);
        let mut accounts: Vec<u32> = document.accounts.iter().map(number).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let host = numbered(&mut self.hosts, &mut columns.hosts, document.host);
        let reach = Reach { host, accounts: accounts.into() };
        columns.reach.push(numbered(&mut self.reaches, &mut columns.reaches, &reach));
    }

    pub fn finish(self) -> Columns {
        self.columns
    }
}

/// The number of a thing; a new one if it was not seen before.
fn numbered<T: Clone + Eq + std::hash::Hash>(known: &mut HashMap<T, u32>, table: &mut Vec<T>, thing: &T) -> u32 {
    if let Some(number) = known.get(thing) {
        return *number;
    }
    let number = next(table.len());
    table.push(thing.clone());
    known.insert(thing.clone(), number);
    number
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
