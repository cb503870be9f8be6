//! Saved reports whose output could grow with the square of their size: deep trees, and long names.

use std::fmt::Write as _;
use std::io;

use deep_size::Report;

/// A report with these nodes. Each owns one byte, and has a handle to a block.
fn report(nodes: &[(usize, &str, &str)]) -> Report {
    let many = nodes.len();
    let mut deep = vec![1; many];
    for at in (1..many).rev() {
        deep[nodes[at].0] += deep[at];
    }
    let mut json = format!(
        "{{\"format\":\"deep-size report\",\"version\":1,\"pointer_width\":64,\"deep\":{many},\"shared\":0,\
         \"exclusive\":{many},\"external\":0,\"cyclic\":0,\"uncertain\":0,\"truncated\":false,\"unfollowed_pointers\":0,\
         \"hides_handles\":false,\"types\":[],\"largest\":[],\"opaque\":[],\"lower_bounds\":[],\"cycles\":[],\"advice\":[]"
    );
    let mut array = |name: &str, item: &dyn Fn(usize) -> String| {
        let items: Vec<String> = (0..many).map(item).collect();
        write!(json, ",\"{name}\":[{}]", items.join(",")).expect("writes to a string succeed");
    };
    array("nodes", &|at| {
        let (parent, name, type_name) = nodes[at];
        let place = match at {
            0 => "\"step\":\"root\"".into(),
            _ => format!("\"parent\":{parent},\"step\":\"field\",\"name\":\"{name}\""),
        };
        format!(
            "{{{place},\"type\":\"{type_name}\",\"count\":1,\"shallow\":1,\"deep\":{},\"own\":1,\"spare\":0,\"shared\":0,\
             \"allocations\":0}}",
            deep[at]
        )
    });
    array("shared_allocations", &|at| {
        let block = at.checked_sub(1).map_or("null".into(), |before| before.to_string());
        format!(
            "{{\"type\":\"B\",\"bytes\":0,\"owned\":0,\"retained\":0,\"dominator\":{block},\"strong\":1,\"weak\":0,\
             \"strong_inside\":1,\"weak_inside\":0,\"handles_elsewhere\":0,\"contents_fate\":\"freed\",\"block_fate\":\"freed\",\
             \"holders\":[{{\"node\":{at},\"strong\":1,\"weak\":0}}],\
             \"retainers\":[{{\"block\":{block},\"node\":{},\"strong\":1,\"weak\":0}}]}}",
            nodes[at].0
        )
    });
    json.push('}');
    Report::from_json(&json).expect("the report is consistent")
}

/// A writer that counts bytes.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn written(write: impl FnOnce(&mut Count) -> io::Result<()>) -> usize {
    let mut count = Count(0);
    write(&mut count).expect("writes to a counter succeed");
    count.0
}

/// The sizes of all outputs that must grow linearly with the report.
fn linear(report: &Report) -> [usize; 10] {
    let other = deep_size::inspect(&1_u8);
    let diff = report.diff(&other);
    [
        written(|out| report.write_csv(out)),
        written(|out| report.write_dot(out)),
        written(|out| report.write_json(out)),
        written(|out| report.write_heapsnapshot(out)),
        written(|out| report.write_html(out)),
        report.to_string().len(),
        format!("{report:#}").len(),
        diff.to_string().len(),
        format!("{diff:#}").len(),
        format!("{report:?}").len(),
    ]
}

#[test]
fn a_deep_tree_is_written_or_refused() {
    const MANY: usize = 20_000;
    let chain: Vec<_> = (0..MANY).map(|at: usize| (at.saturating_sub(1), "next", "Link")).collect();
    let report = report(&chain);
    for (at, bytes) in linear(&report).into_iter().enumerate() {
        assert!(bytes < 1000 * MANY, "output {at} has {bytes} bytes");
    }
    let json = report.diff(&deep_size::inspect(&1_u8)).to_json();
    assert!(json.len() < 2000 * MANY, "the paths are cut: {}", json.len());

    let mut count = Count(0);
    for (error, bytes) in [
        (report.write_folded(&mut count), "folded stacks would take 3399970000 bytes"),
        (report.write_pprof(&mut count), "a profile would take 600030000 bytes"),
    ] {
        let error = error.expect_err("a path of each node is too much");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        let message = error.to_string();
        assert!(message.starts_with(bytes), "{message}");
        assert!(message.contains("the limit is 268435456; write HTML, JSON or a heap snapshot"), "{message}");
        assert_eq!(count.0, 0, "nothing was written");
    }
}

#[test]
fn a_long_name_is_not_repeated_for_each_node() {
    const MANY: usize = 1000;
    const LENGTH: usize = 1 << 19;
    let long = "x".repeat(LENGTH);
    let mut nodes = vec![(0, "", "Root"), (0, long.as_str(), long.as_str())];
    nodes.extend((2..MANY).map(|_| (1, "part", "Part")));
    let report = report(&nodes);
    for (at, bytes) in linear(&report).into_iter().enumerate() {
        assert!(bytes < 10 * LENGTH, "output {at} has {bytes} bytes");
    }
    assert!(report.diff(&deep_size::inspect(&1_u8)).to_json().len() < 10 * LENGTH);
    assert!(written(|out| report.write_folded(out)) < 10 * LENGTH);
    assert!(written(|out| report.write_pprof(out)) < 10 * LENGTH);
}
