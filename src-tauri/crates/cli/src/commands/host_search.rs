//! `drawbridge repo search --host`: the hosts are asked for what the list does not have.
//!
//! Not here: the search of the list (`repo.rs`), and adding what was found to it (`missing.rs`).

use super::repo::{Query, shortened};
use crate::{Session, failure::Failure, reach, table::Table};
use drawbridge_keeper::dto::{HostAsked, HostSearch, HostSearched};

/// As many as a host is asked for, if nobody says how many, and at most.
const USUAL: u32 = 20;
const MOST: u32 = 50;

pub(crate) async fn run(session: &mut Session, query: Query) -> Result<(), Failure> {
    let [account, more] = [query.filters.account.first(), query.filters.account.get(1)];
    if more.is_some() {
        return Err(Failure::usage("The hosts are asked as one account or as all.", "Give `--account` once."));
    }
    let limit = query.limit.unwrap_or(USUAL);
    if limit > MOST {
        return Err(Failure::usage(
            format!("A host is asked for no more than {MOST}."),
            format!("Give `--limit` as 1 to {MOST}."),
        ));
    }
    let request = HostSearch { text: query.text.join(" "), account: account.cloned(), limit };
    let searched = reach::keeper(session).await?.host_search(&request).await?;
    let failed = failed(&searched);
    if session.output.json() {
        session.output.object(&searched)?;
    } else {
        rows(session, searched, limit, failed.is_some())?;
    }
    failed.map_or(Ok(()), Err)
}

/// Why no host gave an answer, if none did.
fn failed(searched: &HostSearched) -> Option<Failure> {
    let answered = searched.asked.iter().any(|one| one.problem.is_none());
    let first = searched.asked.iter().find_map(|one| one.problem.clone());
    first.filter(|_| !answered).map(Failure::Problem)
}

fn rows(session: &mut Session, searched: HostSearched, limit: u32, failed: bool) -> Result<(), Failure> {
    let HostSearched { text, rows, asked, .. } = searched;
    let new = rows.iter().filter(|row| row.known.is_none()).map(|row| row.web_url.clone()).find(|url| is_plain(url));
    if rows.is_empty() && !failed {
        session.output.note(&format!("No host that was asked shows anything called \"{text}\"."));
    }
    if !rows.is_empty() {
        let mut table = Table::new(["NAME", "HOST", "LISTED", "ABOUT"]);
        for row in rows {
            let listed = if row.known.is_some() { "yes" } else { "no" };
            let about = shortened(&row.description.unwrap_or_default());
            table.row([row.full_name, row.host_label, listed.to_owned(), about]);
        }
        table.print(&mut session.output)?;
    }
    let answered: Vec<String> = asked.iter().filter(|one| one.problem.is_none()).map(place).collect();
    if !answered.is_empty() {
        session.output.note(&format!("Asked: {}.", answered.join(", ")));
    }
    for one in asked.iter().filter(|one| one.more && one.found < limit) {
        let name = place(one);
        session
            .output
            .note(&format!("{name}: the host did not look everywhere. What is missing is added by its address:"));
        session.output.note("  drawbridge repo import ADDRESS");
    }
    if let Some(one) = asked.iter().find(|one| one.more && one.found >= limit && limit < MOST) {
        session.output.note(&format!("{} may have more; `--limit` asks for up to {MOST}.", one.host_label));
    }
    // The first is what the command failed for, if it did: said at its end.
    for one in asked.iter().filter(|one| one.problem.is_some()).skip(usize::from(failed)) {
        if let Some(problem) = &one.problem {
            session.output.note(&format!("{}: {} {}", place(one), problem.message, problem.hint));
        }
    }
    if let Some(address) = new {
        session.output.note("One is added to the list by its address, such as:");
        session.output.note(&format!("  drawbridge repo import {address}"));
    }
    Ok(())
}

/// Whether an address can stand in a command line as it is: it comes from a host, and is copied into a shell.
fn is_plain(address: &str) -> bool {
    address.chars().all(|letter| letter.is_ascii_alphanumeric() || ":/._~%-".contains(letter))
}

fn place(one: &HostAsked) -> String {
    format!("{} at {}", one.login, one.host_label)
}
