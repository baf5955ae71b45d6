//! Every forge through the whole keeper, by one table: a further forge is a further row.
//!
//! Not here: what is particular to one of them (its folder's own tests), and whether the practice forge is like
//! the real one (see `contract`).

use crate::app::App;
use drawbridge_domain::{SecretString, Visibility};
use drawbridge_http::{Client, Config};
use drawbridge_keeper::dto::{ConnectToken, RepositoryQuery, RepositoryRef, RunOutcome, SyncRun};
use drawbridge_providers::{Api, Catalog, EntryKind, PageReply, Provider, RepositoryRef as Named, TreeQuery};
use drawbridge_testkit::forge::{Change, Dialect, Simulator, SimulatorConfig, TokenKind};
use std::sync::Arc;

/// One kind of forge.
struct Row {
    dialect: Dialect,
    /// What a token needs for everything that is tested here.
    scopes: &'static [&'static str],
    /// Whether groups lie within groups.
    nests: bool,
    /// Whether pages that did not change are told so.
    conditional: bool,
}

const ROWS: &[Row] = &[
    Row { dialect: Dialect::GitHub, scopes: &["repo", "read:org", "user:email"], nests: false, conditional: true },
    Row {
        dialect: Dialect::GitLab,
        scopes: &["read_user", "read_api", "read_repository"],
        nests: true,
        conditional: true,
    },
    Row { dialect: Dialect::Gitea, scopes: &["read:user", "read:repository"], nests: false, conditional: false },
    Row { dialect: Dialect::Forgejo, scopes: &["read:user", "read:repository"], nests: false, conditional: false },
];

impl Row {
    fn name(&self) -> &'static str {
        self.dialect.name()
    }

    fn start(&self, repositories: usize) -> Simulator {
        Simulator::start(SimulatorConfig::of(self.dialect, repositories)).expect("the practice forge starts")
    }

    fn provider(&self) -> Arc<Provider> {
        let id = self.name().parse().expect("an id");
        Arc::clone(Catalog::shipped().find(&id).expect("in the catalogue"))
    }

    fn token(&self, practice: &Simulator) -> SecretString {
        SecretString::from(practice.add_token(0, TokenKind::Classic, self.scopes, None))
    }

    /// A keeper with the first user's account, up to date.
    async fn connected(&self, practice: &Simulator) -> App {
        let app = App::open().await;
        let request = ConnectToken {
            provider: self.name().parse().expect("a provider id"),
            host: Some(practice.host()),
            api_url: None,
            token: self.token(practice),
            user: None,
        };
        let account = app.keeper.connect_token(request).await.expect("the token connects");
        assert_eq!(account.login, practice.login(0), "{}", self.name());
        let run = sync(&app).await;
        assert_eq!(run.outcome, RunOutcome::Changed, "{}: {}", self.name(), run.sentence);
        app
    }
}

async fn sync(app: &App) -> SyncRun {
    app.sync().await.remove(0)
}

fn counts(run: &SyncRun) -> (RunOutcome, u32, u32, u32) {
    (run.outcome, run.added, run.changed, run.removed)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_listed_once_and_nothing_changes_without_a_change() {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let mut expected = practice.full_names();
        expected.sort();
        let names = app.names().await;
        assert_eq!(names, expected, "{}", row.name());
        let deepest = names.iter().map(|name| name.matches('/').count()).max();
        assert_eq!(deepest, Some(if row.nests { 3 } else { 1 }), "{}", row.name());
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Unchanged, 0, 0, 0), "{}: {}", row.name(), run.sentence);
        assert_eq!(run.unmodified > 0, row.conditional, "{}: {run:?}", row.name());
        let deep = names.iter().max_by_key(|name| name.matches('/').count()).expect("a name");
        let shown = app.keeper.repository_show(RepositoryRef::FullName { full_name: deep.clone() }).await;
        assert_eq!(&shown.expect("shown").repository.full_name, deep, "{}", row.name());
        let query = RepositoryQuery { text: deep.clone(), ..RepositoryQuery::default() };
        let found = app.keeper.repository_list(query).await.expect("searched");
        assert_eq!(found.rows.first().map(|one| &one.full_name), Some(deep), "{}: found by what it is called", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn renames_keep_their_identity_and_what_is_gone_leaves() {
    for row in ROWS {
        let practice = row.start(120);
        let app = row.connected(&practice).await;
        let names = app.names().await;
        let (old, deleted) = (names[5].clone(), names[40].clone());
        let show = |reference| app.keeper.repository_show(reference);
        let before = show(RepositoryRef::FullName { full_name: old.clone() }).await.expect("shown").repository.id;

        assert!(practice.change(&Change::Rename { full_name: old.clone(), to: "brand-new-name".to_owned() }));
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 1, 0), "{}: {}", row.name(), run.sentence);
        let after = show(RepositoryRef::Id { id: before }).await.expect("shown");
        assert_eq!(after.repository.name, "brand-new-name", "{}", row.name());
        assert_eq!(after.renamed_from.as_deref(), Some(old.as_str()), "{}", row.name());

        assert!(practice.change(&Change::Delete { full_name: deleted.clone() }));
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 0, 1), "{}: {}", row.name(), run.sentence);
        assert!(!app.names().await.contains(&deleted), "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_account_may_no_longer_see_leaves_and_comes_back() {
    for row in ROWS {
        let practice = row.start(60);
        let (login, club) = (practice.login(0), "harbour-club".to_owned());
        assert!(practice.change(&Change::AddGroup { path: club.clone(), member: login.clone() }));
        let mut home = club.clone();
        if row.nests {
            home = format!("{club}/boats/engines");
            for path in [format!("{club}/boats"), home.clone()] {
                assert!(practice.change(&Change::AddGroup { path, member: practice.login(1) }), "{}", row.name());
            }
        }
        let full_name = format!("{home}/ledger");
        assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
        let app = row.connected(&practice).await;
        assert!(app.names().await.contains(&full_name), "{}: who is in a group is in those within it", row.name());

        assert!(practice.change(&Change::Leave { login: login.clone(), organisation: club.clone() }));
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 0, 1), "{}: {}", row.name(), run.sentence);
        assert!(!app.names().await.contains(&full_name), "{}", row.name());
        assert!(practice.repository_id(&full_name).is_some(), "{}: it is there, for others", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_removes_nothing() {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        assert!(practice.change(&Change::Delete { full_name: before[3].clone() }));
        practice.fail_page(3, 502, 1000);
        let run = sync(&app).await;
        assert_eq!((run.outcome, run.removed), (RunOutcome::Stopped, 0), "{}: {}", row.name(), run.sentence);
        assert_eq!(app.names().await, before, "{}: a failed listing is not an empty one", row.name());
        practice.all_well();
        let run = sync(&app).await;
        assert_eq!((run.outcome, run.removed), (RunOutcome::Changed, 1), "{}: {}", row.name(), run.sentence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_moves_while_it_is_read_loses_nothing() {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        for (page, place) in [(2, 0), (3, 100), (2, 200)] {
            practice.change_before_page(page, Change::Delete { full_name: before[place].clone() });
        }
        sync(&app).await;
        // Whatever the first look made of it: afterwards exactly those are gone.
        sync(&app).await;
        let gone: Vec<&String> = [0, 100, 200].iter().map(|&place| &before[place]).collect();
        let left: Vec<String> = before.iter().filter(|name| !gone.contains(name)).cloned().collect();
        assert_eq!(app.names().await, left, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_waited_for() {
    for row in ROWS {
        let practice = row.start(130);
        let app = row.connected(&practice).await;
        practice.limit_next(1, 1);
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Unchanged, 0, 0, 0), "{}: {}", row.name(), run.sentence);
    }
}

#[tokio::test]
async fn trees_files_and_searches_are_told_alike() {
    for row in ROWS {
        let practice = row.start(40);
        let (provider, name) = (row.provider(), row.name());
        let forge = provider.forge().expect("it hosts repositories");
        let http = Client::new(Config { user_agent: "drawbridge-tests".to_owned() }).expect("a client");
        let (base, token) = (provider.api_url(&practice.host()), row.token(&practice));
        assert_eq!(base.as_str(), practice.api_url(), "{name}");
        let api = Api::with_token(&http, &base, &token);
        let login = practice.login(0);
        let full_name = format!("{login}/stencils");
        assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
        let id = practice.repository_id(&full_name).expect("an id").to_string();
        let named = Named { forge_id: &id, owner: &login, name: "stencils" };
        let whole = TreeQuery { reference: "main", folder: None, recursive: true };
        assert_eq!(forge.tree(&api, named, whole).await.expect("an answer"), None, "{name}: nothing in it yet");

        let write = |path: String, text: &str| {
            let change = Change::Write { full_name: full_name.clone(), path, text: text.to_owned() };
            assert!(practice.change(&change), "{name}");
        };
        write("README.md".to_owned(), "Read me\n");
        write("stacks/web/copier.yml".to_owned(), "_min_copier_version: 9\n");
        for number in 0..240 {
            write(format!("parts/{number}.txt"), &number.to_string());
        }
        let tree = forge.tree(&api, named, whole).await.expect("an answer").expect("a tree");
        // Two files, two hundred and forty parts, three folders.
        assert_eq!((tree.entries.len(), tree.truncated), (245, false), "{name}");
        let find = |path: &str| tree.entries.iter().find(|entry| entry.path == path).expect("an entry");
        assert_eq!(find("stacks/web").kind, EntryKind::Folder, "{name}");
        let below = TreeQuery { folder: Some(find("stacks")), recursive: false, ..whole };
        let below = forge.tree(&api, named, below).await.expect("an answer").expect("a tree");
        let paths: Vec<&str> = below.entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["stacks/web"], "{name}: only what lies in it, from the root");
        let elsewhere = TreeQuery { reference: "no/such", ..whole };
        assert_eq!(forge.tree(&api, named, elsewhere).await.expect("an answer"), None, "{name}");

        let readme = find("README.md");
        // By git's own reckoning: `git hash-object` of the same bytes.
        assert_eq!(readme.id.as_deref(), Some("d67064b5343698146a1d22c063f80b039020314a"), "{name}");
        let content = forge.blob(&api, named, "main", readme, 100).await.expect("an answer");
        assert_eq!(content.as_deref(), Some(&b"Read me\n"[..]), "{name}");
        assert_eq!(forge.blob(&api, named, "main", readme, 3).await.expect("an answer"), None, "{name}: too long");

        let found = forge.search(&api, "stencils", 10).await.expect("an answer");
        assert!(found.iter().any(|one| one.forge_id == id), "{name}: {found:?}");
        assert!(found.len() <= 10);
        for key in forge.newest_first(&[]) {
            let reply = forge.list_page(&api, &key, None).await.expect("a page");
            let PageReply::Page { rows, .. } = reply else { panic!("{name}: never seen") };
            assert_eq!(rows[0].forge_id, id, "{name}: what changed last comes first");
        }
    }
}
