//! What the command line says of providers, of ways that are not offered, and of codes to type.

use super::{Home, forge};
use std::fs;

#[test]
fn a_file_that_can_not_be_used_is_not_passed_over_in_silence() {
    let home = Home::open();
    let folder = home.around().join(".config/drawbridge/providers");
    fs::create_dir_all(&folder).expect("a folder");
    let sound = home.run(&["provider", "list", "git"]).done();
    assert_eq!(sound.err, "", "nothing to say");
    fs::write(folder.join("acme.toml"), "name = \"Acme\"\nnmae = 1\n").expect("written");
    fs::write(folder.join("beta.toml"), "").expect("written");
    let told = home.run(&["provider", "list", "git"]).done();
    assert_eq!(told.out, sound.out, "the list itself is as it was");
    assert!(told.err.contains("acme.toml:") && told.err.contains("and 1 more can't be used"), "{}", told.err);
    assert!(told.err.contains("`drawbridge provider validate`"), "{}", told.err);
    assert_eq!(home.run(&["provider", "list", "--json"]).done().err, "", "programs read `validate`");
}

#[test]
fn what_is_not_there_fails_alike_everywhere_and_names_what_may_be_meant() {
    let home = Home::open();
    for line in [
        &["provider", "show", "gitlub", "--json"][..],
        &["client", "add", "gitlub", "--client-id", "x", "--json"],
        &["client", "register", "gitlub", "--json"],
        &["connect", "gitlub", "--via", "loopback", "--json"],
    ] {
        let problem = home.run(line).failed(1).problem();
        assert_eq!(problem["message"], "Drawbridge knows no provider called gitlub.", "{line:?}");
    }
    let near = home.run(&["provider", "show", "gitla", "--json"]).failed(1).problem();
    assert!(near["hint"].as_str().is_some_and(|hint| hint.contains("Did you mean gitlab?")), "{near}");
}

#[test]
fn a_provider_shows_what_is_not_sure_of_it_and_where_answers_come_back_to() {
    let home = Home::open();
    let shown = home.run(&["provider", "show", "github-enterprise"]).done();
    let line = |name: &str| shown.out.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("Not verified").contains("oauth.loopback"), "{}", shown.out);
    assert!(line("Redirect addresses").contains("--host"), "every server has its own: {}", shown.out);
    let one = home.run(&["provider", "show", "gitlab", "--json"]).done().json();
    let other = home.run(&["provider", "show", "gitlab", "--host", "git.example.org", "--json"]).done().json();
    assert_eq!(one["redirects"].as_array().map(Vec::len), Some(2));
    assert_ne!(one["redirects"], other["redirects"]);
}

#[test]
fn a_way_that_is_not_offered_names_those_that_are() {
    let (home, forge) = (Home::open(), forge(1));
    home.add_client(&forge).done();
    let line = ["connect", "github", "--host", forge.url(), "--via", "paste", "--json"];
    let problem = home.run(&line).failed(1).problem();
    assert_eq!(problem["code"], "not_offered");
    assert_eq!(problem["hint"], "It can be connected by: deep-link, loopback, device, an access token.");
}

#[test]
fn a_code_comes_with_a_warning_of_codes_that_somebody_sends() {
    let (home, forge) = (Home::open(), forge(1));
    forge.set_device_interval(1);
    home.add_client(&forge).done();
    let line = ["connect", "github", "--host", forge.url(), "--via", "device", "--no-browser"];
    let mut connecting = home.follow(&line);
    let mut said = String::new();
    let code = loop {
        let text = connecting.text();
        assert!(!text.is_empty(), "it names a code: {said}");
        said.push_str(&text);
        if let Some(code) = text.strip_prefix("Type this code there: ") {
            break code.trim().to_owned();
        }
    };
    let warning = connecting.text();
    assert!(warning.contains("Only type a code that you asked for yourself"), "{warning}");
    assert!(forge.decide_device(&code, true), "known");
    connecting.finish().done();
}
