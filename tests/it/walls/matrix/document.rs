//! A field of the schema as a document that asks for it.

use serde_json::{Map, Value as Json};

use super::sample::{Sample, Value, calls};
use super::schema::{Field, Schema};

/// The way from the root to an object or field.
#[derive(Clone, Debug)]
pub(super) struct Document {
    operation: &'static str,
    /// Fields and type conditions, from the outside in.
    opened: Vec<String>,
    variables: Vec<(String, Value)>,
    /// `Type.field` of each field, from the outside in.
    steps: Vec<String>,
}

impl Document {
    pub(super) fn query() -> Self {
        Self { operation: "query", opened: vec![], variables: vec![], steps: vec![] }
    }

    pub(super) fn mutation() -> Self {
        Self { operation: "mutation", ..Self::query() }
    }

    /// On to a field of the type `owner`; once for each way to call it, with the name of that way.
    pub(super) fn to_field(&self, schema: &Schema, owner: &str, field: &Field) -> Vec<(String, Self)> {
        let calls = calls(schema, owner, field);
        let is_one = calls.len() == 1;
        let step = |call: Vec<(super::schema::Argument, Value)>| {
            let mut next = self.clone();
            let mut arguments = Vec::new();
            let mut name = format!("{owner}.{}", field.name);
            for (argument, value) in call {
                let variable = format!("v{}", next.variables.len());
                arguments.push(format!("{}: ${variable}", argument.name));
                next.variables.push((format!("${variable}: {}", argument.of.text()), value));
                if !is_one {
                    name += &format!("({})", argument.name);
                }
            }
            let arguments =
                if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
            next.opened.push(format!("{}{arguments}", field.name));
            next.steps.push(format!("{owner}.{}", field.name));
            (name, next)
        };
        calls.into_iter().map(step).collect()
    }

    /// On to those that are of a type, where the last argument names one of them.
    pub(super) fn on(&self, of: &str) -> Self {
        let mut next = self.clone();
        next.opened.push(format!("... on {of}"));
        if let Some((_, Value::Leaf(_, sample))) = next.variables.last_mut() {
            *sample = Sample::Names(of.to_owned());
        }
        next
    }

    pub(super) fn text(&self, selection: &str) -> String {
        let declared: Vec<&str> = self.variables.iter().map(|(declared, _)| declared.as_str()).collect();
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        let ends = "}".repeat(self.opened.len());
        format!("{}{declared} {{ {} {selection} {ends}", self.operation, self.opened.join(" { "))
    }

    /// The variables; `given` says what stands at each place.
    pub(super) fn variables(&self, mut given: impl FnMut(&str, &Sample) -> Json) -> Json {
        let name = |index: usize| format!("v{index}");
        let values = self.variables.iter().enumerate();
        values.map(|(index, (_, value))| (name(index), value.json(&mut given))).collect::<Map<_, _>>().into()
    }

    /// The places at which something is named.
    pub(super) fn places(&self) -> Vec<String> {
        let mut places = Vec::new();
        self.variables(|place, sample| {
            if matches!(sample, Sample::Names(_)) {
                places.push(place.to_owned());
            }
            Json::Null
        });
        places
    }

    /// `Type.field` of each field on the way, from the outside in.
    pub(super) fn steps(&self) -> &[String] {
        &self.steps
    }

    /// What an answer has at the end of the way; the first of each list.
    pub(super) fn find<'a>(&self, answer: &'a Json) -> &'a Json {
        self.steps.iter().fold(&answer["data"], |value, step| {
            let (_, name) = step.split_once('.').expect("Type.field");
            &first(value)[name]
        })
    }

    /// Whether there is an object at the end of the way.
    pub(super) fn is_found(&self, answer: &Json) -> bool {
        first(self.find(answer)).is_object()
    }
}

fn first(value: &Json) -> &Json {
    value.get(0).unwrap_or(value)
}
