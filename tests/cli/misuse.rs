//! Command lines that can't be followed: each with its exit code and a sentence that helps.

use super::{Home, PASSPHRASE, forge};

/// A command line, its exit code, its JSON code, its message, and words of its hint.
type Case<'a> = (&'a [&'a str], i32, &'a str, &'a str, &'a str);

#[track_caller]
fn check(home: &Home, cases: &[Case]) {
    for (line, exit, code, message, hint) in cases {
        let ran = home.run(line).failed(*exit);
        assert_eq!(ran.out, "", "`{}` answers nothing", ran.line);
        assert!(!ran.err.trim_start().starts_with('{'), "`{}` speaks to a person: {}", ran.line, ran.err);
        let with_json: Vec<&str> = line.iter().copied().chain(["--json"]).collect();
        let ran = home.run(&with_json).failed(*exit);
        assert_eq!(ran.out, "", "`{}` answers nothing", ran.line);
        let problem = ran.problem();
        assert_eq!(problem["code"], *code, "`{}`: {problem}", ran.line);
        assert_eq!(problem["message"], *message, "`{}`", ran.line);
        assert!(problem["hint"].as_str().expect("text").contains(hint), "`{}`: {problem}", ran.line);
    }
}

#[test]
fn a_line_that_is_not_understood_exits_with_2() {
    let home = Home::new();
    check(
        &home,
        &[
            (&[], 2, "usage", "A command is missing.", "`drawbridge --help`"),
            (&["vault"], 2, "usage", "A command is missing.", "`drawbridge vault --help`"),
            (&["vaultt"], 2, "usage", "Unrecognized subcommand 'vaultt'.", "'vault'"),
            (
                &["vault", "status", "--all"],
                2,
                "usage",
                "Unexpected argument '--all' found.",
                "drawbridge vault status",
            ),
            (&["vault", "status", "x"], 2, "usage", "Unexpected argument 'x' found.", "drawbridge vault status"),
            (
                &["vault", "create"],
                2,
                "usage",
                "The following required arguments were not provided: <--passphrase-stdin|--keychain|--both-stdin>",
                "drawbridge vault create",
            ),
            (
                &["vault", "create", "--passphrase-stdin", "--keychain"],
                2,
                "usage",
                "The argument '--passphrase-stdin' cannot be used with '--keychain'.",
                "drawbridge vault create",
            ),
            (
                &["vault", "unlock", "--passphrase", "geheim"],
                2,
                "usage",
                "Unexpected argument '--passphrase' found.",
                "'--passphrase-stdin'",
            ),
            (
                &["vault", "unlock", "--keychain", "--recovery-stdin"],
                2,
                "usage",
                "The argument '--keychain' cannot be used with '--recovery-stdin'.",
                "drawbridge vault unlock",
            ),
            (&["vault", "way"], 2, "usage", "A command is missing.", "`drawbridge vault way --help`"),
            (
                &["vault", "way", "add"],
                2,
                "usage",
                "The following required arguments were not provided: <--passphrase-stdin|--keychain|--both-stdin>",
                "drawbridge vault way add",
            ),
            (
                &["vault", "way", "remove"],
                2,
                "usage",
                "The following required arguments were not provided: <ID>",
                "drawbridge vault way remove",
            ),
            (
                &["vault", "passphrase", "--proof", "fingerprint"],
                2,
                "usage",
                "Invalid value 'fingerprint' for '--proof <PROOF>' [possible values: passphrase, recovery, keychain]",
                "",
            ),
            (
                &["vault", "recovery", "--check-stdin", "--proof", "keychain"],
                2,
                "usage",
                "The argument '--check-stdin' cannot be used with '--proof <PROOF>'.",
                "drawbridge vault recovery",
            ),
            (
                &["vault", "restore"],
                2,
                "usage",
                "The following required arguments were not provided: <FILE>",
                "drawbridge vault restore",
            ),
            (
                &["vault", "warnings", "--dismiss", "all"],
                2,
                "usage",
                "Invalid value 'all' for '--dismiss <KIND>' [possible values: rolled_back, header_repaired, \
                 recovery_used]",
                "",
            ),
            (
                &["account", "export", "f", "--account", "me"],
                2,
                "usage",
                "Invalid value 'me' for '--account <ID>': that is no id of an account; `drawbridge account list` \
                 shows them.",
                "",
            ),
            (
                &["client", "add", "github"],
                2,
                "usage",
                "The following required arguments were not provided: --client-id <ID>",
                "drawbridge client add",
            ),
            (
                &["client", "add", "GitHub!", "--client-id", "x"],
                2,
                "usage",
                "Invalid value 'GitHub!' for '<PROVIDER>': a provider's name is made of a-z, 0-9 and `-`.",
                "drawbridge client add --help",
            ),
            (
                &["client", "remove", "x"],
                2,
                "usage",
                "Invalid value 'x' for '<ID>': that is no id of a client; `drawbridge client list` shows them.",
                "drawbridge client remove --help",
            ),
            (
                &["connect", "github"],
                2,
                "usage",
                "The following required arguments were not provided: <--token-stdin|--via <WAY>>",
                "drawbridge connect",
            ),
            (
                &["connect", "github", "--token-stdin", "--via", "device"],
                2,
                "usage",
                "The argument '--token-stdin' cannot be used with '--via <WAY>'.",
                "drawbridge connect",
            ),
            (
                &["connect", "github", "--via", "pigeon"],
                2,
                "usage",
                "Invalid value 'pigeon' for '--via <WAY>' [possible values: deep-link, loopback, device, paste]",
                "",
            ),
            (
                &["connect", "github", "--via", "device", "--host", "http://git.example.org"],
                2,
                "usage",
                "Invalid value 'http://git.example.org' for '--host <URL>': `http://` is for this computer only \
                 (127.0.0.1, [::1], localhost); use `https://`.",
                "drawbridge connect --help",
            ),
            (
                &["connect", "github", "--via", "device", "--host", "https://me:pw@git.example.org"],
                2,
                "usage",
                "Invalid value 'https://me:pw@git.example.org' for '--host <URL>': a server's address has no user, \
                 password, `?` or `#`.",
                "",
            ),
            (
                &["return"],
                2,
                "usage",
                "The following required arguments were not provided: <LINK>",
                "drawbridge return",
            ),
            (
                &["account", "show", "me"],
                2,
                "usage",
                "Invalid value 'me' for '<ID>': that is no id of an account; `drawbridge account list` shows them.",
                "",
            ),
            (
                &["sync", "--account", "me"],
                2,
                "usage",
                "Invalid value 'me' for '--account <ID>': that is no id of an account; `drawbridge account list` \
                 shows them.",
                "",
            ),
            (
                &["repo", "show", "nobody"],
                2,
                "usage",
                "Invalid value 'nobody' for '<OWNER/NAME>': that is no full name; it looks like `owner/name`.",
                "",
            ),
            (
                &["repo", "list", "--limit", "0"],
                2,
                "usage",
                "Invalid value '0' for '--limit <N>': 0 is not in 1..=1000.",
                "",
            ),
            (
                &["repo", "list", "--sort", "age"],
                2,
                "usage",
                "Invalid value 'age' for '--sort <ORDER>' [possible values: best, pushed, name, size, created]",
                "",
            ),
            (
                &["repo", "list", "--archived", "--no-archived"],
                2,
                "usage",
                "The argument '--archived' cannot be used with '--no-archived'.",
                "drawbridge repo list",
            ),
        ],
    );
    assert_eq!(home.keeper_process(), None, "no keeper was started for a line that was not understood");
}

#[test]
fn a_secret_comes_by_standard_input_or_not_at_all() {
    let home = Home::new();
    check(
        &home,
        &[
            (
                &["vault", "create", "--passphrase-stdin"],
                2,
                "usage",
                "Standard input holds no passphrase.",
                "first line",
            ),
            (
                &["vault", "unlock", "--passphrase-stdin"],
                2,
                "usage",
                "Standard input holds no passphrase.",
                "first line",
            ),
            (
                &["vault", "unlock", "--recovery-stdin"],
                2,
                "usage",
                "Standard input holds no recovery code.",
                "first line",
            ),
            (&["vault", "recovery", "--check-stdin"], 2, "usage", "Standard input holds no group.", "first line"),
            (
                &["vault", "restore", "some.drawbridge"],
                2,
                "usage",
                "Standard input holds no passphrase of the backup.",
                "first line",
            ),
            (
                &["vault", "backup-check", "some.drawbridge", "--proof", "recovery"],
                2,
                "usage",
                "Standard input holds no recovery code of the backup.",
                "first line",
            ),
            (&["connect", "github", "--token-stdin"], 2, "usage", "Standard input holds no token.", "first line"),
            (
                &["client", "add", "github", "--client-id", "x", "--client-secret-stdin"],
                2,
                "usage",
                "Standard input holds no client secret.",
                "first line",
            ),
        ],
    );
    let long = "x".repeat(64 * 1024 + 1);
    let ran = home.with_input(&["vault", "create", "--passphrase-stdin", "--json"], &long).failed(2);
    assert_eq!(ran.problem()["message"], "The passphrase is longer than 65536 bytes.");
}

#[test]
fn without_a_vault_each_command_says_so() {
    let home = Home::new();
    let (message, hint) = ("There is no vault here yet.", "Make one first.");
    let link = "dev.drawbridge.desktop:/oauth/callback?code=a&state=b";
    let lines: &[&[&str]] = &[
        &["vault", "ways"],
        &["vault", "way", "add", "--passphrase-stdin"],
        &["vault", "way", "remove", "x"],
        &["vault", "passphrase"],
        &["vault", "recovery"],
        &["vault", "renew"],
        &["vault", "warnings"],
        &["vault", "warnings", "--dismiss", "rolled_back"],
        &["vault", "backup"],
        &["vault", "verify"],
        &["account", "export", "f"],
        &["account", "import", "f"],
        &["settings"],
        &["settings", "lock_on_sleep", "true"],
        &["client", "list"],
        &["client", "add", "github", "--client-id", "x"],
        &["connect", "github", "--via", "loopback", "--no-browser"],
        &["return", link],
        &["account", "list"],
        &["sync"],
        &["repo", "list"],
        &["repo", "show", "a/b"],
        &["view", "list"],
        &["view", "save", "x"],
        &["view", "rename", "x", "y"],
        &["view", "remove", "x"],
    ];
    let cases: Vec<Case> = lines.iter().map(|line| (*line, 1, "vault_absent", message, hint)).collect();
    check(&home, &cases);
    let ran = home.run(&["repo", "list"]).failed(1);
    assert_eq!(
        ran.err,
        "There is no vault here yet.\nMake one first.\n  drawbridge vault create (--passphrase-stdin | --keychain | --both-stdin)\n"
    );
}

/// What needs no open vault: the keeper, the vault's own files, and files that are no secret.
const WHILE_LOCKED: &[&[&str]] = &[
    &["keeper", "run"],
    &["keeper", "status"],
    &["keeper", "stop"],
    &["vault", "create"],
    &["vault", "unlock"],
    &["vault", "lock"],
    &["vault", "status"],
    &["vault", "backups"],
    &["vault", "backup-check"],
    &["vault", "restore"],
    &["vault", "rescue"],
    &["vault", "doctor"],
    &["provider", "validate"],
];

/// Every command below these words that has none below itself, as the help lists them.
fn commands(home: &Home, words: &[String]) -> Vec<Vec<String>> {
    let line: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
    let help = home.run(&line).done().out;
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.trim().is_empty());
    // A line that is further in goes on with what stands above it.
    let names = listed.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let names = names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help");
    let below: Vec<Vec<String>> =
        names.flat_map(|name| commands(home, &[words, &[name.to_owned()]].concat())).collect();
    if below.is_empty() { vec![words.to_vec()] } else { below }
}

#[test]
fn while_the_vault_is_locked_each_command_exits_with_3() {
    let home = Home::open();
    home.run(&["vault", "lock"]).done();
    let (message, hint) = ("The vault is locked.", "Unlock it first.");
    let id = "aaaaaaaaaaaaaaaa";
    let lines: &[&[&str]] = &[
        &["vault", "ways"],
        &["vault", "way", "add", "--passphrase-stdin"],
        &["vault", "way", "remove", "x"],
        &["vault", "passphrase"],
        &["vault", "recovery"],
        &["vault", "renew"],
        &["vault", "warnings"],
        &["vault", "warnings", "--dismiss", "rolled_back"],
        &["vault", "backup"],
        &["vault", "verify"],
        &["account", "export", "f"],
        &["account", "import", "f"],
        &["settings"],
        &["settings", "lock_on_sleep", "true"],
        &["provider", "list"],
        &["provider", "show", "github"],
        &["provider", "recognise", "https://127.0.0.1:9"],
        &["calendar"],
        &["client", "list"],
        &["client", "add", "github", "--client-id", "x"],
        &["client", "register", "gitlab"],
        &["client", "import", "--environment"],
        &["client", "prefer", id],
        &["client", "remove", id],
        &["credential", "add", "ssh-key", "--label", "x", "--host", "a.example"],
        &["credential", "list"],
        &["credential", "show", id],
        &["credential", "public-key", id],
        &["credential", "check", id],
        &["credential", "remove", id],
        &["return", "dev.drawbridge.desktop:/oauth/callback?code=a&state=b"],
        &["connect", "github", "--via", "device", "--no-browser"],
        &["account", "list"],
        &["account", "show", id],
        &["account", "refresh", id],
        &["account", "check", id],
        &["account", "rename", id, "x"],
        &["account", "history", id],
        &["account", "unended"],
        &["account", "unended", "--forget", id],
        &["account", "disconnect", id],
        &["sync"],
        &["sync", "history"],
        &["sync", "questions"],
        &["sync", "answer", id, "keep"],
        &["repo", "why", "a/b"],
        &["repo", "import", "a/b"],
        &["repo", "removed"],
        &["repo", "restore", "1"],
        &["sync", "status"],
        &["sync", "every", "60", "--account", id],
        &["repo", "list"],
        &["repo", "search", "x"],
        &["repo", "search", "x", "--host"],
        &["repo", "show", "a/b"],
        &["repo", "branches", "a/b"],
        &["repo", "clone", "a/b"],
        &["source", "add", "a/b"],
        &["source", "list"],
        &["source", "refresh"],
        &["source", "remove", "1"],
        &["source", "kinds"],
        &["source", "found"],
        &["source", "copy", "web"],
        &["template", "list"],
        &["template", "show", "x"],
        &["view", "list"],
        &["view", "save", "x"],
        &["view", "rename", "x", "y"],
        &["view", "remove", "x"],
    ];
    let cases: Vec<Case> = lines.iter().map(|line| (*line, 3, "vault_locked", message, hint)).collect();
    check(&home, &cases);
    for command in commands(&home, &[]) {
        let is =
            |line: &[&str]| line.len() >= command.len() && line.iter().zip(&command).all(|(word, one)| word == one);
        let asked = lines.iter().any(|line| is(line));
        let allowed = WHILE_LOCKED.iter().any(|line| is(line));
        assert!(asked != allowed, "`{}` stands in one of the two lists", command.join(" "));
    }
    home.with_input(&["connect", "github", "--token-stdin"], "some-token").failed(3);
    assert!(home.run(&["repo", "list"]).failed(3).err.contains("drawbridge vault unlock"), "it says how");
}

#[test]
fn what_the_keeper_refuses_is_told_in_its_words() {
    let (home, forge) = (Home::open(), forge(3));
    let refused = |line: &[&str], input: &str, exit: i32, code: &str, message: &str| {
        let ran = home.with_input(line, input).failed(exit);
        let problem = ran.problem();
        assert_eq!((&problem["code"], &problem["message"]), (&code.into(), &message.into()), "{}", ran.line);
    };
    let create = ["vault", "create", "--passphrase-stdin", "--json"];
    refused(&create, PASSPHRASE, 1, "vault_exists", "There is a vault here already. Nothing was changed.");
    let fresh = Home::new();
    let ran = fresh.with_input(&create, "short").failed(1);
    assert_eq!(ran.problem()["message"], "The passphrase has 5 characters; it needs 8 or more.");
    assert_eq!(
        fresh.run(&["vault", "create", "--keychain", "--json"]).failed(1).problem()["code"],
        "keychain_absent",
        "there is no keychain in this home, and nothing is stored unsealed instead"
    );
    home.run(&["vault", "lock"]).done();
    let unlock = ["vault", "unlock", "--passphrase-stdin", "--json"];
    refused(&unlock, "not the passphrase", 1, "wrong_passphrase", "That is not the passphrase.");
    home.with_input(&unlock, PASSPHRASE).done();

    let nobody = ["connect", "nowhere", "--via", "device", "--json"];
    refused(&nobody, "", 1, "invalid_input", "Drawbridge knows no provider called nowhere.");
    let no_client = ["connect", "github", "--via", "device", "--host", forge.url(), "--json"];
    let label = forge.host().label().to_owned();
    refused(&no_client, "", 1, "client_missing", &format!("No client is set up for {label}."));
    assert_eq!(home.run(&["sync", "--json"]).failed(4).problem()["code"], "not_connected");
    let id = "aaaaaaaaaaaaaaaa";
    for line in [&["account", "show", id, "--json"][..], &["account", "disconnect", id, "--json"]] {
        assert_eq!(home.run(line).failed(1).problem()["code"], "not_found", "{line:?}");
    }
    assert_eq!(home.run(&["repo", "show", "no/body", "--json"]).failed(1).problem()["code"], "not_found");
}
