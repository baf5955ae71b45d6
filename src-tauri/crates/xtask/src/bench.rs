//! Hands over to the benchmarks beside the tests, built as they would be shipped.

use crate::{Outcome, generated, house::House, process, setup};

/// Runs all benchmarks, or one by name.
pub fn bench(house: &House, arguments: &[&str]) -> Outcome {
    setup::setup(house, setup::For::Test)?;
    println!("Building the app and the benchmarks, optimised");
    generated::build_ui(house)?;
    process::run(process::cargo().current_dir(&house.top).args(["build", "--release"]))?;
    let mut command = process::cargo();
    command.current_dir(&house.top).args(["bench", "-p", "drawbridge-tests", "--bench", "bench", "--"]);
    process::run(command.args(arguments))
}
