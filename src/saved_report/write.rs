//! Converts a report to a file.

use std::vec::Vec;

use deep_size_core::Reason;

use super::document::{
    Document, FORMAT, Format, Hop, Large, Opaque, SavedAdvice, SavedBlock, SavedBound, SavedCertainty,
    SavedCycle, SavedDiscriminant, SavedFate, SavedField, SavedHolder, SavedIntegers, SavedKind, SavedLayout,
    SavedNode, SavedRetainer, SavedTypeKind, SavedVariant, StepKind, Type, VERSION, Version, Why,
};
use crate::inspect::Report;
use crate::layouts::{Discriminant, FieldLayout, TypeKind, TypeLayout, VariantLayout};
use crate::ownership::cycles::Leak;
use crate::ownership::sharing::{Listed, Sharing};
use crate::tree::NodeData;
use crate::tree::stats::NONE;
use crate::tree::step::{Name, Step};
use crate::{advice, ownership};

impl From<&Report> for Document {
    fn from(report: &Report) -> Self {
        let sharing = &report.sharing;
        Self {
            format: Format(FORMAT),
            version: Version(VERSION),
            pointer_width: report.pointer_width,
            deep: report.deep,
            shared: report.shared,
            exclusive: sharing.exclusive,
            external: sharing.external,
            cyclic: sharing.cyclic,
            uncertain: sharing.uncertain,
            uncertain_external: Some(sharing.uncertain_external),
            uncertain_cyclic: Some(sharing.uncertain_cyclic),
            hides_handles: sharing.hides_handles,
            truncated: report.is_truncated,
            nodes: report.tree.nodes.iter().map(node).collect(),
            types: report
                .types
                .iter()
                .map(|total| Type {
                    name: total.type_name.clone(),
                    count: total.count,
                    bytes: total.size,
                    spare: total.spare_size,
                    padding: total.padding,
                    unused: total.unused_by_variants,
                    estimated: total.is_estimate,
                    estimated_bytes: total.has_estimated_size,
                })
                .collect(),
            layouts: report.layouts.iter().map(layout).collect(),
            integers: report
                .integers
                .iter()
                .map(|range| SavedIntegers {
                    path: range.path.clone(),
                    type_name: range.type_name.clone(),
                    smallest: range.smallest,
                    largest: range.largest,
                    count: range.count,
                    read: range.read_count,
                })
                .collect(),
            largest: report
                .largest
                .iter()
                .map(|value| Large {
                    path: value.path.clone(),
                    type_name: value.type_name.clone(),
                    bytes: value.size,
                })
                .collect(),
            opaque: report
                .opaque
                .iter()
                .map(|part| Opaque {
                    path: part.path.clone(),
                    type_name: part.type_name.clone(),
                    reason: why(part.reason),
                    count: part.count,
                })
                .collect(),
            lower_bounds: report
                .lower_bounds
                .iter()
                .map(|bound| SavedBound {
                    path: bound.path.clone(),
                    type_name: bound.type_name.clone(),
                    reason: why(bound.reason),
                    count: bound.count,
                    missing: bound.missing_size,
                })
                .collect(),
            unfollowed_pointers: report.unfollowed,
            shared_allocations: sharing.blocks.iter().map(|block| listed(sharing, block)).collect(),
            cycles: sharing.leaks.iter().map(cycle).collect(),
            advice: report.advice.iter().map(saving).collect(),
        }
    }
}

fn some(id: u32) -> Option<u32> {
    (id != NONE).then_some(id)
}

fn node(data: &NodeData) -> SavedNode {
    let (step, name) = step(&data.step);
    SavedNode {
        parent: some(data.parent),
        step,
        name,
        type_name: data.type_name.clone(),
        count: data.count,
        shallow: data.shallow,
        deep: data.deep,
        own: data.own,
        spare: data.spare,
        shared: data.shared,
        allocations: data.allocations,
        padding: data.padding,
        unused: data.unused,
        sample: data.sample_size,
        refers_to: some(data.elsewhere),
        recursive: data.is_recursive,
    }
}

fn layout(layout: &TypeLayout) -> SavedLayout {
    let fields = || layout.fields.iter().map(field).collect();
    let kind = match layout.kind {
        TypeKind::Struct => SavedTypeKind::Struct { fields: fields(), padding: layout.padding },
        TypeKind::Union => SavedTypeKind::Union { fields: fields(), padding: layout.padding },
        TypeKind::Enum => SavedTypeKind::Enum {
            discriminant: discriminant(layout.discriminant.as_ref()),
            declared_discriminant: layout.discriminant_size,
            variants: layout.variants.iter().map(variant).collect(),
        },
    };
    SavedLayout {
        type_name: layout.type_name.clone(),
        size: layout.size,
        alignment: layout.alignment,
        count: layout.count,
        estimated: layout.is_estimate,
        kind,
    }
}

fn field(field: &FieldLayout) -> SavedField {
    SavedField {
        name: field.name.clone(),
        type_name: field.type_name.clone(),
        offset: field.offset,
        size: field.size,
        alignment: field.alignment,
    }
}

fn discriminant(discriminant: Option<&Discriminant>) -> SavedDiscriminant {
    match discriminant {
        Some(Discriminant::Tag(bytes)) => SavedDiscriminant::Tag(*bytes),
        Some(Discriminant::Niche { variant, field }) => {
            SavedDiscriminant::Niche { variant: variant.clone(), field: field.clone() }
        }
        Some(Discriminant::Absent) => SavedDiscriminant::Absent,
        Some(Discriminant::Unknown) | None => SavedDiscriminant::Unknown,
    }
}

fn variant(variant: &VariantLayout) -> SavedVariant {
    SavedVariant {
        name: variant.name.clone(),
        count: variant.count,
        fields: variant.is_seen.then(|| variant.fields.iter().map(field).collect()),
        padding: variant.padding,
        unused: variant.unused,
    }
}

fn step(step: &Step<Name>) -> (StepKind, Option<Name>) {
    let kind = match step {
        Step::Field(name) => return (StepKind::Field, Some(name.clone())),
        Step::Variant(name) => return (StepKind::Variant, Some(name.clone())),
        Step::Root => StepKind::Root,
        Step::Element => StepKind::Element,
        Step::Key => StepKind::Key,
        Step::Value => StepKind::Value,
        Step::Inner => StepKind::Inner,
        Step::Pointee => StepKind::Pointee,
        Step::Shared => StepKind::Shared,
        Step::Borrowed => StepKind::Borrowed,
        Step::Reference => StepKind::Reference,
        Step::Rest => StepKind::Rest,
    };
    (kind, None)
}

fn why(reason: Reason) -> Why {
    match reason {
        Reason::Locked => Why::Locked,
        Reason::Borrowed => Why::Borrowed,
        Reason::Cell => Why::Cell,
        Reason::Uninit => Why::Uninit,
        Reason::TypeErased => Why::TypeErased,
        Reason::Handle => Why::Handle,
        Reason::Hidden => Why::Hidden,
        Reason::Capacity => Why::Capacity,
        Reason::Slice => Why::Slice,
        Reason::Tombstones => Why::Tombstones,
        Reason::TooDeep => Why::TooDeep,
        Reason::Unrecorded => Why::Unrecorded,
        Reason::Stopped => Why::Stopped,
        Reason::Other(reason) => Why::Other(reason.into()),
        // A later release of the core may add variants.
        other => Why::Other(std::format!("{other}").into()),
    }
}

fn listed(sharing: &Sharing, block: &Listed) -> SavedBlock {
    let holders = sharing.holders(block).iter().map(|held| SavedHolder {
        node: held.node,
        strong: held.handles.strong,
        weak: held.handles.weak,
    });
    let retainers = sharing.links(block).iter().map(|link| SavedRetainer {
        block: some(link.from),
        node: link.node,
        strong: link.handles.strong,
        weak: link.handles.weak,
    });
    SavedBlock {
        type_name: block.type_name.clone(),
        bytes: block.size,
        owned: block.owned,
        retained: block.retained,
        dominator: block.dominator,
        strong: block.counts.strong,
        weak: block.counts.weak,
        strong_inside: block.seen.strong,
        weak_inside: block.seen.weak,
        handles_elsewhere: block.elsewhere,
        contents_fate: fate(block.contents),
        block_fate: fate(block.memory),
        uncertain: block.is_uncertain,
        holders: holders.collect(),
        retainers: retainers.collect(),
    }
}

fn fate(fate: ownership::DropOutcome) -> SavedFate {
    match fate {
        ownership::DropOutcome::Freed => SavedFate::Freed,
        ownership::DropOutcome::External => SavedFate::External,
        ownership::DropOutcome::Cyclic => SavedFate::Cyclic,
    }
}

fn cycle(leak: &Leak) -> SavedCycle {
    let hops: Vec<Hop> = leak.links.iter().map(|&(block, node)| Hop { block, node }).collect();
    SavedCycle { bytes: leak.bytes, blocks: leak.blocks, hops }
}

fn saving(saving: &advice::Saving) -> SavedAdvice {
    let kind = match &saving.kind {
        advice::AdviceKind::ShrinkToFit => SavedKind::ShrinkToFit,
        advice::AdviceKind::Rebuild => SavedKind::Rebuild,
        advice::AdviceKind::BoxedSlice => SavedKind::BoxedSlice,
        advice::AdviceKind::Unbox => SavedKind::Unbox,
        advice::AdviceKind::ShareEqual { distinct_count: distinct } => {
            SavedKind::ShareEqual { distinct: *distinct }
        }
        advice::AdviceKind::BoxOption { none_count, size } => {
            SavedKind::BoxOption { none: *none_count, size: *size }
        }
        advice::AdviceKind::BoxVariants {
            variants,
            unseen,
            largest_unboxed,
            box_count: boxes,
            size,
            smaller_size: smaller,
        } => SavedKind::BoxVariants {
            variants: variants.clone(),
            unseen: unseen.clone(),
            largest_unboxed: *largest_unboxed,
            boxes: *boxes,
            size: *size,
            smaller: *smaller,
        },
        advice::AdviceKind::ReorderFields { order, size, smaller_size: smaller } => {
            SavedKind::ReorderFields { order: order.clone(), size: *size, smaller: *smaller }
        }
        advice::AdviceKind::BreakCycle { block_count: blocks } => SavedKind::BreakCycle { blocks: *blocks },
    };
    let certainty = match saving.certainty {
        advice::Certainty::Exact => SavedCertainty::Exact,
        advice::Certainty::AtLeast => SavedCertainty::AtLeast,
        advice::Certainty::Estimate => SavedCertainty::Estimate,
    };
    SavedAdvice {
        kind,
        declaration: saving.declaration.clone(),
        type_name: saving.type_name.clone(),
        node: saving.node,
        bytes: saving.bytes,
        certainty,
        count: saving.count,
        places: saving.places,
    }
}
