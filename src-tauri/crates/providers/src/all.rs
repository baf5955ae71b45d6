//! All providers there are: those that come with Drawbridge, and files of the person's own.
//!
//! Not here: what a definition means.

use crate::{Definition, DefinitionError, FILES, FORGES, Provider, definition::id_of};
use drawbridge_domain::ProviderId;
use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

/// A definition is a page or two of text.
const MAX_FILE: u64 = 256 * 1024;
/// More files of one's own than a person writes.
const MAX_OWN: usize = 200;

/// All providers, by id.
#[derive(Debug, Clone)]
pub struct Catalog {
    providers: Vec<Arc<Provider>>,
    problems: Vec<FileProblem>,
}

/// A file of the person's own that can't be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Which.
    pub path: PathBuf,
    /// The line, where there is one.
    pub line: Option<usize>,
    /// What is wrong, and what is expected.
    pub what: String,
}

static SHIPPED: LazyLock<Catalog> = LazyLock::new(|| {
    let (mut providers, mut problems) = (Vec::new(), Vec::new());
    for (stem, text) in FILES {
        match provider(stem, text, false) {
            Ok(provider) => providers.push(Arc::new(provider)),
            Err(error) => problems.push(FileProblem {
                path: PathBuf::from(format!("{stem}.toml")),
                line: Some(error.line),
                what: error.what,
            }),
        }
    }
    providers.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    Catalog { providers, problems }
});

/// Reads one definition. `stem` is its file's name without the ending.
fn provider(stem: &str, text: &str, own: bool) -> Result<Provider, DefinitionError> {
    let wrong = |what: &str| DefinitionError { line: 1, what: what.to_owned() };
    let id =
        id_of(stem).ok_or_else(|| wrong("the file's name is the provider's id: small letters, digits and hyphens"))?;
    let definition = Definition::parse(text)?;
    let forge = match &definition.forge {
        Some(name) => {
            let known = FORGES.iter().find(|(folder, _)| folder == name).map(|(_, forge)| *forge);
            Some(known.ok_or_else(|| wrong("`forge` names code that Drawbridge does not have"))?)
        }
        None => None,
    };
    Ok(Provider { id, definition, own, forge })
}

impl Catalog {
    /// The providers that come with Drawbridge.
    pub fn shipped() -> Self {
        SHIPPED.clone()
    }

    /// Those, and the person's own in a folder. One of the same name takes the shipped one's place.
    pub fn with_own(folder: &Path) -> Self {
        let mut catalog = Self::shipped();
        let Ok(entries) = fs::read_dir(folder) else { return catalog };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
        for path in paths.into_iter().take(MAX_OWN) {
            match Self::read(&path) {
                Ok(provider) => {
                    catalog.providers.retain(|other| other.id != provider.id);
                    catalog.providers.push(Arc::new(provider));
                }
                Err(problem) => catalog.problems.push(problem),
            }
        }
        catalog.providers.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
        catalog
    }

    /// Reads and checks one file of the person's own.
    pub fn read(path: &Path) -> Result<Provider, FileProblem> {
        let problem = |line, what: String| FileProblem { path: path.to_owned(), line, what };
        let mut text = String::new();
        let read = fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text));
        read.map_err(|error| problem(None, format!("it can't be read: {error}")))?;
        if text.len() as u64 > MAX_FILE {
            return Err(problem(None, "it is longer than 256 KiB".to_owned()));
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        provider(stem, &text, true).map_err(|error| problem(Some(error.line), error.what))
    }

    /// The provider of that name.
    pub fn find(&self, id: &ProviderId) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.id == *id)
    }

    /// All of them, by id.
    pub fn all(&self) -> &[Arc<Provider>] {
        &self.providers
    }

    /// Files that can't be used.
    pub fn problems(&self) -> &[FileProblem] {
        &self.problems
    }
}
