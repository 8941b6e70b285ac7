//! Spans, sent to a collector of OpenTelemetry where the settings name one.

use std::time::Duration;

use anyhow::Context;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::{Level, Metadata, warn};

/// The target of spans that are for traces alone: no level of the log shows them but `trace`.
pub const TRACED: &str = "qun::traced";

/// How long a collector may take for what is sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go. They are gathered, and sent by a thread beside.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends to `/v1/traces` at this address, as protobuf over HTTP.
    ///
    /// # Errors
    /// When the exporter cannot be set up. Whether anybody listens there is not asked.
    pub fn to(endpoint: &str) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(PATIENCE)
            .build()
            .context("cannot export traces")?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("qun").with_attribute(version).build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource);
        Ok(Self(provider.build()))
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.0.tracer("qun")
    }

    /// Sends what is left.
    pub async fn end(self) {
        // It waits for the thread that sends.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(PATIENCE)).await;
        if !matches!(ended, Ok(Ok(()))) {
            warn!("the last traces were not sent");
        }
    }
}

/// Whether a span goes into traces: ours, but for those by which lines of the log are found.
pub(super) fn is_traced(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
        && (metadata.target() == TRACED
            || (metadata.target().starts_with("qun_")
                && *metadata.level() <= Level::INFO
                && metadata.name() != "http"))
}
