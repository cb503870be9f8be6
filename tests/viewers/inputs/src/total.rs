//! The figures of a report as JSON, for the scripts that check readers.

use deep_size::Report;
use serde_json::{Value, json};

pub(crate) fn of(report: &Report) -> Value {
    json!({
        "deep": report.deep(),
        "shallow": report.shallow(),
        "exclusive": report.exclusive(),
        "external": report.external(),
        "cyclic": report.cyclic(),
        "uncertain": report.uncertain(),
        "shared": report.shared(),
        "spare": report.spare(),
        "allocations": report.allocations(),
        "type": report.root().type_name(),
        "is_exact": report.is_exact(),
        "is_truncated": report.is_truncated(),
        "nodes": report.nodes().map(|node| json!({
            "path": node.path(),
            "type": node.type_name(),
            "count": node.count(),
            "own": node.own(),
            "deep": node.deep(),
            "shared": node.shared(),
            "allocations": node.allocations(),
        })).collect::<Vec<_>>(),
        "types": report.types().iter().map(|total| json!({
            "name": total.name,
            "count": total.count,
            "bytes": total.bytes,
            "spare": total.spare,
        })).collect::<Vec<_>>(),
        "blocks": report.shared_allocations().map(|block| json!({
            "position": block.position(),
            "type": block.type_name(),
            "bytes": block.bytes(),
            "own": block.own(),
            "retained": block.retained(),
            "dominator": block.dominator().map(|by| by.position()),
            "strong_inside": block.strong_inside(),
            "weak_inside": block.weak_inside(),
            "strong_outside": block.strong_outside(),
            "weak_outside": block.weak_outside(),
            "contents_fate": format!("{:?}", block.contents_fate()),
            "block_fate": format!("{:?}", block.block_fate()),
            "retainers": block.retainers().map(|one| json!({
                "block": one.block().map(|from| from.position()),
                "path": one.node().path(),
                "strong": one.strong(),
                "weak": one.weak(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "cycles": report.cycles().map(|cycle| json!({
            "bytes": cycle.bytes(),
            "blocks": cycle.blocks(),
            "hops": cycle.hops().map(|(block, _)| block.position()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
