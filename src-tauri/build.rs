//! Makes one permission per command and embeds the front end.
//!
//! Not here: building the front end; `cargo xtask` does that before.

#[path = "src/commands/names.rs"]
mod names;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/commands/names.rs");
    // Lints and Rust tests must not need Node: without a built front end, a page that says so is embedded.
    let dist = std::path::Path::new("../ui/dist");
    if !dist.join("index.html").exists() {
        let page = "<!doctype html><title>Drawbridge</title><p>The front end is not built. Run: cargo xtask run</p>";
        std::fs::create_dir_all(dist)?;
        std::fs::write(dist.join("index.html"), page)?;
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    let attributes =
        tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(names::COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}
