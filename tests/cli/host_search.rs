//! `drawbridge repo search --host`: what a person and a program see of what the hosts answer.

use super::{Home, forge};
use drawbridge_domain::Visibility;
use drawbridge_testkit::forge::{Change, Match, Trouble};

const SEARCH: &[&str] = &["repo", "search", "stencils", "--host"];

#[test]
fn what_the_hosts_show_is_told_with_the_way_into_the_list() {
    let forge = forge(30);
    let home = Home::connected(&forge);
    let full_name = format!("{}/stencils", forge.login(0));
    assert!(forge.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private }));
    assert_eq!(home.run(&["repo", "search", "stencils"]).done().out, "", "the list does not have it");
    forge.clear_log();

    let ran = home.run(SEARCH).done();
    let lines: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["NAME", "HOST", "LISTED", "ABOUT"]);
    assert_eq!(lines[1][..3], [full_name.as_str(), forge.host().label(), "no"], "{}", ran.out);
    let asked = format!("Asked: {} at {}.\n", forge.login(0), forge.host().label());
    assert!(ran.err.starts_with(&asked), "who was asked is said: {}", ran.err);
    let line = ran.err.lines().last().expect("a hint").trim();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words[..3], ["drawbridge", "repo", "import"], "{line}");
    assert_eq!(home.run(&words[1..]).done().out, format!("{full_name} is in the list.\n"));
    let ran = home.run(SEARCH).done();
    assert!(ran.out.contains(" yes"), "{}", ran.out);
    assert!(!ran.err.contains("repo import"), "there is nothing to add: {}", ran.err);

    let json = home.run(&[SEARCH, &["--json", "--limit", "1"]].concat()).done().json();
    assert_eq!(json["rows"][0]["full_name"], full_name);
    assert!(json["rows"][0]["known"].is_u64() && json["asked"][0]["more"] == true, "{json}");
    let account = json["asked"][0]["account"].as_str().expect("an id");
    home.run(&[SEARCH, &["--account", account]].concat()).done();
    let nothing = home.run(&["repo", "search", "zzzz-none", "--host"]).done();
    assert!(
        nothing.err.starts_with("No host that was asked shows anything called \"zzzz-none\".\n"),
        "{}",
        nothing.err
    );
}

#[test]
fn hosts_that_give_no_answer_are_told_and_fail_the_command_if_none_does() {
    let (one, other) = (forge(5), forge(5));
    let home = Home::connected(&one);
    home.connect_token(&other).done();
    one.trouble(Match::path("/search/repositories"), Trouble::Status(500), 100);
    let ran = home.run(SEARCH).done();
    let told = format!("{} at {}: {}", one.login(0), one.host().label(), one.host().label());
    assert!(ran.err.contains(&told) && ran.err.contains("status 500"), "{}", ran.err);
    other.trouble(Match::path("/search/repositories"), Trouble::Html, 100);
    let ran = home.run(SEARCH).failed(1);
    assert!(ran.err.contains("status 500") && ran.err.contains("Something else answered"), "{}", ran.err);
    let ran = home.run(&[SEARCH, &["--json"]].concat()).failed(1);
    assert_eq!(ran.json()["asked"].as_array().map(Vec::len), Some(2));
    assert_eq!(ran.problem()["code"], "unreachable");
}

#[test]
fn an_account_without_access_has_to_sign_in() {
    let forge = forge(5);
    let home = Home::connected(&forge);
    forge.revoke_all();
    assert_eq!(home.run(&[SEARCH, &["--json"]].concat()).failed(4).problem()["code"], "sign_in_needed");
}

#[test]
fn what_only_the_list_knows_is_refused_and_sent_to_nobody() {
    let forge = forge(5);
    let home = Home::connected(&forge);
    forge.clear_log();
    for (flags, with) in [
        (&["--owner", "acme"][..], "--owner <OWNER>"),
        (&["--archived"], "--archived"),
        (&["--view", "mine"], "--view <NAME>"),
        (&["--sort", "name"], "--sort <ORDER>"),
        (&["--offset", "5"], "--offset <N>"),
    ] {
        let problem = home.run(&[SEARCH, flags, &["--json"]].concat()).failed(2).problem();
        assert_eq!(problem["message"], format!("The argument '--host' cannot be used with '{with}'."));
    }
    let filter = home.run(&["repo", "search", "stencils", "owner:acme", "--host", "--json"]).failed(1).problem();
    assert_eq!(filter["code"], "invalid_input");
    assert_eq!(filter["message"], "Filters such as owner:acme are known to the list alone; a host is asked for words.");
    assert_eq!(home.run(&["repo", "search", "--host", "--json"]).failed(1).problem()["code"], "invalid_input");
    let many = home.run(&[SEARCH, &["--limit", "51"]].concat()).failed(2);
    assert_eq!(many.err, "A host is asked for no more than 50.\nGive `--limit` as 1 to 50.\n");
    let id = "aaaaaaaaaaaaaaaa";
    home.run(&[SEARCH, &["--account", id, "--account", id]].concat()).failed(2);
    assert_eq!(home.run(&[SEARCH, &["--account", id, "--json"]].concat()).failed(1).problem()["code"], "not_found");
    home.run(&["repo", "list", "--host"]).failed(2);
    assert!(forge.log().iter().all(|one| !one.path.starts_with("/search")), "no word left this computer");
}
