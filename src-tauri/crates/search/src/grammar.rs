//! How a query is written: words, and filters like `owner:acme -lang:"Emacs Lisp" pushed:<30d`.
//!
//! The one grammar of the search field and of the command line. What reads as a filter but can't be
//! one stays a word to search for, and is told apart so that a front can say why: nothing that was
//! typed is dropped without a word. Days are days in UTC.
//!
//! Not here: which accounts and installations there are; the caller knows them. Sentences.

use crate::{Facet, Filter, Test, near};
use drawbridge_domain::{AccountId, HostId, Permission, Timestamp, Visibility};
use std::time::Duration;

/// How many filters of a text count.
const MAX_FILTERS: usize = 32;

/// The filters by name; `is` stands for several.
const FIELDS: [(&str, Option<Facet>); 16] = [
    ("account", Some(Facet::Account)),
    ("forge", Some(Facet::Forge)),
    ("host", Some(Facet::Forge)),
    ("owner", Some(Facet::Owner)),
    ("org", Some(Facet::Owner)),
    ("visibility", Some(Facet::Visibility)),
    ("permission", Some(Facet::Permission)),
    ("role", Some(Facet::Permission)),
    ("lang", Some(Facet::Language)),
    ("language", Some(Facet::Language)),
    ("topic", Some(Facet::Topic)),
    ("archived", Some(Facet::Archived)),
    ("fork", Some(Facet::Fork)),
    ("template", Some(Facet::Template)),
    ("pushed", Some(Facet::Pushed)),
    ("is", None),
];

/// Who knows what accounts and installations are called.
pub trait Names {
    /// The accounts that a person calls so.
    fn accounts(&self, name: &str) -> Vec<AccountId>;
    /// The installations that a person calls so.
    fn forges(&self, name: &str) -> Vec<HostId>;
}

/// What a text asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// What is left to search for.
    pub words: String,
    /// What it is filtered by.
    pub filters: Vec<Filter>,
    /// What looked like a filter, and is searched for as a word.
    pub doubts: Vec<Doubt>,
}

/// Something that looks like a filter and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// As it was typed.
    pub text: String,
    /// Why it is none.
    pub why: Why,
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There is no filter of that name; perhaps this one was meant.
    NoSuchFilter(Option<&'static str>),
    /// The filter doesn't take that value; no facet stands for `is`.
    NoSuchValue(Option<Facet>),
}

/// Reads a text.
pub fn read(text: &str, now: Timestamp, names: &impl Names) -> Question {
    let mut question = Question::default();
    for token in tokens(text) {
        let read = match Written::read(token) {
            None => None,
            Some(written) => match written.filters(now, names) {
                Ok(filters) if question.filters.len() < MAX_FILTERS => Some(filters),
                Ok(_) => None,
                Err(why) => {
                    question.doubts.push(Doubt { text: token.to_owned(), why });
                    None
                }
            },
        };
        match read {
            Some(filters) => question.filters.extend(filters),
            None => {
                if !question.words.is_empty() {
                    question.words.push(' ');
                }
                question.words.push_str(token);
            }
        }
    }
    question
}

/// A value as it is written behind a filter's colon.
pub fn quoted(value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value.to_owned() }
}

/// What stands between white space. What is in quotes is not white space.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |letter: char| {
        quoted ^= letter == '"';
        !quoted && letter.is_whitespace()
    })
    .filter(|token| !token.is_empty())
}

/// Something that is written like a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written<'a> {
    negated: bool,
    name: &'a str,
    value: &'a str,
}

impl<'a> Written<'a> {
    /// Letters, a colon and a value. An address or a path of a program is none.
    fn read(token: &'a str) -> Option<Self> {
        let (name, value) = token.split_once(':')?;
        let (negated, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        let value = match value.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"')?.trim(),
            None => value,
        };
        let begins = !value.starts_with(['/', ':', '\\']) && !value.is_empty();
        (plain && begins).then_some(Self { negated, name, value })
    }

    fn filters(self, now: Timestamp, names: &impl Names) -> Result<Vec<Filter>, Why> {
        let name = self.name.to_ascii_lowercase();
        let known = FIELDS.iter().find(|(each, _)| *each == name);
        let (_, facet) = known.ok_or_else(|| Why::NoSuchFilter(meant(&name)))?;
        let bad = || Why::NoSuchValue(*facet);
        let value = self.value;
        let tests = match facet {
            None => vec![is(value).ok_or_else(bad)?],
            Some(Facet::Account) => names.accounts(value).into_iter().map(Test::Account).collect(),
            Some(Facet::Forge) => names.forges(value).into_iter().map(Test::Forge).collect(),
            Some(Facet::Owner) => vec![Test::Owner(value.trim_end_matches('/').to_owned())],
            Some(Facet::Visibility) => vec![Test::Visibility(visibility(value).ok_or_else(bad)?)],
            Some(Facet::Permission) => vec![Test::Permission(permission(value).ok_or_else(bad)?)],
            Some(Facet::Language) => vec![Test::Language(value.to_owned())],
            Some(Facet::Topic) => vec![Test::Topic(value.to_owned())],
            Some(Facet::Archived) => vec![Test::Archived(yes(value).ok_or_else(bad)?)],
            Some(Facet::Fork) => vec![Test::Fork(yes(value).ok_or_else(bad)?)],
            Some(Facet::Template) => vec![Test::Template(yes(value).ok_or_else(bad)?)],
            Some(Facet::Pushed) => vec![pushed(value, now).ok_or_else(bad)?],
        };
        if tests.is_empty() {
            return Err(bad());
        }
        Ok(tests.into_iter().map(|test| filter(self.negated, test)).collect())
    }
}

/// What is either so or not has one way to be written: what it is.
fn filter(negated: bool, test: Test) -> Filter {
    let test = match test {
        Test::Archived(yes) => Test::Archived(yes != negated),
        Test::Fork(yes) => Test::Fork(yes != negated),
        Test::Template(yes) => Test::Template(yes != negated),
        test => return Filter { negated, test },
    };
    Filter { negated: false, test }
}

/// The filter whose name is nearest to one that there is not.
fn meant(name: &str) -> Option<&'static str> {
    let near = |known: &str| {
        let one = near::Near::new(name).and_then(|near| near.find(known.as_bytes()));
        let other = near::Near::new(known).and_then(|near| near.find(name.as_bytes()));
        let begins = name.len() > 1 && known.starts_with(name);
        if begins { Some(0) } else { one.into_iter().chain(other).map(|found| found.slips).min() }
    };
    FIELDS.iter().filter_map(|(known, _)| near(known).map(|slips| (slips, *known))).min().map(|(_, known)| known)
}

fn is(value: &str) -> Option<Test> {
    match value.to_ascii_lowercase().as_str() {
        "archived" => Some(Test::Archived(true)),
        "fork" => Some(Test::Fork(true)),
        "template" => Some(Test::Template(true)),
        other => visibility(other).map(Test::Visibility),
    }
}

fn yes(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn visibility(value: &str) -> Option<Visibility> {
    match value.to_ascii_lowercase().as_str() {
        "public" => Some(Visibility::Public),
        "internal" => Some(Visibility::Internal),
        "private" => Some(Visibility::Private),
        _ => None,
    }
}

fn permission(value: &str) -> Option<Permission> {
    match value.to_ascii_lowercase().as_str() {
        "read" => Some(Permission::Read),
        "triage" => Some(Permission::Triage),
        "write" => Some(Permission::Write),
        "maintain" => Some(Permission::Maintain),
        "admin" => Some(Permission::Admin),
        _ => None,
    }
}

/// `2026`, `2026-05`, `2026-05-31` and `30d`, bare or behind `<`, `<=`, `>`, `>=`. An age is how long
/// ago: `<30d` and `30d` are the last thirty days.
fn pushed(value: &str, now: Timestamp) -> Option<Test> {
    let (sign, rest) = value.split_at(value.find(|letter| !matches!(letter, '<' | '>' | '=')).unwrap_or(0));
    let (from, until) = if let Some(age) = age(rest) {
        let at = now.minus(age);
        match sign {
            "" | "<" | "<=" => (Some(at), None),
            ">" | ">=" => (None, Some(at)),
            _ => return None,
        }
    } else {
        let (begins, ends) = day_range(rest)?;
        match sign {
            "" => (Some(begins), Some(ends)),
            ">=" => (Some(begins), None),
            ">" => (Some(ends), None),
            "<" => (None, Some(begins)),
            "<=" => (None, Some(ends)),
            _ => return None,
        }
    };
    Some(Test::Pushed { from, until })
}

/// A number with `h`, `d`, `w`, `m` (thirty days) or `y` (365 days).
fn age(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let hours: u64 = match unit {
        'h' => 1,
        'd' => 24,
        'w' => 7 * 24,
        'm' => 30 * 24,
        'y' => 365 * 24,
        _ => return None,
    };
    let count: u32 = text[..text.len() - 1].parse().ok()?;
    Some(Duration::from_secs(u64::from(count) * hours * 3600))
}

/// The first moment of a year, month or day, and the first moment after it.
fn day_range(text: &str) -> Option<(Timestamp, Timestamp)> {
    let numbers: Vec<u16> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let start = |year: u16, month: u16, day: u16| Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z"));
    let next_month =
        |year: u16, month: u16| if month == 12 { start(year + 1, 1, 1) } else { start(year, month + 1, 1) };
    match *numbers {
        [year @ 1000..9999] => Some((start(year, 1, 1)?, start(year + 1, 1, 1)?)),
        [year @ 1000..9999, month] => Some((start(year, month, 1)?, next_month(year, month)?)),
        [year @ 1000..9999, month, day] => {
            let begins = start(year, month, day)?;
            Some((begins, begins.plus(Duration::from_hours(24))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    struct Everybody;

    impl Names for Everybody {
        fn accounts(&self, name: &str) -> Vec<AccountId> {
            if name == "maralind" { vec!["aaaabbbbccccdddd".parse().expect("an id")] } else { Vec::new() }
        }
        fn forges(&self, name: &str) -> Vec<HostId> {
            if name == "git.example.org" { vec!["aaaabbbbccccdddd".parse().expect("an id")] } else { Vec::new() }
        }
    }

    const NOW: &str = "2026-06-15T12:00:00Z";

    fn question(text: &str) -> Question {
        read(text, Timestamp::parse(NOW).expect("a time"), &Everybody)
    }

    #[test]
    fn the_written_cases_hold() {
        let cases: Value = serde_json::from_str(include_str!("../grammar.json")).expect("cases");
        let text = |case: &Value, key: &str| case[key].as_str().expect("text").to_owned();
        for case in cases["filters"].as_array().expect("a list") {
            let sign = if case["negated"] == true { "-" } else { "" };
            let plain = format!("{sign}{}:{}", text(case, "field"), quoted(&text(case, "value")));
            let (given, plain) = (question(&text(case, "text")), question(&plain));
            assert_eq!(given.filters.len(), 1, "{case}: {given:?}");
            assert_eq!((&given.filters, given.words.as_str()), (&plain.filters, ""), "{case}");
        }
        for word in cases["words"].as_array().expect("a list") {
            let word = word.as_str().expect("text");
            let read = question(word);
            assert_eq!((read.words.as_str(), read.filters.len()), (word, 0), "{word}");
        }
    }

    #[test]
    fn words_and_filters_are_told_apart_wherever_they_stand() {
        let read = question("  fare owner:acme  -lang:\"Emacs Lisp\"\tapi ");
        assert_eq!(read.words, "fare api");
        assert_eq!(
            read.filters,
            [
                Filter { negated: false, test: Test::Owner("acme".into()) },
                Filter { negated: true, test: Test::Language("Emacs Lisp".into()) },
            ]
        );
        assert_eq!(read.doubts, []);
        assert_eq!(question(&"is:fork ".repeat(100)).filters.len(), MAX_FILTERS, "there is a bound");
    }

    #[test]
    fn what_is_no_filter_is_told_with_what_may_have_been_meant() {
        let why = |text: &str| question(text).doubts.into_iter().map(|doubt| doubt.why).collect::<Vec<_>>();
        for (text, meant) in [
            ("onwer:acme", Some("owner")),
            ("topics:cli", Some("topic")),
            ("lan:rust", Some("lang")),
            ("colour:red", None),
        ] {
            assert_eq!(why(text), [Why::NoSuchFilter(meant)], "{text}");
        }
        assert_eq!(why("is:big"), [Why::NoSuchValue(None)]);
        assert_eq!(why("account:nobody"), [Why::NoSuchValue(Some(Facet::Account))]);
        assert_eq!(why("pushed:soon"), [Why::NoSuchValue(Some(Facet::Pushed))]);
        for text in ["http://x", "std::vector", "word", "-x", "owner:"] {
            assert_eq!(why(text), [], "{text} never looked like one");
        }
    }

    #[test]
    fn times_are_days_or_ages() {
        let at = |text: &str| Some(Timestamp::parse(&format!("{text}Z")).expect("a time"));
        for (text, from, until) in [
            ("pushed:2026", at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00")),
            ("pushed:2026-12", at("2026-12-01T00:00:00"), at("2027-01-01T00:00:00")),
            ("pushed:2024-02-29", at("2024-02-29T00:00:00"), at("2024-03-01T00:00:00")),
            ("pushed:>=2026-01-01", at("2026-01-01T00:00:00"), None),
            ("pushed:>2026-01-01", at("2026-01-02T00:00:00"), None),
            ("pushed:<2026-01-01", None, at("2026-01-01T00:00:00")),
            ("pushed:<=2026-01", None, at("2026-02-01T00:00:00")),
            ("pushed:<30d", at("2026-05-16T12:00:00"), None),
            ("pushed:2w", at("2026-06-01T12:00:00"), None),
            ("pushed:>1y", None, at("2025-06-15T12:00:00")),
        ] {
            let filter = Filter { negated: false, test: Test::Pushed { from, until } };
            assert_eq!(question(text).filters, [filter], "{text}");
        }
        for text in ["pushed:2025-02-29", "pushed:<", "pushed:<<1d", "pushed:99999999999999d", "pushed:1é", "pushed:d"]
        {
            assert_eq!(question(text).filters, [], "{text}");
        }
    }
}
