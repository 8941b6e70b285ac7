//! What tests stand on: an installation of their own, actors, rows, and the books
//! that must balance at the end.

mod actors;
mod binary;
mod books;
mod catalogue;
mod data;
mod process;
pub(crate) mod provider;
mod qun;
mod raw;
mod rows;
mod served;
mod server;
mod store;

pub(crate) use actors::{Org, READER, short, who};
pub(crate) use binary::{command, run};
pub(crate) use catalogue::UniqueKey;
pub(crate) use data::{Import, lines_of, shared_data};
pub(crate) use process::{Answer, Process, until};
pub(crate) use qun::TestQun;
pub(crate) use raw::Raw;
pub(crate) use rows::{SHANGHAI, at, day, event, message, row};
pub(crate) use served::{PASSWORD, Served, email, now, redis};
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

/// Runs each test, an `async fn(&mut Served)`, against a server on either back end.
macro_rules! served_on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let Some(mut served) = $crate::harness::Served::new($crate::harness::Backend::Sqlite).await else { return };
                super::$test(&mut served).await;
                served.close().await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let Some(mut served) = $crate::harness::Served::new($crate::harness::Backend::Postgres).await else { return };
                super::$test(&mut served).await;
                served.close().await;
            })+
        }
    };
}
pub(crate) use served_on_both;
