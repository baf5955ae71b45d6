//! Who may use whom: the tables of ARCHITECTURE.md against what cargo says.
//!
//! The page is the rule. A dependency that is only for tests is free.

use super::{ARCHITECTURE, Finding};
use serde_json::Value;

const RULE: &str = "arrows";

/// A package of the workspace.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Its name without `drawbridge-`.
    pub name: String,
    /// Its manifest, from the top of the repository.
    pub manifest: String,
    /// What it needs to be built (not what its tests need): the packages' names.
    pub uses: Vec<String>,
}

/// Reads what `cargo metadata --no-deps` prints.
pub fn packages(metadata: &str) -> Result<Vec<Package>, String> {
    let metadata: Value =
        serde_json::from_str(metadata).map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let top = metadata["workspace_root"].as_str().unwrap_or_default();
    let packages = metadata["packages"].as_array().ok_or("`cargo metadata` lists no packages")?;
    Ok(packages
        .iter()
        .map(|package| {
            let manifest = package["manifest_path"].as_str().unwrap_or_default();
            let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
            Package {
                name: short(package["name"].as_str().unwrap_or_default()).to_owned(),
                manifest: manifest.trim_start_matches(top).trim_start_matches('/').to_owned(),
                uses: dependencies
                    .iter()
                    .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
                    .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                    .collect(),
            }
        })
        .collect())
}

fn short(name: &str) -> &str {
    name.strip_prefix("drawbridge-").unwrap_or(name)
}

/// Compares the packages with the page's two tables.
pub fn check(packages: &[Package], architecture: &str) -> Vec<Finding> {
    let rooms = table(architecture, "crate", "may use");
    let libraries = table(architecture, "library", "only in");
    let mut findings = Vec::new();
    let mut find = |place: &str, words: String| findings.push(Finding::new(RULE, place, 0, words));
    if rooms.is_empty() || libraries.is_empty() {
        find(
            ARCHITECTURE,
            "its tables `crate … may use` and `library | only in` are the rule, and one is gone".to_owned(),
        );
    }
    for (room, _) in &rooms {
        if !packages.iter().any(|package| package.name == *room) {
            find(ARCHITECTURE, format!("there is no crate `{room}`"));
        }
    }
    for package in packages {
        let Some((_, allowed)) = rooms.iter().find(|(room, _)| *room == package.name) else {
            find(&package.manifest, format!("`{}` has no row in {ARCHITECTURE}", package.name));
            continue;
        };
        let anything = allowed.iter().any(|name| name == "anything");
        for used in &package.uses {
            if used.starts_with("drawbridge-") && !anything && !allowed.iter().any(|name| name == short(used)) {
                find(&package.manifest, format!("`{}` must not use `{}`", package.name, short(used)));
            }
            let home = libraries.iter().find(|(library, _)| matches(library, used));
            if let Some((_, homes)) = home
                && !anything
                && !homes.contains(&package.name)
            {
                find(
                    &package.manifest,
                    format!("`{used}` is for {} only, not for `{}`", homes.join(", "), package.name),
                );
            }
        }
    }
    findings
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// The rows of the table with these two columns: every name of the first with the names of the second.
fn table(page: &str, key: &str, value: &str) -> Vec<(String, Vec<String>)> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = page.lines().skip_while(|line| {
        let heads = cells(line);
        !(line.starts_with('|') && heads.iter().any(|head| head == key) && heads.iter().any(|head| head == value))
    });
    let Some(heads) = lines.next().map(cells) else { return Vec::new() };
    let column = |head: &str| heads.iter().position(|cell| cell == head).unwrap_or_default();
    let (key, value) = (column(key), column(value));
    let mut rows = Vec::new();
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let row = cells(line);
        let names = row.get(value).map(|cell| quoted(cell)).unwrap_or_default();
        for name in row.get(key).map(|cell| quoted(cell)).unwrap_or_default() {
            rows.push((name, names.clone()));
        }
    }
    rows
}

/// The names in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test says what it expects")]
mod tests {
    use super::{packages, table};

    #[test]
    fn a_table_is_read_row_by_row() {
        let page = "text\n| crate | for | may use |\n| --- | --- | --- |\n| `a` | x | – |\n| `b`, `c` | y | `a`, `d` |\n\n| other |";
        let rows = table(page, "crate", "may use");
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0], ("a".to_owned(), vec![]));
        assert_eq!(rows[2], ("c".to_owned(), vec!["a".to_owned(), "d".to_owned()]));
    }

    #[test]
    fn what_only_tests_need_is_left_out() {
        let metadata = r#"{"workspace_root":"/x","packages":[{"name":"drawbridge-a","manifest_path":"/x/a/Cargo.toml",
            "dependencies":[{"name":"drawbridge-b","kind":null},{"name":"tempfile","kind":"dev"}]}]}"#;
        let packages = packages(metadata).expect("the shape cargo prints");
        assert_eq!((packages[0].name.as_str(), packages[0].manifest.as_str()), ("a", "a/Cargo.toml"));
        assert_eq!(packages[0].uses, ["drawbridge-b"]);
    }
}
