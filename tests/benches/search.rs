//! Key press to results, over 100,000 repositories: every prefix of two hundred queries.

use crate::{
    corpus,
    figures::{self, Times, heading, millis, ratio, time_line},
    place,
};
use drawbridge_domain::{ForgeRepository, HostId, RepositoryId, SystemRandom};
use drawbridge_keeper::dto::{Facet, RepositoryQuery};
use drawbridge_search::{Builder, Document, Index, Query};

const ROWS: usize = 100_000;
const TARGET: &str = "; target: p99 10 ms";

pub async fn bench() {
    let (place, repositories) = place::filled(ROWS).await;
    let queries = corpus::queries(&repositories, 200);
    let texts: Vec<&str> = queries.iter().flat_map(|text| corpus::prefixes(text)).collect();

    heading("Search: 100,000 repositories, every prefix of 200 queries");
    let mut building = Times::default();
    let index = building.note(|| build(&repositories));
    time_line("making the index", building.median(), "");
    let bytes = index.memory_bytes();
    figures::line(
        "memory of the index",
        &format!("{:.1} MB", f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6),
        &format!("{} bytes a row", bytes / ROWS),
    );

    let (mut all, mut one, mut plain) = (Times::default(), Times::default(), Times::default());
    for text in &texts {
        let query = Query { text, limit: 100, ..Query::default() };
        all.note(|| index.search(&query));
        if text.chars().count() == 1 {
            one.note(|| index.search(&query));
        }
    }
    // Nobody types without slips: a letter of every query is another one.
    let mut slipped = Times::default();
    for text in corpus::slips(&queries) {
        slipped.note(|| index.search(&Query { text: &text, limit: 100, ..Query::default() }));
    }
    // Beside it: what a program does that looks at every row in turn.
    for text in texts.iter().step_by(25) {
        plain.note(|| scan(&repositories, text));
    }
    line("index alone, all prefixes", &all, TARGET);
    line("index alone, one letter", &one, TARGET);
    line("index alone, every prefix with a slip", &slipped, TARGET);
    line("a plain loop over all rows", &plain, "");
    figures::line("plain loop ÷ index, median", &format!("{:.1} x", ratio(plain.median(), all.median())), "");

    let mut opening = Times::default();
    let keeper = opening.note_async(place.keeper()).await;
    time_line("keeper starts: vault opens, index is made", opening.median(), "");
    let (mut lists, mut facets) = (Times::default(), Times::default());
    for text in &texts {
        let query = RepositoryQuery { text: (*text).to_owned(), limit: 100, ..RepositoryQuery::default() };
        let list = lists.note_async(keeper.repository_list(query)).await.expect("a list");
        assert_eq!(list.total, index.search(&Query { text, limit: 0, ..Query::default() }).total, "{text}");
    }
    for text in texts.iter().step_by(10) {
        let query = RepositoryQuery { text: (*text).to_owned(), ..RepositoryQuery::default() };
        facets.note_async(keeper.repository_facets(Facet::Owner, query)).await.expect("values");
    }
    line("keeper: 100 rows with everything shown", &lists, TARGET);
    line("keeper: values of a filter", &facets, TARGET);
    keeper.stop().await;
}

fn line(what: &str, times: &Times, target: &str) {
    let rest = format!(
        "p99 {}, longest {}, of {}{target}",
        millis(times.percentile(99)),
        millis(times.percentile(100)),
        times.count()
    );
    figures::line(what, &format!("p50 {}", millis(times.median())), &rest);
}

fn build(repositories: &[ForgeRepository]) -> Index {
    let host = HostId::random(&SystemRandom);
    let mut builder = Builder::with_capacity(repositories.len());
    for (id, repository) in (1..).zip(repositories) {
        builder.push(&Document {
            id: RepositoryId(id),
            host: &host,
            owner: &repository.owner,
            name: &repository.name,
            description: repository.description.as_deref(),
            language: repository.language.as_deref(),
            topics: &repository.topics,
            visibility: repository.visibility,
            archived: repository.archived,
            fork: repository.fork,
            template: repository.template,
            permission: repository.permission,
            pushed_at: repository.pushed_at,
            created_at: repository.created_at,
            size_kib: repository.size_kib,
            accounts: &[],
        });
    }
    builder.finish()
}

/// Each row's texts in lower case, looked through for each word; the hits by last push.
fn scan(repositories: &[ForgeRepository], text: &str) -> usize {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut hits: Vec<&ForgeRepository> = repositories
        .iter()
        .filter(|repository| {
            let mut all = format!("{}/{}", repository.owner, repository.name);
            for text in repository.description.iter().chain(&repository.language).chain(&repository.topics) {
                all.push('\n');
                all.push_str(text);
            }
            let all = all.to_lowercase();
            words.iter().all(|word| all.contains(word.as_str()))
        })
        .collect();
    hits.sort_by_key(|repository| std::cmp::Reverse(repository.pushed_at));
    hits.len()
}
