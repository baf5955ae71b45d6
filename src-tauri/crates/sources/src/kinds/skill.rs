//! Skills for agents: `SKILL.md`, whose front matter says what it is called and what it is for.
//!
//! Not here: the text below the front matter, which is for agents.

use crate::{Kind, Reading, Trouble, WorkflowPaths, split, yaml::Yaml};

pub(super) static KIND: Skill = Skill;

pub(super) struct Skill;

impl Kind for Skill {
    fn names(&self) -> (&'static str, &'static str) {
        ("Skill", "Skills")
    }

    fn marker(&self) -> &'static str {
        "SKILL.md"
    }

    fn place<'p>(&self, path: &'p str, _workflows: WorkflowPaths<'_>) -> Option<&'p str> {
        let (folder, name) = split(path);
        (name == "SKILL.md").then_some(folder)
    }

    fn read(&self, text: &str) -> Reading {
        let Some(front) = front_matter(text) else { return Reading::of(Trouble::NoFrontMatter) };
        let yaml = match Yaml::parse(front) {
            Ok(yaml) => yaml,
            // The line of `---` is the first of the file.
            Err(Trouble::Unreadable { line }) => return Reading::of(Trouble::Unreadable { line: line + 1 }),
            Err(trouble) => return Reading::of(trouble),
        };
        let Some(document) = yaml.documents().next().filter(|document| document.is_map()) else {
            return Reading::of(Trouble::OtherShape);
        };
        let (name, description) = (document.line("name"), document.line("description"));
        let missing =
            |field: &str, value: &Option<String>| value.is_none().then(|| Trouble::Missing { field: field.to_owned() });
        let trouble = missing("name", &name).or_else(|| missing("description", &description));
        Reading { name, description, trouble, ..Reading::default() }.bounded()
    }
}

/// What stands between two lines of `---` at the beginning.
fn front_matter(text: &str) -> Option<&str> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let mut end = first.len();
    for line in lines {
        if line.trim_end() == "---" {
            return text.get(first.len()..end);
        }
        end += line.len();
    }
    None
}
