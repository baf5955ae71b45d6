//! Sources and templates, for a person and with `--json`.

use super::{Home, forge};
use drawbridge_testkit::forge::{Change, Match, Trouble};

#[test]
fn sources_are_added_listed_read_again_and_removed() {
    let (home, forge) = (Home::open(), forge(5));
    home.connect_token(&forge).done();
    home.run(&["sync"]).done();
    let list = home.run(&["repo", "list", "--json"]).done().json();
    let full_name = list["rows"][0]["full_name"].as_str().expect("a name").to_owned();
    let write = |path: &str, text: &str| {
        let (full_name, path, text) = (full_name.clone(), path.to_owned(), text.to_owned());
        assert!(forge.change(&Change::Write { full_name, path, text }));
    };
    write(
        "web/copier.yml",
        "_angee: {kind: stack}\nname:\n  help: What is it called?\nlicence:\n  choices: [mit, gpl]\n  default: mit\n",
    );
    write("worker/copier.yml", "_angee: {kind: service}\n");
    write("skills/tides/SKILL.md", "---\nname: tides\n---\n");

    assert!(home.run(&["source", "list"]).done().err.contains("drawbridge source add"), "it says how");
    let added = home.run(&["source", "add", &full_name, "--json"]).done().json();
    assert_eq!((&added["new"], &added["source"]["found"]), (&3.into(), &3.into()), "{added}");
    let id = added["source"]["id"].to_string();
    let list = home.run(&["source", "list"]).done().out;
    assert!(list.contains(&full_name) && list.contains("PROBLEM"), "{list}");
    let stacks = home.run(&["template", "list", "--kind", "stack", "--json"]).done().json();
    assert_eq!((&stacks["total"], &stacks["rows"][0]["name"]), (&1.into(), &"web".into()), "{stacks}");
    let shown = home.run(&["template", "show", "web"]).done().out;
    for word in ["What is it called?", "mit, gpl", "2 questions", "stack"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let found = home.run(&["source", "found", "--kind", "skill"]).done().out;
    assert!(found.contains("SKILL.md does not say its description."), "{found}");
    assert!(home.run(&["source", "kinds"]).done().out.contains("stack, workspace, service"));

    write("skills/tides/SKILL.md", "---\nname: tides\ndescription: Reads tables\n---\n");
    assert_eq!(home.run(&["source", "refresh", &full_name]).done().out, format!("{full_name}: 1 changed, 3 found\n"));
    forge.trouble(Match::api(), Trouble::Status(404), 100);
    let ran = home.run(&["source", "refresh", &id]).failed(1);
    assert!(
        ran.out.contains("nothing new, 3 found") && ran.err.contains("does not show it any more"),
        "{} {}",
        ran.out,
        ran.err
    );
    assert!(home.run(&["source", "remove", &id]).done().out.starts_with("Removed: "));
    assert_eq!(home.run(&["template", "list", "--json"]).done().json()["total"], 0);
    let again = home.run(&["source", "add", &full_name]).failed(1);
    assert!(again.out.contains("3 found"), "what was found before is back: {}", again.out);
    assert!(again.err.contains("does not show it any more"), "and that it was not looked at is told: {}", again.err);
    forge.all_well();
    home.run(&["source", "add", &full_name]).done();

    let refused = home.run(&["source", "add", "no/such", "--json"]).failed(1);
    assert_eq!(refused.problem()["code"], "not_found");
    assert_eq!(home.run(&["template", "show", "nothing", "--json"]).failed(1).problem()["code"], "not_found");
    assert_eq!(
        home.run(&["source", "found", "--kind", "castle", "--json"]).failed(1).problem()["code"],
        "invalid_input"
    );
}
