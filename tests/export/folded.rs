//! Folded stacks, parsed like flame graph tools parse them.

use std::collections::HashMap;

use deep_size::Report;

use crate::for_each_report;

fn folded(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_folded(&mut out).expect("writes to a vector succeed");
    String::from_utf8(out).expect("names are UTF-8")
}

/// The frames and bytes of each line, split like inferno 0.12 does.
fn samples(folded: &str) -> Vec<(Vec<&str>, usize)> {
    folded
        .split_terminator('\n')
        .map(|line| {
            assert_eq!(line, line.trim(), "readers trim lines");
            assert!(!line.starts_with('#'), "a comment: {line}");
            let (stack, bytes) = line.rsplit_once(' ').expect("a number follows the stack");
            let second = stack.rsplit_once(' ').map_or("", |(_, word)| word);
            let is_number = second.split('.').next().is_some_and(|whole| whole.parse::<usize>().is_ok());
            assert!(!is_number, "two numbers: {line}");
            (stack.split(';').collect(), bytes.parse().expect("it is a number"))
        })
        .collect()
}

#[test]
fn the_lines_add_up_for_every_node() {
    for_each_report(|name, report| {
        let folded = folded(report);
        let samples = samples(&folded);
        let own: Vec<usize> = report.nodes().map(|node| node.own_size()).filter(|&own| own > 0).collect();
        let mut lines: Vec<usize> = samples.iter().map(|(_, bytes)| *bytes).collect();
        assert_eq!(lines.len(), own.len(), "{name}: a line for each node");
        assert_eq!(lines.iter().sum::<usize>(), report.deep_size(), "{name}");
        let mut sorted = own;
        sorted.sort_unstable();
        lines.sort_unstable();
        assert_eq!(lines, sorted, "{name}");

        // The first frame of a flame graph holds everything. The second ones are the children of the root.
        let root = report.root();
        let mut shown: HashMap<&str, usize> = HashMap::new();
        for (stack, bytes) in &samples {
            assert!(stack.iter().all(|frame| !frame.trim().is_empty() && !frame.contains(char::is_control)));
            assert_eq!(stack[0], samples[0].0[0], "{name}: one root");
            *shown.entry(stack.get(1).copied().unwrap_or_default()).or_default() += bytes;
        }
        assert_eq!(shown.remove("").unwrap_or_default(), root.own_size(), "{name}");
        let mut shown: Vec<usize> = shown.into_values().collect();
        let mut children: Vec<usize> =
            root.children().map(|child| child.deep_size()).filter(|&deep| deep > 0).collect();
        shown.sort_unstable();
        children.sort_unstable();
        assert_eq!(shown, children, "{name}");
    });
}

#[test]
fn stacks_are_paths_from_the_root() {
    let find =
        |name: &str| crate::values::all().into_iter().find(|(found, _)| *found == name).expect("it exists").1;
    let report = find("arrays");
    let text = folded(&report);
    let tuple = "(Vec<[u8, 3]>, Box<[[u16, 3], 2]>, [&str, 4])";
    let lines = [
        format!("{tuple};{tuple}::0: Vec<[u8, 3]> 24"),
        format!("{tuple};{tuple}::0: Vec<[u8, 3]>;Vec<[u8, 3]>[]: [u8, 3];[u8, 3][]: u8 15"),
        format!("{tuple};{tuple}::1: Box<[[u16, 3], 2]> 8"),
    ];
    for line in lines {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }

    let text = folded(&find("service"));
    assert!(
        text.contains(
            ";User::role: Role;Role::Member;Role::Member::groups: Vec<Arc<str>>;Vec<Arc<str>>[]: Arc<str> "
        ),
        "{text}"
    );
    let text = folded(&find("same_short_names"));
    for module in ["one", "other"] {
        assert!(text.contains(&format!("::values::{module}::Item::0: Vec<u8>;")), "{text}");
    }
    let text = folded(&find("trait_objects"));
    assert!(
        text.contains(";Box<dyn DeepSize>(u8) 2\n") && text.contains(";Box<dyn DeepSize>(String) 26\n"),
        "{text}"
    );
}
