//! What is counted and measured, in the text format of Prometheus. No label ever holds a query.

use std::fmt::Write;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the buckets of latency, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
];

/// What is counted and measured.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    /// Requests that were refused because too many waited.
    pub refused: Counter,
    /// Searches that run.
    pub running: Gauge,
    /// Requests that wait for their turn.
    pub waiting: Gauge,
    /// Articles of the generation that answers.
    pub articles: Gauge,
    /// Seconds since that was taken over.
    pub age: Gauge<f64, AtomicU64>,
    /// Times that a generation was taken over.
    pub reloads: Counter,
    /// Times that a new generation could not be taken over.
    pub reload_errors: Counter,
    /// 1 while the index on disk cannot be read, and the last generation that could goes on.
    pub stale: Gauge,
    /// Exports that are being sent.
    pub exports: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

fn latency() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("newsearch"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(latency),
            refused: Counter::default(),
            running: Gauge::default(),
            waiting: Gauge::default(),
            articles: Gauge::default(),
            age: Gauge::default(),
            reloads: Counter::default(),
            reload_errors: Counter::default(),
            stale: Gauge::default(),
            exports: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        let requests = metrics.requests.clone();
        registry.register("requests", "Requests by route and status", requests);
        let seconds = metrics.seconds.clone();
        registry.register("request_seconds", "Time to the answer, by route", seconds);
        for (name, help, counter) in [
            (
                "refused",
                "Requests refused because too many waited",
                &metrics.refused,
            ),
            ("reloads", "Generations taken over", &metrics.reloads),
            (
                "reload_errors",
                "Generations that could not be taken over",
                &metrics.reload_errors,
            ),
        ] {
            registry.register(name, help, counter.clone());
        }
        for (name, help, gauge) in [
            ("searches_running", "Searches that run", &metrics.running),
            (
                "searches_waiting",
                "Requests that wait for their turn",
                &metrics.waiting,
            ),
            (
                "articles",
                "Articles of the generation that answers",
                &metrics.articles,
            ),
            (
                "index_stale",
                "1 while the index on disk cannot be read, or not be written by --watch",
                &metrics.stale,
            ),
            (
                "exports_open",
                "Exports that are being sent",
                &metrics.exports,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
        let age = metrics.age.clone();
        let help = "Seconds since the generation that answers was taken over";
        registry.register("generation_age_seconds", help, age);
        metrics
    }

    /// Counts an answer.
    pub fn count(&self, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let answered = Answered {
            route: route.clone(),
            status,
        };
        self.requests.get_or_create(&answered).inc();
        let seconds = self.seconds.get_or_create(&Route { route });
        seconds.observe(took.as_secs_f64());
    }

    /// All of them, and the name of the generation that answers.
    pub fn text(&self, generation: &str) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "# HELP newsearch_generation_info The generation that answers"
        );
        let _ = writeln!(text, "# TYPE newsearch_generation_info gauge");
        let _ = writeln!(
            text,
            "newsearch_generation_info{{generation=\"{generation}\"}} 1"
        );
        if encode(&mut text, &self.registry).is_err() {
            tracing::error!("the metrics cannot be written");
        }
        text
    }
}
