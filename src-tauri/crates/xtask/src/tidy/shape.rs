//! The shape of things: what lies at the top, how files begin and how long they may be, what never gets in.

use super::{
    ARCHITECTURE, Finding,
    source::{File, Tree},
};
use crate::house::House;

/// What is visible at the top of the repository; hidden files are free.
const TOP: &[&str] =
    &["Cargo.lock", "Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "icons", "src-tauri", "tests", "ui"];

/// The longest a source file may be without saying why.
const LONGEST: usize = 600;

/// What a long file's reason begins with, in one of its first lines.
const REASON: &str = "long: ";

/// README and ARCHITECTURE together.
const LONGEST_DOCUMENTS: usize = 200;

/// Checks every rule that needs only the repository.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let rules = [top_level, module_words, length, lints, documents, links];
    rules.iter().flat_map(|rule| rule(tree)).collect()
}

fn top_level(tree: &Tree) -> Vec<Finding> {
    let mut names: Vec<&str> = tree.files.iter().filter_map(|file| file.path.split('/').next()).collect();
    names.dedup();
    names
        .into_iter()
        .filter(|name| !name.starts_with('.') && !TOP.contains(name))
        .map(|name| Finding::new("top-level", name, 0, format!("the visible top level is only {}", TOP.join(", "))))
        .collect()
}

fn module_words(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| file.ends(&[".rs"]) && !file.text.starts_with("//! "))
        .map(|file| {
            Finding::new("module-words", &file.path, 1, "begins with `//!`: what it is for, and what is not in it")
        })
        .collect()
}

fn length(tree: &Tree) -> Vec<Finding> {
    let is_source = |file: &&File| file.ends(&[".rs", ".ts", ".tsx", ".css", ".sh", ".py", ".mjs", ".js"]);
    let is_generated = |file: &File| file.ends(&["/bindings.ts"]);
    tree.files
        .iter()
        .filter(is_source)
        .filter(|file| !is_generated(file) && file.text.lines().count() > LONGEST)
        .filter(|file| !file.text.lines().take(12).any(|line| line.contains(REASON)))
        .map(|file| {
            let count = file.text.lines().count();
            let words = format!("{count} lines; over {LONGEST} it says why near its top (`{REASON}…`), or is split");
            Finding::new("length", &file.path, 0, words)
        })
        .collect()
}

/// Every package takes the workspace's lints.
fn lints(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
        .filter(|file| {
            let text: String = file.text.split_whitespace().collect();
            !text.contains("[lints]workspace=true")
        })
        .map(|file| Finding::new("lints", &file.path, 0, "lacks `[lints] workspace = true`"))
        .collect()
}

fn documents(tree: &Tree) -> Vec<Finding> {
    let count = |path: &str| tree.text(path).map(|text| text.lines().count());
    match (count("README.md"), count(ARCHITECTURE)) {
        (Some(readme), Some(architecture)) if readme + architecture < LONGEST_DOCUMENTS => Vec::new(),
        (Some(readme), Some(architecture)) => {
            let words = format!(
                "with README.md {} lines; under {LONGEST_DOCUMENTS} or nobody reads them",
                readme + architecture
            );
            vec![Finding::new("documents", ARCHITECTURE, 0, words)]
        }
        (readme, _) => {
            let path = if readme.is_none() { "README.md" } else { ARCHITECTURE };
            vec![Finding::new("documents", path, 0, "is missing")]
        }
    }
}

/// What a page points to inside the repository is there.
fn links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.ends(&[".md"])) {
        for (index, line) in file.text.lines().enumerate() {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
            for target in targets.filter(|target| !target.is_empty() && !target.contains(':')) {
                let path = resolved(&file.path, target);
                if !tree.files.iter().any(|there| there.within(&[&path])) {
                    findings.push(Finding::new("links", &file.path, index + 1, format!("there is no `{path}`")));
                }
            }
        }
    }
    findings
}

/// Where a relative link on a page leads.
fn resolved(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// Paths that only mean something on this machine: the repository's own and the home folder.
pub fn this_machine(house: &House) -> Vec<String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let top = house.top.to_string_lossy().into_owned();
    [home, top]
        .into_iter()
        .filter(|path| path.len() > 1)
        .map(|path| format!("{}/", path.trim_end_matches('/')))
        .collect()
}

/// No file names a place that exists on one machine only.
pub fn machine_paths(tree: &Tree, own: &[String]) -> Vec<Finding> {
    // In two pieces, so that this line is not itself a finding.
    let usual = [concat!("/ro", "ot/"), concat!("/Use", "rs/"), concat!("C:", "\\Users\\")];
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !file.ends(&["package-lock.json", "Cargo.lock"])) {
        for (index, line) in file.text.lines().enumerate() {
            let found = own.iter().map(String::as_str).chain(usual).find(|path| begins_a_path(line, path));
            if let Some(path) = found {
                let words = format!("names `{path}`, a place of one machine");
                findings.push(Finding::new("machine-path", &file.path, index + 1, words));
            }
        }
    }
    findings
}

/// Whether the path stands there from its beginning, not as the middle of a longer one or of an address.
fn begins_a_path(line: &str, path: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '~' | '_' | '-' | '}' | '/' | ':');
    line.match_indices(path).any(|(at, _)| !line[..at].chars().next_back().is_some_and(is_part))
}
