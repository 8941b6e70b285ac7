//! Mutations, done once where the client names a key.

use std::ops::Deref;

use async_graphql::{Context, Value};
use qun_domain::access::{Capability, Power};
use qun_domain::command::{Command, Failure, Outcome};
use qun_infra::db::{MAX_KEY_CHARS, OrgTx, RequestKey, Writer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::asked::{Asked, app};
use super::error::Problem;
use crate::errors::Sentence;

/// The key in the request's header `Idempotency-Key`. It holds for each of the document's
/// mutations, under the name that the field has in the answer.
#[derive(Clone, Debug)]
pub struct HeaderKey(pub String);

/// A mutation that its actor may do.
pub(super) struct Doing<'a> {
    asked: &'a Asked,
    pub(super) writer: &'a Writer,
    pub(super) key: Option<RequestKey>,
}

impl Deref for Doing<'_> {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        self.asked
    }
}

impl Asked {
    /// The mutation that a field is, under the key of its input or else of the request's header,
    /// for who holds the capability of its command somewhere, if only to propose: who does not, learns nothing from the checks
    /// of the input.
    pub(super) fn to_run<'a, C: Command<OrgTx>>(
        ctx: &Context<'a>,
        key: Option<&str>,
    ) -> Result<Doing<'a>, Problem> {
        let asked = Self::of(ctx)?;
        if asked.scope.actor().best_power(C::CAPABILITY) == Power::None {
            return Err(asked.forbidden(C::CAPABILITY));
        }
        Ok(Doing { asked, writer: &app(ctx).writer, key: request_key(ctx, key)? })
    }
}

impl Asked {
    /// Why who asks does not hold a capability: nobody gave it, or a course withholds it (K14).
    fn forbidden(&self, capability: Capability) -> Problem {
        self.scope.actor().withheld(capability).map_or(Problem::Forbidden, Problem::Untrained)
    }
}

impl Doing<'_> {
    /// Asks for the capability of a command for the whole organization before the command runs: where
    /// something comes first that costs others, such as a question to a server elsewhere.
    pub(super) fn must_hold<C: Command<OrgTx>>(&self) -> Result<(), Problem> {
        let holds = self.scope.actor().may(C::CAPABILITY);
        if holds { Ok(()) } else { Err(self.forbidden(C::CAPABILITY)) }
    }

    /// Runs the command; where there is a key, once for it.
    pub(super) async fn execute<C>(&self, command: C) -> Result<Outcome<C::Out, C::Refusal>, Problem>
    where
        C: Command<OrgTx>,
        C::Out: Serialize + DeserializeOwned + Sync,
    {
        let outcome = match &self.key {
            None => self.writer.execute(&self.scope, command).await,
            Some(key) => self.writer.execute_once(&self.scope, key, command).await?,
        };
        match outcome {
            Err(Failure::Forbidden(capability)) => Err(self.forbidden(capability)),
            outcome => Ok(outcome),
        }
    }
}

fn request_key(ctx: &Context<'_>, named: Option<&str>) -> Result<Option<RequestKey>, Problem> {
    let field = ctx.field();
    let Some(key) = named.or_else(|| Some(ctx.data_opt::<HeaderKey>()?.0.as_str())) else { return Ok(None) };
    let mut hash = Sha256::new();
    for (name, value) in field.arguments().map_err(|_| unreadable())? {
        hash_text(&mut hash, &name);
        hash_value(&mut hash, &value);
    }
    let key = RequestKey::new(key, hash.finalize().into()).ok_or_else(bad_key)?;
    // One header stands over all fields of the document.
    let is_shared = named.is_none();
    Ok(Some(if is_shared { key.part(field.alias().unwrap_or_else(|| field.name())) } else { key }))
}

fn bad_key() -> Problem {
    Problem::BadInput(Sentence::of(
        format!("An idempotency key has 1 to {MAX_KEY_CHARS} characters and no control characters."),
        format!("幂等键须为 1 到 {MAX_KEY_CHARS} 个字符，且不含控制字符。"),
    ))
}

fn unreadable() -> Problem {
    Problem::BadInput(Sentence::fixed("The arguments cannot be read.", "无法读取参数。"))
}

/// The same for values that mean the same: the order of the keys of an object does not matter,
/// nor whether an enum was written out or came as a variable, which makes it a text.
fn hash_value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hash.update(b"0"),
        Value::Boolean(value) => hash.update(if *value { b"t" } else { b"f" }),
        Value::Number(number) => {
            hash.update(b"n");
            hash_text(hash, &number.to_string());
        }
        Value::String(text) => {
            hash.update(b"s");
            hash_text(hash, text);
        }
        Value::Enum(name) => {
            hash.update(b"s");
            hash_text(hash, name);
        }
        Value::Binary(bytes) => {
            hash.update(b"b");
            hash_length(hash, bytes.len());
            hash.update(bytes);
        }
        Value::List(values) => {
            hash.update(b"l");
            hash_length(hash, values.len());
            for value in values {
                hash_value(hash, value);
            }
        }
        Value::Object(fields) => {
            hash.update(b"o");
            hash_length(hash, fields.len());
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in fields {
                hash_text(hash, name);
                hash_value(hash, value);
            }
        }
    }
}

fn hash_text(hash: &mut Sha256, text: &str) {
    hash_length(hash, text.len());
    hash.update(text.as_bytes());
}

fn hash_length(hash: &mut Sha256, length: usize) {
    hash.update((length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    fn hashed(value: &Value) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash_value(&mut hash, value);
        hash.finalize().into()
    }

    #[test]
    fn what_means_the_same_has_the_same_hash() {
        let same = [
            (value!({ "a": 1, "b": [1, null] }), value!({ "b": [1, null], "a": 1 })),
            (Value::Enum(async_graphql::Name::new("CORE")), value!("CORE")),
        ];
        for (one, other) in same {
            assert_eq!(hashed(&one), hashed(&other), "{one} {other}");
        }
    }

    #[test]
    fn what_means_something_else_has_another() {
        let all = [
            value!(null),
            value!(1),
            value!("1"),
            value!(true),
            value!([]),
            value!({}),
            value!([[1], 2]),
            value!([[1, 2]]),
            value!(["ab", "c"]),
            value!(["a", "bc"]),
            value!({ "a": null }),
            value!({ "a": { "b": 1 } }),
            value!({ "a": {}, "b": 1 }),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().map(hashed).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
