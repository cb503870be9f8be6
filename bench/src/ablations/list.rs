//! The optimisations of the core. Each has a heading of the same name in `docs/performance.md`.

use super::edit::{Code, Edit};
use crate::heap::Age;

/// An optimisation, the edits that remove it, and the rows of the table that it should speed up.
pub(super) struct Ablation {
    pub(super) name: &'static str,
    pub(super) edits: &'static [Edit],
    pub(super) code: &'static [Code],
    pub(super) rows: &'static [Row],
}

/// A row of the table.
pub(super) struct Row {
    pub(super) workload: &'static str,
    pub(super) count: usize,
    pub(super) age: Age,
}

const fn row(workload: &'static str, count: usize, age: Age) -> Row {
    Row { workload, count, age }
}

pub(super) const ABLATIONS: [Ablation; 12] = [
    Ablation {
        name: "The sum in a register",
        edits: &[Edit {
            file: "deepsize-derive/src/expand.rs",
            from: "#krate::__private::sum(#this, #value, #visitor)",
            to: "#krate::DeepSize::walk_owned(#this, #visitor); #value",
        }],
        code: &[
            Code::Function("deepsize-core/src/__private.rs", "sum"),
            Code::Item("deepsize-core/src/__private.rs", "impl Visitor<'_> for Sum<"),
        ],
        rows: &[
            row("Vec<struct>", 1_000, Age::Fresh),
            row("tree of boxes", 100_000, Age::Fresh),
            row("boxed list", 100_000, Age::Fresh),
            row("mixed document", 100_000, Age::Fresh),
        ],
    },
    Ablation {
        name: "Sums over slices",
        edits: &[Edit {
            file: "deepsize-core/src/impls/alloc/vec.rs",
            from: "if T::is_flat() { sum } else { T::__sum_slice(self, sum, walker) }",
            to: "if T::is_flat() { sum } else { self.iter().fold(sum, |sum, element| element.__sum(sum, walker)) }",
        }],
        code: &[
            Code::Function("deepsize-core/src/impls/mod.rs", "sum_of"),
            Code::Function("deepsize-core/src/impls/mod.rs", "__sum_slice"),
            Code::Function("deepsize-core/src/impls/alloc/vec.rs", "__sum_slice"),
        ],
        rows: &[row("Vec<String>", 1_000, Age::Fresh), row("Vec<Vec<u32>>", 1_000, Age::Fresh)],
    },
    Ablation {
        name: "Prefetching slices",
        edits: &[Edit {
            file: "deepsize-core/src/prefetch/slice.rs",
            from: "if IS_ENABLED && elements.len() >= MANY",
            to: "if false && IS_ENABLED && elements.len() >= MANY",
        }],
        code: &[
            Code::File("deepsize-core/src/prefetch/slice.rs"),
            Code::Function("deepsize-core/src/__private.rs", "next_reads"),
            Code::Item("deepsize-core/src/__private.rs", "impl Visitor<'_> for Reads"),
            Code::Function("deepsize-core/src/prefetch/mod.rs", "merge"),
        ],
        rows: &[
            row("Vec<struct>", 100_000, Age::Aged),
            row("Vec<struct>", 1_000_000, Age::Aged),
            row("mixed document", 1_000_000, Age::Aged),
        ],
    },
    Ablation {
        name: "Prefetching map entries",
        edits: &[Edit {
            file: "deepsize-core/src/prefetch/entries.rs",
            from: "if IS_ENABLED && len >= MANY",
            to: "if false && IS_ENABLED && len >= MANY",
        }],
        code: &[Code::File("deepsize-core/src/prefetch/entries.rs")],
        rows: &[
            row("HashMap<String, Vec<String>>", 100_000, Age::Aged),
            row("HashMap<String, Vec<String>>", 1_000_000, Age::Fresh),
        ],
    },
    Ablation {
        name: "Batches of trait objects",
        edits: &[Edit {
            file: "deepsize-core/src/prefetch/dyn_batch.rs",
            from: "if !IS_ENABLED || objects.len() < BATCH",
            to: "if true || !IS_ENABLED || objects.len() < BATCH",
        }],
        code: &[
            Code::File("deepsize-core/src/prefetch/dyn_batch.rs"),
            Code::Function("deepsize-core/src/impls/alloc/boxed.rs", "__sum_slice"),
        ],
        rows: &[
            row("Vec<Box<dyn Trait>>", 1_000, Age::Fresh),
            row("Vec<Box<dyn Trait>>", 100_000, Age::Aged),
            row("Vec<Box<dyn Trait>>", 1_000_000, Age::Fresh),
        ],
    },
    Ablation {
        name: "Batches of handles",
        edits: &[Edit {
            file: "deepsize-core/src/impls/alloc/counted.rs",
            from: "walker.sum_handles(handles, before)",
            to: "walker.sum_elements(handles, before)",
        }],
        code: &[
            Code::Function("deepsize-core/src/walker/plain.rs", "sum_handles"),
            Code::Function("deepsize-core/src/impls/alloc/counted.rs", "__sum_slice"),
            Code::Function("deepsize-core/src/walk/visited.rs", "contains"),
        ],
        rows: &[
            row("Vec<Arc<String>> shared 1000x", 1_000_000, Age::Aged),
            row("Vec<Arc<String>> shared 10x", 100_000, Age::Aged),
            row("Vec<Arc<String>> unique", 1_000_000, Age::Aged),
        ],
    },
    Ablation {
        name: "Unique handles are not recorded",
        edits: &[Edit {
            file: "deepsize-core/src/walk/visited.rs",
            from: "strong == 1 && weak == 0 && !self.records_unique",
            to: "false && strong == 1 && weak == 0 && !self.records_unique",
        }],
        code: &[Code::Function("deepsize-core/src/walk/visited.rs", "is_unique")],
        rows: &[
            row("Vec<Arc<String>> unique", 1_000, Age::Fresh),
            row("Vec<Arc<String>> unique", 100_000, Age::Aged),
        ],
    },
    Ablation {
        name: "The first four addresses in place",
        edits: &[
            Edit {
                file: "deepsize-core/src/walk/visited.rs",
                from: "if self.many.is_unallocated() { self.insert_among_few(address) } else { self.many.insert(address) }",
                to: "self.many.insert(address)",
            },
            Edit {
                file: "deepsize-core/src/walk/visited.rs",
                from: "        if self.many.is_unallocated() {\n            self.few",
                to: "        if false {\n            self.few",
            },
        ],
        code: &[Code::Function("deepsize-core/src/walk/visited.rs", "insert_among_few")],
        rows: &[row("a pair of equal Arcs", 1, Age::Fresh)],
    },
    Ablation {
        name: "One entry for many addresses",
        edits: &[Edit {
            file: "deepsize-core/src/walk/address_set.rs",
            from: "region: number / usize::BITS as usize + 1, marks: 1 << (number % usize::BITS as usize)",
            to: "region: number.wrapping_add(1), marks: 1",
        }],
        code: &[Code::Function("deepsize-core/src/walk/address_set.rs", "mark")],
        rows: &[
            row("Vec<Arc<String>> shared 10x", 1_000_000, Age::Fresh),
            row("Vec<Arc<String>> shared 10x", 100_000, Age::Aged),
        ],
    },
    Ablation {
        name: "The first entries of a B-tree leaf",
        edits: &[Edit {
            file: "deepsize-core/src/layout/b_tree.rs",
            from: "const LEAST_IN_LEAF: usize = 5;",
            to: "const LEAST_IN_LEAF: usize = 1;",
        }],
        code: &[Code::Item(
            "deepsize-core/src/layout/b_tree.rs",
            "for (key, value) in entries.by_ref().take(LEAST_IN_LEAF)",
        )],
        rows: &[row("BTreeMap<u64, u64>", 1_000, Age::Fresh), row("BTreeMap<u64, u64>", 1_000, Age::Aged)],
    },
    Ablation {
        name: "Flat hash tables by capacity",
        edits: &[
            Edit {
                file: "deepsize-core/src/impls/hash_map.rs",
                from: "let table = Table::from_capacity_alone(fill.capacity, fill.len);",
                to: "let table: Option<Table> = None;",
            },
            Edit {
                file: "deepsize-core/src/impls/hash_map.rs",
                from: "if is_flat && Table::from_capacity_alone(capacity, len).is_some()",
                to: "if false && is_flat",
            },
        ],
        code: &[Code::Function("deepsize-core/src/layout/hash_table.rs", "from_capacity_alone")],
        rows: &[row("HashMap<u64, u64>", 1_000, Age::Fresh), row("HashMap<u64, u64>", 100_000, Age::Fresh)],
    },
    Ablation {
        name: "One loop over elements, out of line",
        edits: &[Edit {
            file: "deepsize-core/src/walker/plain.rs",
            from: "    #[inline(never)]\n    pub(crate) fn sum_elements",
            to: "    #[inline]\n    pub(crate) fn sum_elements",
        }],
        // A single attribute has no function or block.
        code: &[],
        rows: &[row("mixed document", 1_000, Age::Fresh), row("mixed document", 1_000_000, Age::Aged)],
    },
];
