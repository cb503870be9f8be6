//! Records the events of an observer for the parts of the root.

use deep_size::observer::{Allocation, FlatRun, Node, Role};
use deep_size::{DeepSize, Observer, Tally};

/// The parts of `value` in order: `name` for an entered field, `name!` for a field that owns nothing, `::Name` for the
/// variant, and below them `&bytes` for counted borrowed memory.
pub(crate) fn parts<T: DeepSize + ?Sized>(value: &T) -> Vec<String> {
    let mut trace = Trace::default();
    Tally::new().add_observed(value, &mut trace);
    trace.parts
}

#[derive(Default)]
struct Trace {
    depth: usize,
    parts: Vec<String>,
}

impl Observer for Trace {
    fn enter(&mut self, node: &Node) {
        if let (1, Role::Field(name)) = (self.depth, node.role) {
            self.parts.push(name.to_owned());
        }
        self.depth += 1;
    }

    fn exit(&mut self) {
        self.depth -= 1;
    }

    fn flat(&mut self, run: &FlatRun) {
        if let (1, Role::Field(name)) = (self.depth, run.role) {
            self.parts.push(format!("{name}!"));
        }
    }

    fn variant(&mut self, name: &'static str) {
        if self.depth == 1 {
            self.parts.push(format!("::{name}"));
        }
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        if counted {
            self.parts.push(format!("&{}", memory.layout.size()));
        }
    }
}
