//! Sync and the repositories, for a person and with `--json`.

use super::{Home, forge};
use drawbridge_testkit::forge::{Match, Trouble};
use serde_json::Value;

#[track_caller]
fn names(home: &Home, line: &[&str]) -> Vec<String> {
    let list = home.run(line).done().json();
    list["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["full_name"].as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn a_sync_tells_how_far_it_is_and_what_changed() {
    let (home, forge) = (Home::open(), forge(450));
    home.connect_token(&forge).done();
    let ran = home.run(&["sync", "--json"]).done();
    let lines = ran.objects();
    let (run, before) = lines.split_last().expect("at least the run");
    assert_eq!(run["kind"], "run", "{run}");
    assert!(before.iter().all(|line| line["kind"] == "progress"), "{before:?}");
    assert_eq!(run["login"], forge.login(0));
    assert_eq!(ran.err, "");
    assert_eq!(home.run(&["repo", "list", "--json", "--limit", "1"]).done().json()["total"], 450);

    let ran = home.run(&["sync"]).done();
    assert!(ran.out.starts_with(&format!("{}: ", forge.login(0))), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1, "one sentence for the account: {}", ran.out);
    let id = run["account"].as_str().expect("an id");
    let only = home.run(&["sync", "--account", id, "--json"]).done().objects();
    assert_eq!(only.last().expect("a run")["outcome"], "unchanged");
    assert_eq!(home.run(&["sync", "--account", "aaaaaaaaaaaaaaaa", "--json"]).failed(1).problem()["code"], "not_found");
}

#[test]
fn progress_has_numbers_and_is_plain_lines_without_a_terminal() {
    let (home, forge) = (Home::open(), forge(900));
    forge.set_latency(std::time::Duration::from_millis(150));
    home.connect_token(&forge).done();
    let lines = home.run(&["sync", "--json"]).done().objects();
    let counted: Vec<&Value> =
        lines.iter().filter(|line| line["kind"] == "progress" && line["repositories"] != 0).collect();
    assert!(!counted.is_empty(), "it says how far it is: {lines:?}");
    for line in counted {
        for key in ["account", "login", "stage", "repositories", "expected", "pages", "expected_pages"] {
            assert!(line.get(key).is_some(), "{key} is missing: {line}");
        }
    }
    let ran = home.run(&["sync"]).done();
    assert!(!ran.err.contains('\u{1b}') && !ran.err.contains('\r'), "no terminal, no steering: {:?}", ran.err);
}

#[test]
fn a_sync_that_stops_exits_with_1_and_one_that_needs_you_with_4() {
    let forge = forge(250);
    let home = Home::connected(&forge);
    let before = home.run(&["repo", "list", "--json", "--limit", "1"]).done().json()["total"].clone();
    // The listing is asked for anew only if something changed.
    let first = names(&home, &["repo", "list", "--json", "--limit", "1"]).remove(0);
    forge.change(&drawbridge_testkit::forge::Change::Push { full_name: first });
    forge.trouble(Match::page(2), Trouble::Status(502), 1000);
    let ran = home.run(&["sync", "--json"]).failed(1);
    let lines = ran.objects();
    let run = lines.last().expect("the run is told all the same");
    assert_eq!((&run["kind"], &run["outcome"]), (&"run".into(), &"stopped".into()), "{run}");
    assert_eq!(ran.problem()["code"], "sync_stopped");
    let ran = home.run(&["sync"]).failed(1);
    assert_eq!(ran.out, "", "what went wrong is no answer");
    assert!(ran.err.contains(&forge.login(0)) && ran.err.contains("Nothing was removed"), "{}", ran.err);
    assert_eq!(home.run(&["repo", "list", "--json", "--limit", "1"]).done().json()["total"], before, "nothing is lost");

    forge.all_well();
    forge.revoke_all();
    let ran = home.run(&["sync", "--json"]).failed(4);
    assert_eq!(ran.objects().last().expect("a run")["outcome"], "needs_you");
    assert_eq!(ran.problem()["code"], "sign_in_needed");
}

#[test]
fn a_sync_joins_the_one_that_is_running() {
    let (home, forge) = (Home::open(), forge(600));
    forge.set_latency(std::time::Duration::from_millis(200));
    home.connect_token(&forge).done();
    forge.clear_log();
    let (one, two) = (home.follow(&["sync", "--json"]), home.follow(&["sync", "--json"]));
    for ran in [one.finish().done(), two.finish().done()] {
        assert_eq!(ran.objects().last().expect("a run")["kind"], "run");
    }
    let pages = forge.log().iter().filter(|exchange| exchange.path == "/user/repos").count();
    assert!(pages <= 6, "600 repositories are six pages, asked for once by all three: {pages}");
}

#[test]
fn rows_carry_what_programs_need() {
    let forge = forge(30);
    let home = Home::connected(&forge);
    let list = home.run(&["repo", "list", "--json", "--limit", "5", "--offset", "2"]).done().json();
    assert_eq!(list["total"], 30);
    assert_eq!(list["rows"].as_array().map(Vec::len), Some(5));
    for key in [
        "id",
        "full_name",
        "owner",
        "name",
        "visibility",
        "archived",
        "fork",
        "default_branch",
        "description",
        "language",
        "clone_url",
        "pushed_at",
    ] {
        assert!(list["rows"][0].get(key).is_some(), "{key} is missing: {}", list["rows"][0]);
    }
    let name = list["rows"][0]["full_name"].as_str().expect("text");
    let shown = home.run(&["repo", "show", name, "--json"]).done().json();
    assert_eq!(shown["id"], list["rows"][0]["id"]);
    assert!(shown.get("host").is_some() && shown.get("reach").is_some(), "{shown}");
    let other_case = home.run(&["repo", "show", &name.to_uppercase(), "--json"]).done().json();
    assert_eq!(other_case["id"], shown["id"], "names are compared without case");
    let by_id = home.run(&["repo", "show", &shown["id"].to_string(), "--json"]).done().json();
    assert_eq!(by_id["full_name"], name);
    let seen = home.run(&["repo", "show", name]).done().out;
    assert!(seen.starts_with(&format!("Repository   {name}\n")), "{seen}");
    assert!(seen.contains(&format!("Reached by   {} (", forge.login(0))), "{seen}");
    assert!(seen.contains(&format!("HTTPS        {}\n", shown["clone_url"].as_str().expect("text"))), "{seen}");
}

#[test]
fn repositories_are_searched_filtered_and_ordered() {
    let forge = forge(300);
    let home = Home::connected(&forge);
    let all = names(&home, &["repo", "list", "--json", "--limit", "1000", "--sort", "name"]);
    assert_eq!(all.len(), 300);
    assert!(all.is_sorted_by_key(|name| name.to_lowercase()), "A to Z");
    let mut reversed = names(&home, &["repo", "list", "--json", "--limit", "1000", "--sort", "name", "--reverse"]);
    reversed.reverse();
    assert_eq!(reversed, all);
    let pages: Vec<String> = ["0", "150"]
        .iter()
        .flat_map(|offset| {
            names(&home, &["repo", "list", "--json", "--sort", "name", "--limit", "150", "--offset", offset])
        })
        .collect();
    assert_eq!(pages, all, "two halves are the whole");

    let (owner, name) = all[17].split_once('/').expect("a full name");
    let owned = names(&home, &["repo", "list", "--json", "--limit", "1000", "--owner", owner]);
    assert!(!owned.is_empty() && owned.iter().all(|name| name.starts_with(&format!("{owner}/"))), "{owned:?}");
    assert!(names(&home, &["repo", "search", name, "--json", "--limit", "1000"]).contains(&all[17]));
    let both = names(&home, &["repo", "search", name, "--owner", owner, "--json"]);
    assert!(both.contains(&all[17]) && both.iter().all(|name| owned.contains(name)), "{both:?}");

    let total = |line: &[&str]| home.run(line).done().json()["total"].as_u64().expect("a number");
    let list = |flags: &[&str]| total(&[&["repo", "list", "--json", "--limit", "1"], flags].concat());
    assert_eq!(list(&["--archived"]) + list(&["--no-archived"]), 300);
    assert_eq!(list(&["--fork"]) + list(&["--no-fork"]), 300);
    let by_visibility = ["public", "internal", "private"].map(|seen| list(&["--visibility", seen]));
    assert_eq!(by_visibility.iter().sum::<u64>(), 300, "{by_visibility:?}");
    assert_eq!(list(&["--visibility", "public,private"]), by_visibility[0] + by_visibility[2]);
    assert_eq!(list(&["--visibility", "public", "--visibility", "internal"]), by_visibility[0] + by_visibility[1]);
    let account = home.run(&["account", "list", "--json"]).done().json()["rows"][0]["id"].clone();
    assert_eq!(list(&["--account", account.as_str().expect("an id")]), 300);
    assert_eq!(list(&["--account", "aaaaaaaaaaaaaaaa"]), 0);
}

#[test]
fn filters_are_written_as_in_the_window() {
    let forge = forge(300);
    let home = Home::connected(&forge);
    let total = |line: &[&str]| {
        let list = [&["repo", "list", "--json", "--limit", "1"], line].concat();
        home.run(&list).done().json()["total"].as_u64().expect("a number")
    };
    assert_eq!(total(&["archived:no"]), total(&["--no-archived"]));
    assert_eq!(total(&["archived:no"]) + total(&["-archived:no"]), 300, "a minus in front is no flag");
    assert_eq!(total(&["-is:private", "--fork"]), total(&["--visibility", "public,internal", "fork:yes"]));
    assert_eq!(total(&["lang:No such", "language"]), 0, "the shell takes quotes away");
    assert_eq!(total(&["pushed:>1y"]) + total(&["-pushed:>1y"]), 300);
    assert_eq!(home.run(&["repo", "list", "--nonsense"]).failed(2).out, "");

    let ran = home.run(&["repo", "list", "onwer:acme"]).done();
    let told = "There is no filter called onwer. Did you mean owner?\nNo repository fits these filters.\n";
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", told));

    let name = names(&home, &["repo", "list", "--json", "--limit", "1"]).remove(0);
    let (_, name) = name.rsplit_once('/').expect("a full name");
    let slipped = format!("{}q{}", &name[..4], &name[4..]);
    let ran = home.run(&["repo", "search", &slipped]).done();
    assert!(ran.out.contains(name), "{slipped} finds {name}: {}", ran.out);
    assert!(ran.err.starts_with("None is spelled just so; these nearly are.\n"), "{}", ran.err);
}

#[test]
fn a_search_is_kept_under_a_name() {
    let forge = forge(300);
    let home = Home::connected(&forge);
    let kept = home.run(&["view", "save", "Old ones", "-is:fork", "archived:yes", "--sort", "name"]).done();
    assert_eq!(kept.out, "Kept: Old ones\n");
    let listed = home.run(&["view", "list", "--json"]).done().json();
    assert_eq!(listed["rows"][0]["query"], "-is:fork archived:yes");
    let viewed = names(&home, &["repo", "list", "--view", "old ONES", "--json", "--limit", "1000"]);
    let asked =
        names(&home, &["repo", "list", "-is:fork", "archived:yes", "--sort", "name", "--json", "--limit", "1000"]);
    assert!(!asked.is_empty() && viewed == asked, "{viewed:?}");
    let narrowed = names(&home, &["repo", "list", "--view", "Old ones", "is:private", "--json", "--limit", "1000"]);
    assert!(narrowed.len() < asked.len() && narrowed.iter().all(|name| asked.contains(name)));
    let taken = home.run(&["view", "save", "OLD ONES", "x", "--json"]).failed(1).problem();
    assert_eq!(taken["code"], "invalid_input");
    home.run(&["view", "rename", "Old ones", "Older"]).done();
    assert_eq!(home.run(&["view", "remove", "Older"]).done().out, "Removed: Older\n");
    assert_eq!(home.run(&["repo", "list", "--view", "Older"]).failed(2).out, "");
}

#[test]
fn lists_for_a_person_are_aligned_and_say_what_is_left_out() {
    let forge = forge(30);
    let home = Home::connected(&forge);
    let ran = home.run(&["repo", "list", "--limit", "10", "--offset", "5"]).done();
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 11, "a heading and ten rows: {}", ran.out);
    let column = lines[0].find("VISIBILITY").expect("a heading");
    for line in &lines[1..] {
        let before: String = line.chars().take(column).collect();
        assert!(before.ends_with("  "), "the second column begins below its heading: {line}");
    }
    assert_eq!(ran.err, "6 to 15 of 30. `--offset` and `--limit` show others.\n");
    assert_eq!(home.run(&["repo", "list"]).done().err, "", "all of it is shown");

    let ran = home.run(&["repo", "search", "zzzz-no-such-word"]).done();
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "Nothing here is called \"zzzz-no-such-word\".\n"));
    let ran = home.run(&["repo", "list", "--owner", "zzzz"]).done();
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "No repository fits these filters.\n"));
    assert_eq!(home.run(&["repo", "list", "--offset", "99"]).done().err, "There are 30 only.\n");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let forge = forge(1000);
    let home = Home::connected(&forge);
    for line in [&["repo", "list", "--limit", "1000"][..], &["repo", "list", "--limit", "1000", "--json"], &["--help"]]
    {
        let ran = home.follow(line).close_output();
        assert_eq!(ran.code, Some(0), "{line:?}: {}", ran.err);
        assert_eq!(ran.err, "", "{line:?} says nothing about it");
    }
}

#[test]
fn when_an_account_is_looked_at_next_is_told_and_set() {
    let (home, forge) = (Home::open(), forge(20));
    home.connect_token(&forge).done();
    home.run(&["sync"]).done();
    let shown = home.run(&["sync", "status"]).done();
    assert!(shown.out.contains("NEXT LOOK") && shown.out.contains("in "), "{}", shown.out);
    let status = home.run(&["sync", "status", "--json"]).done().json();
    assert_eq!(status["next"][0]["because"], "interval", "{status}");
    let id = status["next"][0]["account"].as_str().expect("an id");
    let set = home.run(&["sync", "every", "0", "--account", id]).done();
    assert!(set.out.ends_with(": by hand only\n"), "{}", set.out);
    let set = home.run(&["sync", "every", "60", "--account", id, "--json"]).done().json();
    assert_eq!((&set["every_minutes"], &set["because"]), (&60.into(), &"interval".into()));
    assert_eq!(
        home.run(&["sync", "every", "-", "--account", id, "--json"]).done().json()["every_minutes"],
        Value::Null
    );
    assert_eq!(
        home.run(&["sync", "every", "2", "--account", id, "--json"]).failed(1).problem()["code"],
        "invalid_input"
    );
    home.run(&["sync", "every", "often", "--account", id]).failed(2);
}
