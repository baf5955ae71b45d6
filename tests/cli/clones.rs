//! Copies of repositories: one and all, for a person and with `--json`, stopped by Ctrl-C and by a kill.

use super::{Home, forge, signal, until_ended};
use drawbridge_testkit::{
    forge::{Change, Fault, Match, Simulator, Trouble},
    git_http::GitServer,
    temp::search_tree_for,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// A home and a forge that serves its repositories by git.
struct Bench {
    forge: Simulator,
    home: Home,
    /// Only for making repositories in its folder.
    server: GitServer,
    names: Vec<String>,
}

impl Bench {
    fn start() -> Self {
        let forge = forge(6);
        let home = Home::connected(&forge);
        let root = home.around().join("served");
        fs::create_dir(&root).expect("made");
        forge.serve_git(&root);
        let server = GitServer::start(&root).expect("the server starts");
        let names = forge.full_names();
        for name in &names {
            server.add(name).expect("added");
            server.commit(name, "main", &[("README.md", name)]).expect("committed");
        }
        Self { forge, home, server, names }
    }

    /// Where a copy goes if nothing is said.
    fn usual(&self, name: &str) -> PathBuf {
        let host = self.forge.host().label().replace(':', "-");
        self.home.around().join("Projects").join(host).join(name)
    }

    /// The host takes what git wants of a repository, and has its own idea of when to answer.
    fn slow(&self, name: &str, then: Trouble) {
        let at = Match { path: Some(format!("/{name}.git/git-upload-pack")), ..Match::default() };
        self.forge.fault(Fault { at, then, times: 1 });
    }

    /// Waits until it was asked.
    fn is_asked(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            tokio::time::timeout(Duration::from_secs(60), self.forge.faults_happened()).await.expect("asked");
        });
    }
}

fn is_copy(folder: &Path, name: &str) -> bool {
    folder.join(".git").is_dir() && fs::read_to_string(folder.join("README.md")).is_ok_and(|text| text == name)
}

#[test]
fn one_repository_goes_where_it_is_told_or_where_all_go() {
    let bench = Bench::start();
    let name = bench.names[0].as_str();
    let ran = bench.home.run(&["repo", "clone", name]).done();
    let usual = bench.usual(name);
    assert!(is_copy(&usual, name), "{ran:?}");
    assert_eq!(ran.out, format!("{name} was cloned. {}\n", usual.display()));
    assert!(!ran.err.contains('\u{1b}') && !ran.err.contains('\r'), "no terminal, no steering: {:?}", ran.err);
    for token in bench.forge.tokens() {
        assert!(search_tree_for(&usual, &[&token]).expect("searched").is_empty());
    }
    let again = bench.home.run(&["repo", "clone", name]).done();
    assert!(again.out.starts_with(&format!("{name} was there already.")), "{again:?}");

    let own = bench.home.around().join("own");
    let told = own.display().to_string();
    let lines = bench.home.run(&["repo", "clone", name, &told, "--depth", "1", "--json"]).done().objects();
    let last = lines.last().expect("a line");
    assert_eq!((&last["state"], &last["cloned"], &last["folder"]), (&"done".into(), &1.into(), &told.as_str().into()));
    assert!(is_copy(&own, name) && own.join(".git/shallow").is_file());

    fs::write(bench.home.around().join("file"), "mine").expect("written");
    let over = bench.home.around().join("file").display().to_string();
    let refused = bench.home.run(&["repo", "clone", name, &over, "--json"]).failed(1).problem();
    assert_eq!(refused["code"], "invalid_input");
    assert_eq!(bench.home.run(&["repo", "clone", "no/such", "--json"]).failed(1).problem()["code"], "not_found");
    assert_eq!(bench.home.run(&["repo", "clone", name, "--ssh", "--json"]).failed(1).problem()["code"], "not_offered");
    bench.home.run(&["repo", "clone", "--json"]).failed(2);
    bench.home.run(&["repo", "clone", name, "--owner", "acme", "--json"]).failed(2);
}

#[test]
fn a_persons_own_way_to_a_host_is_not_ours() {
    let bench = Bench::start();
    let name = bench.names[0].as_str();
    let host = bench.forge.url();
    // As people have it who want SSH wherever they meet the other.
    let rule = format!("[url \"ssh://git@127.0.0.1:9/\"]\n\tinsteadOf = {host}/\n");
    fs::write(bench.home.around().join(".gitconfig"), rule).expect("written");
    bench.home.run(&["repo", "clone", name]).done();
    assert!(is_copy(&bench.usual(name), name));
    let config = fs::read_to_string(bench.usual(name).join(".git/config")).expect("read");
    assert!(config.contains(&format!("url = {host}/{name}.git\n")) && !config.contains("insteadOf"), "{config}");
    let again = bench.home.run(&["repo", "clone", name]).done();
    assert!(again.out.starts_with(&format!("{name} was there already.")), "{again:?}");
    bench.home.run(&["repo", "branches", name]).done();
}

#[test]
fn all_of_a_query_goes_by_a_plan() {
    let bench = Bench::start();
    let into = bench.home.around().join("all");
    let told = into.display().to_string();
    let line = ["repo", "clone", "--all", "--into", &told];
    let plan = bench.home.run(&[&line[..], &["--plan", "--json"]].concat()).done().json();
    assert_eq!((&plan["total"], &plan["to_clone"]), (&6.into(), &6.into()), "{plan}");
    let asks = bench.home.run(&line).failed(2);
    assert!(asks.out.starts_with("6 repositories into ") && asks.err.contains("--yes"), "{asks:?}");
    assert!(!into.exists(), "a plan changes nothing");
    let owner = bench.names[0].split('/').next().expect("an owner");
    let some = bench.names.iter().filter(|name| name.starts_with(&format!("{owner}/"))).count();
    let ran = bench.home.run(&[&line[..], &["--owner", owner, "--yes", "--json"]].concat()).done().objects();
    assert_eq!(ran.last().expect("a line")["cloned"], some);
    // One fails, and the others come all the same; what is there is left alone.
    let missing = bench.names.iter().find(|name| !name.starts_with(&format!("{owner}/")));
    if let Some(missing) = missing {
        fs::remove_dir_all(bench.home.around().join(format!("served/{missing}.git"))).expect("removed");
        let ran = bench.home.run(&[&line[..], &["--yes"]].concat()).failed(1);
        assert!(ran.err.contains(&format!("{missing}: ")) && ran.err.contains("there already"), "{ran:?}");
        assert!(ran.err.contains("1 could not be cloned"), "{ran:?}");
    }
}

#[test]
fn ctrl_c_stops_it_and_leaves_nothing_half() {
    let bench = Bench::start();
    let name = bench.names[0].as_str();
    bench.slow(name, Trouble::Delay(1500));
    let mut following = bench.home.follow(&["repo", "clone", name, "--json"]);
    assert_eq!(following.object()["state"], "running");
    bench.is_asked();
    signal(following.process(), "INT");
    let ran = following.finish().failed(1);
    assert_eq!(ran.problem()["code"], "clone_stopped");
    assert_eq!(ran.objects().last().expect("a line")["state"], "cancelled");
    assert!(!bench.usual(name).exists());
    bench.home.run(&["repo", "clone", name]).done();
    assert!(is_copy(&bench.usual(name), name));
}

#[test]
fn a_kill_in_the_middle_leaves_nothing_that_looks_whole() {
    let bench = Bench::start();
    let name = bench.names[0].as_str();
    bench.slow(name, Trouble::Silence);
    let following = bench.home.follow(&["repo", "clone", name]);
    bench.is_asked();
    let keeper = bench.home.keeper_process().expect("it runs");
    signal(keeper, "KILL");
    until_ended(keeper);
    following.finish().failed(1);
    assert!(!bench.usual(name).exists(), "what was begun is not at its place");
    bench.home.with_input(&["vault", "unlock", "--passphrase-stdin"], super::PASSPHRASE).done();
    bench.home.run(&["repo", "clone", name]).done();
    let usual = bench.usual(name);
    assert!(is_copy(&usual, name));
    let beside = usual.parent().and_then(|parent| fs::read_dir(parent).ok()).expect("a folder").count();
    assert_eq!(beside, 1, "what was left was cleared");
}

#[test]
fn what_a_source_offers_goes_into_a_folder() {
    let bench = Bench::start();
    let name = bench.names[0].as_str();
    for (path, text) in [("kits/web/copier.yml", "_angee: {kind: stack}\n"), ("kits/web/site.conf", "x\n")] {
        bench.server.commit(name, "main", &[(path, text)]).expect("committed");
        let (full_name, path, text) = (name.to_owned(), path.to_owned(), text.to_owned());
        assert!(bench.forge.change(&Change::Write { full_name, path, text }));
    }
    bench.home.run(&["source", "add", name]).done();
    let usual = bench.home.around().join("Projects/web");
    let ran = bench.home.run(&["source", "copy", "web"]).done();
    assert_eq!(ran.out, format!("{name}/kits/web was cloned. {}\n", usual.display()));
    assert_eq!(fs::read_to_string(usual.join("site.conf")).expect("read"), "x\n");
    assert!(!usual.join(".git").exists());
    let id = bench.home.run(&["template", "show", "web", "--json"]).done().json()["item"]["id"].to_string();
    let own = bench.home.around().join("own").display().to_string();
    let lines = bench.home.run(&["source", "copy", &id, &own, "--json"]).done().objects();
    assert_eq!(lines.last().expect("a line")["folder"], own.as_str());
    let again = bench.home.run(&["source", "copy", "web", &own, "--json"]).failed(1).problem();
    assert_eq!(again["code"], "invalid_input", "{again}");
    let wrong = bench.home.run(&["source", "copy", "web", "--kind", "skill", "--json"]).failed(1).problem();
    assert_eq!(wrong["code"], "not_found");
}
