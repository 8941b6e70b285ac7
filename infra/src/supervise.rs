//! Background tasks that cannot vanish without a word.

use std::future::Future;

use tokio::task::JoinHandle;
use tracing::{Instrument, error, info_span};

/// Starts a task under a name; a panic inside it is logged with that name.
#[expect(clippy::disallowed_methods, reason = "this is the supervised spawn that everything else uses")]
pub fn spawn(name: &'static str, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(async move {
        let inner = tokio::spawn(task.instrument(info_span!("task", name)));
        let abort = AbortOnDrop(inner.abort_handle());
        if let Err(failure) = inner.await
            && failure.is_panic()
        {
            error!(task = name, "a background task panicked");
        }
        drop(abort);
    })
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
