//! Reads of many siblings gathered into one statement.

use std::collections::{HashMap, HashSet};
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use futures_util::task::AtomicWaker;
use qun_domain::fault::Fault;
use qun_infra::db::OrgRead;
use tokio::task::yield_now;

use super::error::Problem;

/// A read of many keys at once; keys that it does not answer have nothing.
pub(super) trait Source: Send + Sync + 'static {
    type Key: Clone + Eq + Hash + Send + Sync;
    type Value: Clone + Send + Sync;

    fn read(
        read: &OrgRead,
        keys: Vec<Self::Key>,
    ) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>, Fault>> + Send;
}

/// The loads of one request, a round at a time; nothing is kept after a round.
///
/// The fields of all siblings are polled in turn inside the request's own task, so two steps aside
/// are enough for all of them to leave their key ([`TURNS`]). A timer and a task of its own for each
/// round, as the loader of async-graphql has, would cost every level of a query a millisecond; tokio's own cells would let only so many siblings pass at a time, and
/// cut rounds apart.
pub(super) struct Batch<S: Source> {
    /// Made with the first load: most requests use few of their batches.
    open: OnceLock<Open<S>>,
}

/// How often each sibling steps aside before it asks for all. Once lets those come who are in the
/// queue before it. But one whose other fields are woken by another thread while it is polled may be
/// sent to the end of the queue before its own turn has come to this field: once, as its fields
/// take turns too.
const TURNS: u32 = 2;

type Open<S> = Arc<Mutex<Option<Round<S>>>>;
type Answers<S> = Result<Arc<HashMap<<S as Source>::Key, <S as Source>::Value>>, Arc<Fault>>;
type Answering<S> = Shared<BoxFuture<'static, Answers<S>>>;

struct Round<S: Source> {
    keys: HashSet<S::Key>,
    answers: Answering<S>,
}

impl<S: Source> Default for Batch<S> {
    fn default() -> Self {
        Self { open: OnceLock::new() }
    }
}

impl<S: Source> Batch<S> {
    /// What there is for `key`.
    pub(super) async fn load(&self, read: &OrgRead, key: S::Key) -> Result<Option<S::Value>, Problem> {
        let answers = self.join(read, key.clone());
        for _ in 0..TURNS {
            step_aside().await;
        }
        answers.await.map(|answers| answers.get(&key).cloned()).map_err(Problem::Fault)
    }

    fn join(&self, read: &OrgRead, key: S::Key) -> Answering<S> {
        let shared = self.open.get_or_init(Arc::default);
        let mut open = held(shared);
        let round = open
            .get_or_insert_with(|| Round { keys: HashSet::new(), answers: answering(shared, read.clone()) });
        round.keys.insert(key);
        round.answers.clone()
    }
}

fn answering<S: Source>(open: &Open<S>, read: OrgRead) -> Answering<S> {
    // Weakly: a request that is given up before it asks must not keep itself alive.
    let open = Arc::downgrade(open);
    let answers = async move {
        // Who comes from now on opens another round.
        let keys =
            open.upgrade().and_then(|open| held(&open).take()).map(|round| round.keys).unwrap_or_default();
        S::read(&read, keys.into_iter().collect()).await.map(Arc::new).map_err(Arc::new)
    };
    answers.boxed().shared()
}

fn held<T>(open: &Mutex<T>) -> MutexGuard<'_, T> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets everything in this task that can run do so first.
///
/// A bare `yield_now` is over with the next poll, whatever it comes from, and siblings poll
/// each other; this is over when the runtime says so.
async fn step_aside() {
    let step = Arc::new(Step::default());
    poll_fn(|cx| step.poll(cx)).await;
}

#[derive(Default)]
struct Step {
    begun: AtomicBool,
    over: AtomicBool,
    waiting: AtomicWaker,
}

impl Step {
    fn poll(self: &Arc<Self>, cx: &Context<'_>) -> Poll<()> {
        self.waiting.register(cx.waker());
        if !self.begun.swap(true, Ordering::Relaxed) {
            let waker = Waker::from(Arc::clone(self));
            let begun = pin!(yield_now()).poll(&mut Context::from_waker(&waker));
            debug_assert!(begun.is_pending(), "a yield is never over at once");
        }
        if self.over.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Wake for Step {
    fn wake(self: Arc<Self>) {
        self.over.store(true, Ordering::Release);
        self.waiting.wake();
    }
}
