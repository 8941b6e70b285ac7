//! The fields of an answer in the order of the document, as GraphQL asks for (section 7.2.2). The
//! library leaves them in the order in which they were resolved, which is another each time.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Value};

/// In which order the fields of an object are asked for, and those of the objects in them.
#[derive(Debug, Default)]
pub(super) struct Order(Vec<(Name, Self)>);

impl Order {
    /// The order of the one operation that a document was narrowed to.
    pub(super) fn of(document: &ExecutableDocument) -> Self {
        let mut order = Self::default();
        for (_, operation) in document.operations.iter() {
            order.add(&operation.node.selection_set.node, document, &mut Vec::new());
        }
        order
    }

    /// Whatever type a fragment is for: what is not there takes no place.
    fn add<'a>(
        &mut self,
        set: &'a SelectionSet,
        document: &'a ExecutableDocument,
        within: &mut Vec<&'a Name>,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let inner = self.field(&field.node.response_key().node);
                    inner.add(&field.node.selection_set.node, document, within);
                }
                Selection::InlineFragment(inline) => {
                    self.add(&inline.node.selection_set.node, document, within);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    // A circle is the validation's to report.
                    if let Some(fragment) = document.fragments.get(name).filter(|_| !within.contains(&name)) {
                        within.push(name);
                        self.add(&fragment.node.selection_set.node, document, within);
                        within.pop();
                    }
                }
            }
        }
    }

    fn field(&mut self, key: &Name) -> &mut Self {
        let at = self.0.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            self.0.push((key.clone(), Self::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    fn place(&self, key: &Name) -> usize {
        self.0.iter().position(|(known, _)| known == key).unwrap_or(usize::MAX)
    }

    /// Puts an answer into this order.
    pub(super) fn apply(&self, value: &mut Value) {
        match value {
            Value::List(values) => values.iter_mut().for_each(|value| self.apply(value)),
            // What is a scalar for the document is left as it is.
            Value::Object(fields) if !self.0.is_empty() => {
                if !fields.keys().is_sorted_by_key(|key| self.place(key)) {
                    fields.sort_by_cached_key(|key, _| self.place(key));
                }
                for (key, value) in fields {
                    if let Some((_, inner)) = self.0.get(self.place(key)) {
                        inner.apply(value);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::value;

    use super::*;

    fn ordered(query: &str, mut answer: Value) -> String {
        Order::of(&parse_query(query).expect("a document")).apply(&mut answer);
        answer.to_string()
    }

    #[test]
    fn fields_stand_as_they_are_asked_for() {
        let query = "{ b { y x } ...F a: c { z } ... on Q { d } } fragment F on Q { e b { w x } }";
        let answer = value!({
            "d": 1, "a": [{ "z": 1 }], "e": null, "b": { "w": 1, "x": 2, "y": 3 },
        });
        assert_eq!(ordered(query, answer), "{b: {y: 3, x: 2, w: 1}, e: null, a: [{z: 1}], d: 1}");
    }

    #[test]
    fn a_scalar_that_is_an_object_is_left_alone() {
        let answer = value!({ "b": { "z": 1, "a": 2 }, "a": 3 });
        assert_eq!(ordered("{ a b }", answer), "{a: 3, b: {z: 1, a: 2}}");
    }

    #[test]
    fn a_circle_ends() {
        let query = "{ ...F } fragment F on Q { b ...G } fragment G on Q { a ...F }";
        assert_eq!(ordered(query, value!({ "a": 1, "b": 2 })), "{b: 2, a: 1}");
    }
}
