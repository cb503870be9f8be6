//! The figures of a snapshot as JSON, for the scripts.

use deep_size_track::Snapshot;
use serde_json::{Map, Value, json};

use crate::MEASURES;
use crate::work::Known;

pub(crate) fn of(snapshot: &Snapshot, known: Option<&[Known; 6]>) -> Value {
    let traces: Vec<Value> = snapshot
        .traces()
        .map(|trace| {
            let mut one: Map<String, Value> =
                MEASURES.iter().map(|(kind, measure)| (kind.to_string(), measure.of(trace).into())).collect();
            let mut stack: Vec<_> = trace.frames().map(|frame| frame.function()).collect();
            stack.reverse();
            one.insert("stack".into(), stack.into());
            one.insert("most".into(), json!([trace.most_bytes(), trace.most_blocks()]));
            one.insert("lived".into(), (trace.lifetimes() + trace.ages()).into());
            one.into()
        })
        .collect();
    let known = known.into_iter().flatten().map(|(name, amounts)| (name.to_string(), json!(amounts)));
    json!({
        "totals": MEASURES.map(|(kind, measure)| (kind, snapshot.traces().map(|trace| measure.of(trace)).sum::<u64>()))
            .into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "micros": snapshot.micros(),
        "peak_micros": snapshot.peak_micros(),
        "period": snapshot.sampled_by().unwrap_or(1),
        "program": std::env::current_exe().unwrap_or_default(),
        "known": known.collect::<Map<_, _>>(),
        "traces": traces,
    })
}
