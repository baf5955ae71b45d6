//! The index against an implementation that is too simple to be wrong, over random inventories.
//!
//! Not here: speed; that is the bench's.
#![allow(clippy::expect_used)]

mod corpus;
mod naive;

use crate::{Builder, Facet, Filter, Index, Query, Sort, Test};
use corpus::{Dice, Row};
use drawbridge_domain::{RepositoryId, Visibility};

const SORTS: [Sort; 5] = [Sort::Best, Sort::Pushed, Sort::Name, Sort::Size, Sort::Created];
const FACETS: [Facet; 10] = [
    Facet::Account,
    Facet::Forge,
    Facet::Owner,
    Facet::Visibility,
    Facet::Permission,
    Facet::Language,
    Facet::Topic,
    Facet::Archived,
    Facet::Fork,
    Facet::Template,
];

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
    filters: Vec<Filter>,
    sort: Sort,
    reverse: bool,
}

impl Asked {
    fn query(&self) -> Query<'_> {
        Query {
            text: &self.text,
            filters: &self.filters,
            sort: self.sort,
            reverse: self.reverse,
            offset: 0,
            limit: u32::MAX,
        }
    }

    fn random(dice: &mut Dice, rows: &[Row]) -> Self {
        let text = corpus::text(dice, rows);
        let filters = (0..[0, 0, 0, 1, 1, 2, 4][dice.below(7)]).map(|_| filter(dice)).collect();
        Self { text, filters, sort: SORTS[dice.below(SORTS.len())], reverse: dice.one_in(2) }
    }
}

fn filter(dice: &mut Dice) -> Filter {
    let one = |dice: &mut Dice, from: &[String]| from[dice.below(from.len())].to_uppercase();
    let test = match dice.below(11) {
        0 => Test::Account(corpus::accounts()[dice.below(4)].clone()),
        1 => Test::Forge(corpus::hosts()[dice.below(2)].clone()),
        2 => Test::Owner(one(dice, &[corpus::owners(), vec!["group".into(), "GROU".into()]].concat())),
        3 => Test::Visibility([Visibility::Public, Visibility::Internal, Visibility::Private][dice.below(3)]),
        4 => Test::Permission(corpus::PERMISSIONS[dice.below(5)]),
        5 => Test::Language(one(dice, &["Rust", "C", "c++", "TypeScript", "никакой"].map(String::from))),
        6 => Test::Topic(one(dice, &["web", "web-api", "größe", "", "rust\nweb"].map(String::from))),
        7 => Test::Archived(dice.one_in(2)),
        8 => Test::Fork(dice.one_in(2)),
        9 => Test::Template(dice.one_in(2)),
        _ => {
            let end = |dice: &mut Dice| dice.one_in(2).then(|| corpus::second(dice));
            Test::Pushed { from: end(dice), until: end(dice) }
        }
    };
    Filter { negated: dice.one_in(3), test }
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
            assert_eq!(hits.near, naive::near(&rows, &query), "{told}");
            let facet = FACETS[dice.below(FACETS.len())];
            assert_eq!(index.facet(&query, facet), naive::facet(&rows, &query, facet), "{facet:?}, {told}");
            let since = [corpus::second(&mut dice), corpus::second(&mut dice)];
            assert_eq!(index.pushed_since(&query, &since), naive::pushed_since(&rows, &query, &since), "{told}");
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

#[test]
fn pages_of_a_group_and_what_is_below_it_are_one_list() {
    // What is below the group was pushed to last; a name of the group itself begins with the word too.
    let below = (0..2).map(|id| Row { owner: "group/sub".to_owned(), ..Row::named(id, "group/x", None) });
    let beside = (2..7).map(|id| Row { name: format!("sub{id}"), ..Row::named(id, "group/y", None) });
    let rows: Vec<Row> = below.chain(beside).collect();
    let index = index_of(&rows);
    let page = |offset, limit| index.search(&Query { text: "group/sub", offset, limit, ..Query::default() }).ids;
    let pages: Vec<RepositoryId> = (0..4).flat_map(|number| page(number * 2, 2)).collect();
    assert_eq!(pages, page(0, 100));
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
fn a_slip_of_the_finger_finds_what_was_meant_behind_what_was_typed() {
    let rows = [
        ("acme/kubernetes", None),
        ("acme/my-kubernetes-notes", None),
        ("kubernetes-sigs/tool", None),
        ("acme/other", Some("about kuberntes")),
        ("acme/kubectl", None),
    ];
    let built: Vec<Row> = (0..).zip(rows).map(|(id, (name, about))| Row::named(id, name, about)).collect();
    let query = Query { text: "kuberntes", limit: 100, ..Query::default() };
    let hits = index_of(&built).search(&query);
    assert_eq!(
        names(&rows, "kuberntes"),
        ["acme/other", "acme/kubernetes", "acme/my-kubernetes-notes", "kubernetes-sigs/tool"],
        "what has the word as it was typed comes first"
    );
    assert_eq!((hits.total, hits.near, hits.spelled), (4, 3, vec!["kubernetes".to_owned()]));
    assert_eq!(names(&rows, "acme kubernt"), ["acme/other", "acme/kubernetes", "acme/my-kubernetes-notes"]);
    assert_eq!(names(&rows, "tolo"), ["kubernetes-sigs/tool"], "two letters swapped are one slip");
    assert_eq!(names(&rows, "kubern").len(), 4, "with three rows that have it nothing else is looked for");
    for text in ["tul", "kuberxxxtes", "acem/kubernetes", "kuberntes nowhere"] {
        assert_eq!(names(&rows, text), [""; 0], "{text}");
    }
}

#[test]
fn an_owner_stands_for_the_groups_below_it() {
    let filters = [Filter { negated: false, test: Test::Owner("GROUP".into()) }];
    let query = Query { filters: &filters, limit: 10, ..Query::default() };
    let rows: Vec<Row> = (0..)
        .zip(["group/sub", "group", "groupies"])
        .map(|(id, owner)| Row { owner: owner.to_owned(), ..Row::named(id, "a/x", None) })
        .collect();
    assert_eq!(index_of(&rows).search(&query).ids, [RepositoryId(0), RepositoryId(1)]);
}

#[test]
fn a_description_is_no_topic() {
    let topics = [Filter { negated: false, test: Test::Topic("cli".into()) }];
    let query = Query { filters: &topics, limit: 10, ..Query::default() };
    let with = |id, about, topics: &[&str]| Row {
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        ..Row::named(id, "a/x", Some(about))
    };
    let rows =
        [with(0, "x\ncli\ny", &[]), with(1, "cli", &["other"]), with(2, "cli", &["CLI", "cli"]), with(3, "cli", &[])];
    let index = index_of(&rows);
    assert_eq!(index.search(&query).ids, [RepositoryId(2)]);
    assert_eq!(index.facet(&query, Facet::Topic), [("cli".to_owned(), 1), ("other".to_owned(), 1)]);
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
