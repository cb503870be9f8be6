//! Series of reports.
#![cfg(all(feature = "std", feature = "derive"))]

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use deep_size::{DeepSize, Series, Verdict, inspect};

#[derive(Default, DeepSize)]
struct Server {
    cache: HashMap<usize, Arc<str>>,
    recent: VecDeque<String>,
    sessions: Vec<Session>,
    forgotten: Vec<Box<[u8]>>,
}

#[derive(DeepSize)]
struct Session {
    user: Box<str>,
}

#[test]
fn the_figures_of_a_report_add_up_to_the_deep_size() {
    let mut server = Server::default();
    for number in 0..50 {
        server.cache.insert(number, "shared".into());
        server.recent.push_back("x".repeat(number));
        server.sessions.push(Session { user: "Ada".into() });
        let report = inspect(&server);
        assert_eq!(report.figures().map(|(_, size)| size).sum::<u64>(), server.deep_size() as u64);
    }
    assert!(inspect(&server).figures().any(|figure| figure == ("sessions[].user".to_owned(), 50 * (16 + 3))));
}

/// Each path grows at its own rate, or not at all.
#[test]
fn only_the_path_of_a_leak_grows() {
    let (mut server, mut series) = (Server::default(), Series::new());
    server.forgotten.reserve(1000);
    for minute in 0..40_usize {
        for request in 0..20 {
            server.cache.insert((20 * minute + request) % 200, "an answer".into());
            server.recent.push_back("y".repeat(request));
            if server.recent.len() > 100 {
                server.recent.pop_front();
            }
        }
        server.sessions.truncate(minute * 7919 % 10);
        server.sessions.extend((0..minute * 31 % 10).map(|_| Session { user: "Grace".into() }));
        server.forgotten.push(vec![0; 16].into());
        series.add(Duration::from_secs(60 * minute as u64), inspect(&server).figures());
    }
    let growing: Vec<_> = series
        .verdicts()
        .into_iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Growing { .. }))
        .collect();
    // The handles, whose memory was spare capacity before, and the blocks.
    let rate = 60.0 * 16.0;
    let is_exact = |found: f64| (found - rate).abs() < 1e-6;
    for ((path, verdict), expected) in growing.iter().zip(["forgotten[]", "forgotten[][]"]) {
        let Verdict::Growing { rate, low, high } = *verdict else { panic!("{series}") };
        assert!(*path == expected && [rate, low, high].into_iter().all(is_exact), "{series}");
    }
    assert_eq!(growing.len(), 2, "{series}");
}
