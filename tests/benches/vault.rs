//! What encryption costs: the same work on a sealed vault and on plain `SQLite`.

use crate::{
    corpus,
    figures::{Times, heading, millis, ratio, time, time_line},
    place::{self, Place},
};
use drawbridge_domain::{ForgeRepository, RepositoryId, SecretString, SystemClock};
use drawbridge_store::Store;
use drawbridge_vault::{Argon2Cost, Database, NewSlot, Way};
use std::time::Duration;

const ROWS: usize = 100_000;
const PAGE: u32 = 100;
const PAGES: usize = 300;
const OPENS: usize = 5;
/// How long a derivation is to take; what the keeper asks for.
const TARGET: Duration = Duration::from_millis(600);

/// What was measured on one of the two.
struct Figures {
    first: Duration,
    unchanged: Duration,
    page: Times,
    index: Duration,
    open: Times,
}

pub async fn bench() {
    let repositories = corpus::repositories(ROWS);
    let sealed = sealed(&repositories).await;
    let plain = plain(&repositories).await;
    heading("Vault: 100,000 repositories, sealed beside plain");
    let line = |what: &str, ours: Duration, theirs: Duration| {
        let meaning = format!("plain {:>9}: {:.2} x (target 1.3)", millis(theirs), ratio(ours, theirs));
        time_line(what, ours, &meaning);
    };
    line("writing all, one transaction", sealed.first, plain.first);
    line("writing all again, nothing changed", sealed.unchanged, plain.unchanged);
    line("searching: reading everything the index needs", sealed.index, plain.index);
    line("listing: a page of 100 anywhere, p50", sealed.page.median(), plain.page.median());
    line("listing: a page of 100 anywhere, p99", sealed.page.percentile(99), plain.page.percentile(99));
    time_line(
        "opening by keychain, up to the first read",
        sealed.open.median(),
        &format!(
            "plain {:>9}: + {}",
            millis(plain.open.median()),
            millis(sealed.open.median().saturating_sub(plain.open.median()))
        ),
    );
    unlocking().await;
}

/// What of an unlock by passphrase is Argon2id, at the cost this computer would choose, and what is
/// everything else.
async fn unlocking() {
    let place = Place::new();
    let passphrase = SecretString::from("seven gulls on a wire".to_owned());
    let cost = Argon2Cost::tuned(TARGET, None, &SystemClock);
    let vault = place.create_with(NewSlot::Passphrase(&passphrase, cost)).await;
    vault.close().await;
    drop(vault);
    let (mut whole, mut derived) = (Times::default(), Times::default());
    for _ in 0..OPENS {
        let vault = whole.note_async(place.open_by(Way::Passphrase(&passphrase))).await;
        vault.close().await;
        derived.note(|| cost.derive_for_comparison(&passphrase));
    }
    let rest = whole.median().saturating_sub(derived.median());
    let what = format!("{} MiB, {} passes", cost.memory_kib / 1024, cost.passes);
    time_line("unlocking by passphrase", whole.median(), "target 1000 ms");
    let share = 100.0 * derived.median().as_secs_f64() / whole.median().as_secs_f64();
    time_line("  of which Argon2id", derived.median(), &format!("{share:.0} %; {what}"));
    time_line("  of which everything else", rest, "");
}

async fn sealed(repositories: &[ForgeRepository]) -> Figures {
    let place = Place::new();
    let vault = place.create().await;
    let store = Store::open(&vault, place::random()).await.expect("a store");
    let mut figures = measure(&store, repositories).await;
    drop(store);
    vault.close().await;
    for _ in 0..OPENS {
        let opening = async {
            let vault = place.open().await;
            let store = Store::open(&vault, place::random()).await.expect("a store");
            (first_read(&store).await, vault).1
        };
        figures.open.note_async(opening).await.close().await;
    }
    figures
}

async fn plain(repositories: &[ForgeRepository]) -> Figures {
    let place = Place::new();
    // Single values are still sealed: what is compared is the database.
    let vault = place.create().await;
    let file = place.folder.around().join("plain.db");
    let open = || async {
        let database = Database::open_plain_for_comparison(&file).await.expect("a plain database");
        let store = Store::over(database.clone(), vault.sealer.clone(), place::random()).await.expect("a store");
        (database, store)
    };
    let (database, store) = open().await;
    let mut figures = measure(&store, repositories).await;
    drop(store);
    database.close().await;
    for _ in 0..OPENS {
        let opening = async {
            let (database, store) = open().await;
            (first_read(&store).await, database).1
        };
        figures.open.note_async(opening).await.close().await;
    }
    vault.close().await;
    figures
}

async fn first_read(store: &Store) {
    let mut session = store.read().await.expect("a connection");
    session.accounts().await.expect("a read");
}

async fn measure(store: &Store, repositories: &[ForgeRepository]) -> Figures {
    let (host, account) = place::add_account(store).await;
    let ((), first) = time(place::put(store, &host, &account, repositories)).await;
    let ((), unchanged) = time(place::put(store, &host, &account, repositories)).await;

    let mut dice = corpus::Dice::new(3);
    let mut page = Times::default();
    let mut session = store.read().await.expect("a connection");
    for _ in 0..PAGES {
        let rows = u32::try_from(ROWS).expect("small");
        let ids: Vec<RepositoryId> =
            (0..PAGE).map(|_| RepositoryId(u32::try_from(dice.below(ROWS)).expect("small") % rows + 1)).collect();
        let read = page.note_async(session.repositories(&ids)).await.expect("a read");
        assert_eq!(read.len(), ids.len(), "every row is there");
    }
    let mut rows = 0;
    let (done, index) = time(session.search_rows(|_| rows += 1)).await;
    done.expect("a read");
    assert_eq!(rows, ROWS);
    Figures { first, unchanged, page, index, open: Times::default() }
}
