//! `drawbridge template`: the templates that were found in sources, and what each asks.

use crate::{
    Session,
    failure::Failure,
    reach,
    table::{self, Table},
    words,
};
use clap::Subcommand;
use drawbridge_keeper::dto::{FoundDetail, FoundItem, FoundQuery, FoundRef, List};

/// As the keeper names the kind.
const KIND: &str = "template";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The templates in the sources
    List {
        /// Words of name, description, repository or path
        text: Vec<String>,
        /// Only those that make this
        #[arg(long, value_name = "KIND", value_parser = ["stack", "workspace", "service"])]
        kind: Option<String>,
    },
    /// One template and what it asks
    Show {
        /// Its name, or its id
        #[arg(value_name = "NAME|ID")]
        name: String,
    },
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    match command {
        Command::List { text, kind } => {
            let query = FoundQuery { kind: Some(KIND.to_owned()), variant: kind, source: None, text: text.join(" ") };
            found(session, &keeper.found_list(&query).await?)
        }
        Command::Show { name } => {
            let reference = match name.parse() {
                Ok(id) => FoundRef::Id { id },
                Err(_) => FoundRef::Name { of: Some(KIND.to_owned()), name },
            };
            let detail = keeper.found_show(&reference).await?;
            if session.output.json() {
                return session.output.object(&detail);
            }
            show(session, detail)
        }
    }
}

/// A list of what was found.
pub(super) fn found(session: &mut Session, list: &List<FoundItem>) -> Result<(), Failure> {
    if session.output.json() {
        return session.output.object(list);
    }
    if list.rows.is_empty() {
        session.output.note("Nothing of that is found in the sources. `drawbridge source add OWNER/NAME` adds one.");
        return Ok(());
    }
    let mut table = Table::new(["ID", "KIND", "NAME", "REPOSITORY", "PATH", "ABOUT"]);
    for item in &list.rows {
        let kind = item.variant.as_ref().map_or_else(|| item.kind.clone(), |of| format!("{}, {of}", item.kind));
        let about = item.problem.as_ref().or(item.description.as_ref()).cloned().unwrap_or_default();
        let row = [item.id.to_string(), kind, item.name.clone(), item.full_name.clone(), item.path.clone(), about];
        table.row(row);
    }
    table.print(&mut session.output)
}

fn show(session: &mut Session, detail: FoundDetail) -> Result<(), Failure> {
    let FoundDetail { item, questions, .. } = detail;
    table::facts(
        &mut session.output,
        &[
            ("Name", item.name),
            ("About", item.description.unwrap_or_default()),
            ("Makes", item.variant.unwrap_or_default()),
            ("Repository", item.full_name),
            ("Path", item.path),
            ("Problem", item.problem.unwrap_or_default()),
            ("Asks", words::count(item.questions, "question", "questions")),
        ],
    )?;
    if questions.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(["QUESTION", "ANSWER", "DEFAULT", "CHOICES", "HELP"]);
    for question in questions {
        let mut answer = question.answer;
        if question.secret {
            answer.push_str(", secret");
        }
        if question.several {
            answer.push_str(", several");
        }
        let choices: Vec<String> = question.choices.into_iter().map(|choice| choice.label).collect();
        table.row([
            question.name,
            answer,
            question.default.unwrap_or_default(),
            choices.join(", "),
            question.help.unwrap_or_default(),
        ]);
    }
    session.output.text("")?;
    table.print(&mut session.output)
}
