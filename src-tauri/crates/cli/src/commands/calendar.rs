//! `drawbridge calendar`: what ends when, over all accounts; what looks after itself stands apart.

use crate::{Session, failure::Failure, reach, table::Table};
use drawbridge_keeper::dto::Ending;

pub(crate) async fn run(session: &mut Session) -> Result<(), Failure> {
    let endings = reach::keeper(session).await?.calendar().await?;
    if session.output.json() {
        return session.output.object(&endings);
    }
    if endings.rows.is_empty() {
        session.output.note("Nothing here has an end that is known.");
        return Ok(());
    }
    let (by_itself, by_hand): (Vec<Ending>, Vec<Ending>) =
        endings.rows.into_iter().partition(|ending| ending.by_itself);
    if by_hand.is_empty() {
        session.output.text("Nothing that is known waits for you.")?;
    } else {
        group(session, by_hand)?;
    }
    if !by_itself.is_empty() {
        session.output.text("\nLooks after itself:")?;
        group(session, by_itself)?;
    }
    Ok(())
}

fn group(session: &mut Session, endings: Vec<Ending>) -> Result<(), Failure> {
    let mut table = Table::new(["DAY", "LEFT", "ACCOUNT", "HOST", "WHAT"]);
    for ending in endings {
        let left = left(ending.over, ending.by_itself, ending.days_left);
        let day = ending.at.to_string().chars().take(10).collect();
        table.row([day, left, ending.login, ending.host_label, ending.sentence]);
    }
    table.print(&mut session.output)
}

/// What is left, by whole days.
fn left(over: bool, by_itself: bool, days: u32) -> String {
    match (over, days) {
        (true, _) if by_itself => "at its next use".to_owned(),
        (true, _) => "over".to_owned(),
        // Not "today": a few hours from now can be tomorrow, and the day stands beside it.
        (false, 0) => "under a day".to_owned(),
        (false, 1) => "1 day".to_owned(),
        (false, days) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn less_than_a_day_is_not_called_today() {
        let shown = [left(true, false, 0), left(false, false, 0), left(false, false, 1), left(false, false, 2)];
        assert_eq!(shown, ["over", "under a day", "1 day", "2 days"]);
    }
}
