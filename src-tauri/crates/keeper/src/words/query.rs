//! The words for what in a query is not what it looks like, and for what changed about a repository.

use crate::{
    Code, Problem,
    dto::{QueryRemark, RepositoryChange},
};
use drawbridge_search::{
    Facet,
    grammar::{Doubt, Why},
};
use drawbridge_store::{ChangeKind, ChangeRow};

/// What happened to a repository.
pub(crate) fn change(change: &ChangeRow) -> RepositoryChange {
    let ChangeRow { seen_at, kind, before, after } = change;
    let sentence = match kind {
        ChangeKind::Renamed => format!("Renamed from {before} to {after}"),
        ChangeKind::Archived if after == "true" => "Archived".to_owned(),
        ChangeKind::Archived => "No longer archived".to_owned(),
        ChangeKind::Visibility => format!("Was {before}, is {after}"),
        ChangeKind::Branch if before.is_empty() => format!("{after} became the default branch"),
        ChangeKind::Branch if after.is_empty() => format!("Lost its default branch, {before}"),
        ChangeKind::Branch => format!("The default branch was {before}, is {after}"),
        ChangeKind::Pushed => "Pushed to".to_owned(),
    };
    RepositoryChange { seen_at: *seen_at, sentence }
}

/// Another view has that name.
pub(crate) fn view_taken(name: &str) -> Problem {
    Problem::new(
        Code::InvalidInput,
        format!("There is a view called {name} already. Nothing was changed."),
        "Choose another name, or say that it takes its place.",
    )
}

/// Why something that looks like a filter is searched for as a word.
pub(crate) fn doubt(doubt: &Doubt) -> QueryRemark {
    let (name, value) = doubt.text.split_once(':').unwrap_or((&doubt.text, ""));
    let sign = if name.starts_with('-') { "-" } else { "" };
    let name = name.trim_start_matches('-');
    let (message, instead) = match &doubt.why {
        Why::NoSuchFilter(Some(meant)) => {
            (format!("There is no filter called {name}. Did you mean {meant}?"), Some(format!("{sign}{meant}:{value}")))
        }
        Why::NoSuchFilter(None) => {
            (format!("There is no filter called {name}, so it is searched for as a word."), None)
        }
        Why::NoSuchValue(facet) => (format!("\"{}\" is no filter: {}.", doubt.text, takes(*facet)), None),
    };
    QueryRemark { text: doubt.text.clone(), message, instead }
}

/// What a filter takes.
fn takes(facet: Option<Facet>) -> &'static str {
    match facet {
        None => "it is archived, fork, template, public, internal or private",
        Some(Facet::Account) => "no account is called so",
        Some(Facet::Forge) => "no account is connected at a host of that name",
        Some(Facet::Visibility) => "it is public, internal or private",
        Some(Facet::Permission) => "it is read, triage, write, maintain or admin",
        Some(Facet::Archived | Facet::Fork | Facet::Template) => "it is yes or no",
        Some(Facet::Pushed) => "it is a day like 2026-01-31 or an age like 30d, with < or > before it if you like",
        Some(Facet::Owner | Facet::Language | Facet::Topic) => "there is nothing behind its colon",
    }
}
