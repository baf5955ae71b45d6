//! Holds requests and answers against official descriptions of forges' APIs.
//!
//! A simulator that only agrees with our client proves nothing; so what our client asked and what
//! the simulator answered are both checked against what the forge itself publishes. Not here: the
//! OAuth endpoints, which those descriptions don't have.

mod check;
mod description;
mod document;
mod operation;

use crate::forge::{Exchange, Simulator};
use description::{Description, FORGEJO, GITHUB};
use operation::Operation;
use serde_json::Value;
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Changes when what is cut out or how it is converted changes.
const CUT: u32 = 3;

/// Why a description could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The file is not there or can't be read.
    #[error("an API's description could not be read from {path}; `cargo xtask test` fetches it")]
    Read {
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is no JSON.
    #[error("an API's description is not readable JSON")]
    Parse(#[from] serde_json::Error),
    /// It lacks what we need of it.
    #[error("an API's description has no {0}")]
    Missing(String),
    /// A schema in it can't be used.
    #[error("a schema can't be used: {0}")]
    Schema(String),
}

/// Who broke the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The request, so our client.
    Request,
    /// The answer, so the simulator.
    Answer,
}

/// One way in which an exchange is not as described. Never holds content of either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Method and path.
    pub exchange: String,
    /// Who broke it.
    pub side: Side,
    /// How.
    pub what: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {}: {}", self.side, self.exchange, self.what)
    }
}

/// A loaded description.
pub struct Contract {
    description: &'static Description,
    operations: Vec<Operation>,
    components: Value,
    /// Compiled schemas by their text.
    compiled: Mutex<HashMap<String, Arc<jsonschema::Validator>>>,
}

impl Contract {
    /// GitHub's description of its API.
    pub fn github() -> Result<Self, ContractError> {
        Self::of(&GITHUB)
    }

    /// Forgejo's description of its API, which is Gitea's where they are the same.
    pub fn forgejo() -> Result<Self, ContractError> {
        Self::of(&FORGEJO)
    }

    fn of(description: &'static Description) -> Result<Self, ContractError> {
        let document = description.document(CUT)?;
        let mut operations = operation::all(&document)?;
        for (alias, path) in description.aliases {
            let same: Vec<_> = operations.iter().filter(|one| one.path == *path).map(|one| one.at(alias)).collect();
            operations.extend(same);
        }
        let components = document::as_json_schema(&document["components"]);
        Ok(Self { description, operations, components, compiled: Mutex::default() })
    }

    /// Everything that is not as described in one exchange.
    pub fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        check::exchange(self, exchange)
    }

    /// The compiled form of a schema of the document.
    fn validator(&self, schema: &Value) -> Result<Arc<jsonschema::Validator>, ContractError> {
        let key = schema.to_string();
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(&key) {
            return Ok(Arc::clone(known));
        }
        // Wrapped, as in this draft nothing beside a `$ref` counts, and the components must be in reach.
        let whole = serde_json::json!({
            "allOf": [document::as_json_schema(schema)],
            "components": self.components,
        });
        let validator = jsonschema::draft4::options()
            .should_validate_formats(true)
            .build(&whole)
            .map_err(|error| ContractError::Schema(error.to_string()))?;
        let validator = Arc::new(validator);
        compiled.insert(key, Arc::clone(&validator));
        Ok(validator)
    }
}

impl Simulator {
    /// Everything in the log so far that is not as the forge describes its API. Answers that were
    /// ordered to go wrong are left out, the requests for them are not.
    pub fn check_log(&self, contract: &Contract) -> Vec<Violation> {
        self.log().iter().filter(|one| one.is_api).flat_map(|one| contract.check(one)).collect()
    }
}

fn read(path: &Path) -> Result<Value, ContractError> {
    let bytes = fs::read(path).map_err(|source| ContractError::Read { path: path.to_owned(), source })?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Writes in one step, as several tests may do it at once. A failure only costs time.
fn keep(path: &Path, document: &Value) {
    let write = || -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut file, document.to_string().as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    let _ = write();
}
