//! Files that are generated, committed, and compared by tests: the TypeScript bindings and the `OpenAPI` document.

use crate::{Outcome, house::House, process, setup, unknown};
use std::process::Command;

/// Set for the tests that compare generated files: they write them instead.
const BLESS: &str = "DRAWBRIDGE_BLESS";

/// Writes both anew.
pub fn bindings(house: &House, arguments: &[&str]) -> Outcome {
    if let Some(word) = arguments.first() {
        return Err(unknown("bindings", word));
    }
    setup::setup(house, setup::For::Build)?;
    if !house.path("ui/dist/index.html").is_file() {
        build_ui(house)?;
    }
    println!("Writing ui/src/ipc/bindings.ts");
    process::run(bless(house).args(["test", "-p", "drawbridge-desktop", "bindings"]))?;
    println!("Writing src-tauri/docs/openapi.json");
    process::run(bless(house).args(["test", "-p", "drawbridge-local-api", "openapi"]))
}

fn bless(house: &House) -> Command {
    let mut command = process::cargo();
    command.current_dir(&house.top).env(BLESS, "1");
    command
}

/// Builds the front end, which has to be there before the shell can be compiled.
pub fn build_ui(house: &House) -> Outcome {
    process::run(setup::npm(house, "ui").args(["run", "build"]))
}
