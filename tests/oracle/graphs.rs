//! Random graphs of shared handles, with cycles, live and dead weak handles, and handles outside the value.

use std::cell::RefCell;
use std::rc::{self, Rc};
use std::sync::{self, Arc, Mutex};

use arbitrary::Unstructured;
use deep_size::{DeepSize, Tally, Walker};

use crate::random::{Random, below};
use crate::support::{Sum, live_bytes};

/// An unsized pointee of several concrete types.
trait Payload: DeepSize {}
impl Payload for String {}
impl Payload for [u64; 3] {}
impl Payload for Vec<Box<u32>> {}

/// Defines a node type held by `$strong<$cell<Node>>`, and builds random graphs of it.
macro_rules! graphs {
    ($module:ident, $strong:ident, $counted:ident::Weak, $cell:ident, $lock:ident, $test:ident) => {
        mod $module {
            use super::*;

            pub(super) type Handle = $strong<$cell<Node>>;

            #[derive(Default)]
            pub(super) struct Node {
                name: String,
                edges: Vec<Handle>,
                backward: Vec<$counted::Weak<$cell<Node>>>,
                dead: Vec<$counted::Weak<[u16]>>,
                dead_erased: Option<$counted::Weak<dyn Payload>>,
                text: Option<$strong<str>>,
                erased: Vec<$strong<dyn Payload>>,
            }

            impl DeepSize for Node {
                fn walk_owned(&self, walker: &mut Walker<'_>) {
                    walker.field("name", &self.name);
                    walker.field("edges", &self.edges);
                    walker.field("backward", &self.backward);
                    walker.field("dead", &self.dead);
                    walker.field("dead_erased", &self.dead_erased);
                    walker.field("text", &self.text);
                    walker.field("erased", &self.erased);
                }
            }

            /// Nodes with random edges. Each occurs at least once in the returned handles.
            pub(super) fn random(source: &mut Unstructured<'_>) -> Vec<Handle> {
                let count = 1 + below(source, 8);
                let mut nodes: Vec<Handle> = (0..count).map(|_| Handle::default()).collect();
                let mut texts: Vec<$strong<str>> = Vec::new();
                let mut erased: Vec<$strong<dyn Payload>> = Vec::new();
                for index in 0..count {
                    let mut node = nodes[index].$lock().unwrap_or_else(|_| unreachable!("no guard is live"));
                    node.name = String::random(source, 2);
                    for _ in 0..below(source, 4) {
                        node.edges.push(nodes[below(source, count)].clone());
                    }
                    for _ in 0..below(source, 3) {
                        node.backward.push($strong::downgrade(&nodes[below(source, count)]));
                    }
                    if bool::random(source, 2) {
                        let doomed: $strong<[u16]> = Vec::<u16>::random(source, 2).into();
                        node.dead = vec![$strong::downgrade(&doomed); 1 + below(source, 2)];
                        let doomed: $strong<dyn Payload> = $strong::new([1, 2, 3]);
                        node.dead_erased = Some($strong::downgrade(&doomed));
                    }
                    if bool::random(source, 2) {
                        texts.push(String::random(source, 2).into());
                    }
                    erased.push(match below(source, 3) {
                        0 => $strong::new([0; 3]),
                        1 => $strong::new(String::random(source, 2)),
                        _ => $strong::new(vec![Box::new(1)]),
                    });
                    if !texts.is_empty() {
                        node.text = Some(texts[below(source, texts.len())].clone());
                    }
                    node.erased =
                        (0..below(source, 3)).map(|_| erased[below(source, index + 1)].clone()).collect();
                }
                for _ in 0..below(source, 5) {
                    nodes.push(nodes[below(source, count)].clone());
                }
                nodes.shrink_to_fit();
                nodes
            }

            /// Breaks all cycles, so dropping the nodes frees the graph.
            pub(super) fn unlink(nodes: &[Handle]) {
                for node in nodes {
                    node.$lock().unwrap_or_else(|_| unreachable!("no guard is live")).edges.clear();
                }
            }
        }

        #[test]
        fn $test() {
            crate::for_random_bytes(|source| {
                let before = live_bytes();
                let mut nodes = $module::random(source);
                let built =
                    usize::try_from(live_bytes() - before).expect("the graph owns every allocated byte");
                assert_eq!(nodes.heap_size(), built);
                let sum = Sum::of(&nodes);
                assert_eq!(sum.opaque, []);
                assert_eq!(sum.bytes, size_of_val(&nodes) + built);
                drop(sum);
                crate::support::report::checked_report(&nodes);

                // Neither the order of handles nor copies of them change the size.
                nodes.reverse();
                assert_eq!(nodes.heap_size(), built);
                let twice = [nodes.clone(), nodes.clone()];
                let copied = 2 * nodes.len() * size_of::<$module::Handle>();
                assert_eq!(
                    twice.heap_size(),
                    built - nodes.capacity() * size_of::<$module::Handle>() + copied
                );
                drop(twice);

                // With the handles split among several roots, each block still counts once.
                let outside = nodes.split_off(below(source, nodes.len() + 1));
                let mut tally = Tally::new();
                let apart = tally.add(&nodes) + tally.add(outside.as_slice());
                assert_eq!(apart, tally.deep_size());
                assert_eq!(
                    apart,
                    size_of_val(&nodes) + built + size_of_val(outside.as_slice()),
                    "the vector of split-off handles is not counted"
                );
                assert_eq!(
                    tally.add(&nodes),
                    size_of_val(&nodes) + nodes.capacity() * size_of::<$module::Handle>()
                );

                $module::unlink(&nodes);
                $module::unlink(&outside);
                drop((nodes, outside, tally));
                assert_eq!(live_bytes(), before, "the test frees every block it built");
            });
        }
    };
}

graphs!(single, Rc, rc::Weak, RefCell, try_borrow_mut, random_rc_graphs_are_exact);
graphs!(threaded, Arc, sync::Weak, Mutex, try_lock, random_arc_graphs_are_exact);
