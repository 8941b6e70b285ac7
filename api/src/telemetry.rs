//! What the process tells about itself: log lines, metrics and traces.

mod traces;

use std::io::{IsTerminal, stderr};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use qun_infra::supervise;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{fmt, registry};

use crate::settings::{LogFormat, Settings};

pub use traces::{TRACED, Traces};

/// Upper bounds of the buckets of durations, in seconds: 1 ms, then about doubling, to 10 s.
const DURATION_BUCKETS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often recorded durations are sorted into their buckets, also when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts the log, on standard error: standard output belongs to what commands print. Spans go
/// to `traces` too, whatever the level of the log.
///
/// A command that does not serve keeps quiet by default unless something is wrong.
pub fn log(settings: &Settings, serves: bool, traces: Option<&Traces>) {
    let filter = if settings.logs_by_default() && !serves { "warn" } else { &settings.log };
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = match settings.log_format {
        LogFormat::Text => fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => {
            fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(stderr).boxed()
        }
    };
    let traces = traces.map(|traces| {
        let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer());
        layer
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(filter_fn(traces::is_traced))
    });
    // A second call, as by tests, keeps the first log.
    let _ = registry().with(log.with_filter(filter)).with(traces).try_init();
}

/// Starts the metrics of this process, once; the handle renders them for Prometheus.
///
/// # Errors
/// When this process has a recorder of another kind already.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    static STARTED: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(started) = STARTED.get() {
        return Ok(started.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .context("cannot start the metrics")?;
    let kept = STARTED.get_or_init(|| handle.clone()).clone();
    supervise::spawn("metrics upkeep", async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}
