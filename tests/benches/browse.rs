//! The list as a person uses it, through the keeper: searches as they are typed, pages anywhere, from the
//! start of the keeper to the first page, and what it takes of memory.
//!
//! Not here: the index alone beside a plain loop (`search`), and the window (`tests/window/bench`).

use crate::{
    corpus::{self, Dice},
    figures::{Times, heading, line, millis, ratio},
    memory,
    place::{self, Place},
};
use drawbridge_domain::ForgeRepository;
use drawbridge_keeper::{
    Keeper,
    dto::{RepositoryQuery, RepositorySort},
};
use std::{
    process::{Command, Stdio},
    sync::Arc,
};

/// The word that makes this program open a vault, answer a page and say what memory that took.
pub const HOLD: &str = "hold-vault";

/// The rows that the window asks for with each key press.
const PAGE: u32 = 50;
const QUERIES: usize = 500;
const PAGES: usize = 500;
const STARTS: usize = 7;

pub async fn bench(short: bool) {
    let sizes: &[usize] = if short { &[1_000, 10_000] } else { &[1_000, 10_000, 100_000] };
    let empty = place::filled(0).await.0;
    for &rows in sizes {
        heading(&format!("Browse: {rows} repositories, through the keeper"));
        let (place, repositories) = place::filled(rows).await;
        let keeper = place.keeper().await;
        typing(&keeper, &repositories).await;
        pages(&keeper, rows).await;
        keeper.stop().await;
        drop(keeper);
        starts(&place, &empty).await;
        held(&place, &empty);
    }
}

/// Every prefix of what would be typed, with the filters that are set while it is.
async fn typing(keeper: &Arc<Keeper>, repositories: &[ForgeRepository]) {
    let mut dice = Dice::new(3);
    let (mut plain, mut filtered) = (Times::default(), Times::default());
    for text in corpus::queries(repositories, QUERIES) {
        let filters = filters(&mut dice, repositories);
        let times = if filters.is_some() { &mut filtered } else { &mut plain };
        let (set, sort) = filters.unwrap_or_default();
        for prefix in corpus::prefixes(&text) {
            let text = format!("{set} {prefix}").trim_start().to_owned();
            let query = RepositoryQuery { text, sort, limit: PAGE, ..RepositoryQuery::default() };
            times.note_async(keeper.repository_list(query)).await.expect("a list");
        }
    }
    let target = "; target: p99 10 ms";
    percentiles("key press to 50 rows", &plain, target);
    percentiles("the same under filters", &filtered, target);
}

/// What is set before somebody types, and the order it is shown in.
fn filters(dice: &mut Dice, repositories: &[ForgeRepository]) -> Option<(String, RepositorySort)> {
    let one = &repositories[dice.below(repositories.len())];
    let language = one.language.as_deref().map(|language| format!("lang:\"{language}\" "));
    match dice.below(8) {
        0 => Some((format!("owner:{}", one.owner), RepositorySort::default())),
        1 => Some((format!("{}archived:no", language.unwrap_or_default()), RepositorySort::default())),
        2 => Some(("visibility:private fork:no".to_owned(), RepositorySort::default())),
        3 => Some(("archived:no".to_owned(), RepositorySort::Name)),
        _ => None,
    }
}

/// A page at any place of the list, in each order.
async fn pages(keeper: &Arc<Keeper>, rows: usize) {
    let mut dice = Dice::new(4);
    let mut times = Times::default();
    let orders = [RepositorySort::Pushed, RepositorySort::Name, RepositorySort::Size, RepositorySort::Created];
    for number in 0..PAGES {
        let query = RepositoryQuery {
            sort: orders[number % orders.len()],
            offset: u32::try_from(dice.below(rows)).expect("small"),
            limit: PAGE,
            ..RepositoryQuery::default()
        };
        times.note_async(keeper.repository_list(query)).await.expect("a list");
    }
    percentiles("a page of 50 at any place", &times, "");
}

/// From the start of the keeper to the first page, in turn with an empty vault.
async fn starts(place: &Place, empty: &Place) {
    let (mut full, mut none, mut search) = (Times::default(), Times::default(), Times::default());
    for _ in 0..STARTS {
        for (place, times) in [(place, &mut full), (empty, &mut none)] {
            let usable = async {
                let keeper = place.keeper().await;
                keeper
                    .repository_list(RepositoryQuery { limit: PAGE, ..RepositoryQuery::default() })
                    .await
                    .expect("a list");
                keeper
            };
            let keeper = times.note_async(usable).await;
            keeper.stop().await;
        }
        let searchable = async {
            let keeper = place.keeper().await;
            let query = RepositoryQuery { text: "a".to_owned(), ..RepositoryQuery::default() };
            keeper.repository_list(query).await.expect("a list");
            keeper
        };
        let keeper = search.note_async(searchable).await;
        keeper.stop().await;
    }
    let median = |times: &Times| millis(times.median());
    line(
        "start of the keeper to its first page",
        &median(&full),
        &format!("longest of {STARTS}: {}", millis(full.percentile(100))),
    );
    line("  of an empty vault", &median(&none), "");
    line("  ratio", &format!("{:.2} x", ratio(full.median(), none.median())), "target 1.3, of the window's start");
    line("start of the keeper to its first search", &median(&search), "what waits for the index");
}

/// Memory of a process that opened the vault and answered.
fn held(place: &Place, empty: &Place) {
    let mut with = [place, empty].map(|place| {
        let program = std::env::current_exe().expect("this program");
        let output = Command::new(program)
            .args([HOLD.as_ref(), place.folder.path().as_os_str(), place.keys.as_os_str()])
            .stderr(Stdio::inherit())
            .output()
            .expect("it runs");
        let text = String::from_utf8(output.stdout).expect("text");
        text.split_whitespace().map(|word| word.parse::<u64>().expect("a number")).collect::<Vec<u64>>()
    });
    let [full, none] = &mut with;
    let over = |at: usize| full[at].saturating_sub(none[at]);
    line("memory of a process with it open", &memory::shown(full[0]), &format!("peak {}", memory::shown(full[1])));
    line("  with an empty vault", &memory::shown(none[0]), &format!("peak {}", memory::shown(none[1])));
    line("  above that", &memory::shown(over(0)), &format!("peak {}; target 60 MB at 100,000", memory::shown(over(1))));
}

/// Opens a vault, waits for the index, answers a page and a search, and says what memory that took.
pub async fn hold(folder: &str, keys: &str) {
    let place = Place::at(folder.into(), keys.into());
    let keeper = place.keeper().await;
    for text in ["", "atlas"] {
        let query = RepositoryQuery { text: text.to_owned(), limit: PAGE, ..RepositoryQuery::default() };
        keeper.repository_list(query).await.expect("a list");
    }
    println!("{} {}", memory::now(), memory::peak());
    keeper.stop().await;
}

fn percentiles(what: &str, times: &Times, target: &str) {
    let rest = format!(
        "p95 {}, p99 {}, longest {}, of {}{target}",
        millis(times.percentile(95)),
        millis(times.percentile(99)),
        millis(times.percentile(100)),
        times.count()
    );
    line(what, &format!("p50 {}", millis(times.median())), &rest);
}
