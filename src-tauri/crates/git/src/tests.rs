//! Copies from real git over HTTP, on good days and bad.
#![allow(clippy::expect_used)]

use crate::{
    Clone, Cloned, Credential, Error, Progress, Reference, Remote, Stage, Subtree, clone, origin, references, subtree,
};
use drawbridge_domain::SecretString;
use drawbridge_testkit::git_http::{GitServer, Manner};
use std::{
    fs,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Mutex,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use url::Url;

const TOKEN: &str = "canary-token-for-git";

/// A server with one repository, and a folder for copies.
struct Bench {
    server: GitServer,
    place: TempDir,
    last: String,
}

impl Bench {
    fn start() -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path().join("served");
        fs::create_dir(&root).expect("made");
        let server = GitServer::start(&root).expect("the server starts");
        server.add("acme/boats").expect("added");
        server.commit("acme/boats", "main", &[("README.md", "# Boats"), ("src/hull.rs", "one")]).expect("committed");
        let annotated =
            ["-c", "user.name=Mara", "-c", "user.email=mara@example.org", "tag", "-a", "v1", "-m", "x", "main"];
        server.git("acme/boats", &annotated).expect("tagged");
        let last = server.commit("acme/boats", "main", &[("src/hull.rs", "two")]).expect("committed");
        server.commit("acme/boats", "side/line", &[("only-here", "x")]).expect("committed");
        server.git("acme/boats", &["tag", "plain", "main~1"]).expect("tagged");
        Self { server, place, last }
    }

    fn locked() -> Self {
        let bench = Self::start();
        bench.server.behave(Manner { password: Some(("oauth2".to_owned(), TOKEN.to_owned())), ..Manner::default() });
        bench
    }

    fn remote(&self, name: &str, password: Option<&str>) -> Remote {
        let credential = password
            .map(|text| Credential { user: "oauth2".to_owned(), password: SecretString::from(text.to_owned()) });
        Remote { url: Url::parse(&self.server.url(name)).expect("an address"), credential }
    }

    fn goal(&self) -> PathBuf {
        self.place.path().join("copies/boats")
    }

    fn copy(&self, remote: &Remote) -> Result<Cloned, Error> {
        let into = self.goal();
        clone(&wanted(remote, &into), &|_| {}, &CancellationToken::new())
    }

    /// Everything in the folder for copies.
    fn left(&self) -> Vec<PathBuf> {
        let parent = self.place.path().join("copies");
        fs::read_dir(parent).map(|all| all.flatten().map(|one| one.path()).collect()).unwrap_or_default()
    }
}

fn wanted<'a>(remote: &'a Remote, into: &'a Path) -> Clone<'a> {
    Clone { remote, into, reference: None, depth: None, submodules: false }
}

fn read(file: PathBuf) -> String {
    fs::read_to_string(file).expect("read")
}

#[test]
fn a_repository_is_copied_with_its_branch_and_without_the_credential() {
    let bench = Bench::locked();
    let told: Mutex<Vec<Progress>> = Mutex::default();
    let (remote, into) = (bench.remote("acme/boats", Some(TOKEN)), bench.goal());
    let made =
        clone(&wanted(&remote, &into), &|step| told.lock().expect("no panic").push(step), &CancellationToken::new())
            .expect("copied");
    assert_eq!((made.commit.as_deref(), made.reference.as_deref()), (Some(bench.last.as_str()), Some("main")));
    assert!(!made.lfs_pointers && !made.submodules);
    assert_eq!(read(into.join("src/hull.rs")), "two");
    let config = read(into.join(".git/config"));
    assert!(config.contains(&format!("url = {}", remote.url)) && !config.contains(TOKEN), "{config}");
    assert_eq!(bench.left(), std::slice::from_ref(&into), "nothing else is left behind");
    let stages: Vec<Stage> = told.lock().expect("no panic").iter().map(|step| step.stage).collect();
    assert!(stages.contains(&Stage::Receiving) && stages.ends_with(&[Stage::CheckingOut]), "{stages:?}");

    // Git itself finds it as one of its own.
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git").current_dir(&into).args(arguments).output().expect("git runs");
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    };
    assert_eq!(git(&["status", "--porcelain", "--branch"]), "## main...origin/main");
    assert_eq!(git(&["rev-list", "--count", "HEAD"]), "2");
    assert_eq!(git(&["tag"]), "plain\nv1");
    assert_eq!(git(&["fsck", "--strict"]), "");
    let found = drawbridge_testkit::temp::search_tree_for(&into, &[TOKEN]).expect("searched");
    assert!(found.is_empty(), "the credential is nowhere in the copy: {found:?}");
}

#[test]
fn branches_tags_and_depth_are_as_asked() {
    let bench = Bench::start();
    let remote = bench.remote("acme/boats", None);
    let heads = references(&remote, &CancellationToken::new()).expect("listed");
    let names = |all: &[Reference]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(heads.default_branch.as_deref(), Some("main"));
    assert_eq!(
        (names(&heads.branches), names(&heads.tags)),
        (vec!["main".into(), "side/line".into()], vec!["plain".into(), "v1".into()])
    );
    assert_eq!(heads.branches[0].commit, bench.last);

    bench.server.commit("acme/boats", "passing", &[("released", "x")]).expect("committed");
    for line in [["tag", "loose", "passing"], ["branch", "-D", "passing"]] {
        bench.server.git("acme/boats", &line).expect("git works");
    }
    let one = NonZeroU32::new(1);
    for (reference, depth, file) in [
        ("side/line", None, "only-here"),
        ("plain", None, "README.md"),
        ("plain", one, "README.md"),
        ("v1", None, "README.md"),
        ("loose", None, "released"),
        ("main", one, "README.md"),
    ] {
        let into = bench.place.path().join(format!("as-asked/{}-{}", reference.replace('/', "-"), depth.is_some()));
        let wanted = Clone { remote: &remote, into: &into, reference: Some(reference), depth, submodules: false };
        let made = clone(&wanted, &|_| {}, &CancellationToken::new()).expect("copied");
        assert_eq!(made.reference.as_deref(), Some(reference));
        assert!(into.join(file).is_file(), "{reference}");
        assert_eq!(into.join(".git/shallow").is_file(), depth.is_some(), "{reference}");
    }
    let into = bench.goal();
    let unknown = Clone { remote: &remote, into: &into, reference: Some("no-such"), depth: None, submodules: false };
    let refused = clone(&unknown, &|_| {}, &CancellationToken::new());
    assert!(matches!(refused, Err(Error::NoReference)), "{refused:?}");
    assert!(bench.left().is_empty());
}

#[test]
fn an_empty_repository_is_a_copy_without_a_commit() {
    let bench = Bench::start();
    bench.server.add("acme/new").expect("added");
    let made = bench.copy(&bench.remote("acme/new", None)).expect("copied");
    assert_eq!((made.commit, made.reference), (None, None));
    assert!(bench.goal().join(".git").is_dir());
}

#[test]
fn what_lies_in_a_folder_is_never_touched() {
    let bench = Bench::start();
    let (remote, into) = (bench.remote("acme/boats", None), bench.goal());
    fs::create_dir_all(&into).expect("made");
    bench.copy(&remote).expect("an empty folder is taken");
    let again = bench.copy(&remote);
    assert!(matches!(again, Err(Error::NotEmpty)), "{again:?}");
    fs::remove_dir_all(&into).expect("removed");
    fs::write(&into, "mine").expect("written");
    let over_a_file = bench.copy(&remote);
    assert!(matches!(over_a_file, Err(Error::NotEmpty)), "{over_a_file:?}");
    assert_eq!(read(into), "mine");
}

#[test]
fn a_credential_goes_to_its_own_host_only() {
    let (bench, other) = (Bench::locked(), Bench::start());
    let password = Some(("oauth2".to_owned(), TOKEN.to_owned()));
    let port = other.server.url("x").replace("/x.git", "");
    let name = port.replace("127.0.0.1", "localhost");
    for (here, there) in [(true, true), (true, false), (false, true), (false, false)] {
        let wants = |wants: bool| password.clone().filter(|_| wants);
        other.server.behave(Manner { password: wants(there), ..Manner::default() });
        for elsewhere in [&name, &port] {
            let sends_on = Manner { elsewhere: Some(elsewhere.clone()), password: wants(here), ..Manner::default() };
            bench.server.behave(sends_on);
            let made = bench.copy(&bench.remote("acme/boats", Some(TOKEN)));
            if elsewhere == &name {
                assert!(matches!(made, Err(Error::Elsewhere)), "what another host has was not asked for: {made:?}");
            }
            let shown: Vec<_> = other.server.calls().into_iter().filter_map(|call| call.authorization).collect();
            assert_eq!(shown, Vec::<String>::new(), "{elsewhere} was shown something");
            let _ = fs::remove_dir_all(bench.goal());
        }
    }
}

#[test]
fn a_wrong_credential_is_shown_once_and_told() {
    let bench = Bench::locked();
    for password in [Some("wrong"), None] {
        bench.server.calls();
        let made = bench.copy(&bench.remote("acme/boats", password));
        assert!(matches!(made, Err(Error::Unauthorized)), "{made:?}");
        let shown = bench.server.calls().iter().filter(|call| call.authorization.is_some()).count();
        assert_eq!(shown, usize::from(password.is_some()), "a lock-out begins with trying again");
    }
    assert!(bench.left().is_empty());
    bench.server.behave(Manner::default());
    let missing = bench.copy(&bench.remote("acme/none", None));
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
}

#[test]
fn a_copy_that_ends_early_leaves_nothing() {
    let bench = Bench::start();
    let big = "a line of no particular interest\n".repeat(60_000);
    bench.server.commit("acme/boats", "main", &[("big.txt", &big)]).expect("committed");
    let remote = bench.remote("acme/boats", None);
    bench.server.behave(Manner { breaks_after: Some(900), ..Manner::default() });
    let cut = bench.copy(&remote);
    assert!(matches!(cut, Err(Error::Unreachable(_) | Error::Git { .. })), "{cut:?}");
    assert!(bench.left().is_empty(), "{:?}", bench.left());

    bench.server.behave(Manner::default());
    for stage in [Stage::Receiving, Stage::CheckingOut] {
        let cancel = CancellationToken::new();
        let into = bench.goal();
        let stopped = clone(
            &wanted(&remote, &into),
            &|step| {
                if step.stage == stage {
                    cancel.cancel();
                }
            },
            &cancel,
        );
        assert!(matches!(stopped, Err(Error::Cancelled)), "{stage:?}: {stopped:?}");
        assert!(bench.left().is_empty(), "{stage:?}: {:?}", bench.left());
    }
    bench.copy(&remote).expect("and then it works");
}

#[test]
fn what_a_killed_program_left_is_cleared_and_what_a_living_one_makes_is_not() {
    let bench = Bench::start();
    let (remote, into) = (bench.remote("acme/boats", None), bench.goal());
    let part = bench.place.path().join("copies/.boats.part");
    fs::create_dir_all(part.join("tree/.git")).expect("made");
    fs::write(part.join("tree/half"), "half").expect("written");
    let lock = fs::File::create(part.join("lock")).expect("made");
    lock.try_lock().expect("locked");
    let refused = bench.copy(&remote);
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    assert!(part.join("tree/half").is_file());
    drop(lock);
    bench.copy(&remote).expect("copied");
    assert!(!into.join("half").exists() && !part.exists());
}

/// Puts a submodule at an address into a repository, beside what is there.
fn add_submodule(server: &GitServer, name: &str, inner: &str, address: &str) {
    add_submodule_at(server, name, "parts/inner", inner, address);
}

fn add_submodule_at(server: &GitServer, name: &str, path: &str, inner: &str, address: &str) {
    let listed = format!("[submodule \"inner\"]\n\tpath = {path}\n\turl = {address}\n");
    server.commit(name, "main", &[(".gitmodules", &listed)]).expect("committed");
    let git = |arguments: &[&str]| server.git(name, arguments).expect("git works");
    git(&["read-tree", "main"]);
    git(&["update-index", "--add", "--cacheinfo", &format!("160000,{inner},{path}")]);
    let tree = git(&["write-tree"]);
    let who = ["-c", "user.name=Mara", "-c", "user.email=mara@example.org"];
    let commit = git(&[&who[..], &["commit-tree", "-p", "main", "-m", "inner", &tree]].concat());
    git(&["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn submodules_come_when_asked_for_and_only_from_where_they_may() {
    let bench = Bench::locked();
    bench.server.add("acme/sails").expect("added");
    let inner = bench.server.commit("acme/sails", "main", &[("jib", "white")]).expect("committed");
    add_submodule(&bench.server, "acme/boats", &inner, "../sails.git");
    let (remote, into) = (bench.remote("acme/boats", Some(TOKEN)), bench.goal());
    let without = bench.copy(&remote).expect("copied");
    assert!(without.submodules && !into.join("parts/inner/jib").exists());
    fs::remove_dir_all(&into).expect("removed");
    let with = Clone { submodules: true, ..wanted(&remote, &into) };
    clone(&with, &|_| {}, &CancellationToken::new()).expect("copied");
    assert_eq!(fs::read_to_string(into.join("parts/inner/jib")).expect("read"), "white");
    let found = drawbridge_testkit::temp::search_tree_for(&into, &[TOKEN]).expect("searched");
    assert!(found.is_empty(), "the credential is nowhere in the copy: {found:?}");
    // The copy was moved to its place; git finds its parts from there.
    let status = std::process::Command::new("git").args(["submodule", "status"]).current_dir(&into).output();
    assert!(status.is_ok_and(|done| done.status.success() && done.stdout.starts_with(b" ")), "git knows it");

    let local = bench.place.path().join("served/acme/sails.git");
    add_submodule(&bench.server, "acme/boats", &inner, &local.display().to_string());
    fs::remove_dir_all(&into).expect("removed");
    let refused = clone(&with, &|_| {}, &CancellationToken::new());
    assert!(matches!(refused, Err(Error::Submodule { .. })), "{refused:?}");
    assert!(bench.left().is_empty(), "{:?}", bench.left());
}

#[test]
fn a_submodule_that_fails_touches_nothing_where_the_program_runs() {
    let bench = Bench::locked();
    // Where a program runs there may be a folder of the name of a submodule.
    let own = tempfile::tempdir_in(".").expect("a folder");
    fs::write(own.path().join("mine"), "x").expect("written");
    let path = own.path().file_name().expect("a name").to_string_lossy().into_owned();
    let nobody = "a".repeat(40);
    for address in ["../no-such.git", "../boats.git"] {
        add_submodule_at(&bench.server, "acme/boats", &path, &nobody, address);
        let (remote, into) = (bench.remote("acme/boats", Some(TOKEN)), bench.goal());
        let with = Clone { submodules: true, ..wanted(&remote, &into) };
        let failed = clone(&with, &|_| {}, &CancellationToken::new());
        let said = matches!(&failed, Err(Error::Submodule { path: at }) if *at == path);
        assert!(said, "{address}: there is no such commit: {failed:?}");
        assert!(bench.left().is_empty(), "{address}: {:?}", bench.left());
        assert_eq!(read(own.path().join("mine")), "x", "{address}");
    }
}

#[test]
fn a_submodule_that_is_only_listed_is_none() {
    let bench = Bench::start();
    let listed = "[submodule \"gone\"]\n\tpath = parts/gone\n\turl = ../no-such.git\n";
    bench.server.commit("acme/boats", "main", &[(".gitmodules", listed)]).expect("committed");
    let (remote, into) = (bench.remote("acme/boats", None), bench.goal());
    let with = Clone { submodules: true, ..wanted(&remote, &into) };
    clone(&with, &|_| {}, &CancellationToken::new()).expect("git leaves it out, too");
    assert!(!into.join("parts").exists());
}

#[test]
fn a_folder_comes_as_its_files_and_nothing_else() {
    let bench = Bench::locked();
    let last = bench
        .server
        .commit("acme/boats", "main", &[("kinds/ketch/plan.txt", "two masts"), ("kinds/ketch/deep/er", "x")])
        .expect("committed");
    let (remote, into) = (bench.remote("acme/boats", Some(TOKEN)), bench.goal());
    let get = |path: &str, reference: Option<&str>| {
        let wanted = Subtree { remote: &remote, into: &into, reference, path };
        subtree(&wanted, &|_| {}, &CancellationToken::new())
    };
    let made = get("kinds/ketch/", None).expect("made");
    assert_eq!((made.commit.as_str(), made.reference.as_str()), (last.as_str(), "main"));
    let mut names: Vec<_> =
        fs::read_dir(&into).expect("a folder").map(|entry| entry.expect("read").file_name()).collect();
    names.sort();
    assert_eq!(names, ["deep", "plan.txt"], "no history, no folders around it");
    assert_eq!(fs::read_to_string(into.join("plan.txt")).expect("read"), "two masts");
    assert!(matches!(get("kinds/ketch", None), Err(Error::NotEmpty)));
    fs::remove_dir_all(&into).expect("removed");
    for nowhere in ["kinds/none", "README.md/x", "../..", "kinds/../kinds/ketch", ".git"] {
        let refused = get(nowhere, None);
        assert!(matches!(refused, Err(Error::NoPath)), "{nowhere}: {refused:?}");
        assert!(bench.left().is_empty(), "{nowhere}: {:?}", bench.left());
    }
    assert!(matches!(get("kinds", Some("v1")), Err(Error::NoPath)), "it is not in the tag");
    let earlier = bench.server.git("acme/boats", &["rev-parse", "main~1"]).expect("git works");
    // Not every host gives a commit by its id.
    for gives in ["false", "true"] {
        bench.server.git("acme/boats", &["config", "uploadpack.allowAnySHA1InWant", gives]).expect("git works");
        let made = get("src", Some(&earlier)).expect("a commit that is no branch's last");
        assert_eq!((made.commit.as_str(), made.reference.as_str()), (earlier.as_str(), earlier.as_str()));
        assert_eq!(fs::read_to_string(into.join("hull.rs")).expect("read"), "two");
        fs::remove_dir_all(&into).expect("removed");
    }
    let nobodys = get("src", Some(&"b".repeat(40)));
    assert!(matches!(nobodys, Err(Error::NoReference)), "{nobodys:?}");
    get("kinds/ketch/plan.txt", None).expect("one file");
    assert_eq!(fs::read_to_string(into.join("plan.txt")).expect("read"), "two masts");
    assert_eq!(fs::read_dir(&into).expect("a folder").count(), 1, "only that one");
    fs::remove_dir_all(&into).expect("removed");
    get("", Some("v1")).expect("all of a tag");
    assert_eq!(fs::read_to_string(into.join("src/hull.rs")).expect("read"), "one");
    assert!(!into.join(".git").exists());
}

#[test]
fn a_copy_is_known_by_where_it_comes_from() {
    let bench = Bench::start();
    let (remote, into) = (bench.remote("acme/boats", None), bench.goal());
    assert_eq!(origin(&into), None);
    bench.copy(&remote).expect("copied");
    assert_eq!(origin(&into), Some(remote.url.to_string()));
    assert_eq!(origin(&into.join("src")), None, "what is within a copy is none");
    fs::remove_dir_all(into.join(".git/objects")).expect("removed");
    fs::create_dir(into.join(".git/objects")).expect("made");
    assert_eq!(origin(&into), None, "what is broken is no copy");
}

#[test]
fn a_link_in_the_place_of_a_file_is_not_followed() {
    let bench = Bench::start();
    let target = bench.place.path().join("target");
    fs::write(&target, "/dev/zero").expect("written");
    let git = |arguments: &[&str]| bench.server.git("acme/boats", arguments).expect("git runs");
    let link = git(&["hash-object", "-w", target.to_str().expect("UTF-8")]);
    git(&["read-tree", "main"]);
    git(&["update-index", "--add", "--cacheinfo", &format!("120000,{link},.gitattributes")]);
    let tree = git(&["write-tree"]);
    let mara = ["-c", "user.name=Mara", "-c", "user.email=mara@example.org", "commit-tree", "-p", "main", "-m", "x"];
    let commit = git(&[&mara[..], &[tree.as_str()]].concat());
    git(&["update-ref", "refs/heads/main", &commit]);
    let made = bench.copy(&bench.remote("acme/boats", None)).expect("copied");
    assert_eq!((made.commit, made.lfs_pointers), (Some(commit), false));

    bench.server.commit("acme/boats", "lfs", &[(".gitattributes", "*.psd filter=lfs diff=lfs")]).expect("committed");
    let (remote, into) = (bench.remote("acme/boats", None), bench.place.path().join("copies/lfs"));
    let lfs = Clone { reference: Some("lfs"), ..wanted(&remote, &into) };
    assert!(clone(&lfs, &|_| {}, &CancellationToken::new()).expect("copied").lfs_pointers);
}

#[test]
fn branches_and_tags_are_found_behind_any_number_of_others() {
    let bench = Bench::start();
    bench.server.git("acme/boats", &["pack-refs", "--all"]).expect("packed");
    let file = bench.server.folder("acme/boats").join("packed-refs");
    let packed = read(file.clone());
    let mut lines: Vec<String> = packed.lines().map(str::to_owned).collect();
    let first_tag = lines.iter().position(|line| line.contains(" refs/tags/")).expect("a tag");
    let others = (0..50_001).map(|number| format!("{} refs/pull/{number:05}/head", bench.last));
    lines.splice(first_tag..first_tag, others);
    fs::write(&file, lines.join("\n") + "\n").expect("written");
    let remote = bench.remote("acme/boats", None);
    let found = references(&remote, &CancellationToken::new()).expect("told");
    let names = |all: &[Reference]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&found.branches), names(&found.tags)),
        (vec!["main".to_owned(), "side/line".to_owned()], vec!["plain".to_owned(), "v1".to_owned()])
    );
    assert!(!found.truncated);
    let into = bench.goal();
    let tag = Clone { reference: Some("v1"), depth: NonZeroU32::new(1), ..wanted(&remote, &into) };
    assert_eq!(clone(&tag, &|_| {}, &CancellationToken::new()).expect("copied").reference.as_deref(), Some("v1"));
}
