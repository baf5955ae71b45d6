//! READMEs, branches and tags, for a person and with `--json`, with the host and without it.

use super::{Home, ago, forge};
use drawbridge_testkit::{
    forge::{Change, Match, Trouble},
    git_http::GitServer,
};
use std::{fs, time::Instant};

const TEXT: &str = "# Boats\r\n\tindented\n\u{1b}[31mred\u{1b}]0;title\u{7} \u{202e}turned\n";

#[test]
fn a_readme_and_the_branches_are_shown_with_the_host_and_without_it() {
    let begun = Instant::now();
    let forge = forge(4);
    let home = Home::connected(&forge);
    let root = home.around().join("served");
    fs::create_dir(&root).expect("made");
    forge.serve_git(&root);
    let server = GitServer::start(&root).expect("the server starts");
    let list = home.run(&["repo", "list", "--json"]).done().json();
    let name = list["rows"][0]["full_name"].as_str().expect("a name").to_owned();
    server.add(&name).expect("added");
    server.commit(&name, "main", &[("README.md", "x")]).expect("committed");
    server.git(&name, &["branch", "feature/keel", "main"]).expect("a branch");
    server.git(&name, &["tag", "v1", "main"]).expect("a tag");
    let write = |text: &str| {
        let (full_name, path, text) = (name.clone(), "README.md".to_owned(), text.to_owned());
        assert!(forge.change(&Change::Write { full_name, path, text }));
    };
    write(TEXT);

    let shown = home.run(&["repo", "show", &name, "--readme"]).done();
    let plain = "# Boats\n    indented\n\u{fffd}[31mred\u{fffd}]0;title\u{fffd} \u{fffd}turned\n";
    assert_eq!((shown.out.as_str(), shown.err.as_str()), (plain, ""), "nothing in it steers a terminal");
    let json = home.run(&["repo", "show", &name, "--readme", "--json"]).done();
    assert!(!json.out.contains('\u{1b}'), "{}", json.out);
    assert_eq!((&json.json()["found"]["kind"], &json.json()["found"]["text"]), (&"text".into(), &TEXT.into()));
    let branches = home.run(&["repo", "branches", &name]).done();
    let lines: Vec<Vec<&str>> = branches.out.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert_eq!(lines, [["NAME", "KIND"], ["main", "default"], ["feature/keel", "branch"], ["v1", "tag"]]);
    assert_eq!(branches.err, "2 branches, 1 tag.\n");
    let json = home.run(&["repo", "branches", &name, "--json"]).done().json();
    assert_eq!((&json["default_branch"], &json["branch_count"]), (&"main".into(), &2.into()), "{json}");

    forge.trouble(Match::api(), Trouble::Status(502), 1000);
    let stale = home.run(&["repo", "show", &name, "--readme"]).done();
    assert_eq!(stale.out, plain, "what was read last");
    assert!(stale.err.contains("status 502"), "{}", stale.err);
    assert!(ago(&stale.err, "This was read ") <= begun.elapsed(), "{}", stale.err);
    let other = list["rows"][1]["full_name"].as_str().expect("a name").to_owned();
    let never = home.run(&["repo", "show", &other, "--readme", "--json"]).failed(1);
    assert_eq!(never.problem()["code"], "unreachable", "nothing was read of it before");
    forge.all_well();
    let gone = home.run(&["repo", "branches", &other, "--json"]).failed(1);
    assert_eq!(gone.problem()["code"], "not_found", "its git is not served");

    assert!(forge.change(&Change::Erase { full_name: name.clone(), path: "README.md".to_owned() }));
    let none = home.run(&["repo", "show", &name, "--readme"]).done();
    assert_eq!((none.out.as_str(), none.err), ("", format!("{name} has no README.\n")));
    write(&"x".repeat(600 * 1024));
    let long = home.run(&["repo", "show", &name, "--readme"]).done();
    assert!(long.out.is_empty() && long.err.contains("longer than Drawbridge reads"), "{}", long.err);
    assert!(long.err.contains(&format!("/{name}\n")), "with its page: {}", long.err);
    assert_eq!(home.run(&["repo", "branches", "no/such", "--json"]).failed(1).problem()["code"], "not_found");
}
