//! Credentials that a person types in, at the command line: by flags, files and standard input; never by
//! an argument that is secret.

use super::Home;
use crate::credentials::door;
use serde_json::json;
use std::fs;

#[test]
fn each_kind_from_adding_to_removing() {
    let (home, door) = (Home::open(), door());
    let pattern = door.pattern();
    let (headers_url, basic_url, token_url) = (door.url("/headers"), door.url("/basic"), door.url("/token"));
    let headers_file = home.around().join("headers");
    fs::write(&headers_file, "X-Api-Key: right-header\n").expect("written");
    let headers_file = headers_file.to_str().expect("text");
    let adds: [(&[&str], &str, &str); 4] = [
        (&["ssh-key", "--comment", "anna@heron"], "", "SHA256:"),
        (&["headers", "--headers-file", headers_file, "--check-url", &headers_url], "", "X-Api-Key"),
        (&["basic", "--user", "anna", "--password-stdin", "--check-url", &basic_url], "right:password \n", "anna"),
        (
            &[
                "client-credentials",
                "--token-endpoint",
                &token_url,
                "--client-id",
                "door-client",
                "--client-secret-stdin",
            ],
            "right-client-secret\n",
            "door-client at 127.0.0.1",
        ),
    ];
    for (arguments, input, summary) in adds {
        let kind = arguments[0];
        let line = [&["credential", "add"], arguments, &["--label", kind, "--host", &pattern, "--json"]].concat();
        let added = home.with_input(&line, input).done().json();
        let id = added["id"].as_str().expect("an id");
        assert_eq!((&added["what"]["kind"], &added["outcome"]), (&json!(kind), &json!("accepted")), "{added}");
        assert!(added["summary"].as_str().is_some_and(|text| text.starts_with(summary)), "{added}");
        assert_eq!(home.run(&["credential", "show", id, "--json"]).done().json(), added);
        let seen = home.run(&["credential", "show", id]).done().out;
        assert!(seen.starts_with("Name") && seen.contains(&format!("  {kind}\n")), "{seen}");
        let checked = home.run(&["credential", "check", id]).done().out;
        assert!(checked.starts_with(&format!("{kind}: ")), "{checked}");
        let public = home.run(&["credential", "public-key", id]);
        if kind == "ssh-key" {
            assert_eq!(public.done().out.trim(), added["what"]["facts"]["public_key"].as_str().expect("a key"));
        } else {
            assert!(public.failed(2).err.contains("no SSH key"));
        }
    }
    let list = home.run(&["credential", "list"]).done().out;
    assert_eq!(list.lines().count(), 5, "{list}");
    let rows = home.run(&["credential", "list", "--json"]).done().json();
    for row in rows["rows"].as_array().expect("rows") {
        let id = row["id"].as_str().expect("an id");
        let removed = home.run(&["credential", "remove", id]).done().out;
        assert!(removed.contains("is removed here"), "{removed}");
        assert_eq!(home.run(&["credential", "show", id, "--json"]).failed(1).problem()["code"], "not_found");
    }
    assert_eq!(home.run(&["credential", "list", "--json"]).done().json(), json!({ "total": 0, "rows": [] }));
    assert!(home.run(&["credential", "list"]).done().err.contains("credential add"), "an empty list says what is next");
}

fn adding<'a>(pattern: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    [&["credential", "add"], arguments, &["--label", "mine", "--host", pattern]].concat()
}

#[test]
fn what_is_missing_or_wrong_is_said_before_anything_is_stored() {
    let (home, door) = (Home::open(), door());
    let pattern = door.pattern();
    let basic_url = door.url("/basic");
    let missing = home.run(&adding(&pattern, &["basic", "--password-stdin"])).failed(2);
    assert!(missing.err.contains("User name is missing") && missing.err.contains("--user"), "{}", missing.err);
    let foreign = home.run(&adding(&pattern, &["ssh-key", "--user", "anna"])).failed(2);
    assert!(foreign.err.contains("`--user` does not belong to this kind"), "{}", foreign.err);
    assert!(foreign.err.contains("--private-key-stdin or --private-key-file"), "{}", foreign.err);
    home.run(&adding(&pattern, &["basic", "--user", "anna", "--password", "hunter2"])).failed(2);
    let wrong = ["basic", "--user", "anna", "--password-stdin", "--check-url", &basic_url];
    let refused = home.with_input(&adding(&pattern, &wrong), "wrong-password\n").failed(1);
    assert!(refused.err.contains("does not accept this") && !refused.err.contains("wrong-password"), "{}", refused.err);
    assert_eq!(home.run(&["credential", "list", "--json"]).done().json()["total"], 0, "nothing was stored");

    let anyway = [&adding(&pattern, &wrong)[..], &["--without-check", "--expires", "2099-01-31", "--json"]].concat();
    let stored = home.with_input(&anyway, "wrong-password\n").done().json();
    assert_eq!(stored["state"], "Not checked");
    let id = stored["id"].as_str().expect("an id");
    assert_eq!(home.run(&["credential", "check", id, "--json"]).failed(1).problem()["code"], "host_refused");
    let calendar = home.run(&["calendar"]).done().out;
    assert!(calendar.contains("2099-01-31") && calendar.contains("mine"), "{calendar}");

    let right = [&adding(&pattern, &wrong)[..], &["--replace", id, "--json"]].concat();
    let replaced = home.with_input(&right, "right:password \n").done().json();
    assert_eq!((&replaced["id"], &replaced["outcome"]), (&stored["id"], &json!("accepted")));
    let moved = [&adding(&pattern, &["ssh-key"])[..], &["--replace", id, "--json"]].concat();
    assert_eq!(home.run(&moved).done().json()["what"]["kind"], "ssh-key", "of another kind now");
    assert_eq!(home.run(&["vault", "verify", "--json"]).done().json()["sound"], true);
    home.run(&["vault", "lock"]).done();
    home.run(&["credential", "list"]).failed(3);
    let locked = home.with_input(&adding(&pattern, &["basic", "--user", "anna", "--password-stdin"]), "x\n").failed(3);
    assert!(
        !locked.err.contains("password:"),
        "nobody is asked for a secret in front of a closed door: {}",
        locked.err
    );
}

#[test]
fn clients_are_imported_once_and_each_that_is_not_says_why() {
    let home = Home::open();
    let file = home.around().join("clients.toml");
    let text = "[[client]]\nprovider = \"github\"\nclient_id = \"Iv1.one\"\nclient_secret = \"canary-import\"\nname = \"Work\"\n\n\
                [[client]]\nprovider = \"nobody-knows\"\nclient_id = \"two\"\n\n\
                [[client]]\nprovider = \"gitlab\"\nhost = \"https://git.example.org\"\nclient_id = \"three\"\n";
    fs::write(&file, text).expect("written");
    let import = ["client", "import", file.to_str().expect("text")];
    let seen = home.run(&import).done();
    let lines: Vec<&str> = seen.out.lines().collect();
    assert!(lines[1].starts_with("github") && lines[1].ends_with("added"), "{}", seen.out);
    assert!(lines[2].contains("passed over") && lines[2].contains("no provider"), "{}", seen.out);
    assert!(lines[3].ends_with("added") && !format!("{}{}", seen.out, seen.err).contains("canary"), "{}", seen.out);
    let clients = home.run(&["client", "list", "--json"]).done().json();
    let one =
        clients["rows"].as_array().expect("rows").iter().find(|row| row["client_id"] == "Iv1.one").expect("there");
    assert_eq!((&one["origin"], &one["has_secret"], &one["name"]), (&json!("imported"), &json!(true), &json!("Work")));

    let again = home.with_input(&["client", "import", "-", "--json"], text).done().json();
    assert!(again["rows"].as_array().expect("rows").iter().all(|row| row["client"].is_null()), "{again}");
    assert!(again["rows"][0]["why"].as_str().is_some_and(|why| why.contains("here already")), "{again}");

    let mut command = home.command(&["client", "import", "--environment", "--json"]);
    command
        .env("DRAWBRIDGE_CLIENT_BITBUCKET_CLOUD_ID", "from-environment")
        .env("DRAWBRIDGE_CLIENT_BITBUCKET_CLOUD_SECRET", "canary-env");
    let ran = command.output().expect("it runs");
    let found: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(found["rows"][0]["client"]["origin"], "imported", "{found}");
    let odd = home.with_input(&["client", "import", "-"], "[[client]]\nclient_secret = \"canary-odd\"\n").failed(2);
    assert!(odd.err.contains("line 1") && !odd.err.contains("canary"), "{}", odd.err);
    home.run(&["client", "import"]).failed(2);
}

#[test]
fn an_empty_line_ends_what_is_typed_and_not_what_is_handed_in() {
    let home = Home::open();
    let input = "X-First: 1\n\nX-Second: 2\n";
    let line =
        ["credential", "add", "headers", "--headers-stdin", "--host", "api.example", "--label", "both", "--json"];
    let added = home.with_input(&line, input).done().json();
    assert_eq!(added["what"]["facts"]["names"], json!(["X-First", "X-Second"]), "{added}");
}

#[test]
fn an_id_is_one_part_of_an_address_whatever_it_is() {
    let home = Home::open();
    for id in ["a b", "a/b", "?x", "../accounts", "ü"] {
        let problem = home.run(&["account", "unended", "--forget", id, "--json"]).failed(1).problem();
        assert_eq!(problem["code"], "not_found", "{id}: {problem}");
    }
}
