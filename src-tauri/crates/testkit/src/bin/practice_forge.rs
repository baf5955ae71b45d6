//! The practice forge as a program of its own: for the demo, for benches in another process and
//! for tests that drive the real window.
//!
//! Prints one line of JSON when it is ready and serves until its standard input or the process
//! ends. Not here: what it serves (see `drawbridge_testkit::forge`).
#![allow(clippy::print_stdout, clippy::print_stderr)]

use drawbridge_testkit::forge::{Dialect, Match, Registration, Simulator, SimulatorConfig, Trouble};
use std::{process::ExitCode, str::FromStr, time::Duration};

const USAGE: &str = "\
Usage: practice-forge [OPTIONS]

  --dialect NAME            what kind of forge it is: a provider's name (github)
  --port PORT               port of 127.0.0.1 (any free one)
  --seed N                  what names and numbers are made from (1)
  --repositories N          how many the first user reaches (2500)
  --users N                 how many people can sign in (2)
  --latency MS              how long each request takes at least (0)
  --device-interval S       how long a device waits between polls (5)
  --rate-limit N            requests per hour and token (5000)
  --expiring-tokens         tokens end after eight hours and come with a refresh token
  --fail PAGE:STATUS:TIMES  that page of the listing fails so many times (may be repeated)
  --redirect-uri URI        a further address the client may be returned to (may be repeated)
  --no-log                  don't record requests
  --until-input-ends        stop when standard input ends

When it is ready it prints one line of JSON: provider, host, api_url, client_id, client_secret, users.
Further knobs: HTTP and JSON at HOST/_control/ (state, log, fault, change, set, token, device, revoke-all).";

struct Wish {
    config: SimulatorConfig,
    failures: Vec<(u32, u16, u32)>,
    until_input_ends: bool,
}

fn main() -> ExitCode {
    let wish = match read(std::env::args().skip(1)) {
        Ok(Some(wish)) => wish,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let users = wish.config.users;
    let simulator = match Simulator::start(wish.config) {
        Ok(simulator) => simulator,
        Err(error) => {
            eprintln!("the practice forge could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    for (page, status, times) in wish.failures {
        simulator.trouble(Match::page(page), Trouble::Status(status), times);
    }
    let client = simulator.client();
    let ready = serde_json::json!({
        "provider": simulator.dialect().name(),
        "host": simulator.url(),
        "api_url": simulator.api_url(),
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "users": (0..users).map(|user| simulator.login(user)).collect::<Vec<_>>(),
    });
    println!("{ready}");
    if wish.until_input_ends {
        // Whatever comes is read and forgotten; the end is what is waited for.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        return ExitCode::SUCCESS;
    }
    loop {
        std::thread::park();
    }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Option<Wish>, String> {
    let mut config = SimulatorConfig::default();
    let mut client = Registration::default();
    let (mut failures, mut until_input_ends) = (Vec::new(), false);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--help" | "-h" => return Ok(None),
            "--dialect" => {
                let name = value()?;
                let known = Dialect::ALL.iter().find(|(known, _)| *known == name);
                config.dialect = known.ok_or(format!("{name} is no kind of forge that can be practised with"))?.1;
            }
            "--port" => config.port = number(&value()?)?,
            "--seed" => config.seed = number(&value()?)?,
            "--repositories" => config.repositories = number(&value()?)?,
            "--users" => config.users = number(&value()?)?,
            "--latency" => config.latency = Duration::from_millis(number(&value()?)?),
            "--device-interval" => config.device_interval = number(&value()?)?,
            "--rate-limit" => config.rate_limit = number(&value()?)?,
            "--expiring-tokens" => config.expiring_tokens = true,
            "--redirect-uri" => client.redirect_uris.push(value()?),
            "--no-log" => config.keeps_log = false,
            "--until-input-ends" => until_input_ends = true,
            "--fail" => {
                let text = value()?;
                let parts: Vec<&str> = text.split(':').collect();
                let [page, status, times] = parts[..] else {
                    return Err(format!("{text} is not PAGE:STATUS:TIMES"));
                };
                failures.push((number(page)?, number(status)?, number(times)?));
            }
            _ => return Err(format!("{word} is not an option")),
        }
    }
    config.clients = vec![client];
    Ok(Some(Wish { config, failures, until_input_ends }))
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not a number that fits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Wish>, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_and_mistakes_are_named() {
        let wish = parse("--repositories 12 --latency 50 --fail 3:502:2 --redirect-uri app:/back --no-log");
        let wish = wish.ok().flatten();
        assert!(wish.is_some_and(|wish| {
            wish.config.repositories == 12
                && wish.config.latency == Duration::from_millis(50)
                && wish.failures == [(3, 502, 2)]
                && wish.config.clients[0].redirect_uris.iter().any(|one| one == "app:/back")
                && !wish.config.keeps_log
        }));
        assert!(parse("--help").is_ok_and(|wish| wish.is_none()));
        for (line, why) in [
            ("--port", "--port needs a value"),
            ("--port 70000", "70000 is not a number that fits"),
            ("--fail 3", "3 is not PAGE:STATUS:TIMES"),
            ("--dialect cvs", "cvs is no kind of forge that can be practised with"),
            ("--frobnicate", "--frobnicate is not an option"),
        ] {
            assert_eq!(parse(line).err().as_deref(), Some(why));
        }
    }
}
