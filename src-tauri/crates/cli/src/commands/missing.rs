//! `drawbridge repo why`, `import`, `removed` and `restore`: what is not in the list, why, and back into it.
//!
//! Not here: what is in it (`repo.rs`).

use crate::{Session, failure::Failure, reach, table::Table, words};
use drawbridge_domain::RepositoryId;
use drawbridge_keeper::dto::{AskWhy, RemovedQuery, WhyCause, WhyChecked};

pub(crate) async fn why(session: &mut Session, name: String) -> Result<(), Failure> {
    let why = reach::keeper(session).await?.repository_why(&AskWhy { name, filters: None }).await?;
    if session.output.json() {
        return session.output.object(&why);
    }
    let because = &why.because;
    session.output.text(&format!("{}: {}.", why.name, because.sentence.trim_end_matches('.')))?;
    if !because.fix.is_empty() {
        session.output.text(&because.fix)?;
    }
    if let Some(page) = &because.page {
        session.output.text(page)?;
    }
    match because.cause {
        WhyCause::Found => session.output.text(&format!("  drawbridge repo import {}", why.name))?,
        WhyCause::Removed => {
            if let Some(id) = why.removed {
                session.output.text(&format!("  drawbridge repo restore {id}"))?;
            }
        }
        _ => {}
    }
    if why.checked.len() > 1 {
        session.output.text("\nWhat was checked:")?;
        for one in &why.checked {
            session.output.text(&format!("  {}: {}", place(one), one.sentence))?;
        }
    }
    if !why.near.is_empty() {
        session.output.text(&format!("\nIn the list and alike: {}", why.near.join(", ")))?;
    }
    Ok(())
}

fn place(one: &WhyChecked) -> String {
    one.host_label.as_ref().map_or_else(|| one.what.clone(), |host| format!("{} at {host}", one.what))
}

pub(crate) async fn import(session: &mut Session, name: &str) -> Result<(), Failure> {
    let repository = reach::keeper(session).await?.repository_import(name).await?;
    if session.output.json() {
        return session.output.object(&repository);
    }
    session.output.text(&format!("{} is in the list.", repository.full_name))
}

pub(crate) async fn removed(session: &mut Session, limit: u32, offset: u32) -> Result<(), Failure> {
    let list = reach::keeper(session).await?.repository_removed(&RemovedQuery { limit, offset }).await?;
    if session.output.json() {
        return session.output.object(&list);
    }
    if list.rows.is_empty() {
        session.output.note("Nothing was removed in the last thirty days.");
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["ID", "REPOSITORY", "REMOVED", "FORGOTTEN", "ACCOUNT", "WHY"]);
    for one in list.rows {
        let forgotten = one.forgotten_at.to_string().chars().take(10).collect();
        let account = format!("{} at {}", one.login, one.host_label);
        table.row([one.id.to_string(), one.full_name, words::ago(one.removed_at, now), forgotten, account, one.why]);
    }
    table.print(&mut session.output)
}

pub(crate) async fn restore(session: &mut Session, id: RepositoryId) -> Result<(), Failure> {
    let repository = reach::keeper(session).await?.repository_restore(id).await?;
    if session.output.json() {
        return session.output.object(&repository);
    }
    session.output.text(&format!("{} is in the list again, marked as missing.", repository.full_name))
}
