//! A migration that has been released is never edited: vaults out there ran it as it was.
//!
//! The list of fingerprints lies beside the migrations. New ones are added by
//! `cargo xtask tidy --accept-migrations`, which refuses to change a line that is there.

use super::{
    Finding,
    source::{File, Tree},
};
use crate::{
    Outcome,
    house::{self, House},
};
use std::collections::BTreeMap;

const RULE: &str = "migrations";
const FOLDER: &str = "src-tauri/crates/store/migrations";
const LIST: &str = "src-tauri/crates/store/migrations/fingerprints.txt";

fn migrations(tree: &Tree) -> impl Iterator<Item = (&str, &File)> {
    tree.files
        .iter()
        .filter(|file| file.within(&[FOLDER]) && file.ends(&[".sql"]))
        .map(|file| (file.path.rsplit('/').next().unwrap_or_default(), file))
}

fn known(list: &str) -> BTreeMap<&str, &str> {
    list.lines().filter_map(|line| line.split_once("  ")).map(|(print, name)| (name, print)).collect()
}

/// Compares the migrations with the list.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let known = known(tree.text(LIST).unwrap_or_default());
    let mut findings = Vec::new();
    for (name, file) in migrations(tree) {
        match known.get(name) {
            Some(print) if *print == house::fingerprint(file.text.as_bytes()) => {}
            Some(_) => findings.push(Finding::new(RULE, &file.path, 0, "was edited; write a new migration instead")),
            None => {
                let words = "is new; when it is final, run `cargo xtask tidy --accept-migrations`";
                findings.push(Finding::new(RULE, &file.path, 0, words));
            }
        }
    }
    for name in known.keys().filter(|name| !migrations(tree).any(|(there, _)| there == **name)) {
        findings.push(Finding::new(RULE, &format!("{FOLDER}/{name}"), 0, "is gone; vaults out there have run it"));
    }
    findings
}

/// Adds new migrations to the list.
pub fn accept(house: &House) -> Outcome {
    let tree = Tree::read(house)?;
    let list = tree.text(LIST).unwrap_or_default();
    let known = known(list);
    let mut list = list.to_owned();
    for (name, file) in migrations(&tree).filter(|(name, _)| !known.contains_key(name)) {
        println!("Accepted: {name}");
        let print = house::fingerprint(file.text.as_bytes());
        list.extend([print.as_str(), "  ", name, "\n"]);
    }
    house::write(&house.path(LIST), list)
}
