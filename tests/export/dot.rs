//! Graphs in the DOT language, parsed by its grammar.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use deep_size::{Report, inspect};

use crate::for_each_report;

#[derive(Default)]
struct Graph {
    name: String,
    nodes: HashMap<String, Attributes>,
    edges: Vec<(String, String, Attributes)>,
}

type Attributes = HashMap<String, String>;

fn parse(text: &str) -> Graph {
    let mut tokens = tokens(text).into_iter().peekable();
    let mut next = || tokens.next().expect("the graph ends");
    assert_eq!(next(), "digraph");
    let mut graph = Graph { name: next(), ..Graph::default() };
    assert_eq!(next(), "{");
    loop {
        let first = next();
        if first == "}" {
            break;
        }
        let mut sign = next();
        if sign == "=" {
            next();
            assert_eq!(next(), ";");
            continue;
        }
        let to = (sign == "->").then(&mut next);
        if to.is_some() {
            sign = next();
        }
        assert_eq!(sign, "[");
        let mut attributes = Attributes::new();
        loop {
            let (name, equals, value, end) = (next(), next(), next(), next());
            assert_eq!(equals, "=");
            assert_eq!(attributes.insert(name, value), None, "each attribute once");
            match &*end {
                "," => {}
                "]" => break,
                other => panic!("{other} after an attribute"),
            }
        }
        assert_eq!(next(), ";");
        match to {
            Some(to) => graph.edges.push((first, to, attributes)),
            None => graph.nodes.entry(first).or_default().extend(attributes),
        }
    }
    assert_eq!(tokens.next(), None, "nothing follows the graph");
    graph
}

/// Names, signs and quoted texts, unescaped.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            let mut token = String::new();
            let mut characters = rest.char_indices().skip(1);
            let end = loop {
                let (at, character) = characters.next().expect("a text ends");
                match character {
                    '"' => break at + 1,
                    '\\' => match characters.next().expect("a text ends").1 {
                        'n' => token.push('\n'),
                        literal => {
                            assert!(matches!(literal, '"' | '\\'), "an escape with a meaning: \\{literal}");
                            token.push(literal);
                        }
                    },
                    _ => {
                        assert!(!character.is_control());
                        token.push(character);
                    }
                }
            };
            for (at, _) in token.match_indices('&') {
                assert!(token[at..].starts_with("&amp;"), "an entity: {}", &token[at..]);
            }
            tokens.push(token.replace("&amp;", "&"));
            end
        } else {
            let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
            let length = match rest.find(|character| !is_word(character)) {
                Some(0) if rest.starts_with("->") => 2,
                Some(0) => 1,
                Some(length) => length,
                None => rest.len(),
            };
            tokens.push(rest[..length].into());
            length
        };
        rest = rest[length..].trim_start();
    }
    tokens
}

fn graph(report: &Report) -> Graph {
    let mut out = Vec::new();
    report.write_dot(&mut out).expect("writes to a vector succeed");
    parse(&String::from_utf8(out).expect("names are UTF-8"))
}

fn number(attributes: &Attributes, name: &str) -> usize {
    attributes.get(name).map_or(0, |number| number.parse().expect("it is a number"))
}

/// The handles on a node: strong and weak, inside and outside.
fn handles(graph: &Graph, to: &str, from_outside: bool) -> (usize, usize) {
    let mut sum = (0, 0);
    for (_, _, attributes) in
        graph.edges.iter().filter(|(from, found, _)| found == to && (from == "outside") == from_outside)
    {
        sum = (sum.0 + number(attributes, "strong"), sum.1 + number(attributes, "weak"));
    }
    sum
}

#[test]
fn nodes_and_edges_agree_with_the_report() {
    let (mut with_rest, mut with_hops, mut with_dominators) = (0, 0, 0);
    for_each_report(|name, report| {
        let graph = graph(report);
        let own: usize = graph.nodes.values().map(|node| number(node, "own")).sum();
        assert_eq!(own, report.deep_size(), "{name}");
        for (from, to, _) in &graph.edges {
            assert!(graph.nodes.contains_key(from) && graph.nodes.contains_key(to), "{name}: {from} -> {to}");
        }
        let blocks: Vec<_> = report.shared_allocations().collect();
        let drawn = blocks.len().min(100);
        for block in &blocks[..drawn] {
            let id = format!("b{}", block.position());
            let node = &graph.nodes[&id];
            assert_eq!(
                (number(node, "own"), number(node, "retained")),
                (block.own_size(), block.retained_size()),
                "{name}"
            );
            let dominator = block.dominator().map(|by| format!("b{}", by.position()));
            assert_eq!(node.get("dominator"), dominator.as_ref(), "{name}");
            if !node.contains_key("left_out") {
                let inside = (block.inside_strong_count(), block.inside_weak_count());
                assert_eq!(handles(&graph, &id, false), inside, "{name}: {id}");
            }
            let outside =
                (block.outside_strong_count().unwrap_or(0), block.outside_weak_count().unwrap_or(0));
            assert_eq!(handles(&graph, &id, true), outside, "{name}: {id}");
            let by = graph.edges.iter().find(|(_, to, edge)| *to == id && edge.contains_key("dominates"));
            with_dominators += usize::from(by.is_some());
            assert!(by.is_none_or(|(from, ..)| Some(from) == dominator.as_ref()), "{name}");
        }
        let rest = graph.nodes.get("rest").map_or(0, |rest| number(rest, "blocks"));
        assert_eq!(drawn + rest, blocks.len(), "{name}");
        with_rest += usize::from(rest > 0);
        let hops = graph
            .edges
            .iter()
            .filter(|(_, _, edge)| edge.contains_key("color") && !edge.contains_key("dominates"));
        let hops = hops.count();
        assert_eq!(hops > 0, report.cycles().len() > 0, "{name}: {hops} hops");
        with_hops += usize::from(hops > 0);
        assert!(graph.edges.len() <= 100 * (2 * 8 + 6) + 300, "{name}: {} edges", graph.edges.len());
    });
    assert!(
        with_rest >= 3 && with_hops > 10 && with_dominators > 10,
        "{with_rest} {with_hops} {with_dominators}"
    );
}

#[test]
fn names_are_escaped() {
    let find =
        |name: &str| crate::values::all().into_iter().find(|(found, _)| *found == name).expect("it exists").1;
    let hostile = graph(&find("hostile"));
    assert_eq!(hostile.name, "Hostile");
    assert_eq!(hostile.nodes["b0"]["tooltip"], "a;b\\n\"c\"");
    let weak = graph(&find("weak"));
    assert!(
        weak.edges
            .iter()
            .any(|(from, _, edge)| from == "value" && edge.get("style") == Some(&"dashed".into()))
    );
}

#[test]
fn uncertain_outcomes_are_not_stated_as_facts() {
    let text: Rc<str> = "held in a cell too".into();
    let report = inspect(&(text.clone(), Cell::new(Some(text))));
    let mut graph = Vec::new();
    report.write_dot(&mut graph).unwrap();
    let graph = String::from_utf8(graph).unwrap();
    assert!(graph.contains("40 B may stay alive (not all handles were seen)"), "{graph}");
    assert!(graph.contains("\\nmay stay alive\""), "{graph}");
    assert!(graph.contains("outside -> b0 [label=\"unknown\""), "{graph}");
    assert!(!graph.contains("stays alive"), "{graph}");
}
