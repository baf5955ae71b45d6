//! What is missing, why, what was removed and what is asked, for a person and with `--json`.

use super::{Home, forge};
use drawbridge_domain::Visibility;
use drawbridge_testkit::forge::Change;

fn first(home: &Home) -> String {
    let list = home.run(&["repo", "list", "--json", "--limit", "1"]).done().json();
    list["rows"][0]["full_name"].as_str().expect("a name").to_owned()
}

#[test]
fn why_one_is_missing_is_said_with_what_helps() {
    let forge = forge(30);
    let full_name = format!("{}/left-out", forge.login(0));
    forge.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private });
    forge.change(&Change::Hide { full_name: full_name.clone(), hidden: true });
    let home = Home::connected(&forge);
    let said = home.run(&["repo", "why", &full_name]).done().out;
    assert!(said.starts_with(&format!("{full_name}: It is there and this account may see it")), "{said}");
    assert!(said.contains(&format!("drawbridge repo import {full_name}")), "{said}");
    assert_eq!(home.run(&["repo", "why", &full_name, "--json"]).done().json()["because"]["cause"], "found");
    assert_eq!(home.run(&["repo", "import", &full_name]).done().out, format!("{full_name} is in the list.\n"));
    assert_eq!(home.run(&["repo", "show", &full_name, "--json"]).done().json()["full_name"], full_name);
    assert_eq!(home.run(&["repo", "import", "nobody/nothing", "--json"]).failed(1).problem()["code"], "not_found");
    assert_eq!(home.run(&["repo", "why", "nothing", "--json"]).failed(1).problem()["code"], "invalid_input");
}

#[test]
fn what_was_removed_is_listed_and_brought_back_and_the_runs_are_told() {
    let forge = forge(30);
    let home = Home::connected(&forge);
    assert_eq!(home.run(&["repo", "removed"]).done().err, "Nothing was removed in the last thirty days.\n");
    let name = first(&home);
    forge.change(&Change::Delete { full_name: name.clone() });
    home.run(&["sync"]).done();
    let removed = home.run(&["repo", "removed", "--json"]).done().json();
    assert_eq!((&removed["total"], removed["rows"][0]["full_name"].as_str()), (&1.into(), Some(name.as_str())));
    let seen = home.run(&["repo", "removed"]).done().out;
    assert!(seen.contains(&name) && seen.contains("did not show it"), "{seen}");
    let id = removed["rows"][0]["id"].to_string();
    let said = home.run(&["repo", "restore", &id]).done().out;
    assert_eq!(said, format!("{name} is in the list again, marked as missing.\n"));
    assert!(home.run(&["repo", "show", &name, "--json"]).done().json()["missing_since"].is_string());
    assert_eq!(home.run(&["repo", "restore", &id, "--json"]).failed(1).problem()["code"], "not_found");

    let runs = home.run(&["sync", "history", "--json"]).done().json();
    assert_eq!(runs["rows"][0]["removed"], 1, "{runs}");
    let seen = home.run(&["sync", "history"]).done().out;
    assert!(seen.starts_with("STARTED") && seen.contains("1 gone"), "{seen}");
    assert_eq!(home.run(&["sync", "history", "--problems"]).done().err, "No such run is recorded.\n");
}

#[test]
fn what_is_asked_before_much_is_removed_can_be_answered() {
    let forge = forge(60);
    let home = Home::connected(&forge);
    assert_eq!(home.run(&["sync", "questions"]).done().err, "Nothing is asked.\n");
    for full_name in forge.full_names().into_iter().take(30) {
        forge.change(&Change::Delete { full_name });
    }
    home.run(&["sync"]).done();
    let asked = home.run(&["sync", "questions", "--json"]).done().json();
    assert_eq!((&asked[0]["missing"], &asked[0]["of"]), (&30.into(), &60.into()), "{asked}");
    let account = asked[0]["account"].as_str().expect("an id");
    let seen = home.run(&["sync", "questions"]).done().out;
    assert!(seen.contains("30 of 60") && seen.contains(&format!("drawbridge sync answer {account} gone")), "{seen}");
    home.run(&["sync", "answer", account, "gone"]).done();
    home.run(&["sync"]).done();
    assert_eq!(home.run(&["repo", "list", "--json", "--limit", "1"]).done().json()["total"], 30);
}
