//! Every command line that needs no account, for a person and with `--json`.

use super::{Home, PASSPHRASE, forge};

#[test]
fn a_vault_is_made_locked_and_opened() {
    let home = Home::new();
    assert_eq!(home.run(&["keeper", "status"]).done().seen(&home, None), "No keeper runs for HOME/vault.\n");
    assert_eq!(
        home.run(&["vault", "status"]).done().seen(&home, None),
        "Vault     none yet\nFolder    HOME/vault\nKeychain  Secret Service, none answers\n"
    );
    let status = home.run(&["vault", "status", "--json"]).done().json();
    assert_eq!(status["state"], "absent");

    let made = home.with_input(&["vault", "create", "--passphrase-stdin"], PASSPHRASE).done();
    assert_eq!(made.out, "The vault is made, and open.\n");
    assert_eq!(
        home.run(&["vault", "status"]).done().seen(&home, None),
        "Vault     open\nFolder    HOME/vault\nOpens by  passphrase\nKeychain  Secret Service, none answers\n"
    );
    assert_eq!(home.run(&["vault", "lock"]).done().out, "The vault is locked.\n");
    assert_eq!(home.run(&["vault", "lock", "--json"]).done().json()["state"], "locked");
    // A second line is not part of the passphrase, and neither is the line's end.
    let input = format!("{PASSPHRASE}\r\nmore\n");
    assert_eq!(home.with_input(&["vault", "unlock", "--passphrase-stdin"], &input).done().out, "The vault is open.\n");
    let status = home.with_input(&["vault", "unlock", "--passphrase-stdin", "--json"], PASSPHRASE).done().json();
    assert_eq!((&status["state"], &status["slots"][0]), (&"open".into(), &"passphrase".into()));
}

#[test]
fn a_vault_made_with_json_is_open_in_the_background() {
    let home = Home::new();
    let status = home.with_input(&["--json", "vault", "create", "--passphrase-stdin"], PASSPHRASE).done().json();
    assert_eq!(status["state"], "open");
    assert_eq!(status["path"], home.vault().display().to_string());
    let keeper = home.run(&["keeper", "status", "--json"]).done().json();
    assert_eq!((&keeper["running"], &keeper["host"]), (&true.into(), &"background".into()));
    assert_eq!(keeper["vault_state"], "open");
    assert_eq!(keeper["version"], env!("CARGO_PKG_VERSION"));
    let seen = home.run(&["keeper", "status"]).done().seen(&home, None);
    assert!(seen.contains("Hosted by  a process in the background\n"), "{seen}");
    assert!(seen.contains("Vault      HOME/vault, open\n"), "{seen}");
}

#[test]
fn the_vaults_folder_is_a_flag_before_or_after_the_command() {
    let home = Home::new();
    let other = home.around().join("other vault");
    let other = other.to_str().expect("text");
    let made = home.with_input(&["vault", "create", "--passphrase-stdin", "--vault", other, "--json"], PASSPHRASE);
    assert_eq!(made.done().json()["path"], other);
    assert_eq!(home.run(&["--vault", other, "vault", "status", "--json"]).done().json()["state"], "open");
    assert_eq!(home.run(&["vault", "status", "--json"]).done().json()["state"], "absent", "the usual one is another");
    // A relative folder is the same folder from anywhere.
    let mut relative = home.command(&["--vault", "other vault", "vault", "status", "--json"]);
    let output = relative.current_dir(home.around()).output().expect("it runs");
    let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(status["state"], "open");
    home.run(&["--vault", other, "keeper", "stop"]).done();
}

#[test]
fn clients_are_added_listed_and_removed() {
    let (home, forge) = (Home::open(), forge(3));
    let empty = home.run(&["client", "list"]).done();
    assert_eq!(
        (empty.out.as_str(), empty.err.as_str()),
        ("", "No client is set up. Add one with `drawbridge client add` or `drawbridge client register`.\n")
    );
    assert_eq!(home.run(&["client", "list", "--json"]).done().json(), serde_json::json!({ "total": 0, "rows": [] }));

    let added = home.add_client(&forge).done();
    let id = &forge.client().client_id;
    assert_eq!(added.seen(&home, Some(&forge)), format!("Client {id} is ready for FORGE, with a secret.\n"));
    let without = ["client", "add", "github", "--client-id", "abc", "--name", "spare one", "--json"];
    let without = home.run(&without).done().json();
    assert_eq!((&without["host"], &without["has_secret"]), (&"https://github.com".into(), &false.into()));
    let own = ["client", "add", "github", "--client-id", "abc", "--json", "--host", "git.example.org"];
    let own = home.run(&own).done().json();
    assert_eq!(own["api_url"], "https://git.example.org/api/v3", "where such a host's API usually is");
    let odd = [
        "client",
        "add",
        "github",
        "--client-id",
        "abc",
        "--json",
        "--host",
        "git.example.net",
        "--api-url",
        "https://api.example.net/v3/",
    ];
    assert_eq!(home.run(&odd).done().json()["api_url"], "https://api.example.net/v3");

    let list = home.run(&["client", "list", "--json"]).done().json();
    assert_eq!(list["total"], 4);
    let secret = forge.client().client_secret.clone().expect("it has one");
    assert!(!list.to_string().contains(&secret), "a secret that went in does not come out");
    let seen = home.run(&["client", "list"]).done().seen(&home, Some(&forge));
    assert!(seen.starts_with("ID                PROVIDER  HOST"), "{seen}");
    assert_eq!(seen.lines().count(), 5, "{seen}");
    assert!(seen.lines().any(|row| row.ends_with("  spare one")), "its name tells it from the others: {seen}");

    let removed = without["id"].as_str().expect("an id");
    assert_eq!(home.run(&["client", "remove", removed]).done().out, "The client is removed.\n");
    let removed = own["id"].as_str().expect("an id");
    assert_eq!(home.run(&["client", "remove", removed, "--json"]).done().json()["removed"], removed);
    assert_eq!(home.run(&["client", "list", "--json"]).done().json()["total"], 2);
    let again = home.run(&["client", "remove", removed, "--json"]).failed(1);
    assert_eq!(again.problem()["code"], "not_found");
}

#[test]
fn help_says_what_there_is() {
    let home = Home::new();
    let help = home.run(&["--help"]).done().out;
    for word in ["keeper", "vault", "client", "connect", "return", "account", "sync", "repo", "--json", "--vault"] {
        assert!(help.contains(word), "{word} is missing:\n{help}");
    }
    assert!(help.contains("3 the vault is locked, 4 not connected"), "{help}");
    let help = home.run(&["connect", "--help"]).done().out;
    assert!(help.contains("--token-stdin") && help.contains("deep-link") && help.contains("--no-browser"), "{help}");
    assert!(!help.contains("--background"), "how a keeper is started is nobody's business");
    assert_eq!(home.run(&["--version"]).done().out, format!("drawbridge {}\n", env!("CARGO_PKG_VERSION")));
    assert!(!home.vault().exists(), "asking for help makes nothing");
}
