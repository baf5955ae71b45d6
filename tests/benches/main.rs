//! Benchmarks: each measures something beside something else in the same run and prints the ratio,
//! as times alone say more about the machine than about the program.
//!
//! `cargo xtask bench [sync|search|vault]`. Not here: the start of the window, which needs one
//! (`tests/window/bench`), and any pass or fail: a busy machine must not turn a build red.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::expect_used)]

mod corpus;
mod figures;
mod place;
mod search;
mod sync;
mod vault;

use std::process::ExitCode;

fn main() -> ExitCode {
    // What cargo itself hands to every benchmark says nothing here.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match *words {
        [sync::SERVE, repositories, latency] => sync::serve(repositories, latency),
        [] => runtime.block_on(async {
            sync::bench().await;
            search::bench().await;
            vault::bench().await;
        }),
        ["sync"] => runtime.block_on(sync::bench()),
        ["search"] => runtime.block_on(search::bench()),
        ["vault"] => runtime.block_on(vault::bench()),
        _ => {
            eprintln!("There are the benchmarks sync, search and vault; without a name all of them run.");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
