//! The figures of a snapshot as JSON, for the scripts.

use std::time::Duration;

use deep_size_track::Snapshot;
use serde_json::{Map, Value, json};

use crate::METRICS;
use crate::work::Known;

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

pub(crate) fn of(snapshot: &Snapshot, known: Option<&[Known; 6]>) -> Value {
    let traces: Vec<Value> = snapshot
        .traces()
        .map(|trace| {
            let mut one: Map<String, Value> =
                METRICS.iter().map(|(kind, metric)| (kind.to_string(), metric.of(trace).into())).collect();
            let mut stack: Vec<_> = trace.frames().map(|frame| frame.function()).collect();
            stack.reverse();
            one.insert("stack".into(), stack.into());
            one.insert("most".into(), json!([trace.max_size(), trace.max_blocks()]));
            one.insert("lived".into(), micros(trace.lifetime_sum() + trace.age_sum()).into());
            one.into()
        })
        .collect();
    let known = known.into_iter().flatten().map(|(name, amounts)| (name.to_string(), json!(amounts)));
    json!({
        "totals": METRICS.map(|(kind, metric)| (kind, snapshot.traces().map(|trace| metric.of(trace)).sum::<u64>()))
            .into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "micros": micros(snapshot.elapsed()),
        "peak_micros": micros(snapshot.peak_elapsed()),
        "period": snapshot.sampling_interval().unwrap_or(1),
        "program": std::env::current_exe().unwrap_or_default(),
        "known": known.collect::<Map<_, _>>(),
        "traces": traces,
    })
}
