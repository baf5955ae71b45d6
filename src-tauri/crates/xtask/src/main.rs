//! `cargo xtask`: everything one does with this repository, behind one door.
//!
//! Each command says in plain words what it is about to do. It builds in seconds on a machine that has
//! nothing but Rust, because everything else is set up from here. Not here: anything the app itself needs.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal program for developers talks by printing")]
#![allow(clippy::disallowed_methods, reason = "it is all composition: it reads its environment and starts programs")]

mod bench;
mod generated;
mod house;
mod icons;
mod process;
mod run;
mod setup;
mod test;
mod tidy;

use std::process::ExitCode;

/// Something that can't go on, in words for the person at the terminal.
type Outcome = Result<(), String>;

const USAGE: &str = "\
cargo xtask COMMAND

  run [--demo] [--vault DIR] [--release]
                     set up, build and start the app; --demo starts it beside a practice
                     forge on this machine, with nothing of yours touched
  test [--quick] [FILTER]
                     set up, then every check and every test; --quick leaves the
                     real-window stories out, FILTER runs only the tests of that name
  sweep              kill the vault's every step, fill the disk under each, flip thousands
                     of bits, list ten thousand times over on bad days: the long form of
                     what `test` does in part
  fuzz [SECONDS]     feed every parser of the vault mutated files, 600 seconds each
  setup [--test]     install what building (and with --test, testing) needs
  tidy [--accept-migrations]
                     check the rules of the house that no compiler checks
  bindings           write the generated TypeScript and the OpenAPI document anew
  icons              draw src-tauri/icons from icons/*.svg
  bench [NAME]       run the benchmarks; prints ratios
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some((command, rest)) = words.split_first() else {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    };
    let outcome = house::House::find().and_then(|house| match *command {
        "run" => run::run(&house, rest),
        "test" => test::test(&house, rest),
        "sweep" => test::sweep(&house),
        "fuzz" => test::fuzz(&house, rest),
        "setup" => setup::command(&house, rest),
        "tidy" => tidy::command(&house, rest),
        "bindings" => generated::bindings(&house, rest),
        "icons" => icons::icons(&house, rest),
        "bench" => bench::bench(&house, rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("There is no command `{other}`.\n\n{USAGE}")),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            if !words.is_empty() {
                eprintln!("{}", words.trim_end());
            }
            ExitCode::FAILURE
        }
    }
}

/// What an option that nobody knows is answered with.
fn unknown(command: &str, word: &str) -> String {
    format!("`cargo xtask {command}` does not know `{word}`.\n\n{USAGE}")
}
