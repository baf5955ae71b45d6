//! Collects the kinds into one list, so that adding a kind adds one file and edits none:
//! `kinds/dev_container.rs` is the kind `dev-container`.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

#[expect(clippy::disallowed_methods, reason = "it is how cargo speaks to a build script")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kinds = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("src/kinds");
    println!("cargo::rerun-if-changed={}", kinds.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(&kinds)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.sort();
    let mut code = String::new();
    let mut list = String::from("static KINDS: &[(&str, &dyn Kind)] = &[\n");
    for file in &files {
        let path = file.to_str().ok_or("a path that is not text")?;
        let stem = file.file_stem().and_then(|stem| stem.to_str()).ok_or("a name that is not text")?;
        writeln!(code, "#[path = {path:?}]\nmod {stem};")?;
        writeln!(list, "    ({:?}, &{stem}::KIND),", stem.replace('_', "-"))?;
    }
    writeln!(code, "{list}];")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("kinds.rs"), code)?;
    Ok(())
}
