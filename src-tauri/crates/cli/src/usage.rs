//! Command lines that were not understood, and those that ask for help.
//!
//! Not here: which command lines there are.

use crate::{
    arguments::Arguments,
    failure::Failure,
    output::{self, Output},
};
use clap::{
    CommandFactory as _,
    error::{Error, ErrorKind},
};
use std::process::ExitCode;

/// Prints what the parser has to say and gives the exit code.
pub(crate) fn explain(error: &Error) -> ExitCode {
    let rendered = error.render().to_string();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match Output::new(false).text(&rendered) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.exit_code(),
        };
    }
    let words: Vec<String> = std::env::args().skip(1).take_while(|word| word != "--").collect();
    let failure = in_words(error.kind(), &rendered, &words);
    // The line was not understood, so the flag is looked for by hand.
    if words.iter().any(|word| word == "--json") {
        Output::new(true).failure(&failure);
    } else {
        output::aside(&rendered);
    }
    failure.exit_code()
}

/// The parser's text as one message and one hint.
fn in_words(kind: ErrorKind, text: &str, words: &[String]) -> Failure {
    let see = format!("See `{} --help`.", asked(words));
    if matches!(kind, ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        return Failure::usage("A command is missing.", see);
    }
    let mut paragraphs =
        text.trim().split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let rest: Vec<String> = paragraphs.collect();
    let tip = rest.iter().find_map(|paragraph| paragraph.strip_prefix("tip: ").map(sentence));
    let usage = || rest.iter().find(|paragraph| paragraph.starts_with("Usage: ")).cloned();
    Failure::usage(sentence(message), tip.or_else(usage).unwrap_or(see))
}

/// The command that was asked for, as far as it was understood.
fn asked(words: &[String]) -> String {
    let mut command = &Arguments::command();
    let mut names = vec![command.get_name()];
    for word in words {
        if let Some(inner) = command.find_subcommand(word) {
            names.push(inner.get_name());
            command = inner;
        }
    }
    names.join(" ")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?', '>', ']']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn told(line: &[&str]) -> serde_json::Value {
        let error = Arguments::try_parse_from(line).expect_err("not understood");
        let words: Vec<String> = line.iter().skip(1).map(ToString::to_string).collect();
        serde_json::to_value(in_words(error.kind(), &error.render().to_string(), &words).told()).expect("JSON")
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
        assert_eq!(told(&["drawbridge", "vault"])["hint"], "See `drawbridge vault --help`.");
        let value = told(&["drawbridge", "client", "add", "github", "--client-id", "x", "--host", "ftp://x"]);
        assert_eq!(
            value["message"],
            "Invalid value 'ftp://x' for '--host <URL>': that is no web address; it looks like `https://git.example.org`."
        );
        assert_eq!(value["hint"], "See `drawbridge client add --help`.");
    }
}
