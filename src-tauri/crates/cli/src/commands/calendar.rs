//! `drawbridge calendar`: what ends when, over all accounts.

use crate::{Session, failure::Failure, reach, table::Table};

pub(crate) async fn run(session: &mut Session) -> Result<(), Failure> {
    let endings = reach::keeper(session).await?.calendar().await?;
    if session.output.json() {
        return session.output.object(&endings);
    }
    if endings.rows.is_empty() {
        session.output.note("Nothing here has an end that is known.");
        return Ok(());
    }
    let mut table = Table::new(["DAY", "LEFT", "ACCOUNT", "HOST", "WHAT"]);
    for ending in endings.rows {
        let left = match (ending.over, ending.days_left) {
            (true, _) => "over".to_owned(),
            (false, 0) => "today".to_owned(),
            (false, 1) => "1 day".to_owned(),
            (false, days) => format!("{days} days"),
        };
        let day = ending.at.to_string().chars().take(10).collect();
        table.row([day, left, ending.login, ending.host_label, ending.sentence]);
    }
    table.print(&mut session.output)
}
