//! Lists' questions as the query part of an address, and back.
//!
//! A value that may be given several times is a repeated key, which is why no ready-made reader
//! of query strings fits. Not here: any default; an absent key is the DTO's default.

use drawbridge_domain::AccountId;
use drawbridge_keeper::dto::{FoundQuery, RemovedQuery, RepositoryQuery, RunQuery};
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;
use url::form_urlencoded::{Serializer, parse};

/// Which part of a query could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    /// A key nobody knows.
    #[error("an unknown question is part of the address")]
    Unknown,
    /// A value that its key does not take.
    #[error("`{0}` has a value that does not fit")]
    Value(&'static str),
}

/// Reads `text` as the word an enum of the DTOs is written as.
fn word<T: DeserializeOwned>(text: &str, key: &'static str) -> Result<T, QueryError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| QueryError::Value(key))
}

fn plain<T: FromStr>(text: &str, key: &'static str) -> Result<T, QueryError> {
    text.parse().map_err(|_| QueryError::Value(key))
}

/// Writes an enum of the DTOs as its word.
pub(crate) fn as_word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        other => unreachable_word(&other),
    }
}

/// Only reached if a DTO's enum stops being written as a word, which the round-trip test notices.
fn unreachable_word(value: &dyn std::fmt::Debug) -> String {
    tracing::error!(?value, "a query value is not a word");
    String::new()
}

/// Reads the question of a list of what was found.
pub(crate) fn read_found(text: &str) -> Result<FoundQuery, QueryError> {
    let mut query = FoundQuery::default();
    for (key, value) in parse(text.as_bytes()) {
        match &*key {
            "kind" => query.kind = Some(value.into_owned()),
            "variant" => query.variant = Some(value.into_owned()),
            "source" => query.source = Some(plain(&value, "source")?),
            "text" => query.text = value.into_owned(),
            _ => return Err(QueryError::Unknown),
        }
    }
    Ok(query)
}

/// Writes the question of a list of what was found.
pub(crate) fn write_found(query: &FoundQuery) -> String {
    let FoundQuery { kind, variant, source, text } = query;
    let mut pairs = Serializer::new(String::new());
    if let Some(kind) = kind {
        pairs.append_pair("kind", kind);
    }
    if let Some(variant) = variant {
        pairs.append_pair("variant", variant);
    }
    if let Some(source) = source {
        pairs.append_pair("source", &source.to_string());
    }
    if !text.is_empty() {
        pairs.append_pair("text", text);
    }
    pairs.finish()
}

/// Reads the question of a list of repositories.
pub(crate) fn read_repositories(text: &str) -> Result<RepositoryQuery, QueryError> {
    let mut query = RepositoryQuery::default();
    for (key, value) in parse(text.as_bytes()) {
        match &*key {
            "text" => query.text = value.into_owned(),
            "sort" => query.sort = word(&value, "sort")?,
            "reverse" => query.reverse = plain(&value, "reverse")?,
            "limit" => query.limit = plain(&value, "limit")?,
            "offset" => query.offset = plain(&value, "offset")?,
            _ => return Err(QueryError::Unknown),
        }
    }
    Ok(query)
}

/// Writes the question of a list of repositories.
pub(crate) fn write_repositories(query: &RepositoryQuery) -> String {
    let RepositoryQuery { text, sort, reverse, limit, offset } = query;
    let mut pairs = Serializer::new(String::new());
    if !text.is_empty() {
        pairs.append_pair("text", text);
    }
    pairs.append_pair("sort", &as_word(sort));
    if *reverse {
        pairs.append_pair("reverse", "true");
    }
    stretch(&mut pairs, *limit, *offset);
    pairs.finish()
}

/// Reads the question of a list of runs.
pub(crate) fn read_runs(text: &str) -> Result<RunQuery, QueryError> {
    let mut query = RunQuery::default();
    for (key, value) in parse(text.as_bytes()) {
        match &*key {
            "account" => query.account = Some(plain(&value, "account")?),
            "only_changes" => query.only_changes = plain(&value, "only_changes")?,
            "only_problems" => query.only_problems = plain(&value, "only_problems")?,
            "limit" => query.limit = plain(&value, "limit")?,
            "offset" => query.offset = plain(&value, "offset")?,
            _ => return Err(QueryError::Unknown),
        }
    }
    Ok(query)
}

/// Writes the question of a list of runs.
pub(crate) fn write_runs(query: &RunQuery) -> String {
    let RunQuery { account, only_changes, only_problems, limit, offset } = query;
    let mut pairs = Serializer::new(String::new());
    if let Some(account) = account {
        pairs.append_pair("account", account.as_str());
    }
    for (key, value) in [("only_changes", only_changes), ("only_problems", only_problems)] {
        if *value {
            pairs.append_pair(key, "true");
        }
    }
    stretch(&mut pairs, *limit, *offset);
    pairs.finish()
}

/// Reads which stretch of the removed repositories is asked for.
pub(crate) fn read_removed(text: &str) -> Result<RemovedQuery, QueryError> {
    let mut query = RemovedQuery::default();
    for (key, value) in parse(text.as_bytes()) {
        match &*key {
            "limit" => query.limit = plain(&value, "limit")?,
            "offset" => query.offset = plain(&value, "offset")?,
            _ => return Err(QueryError::Unknown),
        }
    }
    Ok(query)
}

/// Writes which stretch of the removed repositories is asked for.
pub(crate) fn write_removed(query: &RemovedQuery) -> String {
    let mut pairs = Serializer::new(String::new());
    stretch(&mut pairs, query.limit, query.offset);
    pairs.finish()
}

/// Reads which account to sync and whether to wait for it.
pub(crate) fn read_sync(text: &str) -> Result<(Option<AccountId>, bool), QueryError> {
    let (mut account, mut wait) = (None, false);
    for (key, value) in parse(text.as_bytes()) {
        match &*key {
            "account" => account = Some(plain(&value, "account")?),
            "wait" => wait = plain(&value, "wait")?,
            _ => return Err(QueryError::Unknown),
        }
    }
    Ok((account, wait))
}

/// Writes which account to sync and whether to wait for it.
pub(crate) fn write_sync(account: Option<&AccountId>, wait: bool) -> String {
    let mut pairs = Serializer::new(String::new());
    if let Some(account) = account {
        pairs.append_pair("account", account.as_str());
    }
    if wait {
        pairs.append_pair("wait", "true");
    }
    pairs.finish()
}

fn stretch(pairs: &mut Serializer<'_, String>, limit: u32, offset: u32) {
    for (key, value) in [("limit", limit), ("offset", offset)] {
        if value > 0 {
            pairs.append_pair(key, &value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::SystemRandom;
    use drawbridge_keeper::dto::RepositorySort;

    #[test]
    fn a_question_of_what_was_found_reads_back_whole() {
        let query = FoundQuery {
            kind: Some("template".to_owned()),
            variant: Some("stack".to_owned()),
            source: Some(drawbridge_domain::SourceId(7)),
            text: "tide & käse".to_owned(),
        };
        let back = read_found(&write_found(&query)).expect("readable");
        assert_eq!(
            (back.kind, back.variant, back.source, back.text),
            (query.kind, query.variant, query.source, query.text)
        );
        assert_eq!(write_found(&FoundQuery::default()), "");
        assert_eq!(read_found("source=x").err(), Some(QueryError::Value("source")));
        assert_eq!(read_found("other=1").err(), Some(QueryError::Unknown));
    }

    #[test]
    fn a_repository_question_reads_back_whole() {
        for sort in [
            RepositorySort::Best,
            RepositorySort::Pushed,
            RepositorySort::Name,
            RepositorySort::Size,
            RepositorySort::Created,
        ] {
            let query = RepositoryQuery {
                text: "tarif & käse+=% -lang:\"C++\" owner:ø".to_owned(),
                sort,
                reverse: true,
                limit: 17,
                offset: 4000,
            };
            let read = read_repositories(&write_repositories(&query)).expect("readable");
            assert_eq!(format!("{read:?}"), format!("{query:?}"), "nothing may be lost on the way");
        }
        let read = read_repositories("").expect("readable");
        assert_eq!(format!("{read:?}"), format!("{:?}", RepositoryQuery::default()));
    }

    #[test]
    fn the_other_questions_read_back_whole() {
        let account = AccountId::random(&SystemRandom);
        let query =
            RunQuery { account: Some(account.clone()), only_changes: true, only_problems: true, limit: 3, offset: 9 };
        let read = read_runs(&write_runs(&query)).expect("readable");
        assert_eq!(format!("{read:?}"), format!("{query:?}"));
        assert_eq!(read_sync(&write_sync(Some(&account), true)), Ok((Some(account), true)));
        assert_eq!(read_sync(&write_sync(None, false)), Ok((None, false)));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_dropped() {
        assert_eq!(read_repositories("sort=secret").err(), Some(QueryError::Value("sort")));
        assert_eq!(read_repositories("limit=-1").err(), Some(QueryError::Value("limit")));
        assert_eq!(read_runs("account=me").err(), Some(QueryError::Value("account")));
        assert_eq!(read_repositories("colour=red").err(), Some(QueryError::Unknown));
        assert_eq!(read_runs("only_changes=perhaps").err(), Some(QueryError::Value("only_changes")));
        assert_eq!(read_sync("wait=1"), Err(QueryError::Value("wait")));
    }
}
