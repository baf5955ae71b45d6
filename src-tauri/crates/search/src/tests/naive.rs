//! Search the slow and plain way: every row, every word, one sort.

use super::corpus::Row;
use crate::{Facet, Filter, Query, Sort, Test, fold::fold};
use drawbridge_domain::{Permission, RepositoryId, Timestamp, Visibility};
use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BTreeSet},
};

fn words(text: &str) -> BTreeSet<String> {
    let cut = text.split_whitespace().take(8).map(|word| fold(&word.chars().take(200).collect::<String>()));
    cut.filter(|word| !word.is_empty()).collect()
}

/// How well a word sits in a row; none if it isn't there.
fn tier(row: &Row, word: &str) -> Option<usize> {
    let full = fold(&row.full_name());
    let name = if word.contains('/') { full.clone() } else { fold(&row.name) };
    if name == word {
        return Some(0);
    }
    if name.starts_with(word) {
        return Some(1);
    }
    let at_boundary = |at: &usize| {
        name[..*at].chars().next_back().is_some_and(|before| before.is_ascii() && !before.is_ascii_alphanumeric())
    };
    let places: Vec<usize> = name.char_indices().map(|(at, _)| at).filter(|at| name[*at..].starts_with(word)).collect();
    if !places.is_empty() {
        return Some(if places.iter().any(at_boundary) { 2 } else { 3 });
    }
    if full.contains(word) {
        return Some(4);
    }
    let elsewhere =
        row.description.iter().chain(&row.language).chain(&row.topics).any(|text| fold(text).contains(word));
    elsewhere.then_some(5)
}

/// The slips between two texts: the restricted Damerau distance, with the whole table.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = table[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                let swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                let least = changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if swapped { least.min(table[i - 2][j - 2] + 1) } else { least }
            };
        }
    }
    table[one.len()][other.len()]
}

/// The slips between a word and the best beginning of a word of the name or the owner.
fn slips(row: &Row, word: &str) -> Option<usize> {
    let letters: Vec<char> = word.chars().collect();
    let allowed = match letters.len() {
        4..=7 => 1,
        8..=32 => 2,
        _ => return None,
    };
    let parts = |letter: char| letter.is_ascii() && !letter.is_ascii_alphanumeric();
    let fewest = [&row.name, &row.owner].into_iter().filter_map(|text| {
        let text: Vec<char> = fold(text).chars().collect();
        let starts = (0..text.len()).filter(|at| !parts(text[*at]) && (*at == 0 || parts(text[*at - 1])));
        // What is longer still only takes more slips.
        let longest = letters.len() + 2;
        let ends = |start: usize| (start..=text.len().min(start + longest)).map(move |end| (start, end));
        starts.flat_map(ends).map(|(start, end)| distance(&letters, &text[start..end])).min()
    });
    fewest.min().filter(|slips| *slips <= allowed && !word.contains('/'))
}

fn about(filter: &Filter, row: &Row) -> bool {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    match &filter.test {
        Test::Account(account) => row.accounts.contains(account),
        Test::Forge(host) => row.host == *host,
        Test::Owner(owner) => {
            same(&row.owner, owner) || row.owner.to_lowercase().starts_with(&format!("{}/", owner.to_lowercase()))
        }
        Test::Visibility(visibility) => row.visibility == *visibility,
        Test::Permission(permission) => row.permission == *permission,
        Test::Language(language) => row.language.as_ref().is_some_and(|mine| same(mine, language)),
        Test::Topic(topic) => row.topics.iter().any(|mine| fold(mine) == fold(topic).replace('\n', " ")),
        Test::Archived(yes) => row.archived == *yes,
        Test::Fork(yes) => row.fork == *yes,
        Test::Template(yes) => row.template == *yes,
        Test::Pushed { from, until } => {
            row.pushed_at.is_some_and(|at| from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until))
        }
    }
}

fn passes(row: &Row, query: &Query<'_>, without: Option<Facet>) -> bool {
    let asked = || query.filters.iter().filter(|filter| Some(filter.test.facet()) != without);
    asked().all(|filter| {
        let facet = filter.test.facet();
        if filter.negated || facet == Facet::Pushed {
            return about(filter, row) != filter.negated;
        }
        asked().any(|other| !other.negated && other.test.facet() == facet && about(other, row))
    })
}

fn matching<'a>(rows: &'a [Row], query: &Query<'_>, without: Option<Facet>) -> Vec<(usize, &'a Row)> {
    let words = words(query.text);
    let found = |place: &dyn Fn(&Row, &str) -> Option<usize>| -> Vec<(usize, &'a Row)> {
        rows.iter()
            .filter(|row| passes(row, query, without))
            .filter_map(|row| words.iter().map(|word| place(row, word)).sum::<Option<usize>>().map(|sum| (sum, row)))
            .collect()
    };
    let right = found(&tier);
    if right.len() >= 3 {
        return right;
    }
    // Behind those that have the words are those that nearly have them, by slips alone.
    let nearly = found(&|row, word| tier(row, word).map(|_| 0).or_else(|| slips(row, word)));
    let rest = nearly.into_iter().filter(|(slips, _)| *slips > 0).map(|(slips, row)| (1_000 + slips, row));
    right.into_iter().chain(rest).collect()
}

pub(super) fn near(rows: &[Row], query: &Query<'_>) -> u32 {
    let near = matching(rows, query, None).into_iter().filter(|(tier, _)| *tier > 1_000).count();
    u32::try_from(near).expect("few rows")
}

pub(super) fn pushed_since(rows: &[Row], query: &Query<'_>, since: &[Timestamp]) -> Vec<u32> {
    let found = matching(rows, query, Some(Facet::Pushed));
    let count = |from: &Timestamp| found.iter().filter(|(_, row)| row.pushed_at.is_some_and(|at| at >= *from)).count();
    since.iter().map(|from| u32::try_from(count(from)).expect("few rows")).collect()
}

/// Values descending, what has none last, ties by name and id; turned around where there are values.
fn by_value(a: (Option<i64>, &Row), b: (Option<i64>, &Row), reverse: bool) -> Ordering {
    let name = |row: &Row| (fold(&row.owner), fold(&row.name), row.id);
    let order = Reverse(a.0).cmp(&Reverse(b.0)).then_with(|| name(a.1).cmp(&name(b.1)));
    match (a.0, b.0) {
        (Some(_), Some(_)) if reverse => order.reverse(),
        _ => order,
    }
}

pub(super) fn search(rows: &[Row], query: &Query<'_>) -> Vec<RepositoryId> {
    let mut found = matching(rows, query, None);
    let pushed = |row: &Row| row.pushed_at.map(Timestamp::as_millis);
    let created = |row: &Row| row.created_at.map(Timestamp::as_millis);
    found.sort_by(|(tier_a, a), (tier_b, b)| match query.sort {
        Sort::Best => {
            let tiers = if query.reverse { tier_b.cmp(tier_a) } else { tier_a.cmp(tier_b) };
            tiers.then_with(|| by_value((pushed(a), a), (pushed(b), b), query.reverse))
        }
        Sort::Pushed => by_value((pushed(a), a), (pushed(b), b), query.reverse),
        Sort::Created => by_value((created(a), a), (created(b), b), query.reverse),
        Sort::Size => by_value((Some(a.size_kib.into()), a), (Some(b.size_kib.into()), b), query.reverse),
        Sort::Name => by_value((Some(0), a), (Some(0), b), query.reverse),
    });
    found.iter().map(|(_, row)| row.id).collect()
}

pub(super) fn facet(rows: &[Row], query: &Query<'_>, facet: Facet) -> Vec<(String, u32)> {
    // Values are the same whatever their case; shown as the first row of all spells them.
    let spelled = |of: &dyn Fn(&Row) -> Option<String>, value: &str| {
        let first = rows.iter().filter_map(of).find(|text| text.to_lowercase() == value.to_lowercase());
        first.expect("the value is some row's")
    };
    let owner = |row: &Row| Some(row.owner.clone());
    let language = |row: &Row| row.language.clone().filter(|text| !text.is_empty());
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for (_, row) in matching(rows, query, Some(facet)) {
        let values: BTreeSet<String> = match facet {
            Facet::Account => row.accounts.iter().map(ToString::to_string).collect(),
            Facet::Owner => BTreeSet::from([spelled(&owner, &row.owner)]),
            Facet::Language => language(row).iter().map(|value| spelled(&language, value)).collect(),
            Facet::Archived => BTreeSet::from([row.archived.to_string()]),
            Facet::Fork => BTreeSet::from([row.fork.to_string()]),
            Facet::Template => BTreeSet::from([row.template.to_string()]),
            Facet::Forge => BTreeSet::from([row.host.to_string()]),
            Facet::Topic => row.topics.iter().map(|topic| fold(topic)).filter(|topic| !topic.is_empty()).collect(),
            Facet::Pushed => BTreeSet::new(),
            Facet::Permission => BTreeSet::from([match row.permission {
                Permission::Read => "read",
                Permission::Triage => "triage",
                Permission::Write => "write",
                Permission::Maintain => "maintain",
                Permission::Admin => "admin",
            }
            .to_owned()]),
            Facet::Visibility => BTreeSet::from([match row.visibility {
                Visibility::Public => "public",
                Visibility::Internal => "internal",
                Visibility::Private => "private",
            }
            .to_owned()]),
        };
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(value, count)| (Reverse(*count), value.clone()));
    counts
}
