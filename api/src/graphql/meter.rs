//! What a request costs: told with each answer, and charged to whoever asks.
//!
//! A field costs 1 point, inside a list as often as the list may be long. That is known
//! before anything is read, and charged then. What lists turned out to be shorter than they
//! might have been is given back. A subscription is charged for each event; opening it pays for
//! the first.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextRequest, NextValidation,
};
use async_graphql::{Name, Response, ServerError, ValidationResult, Value, value};
use qun_infra::budget::{Allowance, Balance, Budget};

use super::error::Problem;
use super::streams::Live;
use crate::errors::Sentence;

/// The key of an answer's `extensions`.
const COST: &str = "cost";

/// In whose bucket a request draws; without one it is not charged.
#[derive(Clone, Debug)]
pub struct Payer(pub Arc<str>);

/// Makes a meter for each request.
pub(super) struct Meters(pub(super) Option<Budget>);

impl ExtensionFactory for Meters {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Meter { budget: self.0.clone(), price: AtomicU32::new(0), charged: Mutex::default() })
    }
}

struct Meter {
    budget: Option<Budget>,
    /// What the document may cost.
    price: AtomicU32,
    charged: Mutex<Option<Charged>>,
}

struct Charged {
    points: u32,
    draw: Option<Draw>,
}

/// What was drawn from a bucket.
struct Draw {
    payer: Payer,
    balance: Balance,
}

impl Meter {
    fn charged(&self) -> Option<Charged> {
        self.charged.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn charge(&self, payer: Option<&Payer>, points: u32) -> Result<(), Problem> {
        let mut refused = None;
        let mut draw = None;
        if let Some((budget, payer)) = self.budget.as_ref().zip(payer) {
            let balance = budget.charge(&payer.0, points).await;
            if !balance.is_granted {
                refused = Some(spent(budget, points, balance.left));
            }
            draw = Some(Draw { payer: payer.clone(), balance });
        }
        *self.charged.lock().unwrap_or_else(PoisonError::into_inner) = Some(Charged { points, draw });
        refused.map_or(Ok(()), Err)
    }

    /// The answer, with its cost where it was charged.
    async fn told(&self, charged: Option<Charged>, response: Response) -> Response {
        match charged {
            Some(charged) => {
                let cost = self.settle(charged, &response.data).await;
                response.extension(COST, cost)
            }
            None => response,
        }
    }

    /// The cost of an answer; what was charged for nothing is given back.
    async fn settle(&self, charged: Charged, data: &Value) -> Value {
        let is_run = charged.draw.as_ref().is_none_or(|draw| draw.balance.is_granted);
        let actual = if is_run { fields(data).min(charged.points) } else { 0 };
        let mut cost = value!({ "requested": (charged.points), "actual": actual });
        if let (Some(budget), Some(draw), Value::Object(cost)) = (&self.budget, charged.draw, &mut cost) {
            let unused = charged.points - actual;
            let left = if is_run && unused > 0 {
                budget.give_back(&draw.payer.0, unused).await.left
            } else {
                draw.balance.left
            };
            let Allowance { points, per_second } = budget.allowance();
            for (name, points) in [("limit", points), ("remaining", left), ("restorePerSecond", per_second)] {
                cost.insert(Name::new(name), points.into());
            }
        }
        cost
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Meter {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let response = next.run(ctx).await;
        // Nothing was charged for what is not even valid.
        self.told(self.charged(), response).await
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if ctx.data_opt::<Arc<Live>>().is_none() {
            return next.run(ctx, operation_name).await;
        }
        let mut charged = self.charged();
        if charged.is_none() {
            let price = self.price.load(Ordering::Relaxed);
            let refused = self.charge(ctx.data_opt::<Payer>(), price).await.err();
            charged = self.charged();
            if let Some(refused) = refused {
                return refused.into();
            }
        }
        let response = next.run(ctx, operation_name).await;
        self.told(charged, response).await
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        let points = u32::try_from(result.complexity).unwrap_or(u32::MAX).max(1);
        self.price.store(points, Ordering::Relaxed);
        self.charge(ctx.data_opt::<Payer>(), points).await.map_err(|problem| vec![problem.into()])?;
        Ok(result)
    }
}

fn spent(budget: &Budget, points: u32, left: u32) -> Problem {
    let allowance = budget.allowance();
    let full = allowance.points;
    if points > full {
        return Problem::TooComplex(Sentence::of(
            format!("The query costs {points} points, and a full budget has {full}."),
            format!("该查询需要 {points} 点，而全部额度只有 {full} 点。"),
        ));
    }
    let wait = allowance.seconds_for(points.saturating_sub(left));
    Problem::QuerySpent { points, left, wait }
}

/// How many fields an answer has.
fn fields(data: &Value) -> u32 {
    match data {
        Value::Object(object) => {
            object.values().map(|value| fields(value).saturating_add(1)).fold(0, u32::saturating_add)
        }
        Value::List(values) => values.iter().map(fields).fold(0, u32::saturating_add),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_an_answer_are_counted() {
        for (data, count) in [
            (value!(null), 0),
            (value!({}), 0),
            (value!({ "a": 1, "b": null }), 2),
            (value!({ "a": [{ "b": 1 }, { "b": 2 }], "c": { "d": [1, 2, 3] } }), 5),
        ] {
            assert_eq!(fields(&data), count, "{data}");
        }
    }
}
