//! The keeper's life: started by whoever needs it, one for each vault, ended in order or not.

use super::{Home, PASSPHRASE, Ran, forge, lives, signal, until, until_ended};
use drawbridge_keeper::{Keeper, KeeperConfig, Parts, dto::KeeperHost};
use drawbridge_local_api::server;
use std::{fs, os::unix::fs::PermissionsExt as _, process::Stdio};

#[test]
fn looking_never_starts_one_and_stopping_none_is_fine() {
    let home = Home::new();
    let vault = home.vault().display().to_string();
    for line in [&["keeper", "status", "--json"][..], &["keeper", "stop", "--json"]] {
        let status = home.run(line).done().json();
        assert_eq!((&status["running"], &status["pid"]), (&false.into(), &serde_json::Value::Null), "{line:?}");
        assert_eq!(status["vault"], vault);
    }
    assert_eq!(home.run(&["keeper", "stop"]).done().seen(&home, None), "No keeper runs for HOME/vault.\n");
    assert!(!home.vault().exists(), "nothing was made");
}

#[test]
fn stopping_locks_the_vault_and_leaves_nothing_behind() {
    let home = Home::open();
    let process = home.keeper_process().expect("a keeper runs");
    let socket = home.run(&["keeper", "status", "--json"]).done().json()["socket"].as_str().expect("a path").to_owned();
    assert!(fs::metadata(&socket).is_ok(), "its socket is there");
    assert_eq!(home.run(&["keeper", "stop"]).done().out, "The keeper has stopped.\n");
    until_ended(process);
    assert!(fs::symlink_metadata(&socket).is_err(), "its socket is gone");
    assert_eq!(home.keeper_process(), None);
    // The next command starts another one, whose vault is locked.
    home.run(&["repo", "list"]).failed(3);
    assert_ne!(home.keeper_process().expect("a new one"), process);
    assert_eq!(home.run(&["keeper", "stop", "--json"]).done().json()["running"], false);
}

#[test]
fn it_is_private_and_leaves_the_terminal() {
    let home = Home::open();
    let process = home.keeper_process().expect("a keeper runs");
    let socket = home.run(&["keeper", "status", "--json"]).done().json()["socket"].as_str().expect("a path").to_owned();
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(socket.as_ref()), 0o600);
    assert_eq!(mode(std::path::Path::new(&socket).parent().expect("a folder")), 0o700);
    assert_eq!(mode(&home.around().join("state/drawbridge/keeper.log")), 0o600);
    // Some of it is for root's eyes only, as the process is shielded (`memory`).
    let look = |what: &str| match fs::read_link(format!("/proc/{process}/{what}")) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => None,
        seen => Some(seen.expect("it is there")),
    };
    assert!(look("cwd").is_none_or(|folder| folder == std::path::Path::new("/")), "its folder is nobody's");
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("its state");
    let fields: Vec<&str> = stat.rsplit_once(')').expect("a name").1.split_whitespace().collect();
    assert_eq!(fields[3], process.to_string(), "it leads a session of its own");
    for descriptor in ["0", "1"] {
        let open = look(&format!("fd/{descriptor}"));
        assert!(open.is_none_or(|open| open == std::path::Path::new("/dev/null")), "it keeps nobody's pipe open");
    }
    let arguments = fs::read_to_string(format!("/proc/{process}/cmdline")).expect("its arguments");
    assert!(!arguments.contains(PASSPHRASE), "{arguments}");
}

#[test]
fn many_commands_at_once_start_one_keeper() {
    for _ in 0..3 {
        let home = Home::new();
        let started: Vec<_> = (0..8).map(|_| home.follow(&["vault", "status", "--json"])).collect();
        let ran: Vec<Ran> = started.into_iter().map(|command| command.finish().done()).collect();
        assert!(ran.iter().all(|ran| ran.json()["state"] == "absent"), "each got an answer");
        let process = home.keeper_process().expect("one keeper");
        for other in keepers_of(&home.vault().display().to_string()) {
            if other != process {
                until_ended(other);
            }
        }
        assert!(lives(process), "the others leave");
    }
}

/// The processes that keep this vault.
fn keepers_of(vault: &str) -> Vec<u32> {
    let processes = fs::read_dir("/proc")
        .expect("processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    processes
        .filter(|process| {
            let arguments = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
            arguments.contains("--background") && arguments.contains(vault) && lives(*process)
        })
        .collect()
}

#[test]
fn a_killed_keeper_is_replaced() {
    let home = Home::open();
    for _ in 0..5 {
        let process = home.keeper_process().expect("a keeper runs");
        signal(process, "KILL");
        until_ended(process);
        // Its socket and its note are still there.
        assert!(fs::read_to_string(home.vault().join("keeper.lock")).expect("a note").contains(&process.to_string()));
        let status = home.run(&["keeper", "status", "--json"]).done().json();
        assert_eq!(status["running"], false, "what a dead one left is not taken for a living one");
        assert_eq!(home.run(&["vault", "status", "--json"]).done().json()["state"], "locked");
        home.with_input(&["vault", "unlock", "--passphrase-stdin"], PASSPHRASE).done();
    }
}

#[test]
fn a_kill_in_the_middle_of_a_sync_loses_nothing() {
    let forge = forge(500);
    let home = Home::connected(&forge);
    forge.set_latency(std::time::Duration::from_millis(100));
    for full_name in forge.full_names().into_iter().take(20) {
        forge.change(&drawbridge_testkit::forge::Change::Push { full_name });
    }
    let mut syncing = home.follow(&["sync", "--json"]);
    assert_eq!(syncing.object()["kind"], "progress");
    signal(home.keeper_process().expect("a keeper"), "KILL");
    let ran = syncing.finish().failed(1);
    assert_eq!(ran.problem()["code"], "keeper_gone", "a sync that was cut off is not one that was done");
    home.with_input(&["vault", "unlock", "--passphrase-stdin"], PASSPHRASE).done();
    assert_eq!(home.run(&["repo", "list", "--json", "--limit", "1"]).done().json()["total"], 500);
    assert_eq!(home.run(&["sync", "--json"]).done().objects().last().expect("a run")["outcome"], "changed");
}

#[test]
fn signals_end_it_in_order() {
    let home = Home::open();
    for name in ["TERM", "INT", "HUP"] {
        home.run(&["vault", "status"]).done();
        let process = home.keeper_process().expect("a keeper runs");
        signal(process, name);
        until_ended(process);
        assert_eq!(fs::read_to_string(home.vault().join("keeper.lock")).expect("the lock's file"), "", "after {name}");
        assert_eq!(fs::read_dir(home.runtime().join("drawbridge")).expect("its folder").count(), 0, "after {name}");
    }
    assert_eq!(home.log().matches("the keeper has ended").count(), 3, "{}", home.log());
}

#[test]
fn in_the_foreground_it_says_that_it_runs() {
    let home = Home::new();
    let mut running = home.follow(&["keeper", "run", "--json"]);
    let status = running.object();
    assert_eq!((&status["running"], &status["pid"]), (&true.into(), &running.process().into()));
    assert_eq!(home.run(&["vault", "status", "--json"]).done().json()["state"], "absent");
    assert_eq!(home.keeper_process(), Some(running.process()), "a command uses the one that runs");
    let second = home.run(&["keeper", "run", "--json"]).failed(1);
    assert_eq!(second.problem()["code"], "keeper_busy");
    home.run(&["keeper", "stop"]).done();
    running.finish().done();

    let running = home.follow(&["keeper", "run"]);
    until("it answers", || home.keeper_process() == Some(running.process()));
    signal(running.process(), "INT");
    let ran = running.finish().done();
    assert!(ran.err.starts_with("The keeper runs for ") && ran.err.contains("Ctrl-C ends it."), "{}", ran.err);
}

#[test]
fn one_that_does_not_answer_is_named() {
    let home = Home::new();
    home.run(&["vault", "status"]).done();
    let process = home.keeper_process().expect("a keeper runs");
    signal(process, "STOP");
    let ran = home.run(&["keeper", "status", "--json"]);
    signal(process, "CONT");
    let problem = ran.failed(1).problem();
    assert_eq!(problem["code"], "keeper_busy");
    assert!(problem["message"].as_str().expect("text").contains(&format!("process {process}")), "{problem}");
}

#[test]
fn one_that_cannot_start_says_why() {
    let home = Home::new();
    // A file where the vault's folder should be.
    fs::write(home.vault(), "in the way").expect("written");
    let ran = home.run(&["vault", "status", "--json"]).failed(1);
    let problem = ran.problem();
    assert!(!problem["message"].as_str().expect("text").is_empty(), "{problem}");

    // A socket's folder that somebody else could have put there.
    let home = Home::new();
    std::os::unix::fs::symlink(home.around(), home.runtime().join("drawbridge")).expect("a link");
    let ran = home.run(&["vault", "status", "--json"]).failed(1);
    assert!(ran.problem()["message"].as_str().expect("text").contains("local socket"), "{}", ran.err);
    assert_eq!(home.keeper_process(), None, "a keeper that nobody can reach does not stay");
}

#[test]
fn a_keeper_of_another_version_is_said() {
    let home = Home::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = KeeperConfig {
        vault_dir: home.vault(),
        host: KeeperHost::Desktop,
        version: "0.0.7".to_owned(),
        runtime_dir: Some(home.runtime()),
        unlock_target: std::time::Duration::ZERO,
        client_file: None,
        projects_dir: None,
        provider_dir: None,
    };
    let keeper = runtime.block_on(Keeper::start(config, Parts::system())).expect("a keeper");
    let serving = runtime.block_on(server::serve(keeper.clone())).expect("it is served");
    let ran = home.run(&["vault", "status"]).done();
    assert!(ran.err.contains("The keeper that runs is Drawbridge 0.0.7"), "{}", ran.err);
    assert!(ran.err.contains("`drawbridge keeper stop`"), "{}", ran.err);
    assert_eq!(home.run(&["vault", "status", "--json"]).done().err, "", "programs are not told");
    let seen = home.run(&["keeper", "status"]).done().out;
    assert!(seen.contains("Hosted by  the desktop app\n") && seen.contains("Version    0.0.7\n"), "{seen}");
    // What an app does that is asked to hand over.
    let waiting = std::thread::spawn(move || {
        runtime.block_on(async {
            keeper.stopped().await;
            serving.stop().await;
        });
    });
    home.run(&["keeper", "stop"]).done();
    waiting.join().expect("it stopped");
}

#[test]
fn a_vault_is_opened_by_whoever_asks_at_the_same_time() {
    let home = Home::open();
    home.run(&["keeper", "stop"]).done();
    let unlocking: Vec<_> = (0..4)
        .map(|_| {
            let mut command = home.command(&["vault", "unlock", "--passphrase-stdin", "--json"]);
            let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
            let mut input = child.stdin.take().expect("its input");
            std::io::Write::write_all(&mut input, PASSPHRASE.as_bytes()).expect("written");
            child
        })
        .collect();
    for child in unlocking {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(home.run(&["vault", "status", "--json"]).done().json()["state"], "open");
}
