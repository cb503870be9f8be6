//! Properties of random pairs of values.

use std::collections::{BTreeMap, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use arbitrary::Unstructured;
use deep_size::diff::ChangeKind;
use deep_size::{Diff, Inspector, inspect};

use crate::checked;
use crate::graph::{Alive, random as random_graph};
use crate::random::Random;
use crate::trial::for_random_bytes;

/// Values of one type have no renamed paths and no changed types.
#[track_caller]
fn assert_keeps_names(diff: &Diff) {
    for change in diff.paths() {
        assert_ne!(change.kind(), ChangeKind::Renamed, "{}", change.path());
        let type_name = change.earlier_type_name().unwrap_or(change.type_name());
        assert_eq!(change.type_name(), type_name, "{}", change.path());
    }
}

fn alike<T: Random>() {
    for_random_bytes(|source| {
        let (earlier, later) = (inspect(&T::random(source, 0)), inspect(&T::random(source, 0)));
        assert_keeps_names(&checked(&earlier, &later));
    });
}

fn unlike<E: Random, L: Random>() {
    for_random_bytes(|source| {
        checked(&inspect(&E::random(source, 0)), &inspect(&L::random(source, 0)));
    });
}

#[test]
fn of_collections() {
    alike::<Vec<HashMap<String, BTreeMap<u8, Vec<String>>>>>();
    alike::<BTreeMap<u16, VecDeque<HashMap<u8, LinkedList<Option<Box<[String]>>>>>>>();
    alike::<(HashSet<String>, Vec<[Option<String>; 3]>, Option<Rc<str>>)>();
}

#[test]
fn of_wrappers_with_one_type_inside_or_two() {
    alike::<Vec<Result<String, Vec<u8>>>>();
    alike::<Vec<Result<Box<Result<String, u8>>, Option<Result<Vec<u8>, Arc<[String]>>>>>>();
    alike::<(Result<Vec<String>, Option<Vec<u8>>>, Option<Result<String, String>>)>();
}

#[test]
fn of_different_types() {
    unlike::<Vec<String>, BTreeMap<u8, Vec<String>>>();
    unlike::<(u8, String, Vec<u16>), (String, Vec<u16>, u8)>();
    unlike::<Vec<Result<String, Vec<u8>>>, Vec<Option<String>>>();
    unlike::<Option<Result<String, u8>>, Result<Vec<String>, Option<String>>>();
    unlike::<(Vec<u8>, Vec<u8>), (Vec<u8>, Vec<u8>, Vec<u8>)>();
    unlike::<(), Vec<HashMap<String, BTreeMap<u8, Vec<String>>>>>();
}

#[test]
fn of_graphs_of_shared_blocks() {
    for_random_bytes(|source: &mut Unstructured<'_>| {
        Alive::forget();
        let (earlier, later) = (random_graph(source, true), random_graph(source, true));
        assert_keeps_names(&checked(&inspect(&earlier.value), &inspect(&later.value)));
        let few = |nodes| Inspector::new().max_nodes(nodes).inspect(&earlier.value);
        let many = Inspector::new().max_nodes(30).inspect(&later.value);
        checked(&few(7), &many);
        checked(&few(1), &many);
        drop((earlier, later));
        Alive::unlink(|_| true);
    });
}

/// A syntax tree. Its types contain each other in many ways, and the value decides which of them fold.
mod syntax {
    use super::*;
    use deep_size::DeepSize;

    #[derive(DeepSize)]
    pub(super) enum Expression {
        Number(u64),
        Name(String),
        Call(Box<Call>),
        Block(Block),
        Either(Box<Expression>, Box<Expression>),
    }

    #[derive(DeepSize)]
    pub(super) struct Call {
        function: Expression,
        arguments: Vec<Expression>,
        then: Option<Box<Call>>,
    }

    #[derive(DeepSize)]
    pub(super) struct Block {
        statements: Vec<Statement>,
        result: Option<Box<Expression>>,
    }

    #[derive(DeepSize)]
    enum Statement {
        Expression(Expression),
        While { condition: Expression, body: Block },
        Nested(Box<Block>),
    }

    impl Random for Expression {
        fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
            match crate::random::below(source, if depth > 6 { 2 } else { 6 }) {
                0 => Self::Number(7),
                1 => Self::Name(String::random(source, 3)),
                2 => Self::Call(Box::new(call(source, depth + 1))),
                3 | 4 => Self::Block(block(source, depth + 1)),
                _ => Self::Either(
                    Box::new(Self::random(source, depth + 1)),
                    Box::new(Self::random(source, depth + 1)),
                ),
            }
        }
    }

    fn call(source: &mut Unstructured<'_>, depth: usize) -> Call {
        let arguments = (0..crate::random::length(source, 2)).map(|_| Expression::random(source, depth + 1));
        Call {
            arguments: arguments.collect(),
            function: Expression::random(source, depth + 1),
            then: bool::random(source, depth).then(|| Box::new(call(source, depth + 1))),
        }
    }

    fn block(source: &mut Unstructured<'_>, depth: usize) -> Block {
        let statements =
            (0..crate::random::length(source, 2)).map(|_| match crate::random::below(source, 3) {
                0 => Statement::Expression(Expression::random(source, depth + 1)),
                1 => Statement::While {
                    condition: Expression::random(source, depth + 1),
                    body: block(source, depth + 1),
                },
                _ => Statement::Nested(Box::new(block(source, depth + 1))),
            });
        Block {
            statements: statements.collect(),
            result: bool::random(source, depth).then(|| Box::new(Expression::random(source, depth + 1))),
        }
    }
}

#[test]
fn of_syntax_trees() {
    alike::<syntax::Expression>();
}
