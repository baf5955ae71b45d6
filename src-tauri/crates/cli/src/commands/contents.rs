//! `drawbridge repo show --readme` and `repo branches`: what a repository holds at its host.
//!
//! The host is asked; where that fails, what was read last is shown, and what went wrong beside it. Not here: what is
//! known about a repository itself (`repo.rs`).

use crate::{Session, failure::Failure, reach, table::Table, words};
use drawbridge_domain::Timestamp;
use drawbridge_keeper::{
    Code, Problem,
    dto::{NamedReference, ReadmeFound, RepositoryRef},
};

pub(crate) async fn readme(session: &mut Session, reference: RepositoryRef) -> Result<(), Failure> {
    let contents = reach::keeper(session).await?.repository_contents(&reference, true).await?;
    let readme = contents.readme;
    if let (ReadmeFound::Unread, Some(problem)) = (&readme.found, &readme.problem) {
        return Err(problem.clone().into());
    }
    if session.output.json() {
        return session.output.object(&readme);
    }
    match &readme.found {
        ReadmeFound::Text { text, .. } => session.output.text(&plain(text))?,
        ReadmeFound::Unshown { sentence, .. } => {
            session.output.note(sentence);
            session.output.note(&contents.web_url);
        }
        ReadmeFound::None | ReadmeFound::Unread => {
            session.output.note(&format!("{} has no README.", contents.full_name));
        }
    }
    stale(session, readme.read_at, readme.problem.as_ref());
    Ok(())
}

pub(crate) async fn branches(session: &mut Session, reference: RepositoryRef) -> Result<(), Failure> {
    let contents = reach::keeper(session).await?.repository_contents(&reference, true).await?;
    let references = contents.references;
    if let (None, Some(problem)) = (references.read_at, &references.problem) {
        return Err(problem.clone().into());
    }
    if session.output.json() {
        return session.output.object(&references);
    }
    if references.branch_count == 0 && references.tag_count == 0 {
        session.output.note(&format!("{} is empty: it has no branch and no tag.", contents.full_name));
    } else {
        let mut table = Table::new(["NAME", "KIND", "COMMIT"]);
        let is_default = |one: &NamedReference| references.default_branch.as_ref() == Some(&one.name);
        for one in &references.branches {
            table.row(row(one, if is_default(one) { "default branch" } else { "branch" }));
        }
        for one in &references.tags {
            table.row(row(one, "tag"));
        }
        table.print(&mut session.output)?;
        let more = if references.truncated { " or more" } else { "" };
        session.output.note(&format!(
            "{}{more}, {}{more}.",
            words::count(references.branch_count, "branch", "branches"),
            words::count(references.tag_count, "tag", "tags")
        ));
        let shown = references.branches.len() + references.tags.len();
        if u64::from(references.branch_count) + u64::from(references.tag_count) > shown as u64 {
            session
                .output
                .note(&format!("Only {} are shown.", words::number(u32::try_from(shown).unwrap_or(u32::MAX))));
        }
    }
    stale(session, references.read_at, references.problem.as_ref());
    Ok(())
}

fn row(one: &NamedReference, kind: &str) -> [String; 3] {
    [one.name.clone(), kind.to_owned(), one.commit.chars().take(12).collect()]
}

/// Says that the host was not reached, and how old what is shown is.
fn stale(session: &Session, read_at: Option<Timestamp>, problem: Option<&Problem>) {
    let Some(problem) = problem else { return };
    let now = session.parts.clock.now();
    let age = read_at.map_or_else(String::new, |at| format!(" This was read {}.", words::ago(at, now)));
    session.output.note(&format!("{}{age}", problem.message));
    if problem.code == Code::SignInNeeded {
        session.output.note(&problem.hint);
    }
}

/// A text as lines of a terminal: with spaces for tabs, and lines that end in one way.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\t', "    ")
}
