//! What can be asked, as introspection tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value as Json;

use super::is_barred;

const INTROSPECTION: &str = "{ __schema { types { kind name possibleTypes { name }
    fields(includeDeprecated: true) { name type { ...T } args { ...A } } inputFields { ...A } } } }
    fragment A on __InputValue { name defaultValue type { ...T } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Type {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) fields: Option<Vec<Field>>,
    pub(super) input_fields: Option<Vec<Argument>>,
    pub(super) possible_types: Option<Vec<Named>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Field {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) of: TypeRef,
    pub(super) args: Vec<Argument>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Argument {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) of: TypeRef,
    default_value: Option<String>,
}

impl Argument {
    /// Whether it cannot be left out.
    pub(super) fn must(&self) -> bool {
        self.of.is_required() && self.default_value.is_none()
    }
}

/// `[ID!]!` and the like.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TypeRef {
    kind: String,
    name: Option<String>,
    of_type: Option<Box<TypeRef>>,
}

impl TypeRef {
    fn is_required(&self) -> bool {
        self.kind == "NON_NULL"
    }

    pub(super) fn is_list(&self) -> bool {
        self.kind == "LIST" || self.of_type.as_ref().is_some_and(|inner| inner.is_list())
    }

    /// The type without `!` and `[]`.
    pub(super) fn named(&self) -> &str {
        match (&self.of_type, &self.name) {
            (Some(inner), _) => inner.named(),
            (None, name) => name.as_deref().expect("a name"),
        }
    }

    /// As it stands in a document.
    pub(super) fn text(&self) -> String {
        let inner = || self.of_type.as_ref().expect("a type").text();
        match self.kind.as_str() {
            "NON_NULL" => inner() + "!",
            "LIST" => format!("[{}]", inner()),
            _ => self.named().to_owned(),
        }
    }
}

pub(super) struct Schema(BTreeMap<String, Type>);

impl Schema {
    pub(super) fn query() -> &'static str {
        INTROSPECTION
    }

    pub(super) fn read(mut data: Json) -> Self {
        let types: Vec<Type> = serde_json::from_value(data["__schema"]["types"].take()).expect("types");
        Self(types.into_iter().map(|found| (found.name.clone(), found)).collect())
    }
    pub(super) fn get(&self, name: &str) -> &Type {
        self.0.get(name).unwrap_or_else(|| panic!("the schema has no type {name}"))
    }

    pub(super) fn fields(&self, name: &str) -> &[Field] {
        self.get(name).fields.as_deref().unwrap_or_default()
    }

    pub(super) fn is_object(&self, name: &str) -> bool {
        self.get(name).kind == "OBJECT"
    }

    pub(super) fn possible(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).possible_types.iter().flatten().map(|found| found.name.as_str())
    }

    /// Every object type that some way of fields leads to from this one, itself included.
    pub(super) fn reachable(&self, from: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![from.to_owned()];
        while let Some(name) = waiting.pop() {
            if self.is_object(&name) && !seen.insert(name.clone()) {
                continue;
            }
            waiting.extend(self.fields(&name).iter().map(|field| field.of.named().to_owned()).filter(
                |next| {
                    !seen.contains(next)
                        && matches!(self.get(next).kind.as_str(), "OBJECT" | "UNION" | "INTERFACE")
                },
            ));
            waiting.extend(self.possible(&name).map(str::to_owned));
        }
        seen
    }

    /// As [`Schema::reachable`], from what a field gives: `Type.field`.
    pub(super) fn reachable_by(&self, step: &str) -> BTreeSet<String> {
        let (owner, name) = step.split_once('.').expect("Type.field");
        let field = self.fields(owner).iter().find(|field| field.name == name);
        self.reachable(field.unwrap_or_else(|| panic!("there is no {step}")).of.named())
    }

    /// What to ask of a type: everything that takes no argument and that everybody may see who
    /// may read, so many objects deep.
    pub(super) fn selection(&self, name: &str, depth: usize) -> String {
        let found = self.get(name);
        match found.kind.as_str() {
            "OBJECT" => {
                let is_open = |field: &&Field| field.args.is_empty() && !is_barred(name, &field.name);
                let plain = self.fields(name).iter().filter(is_open);
                let asked = plain.filter_map(|field| {
                    let inner = self.get(field.of.named());
                    match inner.kind.as_str() {
                        "SCALAR" | "ENUM" => Some(field.name.clone()),
                        _ if depth == 0 => None,
                        _ => Some(format!("{} {}", field.name, self.selection(&inner.name, depth - 1))),
                    }
                });
                format!("{{ __typename {} }}", asked.collect::<Vec<_>>().join(" "))
            }
            "UNION" | "INTERFACE" => {
                let ids: Vec<String> =
                    self.possible(name).map(|of| format!("... on {of} {{ id }}")).collect();
                format!("{{ __typename {} }}", ids.join(" "))
            }
            _ => String::new(),
        }
    }
}
