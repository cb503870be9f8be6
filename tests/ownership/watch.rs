//! Feeds the collector, with paths made from the roles on the way.

use std::collections::HashMap;

use deep_size::ownership::{Collector, Sharing};
use deep_size::{Allocation, DeepSize, Meeting, Node, Observer, Reason, Role, Tally};

/// Numbers the places of a walk; all elements of a collection are one place.
#[derive(Default)]
pub(crate) struct Paths {
    numbers: HashMap<(u32, &'static str), u32>,
    names: Vec<String>,
    /// The places around, the innermost last.
    around: Vec<u32>,
}

impl Paths {
    pub(crate) fn enter(&mut self, role: Role) {
        let name = match role {
            Role::Field(name) => name,
            Role::Element(_) => "[]",
            Role::Key(_) => "[key]",
            Role::Value(_) => "[value]",
            _ => "",
        };
        let parent = self.around.last().copied().unwrap_or(0);
        let next = self.names.len() as u32;
        let path = *self.numbers.entry((parent, name)).or_insert(next);
        if path == next {
            let around = self.names.get(parent as usize).map_or("", String::as_str);
            let dot = if around.is_empty() || name.is_empty() || name.starts_with('[') { "" } else { "." };
            self.names.push(format!("{around}{dot}{name}"));
        }
        self.around.push(path);
    }

    pub(crate) fn exit(&mut self) {
        self.around.pop();
    }

    pub(crate) fn here(&self) -> u32 {
        self.around.last().copied().unwrap_or(0)
    }

    pub(crate) fn name(&self, path: u32) -> &str {
        &self.names[path as usize]
    }
}

#[derive(Default)]
struct Watch {
    collector: Collector,
    paths: Paths,
}

impl Observer for Watch {
    fn enter(&mut self, node: &Node) {
        self.paths.enter(node.role);
        self.collector.enter(node);
    }

    fn exit(&mut self) {
        self.collector.exit();
        self.paths.exit();
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.collector.allocation(allocation);
    }

    fn shared(&mut self, meeting: &Meeting) {
        self.collector.shared(meeting, self.paths.here());
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        self.collector.borrowed(memory, counted, self.paths.here());
    }

    fn opaque(&mut self, reason: Reason) {
        self.collector.opaque(reason);
    }
}

/// What a walk over the value shows of its sharing, and the names of the paths.
#[track_caller]
pub(crate) fn watch<T: DeepSize + ?Sized>(value: &T) -> (Sharing, Paths) {
    let mut watch = Watch::default();
    let deep = Tally::new().add_observed(value, &mut watch);
    let sharing = watch.collector.finish();
    let sum = sharing.exclusive() + sharing.external() + sharing.cyclic();
    assert_eq!((sum, sharing.deep(), deep), (value.deep_size(), deep, value.deep_size()), "the parts add up");
    for block in sharing.shared_allocations() {
        assert!(block.bytes() <= block.own() && block.own() <= block.retained() && block.retained() <= deep);
        let listed: usize = block.holders().iter().map(|holder| holder.strong + holder.weak).sum();
        assert_eq!(listed + block.handles_elsewhere(), block.strong_inside() + block.weak_inside());
    }
    let retained: Vec<usize> = sharing.shared_allocations().map(|block| block.retained()).collect();
    assert!(retained.is_sorted_by(|a, b| a >= b), "the largest comes first");
    assert!(sharing.cycles().map(|cycle| cycle.bytes()).sum::<usize>() <= sharing.cyclic());
    (sharing, watch.paths)
}
