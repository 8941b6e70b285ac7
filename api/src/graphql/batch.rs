//! Reads of many siblings gathered into one statement.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use qun_domain::fault::Fault;
use qun_infra::db::OrgRead;
use tokio::sync::OnceCell;
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
/// The fields of all siblings are polled in turn inside the request's own task, so one
/// step aside is enough for all of them to leave their key: a timer and a task of its own
/// for each round, as the loader of async-graphql has, would cost every level of a query
/// a millisecond.
pub(super) struct Batch<S: Source> {
    open: Mutex<Option<Arc<Round<S>>>>,
}

struct Round<S: Source> {
    keys: Mutex<HashSet<S::Key>>,
    answers: OnceCell<Result<HashMap<S::Key, S::Value>, Arc<Fault>>>,
}

impl<S: Source> Default for Batch<S> {
    fn default() -> Self {
        Self { open: Mutex::default() }
    }
}

impl<S: Source> Batch<S> {
    /// What there is for `key`.
    pub(super) async fn load(&self, read: &OrgRead, key: S::Key) -> Result<Option<S::Value>, Problem> {
        let round = self.join(key.clone());
        yield_now().await;
        let answers = round.answers.get_or_init(|| async { S::read(read, self.close(&round)).await.map_err(Arc::new) });
        match answers.await {
            Ok(answers) => Ok(answers.get(&key).cloned()),
            Err(fault) => Err(Problem::Fault(Arc::clone(fault))),
        }
    }

    fn join(&self, key: S::Key) -> Arc<Round<S>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let round = open.get_or_insert_with(|| Arc::new(Round { keys: Mutex::default(), answers: OnceCell::new() }));
        round.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        Arc::clone(round)
    }

    /// Who comes now opens another round.
    fn close(&self, round: &Arc<Round<S>>) -> Vec<S::Key> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.take_if(|open| Arc::ptr_eq(open, round));
        let mut keys = round.keys.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *keys).into_iter().collect()
    }
}
