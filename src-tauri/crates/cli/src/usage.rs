//! Command lines that were not understood, and those that ask for help.
//!
//! Not here: which command lines there are.

use crate::{
    failure::Failure,
    output::{self, Output},
};
use clap::error::{Error, ErrorKind};
use std::process::ExitCode;

/// Prints what the parser has to say and gives the exit code.
pub(crate) fn explain(error: &Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match Output::new(false).text(&error.render().to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.exit_code(),
        };
    }
    let failure = in_words(&error.render().to_string());
    // The line was not understood, so the flag is looked for by hand.
    if std::env::args_os().skip(1).take_while(|word| word != "--").any(|word| word == "--json") {
        Output::new(true).failure(&failure);
    } else {
        output::aside(&error.render().to_string());
    }
    failure.exit_code()
}

/// The parser's text as one message and one hint.
fn in_words(text: &str) -> Failure {
    let mut paragraphs =
        text.trim().split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let rest: Vec<String> = paragraphs.collect();
    let hint = rest
        .iter()
        .find_map(|paragraph| paragraph.strip_prefix("tip: ").map(sentence))
        .or_else(|| rest.iter().find(|paragraph| paragraph.starts_with("Usage: ")).cloned())
        .unwrap_or_else(|| "See `drawbridge --help`.".to_owned());
    if message.starts_with("Usage:") || !text.trim_start().starts_with("error: ") {
        return Failure::usage("A command is missing.", "See `drawbridge --help`.");
    }
    Failure::usage(sentence(message), hint)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?', '`', '>', ']']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;
    use clap::Parser as _;

    fn told(line: &[&str]) -> serde_json::Value {
        let error = Arguments::try_parse_from(line).expect_err("not understood");
        serde_json::to_value(in_words(&error.render().to_string()).told()).expect("JSON")
    }

    #[test]
    fn the_parsers_text_becomes_a_message_and_a_hint() {
        let value = told(&["drawbridge", "client", "add", "github"]);
        assert_eq!(value["message"], "The following required arguments were not provided: --client-id <ID>");
        assert_eq!(value["hint"], "Usage: drawbridge client add --client-id <ID> <PROVIDER>");
        let value = told(&["drawbridge", "repo", "list", "--limt", "3"]);
        assert_eq!(value["message"], "Unexpected argument '--limt' found.");
        assert_eq!(value["hint"], "A similar argument exists: '--limit'.");
        let value = told(&["drawbridge"]);
        assert_eq!(value["code"], "usage");
        assert_eq!(value["message"], "A command is missing.");
    }
}
