//! Generates saved reports that are consistent enough to be read.

use arbitrary::Unstructured;
use serde_json::{Value, json};

use crate::text::{below, name};

const STEPS: [&str; 11] = [
    "field",
    "element",
    "key",
    "value",
    "inner",
    "pointee",
    "shared",
    "borrowed",
    "variant",
    "reference",
    "rest",
];

/// The bytes of a node: small, or near the limits.
fn number(source: &mut Unstructured<'_>) -> usize {
    match below(source, 8) {
        0 => source.arbitrary::<u64>().unwrap_or_default() as usize >> below(source, 64),
        _ => below(source, 100),
    }
}

/// A report of up to about a hundred nodes and blocks, as JSON.
pub fn saved_report(source: &mut Unstructured<'_>) -> String {
    let most = if below(source, 8) == 0 { 100 } else { 10 };
    let many = 1 + below(source, most);
    let mut own: Vec<usize> = (0..many).map(|_| number(source)).collect();
    let is_chain = below(source, 4) == 0;
    let parents: Vec<usize> =
        (0..many).map(|at| if is_chain { at.saturating_sub(1) } else { below(source, at) }).collect();
    let mut has_children = vec![false; many];
    parents.iter().skip(1).for_each(|&parent| has_children[parent] = true);
    let mut target = vec![None; many];
    for at in 1..many {
        if !has_children[at] && below(source, 4) == 0 {
            target[at] = Some(below(source, many)).filter(|&to| to < at && target[to].is_none());
            own[at] *= usize::from(target[at].is_none());
        }
    }
    let mut deep = own.clone();
    for at in (1..many).rev() {
        deep[parents[at]] = deep[parents[at]].saturating_add(deep[at]);
    }
    let nodes: Vec<Value> = (0..many)
        .map(|at| {
            let own = own[at];
            let mut node = json!({
                "step": "root", "type": name(source), "count": number(source), "shallow": own.min(below(source, 50)),
                "deep": deep[at], "own": own, "spare": below(source, own.saturating_add(1)),
                "shared": below(source, own.saturating_add(1)), "allocations": below(source, 9),
            });
            if at > 0 {
                node["parent"] = parents[at].into();
                node["step"] = STEPS[below(source, STEPS.len())].into();
                node["name"] = name(source).into();
                node["recursive"] = (below(source, 4) == 0).into();
                if let Some(target) = target[at] {
                    node["refers_to"] = target.into();
                }
            }
            node
        })
        .collect();
    let deep = deep[0];
    let exclusive = below(source, deep.saturating_add(1));
    let external = below(source, (deep - exclusive).saturating_add(1));
    let mut list = |most: usize, item: &mut dyn FnMut(&mut Unstructured<'_>, usize) -> Value| -> Vec<Value> {
        let many = below(source, most);
        (0..many).map(|at| item(source, at)).collect()
    };
    let types = list(
        6,
        &mut |s, _| json!({"name": name(s), "count": number(s), "bytes": number(s), "spare": number(s)}),
    );
    let largest = list(4, &mut |s, _| json!({"path": name(s), "type": name(s), "bytes": number(s)}));
    let opaque = list(
        4,
        &mut |s, _| json!({"path": name(s), "type": name(s), "reason": reason(s), "count": number(s)}),
    );
    let bounds = list(4, &mut |s, _| {
        let missing = (below(s, 2) == 0).then(|| number(s));
        json!({"path": name(s), "type": name(s), "reason": reason(s), "count": number(s), "missing": missing})
    });
    let blocks = list(12, &mut |s, at| block(s, at, many));
    let cycles = list(4, &mut |s, _| {
        let hop = |s: &mut Unstructured<'_>| json!({"block": below(s, blocks.len()), "node": below(s, many)});
        let hops: Vec<Value> = (0..below(s, 4) * usize::from(!blocks.is_empty())).map(|_| hop(s)).collect();
        json!({"bytes": number(s), "blocks": number(s), "hops": hops})
    });
    let advice = list(5, &mut |s, _| advice(s, many));
    json!({
        "format": "deep-size report", "version": 1, "pointer_width": usize::BITS, "deep": deep,
        "shared": deep.min(number(source)), "exclusive": exclusive, "external": external,
        "cyclic": deep - exclusive - external, "uncertain": below(source, exclusive.min(9).saturating_add(1)),
        "uncertain_external": 0, "uncertain_cyclic": 0, "hides_handles": below(source, 2) == 0,
        "truncated": below(source, 2) == 0, "unfollowed_pointers": number(source), "nodes": nodes, "types": types,
        "largest": largest, "opaque": opaque, "lower_bounds": bounds, "shared_allocations": blocks, "cycles": cycles,
        "advice": advice,
    })
    .to_string()
}

fn reason(source: &mut Unstructured<'_>) -> Value {
    match below(source, 3) {
        0 => "slice".into(),
        1 => "capacity".into(),
        _ => json!({"other": name(source)}),
    }
}

fn block(source: &mut Unstructured<'_>, at: usize, nodes: usize) -> Value {
    const FATES: [&str; 3] = ["freed", "external", "cyclic"];
    let earlier = |s: &mut Unstructured<'_>| (at > 0 && below(s, 2) == 0).then(|| below(s, at));
    let count = |s: &mut Unstructured<'_>| (below(s, 4) > 0).then(|| number(s));
    let holders: Vec<Value> = (0..below(source, 4))
        .map(|_| json!({"node": below(source, nodes), "strong": below(source, 9), "weak": below(source, 9)}))
        .collect();
    let retainers: Vec<Value> = (0..below(source, 4))
        .map(|_| {
            let block = earlier(source);
            json!({"block": block, "node": below(source, nodes), "strong": below(source, 9), "weak": below(source, 9)})
        })
        .collect();
    let [contents, memory] = [(); 2].map(|()| FATES[below(source, 3)]);
    json!({
        "type": name(source), "bytes": below(source, 99), "owned": below(source, 99), "retained": number(source),
        "dominator": earlier(source), "strong": count(source), "weak": count(source),
        "strong_inside": below(source, 99), "weak_inside": below(source, 99), "handles_elsewhere": below(source, 99),
        "contents_fate": contents, "block_fate": memory,
        "uncertain": below(source, 2) == 0, "holders": holders, "retainers": retainers,
    })
}

fn advice(source: &mut Unstructured<'_>, nodes: usize) -> Value {
    let certainty = ["exact", "at_least", "estimate"][below(source, 3)];
    let mut advice = json!({
        "declaration": name(source), "type": name(source), "node": below(source, nodes), "bytes": number(source),
        "certainty": certainty, "count": number(source), "places": number(source),
    });
    let kinds = [
        "shrink_to_fit",
        "rebuild",
        "boxed_slice",
        "unbox",
        "share_equal",
        "box_option",
        "box_variants",
        "reorder_fields",
        "break_cycle",
    ];
    advice["kind"] = kinds[below(source, kinds.len())].into();
    for member in ["distinct", "none", "size", "blocks", "largest_unboxed", "boxes", "smaller"] {
        advice[member] = number(source).into();
    }
    for member in ["variants", "unseen", "order"] {
        advice[member] = (0..below(source, 3)).map(|_| name(source)).collect::<Vec<_>>().into();
    }
    advice
}
