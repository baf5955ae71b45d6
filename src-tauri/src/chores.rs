//! Owns the tasks that run beside the window, so that quitting can end every one of them.

use std::{future::Future, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long cancelled tasks may take to let go.
const PATIENCE: Duration = Duration::from_secs(2);

/// The running tasks.
#[derive(Default)]
pub struct Chores {
    ending: CancellationToken,
    tasks: TaskTracker,
}

impl Chores {
    /// Runs a task until it is done or Drawbridge quits.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ending = self.ending.clone();
        let until_quit = async move {
            ending.run_until_cancelled(task).await;
        };
        // Also called from the main thread, which is not one of the runtime's.
        self.tasks.spawn_on(until_quit, tauri::async_runtime::handle().inner());
    }

    /// Cancels all of them and waits until they are gone.
    pub async fn end(&self) {
        self.ending.cancel();
        self.tasks.close();
        if tokio::time::timeout(PATIENCE, self.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "tasks did not end in time");
        }
    }
}
