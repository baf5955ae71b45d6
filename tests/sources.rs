//! Sources over every forge, by the table of `forges.rs`: what is found, what it takes, and what may leave.
//!
//! Not here: what markers say (`drawbridge-sources`), and any one forge's trees.

use crate::{
    app::{App, PATIENCE},
    forges::{ROWS, Row},
};
use drawbridge_domain::{Clock as _, SystemClock, Visibility};
use drawbridge_keeper::{
    Code,
    dto::{AddSource, Event, FoundItem, FoundQuery, FoundRef, RefreshSources, RepositoryRef, SourceReading, Tag},
};
use drawbridge_testkit::{
    forge::{Change, Match, Simulator, SimulatorConfig, Trouble},
    temp::FakeClock,
};
use std::{sync::Arc, time::Duration};

/// How many questions a forge takes.
struct Cost {
    /// A source with six markers for the first time.
    first: usize,
    /// Again, with nothing new.
    unchanged: usize,
    /// Again, with one marker changed.
    one: usize,
}

/// One question for the tree, one for each marker that is new. Where a forge tells no git ids, every marker is
/// read each time.
fn cost(row: &Row) -> Cost {
    match row.name() {
        "bitbucket-cloud" => Cost { first: 14, unchanged: 14, one: 14 },
        "bitbucket-dc" => Cost { first: 7, unchanged: 7, one: 7 },
        _ => Cost { first: 7, unchanged: 1, one: 2 },
    }
}

const TEMPLATE: &str = "_angee: {kind: stack}\nproject_name:\n  type: str\n  help: What is it called?\n";
const SKILL: &str = "---\nname: tides\ndescription: Reads tide tables.\n---\n# Tides\n";

/// A forge with a repository in which there is something to be found, and a keeper that lists it.
struct Bench {
    row: &'static Row,
    practice: Simulator,
    clock: Arc<FakeClock>,
    app: App,
    full_name: String,
}

impl Bench {
    async fn new(row: &'static Row) -> Self {
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let config = SimulatorConfig { clock: Arc::clone(&clock) as _, ..SimulatorConfig::of(row.dialect, 5) };
        let practice = Simulator::start(config).expect("the practice forge starts");
        let full_name = format!("{}/stencils", practice.login(0));
        let added = Change::Add { full_name: full_name.clone(), visibility: Visibility::Private };
        assert!(practice.change(&added), "{}", row.name());
        let bench = |app| Self { row, practice, clock, app, full_name };
        let app = App::open().await;
        let mut bench = bench(app);
        bench.write("README.md", "Read me\n");
        bench.write("stacks/web/copier.yml", TEMPLATE);
        bench.write("stacks/web/template/site.conf", "x\n");
        bench.write("stacks/odd/copier.yaml", "a: [\n");
        bench.write("skills/tides/SKILL.md", SKILL);
        bench.write(".devcontainer/devcontainer.json", "{ \"name\": \"Harbour\", /* x */ }");
        bench.write("services/api/copier.yml", "_angee: {kind: service}\n");
        bench.write(&bench.workflow(), "name: Test\non: push\n");
        bench.app = row.connected(&bench.practice).await;
        bench
    }

    /// Where this forge has a workflow; a dev container more where it knows none.
    fn workflow(&self) -> String {
        let pattern = self.row.provider().definition.workflows.first().cloned();
        pattern.map_or_else(|| ".devcontainer/more/devcontainer.json".to_owned(), |path| path.replace('*', "test"))
    }

    fn write(&self, path: &str, text: &str) {
        let change = Change::Write { full_name: self.full_name.clone(), path: path.to_owned(), text: text.to_owned() };
        assert!(self.practice.change(&change), "{}", self.row.name());
    }

    fn erase(&self, path: &str) {
        let change = Change::Erase { full_name: self.full_name.clone(), path: path.to_owned() };
        assert!(self.practice.change(&change), "{}", self.row.name());
    }

    fn named(&self) -> RepositoryRef {
        RepositoryRef::FullName { full_name: self.row.told(&self.practice, &self.full_name) }
    }

    fn all(&self) -> AddSource {
        AddSource { repository: self.named(), reference: None, path: None, kind: None }
    }

    async fn add(&self) -> SourceReading {
        let reading = self.app.keeper.source_add(self.all()).await;
        reading.unwrap_or_else(|problem| panic!("{}: {problem:?}", self.row.name()))
    }

    async fn refresh(&self) -> SourceReading {
        let mut readings = self.app.keeper.source_refresh(RefreshSources::default()).await.expect("refreshes");
        assert_eq!(readings.len(), 1, "{}", self.row.name());
        readings.remove(0)
    }

    async fn found(&self) -> Vec<FoundItem> {
        self.app.keeper.found_list(FoundQuery::default()).await.expect("a list").rows
    }

    /// What is found, as `kind marker`.
    async fn markers(&self) -> Vec<String> {
        let mut markers: Vec<String> =
            self.found().await.into_iter().map(|item| format!("{} {}", item.kind, item.marker)).collect();
        markers.sort();
        markers
    }

    /// How many questions there were since the last time.
    fn questions(&self) -> usize {
        let count = self.practice.log().len();
        self.practice.clear_log();
        count
    }
}

fn counts(reading: &SourceReading) -> (u32, u32, u32) {
    (reading.new, reading.changed, reading.gone)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_found_and_only_what_changed_is_read_again() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let cost = cost(row);
        bench.questions();
        let reading = bench.add().await;
        assert_eq!((counts(&reading), &reading.source.problem), ((6, 0, 0), &None), "{name}");
        assert_eq!((reading.source.found, bench.questions()), (6, cost.first), "{name}");
        let found = bench.found().await;
        let shown: Vec<(&str, &str, Option<&str>)> =
            found.iter().map(|item| (item.kind.as_str(), item.name.as_str(), item.variant.as_deref())).collect();
        let last = if bench.workflow().starts_with(".devcontainer") {
            vec![("dev-container", "devcontainer", None), ("dev-container", "Harbour", None)]
        } else {
            vec![("dev-container", "Harbour", None)]
        };
        let rest = [
            ("skill", "tides", None),
            ("template", "api", Some("service")),
            ("template", "odd", None),
            ("template", "web", Some("stack")),
        ];
        let workflow = (last.len() == 1).then_some(("workflow", "Test", None));
        let expected: Vec<_> = last.into_iter().chain(rest).chain(workflow).collect();
        assert_eq!(shown, expected, "{name}");
        let odd = found.iter().find(|item| item.name == "odd").expect("found");
        assert_eq!(
            odd.problem.as_deref(),
            Some("copier.yaml can't be read: line 2 is not what its format allows."),
            "{name}: one that is broken is found all the same"
        );
        let web = FoundRef::Name { of: Some("template".to_owned()), name: "WEB".to_owned() };
        let web = bench.app.keeper.found_show(web).await.expect("shown");
        assert_eq!(web.questions[0].help.as_deref(), Some("What is it called?"), "{name}");
        let at = bench.app.keeper.found_coordinates(FoundRef::Id { id: web.item.id }).await.expect("known");
        assert_eq!((at.repository, at.path.as_str()), (reading.source.repository, "stacks/web"), "{name}");
        assert_eq!((at.reference, at.name.as_str()), (None, "web"), "{name}: the default branch, whatever it is");

        let reading = bench.refresh().await;
        assert_eq!((counts(&reading), bench.questions()), ((0, 0, 0), cost.unchanged), "{name}");
        bench.write("skills/tides/SKILL.md", &SKILL.replace("tide tables", "tides"));
        let reading = bench.refresh().await;
        assert_eq!((counts(&reading), bench.questions()), ((0, 1, 0), cost.one), "{name}");
        let skill = bench.found().await.into_iter().find(|item| item.kind == "skill").expect("found");
        assert_eq!(skill.description.as_deref(), Some("Reads tides."), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_leaves_and_comes_back_as_itself() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let source = bench.add().await.source.id;
        let before = bench.found().await;
        let skill = before.iter().find(|item| item.kind == "skill").expect("found").clone();
        bench.erase(&skill.marker);
        assert_eq!(counts(&bench.refresh().await), (0, 0, 1), "{name}");
        assert!(bench.found().await.iter().all(|item| item.id != skill.id), "{name}");
        bench.write(&skill.marker, SKILL);
        assert_eq!(counts(&bench.refresh().await), (1, 0, 0), "{name}");
        assert_eq!(bench.found().await, before, "{name}: the same with the same ids");

        bench.app.keeper.source_remove(source).await.expect("removed");
        assert!(bench.found().await.is_empty(), "{name}");
        assert_eq!(bench.app.keeper.source_list().await.expect("a list").total, 0, "{name}");
        let again = bench.add().await;
        assert_eq!((again.source.id, counts(&again)), (source, (0, 0, 0)), "{name}: removed is not forgotten");
        assert_eq!(bench.found().await, before, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_that_fails_removes_nothing() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        bench.add().await;
        let before = bench.markers().await;
        bench.erase("skills/tides/SKILL.md");
        for trouble in
            [Trouble::Status(502), Trouble::CutReply, Trouble::OtherJson, Trouble::Html, Trouble::Status(404)]
        {
            bench.practice.trouble(Match::api(), trouble.clone(), 1000);
            let reading = bench.refresh().await;
            assert_eq!((reading.gone, reading.source.found), (0, 6), "{name}: {trouble:?}");
            let problem = reading.source.problem.expect("it is told");
            assert!(!problem.hint.is_empty(), "{name}: {trouble:?}: {problem:?}");
            assert_eq!(bench.markers().await, before, "{name}: {trouble:?}");
            bench.practice.all_well();
        }
        let reading = bench.refresh().await;
        assert_eq!((counts(&reading), reading.source.problem), ((0, 0, 1), None), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_that_is_cut_off_is_read_folder_by_folder() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        bench.practice.set_tree_limit(Some(3));
        let reading = bench.add().await;
        assert_eq!((counts(&reading), reading.source.problem), ((6, 0, 0), None), "{name}");
        bench.erase("skills/tides/SKILL.md");
        assert_eq!(counts(&bench.refresh().await), (0, 0, 1), "{name}: all folders are all of it");
        let only = AddSource { path: Some("/stacks/".to_owned()), ..bench.all() };
        let reading = bench.app.keeper.source_add(only).await.expect("added");
        assert_eq!((reading.source.path.as_str(), reading.new), ("stacks", 2), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_repository_keeps_its_source() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let source = bench.add().await.source;
        let before: Vec<_> = bench.found().await.into_iter().map(|item| item.id).collect();
        let rename = Change::Rename { full_name: bench.full_name.clone(), to: "patterns".to_owned() };
        assert!(bench.practice.change(&rename));
        bench.app.sync().await;
        let reading = bench.refresh().await;
        assert_eq!((reading.source.id, counts(&reading)), (source.id, (0, 0, 0)), "{name}");
        assert!(reading.source.full_name.ends_with("/patterns"), "{name}: {}", reading.source.full_name);
        let after: Vec<_> = bench.found().await.into_iter().map(|item| item.id).collect();
        assert_eq!(after, before, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_a_sync_saw_is_looked_at() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        bench.add().await;
        bench.clock.advance(Duration::from_secs(90));
        bench.write("skills/currents/SKILL.md", &SKILL.replace("tides", "currents"));
        let mut events = bench.app.keeper.events();
        bench.app.sync().await;
        if matches!(name, "azure-devops" | "bitbucket-dc") {
            // They tell neither pushes nor changes; there it is by hand, or a day later.
            continue;
        }
        let seen = async {
            while bench.found().await.iter().all(|item| item.name != "currents") {
                while !matches!(events.recv().await, Ok(Event::Changed { tags }) if tags.contains(&Tag::Sources)) {}
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("{name}: nothing was read again"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_added_is_said_and_not_kept() {
    for row in ROWS {
        let name = row.name();
        let bench = Bench::new(row).await;
        let keeper = &bench.app.keeper;
        let some = |text: &str| Some(text.to_owned());
        let elsewhere = RepositoryRef::FullName { full_name: "no/such".to_owned() };
        for (request, code, says) in [
            (AddSource { repository: elsewhere, ..bench.all() }, Code::NotFound, "no repository of that name"),
            (AddSource { reference: some("no-such"), ..bench.all() }, Code::NotFound, "no-such"),
            (AddSource { path: some("no/such"), ..bench.all() }, Code::NotFound, "no folder no/such"),
            (AddSource { path: some("services"), kind: some("skill"), ..bench.all() }, Code::NotFound, "No skill"),
            (AddSource { path: some("../up"), ..bench.all() }, Code::InvalidInput, "no folder"),
            (AddSource { reference: some("a b"), ..bench.all() }, Code::InvalidInput, "no name of a branch"),
            (AddSource { kind: some("castle"), ..bench.all() }, Code::InvalidInput, "castle"),
        ] {
            let problem = keeper.source_add(request).await.expect_err("refused");
            assert_eq!(problem.code, code, "{name}: {problem:?}");
            assert!(problem.message.contains(says) && !problem.hint.is_empty(), "{name}: {says}: {problem:?}");
        }
        let all = bench.all();
        drop(bench.practice);
        let problem = keeper.source_add(all).await.expect_err("offline");
        assert_eq!(problem.code, Code::Unreachable, "{name}: {problem:?}");
        assert_eq!(keeper.source_list().await.expect("a list").total, 0, "{name}");
    }
}
