//! Copies of repositories through the whole keeper: every kind of forge, over real git and with its own idea of
//! a user name, on good days and bad.
//!
//! Not here: git by itself (the room's own tests), and the command line (`cli`).

use crate::{
    app::{App, PATIENCE},
    forges::ROWS,
};
use drawbridge_keeper::{
    Answer, Code, Problem,
    dto::{
        AddSource, ChangeSettings, CloneRun, CloneSources, CloneState, CloneTransport, Event, FoundRef, Materialize,
        Repository, RepositoryQuery, RepositoryRef, Settings, StartClone, Tag, WantedFiles,
    },
};
use drawbridge_testkit::{
    forge::{Change, Fault, Match, Simulator, Trouble},
    git_http::GitServer,
    temp::search_tree_for,
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A forge that also serves git, a keeper that knows it, and a folder for copies.
struct Bench {
    app: App,
    practice: Simulator,
    server: GitServer,
    place: TempDir,
    rows: Vec<Repository>,
}

impl Bench {
    /// The first kind of forge.
    async fn start() -> Self {
        Self::of(&ROWS[0]).await
    }

    async fn of(row: &crate::forges::Row) -> Self {
        let practice = row.start(12);
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path().join("served");
        fs::create_dir(&root).expect("made");
        practice.serve_git(&root);
        // Only for making repositories in its folder.
        let server = GitServer::start(&root).expect("the server starts");
        let app = row.connected(&practice).await;
        let rows = app.keeper.repository_list(RepositoryQuery::default()).await.expect("listed").rows;
        Self { app, practice, server, place, rows }
    }

    /// Where a repository lies on the server, without its ending.
    fn path(repository: &Repository) -> String {
        let url = url::Url::parse(&repository.clone_url).expect("an address");
        url.path().trim_start_matches('/').trim_end_matches(".git").to_owned()
    }

    /// Gives a repository of the inventory something to copy.
    fn fill(&self, repository: &Repository) {
        let path = Self::path(repository);
        self.server.add(&path).expect("added");
        let files = [("README.md", repository.full_name.as_str()), ("parts/hull/plan", "oak")];
        self.server.commit(&path, "main", &files).expect("committed");
    }

    fn copies(&self) -> PathBuf {
        self.place.path().join("copies")
    }

    async fn run(&self, request: StartClone) -> Answer<CloneRun> {
        let run = self.app.keeper.clone_start(request).await?;
        let ended = tokio::time::timeout(PATIENCE, self.app.keeper.clone_wait(run.id)).await;
        ended.expect("it ends")
    }

    /// Copies one and says why it was not.
    async fn one(&self, repository: &Repository, into: &Path) -> Result<CloneRun, Problem> {
        let run = self.run(one(repository, into)).await?;
        match run.failures.first() {
            Some(failure) => Err(failure.problem.clone()),
            None => Ok(run),
        }
    }
}

fn by_id(repository: &Repository) -> RepositoryRef {
    RepositoryRef::Id { id: repository.id }
}

fn start(sources: CloneSources, into: &Path) -> StartClone {
    StartClone {
        sources,
        folder: Some(into.display().to_string()),
        account: None,
        branch: None,
        depth: 0,
        submodules: false,
        transport: CloneTransport::Https,
    }
}

fn one(repository: &Repository, into: &Path) -> StartClone {
    start(CloneSources::One { repository: by_id(repository) }, into)
}

/// What lies in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).map(|all| all.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let mut names: Vec<_> = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn every_forge_gives_its_repositories_to_the_accounts_access_and_the_copy_keeps_none_of_it() {
    for row in ROWS {
        let bench = Bench::of(row).await;
        let repository = &bench.rows[0];
        bench.fill(repository);
        let into = bench.copies().join("own");
        let run = bench.one(repository, &into).await.unwrap_or_else(|problem| panic!("{}: {problem:?}", row.name()));
        assert_eq!((run.state, run.cloned, run.failed), (CloneState::Done, 1, 0), "{}: {run:?}", row.name());
        assert_eq!(fs::read_to_string(into.join("README.md")).expect("read"), repository.full_name, "{}", row.name());
        let config = fs::read_to_string(into.join(".git/config")).expect("read");
        assert!(config.contains(&format!("url = {}\n", repository.clone_url)), "{}: {config}", row.name());
        let git = |call: &drawbridge_testkit::forge::Exchange| call.path.contains("/info/refs");
        let shown = bench.practice.log().into_iter().filter(git).filter_map(|call| call.status).collect::<Vec<_>>();
        assert!(shown.contains(&401) && shown.contains(&200), "{}: it was asked who it is: {shown:?}", row.name());
        for secret in bench.practice.tokens() {
            let found = search_tree_for(&into, &[&secret]).expect("searched");
            assert!(found.is_empty(), "{}: {found:?}", row.name());
        }
        // Again: it is there.
        let again = bench.run(one(repository, &into)).await.expect("run");
        assert_eq!((again.present, again.cloned), (1, 0), "{}: {again:?}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_view_goes_by_a_plan_and_goes_on_where_it_was_left() {
    let bench = Bench::start().await;
    let keeper = &bench.app.keeper;
    for repository in &bench.rows {
        bench.fill(repository);
    }
    let into = bench.copies();
    let request =
        || start(CloneSources::All { query: RepositoryQuery { limit: 1, ..RepositoryQuery::default() } }, &into);
    let total = u32::try_from(bench.rows.len()).expect("few");
    let plan = keeper.clone_plan(request()).await.expect("planned");
    assert_eq!((plan.total, plan.to_clone, plan.present, plan.colliding), (total, total, 0, 0), "{plan:?}");
    assert!(!into.exists(), "a plan changes nothing");
    let some = CloneSources::Selected { ids: vec![bench.rows[0].id] };
    let plan = keeper.clone_plan(start(some, &into)).await.expect("planned");
    assert_eq!((plan.total, Path::new(&plan.folder)), (1, into.as_path()), "a selection goes into it, also one of one");

    let host = bench.practice.url().trim_start_matches("http://").replace(':', "-");
    let place = |repository: &Repository| into.join(&host).join(&repository.full_name);
    let (mine, gone) = (&bench.rows[1], &bench.rows[2]);
    fs::create_dir_all(place(mine)).expect("made");
    fs::write(place(mine).join("notes"), "mine").expect("written");
    let folder = bench.server.folder(&Bench::path(gone));
    fs::rename(&folder, folder.with_extension("away")).expect("moved");
    let run = bench.run(request()).await.expect("run");
    assert_eq!((run.state, run.cloned, run.failed, run.present), (CloneState::Done, total - 2, 2, 0), "{run:?}");
    let mut failed: Vec<_> = run.failures.iter().map(|one| one.full_name.as_str()).collect();
    failed.sort_unstable();
    let mut expected = [mine.full_name.as_str(), gone.full_name.as_str()];
    expected.sort_unstable();
    assert_eq!(failed, expected, "{run:?}");
    assert_eq!(run.sentence, format!("{} of {total} repositories were cloned, 2 could not be cloned.", total - 2));
    assert_eq!(names(&place(mine)), ["notes"], "what lies there is never touched");
    assert!(!place(gone).exists());

    // What a program left that was killed is begun anew, and what is whole is left alone.
    fs::rename(folder.with_extension("away"), &folder).expect("moved");
    let half = place(gone).with_file_name(format!(".{}.part", gone.name));
    fs::create_dir_all(half.join("tree/.git")).expect("made");
    fs::write(half.join("lock"), "").expect("written");
    let marker = place(&bench.rows[3]).join("marker");
    fs::write(&marker, "x").expect("written");
    let plan = keeper.clone_plan(request()).await.expect("planned");
    assert_eq!((plan.to_clone, plan.present, plan.colliding), (1, total - 2, 1), "{plan:?}");
    assert_eq!(plan.not_cloneable[0].full_name, mine.full_name);
    let run = bench.run(request()).await.expect("run");
    assert_eq!((run.cloned, run.present, run.failed), (1, total - 2, 1), "{run:?}");
    assert!(place(gone).join("README.md").is_file() && !half.exists() && marker.is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_are_made_of_what_a_search_surely_means() {
    let bench = Bench::start().await;
    let keeper = &bench.app.keeper;
    let fits = |row: &&Repository| (6..=20).contains(&row.name.len());
    let name = &bench.rows.iter().find(fits).expect("a name of some length").name;
    let slip = format!("{}q", &name[..name.len() - 1]);
    let query = |text: &str| RepositoryQuery { text: text.to_owned(), ..RepositoryQuery::default() };
    let list = keeper.repository_list(query(&slip)).await.expect("a list");
    assert!(list.total > 0 && list.near == list.total, "{slip} is shown as nearly {name}: {list:?}");
    let request = |text: &str| start(CloneSources::All { query: query(text) }, &bench.copies());
    let plan = keeper.clone_plan(request(&slip)).await.expect("planned");
    assert_eq!(plan.total, 0, "what is nearly spelled so is shown and not copied: {plan:?}");
    assert!(keeper.clone_plan(request(name)).await.expect("planned").total > 0);
    let doubtful = keeper.clone_plan(request("archived:perhaps")).await.expect_err("refused");
    assert_eq!(doubtful.code, Code::InvalidInput);
    assert!(doubtful.message.contains("yes or no"), "{}", doubtful.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_stopped_or_locked_away_leaves_nothing() {
    let bench = Bench::start().await;
    let repository = &bench.rows[0];
    bench.fill(repository);
    let into = bench.copies().join("deep/er/own");
    let path = format!("/{}.git/git-upload-pack", Bench::path(repository));
    let slow = |then| Fault { at: Match { path: Some(path.clone()), ..Match::default() }, then, times: 1 };
    // A host that says nothing at all keeps git from looking; it is not waited for.
    for (locks, then) in [(false, Trouble::Delay(1500)), (true, Trouble::Silence)] {
        bench.practice.fault(slow(then));
        let mut events = bench.app.keeper.events();
        let run = bench.app.keeper.clone_start(one(repository, &into)).await.expect("begun");
        tokio::time::timeout(PATIENCE, bench.practice.faults_happened()).await.expect("it is asked");
        assert!(bench.app.keeper.clone_list().await.expect("listed").iter().any(|one| one.id == run.id));
        if locks {
            bench.app.keeper.vault_lock().await.expect("locked");
        } else {
            let ended = bench.app.keeper.clone_cancel(run.id.clone()).await.expect("stopped");
            assert_eq!((ended.state, ended.cloned, ended.failed), (CloneState::Cancelled, 0, 0), "{ended:?}");
            assert!(!bench.copies().exists(), "not even the folders around it");
        }
        let mut told = None;
        while let Ok(event) = events.try_recv() {
            match event {
                Event::Clone { run: now } if now.id == run.id => told = Some(now.state),
                _ => {}
            }
        }
        assert_eq!(told, Some(CloneState::Cancelled), "the fronts are told");
        assert!(!into.exists(), "nothing half made looks like a copy");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_said_and_leaves_nothing() {
    let bench = Bench::start().await;
    let (repository, into) = (&bench.rows[0], bench.copies().join("own"));
    let keeper = &bench.app.keeper;
    let gone = bench.one(repository, &into).await.expect_err("it is not there");
    assert_eq!(gone.code, Code::NotFound, "{gone:?}");
    bench.fill(repository);

    let branch = StartClone { branch: Some("no-such".to_owned()), ..one(repository, &into) };
    let run = bench.run(branch).await.expect("run");
    assert!(run.sentence.contains("no branch or tag"), "{run:?}");

    let ssh = StartClone { transport: CloneTransport::Ssh, ..one(repository, &into) };
    let refused = keeper.clone_start(ssh).await.expect_err("refused");
    assert!(refused.code == Code::NotOffered && refused.message.contains("HTTPS"), "{refused:?}");

    let vault = bench.app.folder.path().join("copies");
    for folder in ["relative".to_owned(), "/tmp/../etc/x".to_owned(), vault.display().to_string()] {
        let wrong = StartClone { folder: Some(folder.clone()), ..one(repository, &into) };
        assert_eq!(keeper.clone_start(wrong).await.expect_err("refused").code, Code::InvalidInput, "{folder}");
    }

    fs::create_dir_all(&into).expect("made");
    fs::write(into.join("mine"), "x").expect("written");
    let full = bench.one(repository, &into).await.expect_err("refused");
    assert_eq!(full.code, Code::InvalidInput, "{full:?}");
    assert_eq!(names(&into), ["mine"]);
    fs::remove_dir_all(&into).expect("removed");

    // Somewhere else is asked for nothing.
    let other = GitServer::start(bench.place.path()).expect("the server starts");
    let elsewhere = other.url("acme/boats");
    let path = format!("/{}.git/info/refs", Bench::path(repository));
    for to in [elsewhere.clone(), elsewhere.replace("127.0.0.1", "localhost")] {
        let at = Match { path: Some(path.clone()), ..Match::default() };
        bench.practice.fault(Fault {
            at,
            then: Trouble::Redirect(format!("{to}/info/refs?service=git-upload-pack")),
            times: 4,
        });
        bench.one(repository, &into).await.expect_err("it was sent on");
        let shown: Vec<_> = other.calls().into_iter().filter_map(|call| call.authorization).collect();
        assert_eq!(shown, Vec::<String>::new(), "{to} was shown something");
        bench.practice.all_well();
    }

    bench.practice.revoke_all();
    let ended = bench.one(repository, &into).await.expect_err("refused");
    assert_eq!(ended.code, Code::SignInNeeded, "{ended:?}");
    assert_eq!(names(&bench.copies()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_repository_is_a_copy_too() {
    let bench = Bench::start().await;
    let repository = &bench.rows[0];
    bench.server.add(&Bench::path(repository)).expect("added");
    let into = bench.copies().join("own");
    let run = bench.one(repository, &into).await.expect("copied");
    assert_eq!(run.cloned, 1, "{run:?}");
    assert_eq!(names(&into), [".git"]);
    let again = bench.run(one(repository, &into)).await.expect("run");
    assert_eq!(again.present, 1, "it is known again: {again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_a_repository_comes_as_plain_files() {
    let bench = Bench::start().await;
    let repository = &bench.rows[0];
    bench.fill(repository);
    let request = |path: &str, folder: &Path| Materialize {
        files: WantedFiles::At { repository: by_id(repository), reference: None, path: path.to_owned() },
        folder: Some(folder.display().to_string()),
        account: None,
    };
    let mut events = bench.app.keeper.events();
    let get = |path, folder: PathBuf| {
        let keeper = &bench.app.keeper;
        let request = request(path, &folder);
        async move {
            let run = keeper.materialize(request).await.expect("begun");
            tokio::time::timeout(PATIENCE, keeper.clone_wait(run.id)).await.expect("it ends").expect("known")
        }
    };
    let run = get("parts/hull", bench.copies().join("hull")).await;
    assert_eq!((run.cloned, run.title.clone()), (1, format!("{}/parts/hull", repository.full_name)), "{run:?}");
    assert_eq!(names(&bench.copies().join("hull")), ["plan"]);
    let told = std::iter::from_fn(|| events.try_recv().ok());
    assert!(told.into_iter().any(|event| matches!(event, Event::Changed { tags } if tags.contains(&Tag::Clones))));
    for nowhere in ["none", "README.md/none", "../.."] {
        let run = get(nowhere, bench.copies().join("none")).await;
        assert_eq!(run.failures[0].problem.code, Code::NotFound, "{nowhere}: {run:?}");
    }
    assert_eq!(names(&bench.copies()), ["hull"]);
    let run = get("README.md", bench.copies().join("one")).await;
    assert_eq!((run.cloned, names(&bench.copies().join("one"))), (1, vec!["README.md".to_owned()]), "{run:?}");
    let taken = bench.app.keeper.materialize(request("parts", &bench.copies())).await.expect_err("refused");
    assert_eq!(taken.code, Code::InvalidInput, "told at once, not in a run: {taken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_offers_comes_as_its_files_over_every_forge() {
    for row in ROWS {
        let bench = Bench::of(row).await;
        let (name, repository) = (row.name(), &bench.rows[0]);
        let files =
            [("stacks/web/copier.yml", "_angee: {kind: stack}\n"), ("stacks/web/site.conf", "x\n"), ("top", "y")];
        let path = Bench::path(repository);
        bench.server.add(&path).expect("added");
        bench.server.commit(&path, "main", &files).expect("committed");
        // The practice forge's own name of it: the listed one may be a person's way to say it.
        let own = bench.practice.full_names();
        let own = own.iter().find(|own| row.told(&bench.practice, own) == repository.full_name).expect("its name");
        for (path, text) in files {
            let change = Change::Write { full_name: own.clone(), path: path.to_owned(), text: text.to_owned() };
            assert!(bench.practice.change(&change), "{name}");
        }
        let keeper = &bench.app.keeper;
        let add = AddSource { repository: by_id(repository), reference: None, path: None, kind: None };
        keeper.source_add(add).await.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        let web = || FoundRef::Name { of: None, name: "web".to_owned() };
        assert_eq!(
            keeper.found_show(web()).await.expect("shown").folder,
            None,
            "{name}: nobody said where projects lie"
        );
        let wanted = || Materialize { files: WantedFiles::Found { item: web() }, folder: None, account: None };
        let nowhere = keeper.materialize(wanted()).await.expect_err("refused");
        assert!(nowhere.message.contains("not known where"), "{name}: {nowhere:?}");

        let projects = bench.copies();
        let settings = keeper.settings().await.expect("settings");
        let settings = Settings { projects_folder: Some(projects.display().to_string()), ..settings };
        keeper.set_settings(ChangeSettings { settings, proof: None }).await.expect("set");
        for expected in ["web", "web-2"] {
            let place = keeper.found_show(web()).await.expect("shown").folder.expect("a place");
            assert_eq!(place, projects.join(expected).display().to_string(), "{name}");
            let run = keeper.materialize(wanted()).await.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            let run = tokio::time::timeout(PATIENCE, keeper.clone_wait(run.id)).await.expect("it ends").expect("known");
            assert_eq!((run.cloned, run.folder), (1, place), "{name}: {:?}", run.failures);
            assert_eq!(names(&projects.join(expected)), ["copier.yml", "site.conf"], "{name}: that folder, no history");
        }
        for secret in bench.practice.tokens() {
            assert!(search_tree_for(&projects, &[&secret]).expect("searched").is_empty(), "{name}");
        }
    }
}
