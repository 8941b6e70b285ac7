//! The operation of a document that a request chose. The others are not this request's: neither
//! their cost, nor their variables, for which it has no values.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// A query; one that is not there changes nothing either.
    Reads,
    /// A subscription of one field.
    Follows,
    /// A subscription of several fields, or of fragments.
    FollowsSeveral,
    /// A mutation, or a choice among several operations that nobody made.
    Writes,
}

impl Does {
    /// Whether there may be many answers.
    pub(crate) fn follows(self) -> bool {
        matches!(self, Self::Follows | Self::FollowsSeveral)
    }

    fn of(operation: &OperationDefinition) -> Self {
        match (operation.ty, operation.selection_set.node.items.as_slice()) {
            (OperationType::Query, _) => Self::Reads,
            (OperationType::Mutation, _) => Self::Writes,
            // The library passes over what is no field.
            (OperationType::Subscription, [one]) => match &one.node {
                Selection::Field(field) if field.node.directives.is_empty() => Self::Follows,
                _ => Self::FollowsSeveral,
            },
            (OperationType::Subscription, _) => Self::FollowsSeveral,
        }
    }
}

/// What is told of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The name that the document gives it.
    pub(super) name: Option<String>,
    /// `None` where it is not there, or one of several that is not named.
    pub(super) kind: Option<OperationType>,
    /// What it does.
    pub(super) does: Does,
}

impl Chosen {
    pub(super) fn nothing() -> Self {
        Self { name: None, kind: None, does: Does::Reads }
    }

    pub(super) fn of(document: &ExecutableDocument, named: Option<&str>) -> Self {
        let mut all = document.operations.iter();
        let found = match &document.operations {
            DocumentOperations::Multiple(several) if named.is_none() && several.len() > 1 => {
                let reads = several.values().all(|operation| Does::of(&operation.node) == Does::Reads);
                let does = if reads { Does::Reads } else { Does::Writes };
                return Self { does, ..Self::nothing() };
            }
            DocumentOperations::Multiple(_) if named.is_some() => {
                all.find(|(name, _)| name.map(Name::as_str) == named)
            }
            _ => all.next(),
        };
        found.map_or_else(Self::nothing, |(name, operation)| Self {
            name: name.map(ToString::to_string),
            kind: Some(operation.node.ty),
            does: Does::of(&operation.node),
        })
    }
}

/// A document of several operations with the named one alone, and the fragments that it reaches;
/// `None` where there is nothing to leave out.
pub(super) fn alone(document: &ExecutableDocument, named: Option<&str>) -> Option<ExecutableDocument> {
    let DocumentOperations::Multiple(several) = &document.operations else { return None };
    let (name, operation) = several.get_key_value(named?).filter(|_| several.len() > 1)?;
    let mut fragments = HashMap::new();
    let mut sets = vec![&operation.node.selection_set.node];
    while let Some(set) = sets.pop() {
        for spread in spreads(set, &mut sets) {
            if let Some(fragment) = document.fragments.get(spread)
                && fragments.insert(spread.clone(), fragment.clone()).is_none()
            {
                sets.push(&fragment.node.selection_set.node);
            }
        }
    }
    let operations = DocumentOperations::Multiple(HashMap::from([(name.clone(), operation.clone())]));
    Some(ExecutableDocument { operations, fragments })
}

/// The fragments that a set spreads itself; the sets within it are still to be looked at.
fn spreads<'a>(set: &'a SelectionSet, within: &mut Vec<&'a SelectionSet>) -> Vec<&'a Name> {
    let mut names = Vec::new();
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => within.push(&field.node.selection_set.node),
            Selection::InlineFragment(inline) => within.push(&inline.node.selection_set.node),
            Selection::FragmentSpread(spread) => names.push(&spread.node.fragment_name.node),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn the_name_is_that_of_the_document() {
        for (query, operation, name) in [
            ("query Q { a }", None, Some("Q")),
            ("query Q { a }", Some("Q"), Some("Q")),
            ("{ a }", Some("made up"), None),
            ("query Q { a } mutation M { a }", Some("M"), Some("M")),
            ("query Q { a } mutation M { a }", Some("made up"), None),
            ("query Q { a } mutation M { a }", None, None),
        ] {
            let document = parse_query(query).expect("a document");
            assert_eq!(Chosen::of(&document, operation).name.as_deref(), name, "{query} {operation:?}");
        }
    }

    #[test]
    fn of_several_operations_one_is_left_with_its_fragments() {
        let text = "query A($x: Int) { a(x: $x) { ...F } } query B { b { ... on B { ...G } } }
            fragment F on A { f { ...H } } fragment G on B { ...H } fragment H on H { h }";
        let document = parse_query(text).expect("a document");
        for (named, fragments) in [("A", ["F", "H"]), ("B", ["G", "H"])] {
            let narrowed = alone(&document, Some(named)).expect("one of two");
            let names: Vec<_> = narrowed.operations.iter().filter_map(|(name, _)| name).collect();
            assert_eq!(names, [named]);
            let mut left: Vec<_> = narrowed.fragments.keys().map(Name::as_str).collect();
            left.sort_unstable();
            assert_eq!(left, fragments);
        }
        assert!(alone(&document, Some("C")).is_none() && alone(&document, None).is_none());
        let single = parse_query("query A { a } fragment F on A { a }").expect("a document");
        assert!(alone(&single, Some("A")).is_none(), "what it does not use is still reported");
        let circle = "query A { ...F } query B { b } fragment F on Q { ...G } fragment G on Q { ...F }";
        let circle = parse_query(circle).expect("a document");
        assert_eq!(alone(&circle, Some("A")).map(|narrowed| narrowed.fragments.len()), Some(2));
    }

    #[test]
    fn what_operations_do() {
        let of = |query: &str, named: Option<&str>| {
            Chosen::of(&parse_query(query).expect("a document"), named).does
        };
        for (query, does) in [
            ("{ a }", Does::Reads),
            ("query A { a } query B { b }", Does::Reads),
            ("mutation { a }", Does::Writes),
            ("query A { a } mutation B { b }", Does::Writes),
            ("query A { a } subscription B { b }", Does::Writes),
            ("subscription { a { b c } }", Does::Follows),
            ("subscription { x: a }", Does::Follows),
            ("subscription { a b }", Does::FollowsSeveral),
            ("subscription { ...f } fragment f on Subscription { a }", Does::FollowsSeveral),
            ("subscription { ... { a } }", Does::FollowsSeveral),
            ("subscription { a @skip(if: true) }", Does::FollowsSeveral),
        ] {
            assert_eq!(of(query, None), does, "{query}");
        }
        let all = "query A { a } subscription B { b } mutation C { c }";
        assert_eq!((of(all, Some("A")), of(all, Some("B"))), (Does::Reads, Does::Follows));
        assert_eq!((of(all, Some("C")), of(all, Some("X"))), (Does::Writes, Does::Reads));
    }
}
