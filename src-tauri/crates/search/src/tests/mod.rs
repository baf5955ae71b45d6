//! The index against an implementation that is too simple to be wrong, over random inventories.
//!
//! Not here: speed; that is the bench's.
#![allow(clippy::expect_used)]

mod corpus;
mod naive;

use crate::{Builder, Facet, Index, Query, Sort};
use corpus::{Dice, Row};
use drawbridge_domain::{AccountId, RepositoryId, Visibility};

const SORTS: [Sort; 5] = [Sort::Best, Sort::Pushed, Sort::Name, Sort::Size, Sort::Created];
const FACETS: [Facet; 6] =
    [Facet::Account, Facet::Owner, Facet::Visibility, Facet::Language, Facet::Archived, Facet::Fork];

fn index_of(rows: &[Row]) -> Index {
    let mut builder = Builder::with_capacity(rows.len());
    for row in rows {
        builder.push(&row.document());
    }
    builder.finish()
}

/// A query that owns what it asks.
#[derive(Debug, Default)]
struct Asked {
    text: String,
    accounts: Vec<AccountId>,
    owners: Vec<String>,
    visibility: Vec<Visibility>,
    languages: Vec<String>,
    archived: Option<bool>,
    fork: Option<bool>,
    sort: Sort,
    reverse: bool,
}

impl Asked {
    fn query(&self) -> Query<'_> {
        Query {
            text: &self.text,
            accounts: &self.accounts,
            owners: &self.owners,
            visibility: &self.visibility,
            languages: &self.languages,
            archived: self.archived,
            fork: self.fork,
            sort: self.sort,
            reverse: self.reverse,
            offset: 0,
            limit: u32::MAX,
        }
    }

    fn random(dice: &mut Dice, rows: &[Row]) -> Self {
        let maybe = |dice: &mut Dice| dice.one_in(4).then(|| dice.one_in(2));
        Self {
            text: corpus::text(dice, rows),
            accounts: corpus::few(dice, &corpus::accounts()),
            owners: corpus::few(dice, &corpus::owners()).into_iter().map(|owner| owner.to_uppercase()).collect(),
            visibility: corpus::few(dice, &[Visibility::Public, Visibility::Internal, Visibility::Private]),
            languages: corpus::few(dice, &["Rust", "C", "c++", "TypeScript", "никакой"].map(String::from)),
            archived: maybe(dice),
            fork: maybe(dice),
            sort: SORTS[dice.below(SORTS.len())],
            reverse: dice.one_in(2),
        }
    }
}

#[test]
fn every_answer_is_the_simple_one() {
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let size = [0, 1, 2, 40, 150, 400][dice.below(6)];
        let rows = corpus::rows(&mut dice, size);
        let index = index_of(&rows);
        assert_eq!(index.len(), rows.len());
        for turn in 0..60 {
            let asked = Asked::random(&mut dice, &rows);
            let (query, told) = (asked.query(), format!("seed {seed}, turn {turn}, {asked:?}"));
            let expected = naive::search(&rows, &query);
            let hits = index.search(&query);
            assert_eq!(hits.ids, expected, "{told}");
            assert_eq!(hits.total as usize, expected.len(), "{told}");
            let facet = FACETS[dice.below(FACETS.len())];
            assert_eq!(index.facet(&query, facet), naive::facet(&rows, &query, facet), "{facet:?}, {told}");
        }
    }
}

#[test]
fn pages_put_together_are_the_whole_list() {
    for seed in 100..130 {
        let mut dice = Dice::new(seed);
        let rows = corpus::rows(&mut dice, 300);
        let index = index_of(&rows);
        for _ in 0..10 {
            let asked = Asked::random(&mut dice, &rows);
            let whole = index.search(&asked.query());
            let limit = u32::try_from(dice.below(40) + 1).expect("small");
            let mut pages: Vec<RepositoryId> = Vec::new();
            loop {
                let offset = u32::try_from(pages.len()).expect("few rows");
                let page = index.search(&Query { offset, limit, ..asked.query() });
                assert_eq!(page.total, whole.total, "the total does not depend on the page");
                if page.ids.is_empty() {
                    break;
                }
                pages.extend(page.ids);
            }
            assert_eq!(pages, whole.ids, "seed {seed}, pages of {limit}, {asked:?}");
            let beyond = index.search(&Query { offset: u32::MAX, limit: u32::MAX, ..asked.query() });
            assert_eq!((beyond.ids.len(), beyond.total), (0, whole.total), "a page behind the end is empty");
        }
    }
}

/// Names of the hits for a text over a small list, best first.
fn names(rows: &[(&str, Option<&str>)], text: &str) -> Vec<String> {
    let rows: Vec<Row> = (0..).zip(rows).map(|(id, (full_name, about))| Row::named(id, full_name, *about)).collect();
    let query = Query { text, limit: 100, ..Query::default() };
    let name = |id: &RepositoryId| rows[id.0 as usize].full_name();
    index_of(&rows).search(&query).ids.iter().map(name).collect()
}

#[test]
fn the_better_a_word_sits_in_the_name_the_higher_the_row() {
    // Later ones in this list were pushed to earlier, so the order can't come from the pushes.
    let rows = [
        ("acme/notes", Some("about the web")),
        ("web-team/site", None),
        ("acme/cobweb", None),
        ("acme/my-web", None),
        ("acme/website", None),
        ("acme/web", None),
        ("acme/other", None),
    ];
    let order = ["acme/web", "acme/website", "acme/my-web", "acme/cobweb", "web-team/site", "acme/notes"];
    assert_eq!(names(&rows, "web"), order);
    assert_eq!(names(&rows, " \t WEB\u{a0}web "), order, "case, white space and repetition say nothing");
    assert_eq!(names(&rows, "acme/web"), ["acme/web", "acme/website"], "a slash asks for the full name");
    assert_eq!(names(&rows, "web acme")[0], "acme/web");
    assert_eq!(names(&rows, "web-team/"), ["web-team/site"]);
    assert_eq!(names(&rows, "e/w"), ["acme/website", "acme/web"]);
    assert_eq!(names(&rows, "web nowhere"), [""; 0], "every word must be found");
}

#[test]
fn words_are_found_whatever_their_letters() {
    let rows = [
        ("zoë/größe", Some("Façade für São Paulo")),
        ("яндекс/Поиск", Some("ΟΔΟΣ")),
        ("会社/東京-app", Some("rocket 🚀 launch")),
        ("a.b_c/d-e.f", Some("100% (C++) [x] \\ ' \" $^*")),
    ];
    for (text, found) in [
        ("GROSSE", "zoë/größe"),
        ("größe zoe", "zoë/größe"),
        ("sao facade", "zoë/größe"),
        ("поиск ЯНДЕКС", "яндекс/Поиск"),
        ("οδος", "яндекс/Поиск"),
        ("東", "会社/東京-app"),
        ("🚀", "会社/東京-app"),
        ("[x] \\ ' \" $^* 100%", "a.b_c/d-e.f"),
        ("c/d (c++)", "a.b_c/d-e.f"),
    ] {
        assert_eq!(names(&rows, text), [found], "{text}");
    }
    assert_eq!(names(&rows, "\u{301}").len(), rows.len(), "a bare accent asks for nothing");
}

#[test]
fn text_never_matches_across_rows_or_fields() {
    let rows = [("one/ab", Some("cd")), ("ef/gh", None)];
    for text in ["abcd", "abef", "cdef", "cdone", "ab\ncd x"] {
        assert_eq!(names(&rows, text), [""; 0], "{text:?}");
    }
    assert_eq!(names(&rows, "ab\ncd"), ["one/ab"], "a line feed is white space like any other");
}

#[test]
fn huge_queries_are_cut_and_answered() {
    let long = "x".repeat(300);
    let row = format!("acme/{}", "x".repeat(200));
    let rows = [(row.as_str(), None), ("acme/short", None)];
    assert_eq!(names(&rows, &long), [row.as_str()], "the first 200 characters of a word count");
    assert_eq!(names(&rows, &"ä".repeat(100_000)), [""; 0]);
    let many = format!("{} nowhere", "acme ".repeat(8));
    assert_eq!(names(&rows, &many).len(), 2, "the first eight words count");
}

#[test]
fn a_row_costs_at_most_forty_bytes_beside_its_text() {
    let mut dice = Dice::new(7);
    let rows = corpus::rows(&mut dice, 20_000);
    let text: usize = rows.iter().map(Row::folded_length).sum();
    let index = index_of(&rows);
    let tables = 16 * 1024;
    let beside = index.memory_bytes() - text;
    assert!(beside <= 40 * rows.len() + tables, "{} bytes a row", beside / rows.len());
}
