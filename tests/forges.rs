//! Every forge through the whole keeper, by one table: a further forge is a further row.
//!
//! Not here: what is particular to one of them (its folder's own tests), and whether the practice forge is like
//! the real one (see `contract`).

use crate::app::App;
use drawbridge_domain::{BaseUrl, ForgeRepository, SecretString, Visibility};
use drawbridge_http::{Client, Config};
use drawbridge_keeper::dto::{ConnectToken, RepositoryQuery, RepositoryRef, RunOutcome, SyncRun};
use drawbridge_providers::{
    Api, Catalog, EntryKind, Forge, PageKey, PageReply, Provider, RepositoryRef as Named, StoredPage, TreeQuery,
};
use drawbridge_testkit::forge::{Change, Dialect, Oddity, Simulator, SimulatorConfig, TokenKind};
use std::{collections::BTreeMap, sync::Arc};

/// One kind of forge.
pub struct Row {
    pub dialect: Dialect,
    /// What a token needs for everything that is tested here.
    scopes: &'static [&'static str],
    /// The user name that goes with a token, for the login of its person; empty where none does.
    user: fn(&str) -> String,
    /// The owner of a repository as the inventory has it, for one of the practice forge.
    owner: fn(&Simulator, &str) -> String,
    /// Whether groups lie within groups.
    nests: bool,
    /// How many slashes the longest name has.
    slashes: usize,
    /// How many pages a listing of 250 has at least; a forge that gives everything at once has one.
    pub pages: u32,
    /// How many questions it takes to learn that nothing changed, of 250 repositories.
    questions: u32,
    /// Whether a whole tree tells git's ids.
    pub ids: bool,
    /// Whether repositories are looked for by words.
    pub searches: bool,
    /// Whether the host tells which are archived.
    pub archives: bool,
}

fn nobody(_: &str) -> String {
    String::new()
}

fn as_it_is(_: &Simulator, owner: &str) -> String {
    owner.to_owned()
}

/// One that is like most.
const USUAL: Row = Row {
    dialect: Dialect::GitHub,
    scopes: &[],
    user: nobody,
    owner: as_it_is,
    nests: false,
    slashes: 1,
    pages: 3,
    questions: 1,
    ids: true,
    searches: true,
    archives: true,
};

pub const ROWS: &[Row] = &[
    Row { dialect: Dialect::GitHub, scopes: &["repo", "read:org", "user:email"], ..USUAL },
    Row {
        dialect: Dialect::GitLab,
        scopes: &["read_user", "read_api", "read_repository"],
        nests: true,
        slashes: 3,
        ..USUAL
    },
    // It knows no order: every page is asked for, and none is told to be unchanged.
    Row { dialect: Dialect::Gitea, scopes: &["read:user", "read:repository"], questions: 5, ..USUAL },
    Row { dialect: Dialect::Forgejo, scopes: &["read:user", "read:repository"], ..USUAL },
    Row {
        dialect: Dialect::BitbucketCloud,
        scopes: &["read:user:bitbucket", "read:workspace:bitbucket", "read:repository:bitbucket"],
        user: |login| format!("{login}@mail.example"),
        // One for each workspace: there is no list over all of them.
        questions: 19,
        ids: false,
        archives: false,
        ..USUAL
    },
    Row {
        dialect: Dialect::BitbucketDc,
        scopes: &["REPO_READ"],
        // A person's own project is named after them, behind a tilde.
        owner: |practice, owner| format!("{}{owner}", if practice.is_organisation(owner) { "" } else { "~" }),
        // No order is known there either; all of its three pages are read.
        questions: 3,
        ids: false,
        ..USUAL
    },
    Row {
        dialect: Dialect::AzureDevops,
        scopes: &["vso.code"],
        user: |_| "practice".to_owned(),
        owner: |_, owner| format!("practice/{owner}"),
        slashes: 2,
        pages: 1,
        questions: 2,
        searches: false,
        archives: false,
        ..USUAL
    },
];

impl Row {
    pub fn name(&self) -> &'static str {
        self.dialect.name()
    }

    pub fn start(&self, repositories: usize) -> Simulator {
        Simulator::start(SimulatorConfig::of(self.dialect, repositories)).expect("the practice forge starts")
    }

    pub fn provider(&self) -> Arc<Provider> {
        let id = self.name().parse().expect("an id");
        Arc::clone(Catalog::shipped().find(&id).expect("in the catalogue"))
    }

    fn token(&self, practice: &Simulator) -> SecretString {
        SecretString::from(practice.add_token(0, TokenKind::Classic, self.scopes, None))
    }

    pub fn user(&self, practice: &Simulator) -> Option<String> {
        Some((self.user)(&practice.login(0))).filter(|user| !user.is_empty())
    }

    /// Where its API is. A provider with one installation is only told that.
    fn api(&self, practice: &Simulator) -> BaseUrl {
        let provider = self.provider();
        let own = provider.definition.self_hosted.then(|| provider.api_url(&practice.host()));
        own.unwrap_or_else(|| BaseUrl::parse(&practice.api_url()).expect("valid"))
    }

    /// A repository of the practice forge as the inventory has it.
    pub fn told(&self, practice: &Simulator, full_name: &str) -> String {
        let (owner, name) = full_name.rsplit_once('/').expect("an owner and a name");
        format!("{}/{name}", (self.owner)(practice, owner))
    }

    /// All repositories as the inventory has them, and as the practice forge does.
    pub fn names(&self, practice: &Simulator) -> BTreeMap<String, String> {
        practice.full_names().into_iter().map(|full_name| (self.told(practice, &full_name), full_name)).collect()
    }

    pub fn request(&self, practice: &Simulator, user: Option<String>) -> ConnectToken {
        let self_hosted = self.provider().definition.self_hosted;
        ConnectToken {
            provider: self.name().parse().expect("a provider id"),
            host: self_hosted.then(|| practice.host()),
            api_url: (!self_hosted).then(|| self.api(practice)),
            token: self.token(practice),
            user,
        }
    }

    /// A keeper with the first user's account, up to date.
    pub async fn connected(&self, practice: &Simulator) -> App {
        let app = App::open().await;
        let request = self.request(practice, self.user(practice));
        let account = app.keeper.connect_token(request).await.expect("the token connects").account;
        assert_eq!(account.login, practice.login(0), "{}", self.name());
        let run = sync(&app).await;
        assert_eq!(run.outcome, RunOutcome::Changed, "{}: {}", self.name(), run.sentence);
        app
    }
}

pub async fn sync(app: &App) -> SyncRun {
    app.sync().await.remove(0)
}

pub fn counts(run: &SyncRun) -> (RunOutcome, u32, u32, u32) {
    (run.outcome, run.added, run.changed, run.removed)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_listed_once_and_nothing_changes_without_a_change() {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let names = app.names().await;
        assert_eq!(names, row.names(&practice).into_keys().collect::<Vec<_>>(), "{}", row.name());
        let deepest = names.iter().map(|name| name.matches('/').count()).max();
        assert_eq!(deepest, Some(row.slashes), "{}", row.name());
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Unchanged, 0, 0, 0), "{}: {}", row.name(), run.sentence);
        assert_eq!(run.requests, row.questions, "{}: {run:?}", row.name());
        let deep = names.iter().max_by_key(|name| name.matches('/').count()).expect("a name");
        let shown = app.keeper.repository_show(RepositoryRef::FullName { full_name: deep.clone() }).await;
        assert_eq!(&shown.expect("shown").repository.full_name, deep, "{}", row.name());
        let query = RepositoryQuery { text: deep.clone(), ..RepositoryQuery::default() };
        let found = app.keeper.repository_list(query).await.expect("searched");
        assert_eq!(
            found.rows.first().map(|one| &one.full_name),
            Some(deep),
            "{}: found by what it is called",
            row.name()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_with_a_token_is_asked_for_in_the_hosts_own_words() {
    let mut asked = 0;
    for row in ROWS {
        let practice = row.start(5);
        if row.user(&practice).is_none() {
            continue;
        }
        let hint = row.provider().definition.token.as_ref().and_then(|token| token.hint.clone()).expect("a hint");
        let app = App::open().await;
        let problem = app.keeper.connect_token(row.request(&practice, None)).await.expect_err("something is missing");
        assert!(problem.hint.contains(&hint), "{}: {problem:?}", row.name());
        assert!(practice.log().is_empty(), "{}: nothing was asked with half of it", row.name());
        asked += 1;
    }
    assert_eq!(asked, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn renames_keep_their_identity_and_what_is_gone_leaves() {
    for row in ROWS {
        let practice = row.start(120);
        let app = row.connected(&practice).await;
        let (names, known) = (app.names().await, row.names(&practice));
        let (old, deleted) = (names[5].clone(), names[40].clone());
        let show = |reference| app.keeper.repository_show(reference);
        let before = show(RepositoryRef::FullName { full_name: old.clone() }).await.expect("shown").repository.id;

        assert!(practice.change(&Change::Rename { full_name: known[&old].clone(), to: "brand-new-name".to_owned() }));
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 1, 0), "{}: {}", row.name(), run.sentence);
        let after = show(RepositoryRef::Id { id: before }).await.expect("shown");
        assert_eq!(after.repository.name, "brand-new-name", "{}", row.name());
        assert_eq!(after.renamed_from.as_deref(), Some(old.as_str()), "{}", row.name());

        assert!(practice.change(&Change::Delete { full_name: known[&deleted].clone() }));
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
        let told = row.told(&practice, &full_name);
        let app = row.connected(&practice).await;
        assert!(app.names().await.contains(&told), "{}: who is in a group is in those within it", row.name());

        assert!(practice.change(&Change::Leave { login: login.clone(), organisation: club.clone() }));
        let run = sync(&app).await;
        assert_eq!(counts(&run), (RunOutcome::Changed, 0, 0, 1), "{}: {}", row.name(), run.sentence);
        assert!(!app.names().await.contains(&told), "{}", row.name());
        assert!(practice.repository_id(&full_name).is_some(), "{}: it is there, for others", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_removes_nothing() {
    for row in ROWS {
        let practice = row.start(250);
        let app = row.connected(&practice).await;
        let before = app.names().await;
        assert!(practice.change(&Change::Delete { full_name: row.names(&practice)[&before[3]].clone() }));
        practice.fail_page(row.pages, 502, 1000);
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
        let (before, known) = (app.names().await, row.names(&practice));
        // So that the whole listing is read.
        assert!(practice.change(&Change::Delete { full_name: known[&before[150]].clone() }));
        for (page, place) in [(2, 0), (3, 100), (2, 200)] {
            let full_name = known[&before[place]].clone();
            practice.change_before_page(row.pages.min(page), Change::Delete { full_name });
        }
        sync(&app).await;
        // Whatever the first look made of it: afterwards exactly those are gone.
        sync(&app).await;
        let gone: Vec<&String> = [0, 100, 150, 200].iter().map(|&place| &before[place]).collect();
        let left: Vec<String> = before.iter().filter(|name| !gone.contains(name)).cloned().collect();
        assert_eq!(app.names().await, left, "{}", row.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_descriptions_cost_no_repository() {
    const ODDITIES: &[Oddity] = &[
        Oddity::NullOwner,
        Oddity::UnknownVisibility,
        Oddity::NoVisibility,
        Oddity::NoPermissions,
        Oddity::NoTopics,
        Oddity::NullBranch,
        Oddity::NullPush,
        Oddity::LongDescription,
        Oddity::HugeSize,
        Oddity::NoCode,
        Oddity::ExtraFields,
    ];
    for row in ROWS {
        let practice = row.start(70);
        let app = row.connected(&practice).await;
        let (before, known) = (app.names().await, row.names(&practice));
        for (place, oddity) in ODDITIES.iter().enumerate() {
            assert!(practice.twist(&known[&before[place]], *oddity), "{}: {oddity:?}", row.name());
        }
        let run = sync(&app).await;
        let whole = matches!(run.outcome, RunOutcome::Changed | RunOutcome::Unchanged);
        assert!(whole && run.removed == 0, "{}: {}", row.name(), run.sentence);
        assert_eq!(app.names().await, before, "{}", row.name());
        // What the host itself leaves out is not gone.
        assert!(practice.twist(&known[&before[30]], Oddity::NullRow));
        assert_eq!(sync(&app).await.removed, 0, "{}", row.name());
        assert_eq!(app.names().await, before, "{}", row.name());
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
        let (base, token, user) = (row.api(&practice), row.token(&practice), row.user(&practice));
        let api = Api { user: user.as_deref(), ..Api::with_token(&http, &base, &token) };
        let login = practice.login(0);
        let full_name = format!("{login}/stencils");
        assert!(practice.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
        let (pages, rows) = everything(forge, &api).await;
        let listed = rows.into_iter().find(|one| one.name == "stencils").expect("listed");
        let (id, owner) = (listed.forge_id, listed.owner);
        let named = Named { forge_id: &id, owner: &owner, name: "stencils" };
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
        let its_id = row.ids.then_some("d67064b5343698146a1d22c063f80b039020314a");
        assert_eq!(readme.id.as_deref(), its_id, "{name}");
        let content = forge.blob(&api, named, "main", readme, 100).await.expect("an answer");
        assert_eq!(content.as_deref(), Some(&b"Read me\n"[..]), "{name}");
        assert_eq!(forge.blob(&api, named, "main", readme, 3).await.expect("an answer"), None, "{name}: too long");

        let found = forge.search(&api, "stencils", 10).await.expect("an answer");
        assert_eq!(found.rows.iter().any(|one| one.forge_id == id), row.searches, "{name}: {found:?}");
        assert!(found.rows.len() <= 10);
        let mut newest = Vec::new();
        for key in forge.newest_first(&pages) {
            let reply = forge.list_page(&api, &key, None).await.expect("a page");
            let PageReply::Page { rows, .. } = reply else { panic!("{name}: never seen") };
            newest.extend(rows.into_iter().next());
        }
        newest.sort_by_key(|one| one.updated_at);
        if let Some(last) = newest.pop() {
            assert_eq!(last.forge_id, id, "{name}: what changed last comes first");
        }
    }
}

/// The whole listing as the forge gives it: its pages and all that they hold.
async fn everything(forge: &dyn Forge, api: &Api<'_>) -> (Vec<StoredPage>, Vec<ForgeRepository>) {
    let (mut pages, mut all, mut due) = (Vec::new(), Vec::new(), vec![forge.first_page()]);
    while let Some(key) = due.pop() {
        let reply = forge.list_page(api, &key, None).await.expect("a page");
        let PageReply::Page { rows, etag, more, .. } = reply else { panic!("never seen: {key:?}") };
        let fresh = |key: &&PageKey| !due.contains(key) && pages.iter().all(|page: &StoredPage| page.key != **key);
        let next: Vec<PageKey> = more.iter().filter(fresh).cloned().collect();
        due.extend(next);
        let forge_ids = rows.iter().map(|row| row.forge_id.clone()).collect();
        pages.push(StoredPage { key, etag, forge_ids, more });
        all.extend(rows);
    }
    (pages, all)
}
