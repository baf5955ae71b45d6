//! The rules of the house that no compiler checks: which line lives in which room, and what shape things have.
//!
//! Every rule is a function from the repository's text (or its dependency graph) to findings, so that each can
//! be seen to fail on a planted violation (`planted.rs`). Text search is enough: the rules guard against
//! drift, not against malice.

mod arrows;
mod migrations;
#[cfg(test)]
mod planted;
mod rooms;
mod shape;
mod source;

use crate::{Outcome, house::House, process, unknown};
use source::Tree;

/// The page whose tables say who may use what.
const ARCHITECTURE: &str = "src-tauri/docs/ARCHITECTURE.md";

/// A broken rule, at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the top of the repository.
    path: String,
    /// The line, from 1; 0 if it is about the whole file.
    line: usize,
    /// The rule's name.
    rule: &'static str,
    /// What is wrong and what would be right.
    words: String,
}

impl Finding {
    fn new(rule: &'static str, path: &str, line: usize, words: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, words: words.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {} [{}]", self.path, self.words, self.rule),
            line => write!(f, "{}:{line}: {} [{}]", self.path, self.words, self.rule),
        }
    }
}

/// `cargo xtask tidy`.
pub fn command(house: &House, arguments: &[&str]) -> Outcome {
    match arguments {
        [] => tidy(house),
        ["--accept-migrations"] => migrations::accept(house),
        [word, ..] => Err(unknown("tidy", word)),
    }
}

/// Checks all rules on the repository as it lies there.
pub fn tidy(house: &House) -> Outcome {
    let tree = Tree::read(house)?;
    let metadata = process::output(process::cargo().current_dir(&house.top).args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let packages = arrows::packages(&metadata)?;
    let architecture = tree.text(ARCHITECTURE).unwrap_or_default();

    let mut findings = rooms::check(&tree);
    findings.extend(arrows::check(&packages, architecture));
    findings.extend(shape::check(&tree));
    findings.extend(shape::machine_paths(&tree, &shape::this_machine(house)));
    findings.extend(migrations::check(&tree));
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{} files are tidy.", tree.files.len());
        Ok(())
    } else {
        Err(format!("{} findings. The rules and their reasons: {ARCHITECTURE}.", findings.len()))
    }
}
