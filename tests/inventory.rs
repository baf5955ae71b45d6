//! Syncs against the practice forge on good and bad days, and what is listed after them.

use crate::{
    app::{App, PATIENCE, forge},
    moves::{now, practice_at, vault},
};
use drawbridge_domain::Visibility;
use drawbridge_keeper::{
    Code,
    dto::{Facet, RepositoryQuery, RepositoryRef, RunOutcome, RunQuery, UnlockVault},
};
use drawbridge_testkit::forge::{Change, Match, Trouble};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn everything_the_account_reaches_is_listed_and_found() {
    let practice = forge(450);
    let app = App::open().await;
    app.connect_token(&practice).await;
    let runs = app.sync().await;
    assert_eq!(runs[0].outcome, RunOutcome::Changed, "{}", runs[0].sentence);
    let names = app.names().await;
    assert_eq!(names.len(), 450);
    let known = practice.full_names();
    assert!(names.iter().all(|name| known.contains(name)), "every listed name is the forge's");
    assert!(practice.most_in_flight() > 1, "pages after the first are asked for concurrently");

    let wanted = &names[17];
    let detail =
        app.keeper.repository_show(RepositoryRef::FullName { full_name: wanted.to_uppercase() }).await.expect("shown");
    assert_eq!(&detail.repository.full_name, wanted, "names compare without case");
    let (owner, name) = wanted.split_once('/').expect("a full name");
    let query = RepositoryQuery { text: format!("{name} owner:{owner}"), ..RepositoryQuery::default() };
    let found = app.keeper.repository_list(query).await.expect("searched");
    assert_eq!(found.rows.first().map(|row| &row.full_name), Some(wanted), "the exact name comes first");
    let facets = app.keeper.repository_facets(Facet::Owner, RepositoryQuery::default()).await.expect("counted");
    assert_eq!(facets.values.iter().map(|value| value.count).sum::<u32>(), 450);
    let missing = app.keeper.repository_show(RepositoryRef::FullName { full_name: "no/such".into() }).await;
    assert_eq!(missing.map_err(|problem| problem.code).err(), Some(Code::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_owner_is_counted_however_many_there_are() {
    let practice = forge(20);
    for at in 0..230 {
        let path = format!("club-{at}");
        assert!(practice.change(&Change::AddGroup { path: path.clone(), member: practice.login(0) }));
        let add = Change::Add { full_name: format!("{path}/boats"), visibility: Visibility::Public };
        assert!(practice.change(&add));
    }
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    let owners = app.keeper.repository_facets(Facet::Owner, RepositoryQuery::default()).await.expect("counted").values;
    assert_eq!(owners.iter().filter(|owner| owner.value.starts_with("club-")).count(), 230);
    assert_eq!(owners.iter().map(|owner| owner.count).sum::<u32>(), 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_is_shown_as_it_comes_and_goes_on_where_a_lock_ended_it() {
    let practice = forge(2000);
    practice.trouble(Match::page(18), Trouble::Silence, 1000);
    let app = App::open().await;
    let account = app.connect_token(&practice).await;
    let some = async {
        while app.count().await < 500 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, some).await.expect("rows are shown while others are read");
    let status = app.keeper.sync_status().await.expect("told");
    assert_eq!((status.running.len(), status.up_to_date), (1, 0), "{status:?}");
    let names = app.names().await;
    let known = practice.full_names();
    assert!(names.len() < 2000 && names.iter().all(|name| known.contains(name)));

    app.keeper.vault_lock().await.expect("locked");
    let (vault, store) = app.vault_beside().await;
    let kept = store.read().await.expect("a connection").repository_count().await.expect("counted");
    drop(store);
    vault.close().await;
    practice.all_well();
    app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("opened");
    assert!((500..2000).contains(&kept), "{kept}");
    let runs = app.keeper.sync_wait(Some(account.id)).await.expect("synced");
    let run = &runs[0];
    assert_eq!((run.outcome, run.added, run.requests), (RunOutcome::Changed, 2000 - kept, 20), "{}", run.sentence);
    assert_eq!(run.unmodified * 100, kept, "what was read is not read again");
    assert_eq!(app.count().await, 2000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_words_and_filters_and_tells_what_it_did_not_take_for_one() {
    let practice = forge(300);
    let app = App::open().await;
    let account = app.connect_token(&practice).await;
    app.sync().await;
    let list = async |text: &str| {
        let query = RepositoryQuery { text: text.to_owned(), limit: 1000, ..RepositoryQuery::default() };
        app.keeper.repository_list(query).await.expect("a list")
    };
    let facets = [
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
        Facet::Pushed,
    ];
    for facet in facets {
        let name = serde_json::to_value(facet).expect("a word");
        let name = name.as_str().expect("text");
        let values = app.keeper.repository_facets(facet, RepositoryQuery::default()).await.expect("counted").values;
        for value in values.iter().take(5) {
            let wanted = format!("{name}:\"{}\"", value.value);
            let (with, without) = (list(&wanted).await, list(&format!("-{wanted}")).await);
            assert_eq!(with.total, value.count, "{wanted} finds what was counted");
            assert_eq!(with.total + without.total, 300, "{wanted} or not");
            assert_eq!(with.remarks, [], "{wanted}");
        }
    }
    for name in
        [account.id.to_string(), account.login.to_uppercase(), format!("{}@{}", account.login, account.host_label)]
    {
        assert_eq!(list(&format!("account:{name}")).await.total, 300, "{name}");
    }

    let told = list("langs:rust").await;
    assert_eq!(told.total, 0, "what is no filter is a word");
    assert_eq!(told.remarks[0].message, "There is no filter called langs. Did you mean lang?");
    assert_eq!(told.remarks[0].instead.as_deref(), Some("lang:rust"));
    let told = list("account:nobody").await;
    assert_eq!((told.total, told.remarks.len()), (0, 1), "nobody's repositories are not everybody's");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_changed_one_question_is_asked_and_once_a_day_every_page() {
    let clock = now();
    let practice = practice_at(&clock, 350);
    let app = vault(&clock).await;
    app.connect_token(&practice).await;
    app.sync().await;
    let app = app.restart().await;
    let runs = app.sync().await;
    assert_eq!((runs[0].outcome, runs[0].requests), (RunOutcome::Unchanged, 1), "{:?}", runs[0]);

    practice.change(&Change::Delete { full_name: app.names().await[100].clone() });
    let runs = app.sync().await;
    assert_eq!((runs[0].outcome, runs[0].removed), (RunOutcome::Changed, 1), "the total tells: {:?}", runs[0]);

    clock.advance(Duration::from_hours(25));
    let runs = app.sync().await;
    assert_eq!((runs[0].outcome, runs[0].requests), (RunOutcome::Unchanged, 4), "{:?}", runs[0]);
    assert_eq!(runs[0].unmodified, 4, "validators survive a restart: {:?}", runs[0]);
    assert_eq!(app.count().await, 349);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_removes_nothing_and_is_said() {
    let practice = forge(650);
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    let before = app.names().await;
    practice.change(&Change::Delete { full_name: before[3].clone() });
    practice.fail_page(3, 502, 1000);
    let runs = app.sync().await;
    assert_eq!(runs[0].outcome, RunOutcome::Stopped, "{}", runs[0].sentence);
    assert!(runs[0].sentence.contains("page 3 of 7"), "{}", runs[0].sentence);
    assert_eq!(app.names().await, before, "a failed listing is not an empty one");
    let account = app.keeper.account_list().await.expect("listed").rows.remove(0);
    assert!(account.state_note.contains("Nothing was removed"), "{} {}", account.state, account.state_note);

    practice.all_well();
    let runs = app.sync().await;
    assert_eq!((runs[0].outcome, runs[0].removed), (RunOutcome::Changed, 1), "{}", runs[0].sentence);
    assert_eq!(app.count().await, 649);
    let history = app.keeper.sync_runs(RunQuery { only_problems: true, ..RunQuery::default() }).await.expect("listed");
    assert_eq!(history.total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_keeps_its_identity() {
    let practice = forge(120);
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    let old = app.names().await[5].clone();
    let before = app.keeper.repository_show(RepositoryRef::FullName { full_name: old.clone() }).await.expect("shown");
    assert!(practice.change(&Change::Rename { full_name: old.clone(), to: "brand-new-name".into() }));
    let runs = app.sync().await;
    assert_eq!((runs[0].added, runs[0].changed, runs[0].removed), (0, 1, 0), "{}", runs[0].sentence);
    let after = app.keeper.repository_show(RepositoryRef::Id { id: before.repository.id }).await.expect("shown");
    assert_eq!(after.repository.name, "brand-new-name");
    assert_eq!(after.renamed_from.as_deref(), Some(old.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_obeyed_and_a_sync_can_be_joined() {
    let practice = forge(250);
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    practice.limit_next(1, 1);
    let (first, second) = tokio::join!(app.sync(), app.sync());
    assert_eq!(first[0].id, second[0].id, "the second joins the first");
    assert!(matches!(first[0].outcome, RunOutcome::Unchanged), "{}", first[0].sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_there_is_nothing_to_sync() {
    let app = App::open().await;
    let problem = app.keeper.sync_wait(None).await.expect_err("nothing to sync");
    assert_eq!(problem.code, Code::NotConnected);
}

/// The top of the list as it is answered first, and as the index has it.
async fn tops(app: &App) -> (Vec<String>, Vec<String>) {
    let top = async || {
        let query = RepositoryQuery { limit: 200, ..RepositoryQuery::default() };
        let list = app.keeper.repository_list(query).await.expect("a list");
        let mut shown: Vec<String> =
            list.rows.into_iter().map(|row| format!("{}: {:?}", row.full_name, row.accounts)).collect();
        shown.push(format!("of {}", list.total));
        shown
    };
    let first = top().await;
    // A search waits for the index.
    app.keeper
        .repository_list(RepositoryQuery { text: "a".into(), ..RepositoryQuery::default() })
        .await
        .expect("found");
    (first, top().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_that_is_shown_before_the_index_is_there_is_the_one_of_now() {
    let practice = forge(3_000);
    let mut app = App::open().await;
    let account = app.connect_token(&practice).await;
    app.sync().await;
    app = app.restart().await;
    let (first, then) = tops(&app).await;
    assert_eq!((first.len(), &first), (201, &then));

    let names = practice.full_names();
    practice.change(&Change::Push { full_name: names[2_999].clone() });
    practice.change(&Change::Delete { full_name: names[0].clone() });
    app.sync().await;
    app = app.restart().await;
    let (first, then) = tops(&app).await;
    assert_eq!(first, then);
    assert!(first[0].starts_with(&names[2_999]), "pushed to last: {}", first[0]);

    app.keeper.account_disconnect(account.id).await.expect("disconnected");
    app = app.restart().await;
    let (first, then) = tops(&app).await;
    assert_eq!((first, then), (vec!["of 0".to_owned()], vec!["of 0".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_two_hosts_have_is_none_until_it_is_said_which() {
    let (one, other) = (forge(20), forge(20));
    let app = App::open().await;
    app.connect_token(&one).await;
    app.connect_token(&other).await;
    app.sync().await;
    let full_name = one.full_names()[3].clone();
    let named = RepositoryRef::FullName { full_name: full_name.clone() };
    let problem = app.keeper.repository_show(named.clone()).await.expect_err("which one?");
    assert_eq!(problem.code, Code::InvalidInput, "{problem}");
    let places = [one.host(), other.host()].map(|host| host.label().to_owned());
    assert!(places.iter().all(|place| problem.message.contains(place)), "{problem}: {places:?}");
    assert!(problem.hint.contains("id"), "{}", problem.hint);
    let query = RepositoryQuery { text: full_name.clone(), ..RepositoryQuery::default() };
    let rows = app.keeper.repository_list(query).await.expect("listed").rows;
    for row in rows.iter().filter(|row| row.full_name == full_name) {
        let shown = app.keeper.repository_show(RepositoryRef::Id { id: row.id }).await.expect("shown");
        assert_eq!(shown.repository.id, row.id);
    }

    // One that is spelled so is meant before one that is spelled another way.
    let (owner, name) = full_name.split_once('/').expect("owner and name");
    let shouted = format!("{owner}/{}", name.to_uppercase());
    assert!(other.change(&Change::Delete { full_name: full_name.clone() }));
    assert!(other.change(&Change::Add { full_name: shouted, visibility: Visibility::Private }));
    app.sync().await;
    assert_eq!(app.keeper.repository_show(named).await.expect("that one").host_label, places[0]);
}
