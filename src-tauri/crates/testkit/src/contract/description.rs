//! Whose description it is: where its package is, which paths of it are in use, and what it says only in prose.
//!
//! Not here: reading and checking.

use super::{ContractError, check, document, operation::Operation, read};
use crate::forge::Exchange;
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// What is known of a description before it is read.
pub(super) struct Description {
    /// A short name of whose it is.
    pub name: &'static str,
    /// The paths in use: a description can have seven hundred, which nobody wants to load.
    pub paths: &'static [&'static str],
    /// Paths that are not described, and the described one they equal.
    pub aliases: &'static [(&'static str, &'static str)],
    /// The shape of an error's body, also of those that an operation does not list.
    pub error: &'static str,
    /// What is wrong with a request's headers by what is said in prose.
    pub headers: fn(&Operation, &Exchange) -> Vec<String>,
    /// The version of the package that the tests pin.
    version: fn(&Path) -> Result<String, ContractError>,
    /// The document in the package.
    source: fn(&Path) -> Result<PathBuf, ContractError>,
}

/// GitHub's.
pub(super) const GITHUB: Description = Description {
    name: "github",
    paths: &[
        "/user",
        "/user/repos",
        "/user/orgs",
        "/repos/{owner}/{repo}",
        "/repos/{owner}/{repo}/git/trees/{tree_sha}",
        "/repos/{owner}/{repo}/git/blobs/{file_sha}",
        "/search/repositories",
        "/applications/{client_id}/grant",
        "/applications/{client_id}/token",
    ],
    // The target of the redirect from a repository's former name.
    aliases: &[("/repositories/{id}", "/repos/{owner}/{repo}")],
    error: "#/components/schemas/basic-error",
    headers: check::github_headers,
    version: |tests| {
        let package = read(&tests.join("node_modules/@octokit/openapi/package.json"))?;
        Ok(package["version"].as_str().unwrap_or("unknown").to_owned())
    },
    source: |tests| Ok(tests.join("node_modules/@octokit/openapi/generated/api.github.com.json")),
};

/// Forgejo's, which is Gitea's where they are the same.
pub(super) const FORGEJO: Description = Description {
    name: "forgejo",
    paths: &[
        "/user",
        "/user/repos",
        "/repositories/{id}",
        "/repos/search",
        "/repos/{owner}/{repo}/git/trees/{sha}",
        "/repos/{owner}/{repo}/git/blobs/{sha}",
    ],
    aliases: &[],
    error: "#/components/schemas/APIError",
    headers: check::forgejo_headers,
    version: |tests| {
        let path = tests.join("Cargo.toml");
        let text = std::fs::read_to_string(&path).map_err(|source| ContractError::Read { path, source })?;
        let version = text.lines().find_map(|line| line.strip_prefix("forgejo-api")?.split('"').nth(1));
        Ok(version.unwrap_or("unknown").trim_start_matches('=').to_owned())
    },
    source: |tests| {
        let path = tests.join("Cargo.toml");
        // Where cargo keeps what it fetched is known to cargo alone.
        let told = Command::new(option_env!("CARGO").unwrap_or("cargo"))
            .args(["metadata", "--format-version", "1", "--locked", "--offline", "--manifest-path"])
            .arg(&path)
            .output();
        let told = told.map_err(|source| ContractError::Read { path: path.clone(), source })?;
        let known: Value = serde_json::from_slice(&told.stdout).unwrap_or_default();
        let packages = known["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let package = packages.iter().find(|package| package["name"] == "forgejo-api");
        let manifest = package.and_then(|package| package["manifest_path"].as_str());
        let manifest = manifest.ok_or_else(|| ContractError::Missing("package that was fetched".to_owned()))?;
        Ok(Path::new(manifest).with_file_name("swagger.v1.json"))
    },
};

impl Description {
    /// The document, cut down to what is used. That is kept under the build folder, so that only the first test
    /// pays for the whole of it.
    pub fn document(&self, cut: u32) -> Result<Value, ContractError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let tests = root.join("tests/contract");
        let kept = root.join(format!("target/contract/{}-{}-{cut}.json", self.name, (self.version)(&tests)?));
        if let Ok(document) = read(&kept) {
            return Ok(document);
        }
        let whole = document::as_openapi(read(&(self.source)(&tests)?)?);
        let document = document::cut(&whole, self.paths, self.error)?;
        super::keep(&kept, &document);
        Ok(document)
    }
}
