//! What a request costs: told with each answer, and charged to whoever asks.
//!
//! A field costs 1 point, inside a list as often as the list may be long. That is known
//! before anything is read, and charged then. What lists turned out to be shorter than they
//! might have been is given back. A subscription is charged for each event; opening it pays for
//! the first.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextValidation};
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

/// Charges requests for their price.
#[derive(Clone)]
pub(super) struct Till(pub(super) Option<Budget>);

/// What was charged for a request.
pub(super) struct Charged {
    points: u32,
    draw: Option<Draw>,
}

/// What was drawn from a bucket.
struct Draw {
    payer: Payer,
    balance: Balance,
}

impl Till {
    /// Charges `points`; the answer, if the budget does not have them.
    pub(super) async fn charge(&self, payer: Option<&Payer>, points: u32) -> Result<Charged, Response> {
        let Some((budget, payer)) = self.0.as_ref().zip(payer) else {
            return Ok(Charged { points, draw: None });
        };
        let balance = budget.charge(&payer.0, points).await;
        let refused = (!balance.is_granted).then(|| spent(budget, points, balance.left));
        let charged = Charged { points, draw: Some(Draw { payer: payer.clone(), balance }) };
        match refused {
            Some(refused) => Err(self.tell(charged, refused.into()).await),
            None => Ok(charged),
        }
    }

    /// The answer, with its cost.
    pub(super) async fn tell(&self, charged: Charged, response: Response) -> Response {
        let cost = self.settle(charged, &response.data).await;
        response.extension(COST, cost)
    }

    /// The cost of an answer; what was charged for nothing is given back.
    async fn settle(&self, charged: Charged, data: &Value) -> Value {
        let is_run = charged.draw.as_ref().is_none_or(|draw| draw.balance.is_granted);
        let actual = if is_run { fields(data).min(charged.points) } else { 0 };
        let mut cost = value!({ "requested": (charged.points), "actual": actual });
        if let (Some(budget), Some(draw), Value::Object(cost)) = (&self.0, charged.draw, &mut cost) {
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

/// Where the price of a document is put that is validated and not run.
#[derive(Clone, Default)]
pub(super) struct Price(Arc<OnceLock<u32>>);

impl Price {
    /// In points, at least 1; `None` for a document that does not hold.
    pub(super) fn points(&self) -> Option<u32> {
        self.0.get().copied()
    }
}

/// Makes a meter for each request.
pub(super) struct Meters(pub(super) Till);

impl ExtensionFactory for Meters {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Meter { till: self.0.clone(), price: AtomicU32::new(0), opening: Mutex::default() })
    }
}

/// Ends a document that asks for its [`Price`] after its validation, and charges a subscription.
struct Meter {
    till: Till,
    /// What each event costs.
    price: AtomicU32,
    /// What was charged for the opening, until the first event.
    opening: Mutex<Option<Charged>>,
}

impl Meter {
    fn opening(&self) -> std::sync::MutexGuard<'_, Option<Charged>> {
        self.opening.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Meter {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        let points = u32::try_from(result.complexity).unwrap_or(u32::MAX).max(1);
        if let Some(Price(price)) = ctx.data_opt::<Price>() {
            let _ = price.set(points);
            return Err(Vec::new());
        }
        self.price.store(points, Ordering::Relaxed);
        let charged = self.till.charge(ctx.data_opt::<Payer>(), points).await;
        *self.opening() = Some(charged.map_err(|refused| refused.errors)?);
        Ok(result)
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
        let opening = self.opening().take();
        let charged = if let Some(charged) = opening {
            charged
        } else {
            let price = self.price.load(Ordering::Relaxed);
            match self.till.charge(ctx.data_opt::<Payer>(), price).await {
                Ok(charged) => charged,
                Err(refused) => return refused,
            }
        };
        let response = next.run(ctx, operation_name).await;
        self.till.tell(charged, response).await
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
