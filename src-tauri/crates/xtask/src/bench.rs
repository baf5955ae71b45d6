//! Hands over to the benchmarks beside the tests, built as they would be shipped.

use crate::{Outcome, generated, house::House, process, setup};

/// Runs all benchmarks, or one by name: `sync`, `search`, `browse`, `vault`, `start`; `--short` behind `sync`
/// or `browse` leaves the larger sizes out.
pub fn bench(house: &House, arguments: &[&str]) -> Outcome {
    setup::setup(house, setup::For::Test)?;
    println!("Building the benchmarks, optimised");
    if arguments.first() != Some(&"start") {
        let mut command = process::cargo();
        command.current_dir(&house.top).args(["bench", "-p", "drawbridge-tests", "--bench", "bench", "--"]);
        process::run(command.args(arguments))?;
    }
    match arguments {
        [] => start(house, &[]),
        ["start", rest @ ..] => start(house, rest),
        _ => Ok(()),
    }
}

/// The start of the real window beside an empty one.
fn start(house: &House, arguments: &[&str]) -> Outcome {
    generated::build_ui(house)?;
    let mut build = process::cargo();
    build.current_dir(&house.top).args(["build", "--release", "--bins", "--example", "empty_window"]);
    process::run(build.args(["-p", "drawbridge-desktop", "-p", "drawbridge-cli", "-p", "drawbridge-testkit"]))?;
    let binaries = house.program("drawbridge", true);
    let folder = binaries.parent().ok_or("the build has no folder")?;
    let mut measure = process::command("node");
    measure.current_dir(&house.top).env("DRAWBRIDGE_BINARIES", folder);
    process::run(measure.arg("tests/window/bench/start.js").args(arguments))
}
