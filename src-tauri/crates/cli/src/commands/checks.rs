//! `drawbridge vault verify` and `doctor`: whether the vault is sound, and everything around it.

use crate::{Session, failure::Failure, reach, table, words};
use drawbridge_keeper::dto::{Finding, FindingLevel, VerifyReport};

/// `vault verify`.
pub(crate) async fn verify(session: &mut Session) -> Result<(), Failure> {
    let report = reach::keeper(session).await?.vault_verify().await?;
    if session.output.json() {
        session.output.object(&report)?;
    } else {
        session.output.text(&read(&report))?;
        findings(session, &report.findings)?;
    }
    if report.sound { Ok(()) } else { Err(Failure::Reported) }
}

fn read(report: &VerifyReport) -> String {
    let VerifyReport { pages, sealed, took_ms, .. } = report;
    let pages = words::count(*pages, "page", "pages");
    let sealed = words::count(*sealed, "sealed value", "sealed values");
    let verdict = if report.sound { "The vault is sound" } else { "Something is wrong with the vault" };
    format!("{verdict}: {pages} and {sealed} were read in {}.", words::duration(*took_ms))
}

/// `vault doctor`.
pub(crate) async fn doctor(session: &mut Session) -> Result<(), Failure> {
    let report = reach::keeper(session).await?.vault_doctor().await?;
    if session.output.json() {
        session.output.object(&report)?;
    } else {
        findings(session, &report.findings)?;
    }
    if report.level == FindingLevel::Problem { Err(Failure::Reported) } else { Ok(()) }
}

/// What was found, and beneath each what is safe and what to do.
fn findings(session: &mut Session, findings: &[Finding]) -> Result<(), Failure> {
    let mut facts = Vec::new();
    for Finding { level, what, safe, action } in findings {
        facts.push((words::level(*level), what.clone()));
        facts.extend([safe, action].map(|sentence| ("", sentence.clone())));
    }
    table::facts(&mut session.output, &facts)
}
