//! Building an index: rows come in any order and are laid out by last push.
//!
//! Not here: where rows come from.

use crate::{Index, filter::Interning, fold, order::Orders, text::Lines};
use drawbridge_domain::{AccountId, HostId, Permission, RepositoryId, Timestamp, Visibility};
use std::cmp::Reverse;

/// One repository as the index takes it in. Nothing of it is kept but what searching needs.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// What a hit is answered as.
    pub id: RepositoryId,
    /// The installation it lies at.
    pub host: &'a HostId,
    /// User or organisation.
    pub owner: &'a str,
    /// Name under the owner.
    pub name: &'a str,
    /// One line about it.
    pub description: Option<&'a str>,
    /// The main language.
    pub language: Option<&'a str>,
    /// Topics.
    pub topics: &'a [String],
    /// Who may see it.
    pub visibility: Visibility,
    /// Read-only at the forge.
    pub archived: bool,
    /// Made from another one.
    pub fork: bool,
    /// Offered as a template.
    pub template: bool,
    /// The most that any of the accounts may do.
    pub permission: Permission,
    /// The last push.
    pub pushed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Size in kibibytes.
    pub size_kib: u32,
    /// The accounts that reach it.
    pub accounts: &'a [AccountId],
}

/// What rows are sorted by and then forgotten.
#[derive(Debug, Clone, Copy)]
struct Keys {
    id: RepositoryId,
    pushed_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
    size_kib: u32,
}

/// Takes rows in and makes an [`Index`] of them.
#[derive(Debug)]
pub struct Builder {
    keys: Vec<Keys>,
    names: Lines,
    rest: Lines,
    columns: Interning,
}

impl Builder {
    /// Room for so many rows to begin with.
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            keys: Vec::with_capacity(rows),
            names: Lines::with_capacity(rows, 0),
            rest: Lines::with_capacity(rows, 0),
            columns: Interning::default(),
        }
    }

    /// Takes one repository in.
    pub fn push(&mut self, document: &Document<'_>) {
        let Document { id, name, description, topics, pushed_at, created_at, size_kib, .. } = *document;
        self.keys.push(Keys { id, pushed_at, created_at, size_kib });
        self.names.push(|text| fold::fold_into(name, text));
        self.rest.push(|text| {
            fold_line(description.unwrap_or_default(), text);
            for topic in topics {
                text.push(b'\n');
                fold_line(topic, text);
            }
        });
        self.columns.push(document);
    }

    /// Lays everything out for searching.
    pub fn finish(self) -> Index {
        let Self { keys, names, rest, columns } = self;
        let columns = columns.finish();
        let owners = columns.owner_ranks();

        // By name first: each row's place in it then breaks the other orders' ties.
        let mut by_name: Vec<u32> = (0..u32::try_from(keys.len()).unwrap_or(u32::MAX)).collect();
        by_name.sort_unstable_by(|a, b| {
            let owner = |row: &u32| owners[*row as usize];
            let name = |row: &u32| names.line(*row as usize);
            let id = |row: &u32| keys[*row as usize].id;
            owner(a).cmp(&owner(b)).then_with(|| name(a).cmp(name(b))).then_with(|| id(a).cmp(&id(b)))
        });
        // What is stable keeps that order among equals.
        let sorted_by = |key: &dyn Fn(&Keys) -> Reverse<Option<i64>>| {
            let mut rows = by_name.clone();
            rows.sort_by_key(|row| key(&keys[*row as usize]));
            rows
        };
        let by_pushed = sorted_by(&|keys| Reverse(keys.pushed_at.map(Timestamp::as_millis)));
        let by_created = sorted_by(&|keys| Reverse(keys.created_at.map(Timestamp::as_millis)));
        let by_size = sorted_by(&|keys| Reverse(Some(i64::from(keys.size_kib))));

        let mut number = vec![0_u32; keys.len()];
        for (new, old) in (0..).zip(&by_pushed) {
            number[*old as usize] = new;
        }
        let renumbered = |rows: Vec<u32>| rows.into_iter().map(|row| number[row as usize]).collect();
        let orders = Orders {
            by_name: renumbered(by_name),
            by_size: renumbered(by_size),
            by_created: renumbered(by_created),
            pushed: keys.iter().filter(|keys| keys.pushed_at.is_some()).count(),
            created: keys.iter().filter(|keys| keys.created_at.is_some()).count(),
        };
        Index {
            pushed: by_pushed[..orders.pushed]
                .iter()
                .map(|row| keys[*row as usize].pushed_at.map_or(0, seconds))
                .collect(),
            ids: by_pushed.iter().map(|row| keys[*row as usize].id).collect(),
            names: names.reordered(&by_pushed),
            rest: rest.reordered(&by_pushed),
            columns: columns.reordered(&by_pushed),
            orders,
        }
    }
}

/// Appends folded text that stays on one line: a line feed within would begin a topic.
fn fold_line(text: &str, out: &mut Vec<u8>) {
    let start = out.len();
    fold::fold_into(text, out);
    out[start..].iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
}

/// A topic as rows have it.
pub(crate) fn line(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    fold_line(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// A time as the index keeps it: whole seconds since 1970, as forges tell it.
pub(crate) fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_millis().max(0) / 1000).unwrap_or(u32::MAX)
}
