//! Where answers go: standard output for what was asked, standard error for everything else.
//!
//! A reader that has seen enough (`| head`) is no failure: the rest is dropped. Text from outside
//! is cleaned before a terminal sees it. Not here: wording.

use crate::failure::Failure;
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

/// Prints answers, in JSON or for a person.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    json: bool,
    closed: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, closed: false }
    }

    /// Whether JSON is wanted.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Writes one object as a line.
    pub(crate) fn object(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(io::Error::from)?;
        self.raw(&text)
    }

    /// Writes text for a person, cleaned of what would steer a terminal.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.raw(&clean(text))
    }

    /// Draws a QR code, two rows to a line, where a person sees it whole: on a terminal that is wide
    /// enough. Dark on light whatever the terminal's own colours are, with the quiet zone around it.
    pub(crate) fn qr_code(&mut self, rows: &[String]) -> Result<(), Failure> {
        let drawn = half_blocks(rows);
        let fits = columns().is_some_and(|columns| usize::from(columns) >= rows.len() + 2 * QUIET);
        if self.json || !fits { Ok(()) } else { self.raw(&drawn) }
    }

    fn raw(&mut self, text: &str) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        match write!(stdout, "{text}{end}").and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => Ok(other?),
        }
    }

    /// Tells a person something beside the answer; says nothing when JSON is wanted.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            aside(text);
        }
    }

    /// Tells why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        let Some(told) = failure.told() else { return };
        if self.json {
            if let Ok(text) = serde_json::to_string(&told) {
                let _ = writeln!(io::stderr(), "{text}");
            }
            return;
        }
        let (message, hint) = match &told {
            crate::failure::Told::Problem(problem) => (&problem.message, &problem.hint),
            crate::failure::Told::Other { message, hint, .. } => (message, hint),
        };
        aside(message);
        if !hint.is_empty() {
            aside(hint);
        }
        if let Some(line) = failure.next_command() {
            aside(&format!("  {line}"));
        }
    }
}

/// Light modules around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// How many letters fit a line of standard output; nothing if that is no terminal.
fn columns() -> Option<u16> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    #[cfg(unix)]
    {
        rustix::termios::tcgetwinsize(&stdout).ok().map(|size| size.ws_col).filter(|columns| *columns > 0)
    }
    #[cfg(not(unix))]
    {
        None
    }
}

/// A QR code in black on white, two modules above each other in one letter.
fn half_blocks(rows: &[String]) -> String {
    let side = rows.len() + 2 * QUIET;
    let dark = |x: usize, y: usize| {
        let row = y.checked_sub(QUIET).and_then(|y| rows.get(y));
        row.and_then(|row| row.as_bytes().get(x.checked_sub(QUIET)?)) == Some(&b'#')
    };
    let mut drawn = String::new();
    for y in (0..side).step_by(2) {
        drawn.push_str("\u{1b}[30;107m");
        drawn.extend((0..side).map(|x| match (dark(x, y), dark(x, y + 1)) {
            (false, false) => ' ',
            (true, false) => '\u{2580}',
            (false, true) => '\u{2584}',
            (true, true) => '\u{2588}',
        }));
        drawn.push_str("\u{1b}[0m\n");
    }
    drawn
}

/// Writes to standard error, whoever listens.
pub(crate) fn aside(text: &str) {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    // There is nobody left to tell that telling failed.
    let _ = write!(io::stderr(), "{}{end}", clean(text));
}

/// Whether standard error is a terminal, where a line can be written over.
pub(crate) fn is_live() -> bool {
    io::stderr().is_terminal()
}

/// Writes over the last line on a terminal, or a line of its own elsewhere.
pub(crate) fn progress(text: &str) {
    if is_live() {
        let _ = write!(io::stderr(), "\r\u{1b}[K{}", clean(text));
    } else {
        aside(text);
    }
}

/// Wipes the line that `progress` left on a terminal.
pub(crate) fn progress_over() {
    if is_live() {
        let _ = write!(io::stderr(), "\r\u{1b}[K");
    }
}

/// Replaces what would move a terminal's cursor, change its colours, or turn the reading direction
/// around: names and descriptions come from hosts and so from anybody.
pub(crate) fn clean(text: &str) -> String {
    let steers = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|letter| if steers(letter) { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_whole_with_light_around_it() {
        let drawn = half_blocks(&["#.#", ".#.", "##."].map(str::to_owned));
        let lines: Vec<&str> = drawn.lines().map(|line| line.trim_start_matches("\u{1b}[30;107m")).collect();
        let lines: Vec<&str> = lines.into_iter().map(|line| line.trim_end_matches("\u{1b}[0m")).collect();
        let empty = " ".repeat(11);
        assert_eq!(
            lines,
            [&empty, &empty, "    \u{2580}\u{2584}\u{2580}    ", "    \u{2580}\u{2580}     ", &empty, &empty]
        );
    }

    #[test]
    fn text_from_a_host_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\r\u{7}\u{202e}c\nd"), "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c\nd");
        assert_eq!(clean("plain ü 東京"), "plain ü 東京");
    }
}
