//! `drawbridge settings`: what a person can set, by name.
//!
//! Not here: which values fit; the keeper knows.

use crate::{
    Session,
    failure::Failure,
    paths,
    proof::{Prover, prove},
    reach, table,
};
use clap::Args;
use drawbridge_keeper::{
    Code,
    dto::{ChangeSettings, Settings},
};
use serde_json::{Map, Value};
use std::path::Path;

/// The settings that are paths.
const FOLDERS: [&str; 2] = ["backup_folder", "projects_folder"];

#[derive(Debug, Args)]
pub(crate) struct Setting {
    /// Which; all are shown if you name none
    name: Option<String>,
    /// What it is to be: a number, `true`, `false`, a folder, or `-` for the usual
    #[arg(requires = "name")]
    value: Option<String>,
    #[command(flatten)]
    prover: Prover,
}

pub(crate) async fn run(session: &mut Session, setting: Setting) -> Result<(), Failure> {
    let known = object(&Settings::default())?;
    let name = setting.name.map(|name| name.replace('-', "_"));
    if let Some(name) = name.as_ref().filter(|name| !known.contains_key(*name)) {
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        let message = format!("There is no setting called {name}.");
        return Err(Failure::usage(message, format!("There are: {}.", names.join(", "))));
    }
    let change = match (&name, &setting.value) {
        (Some(name), Some(text)) => Some((name.clone(), value(name, text, &known)?)),
        _ => None,
    };
    let keeper = reach::keeper(session).await?;
    let mut settings = object(&keeper.settings().await?)?;
    if let Some((name, value)) = change {
        settings.insert(name, value);
        let changed: Settings = serde_json::from_value(Value::Object(settings)).map_err(|_| unfit())?;
        let kept = match keeper.set_settings(&changed.clone().into()).await {
            // What weakens the vault's security asks who does it, and nothing else does.
            Err(problem) if problem.code == Code::PassphraseNeeded => {
                session.output.note(&problem.message);
                let (keeper, _, proof) = prove(session, setting.prover).await?;
                keeper.set_settings(&ChangeSettings { settings: changed, proof: Some(proof) }).await?
            }
            kept => kept?,
        };
        settings = object(&kept)?;
    }
    if let Some(name) = &name {
        settings.retain(|key, _| key == name);
    }
    if session.output.json() {
        return session.output.object(&settings);
    }
    let facts: Vec<(&str, String)> = settings.iter().map(|(name, value)| (name.as_str(), shown(value))).collect();
    table::facts(&mut session.output, &facts)
}

fn object(settings: &Settings) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(object)) => Ok(object),
        // Settings are written as an object, which the tests of this command show.
        _ => Err(unfit()),
    }
}

/// The text as a value of the kind the setting has.
fn value(name: &str, text: &str, known: &Map<String, Value>) -> Result<Value, Failure> {
    let usual = known.get(name).cloned().unwrap_or(Value::Null);
    if text == "-" {
        return Ok(usual);
    }
    match usual {
        Value::Bool(_) => text.parse().map(Value::Bool).map_err(|_| unfit()),
        Value::Number(_) => text.parse::<u32>().map(Value::from).map_err(|_| unfit()),
        _ if FOLDERS.contains(&name) => paths::whole(Path::new(text)).map(Value::String),
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn unfit() -> Failure {
    Failure::usage("That value does not fit the setting.", "Numbers are whole, switches are `true` or `false`.")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "the usual".to_owned(),
        other => other.to_string(),
    }
}
