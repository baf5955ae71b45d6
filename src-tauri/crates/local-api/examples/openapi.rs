//! Writes `src-tauri/docs/openapi.json` anew. A test fails while the committed one differs.

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    fs::create_dir_all(&docs)?;
    fs::write(docs.join("openapi.json"), drawbridge_local_api::document())?;
    Ok(())
}
