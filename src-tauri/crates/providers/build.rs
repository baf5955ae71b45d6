//! Collects the folders of `src/catalog/` into one list, so that adding a provider edits no file.

use std::{env, fmt::Write as _, fs, path::Path};

#[expect(clippy::disallowed_methods, reason = "it is how cargo speaks to a build script")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let catalog = Path::new(&root).join("src/catalog");
    println!("cargo::rerun-if-changed={}", catalog.display());
    let mut ids = Vec::new();
    for entry in fs::read_dir(&catalog)? {
        let entry = entry?;
        if entry.path().join("mod.rs").is_file() {
            ids.push(entry.file_name().into_string().map_err(|name| format!("folder name {}", name.display()))?);
        }
    }
    ids.sort();
    let mut code = String::new();
    for id in &ids {
        let file = catalog.join(id).join("mod.rs");
        let file = file.to_str().ok_or("a path that is not text")?;
        writeln!(code, "#[path = {file:?}]\nmod {};", id.replace('-', "_"))?;
    }
    writeln!(code, "static CATALOG: &[&dyn Forge] = &[")?;
    for id in &ids {
        writeln!(code, "    &{}::PROVIDER,", id.replace('-', "_"))?;
    }
    writeln!(code, "];")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("catalog.rs"), code)?;
    Ok(())
}
