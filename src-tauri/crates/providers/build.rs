//! Collects the catalogue into two lists, so that adding a provider edits no file: its data files
//! (`catalog/*.toml`, `catalog/*/*.toml`) and the folders with code (`catalog/*/mod.rs`).

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

#[expect(clippy::disallowed_methods, reason = "it is how cargo speaks to a build script")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let catalog = Path::new(&root).join("src/catalog");
    println!("cargo::rerun-if-changed={}", catalog.display());
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for path in listed(&catalog)? {
        if path.is_dir() {
            files.extend(listed(&path)?.into_iter().filter(|file| is_data(file)));
            if path.join("mod.rs").is_file() {
                folders.push(path);
            }
        } else if is_data(&path) {
            files.push(path);
        }
    }
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or("a path that is not text");
    let stem = |path: &Path| {
        path.file_stem().and_then(|stem| stem.to_str().map(str::to_owned)).ok_or("a name that is not text")
    };
    let mut code = String::new();
    for folder in &folders {
        writeln!(code, "#[path = {:?}]\nmod {};", text(&folder.join("mod.rs"))?, stem(folder)?.replace('-', "_"))?;
    }
    writeln!(code, "static FORGES: &[(&str, &dyn Forge)] = &[")?;
    for folder in &folders {
        let name = stem(folder)?;
        writeln!(code, "    ({name:?}, &{}::FORGE),", name.replace('-', "_"))?;
    }
    writeln!(code, "];\nstatic FILES: &[(&str, &str)] = &[")?;
    for file in &files {
        writeln!(code, "    ({:?}, include_str!({:?})),", stem(file)?, text(file)?)?;
    }
    writeln!(code, "];")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("catalog.rs"), code)?;
    Ok(())
}

fn is_data(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}
