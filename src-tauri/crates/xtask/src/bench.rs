//! Hands over to the benchmarks of the test kit, built as they would be shipped.

use crate::{Outcome, generated, house::House, process, setup};

/// Runs all benchmarks, or one by name.
pub fn bench(house: &House, arguments: &[&str]) -> Outcome {
    setup::setup(house, setup::For::Test)?;
    println!("Building the app and the benchmarks, optimised");
    generated::build_ui(house)?;
    process::run(process::cargo().current_dir(&house.top).args(["build", "--release"]))?;
    let mut command = process::cargo();
    command.current_dir(&house.top).args(["run", "--release", "-p", "drawbridge-testkit", "--bin", "bench", "--"]);
    process::run(command.args(arguments))
}
