//! Benchmarks: each measures something beside something else in the same run and prints the ratio,
//! as times alone say more about the machine than about the program.
//!
//! `cargo xtask bench [sync|search|browse|vault] [--short]`. Not here: the start of the window, which needs one
//! (`tests/window/bench`), and any pass or fail: a busy machine must not turn a build red.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::expect_used)]

mod browse;
mod corpus;
mod figures;
#[path = "../file_keychain.rs"]
mod file_keychain;
mod memory;
mod place;
mod search;
mod sync;
mod vault;

use std::process::ExitCode;

/// Only the smaller sizes and round trips.
const SHORT: &str = "--short";

fn main() -> ExitCode {
    // What cargo itself hands to every benchmark says nothing here.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match *words {
        [sync::SERVE, repositories, latency] => sync::serve(repositories, latency),
        [sync::FOLLOW, host, api, token] => runtime.block_on(sync::follow(host, api, token)),
        [browse::HOLD, folder, keys] => runtime.block_on(browse::hold(folder, keys)),
        [] => runtime.block_on(async {
            sync::bench(true).await;
            search::bench().await;
            browse::bench(true).await;
            vault::bench().await;
        }),
        ["sync"] => runtime.block_on(sync::bench(false)),
        ["sync", SHORT] => runtime.block_on(sync::bench(true)),
        ["browse"] => runtime.block_on(browse::bench(false)),
        ["browse", SHORT] => runtime.block_on(browse::bench(true)),
        ["search"] => runtime.block_on(search::bench()),
        ["vault"] => runtime.block_on(vault::bench()),
        _ => {
            eprintln!(
                "There are the benchmarks sync, search, browse and vault; without a name all run, the long ones short (--short)."
            );
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
