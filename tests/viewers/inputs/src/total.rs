//! The figures of a report as JSON, for the scripts that check readers.

use deep_size::Report;
use deep_size::layouts::TypeKind;
use serde_json::{Value, json};

pub(crate) fn of(report: &Report) -> Value {
    json!({
        "deep": report.deep_size(),
        "shallow": report.shallow_size(),
        "exclusive": report.exclusive_size(),
        "external": report.external_size(),
        "cyclic": report.cyclic_size(),
        "uncertain": report.uncertain_size(),
        "shared": report.shared_size(),
        "spare": report.spare_size(),
        "padding": report.padding(),
        "unused": report.unused_by_variants(),
        "allocations": report.allocation_count(),
        "type": report.root().type_name(),
        "is_exact": report.is_exact(),
        "is_truncated": report.is_truncated(),
        "nodes": report.nodes().map(|node| json!({
            "path": node.path(),
            "type": node.type_name(),
            "count": node.count(),
            "own": node.own_size(),
            "deep": node.deep_size(),
            "shared": node.shared_size(),
            "allocations": node.allocation_count(),
            "sample": node.sample_size().unwrap_or(0),
        })).collect::<Vec<_>>(),
        "types": report.types().iter().map(|total| json!({
            "name": total.type_name,
            "count": total.count,
            "bytes": total.size,
            "spare": total.spare_size,
            "padding": total.padding,
            "unused": total.unused_by_variants,
        })).collect::<Vec<_>>(),
        "layouts": report.layouts().iter().map(|layout| json!({
            "type": layout.type_name,
            "size": layout.size,
            "kind": match layout.kind {
                TypeKind::Enum => "enum",
                TypeKind::Union => "union",
                _ => "struct",
            },
            "variants": layout.variants.iter().map(|variant| json!({
                "name": variant.name,
                "count": variant.count,
                "is_seen": variant.is_seen(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "blocks": report.shared_allocations().map(|block| json!({
            "position": block.position(),
            "type": block.type_name(),
            "bytes": block.block_size(),
            "own": block.own_size(),
            "retained": block.retained_size(),
            "dominator": block.dominator().map(|by| by.position()),
            "strong_inside": block.inside_strong_count(),
            "weak_inside": block.inside_weak_count(),
            "strong_outside": block.outside_strong_count(),
            "weak_outside": block.outside_weak_count(),
            "contents_fate": format!("{:?}", block.contents_outcome()),
            "block_fate": format!("{:?}", block.block_outcome()),
            "retainers": block.retainers().map(|one| json!({
                "block": one.block().map(|from| from.position()),
                "path": one.node().path(),
                "strong": one.strong_count(),
                "weak": one.weak_count(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "cycles": report.cycles().map(|cycle| json!({
            "bytes": cycle.size(),
            "blocks": cycle.block_count(),
            "hops": cycle.links().map(|link| link.block().position()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
