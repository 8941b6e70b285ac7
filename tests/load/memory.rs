//! How much memory the servers hold, as time goes by.

use std::fmt::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cluster::SERVERS;
use crate::run::Run;

const EVERY: Duration = Duration::from_secs(10);
/// Pools fill up meanwhile.
const WARM_UP: f64 = 120.0;
/// What counts as flat. Memory goes up and down by more than this with what is under way, so the least that was
/// held in the last third of the run is set against the least in the third before.
const FLAT: f64 = 1.1;

/// Seconds since the run began, and MiB.
type Samples = Vec<(f64, f64)>;

/// Looks at all servers until the run is over.
pub(crate) fn watch(run: &Run<'_>) -> [Samples; SERVERS] {
    let begun = Instant::now();
    let mut samples: [Samples; SERVERS] = Default::default();
    while !run.is_over() {
        for (server, samples) in samples.iter_mut().enumerate() {
            if let Some(resident) = run.cluster.resident(server) {
                samples.push((begun.elapsed().as_secs_f64(), resident));
            }
        }
        sleep(EVERY.min(run.end.saturating_duration_since(Instant::now())));
    }
    samples
}

/// The table. The first server was never killed: where it grew, that is wrong.
pub(crate) fn report(run: &Run<'_>, of: &[Samples; SERVERS]) -> String {
    let mut text = String::from(
        "| server | first MiB | median MiB | most MiB | last MiB | slope after 2 min, MiB/min |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for (server, samples) in of.iter().enumerate() {
        let mut sorted: Vec<f64> = samples.iter().map(|(_, resident)| *resident).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (Some((_, first)), Some((_, last))) = (samples.first(), samples.last()) else { continue };
        let (median, most) = (sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
        let slope = slope(samples.iter().filter(|(at, _)| *at >= WARM_UP));
        let _ = writeln!(
            text,
            "| {server} | {first:.1} | {median:.1} | {most:.1} | {last:.1} | {} |",
            slope.map_or_else(|| "too short".to_owned(), |slope| format!("{:.2}", slope * 60.0))
        );
        let [_, before, after] = floors(samples);
        if server == 0 && slope.is_some() && after > FLAT * before {
            run.tally.wrong(&format!("memory grows: {samples:.1?}"));
        }
    }
    text
}

/// The least of each third.
fn floors(samples: &Samples) -> [f64; 3] {
    let third = samples.len().div_ceil(3);
    let least = |of: &[(f64, f64)]| of.iter().map(|(_, resident)| *resident).fold(f64::INFINITY, f64::min);
    let mut thirds = samples.chunks(third.max(1)).map(least);
    std::array::from_fn(|_| thirds.next().unwrap_or(f64::INFINITY))
}

/// By least squares, in MiB a second; none of less than a minute.
fn slope<'s>(samples: impl Iterator<Item = &'s (f64, f64)> + Clone) -> Option<f64> {
    let count = samples.clone().count() as f64;
    if count < 6.0 {
        return None;
    }
    let mean_at = samples.clone().map(|(at, _)| at).sum::<f64>() / count;
    let mean = samples.clone().map(|(_, resident)| resident).sum::<f64>() / count;
    let spread: f64 = samples.clone().map(|(at, _)| (at - mean_at).powi(2)).sum();
    Some(samples.map(|(at, resident)| (at - mean_at) * (resident - mean)).sum::<f64>() / spread)
}
