//! What tests stand on: an installation of their own, actors, rows, and the books
//! that must balance at the end.

mod actors;
mod books;
mod catalogue;
mod data;
mod qun;
mod raw;
mod rows;
mod server;
mod store;

pub(crate) use actors::Org;
pub(crate) use catalogue::UniqueKey;
pub(crate) use data::{Import, lines_of, shared_data};
pub(crate) use qun::TestQun;
pub(crate) use raw::Raw;
pub(crate) use rows::{SHANGHAI, at, day, event, message, row};
pub(crate) use store::{Backend, Store};

/// Runs each test, an `async fn(&TestQun)`, on both back ends.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let Some(qun) = $crate::harness::TestQun::new($crate::harness::Backend::Sqlite).await else { return };
                super::$test(&qun).await;
                qun.close().await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let Some(qun) = $crate::harness::TestQun::new($crate::harness::Backend::Postgres).await else { return };
                super::$test(&qun).await;
                qun.close().await;
            })+
        }
    };
}
pub(crate) use on_both;
