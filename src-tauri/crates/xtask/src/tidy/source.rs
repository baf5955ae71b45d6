//! The repository's text, and source files taken apart into code, string literals and comments.
//!
//! A small scanner and no parser: it knows just enough of Rust and TypeScript to tell those three apart and to
//! see which lines are only compiled for tests.

use crate::house::House;
use std::{fs, path::Path};

/// One file.
#[derive(Debug, Clone)]
pub struct File {
    /// From the top of the repository, with `/`.
    pub path: String,
    /// Its content; empty for what is no text.
    pub text: String,
    /// Whether only tests (and the practice forge) see it.
    pub for_tests: bool,
}

/// All files of the repository that are not built or installed.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// In the order of their paths.
    pub files: Vec<File>,
}

impl Tree {
    /// Reads it from disk. What `.gitignore` names is left out.
    pub fn read(house: &House) -> Result<Self, String> {
        let ignore = fs::read_to_string(house.path(".gitignore")).unwrap_or_default();
        let ignored: Vec<&str> = ignore.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut tree = Self::default();
        tree.enter(&house.top, "", &ignored)?;
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        tree.find_test_files();
        Ok(tree)
    }

    /// Marks the files that only tests see: by their place, and where a parent says `#[cfg(test)] mod name;`.
    pub fn find_test_files(&mut self) {
        let mut modules = Vec::new();
        for file in &mut self.files {
            file.for_tests = file.has_place_of_tests();
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let folder = match name {
                "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
                _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
            };
            for line in file.lines().iter().filter(|line| line.test) {
                let declared = line.code.split_once("mod ").and_then(|(_, rest)| rest.trim().strip_suffix(';'));
                modules.extend(declared.map(|module| format!("{folder}/{module}")));
            }
        }
        for file in &mut self.files {
            file.for_tests |= modules.iter().any(|module| {
                file.path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            });
        }
    }

    fn enter(&mut self, folder: &Path, inside: &str, ignored: &[&str]) -> Result<(), String> {
        let entries = fs::read_dir(folder).map_err(|error| format!("{} can't be read: {error}", folder.display()))?;
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
            let rooted = format!("/{path}");
            if name == ".git" || ignored.iter().any(|line| line.trim_end_matches('/') == name || *line == rooted) {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                self.enter(&entry.path(), &path, ignored)?;
            } else if kind.is_file() {
                // Gone again already, or a picture: then there is no text to check.
                let text = fs::read_to_string(entry.path()).unwrap_or_default();
                self.files.push(File { path, text, for_tests: false });
            }
        }
        Ok(())
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }
}

impl File {
    /// Whether the path ends like that.
    pub fn ends(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Whether it lies in one of those folders, or is one of those files.
    pub fn within(&self, places: &[&str]) -> bool {
        places
            .iter()
            .any(|place| self.path == *place || self.path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')))
    }

    fn has_place_of_tests(&self) -> bool {
        let mut parts: Vec<&str> = self.path.split('/').collect();
        let name = parts.pop().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        parts.iter().any(|part| ["tests", "testkit", "testing", "fake", "fakes", "benches", "examples"].contains(part))
            || matches!(stem, "tests" | "fake")
            || stem.ends_with("_tests")
            || name.contains(".test.")
    }

    /// Taken apart, if it is Rust or TypeScript.
    pub fn lines(&self) -> Vec<Line> {
        if self.ends(&[".rs"]) {
            mark_tests(scan(&self.text, true))
        } else if self.ends(&[".ts", ".tsx"]) {
            scan(&self.text, false)
        } else {
            Vec::new()
        }
    }
}

/// One line of a source file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Without comments, and with every string literal emptied.
    pub code: String,
    /// The string literals that begin here, whole.
    pub strings: Vec<String>,
    /// Whether it is compiled only for tests.
    pub test: bool,
}

impl Line {
    /// Whether this word (letters, digits, `_`) stands in the code.
    pub fn names(&self, word: &str) -> bool {
        self.before_and_after(word).next().is_some()
    }

    /// Whether something of this name is called, by itself and not as a method.
    pub fn calls(&self, word: &str) -> bool {
        self.before_and_after(word).any(|(before, after)| after.starts_with('(') && !before.ends_with(['.', '#']))
    }

    fn before_and_after<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let is_part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
        self.code
            .match_indices(word)
            .map(move |(at, _)| (&self.code[..at], &self.code[at + word.len()..]))
            .filter(move |(before, after)| !is_part(before.chars().next_back()) && !is_part(after.chars().next()))
    }
}

/// Where the scanner stands.
enum Mode {
    Code,
    /// Inside a template's `${…}`, this many braces deep.
    Hole(usize),
    /// A string with its closing characters; `true` if a backslash escapes.
    Text(String, bool),
    LineComment,
    BlockComment(usize),
}

fn scan(text: &str, rust: bool) -> Vec<Line> {
    let characters: Vec<char> = text.chars().collect();
    let ahead = |at: usize, word: &str| word.chars().enumerate().all(|(n, c)| characters.get(at + n) == Some(&c));
    let mut lines = vec![Line { number: 1, ..Line::default() }];
    let mut modes = vec![Mode::Code];
    // Where the string that is being read began: its line's index and its place among that line's strings.
    let mut begun = (0, 0);
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        let last = lines.len() - 1;
        if character == '\n' {
            match modes.last() {
                Some(Mode::LineComment) => drop(modes.pop()),
                // In TypeScript only a template goes on; an apostrophe in text between tags must not run away.
                Some(Mode::Text(end, _)) if !rust && end != "`" => drop(modes.pop()),
                Some(Mode::Text(..)) => lines[begun.0].strings[begun.1].push('\n'),
                _ => {}
            }
            lines.push(Line { number: last + 2, ..Line::default() });
            at += 1;
            continue;
        }
        let mut step = 1;
        match modes.last_mut() {
            Some(Mode::LineComment) => {}
            Some(Mode::BlockComment(depth)) => {
                if ahead(at, "*/") {
                    step = 2;
                    *depth -= 1;
                    if *depth == 0 {
                        modes.pop();
                    }
                } else if rust && ahead(at, "/*") {
                    step = 2;
                    *depth += 1;
                }
            }
            Some(Mode::Text(end, escapes)) => {
                if *escapes && character == '\\' {
                    step = 2;
                    if let Some(next) = characters.get(at + 1) {
                        lines[begun.0].strings[begun.1].push(*next);
                        if *next == '\n' {
                            lines.push(Line { number: last + 2, ..Line::default() });
                        }
                    }
                } else if ahead(at, end) {
                    step = end.chars().count();
                    lines[last].code.push('"');
                    modes.pop();
                } else if !rust && end == "`" && ahead(at, "${") {
                    step = 2;
                    modes.push(Mode::Hole(0));
                } else {
                    lines[begun.0].strings[begun.1].push(character);
                }
            }
            mode => {
                if let Some(Mode::Hole(depth)) = mode {
                    match character {
                        '{' => *depth += 1,
                        '}' if *depth == 0 => {
                            modes.pop();
                            at += 1;
                            continue;
                        }
                        '}' => *depth -= 1,
                        _ => {}
                    }
                }
                if ahead(at, "//") {
                    modes.push(Mode::LineComment);
                } else if ahead(at, "/*") {
                    step = 2;
                    modes.push(Mode::BlockComment(1));
                } else if let Some((head, end, escapes)) = opening(&characters, at, rust) {
                    step = head;
                    lines[last].code.push('"');
                    lines[last].strings.push(String::new());
                    begun = (last, lines[last].strings.len() - 1);
                    modes.push(Mode::Text(end, escapes));
                } else if rust && character == '\'' {
                    step = quote(&characters, at);
                    lines[last].code.push('\'');
                } else {
                    lines[last].code.push(character);
                }
            }
        }
        at += step;
    }
    lines
}

/// Whether a string begins here: the length of its opening, its closing, and whether a backslash escapes.
fn opening(characters: &[char], at: usize, rust: bool) -> Option<(usize, String, bool)> {
    let character = characters[at];
    if !rust {
        return matches!(character, '"' | '\'' | '`').then(|| (1, character.to_string(), true));
    }
    if character == '"' {
        return Some((1, "\"".to_owned(), true));
    }
    if character != 'r' || characters[..at].last().is_some_and(|c| c.is_alphanumeric() && !matches!(c, 'b' | 'c')) {
        return None;
    }
    let hashes = characters[at + 1..].iter().take_while(|c| **c == '#').count();
    (characters.get(at + 1 + hashes) == Some(&'"')).then(|| (hashes + 2, format!("\"{}", "#".repeat(hashes)), false))
}

/// How long what begins with this apostrophe is: a character, or only the mark of a lifetime.
fn quote(characters: &[char], at: usize) -> usize {
    let closes = |from: usize| characters[from..].iter().take(10).position(|c| *c == '\'').map(|n| from + n + 1 - at);
    match (characters.get(at + 1), characters.get(at + 2)) {
        (Some('\\'), _) => closes(at + 3).unwrap_or(1),
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

/// Marks the lines of every item behind `#[cfg(test)]` or `#[cfg(any(test, …))]`.
fn mark_tests(mut lines: Vec<Line>) -> Vec<Line> {
    let mut from = 0;
    while from < lines.len() {
        let code: String = lines[from].code.split_whitespace().collect();
        if code.contains("#![cfg(test)]") {
            for line in &mut lines {
                line.test = true;
            }
            return lines;
        }
        if !code.contains("#[cfg(test)]") && !code.contains("#[cfg(any(test,") {
            from += 1;
            continue;
        }
        let end = item_end(&lines, from);
        for line in &mut lines[from..=end] {
            line.test = true;
        }
        from = end + 1;
    }
    lines
}

/// The index of the line on which the item that begins here ends: at its `;`, or where its braces close.
fn item_end(lines: &[Line], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut braces = false;
    for (index, line) in lines.iter().enumerate().skip(from) {
        for character in line.code.chars() {
            match character {
                '(' | '[' => depth += 1,
                '{' => {
                    depth += 1;
                    braces = true;
                }
                ')' | ']' => depth = depth.saturating_sub(1),
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && braces {
                        return index;
                    }
                }
                ';' if depth == 0 => return index,
                _ => {}
            }
        }
    }
    lines.len() - 1
}

#[cfg(test)]
mod tests {
    use super::{File, Line};

    fn lines(path: &str, text: &str) -> Vec<Line> {
        File { path: path.to_owned(), text: text.to_owned(), for_tests: false }.lines()
    }

    #[test]
    fn comments_strings_and_code_are_told_apart_in_rust() {
        let found = lines("a.rs", "let a = \"b // c\"; // d \"e\"\nlet f: &'g str = r#\"h\"i\"#; /* j /* k */ */ 'l';");
        assert_eq!(found[0].code, "let a = \"\"; ");
        assert_eq!(found[0].strings, ["b // c"]);
        assert_eq!(found[1].strings, ["h\"i"]);
        assert!(found[1].names("f") && !found[1].names("j") && !found[1].names("l"));
    }

    #[test]
    fn a_quote_inside_a_character_opens_no_string() {
        let found = lines("a.rs", "match c { '\"' | '\\'' => now(), _ => \"later\" }");
        assert_eq!(found[0].strings, ["later"]);
        assert!(found[0].names("now"));
    }

    #[test]
    fn a_string_over_several_lines_is_one() {
        let found = lines("a.rs", "let a = \"b\n  c \\\n  d\";\nnext()");
        assert_eq!(found[0].strings.len(), 1);
        assert!(found[0].strings[0].contains("b\n  c"));
        assert_eq!((found[3].number, found[3].code.as_str()), (4, "next()"));
    }

    #[test]
    fn typescript_templates_keep_their_holes_as_code() {
        let found = lines("a.ts", "const a = `b ${fetch(`c`)} d`; // e\nconst f = 'g';");
        assert!(found[0].names("fetch") && !found[0].names("b"));
        assert_eq!(found[1].strings, ["g"]);
    }

    #[test]
    fn an_apostrophe_between_tags_does_not_run_into_the_next_line() {
        let found = lines("a.tsx", "<p>don't</p>\n<b>{fetch()}</b>");
        assert!(found[1].names("fetch"));
    }

    #[test]
    fn what_only_tests_compile_is_marked() {
        let found = lines(
            "a.rs",
            "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}",
        );
        let marked: Vec<usize> = found.iter().filter(|line| line.test).map(|line| line.number).collect();
        assert_eq!(marked, [2, 3, 4, 5, 7, 8]);
    }
}
