//! Calls about copies of repositories.
//!
//! Not here: how they are sent.

use super::{Call, Client};
use drawbridge_domain::CloneId;
use drawbridge_keeper::{
    Answer,
    dto::{ClonePlan, CloneRun, Materialize, StartClone},
};
use std::time::Duration;

/// A plan looks into every folder that it would use.
const LOOKING_TIME: Duration = Duration::from_secs(120);

impl Client {
    /// What `clone_start` would do.
    pub async fn clone_plan(&self, request: &StartClone) -> Answer<ClonePlan> {
        self.read(Call::post("/v1/clones/plan").json(request)?.within(LOOKING_TIME)).await
    }

    /// Begins to copy repositories.
    pub async fn clone_start(&self, request: &StartClone) -> Answer<CloneRun> {
        self.read(Call::post("/v1/clones").json(request)?.within(LOOKING_TIME)).await
    }

    /// Begins to fetch files of a repository without its history.
    pub async fn materialize(&self, request: &Materialize) -> Answer<CloneRun> {
        self.read(Call::post("/v1/clones/files").json(request)?).await
    }

    /// Copies that are made, and those that ended lately.
    pub async fn clone_list(&self) -> Answer<Vec<CloneRun>> {
        self.read(Call::get("/v1/clones")).await
    }

    /// One of them.
    pub async fn clone_show(&self, id: &CloneId) -> Answer<CloneRun> {
        self.read(Call::get(format!("/v1/clones/{id}"))).await
    }

    /// Stops it.
    pub async fn clone_cancel(&self, id: &CloneId) -> Answer<CloneRun> {
        self.read(Call::delete(format!("/v1/clones/{id}"))).await
    }
}
