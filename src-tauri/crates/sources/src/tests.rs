//! Markers as people write them, as they slip, and as somebody would write them who wants to do harm.
#![allow(clippy::expect_used, clippy::format_collect, clippy::format_push_string)]

use super::*;

fn read_as(id: &str, text: &str) -> Reading {
    read(kind(id).expect("a kind"), text.as_bytes())
}

fn place<'p>(id: &str, path: &'p str) -> Option<&'p str> {
    let workflows = [".forge/workflows/*.yml".to_owned(), "ci.yml".to_owned()];
    kind(id).expect("a kind").place(path, &workflows)
}

#[test]
fn every_file_of_the_folder_is_a_kind() {
    let ids: Vec<&str> = kinds().map(|(id, _)| id).collect();
    assert_eq!(ids, ["dev-container", "skill", "template", "workflow"]);
    for (id, kind) in kinds() {
        let (one, many) = kind.names();
        assert!(!one.is_empty() && one != many && !kind.marker().is_empty(), "{id}");
    }
    assert!(kind("no-such").is_none());
}

#[test]
fn markers_are_known_by_their_paths() {
    for (id, path, expected) in [
        ("template", "copier.yml", Some("")),
        ("template", "stacks/web/copier.yaml", Some("stacks/web")),
        ("template", "stacks/web/copier.yml.jinja", None),
        ("template", "my-copier.yml", None),
        ("skill", "SKILL.md", Some("")),
        ("skill", "skills/tide tables/SKILL.md", Some("skills/tide tables")),
        ("skill", "skills/skill.md", None),
        ("dev-container", ".devcontainer.json", Some(".devcontainer.json")),
        ("dev-container", ".devcontainer/devcontainer.json", Some(".devcontainer/devcontainer.json")),
        ("dev-container", "a/.devcontainer/rust/devcontainer.json", Some("a/.devcontainer/rust/devcontainer.json")),
        ("dev-container", "devcontainer.json", None),
        ("workflow", ".forge/workflows/test.yml", Some(".forge/workflows/test.yml")),
        ("workflow", ".forge/workflows/below/test.yml", None),
        ("workflow", ".forge/workflows/.yml", None),
        ("workflow", "ci.yml", Some("ci.yml")),
        ("workflow", "below/ci.yml", None),
    ] {
        assert_eq!(place(id, path), expected, "{id}: {path}");
    }
}

#[test]
fn a_template_tells_its_questions_in_order() {
    let reading = read_as(
        "template",
        "_angee:\n  kind: stack\n  name: Web stack\n  description: A site with a database\n\
         _min_copier_version: \"9\"\n_secret_questions: [api_key]\n\
         project_name:\n  type: str\n  help: |\n    What is it\n    called?\n\
         use_db: yes\n\
         workers: 4\n\
         licence:\n  help: Which?\n  default: mit\n  choices:\n    - mit\n    - [Apache 2.0, apache-2.0]\n\
         region:\n  choices:\n    North: n\n    South: {value: s, validator: x}\n\
         api_key:\n  type: str\n  default: hunter2\n\
         tags:\n  type: yaml\n  default: [a, {b: c}]\n  multiselect: true\n  when: \"{{ use_db }}\"\n",
    );
    assert_eq!(reading.trouble, None);
    assert_eq!(reading.variant.as_deref(), Some("stack"));
    assert_eq!(reading.name.as_deref(), Some("Web stack"));
    assert_eq!(reading.description.as_deref(), Some("A site with a database"));
    let shown: Vec<(&str, &str, Option<&str>)> =
        reading.questions.iter().map(|q| (q.name.as_str(), q.answer.as_str(), q.default.as_deref())).collect();
    assert_eq!(
        shown,
        [
            ("project_name", "str", None),
            ("use_db", "bool", Some("yes")),
            ("workers", "int", Some("4")),
            ("licence", "str", Some("mit")),
            ("region", "str", None),
            ("api_key", "str", None),
            ("tags", "yaml", Some("[a, {b: c}]")),
        ],
        "in the order of the file, a secret without its default"
    );
    assert_eq!(reading.questions[0].help.as_deref(), Some("What is it called?"));
    let choices = |place: usize| {
        let choices = reading.questions[place].choices.iter();
        choices.map(|choice| format!("{}={}", choice.label, choice.value)).collect::<Vec<_>>()
    };
    assert_eq!(choices(3), ["mit=mit", "Apache 2.0=apache-2.0"]);
    assert_eq!(choices(4), ["North=n", "South=s"]);
    assert!(reading.questions[5].secret && !reading.questions[0].secret);
    assert!(reading.questions[6].several);
    assert_eq!(reading.questions[6].when.as_deref(), Some("{{ use_db }}"));
}

#[test]
fn a_template_may_be_empty_tagged_merged_or_in_parts() {
    assert_eq!(read_as("template", ""), Reading::default());
    assert_eq!(read_as("template", "# nothing yet\n"), Reading::default());
    let reading = read_as(
        "template",
        "--- !include parts.yml\n---\nbase: &base\n  type: int\n  help: How many?\nmore:\n  <<: *base\n  default: 2\n",
    );
    let shown: Vec<(&str, &str)> = reading.questions.iter().map(|q| (q.name.as_str(), q.answer.as_str())).collect();
    assert_eq!(shown, [("base", "int"), ("more", "int")]);
    assert_eq!(reading.trouble, Some(Trouble::OtherShape), "the first part is no mapping, the second is read");
    let unknown = read_as("template", "_angee: {kind: castle}\nname: x\n");
    assert_eq!(unknown.variant, None);
    let value = "castle".to_owned();
    assert_eq!(unknown.trouble, Some(Trouble::Unknown { field: "_angee.kind".to_owned(), value }));
    assert_eq!(unknown.questions.len(), 1, "the rest is told all the same");
}

#[test]
fn a_skill_is_its_front_matter() {
    let reading = read_as(
        "skill",
        "\u{feff}---\r\nname: tides\r\ndescription: >\r\n  Reads tide\r\n  tables.\r\n---\r\n# Tides\n",
    );
    assert_eq!((reading.name.as_deref(), reading.description.as_deref()), (Some("tides"), Some("Reads tide tables.")));
    assert_eq!(reading.trouble, None);
    for (text, trouble) in [
        ("# Tides\n", Trouble::NoFrontMatter),
        ("---\nname: tides\n", Trouble::NoFrontMatter),
        ("---\n- a\n---\n", Trouble::OtherShape),
        ("---\nname: tides\n---\n", Trouble::Missing { field: "description".to_owned() }),
        ("---\ndescription: x\n---\n", Trouble::Missing { field: "name".to_owned() }),
        ("---\nname: [\n---\n", Trouble::Unreadable { line: 3 }),
    ] {
        assert_eq!(read_as("skill", text).trouble, Some(trouble), "{text:?}");
    }
}

#[test]
fn a_dev_container_may_have_comments_and_last_commas() {
    let text = "// For work, \"quoted\"\n{\n  /* the \n name */ \"name\": \"Tide // \\\" tables\",\n  \"image\": \"rust:1\", // last\n  \"features\": [1, 2, /* , */ ],\n}\n";
    let reading = read_as("dev-container", text);
    assert_eq!((reading.name.as_deref(), reading.trouble.as_ref()), (Some("Tide // \" tables"), None));
    assert_eq!(reading.description.as_deref(), Some("Image rust:1"));
    for (text, description) in [
        (r#"{"build":{"dockerfile":"Dockerfile"}}"#, "Built by Dockerfile"),
        (r#"{"dockerComposeFile":["a.yml","b.yml"]}"#, "Composed by a.yml"),
    ] {
        assert_eq!(read_as("dev-container", text).description.as_deref(), Some(description));
    }
    assert_eq!(read_as("dev-container", "[]").trouble, Some(Trouble::OtherShape));
    assert_eq!(read_as("dev-container", "{\n\"a\": /* open").trouble, Some(Trouble::Unreadable { line: 2 }));
    assert_eq!(read_as("dev-container", "{,}").trouble, None, "a comma before the end, and nothing else");
    assert!(read_as("dev-container", "{\"a\":,,}").trouble.is_some(), "commas are forgiven where they end a list");
}

#[test]
fn a_workflow_tells_its_name_and_what_starts_it() {
    for (text, name, description) in [
        ("name: Test\non: push\n", Some("Test"), Some("On push")),
        ("on: [push, pull_request]\n", None, Some("On push, pull_request")),
        ("on:\n  schedule:\n    - cron: x\n  push:\n", None, Some("On schedule, push")),
        ("spec:\n  inputs: {}\n---\nstages: [build]\n", None, None),
    ] {
        let reading = read_as("workflow", text);
        assert_eq!((reading.name.as_deref(), reading.description.as_deref()), (name, description), "{text}");
        assert_eq!(reading.trouble, None, "{text}");
    }
    assert_eq!(read_as("workflow", "- a\n").trouble, Some(Trouble::OtherShape));
}

#[test]
fn texts_are_bounded_lines() {
    let reading =
        read_as("skill", &format!("---\nname: \"a\\u001b[31mb\\nc\"\ndescription: {}\n---\n", "x".repeat(5000)));
    assert_eq!(reading.name.as_deref(), Some("a [31mb c"), "nothing that a terminal would obey");
    assert_eq!(reading.description.map(|text| text.len()), Some(1000));
    let many: String = (0..600).map(|number| format!("q{number}: 1\n")).collect();
    let reading = read_as("template", &many);
    assert_eq!((reading.questions.len(), reading.trouble), (500, Some(Trouble::TooMuch)));
}

#[test]
fn hostile_markers_are_found_items_with_a_trouble() {
    let long = "a".repeat(10 * 1024 * 1024);
    let nested_yaml = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
    let nested_blocks: String = (0..500).map(|depth| format!("{}- a:\n", "  ".repeat(depth))).collect();
    let nested_json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let many: String = std::iter::repeat_n("- a\n", 60_000).collect();
    for (id, _) in kinds() {
        assert_eq!(read_as(id, &long).trouble, Some(Trouble::TooLong), "{id}");
        let kind = kind(id).expect("a kind");
        assert_eq!(read(kind, b"\xff\xfe\x00").trouble, Some(Trouble::NotText), "{id}");
        for text in [nested_yaml.as_str(), &nested_blocks, &nested_json, &many, "\0", "&a [*a]", "*nothing", "%YAML 9"]
        {
            let front = format!("---\n{text}\n---\n");
            let text = if id == "skill" { &front } else { text };
            let reading = read_as(id, text);
            assert!(reading.trouble.is_some() || reading.questions.len() <= 1, "{id}: {reading:?}");
        }
    }
    assert_eq!(read_as("template", &nested_yaml).trouble, Some(Trouble::TooMuch));
    assert_eq!(read_as("template", &many).trouble, Some(Trouble::TooMuch));
}

#[test]
fn names_of_names_of_names_take_no_more_than_their_text() {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..60 {
        let parts = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{parts}]\n"));
    }
    let reading = read_as("template", &text);
    assert_eq!(reading.questions.len(), 60);
    let longest = reading.questions.iter().filter_map(|question| question.default.as_ref()).map(String::len).max();
    assert!(longest.is_some_and(|length| length <= 3 * 1000), "{longest:?}");
    // One long text, by two names of names: each question would be 80 MB of choices.
    let mut text = format!("t: &t {:?}\nc: &c\n", "x".repeat(2000));
    (0..20_000).for_each(|_| text.push_str("  - *t\n"));
    text.push_str("q: &q {choices: *c}\n");
    (0..8_000).for_each(|number| text.push_str(&format!("a{number}: *q\n")));
    assert!(text.len() <= MAX_MARKER);
    let reading = read_as("template", &text);
    assert_eq!(reading.trouble, Some(Trouble::TooMuch));
    assert!(write(&reading.questions).len() < 512 * 1024, "{} questions", reading.questions.len());
    let itself = read_as("template", "q: &q\n  choices: *q\n  default: *q\n");
    assert_eq!(itself.questions.len(), 1, "what names itself is told a few steps deep");
}
