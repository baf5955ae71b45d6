//! Pages of repositories over every forge, by the table of `forges.rs`: what is read of a README, of branches and
//! tags, what it takes, what stays where the host can't be reached, and what a lock ends.
//!
//! Not here: how the window shows a text, and the command line (`cli`).

use crate::{
    app::{App, PATIENCE, forge},
    forges::{ROWS, Row, sync},
};
use drawbridge_domain::{Clock as _, RepositoryId, SystemClock, Timestamp, Visibility};
use drawbridge_keeper::{
    Answer, Code,
    dto::{Event, NamedReference, ReadmeFound, RepositoryContents, RepositoryRef, Tag, UnlockVault},
};
use drawbridge_store::{CONTENTS_KEPT, ContentRow, Names, NamesRow, ReadmeFile, ReadmeKind, ReadmeRow};
use drawbridge_testkit::{
    forge::{Change, Dialect, Match, Simulator, SimulatorConfig, Trouble},
    git_http::GitServer,
    temp::FakeClock,
};
use std::{fs, sync::Arc, time::Duration};
use tempfile::TempDir;

const TEXT: &str = "# Stencils\n\nFor *boats*.\n";

/// A forge with a repository that has a README, branches and a tag, and a keeper that lists it.
struct Bench {
    row: &'static Row,
    practice: Simulator,
    clock: Arc<FakeClock>,
    server: GitServer,
    app: App,
    full_name: String,
    _place: TempDir,
}

impl Bench {
    async fn new(row: &'static Row) -> Self {
        Self::with(row, async |practice, _| row.connected(practice).await).await
    }

    async fn with(row: &'static Row, connect: impl AsyncFnOnce(&Simulator, Arc<FakeClock>) -> App) -> Self {
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let config = SimulatorConfig { clock: Arc::clone(&clock) as _, ..SimulatorConfig::of(row.dialect, 5) };
        let practice = Simulator::start(config).expect("the practice forge starts");
        let place = tempfile::tempdir().expect("a folder");
        practice.serve_git(place.path());
        let full_name = format!("{}/stencils", practice.login(0));
        let added = Change::Add { full_name: full_name.clone(), visibility: Visibility::Private };
        assert!(practice.change(&added), "{}", row.name());
        // Only for making repositories in its folder.
        let server = GitServer::start(place.path()).expect("the server starts");
        let app = connect(&practice, Arc::clone(&clock)).await;
        let bench = Self { row, practice, clock, server, app, full_name, _place: place };
        bench.write("README.md", TEXT);
        bench.write("src/plan", "oak\n");
        let path = bench.git_path().await;
        bench.server.add(&path).expect("added");
        bench.server.commit(&path, "main", &[("README.md", TEXT)]).expect("committed");
        for name in ["feature/keel", "feature/bow"] {
            bench.server.git(&path, &["branch", name, "main"]).expect("a branch");
        }
        for name in ["v1.9", "v1.10"] {
            bench.server.git(&path, &["tag", name, "main"]).expect("a tag");
        }
        bench
    }

    /// Where the repository lies for git, without its ending.
    async fn git_path(&self) -> String {
        let shown = self.app.keeper.repository_show(self.named()).await.expect("listed").repository;
        let url = url::Url::parse(&shown.clone_url).expect("an address");
        let path = url.path().trim_start_matches('/').trim_end_matches(".git");
        path.to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let (full_name, path, bytes) = (self.full_name.clone(), path.to_owned(), bytes.to_vec());
        assert!(self.practice.change(&Change::WriteBytes { full_name, path, bytes }), "{}", self.row.name());
    }

    fn erase(&self, path: &str) {
        let change = Change::Erase { full_name: self.full_name.clone(), path: path.to_owned() };
        assert!(self.practice.change(&change), "{}", self.row.name());
    }

    fn named(&self) -> RepositoryRef {
        RepositoryRef::FullName { full_name: self.row.told(&self.practice, &self.full_name) }
    }

    async fn ask(&self, fresh: bool) -> Answer<RepositoryContents> {
        let asked = self.app.keeper.repository_contents(self.named(), fresh);
        tokio::time::timeout(PATIENCE, asked).await.expect("it ends")
    }

    async fn read(&self) -> RepositoryContents {
        self.ask(true).await.unwrap_or_else(|problem| panic!("{}: {problem:?}", self.row.name()))
    }

    async fn kept(&self) -> RepositoryContents {
        self.ask(false).await.unwrap_or_else(|problem| panic!("{}: {problem:?}", self.row.name()))
    }

    /// How many questions to the API there were since the last time.
    fn questions(&self) -> usize {
        let count = self.practice.log().iter().filter(|exchange| exchange.is_api).count();
        self.practice.clear_log();
        count
    }
}

fn text(contents: &RepositoryContents) -> Option<&str> {
    match &contents.readme.found {
        ReadmeFound::Text { text, .. } => Some(text),
        _ => None,
    }
}

fn named(all: &[NamedReference]) -> Vec<&str> {
    all.iter().map(|one| one.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_readme_and_the_names_are_read_kept_and_only_what_changed_is_read_again() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let before = bench.kept().await;
        assert_eq!((&before.readme.found, before.readme.read_at), (&ReadmeFound::Unread, None), "{name}");
        assert_eq!(before.references.read_at, None, "{name}: nothing is asked for by looking");

        let mut events = bench.app.keeper.events();
        bench.questions();
        let read = bench.read().await;
        let first = bench.questions();
        let found = ReadmeFound::Text { path: "README.md".to_owned(), markdown: true, text: TEXT.to_owned() };
        assert_eq!((&read.readme.found, &read.readme.problem), (&found, &None), "{name}");
        assert_eq!(read.references.problem, None, "{name}");
        assert_eq!(read.references.default_branch.as_deref(), Some("main"), "{name}");
        assert_eq!(named(&read.references.branches), ["main", "feature/bow", "feature/keel"], "{name}");
        assert_eq!(named(&read.references.tags), ["v1.10", "v1.9"], "{name}");
        assert_eq!((read.references.branch_count, read.references.tag_count), (3, 2), "{name}");
        assert_eq!(read.references.branches[0].commit.len(), 40, "{name}");
        assert_eq!(bench.kept().await, read, "{name}: what was read is there without the host");
        assert_eq!(bench.questions(), 0, "{name}");
        let told = std::iter::from_fn(|| events.try_recv().ok());
        let told = told.into_iter().any(|event| matches!(event, Event::Changed { tags } if tags == [Tag::Contents]));
        assert!(told, "{name}: the fronts are told");
        let kept = serde_json::to_string(&read).expect("JSON");
        assert!(bench.practice.tokens().iter().all(|token| !kept.contains(token)), "{name}: no access is in it");

        // One forge tells no git ids, so its README is read each time.
        let unchanged = if name == "bitbucket-cloud" { first } else { first - 1 };
        bench.clock.advance(Duration::from_secs(60));
        assert_eq!(text(&bench.read().await), Some(TEXT), "{name}");
        assert_eq!(bench.questions(), unchanged, "{name}: what is the same is not read again");
        bench.write("README.md", "Other words.\n");
        bench.server.git(&bench.git_path().await, &["tag", "v2", "main"]).expect("a tag");
        let changed = bench.read().await;
        assert_eq!((text(&changed), bench.questions()), (Some("Other words.\n"), first), "{name}");
        assert_eq!(named(&changed.references.tags), ["v2", "v1.10", "v1.9"], "{name}");

        bench.erase("README.md");
        let gone = bench.read().await;
        assert_eq!((&gone.readme.found, &gone.readme.problem), (&ReadmeFound::None, &None), "{name}");
        bench.write("docs/README.rst", "Words\n=====\n");
        let found = ReadmeFound::Text {
            path: "docs/README.rst".to_owned(),
            markdown: false,
            text: "Words\n=====\n".to_owned(),
        };
        assert_eq!(bench.read().await.readme.found, found, "{name}: where hosts look too, too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_or_no_text_is_said_and_not_kept() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        for (bytes, says) in [
            (vec![b'x'; 10 * 1024 * 1024], "longer than Drawbridge reads (512 KiB)"),
            (vec![b'x'; 512 * 1024 + 1], "longer than Drawbridge reads"),
            (vec![b'#', 0xff, 0xfe, b'\n'], "not text in UTF-8"),
            (b"PNG\0\0".to_vec(), "not text in UTF-8"),
        ] {
            bench.write_bytes("README.md", &bytes);
            let contents = bench.read().await;
            let ReadmeFound::Unshown { path, sentence } = &contents.readme.found else {
                panic!("{name}: {says}: {:?}", contents.readme.problem)
            };
            assert!(path == "README.md" && sentence.contains(says), "{name}: {sentence}");
            assert_eq!(contents.readme.problem, None, "{name}: it is an answer");
            assert!(serde_json::to_string(&bench.kept().await).expect("JSON").len() < 4096, "{name}: {says}");
        }
        let whole = "é".repeat(256 * 1024);
        bench.write("README.md", &format!("\u{feff}{}", &whole[..whole.len() - 4]));
        assert_eq!(text(&bench.read().await).map(str::len), Some(512 * 1024 - 4), "{name}: all of what just fits");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_host_what_was_read_stays_with_its_time() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let read = bench.read().await;
        for trouble in [Trouble::Status(502), Trouble::OtherJson, Trouble::Html, Trouble::CutReply] {
            bench.practice.trouble(Match::api(), trouble.clone(), 1000);
            let failed = bench.read().await;
            assert!(failed.readme.problem.is_some_and(|problem| !problem.hint.is_empty()), "{name}: {trouble:?}");
            assert_eq!(
                (&failed.readme.found, failed.readme.read_at),
                (&read.readme.found, read.readme.read_at),
                "{name}"
            );
            // One has git where its API is, so that the same trouble meets both.
            let apart = name != "azure-devops";
            assert!(!apart || failed.references.problem.is_none(), "{name}: git is asked by itself");
            bench.practice.all_well();
        }
        assert_eq!(bench.read().await.readme.problem, None, "{name}");
        let named = bench.named();
        let Bench { app, practice, .. } = bench;
        drop(practice);
        let failed = app.keeper.repository_contents(named.clone(), true).await.expect("an answer");
        for problem in [&failed.readme.problem, &failed.references.problem] {
            assert_eq!(problem.as_ref().map(|problem| problem.code), Some(Code::Unreachable), "{name}");
        }
        let app = app.restart().await;
        let kept = app.keeper.repository_contents(named, false).await.expect("an answer");
        assert_eq!(kept, failed, "{name}");
        assert_eq!((text(&kept), kept.references.branches.len()), (Some(TEXT), 3), "{name}: also after a restart");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_repository_is_an_answer_and_one_that_is_gone_is_none() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let empty = format!("{}/blank", bench.practice.login(0));
        assert!(bench.practice.change(&Change::Add { full_name: empty.clone(), visibility: Visibility::Private }));
        sync(&bench.app).await;
        let told = RepositoryRef::FullName { full_name: row.told(&bench.practice, &empty) };
        let shown = bench.app.keeper.repository_show(told.clone()).await.expect("listed").repository;
        let path = url::Url::parse(&shown.clone_url).expect("an address").path().trim_matches('/').to_owned();
        bench.server.add(path.trim_end_matches(".git")).expect("added");
        let blank = bench.app.keeper.repository_contents(told, true).await.expect("an answer");
        assert_eq!((&blank.readme.found, &blank.readme.problem), (&ReadmeFound::None, &None), "{name}");
        let references = &blank.references;
        assert_eq!((references.branch_count, references.tag_count, &references.problem), (0, 0, &None), "{name}");
        assert!(references.read_at.is_some() && references.default_branch.is_none(), "{name}");

        bench.read().await;
        let folder = bench.server.folder(&bench.git_path().await);
        assert!(bench.practice.change(&Change::Delete { full_name: bench.full_name.clone() }), "{name}");
        fs::rename(&folder, folder.with_extension("away")).expect("moved");
        let gone = bench.read().await;
        for problem in [&gone.readme.problem, &gone.references.problem] {
            assert_eq!(problem.as_ref().map(|problem| problem.code), Some(Code::NotFound), "{name}: {problem:?}");
        }
        assert_eq!((text(&gone), gone.references.branches.len()), (Some(TEXT), 3), "{name}: what was read stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_ended_early_is_renewed_once_for_all_that_is_asked() {
    let row = ROWS.iter().find(|row| row.dialect == Dialect::GitHub).expect("a row");
    let bench = Bench::with(row, async |practice, clock| {
        let app = App::with_clock(clock).await;
        app.connect_renewing(practice).await;
        app
    })
    .await;
    bench.practice.clear_log();
    bench.practice.edit_tokens(&["repo"], Some(bench.clock.now().minus(Duration::from_secs(1))));
    let read = bench.read().await;
    assert_eq!((text(&read), read.references.branches.len()), (Some(TEXT), 3), "{read:?}");
    let renewals = bench.practice.log().into_iter().filter(|call| call.path == "/login/oauth/access_token").count();
    assert_eq!(renewals, 1, "the second one found what came of the first");
    let refused = bench.practice.log().into_iter().filter(|call| call.is_api && call.status == Some(401)).count();
    assert_eq!(refused, 1, "and it was for a refusal");

    bench.practice.revoke_all();
    let ended = bench.read().await;
    for problem in [&ended.readme.problem, &ended.references.problem] {
        assert_eq!(problem.as_ref().map(|problem| problem.code), Some(Code::SignInNeeded), "{problem:?}");
    }
    assert_eq!((text(&ended), ended.readme.read_at), (Some(TEXT), read.readme.read_at));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_ends_a_reading_at_once_and_keeps_nothing_of_it() {
    let row = &ROWS[0];
    for at in [Match::path("/repos/*"), Match { path: Some("*".to_owned()), ..Match::default() }] {
        let bench = Bench::new(row).await;
        let git = format!("/{}.git/info/refs", bench.git_path().await);
        let at = if at.path.as_deref() == Some("*") { Match::path(&git) } else { at };
        bench.practice.trouble(at, Trouble::Silence, 1);
        let (keeper, named) = (Arc::clone(&bench.app.keeper), bench.named());
        let reading = tokio::spawn(async move { keeper.repository_contents(named, true).await });
        tokio::time::timeout(PATIENCE, bench.practice.faults_happened()).await.expect("it is asked");
        bench.app.keeper.vault_lock().await.expect("locked");
        let ended = tokio::time::timeout(Duration::from_secs(20), reading).await.expect("at once").expect("no panic");
        assert_eq!(ended.expect_err("it was ended").code, Code::VaultLocked);
        bench.app.keeper.vault_unlock(UnlockVault::Keychain).await.expect("opened");
        let kept = bench.kept().await;
        assert_eq!((&kept.readme.found, kept.references.read_at), (&ReadmeFound::Unread, None));
        let refused = bench.app.keeper.vault_lock().await.map(drop);
        assert!(refused.is_ok() && bench.ask(true).await.is_err_and(|problem| problem.code == Code::VaultLocked));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_what_is_being_read_takes_that_and_a_host_is_asked_a_few_things_at_once() {
    let bench = Bench::new(&ROWS[0]).await;
    bench.questions();
    bench.read().await;
    let alone = bench.questions();
    bench.write("README.md", "Other words.\n");
    bench.practice.set_latency(Duration::from_millis(100));
    let all = futures::future::join_all((0..8).map(|_| bench.ask(true))).await;
    assert!(all.iter().all(|one| one.as_ref().is_ok_and(|read| text(read) == Some("Other words.\n"))));
    assert_eq!(bench.questions(), alone, "one reading for all of them");

    let each = futures::future::join_all(
        bench
            .app
            .names()
            .await
            .into_iter()
            .map(|full_name| bench.app.keeper.repository_contents(RepositoryRef::FullName { full_name }, true)),
    );
    let before = bench.practice.most_in_flight();
    assert!(each.await.iter().all(Result::is_ok), "what is not served by git is a problem beside the rest");
    // Three repositories, each with one question to the API and one of git.
    assert!(before.max(bench.practice.most_in_flight()) <= 6, "{}", bench.practice.most_in_flight());
}

fn content(text: &str) -> ContentRow {
    let read_at = Timestamp::from_millis(1);
    let (kind, blob_id) = (ReadmeKind::Text, Some("abc".to_owned()));
    let file = ReadmeFile { path: "README.md".to_owned(), kind, blob_id, text: text.to_owned() };
    let names = Names { default_branch: Some("main".to_owned()), branch_count: 1, ..Names::default() };
    ContentRow {
        readme: Some(ReadmeRow { read_at, file: Some(file) }),
        readme_trouble: Some("{}".to_owned()),
        names: Some(NamesRow { read_at, names }),
        names_trouble: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_last_ones_are_kept_and_each_goes_with_its_repository() {
    let most = CONTENTS_KEPT as usize;
    let practice = forge(most + 2);
    let app = App::open().await;
    let account = app.connect_token(&practice).await.id;
    app.sync().await;
    let (vault, store) = app.vault_beside().await;
    let now = Timestamp::from_millis(0);
    let mut write = store.write().await.expect("a transaction");
    let mut ids: Vec<RepositoryId> = write.reached(&account).await.expect("read").iter().map(|one| one.id).collect();
    ids.sort_unstable();
    for id in &ids[..most] {
        write.put_repository_content(*id, &content("first")).await.expect("written");
    }
    // The first is looked at again, so the second is the one longest ago.
    write.put_repository_content(ids[0], &content("again")).await.expect("written");
    write.put_repository_content(ids[most], &content("one more")).await.expect("written");
    write.put_repository_content(RepositoryId(999_999), &content("of nothing")).await.expect("left out");
    write.commit().await.expect("committed");

    let mut session = store.read().await.expect("a connection");
    let mut kept = Vec::new();
    for id in &ids {
        kept.push(session.repository_content(*id).await.expect("read"));
    }
    assert!(kept[0] == Some(content("again")), "what was read reads back whole");
    assert!(kept[1].is_none() && kept[most + 1].is_none(), "the one longest ago made room");
    assert_eq!(kept.iter().flatten().count(), most);
    assert!(session.repository_content(RepositoryId(999_999)).await.expect("read").is_none());
    drop(session);

    let mut write = store.write().await.expect("a transaction");
    write.mark_gone(&account, &[ids[0]], now).await.expect("marked");
    assert!(write.repository_content(ids[0]).await.expect("read").is_some(), "it may come back");
    write.forget_removed(now.plus(Duration::from_secs(1))).await.expect("forgotten");
    assert!(write.repository_content(ids[0]).await.expect("read").is_none(), "it goes with its repository");
    write.remove_account(&account).await.expect("removed");
    for id in &ids {
        assert!(write.repository_content(*id).await.expect("read").is_none());
    }
    write.commit().await.expect("committed");
    drop(store);
    vault.close().await;
}
