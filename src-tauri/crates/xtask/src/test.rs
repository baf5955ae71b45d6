//! Every check and every test, cheap ones first, with one table at the end.

use crate::{Outcome, generated, house::House, process, setup, tidy};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// What is asked for.
#[derive(Default)]
struct Wish<'a> {
    quick: bool,
    filter: Option<&'a str>,
}

fn wish<'a>(arguments: &[&'a str]) -> Result<Wish<'a>, String> {
    let mut wish = Wish::default();
    for word in arguments {
        match *word {
            "--quick" => wish.quick = true,
            option if option.starts_with('-') => return Err(crate::unknown("test", option)),
            filter if wish.filter.is_none() => wish.filter = Some(filter),
            second => return Err(format!("One filter at a time; `{second}` is a second one.")),
        }
    }
    Ok(wish)
}

/// `cargo xtask test`.
pub fn test(house: &House, arguments: &[&str]) -> Outcome {
    let wish = wish(arguments)?;
    let started = Instant::now();
    setup::setup(house, setup::For::Test)?;
    let mut report = Report::default();
    match wish.filter {
        Some(filter) => filtered(house, &mut report, filter, wish.quick),
        None => everything(house, &mut report, wish.quick),
    }
    report.close(started.elapsed())
}

/// `cargo xtask sweep`: the long form of the fault tests: of the vault, of staying connected, and of listings.
pub fn sweep(house: &House) -> Outcome {
    setup::setup(house, setup::For::Test)?;
    process::run(cargo(house).args(["build", "-p", "drawbridge-keeper", "--example", "vault_steps"]))?;
    let tests = [
        "test",
        "-p",
        "drawbridge-tests",
        "--test",
        "all",
        "--",
        "sweep::",
        "bad_days",
        "bad_listings",
        "--nocapture",
        "--test-threads",
        "2",
    ];
    process::run(cargo(house).args(tests).env("DRAWBRIDGE_SWEEP", "all"))?;
    let days = ["test", "-p", "drawbridge-sync", "--", "random_days", "--nocapture"];
    process::run(cargo(house).args(days).env("DRAWBRIDGE_SWEEP", "all"))
}

/// `cargo xtask fuzz`: the parsers of outside files, for as long as is wished.
pub fn fuzz(house: &House, arguments: &[&str]) -> Outcome {
    let seconds = match arguments {
        [] => 600,
        [seconds] => seconds.parse::<u32>().map_err(|_| crate::unknown("fuzz", seconds))?,
        [_, word, ..] => return Err(crate::unknown("fuzz", word)),
    };
    setup::setup(house, setup::For::Test)?;
    let tests = [
        "test",
        "-p",
        "drawbridge-vault",
        "-p",
        "drawbridge-keeper",
        "--lib",
        "--",
        "fuzz",
        "a_bent_document",
        "--nocapture",
    ];
    process::run(cargo(house).args(tests).env("DRAWBRIDGE_FUZZ_SECONDS", seconds.to_string()))
}

fn everything(house: &House, report: &mut Report, quick: bool) {
    report.step("format", || process::run(cargo(house).args(["fmt", "--all", "--check"])));
    report.step("tidy", || tidy::tidy(house));
    report.step("ui: types and lints", || process::run(setup::npm(house, "ui").args(["run", "check"])));
    report.counted("ui: tests", |tally| watch(tally, setup::npm(house, "ui").arg("test")));
    // The shell embeds the built front end, so everything in Rust waits for it.
    if !report.step("ui: build", || generated::build_ui(house)) {
        return report.left_out(&["clippy", "build", "tests", "window stories"], "the front end did not build");
    }
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    report.step("clippy", || process::run(cargo(house).args(clippy)));
    if !report.step("build", || process::run(cargo(house).args(["build", "--workspace", "--all-targets"]))) {
        return report.left_out(&["tests", "window stories"], "the workspace did not build");
    }
    // Generated files are compared by tests of their packages.
    report.counted("tests", |tally| watch(tally, cargo(house).args(["test", "--workspace", "--no-fail-fast"])));
    if !quick {
        report.counted("window stories", |tally| watch(tally, &mut stories(house)));
    }
}

/// Only the tests of that name (and the story, if there is one), without the checks around them.
fn filtered(house: &House, report: &mut Report, filter: &str, quick: bool) {
    let no_match_is_fine = ["test", "--", "--passWithNoTests", filter];
    report.counted("ui: tests", |tally| watch(tally, setup::npm(house, "ui").args(no_match_is_fine)));
    if !report.step("ui: build", || generated::build_ui(house)) {
        return report.left_out(&["tests", "window stories"], "the front end did not build");
    }
    // The binaries that integration tests and stories start are not all built by a filtered test run.
    if !report.step("build", || process::run(cargo(house).args(["build", "--workspace", "--all-targets"]))) {
        return report.left_out(&["tests", "window stories"], "the workspace did not build");
    }
    let tests = ["test", "--workspace", "--no-fail-fast", filter];
    report.counted("tests", |tally| watch(tally, cargo(house).args(tests)));
    if !quick && house.path(&format!("tests/window/stories/{filter}.test.js")).is_file() {
        let binaries = house.target.join("debug");
        report.counted("window stories", |tally| watch(tally, stories(house).arg(binaries).arg(filter)));
    }
}

fn cargo(house: &House) -> Command {
    let mut cargo = process::cargo();
    cargo.current_dir(&house.top);
    cargo
}

/// The stories in the real window; the script brings its own display, session bus and keychain.
fn stories(house: &House) -> Command {
    let mut command = process::command("bash");
    command.current_dir(&house.top).arg("tests/window/run.sh");
    command
}

fn watch(tally: &mut Tally, command: &mut Command) -> Outcome {
    process::watch(command, |line| tally.read(line))
}

/// How many tests a step ran.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq)]
struct Tally {
    passed: u32,
    failed: u32,
}

impl Tally {
    /// Adds what a test runner's closing line says: cargo's `test result: …`, vitest's `Tests …`, or a
    /// plain `N passed, N failed`.
    fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let line = line.trim();
        let closing = line.starts_with("test result:")
            || line.starts_with("Tests  ")
            || line.split(' ').next().is_some_and(|word| word.parse::<u32>().is_ok()) && line.contains(" passed, ");
        if closing {
            self.passed += number_before(line, "passed");
            self.failed += number_before(line, "failed");
        }
    }
}

fn number_before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line.split([' ', ',', ';']).filter(|part| !part.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in line.chars() {
        match (inside, character) {
            (false, '\u{1b}') => inside = true,
            (true, 'a'..='z' | 'A'..='Z') => inside = false,
            (true, _) => {}
            (false, _) => plain.push(character),
        }
    }
    plain
}

/// One step of the whole.
struct Row {
    name: String,
    tally: Tally,
    time: Duration,
    words: String,
}

/// What happened so far.
#[derive(Default)]
struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs a step that passes or fails as one.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Outcome) -> bool {
        self.counted(name, |_| work())
    }

    /// Runs a step that counts its tests; one that counts none counts as one itself.
    fn counted(&mut self, name: &str, work: impl FnOnce(&mut Tally) -> Outcome) -> bool {
        println!("\n== {name}");
        let started = Instant::now();
        let mut tally = Tally::default();
        let outcome = work(&mut tally);
        let time = started.elapsed();
        match &outcome {
            Ok(()) if tally.passed == 0 => tally.passed = 1,
            // A step that failed failed somewhere, also if its runner died before it could count.
            Err(_) if tally.failed == 0 => tally.failed = 1,
            _ => {}
        }
        let words = outcome.err().unwrap_or_default();
        if !words.is_empty() {
            println!("{words}");
        }
        println!("== {name}: {} in {:.0} s", if words.is_empty() { "fine" } else { "FAILED" }, time.as_secs_f64());
        let passed = words.is_empty();
        self.rows.push(Row { name: name.to_owned(), tally, time, words });
        passed
    }

    /// Counts steps that could not run as failed: silence would look like success.
    fn left_out(&mut self, names: &[&str], reason: &str) {
        for name in names {
            self.rows.push(Row {
                name: (*name).to_owned(),
                tally: Tally { passed: 0, failed: 1 },
                time: Duration::ZERO,
                words: format!("left out: {reason}"),
            });
        }
    }

    /// Prints the table and the last line.
    fn close(&self, whole: Duration) -> Outcome {
        println!("\n{:<22} {:>7} {:>7} {:>8}", "step", "passed", "failed", "seconds");
        for Row { name, tally, time, words } in &self.rows {
            let words = words.lines().next().unwrap_or_default();
            let line =
                format!("{name:<22} {:>7} {:>7} {:>8.0}  {words}", tally.passed, tally.failed, time.as_secs_f64());
            println!("{}", line.trim_end());
        }
        println!("{:<22} {:>24.0}", "all", whole.as_secs_f64());
        let passed: u32 = self.rows.iter().map(|row| row.tally.passed).sum();
        let failed: u32 = self.rows.iter().map(|row| row.tally.failed).sum();
        let failures: Vec<&str> =
            self.rows.iter().filter(|row| !row.words.is_empty()).map(|row| row.name.as_str()).collect();
        println!();
        if failures.is_empty() {
            println!("{passed} passed, {failed} failed");
            Ok(())
        } else {
            println!("Failed: {}.", failures.join(", "));
            println!("{passed} passed, {failed} failed");
            Err(String::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, Tally, wish};
    use std::time::Duration;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn every_runners_closing_line_is_counted() {
        let cargo = "test result: ok. 12 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.31s";
        assert_eq!(tally(&[cargo, cargo]), Tally { passed: 24, failed: 2 });
        assert_eq!(
            tally(&["\u{1b}[2m      Tests \u{1b}[22m 2 failed | 31 passed (33)"]),
            Tally { passed: 31, failed: 2 }
        );
        assert_eq!(tally(&["7 passed, 0 failed"]), Tally { passed: 7, failed: 0 });
        assert_eq!(tally(&["it says 7 passed, 0 failed", "Test Files  3 passed (3)"]), Tally::default());
    }

    #[test]
    fn a_step_that_died_before_counting_has_failed() {
        let mut report = Report::default();
        assert!(report.step("fine", || Ok(())));
        assert!(!report.step("dies", || Err("killed".to_owned())));
        report.left_out(&["behind it"], "it died");
        assert_eq!(report.rows.iter().map(|row| row.tally.failed).sum::<u32>(), 2);
        assert!(report.close(Duration::ZERO).is_err());
    }

    #[test]
    fn a_second_filter_and_a_strange_option_are_named() {
        assert!(wish(&["--quick", "vault"]).is_ok_and(|wish| wish.quick && wish.filter == Some("vault")));
        assert!(wish(&["vault", "store"]).is_err_and(|words| words.contains("store")));
        assert!(wish(&["--fast"]).is_err_and(|words| words.contains("--fast")));
    }
}
