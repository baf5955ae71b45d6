//! Calls about what repositories hold at their hosts.
//!
//! Not here: how they are sent.

use super::{Answer, Call, Client, calls::repository_segment};
use drawbridge_keeper::dto::{RepositoryContents, RepositoryRef};
use std::time::Duration;

/// A slow host may take a minute for each of the two things it is asked, and others may stand in line before.
const READ_TIME: Duration = Duration::from_mins(5);

impl Client {
    /// A repository's README, branches and tags: as they were read last, or `fresh` from its host.
    pub async fn repository_contents(&self, reference: &RepositoryRef, fresh: bool) -> Answer<RepositoryContents> {
        let path = format!("/v1/repositories/{}/contents", repository_segment(reference));
        let call = if fresh { Call::post(path).within(READ_TIME) } else { Call::get(path) };
        self.read(call).await
    }
}
