//! Search the slow and plain way: every row, every word, one sort.

use super::corpus::Row;
use crate::{Facet, Query, Sort, fold::fold};
use drawbridge_domain::{RepositoryId, Timestamp, Visibility};
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

fn passes(row: &Row, query: &Query<'_>, without: Option<Facet>) -> bool {
    let same = |a: &str, b: &String| a.to_lowercase() == b.to_lowercase();
    let in_any = |facet, given: bool, is_in: bool| !given || without == Some(facet) || is_in;
    in_any(
        Facet::Account,
        !query.accounts.is_empty(),
        row.accounts.iter().any(|account| query.accounts.contains(account)),
    ) && in_any(Facet::Owner, !query.owners.is_empty(), query.owners.iter().any(|owner| same(&row.owner, owner)))
        && in_any(Facet::Visibility, !query.visibility.is_empty(), query.visibility.contains(&row.visibility))
        && in_any(
            Facet::Language,
            !query.languages.is_empty(),
            row.language.as_ref().is_some_and(|mine| query.languages.iter().any(|wanted| same(mine, wanted))),
        )
        && in_any(Facet::Archived, query.archived.is_some(), query.archived == Some(row.archived))
        && in_any(Facet::Fork, query.fork.is_some(), query.fork == Some(row.fork))
}

fn matching<'a>(rows: &'a [Row], query: &Query<'_>, without: Option<Facet>) -> Vec<(usize, &'a Row)> {
    let words = words(query.text);
    rows.iter()
        .filter(|row| passes(row, query, without))
        .filter_map(|row| words.iter().map(|word| tier(row, word)).sum::<Option<usize>>().map(|tier| (tier, row)))
        .collect()
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
