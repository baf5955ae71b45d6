//! Copies of the vault by the command line: made, looked through, put back, refused; and whether a
//! vault is sound.
//!
//! Not here: how the vault opens (`security`).

use super::security::{WRONG, refused};
use super::{Home, PASSPHRASE, ago, forge};
use crate::vault_files::flip;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

#[test]
fn a_backup_is_made_looked_through_and_put_back_elsewhere() {
    let begun = Instant::now();
    let forge = forge(30);
    let home = Home::connected(&forge);
    assert_eq!(home.run(&["vault", "backups", "--json"]).done().json()["total"], 0);
    let none = home.run(&["vault", "backups"]).done();
    assert_eq!(
        (none.out.as_str(), none.err.as_str()),
        ("", "There is no backup. Make one with `drawbridge vault backup`.\n")
    );
    let made = home.run(&["vault", "backup", "--json"]).done().json();
    assert_eq!((&made["tested"], &made["accounts"], &made["repositories"]), (&true.into(), &1.into(), &30.into()));
    assert_eq!(home.run(&["vault", "backups", "--json"]).done().json()["rows"][0]["path"], made["path"]);

    // A relative name is meant from where the person is, not from where the keeper is.
    let mut here = home.command(&["vault", "backup", "mine.drawbridge"]);
    let output = here.current_dir(home.around()).output().expect("it runs");
    let seen = String::from_utf8(output.stdout).expect("text");
    let file = home.path("mine.drawbridge");
    let made = format!("Backup      {file}\nMade        ");
    assert!(seen.starts_with(&made) && seen.contains(" s ago\nSize        "), "{seen}");
    assert!(ago(&seen, &made) <= begun.elapsed(), "{seen}");
    let tail =
        "Read        everything in it was opened\nHolds       1 account, 30 repositories\nOpens with  passphrase\n";
    assert!(seen.ends_with(tail), "{seen}");
    let bytes = fs::read(&file).expect("written");
    let again = home.run(&["vault", "backup", &file, "--json"]);
    refused(again, "invalid_input", "There is a file of that name already. It was not touched.");
    assert_eq!(fs::read(&file).expect("still there"), bytes);

    assert_eq!(home.run(&["vault", "backup-check", &file, "--json"]).done().json()["tested"], true);
    home.lock();
    let looked = home.run(&["vault", "backup-check", &file, "--json"]).done().json();
    assert_eq!((&looked["tested"], &looked["accounts"]), (&false.into(), &Value::Null), "only its checksum");
    let check = ["vault", "backup-check", &file, "--proof", "passphrase", "--json"];
    let looked = home.with_input(&check, PASSPHRASE).done().json();
    assert_eq!((&looked["tested"], &looked["accounts"]), (&true.into(), &1.into()), "{looked}");
    refused(home.with_input(&check, WRONG), "wrong_passphrase", "That is not the passphrase of this backup.");
    assert_eq!(home.state(), "locked", "looking opens nothing");
    home.run(&["vault", "backups", "--json"]).done();

    let other = home.path("other");
    let restore = ["--vault", &other, "vault", "restore", &file, "--json"];
    refused(home.with_input(&restore, WRONG), "wrong_passphrase", "That is not the passphrase of this backup.");
    assert_eq!(home.run(&["--vault", &other, "vault", "status", "--json"]).done().json()["state"], "absent");
    let restored = home.with_input(&restore, PASSPHRASE).done().json();
    assert_eq!((&restored["put_aside"], &restored["backup"]["repositories"]), (&Value::Null, &30.into()));
    assert_eq!(home.run(&["--vault", &other, "repo", "list", "--json"]).done().json()["total"], 30);
    home.run(&["--vault", &other, "vault", "lock"]).done();
    let unlock = ["--vault", &other, "vault", "unlock", "--passphrase-stdin"];
    home.with_input(&unlock, PASSPHRASE).done();

    // Over a vault that is there: put aside, not deleted.
    let seen = home.with_input(&["--vault", &other, "vault", "restore", &file], PASSPHRASE).done().out;
    let aside = seen.lines().last().expect("a line").strip_prefix("What was there before is in ").expect("a folder");
    assert!(Path::new(aside).join("header.json").is_file(), "{seen}");
    home.stop(&other);
}

#[test]
fn a_damaged_backup_is_refused_and_changes_nothing() {
    let forge = forge(5);
    let home = Home::connected(&forge);
    let (file, broken) = (home.path("mine.drawbridge"), home.path("broken.drawbridge"));
    home.run(&["vault", "backup", &file]).done();
    let whole = fs::read(&file).expect("read");
    let message = "This file can't be used: it is no backup, or it is damaged or was changed.";
    let check = ["vault", "backup-check", &broken, "--json"];
    let restore = ["vault", "restore", &broken, "--json"];
    for at in [0, 20, 26, 200, whole.len() / 2, whole.len() - 40, whole.len() - 1] {
        fs::write(&broken, &whole).expect("written");
        flip(Path::new(&broken), at as u64);
        refused(home.run(&check), "backup_unusable", message);
        refused(home.with_input(&restore, PASSPHRASE), "backup_unusable", message);
    }
    for bytes in [&whole[..whole.len() - 1], &whole[..100], b"", b"no backup"] {
        fs::write(&broken, bytes).expect("written");
        refused(home.run(&check), "backup_unusable", message);
        refused(home.with_input(&restore, PASSPHRASE), "backup_unusable", message);
    }
    fs::remove_file(&broken).expect("removed");
    home.run(&check).failed(1);
    assert_eq!(home.run(&["repo", "list", "--json"]).done().json()["total"], 5, "the vault is open as it was");
    home.lock();
    fs::write(&broken, &whole[..whole.len() - 1]).expect("written");
    refused(home.run(&check), "backup_unusable", message);
}

#[test]
fn verify_tells_a_sound_vault_from_a_changed_one() {
    let forge = forge(400);
    let home = Home::connected(&forge);
    let sound = home.run(&["vault", "verify"]).done();
    assert!(sound.out.starts_with("The vault is sound: ") && sound.out.contains(" sealed value"), "{}", sound.out);
    let report = home.run(&["vault", "verify", "--json"]).done().json();
    assert_eq!((&report["sound"], &report["findings"]), (&true.into(), &serde_json::json!([])));
    assert!(report["sealed"].as_u64() > Some(0) && report["pages"].as_u64() > Some(10), "{report}");

    // Everything is in the file once the vault was closed.
    home.lock();
    home.unlock(PASSPHRASE).done();
    let file = home.database();
    let middle = fs::metadata(&file).expect("there").len() / 2;
    flip(&file, middle);
    let ran = home.run(&["vault", "verify", "--json"]).failed(1);
    assert_eq!(ran.err, "", "the report says it all");
    let report = ran.json();
    assert_eq!(report["sound"], false, "{report}");
    assert_eq!(report["findings"][0]["level"], "problem", "{report}");
    let seen = home.run(&["vault", "verify"]).failed(1);
    assert!(
        seen.out.starts_with("Something is wrong with the vault: ") && seen.out.contains("\nproblem  "),
        "{}",
        seen.out
    );
    flip(&file, middle);
    home.run(&["vault", "verify"]).done();
}

#[test]
fn a_damaged_vault_is_rescued_and_nothing_of_it_deleted() {
    let forge = forge(400);
    let home = Home::connected(&forge);
    home.run(&["keeper", "stop"]).done();
    let file = home.database();
    let middle = fs::metadata(&file).expect("there").len() / 2;
    flip(&file, middle);
    let damaged = fs::read(&file).expect("read");
    let rescue = ["vault", "rescue", "--json"];
    refused(home.with_input(&rescue, WRONG), "wrong_passphrase", "That is not the passphrase.");
    let rescued = home.with_input(&rescue, PASSPHRASE).done().json();
    assert_eq!(rescued["accounts"], 1, "{rescued}");
    let aside = PathBuf::from(rescued["put_aside"].as_str().expect("a folder"));
    let kept = fs::read(aside.join(file.file_name().expect("a name"))).expect("the damaged one is there");
    assert!(kept == damaged, "as it was");
    assert_eq!(home.state(), "open");
    assert_eq!(home.run(&["vault", "verify", "--json"]).done().json()["sound"], true);
    home.run(&["sync"]).done();
    assert_eq!(home.run(&["repo", "list", "--json"]).done().json()["total"], 400, "the sync brings back the rest");
}
