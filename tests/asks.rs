//! A program that asks the keeper whether an account works, again and again: `asks SOCKET ACCOUNT TIMES`.
//! Ends with 0 if every answer was yes. Started several times at once by `connections.rs`.
//!
//! Not here: anything a release contains.
#![expect(clippy::expect_used, reason = "a program of the tests")]

use drawbridge_local_api::Client;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("SOCKET ACCOUNT TIMES");
    let (socket, account, times) = (next(), next().parse().expect("an id"), next().parse::<u32>().expect("a number"));
    let client = Client::connect(&socket).await.expect("the keeper answers");
    for _ in 0..times {
        if client.account_check(&account).await.is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
