//! Objects and lists whose fields are resolved in place.
//!
//! The library boxes and queues each field of each object, so that fields that wait do so together.
//! Most have nothing to wait for. Here each is polled once where it is made, in a box that serves
//! the next when it is there at once; only what waits is queued.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{resolve_container, resolve_list};
use async_graphql::{
    ContextSelectionSet, Name, ObjectType, OutputType, Positioned, QueryEnv, ServerResult, Value,
};
use futures_util::future::{BoxFuture, join_all};

/// An object, resolved in place. To clients it is the object.
#[derive(Clone, Debug)]
pub(super) struct InPlace<T>(pub(super) T);

/// A list of objects, resolved in place. To clients it is the list.
#[derive(Clone, Debug)]
pub(super) struct InPlaceList<T>(pub(super) Vec<T>);

impl<T: ObjectType> OutputType for InPlace<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        boxed(async move {
            match fields_of::<T>(ctx) {
                Some(fields) => Ok(object(ctx, &fields, &self.0).await),
                None => resolve_container(ctx, &self.0).await,
            }
        })
        .await
    }
}

impl<T: ObjectType> OutputType for InPlaceList<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        boxed(async move {
            let Some(fields) = fields_of::<T>(ctx) else {
                return resolve_list(ctx, field, &self.0, Some(self.0.len())).await;
            };
            let fields = &fields;
            let element =
                |(place, element)| async move { object(&ctx.with_index(place), fields, element).await };
            let mut values = vec![Value::Null; self.0.len()];
            each(self.0.iter().enumerate().map(element), |place, value| values[place] = value).await;
            Ok(Value::List(values))
        })
        .await
    }
}

/// So that the other fields of what this stands in are not as large as it is, and objects may stand in
/// one another.
fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}

/// The fields that are asked for of a `T`, also by fragments on it; `None` where it takes the library
/// to tell which they are, or to run a directive.
fn fields_of<'a, T: ObjectType>(ctx: &ContextSelectionSet<'a>) -> Option<Vec<&'a Positioned<Field>>> {
    let mut fields = Vec::with_capacity(ctx.item.node.items.len());
    gather(ctx.query_env, &ctx.item.node, &T::type_name(), &mut fields).then_some(fields)
}

fn gather<'a>(
    env: &'a QueryEnv,
    set: &'a SelectionSet,
    of: &str,
    into: &mut Vec<&'a Positioned<Field>>,
) -> bool {
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => {
            into.push(field);
            field.node.directives.is_empty()
        }
        Selection::FragmentSpread(spread) => {
            let fragment = env.fragments.get(&spread.node.fragment_name.node).map(|fragment| &fragment.node);
            fragment.filter(|fragment| fragment.type_condition.node.on.node == of).is_some_and(|fragment| {
                spread.node.directives.is_empty() && gather(env, &fragment.selection_set.node, of, into)
            })
        }
        Selection::InlineFragment(fragment) => {
            let fragment = &fragment.node;
            let applies = fragment.type_condition.as_ref().is_none_or(|on| on.node.on.node == of);
            applies && fragment.directives.is_empty() && gather(env, &fragment.selection_set.node, of, into)
        }
    })
}

/// The object as the library gives it: null where no field has anything to say.
async fn object<'a, T: ObjectType>(
    ctx: &ContextSelectionSet<'a>,
    fields: &[&'a Positioned<Field>],
    root: &T,
) -> Value {
    let mut values = IndexMap::with_capacity(fields.len());
    let value = |field: &&'a Positioned<Field>| {
        let field = *field;
        async move {
            if field.node.name.node == "__typename" {
                return Ok(Some(Value::String(T::type_name().into_owned())));
            }
            root.resolve_field(&ctx.with_field(field)).await
        }
    };
    each(fields.iter().map(value), |place, value| match value {
        Ok(value) => {
            put(&mut values, fields[place].node.response_key().node.clone(), value.unwrap_or_default());
        }
        Err(error) => ctx.add_error(error),
    })
    .await;
    if values.is_empty() { Value::Null } else { Value::Object(values) }
}

/// Adds a field; what is asked for twice has the fields of both.
fn put(values: &mut IndexMap<Name, Value>, name: Name, value: Value) {
    match values.entry(name) {
        Entry::Vacant(entry) => drop(entry.insert(value)),
        Entry::Occupied(entry) => unite(entry.into_mut(), value),
    }
}

fn unite(before: &mut Value, value: Value) {
    match (before, value) {
        (Value::Object(before), Value::Object(fields)) => {
            for (name, value) in fields {
                put(before, name, value);
            }
        }
        (Value::List(before), Value::List(elements)) => {
            for (before, element) in before.iter_mut().zip(elements) {
                unite(before, element);
            }
        }
        _ => {}
    }
}

/// Runs all futures and hands on what they give, with their places: at once what is there at once,
/// then what was waited for together.
async fn each<F: Future>(futures: impl Iterator<Item = F>, mut take: impl FnMut(usize, F::Output)) {
    let mut spare: Option<Pin<Box<F>>> = None;
    let mut waiting = Vec::new();
    for (place, future) in futures.enumerate() {
        let mut running = match spare.take() {
            None => Box::pin(future),
            Some(mut over) => {
                over.set(future);
                over
            }
        };
        match poll_fn(|cx| Poll::Ready(running.as_mut().poll(cx))).await {
            Poll::Ready(output) => {
                take(place, output);
                spare = Some(running);
            }
            Poll::Pending => waiting.push((place, running)),
        }
    }
    let waiting = waiting.into_iter().map(|(place, running)| async move { (place, running.await) });
    for (place, output) in join_all(waiting).await {
        take(place, output);
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
    use tokio::task::yield_now;

    use super::*;

    /// Some of its fields are there at once, some are waited for, some fail.
    struct Leaf(u32);

    #[Object]
    impl Leaf {
        async fn now(&self) -> u32 {
            self.0
        }

        async fn later(&self) -> u32 {
            for _ in 0..self.0 % 3 {
                yield_now().await;
            }
            self.0
        }

        async fn odd(&self) -> async_graphql::Result<u32> {
            yield_now().await;
            if self.0 % 2 == 1 { Ok(self.0) } else { Err("even".into()) }
        }

        async fn maybe(&self) -> async_graphql::Result<Option<u32>> {
            yield_now().await;
            if self.0 < 3 { Ok(None) } else { Err("too much".into()) }
        }
    }

    struct Branch(u32);

    #[Object]
    impl Branch {
        async fn now(&self) -> u32 {
            self.0
        }

        async fn later(&self) -> u32 {
            yield_now().await;
            self.0
        }

        async fn placed(&self) -> InPlace<Leaf> {
            yield_now().await;
            InPlace(Leaf(self.0))
        }

        async fn own(&self) -> Leaf {
            yield_now().await;
            Leaf(self.0)
        }
    }

    struct Query;

    #[Object]
    impl Query {
        async fn placed(&self, count: u32) -> InPlaceList<Branch> {
            InPlaceList((0..count).map(Branch).collect())
        }

        async fn own(&self, count: u32) -> Vec<Branch> {
            (0..count).map(Branch).collect()
        }
    }

    /// The answer with the keys of objects and the errors in a fixed order: those that wait come as
    /// they come.
    async fn answer(query: &str) -> serde_json::Value {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let mut answer = serde_json::to_value(schema.execute(query).await).expect("JSON");
        if let Some(errors) = answer.get_mut("errors").and_then(serde_json::Value::as_array_mut) {
            for error in errors.iter_mut() {
                error["locations"].take();
            }
            errors.sort_by_key(ToString::to_string);
        }
        answer
    }

    #[tokio::test]
    async fn the_answer_is_that_of_the_library() {
        for fields in [
            "now",
            "later now",
            "a: now b: now __typename",
            "now @include(if: true) later @skip(if: true)",
            "FIELD { now odd later }",
            "FIELD { maybe later __typename }",
            "FIELD { odd maybe } now",
            "FIELD { now } FIELD { later } now now",
            "x: FIELD { now } x: FIELD { now later }",
            "... on Branch { later ... { now } }",
            "...Parts FIELD { ... on Leaf { odd now } }",
            "...Parts @include(if: true) ... @skip(if: true) { now }",
        ] {
            for count in [0, 1, 2, 50] {
                let parts =
                    if fields.contains("...Parts") { "fragment Parts on Branch { now later }" } else { "" };
                let query = format!("{{ list: FIELD(count: {count}) {{ {fields} }} }} {parts}");
                let placed = answer(&query.replace("FIELD", "placed")).await;
                let own = answer(&query.replace("FIELD", "own")).await;
                let own: serde_json::Value =
                    serde_json::from_str(&own.to_string().replace("\"own\"", "\"placed\"")).expect("JSON");
                assert_eq!(placed, own, "{query}");
            }
        }
    }

    #[tokio::test]
    async fn what_waits_waits_together() {
        let turns = std::sync::atomic::AtomicU32::new(0);
        let mut found = Vec::new();
        let wait = |number: u32| {
            let turns = &turns;
            async move {
                turns.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if number % 2 == 1 {
                    yield_now().await;
                }
                (number, turns.load(std::sync::atomic::Ordering::Relaxed))
            }
        };
        each((0..6).map(wait), |place, (number, begun)| found.push((place, number, begun))).await;
        let at_once: Vec<_> = found.iter().take(3).copied().collect();
        assert_eq!(at_once, [(0, 0, 1), (2, 2, 3), (4, 4, 5)]);
        found.sort_unstable();
        assert!(found.iter().skip(1).step_by(2).all(|(_, _, begun)| *begun == 6), "all had begun: {found:?}");
    }
}
