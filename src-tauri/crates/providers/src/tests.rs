//! The contract of every definition that ships, and what a person's own files may say.

use crate::{Catalog, Definition, FILES};
use drawbridge_domain::{BaseUrl, SignInWay};
use std::{collections::BTreeSet, fs};

/// How many providers we promise.
const PROMISED: usize = 60;

#[test]
fn every_definition_is_sound() {
    let catalog = Catalog::shipped();
    assert_eq!(catalog.problems(), [], "every file can be used");
    assert!(catalog.all().len() >= PROMISED, "{} of {PROMISED}", catalog.all().len());
    let (mut names, mut monograms) = (BTreeSet::new(), BTreeSet::new());
    for provider in catalog.all() {
        let (id, definition) = (&provider.id, &provider.definition);
        assert!(names.insert(definition.name.clone()), "{id}: its name is another's too");
        assert!(monograms.insert(definition.monogram.clone()), "{id}: its letters are another's too");
        assert!(!definition.sources.is_empty() || definition.oauth.as_ref().is_some_and(|oauth| oauth.discovery));
        let host = provider.public_host().unwrap_or_else(|| BaseUrl::parse("https://x.example").expect("an address"));
        let Some(oauth) = &definition.oauth else { continue };
        let endpoints = provider.endpoints(&host, None);
        assert!(endpoints.is_some() || oauth.discovery, "{id}: its endpoints are known");
        for url in
            endpoints.iter().flat_map(|found| [Some(&found.authorize), Some(&found.token), found.device.as_ref()])
        {
            let url = url.filter(|url| url.scheme() != "https");
            assert_eq!(url, None, "{id}: nothing travels in the clear");
        }
        if oauth.ways.contains(&SignInWay::Device) && !oauth.discovery {
            assert!(endpoints.expect("there").device.is_some(), "{id}: the way it offers has an endpoint");
        }
        for kept in &oauth.reply.keeps {
            let name = kept.as_str();
            assert!(!name.contains("token") && !name.contains("secret"), "{id} keeps {name}, which is no fact");
        }
    }
}

#[test]
fn what_is_not_verified_names_a_field_that_is_there() {
    for (id, text) in FILES {
        let table: toml::Table = text.parse().expect("TOML");
        let unverified = Definition::parse(text).expect("sound").unverified;
        for path in unverified {
            let first = path.split('.').next().expect("a name");
            assert!(table.contains_key(first), "{id}: there is no {first} ({path})");
        }
    }
}

const GOOD: &str = r#"
name = "Acme Forge"
monogram = "AF"
category = "code"
host = "https://forge.acme.example"
checked = "2026-11-22"

[oauth]
authorize = "/oauth/authorize"
token = "/oauth/token"
ways = ["loopback"]

[who]
address = "/api/me"
id = "id"
"#;

#[test]
fn a_wrong_file_is_explained_with_its_line() {
    Definition::parse(GOOD).expect("sound");
    let line_of = |text: &str| 1 + GOOD.lines().position(|line| line == text).expect("there");
    for (from, to, says) in [
        (r#"host = "https://forge.acme.example""#, r#"host = "http://forge.acme.example""#, "unencrypted"),
        (r#"ways = ["loopback"]"#, r#"ways = ["pigeon"]"#, "pigeon"),
        (r#"ways = ["loopback"]"#, "ways = []", "`ways` names at least one"),
        (r#"ways = ["loopback"]"#, r#"ways = ["device"]"#, "needs `device`"),
        (r#"token = "/oauth/token""#, r#"token = "javascript:1""#, "`token` is a path under the host"),
        (r#"token = "/oauth/token""#, r#"tokn = "/oauth/token""#, "unknown field `tokn`"),
        (r#"id = "id""#, r#"id = "a..b""#, "a path of field names"),
        (r#"id = "id""#, "id = \"id\"\nerror = \"error\"", "go together"),
        (r#"checked = "2026-11-22""#, r#"checked = "today""#, "`checked` is a day"),
    ] {
        let error = Definition::parse(&GOOD.replace(from, to)).expect_err(to);
        assert!(error.what.contains(says), "{to}: {error}");
        // A table that lacks something is named by its head.
        assert!(error.line.abs_diff(line_of(from)) <= 3, "{to}: line {} of {}", error.line, line_of(from));
    }
    for missing in ["name", "checked", "[who]"] {
        let text = GOOD.lines().filter(|line| !line.starts_with(missing)).collect::<Vec<_>>().join("\n");
        Definition::parse(&text).expect_err(missing);
    }
}

#[test]
fn a_persons_own_file_adds_a_provider_or_takes_the_place_of_one() {
    let folder = std::env::temp_dir().join(format!("drawbridge-own-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("acme.toml"), GOOD).expect("written");
    fs::write(folder.join("oauth-server.toml"), GOOD.replace("Acme Forge", "Ours")).expect("written");
    fs::write(folder.join("bad.toml"), "name = 1").expect("written");
    fs::write(folder.join("Not An Id.toml"), GOOD).expect("written");
    fs::write(folder.join("notes.txt"), "nothing").expect("written");
    let catalog = Catalog::with_own(&folder);
    fs::remove_dir_all(&folder).expect("removed");
    let named = |id: &str| {
        catalog.find(&id.parse().expect("an id")).map(|provider| (provider.definition.name.clone(), provider.own))
    };
    assert_eq!(named("acme"), Some(("Acme Forge".to_owned(), true)));
    assert_eq!(named("oauth-server"), Some(("Ours".to_owned(), true)));
    assert_eq!(catalog.all().len(), Catalog::shipped().all().len() + 1);
    assert_eq!(catalog.problems().len(), 2, "{:?}", catalog.problems());
}
