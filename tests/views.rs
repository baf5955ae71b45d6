//! Lists kept under a name, and what was seen to change about a repository.

use crate::app::{App, forge};
use drawbridge_keeper::{
    Code,
    dto::{RenameView, RepositoryColumn, RepositoryRef, RepositorySort, SaveView},
};
use drawbridge_testkit::forge::Change;

fn save(name: &str, query: &str) -> SaveView {
    SaveView { name: name.to_owned(), query: query.to_owned(), ..SaveView::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_kept_renamed_replaced_and_brought_back() {
    let app = App::open().await;
    let columns = vec![RepositoryColumn::Size, RepositoryColumn::Language, RepositoryColumn::Size];
    let request =
        SaveView { sort: RepositorySort::Size, reverse: true, columns, ..save(" Mine ", "owner:acme -is:fork") };
    let kept = app.keeper.view_save(request).await.expect("kept");
    assert_eq!((kept.name.as_str(), kept.columns.len()), ("Mine", 2), "named without its margin, each column once");
    let app = app.restart().await;
    assert_eq!(
        app.keeper.view_list().await.expect("a list").rows,
        std::slice::from_ref(&kept),
        "it outlives a restart"
    );

    let taken = app.keeper.view_save(save("MINE", "x")).await.expect_err("that name is taken");
    assert_eq!(taken.code, Code::InvalidInput);
    let replaced = app.keeper.view_save(SaveView { replace: true, ..save("MINE", "x") }).await.expect("replaced");
    assert_eq!((replaced.id.clone(), replaced.query.as_str()), (kept.id.clone(), "x"), "the same view, written anew");

    let other = app.keeper.view_save(save("Other", "")).await.expect("kept");
    let name = |name: &str| RenameView { name: name.to_owned() };
    assert!(app.keeper.view_rename(other.id.clone(), name("mine")).await.is_err(), "no two are called the same");
    let renamed = app.keeper.view_rename(other.id.clone(), name("OTHER")).await.expect("its own name in another case");
    let removed = app.keeper.view_remove(other.id.clone()).await.expect("removed");
    assert_eq!(removed, renamed, "what was removed is told, so that it can be kept again");
    assert_eq!(app.keeper.view_remove(other.id).await.map_err(|problem| problem.code).err(), Some(Code::NotFound));
    for bad in ["", "  ", "a\nb", &"x".repeat(61)] {
        assert!(app.keeper.view_save(save(bad, "")).await.is_err(), "{bad:?} is no name");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sync_saw_to_change_stands_on_the_repositorys_page() {
    let practice = forge(120);
    let app = App::open().await;
    app.connect_token(&practice).await;
    app.sync().await;
    let name = app.names().await[7].clone();
    let id = {
        let reference = RepositoryRef::FullName { full_name: name.clone() };
        let detail = app.keeper.repository_show(reference).await.expect("shown");
        assert_eq!(detail.changes, [], "nothing has changed since it was first listed");
        detail.repository.id
    };
    let (owner, _) = name.split_once('/').expect("a full name");
    let new_name = format!("{owner}/renamed-twice");
    practice.change(&Change::Rename { full_name: name.clone(), to: "renamed-twice".to_owned() });
    app.sync().await;
    for _ in 0..3 {
        practice.change(&Change::Push { full_name: new_name.clone() });
        app.sync().await;
    }
    let detail = app.keeper.repository_show(RepositoryRef::Id { id }).await.expect("shown");
    let seen: Vec<&str> = detail.changes.iter().map(|change| change.sentence.as_str()).collect();
    let renamed = format!("Renamed from {name} to {new_name}");
    assert!(seen.contains(&renamed.as_str()), "{seen:?}");
    assert_eq!(
        seen.iter().filter(|sentence| **sentence == "Pushed to").count(),
        1,
        "only the last push stays: {seen:?}"
    );
    assert_eq!(seen.first(), Some(&"Pushed to"), "newest first: {seen:?}");
}
