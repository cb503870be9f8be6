//! The live memory of `examples/service` under load.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;

use deep_size::registry::Registry;
use deep_size_programs_tests::{Program, claimed, unclaimed, unclaimed_at};
use deep_size_track::TrackingAllocator;
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const DOCUMENTS: usize = 2000;
const BYTES: usize = 4000;

fn put(address: SocketAddr, number: usize, body: &[u8]) {
    let mut stream = TcpStream::connect(address).expect("the service accepts connections");
    let size = body.len();
    let head = format!(
        "PUT /documents/{number} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).expect("the request is sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("the service responds");
    assert!(response.starts_with("HTTP/1.1 204"), "{response}");
}

#[test]
fn roots_explain_the_memory_of_a_server() {
    let program = Program::record();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("the runtime starts");
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port is free");
    let address = listener.local_addr().expect("the port is known");
    runtime.spawn(async { axum::serve(listener, service::routes()).await });
    let client =
        |first| move || (first..DOCUMENTS).step_by(2).for_each(|number| put(address, number, &[b'x'; BYTES]));
    thread::scope(|scope| {
        [0, 1].map(|first| scope.spawn(client(first))).map(|client| client.join().expect("no panic"))
    });

    let coverage = program.coverage(Registry::global());
    println!("{coverage}");
    assert!(program.explained(&coverage) >= 970, "{coverage:#}");
    assert_eq!(claimed(&coverage, "store/documents.documents.values[]"), (DOCUMENTS * BYTES) as u64);
    // The counts and the text of an `Arc<str>`.
    let keys =
        (0..DOCUMENTS).map(|number| (16 + number.to_string().len()).next_multiple_of(8)).sum::<usize>();
    assert_eq!(claimed(&coverage, "store/documents.documents.keys[]"), keys as u64, "{coverage:#}");

    // Each other block has the name of a crate.
    let rest = unclaimed(&coverage);
    for name in ["axum", "deep_size", "mio", "service", "tokio"] {
        assert!(rest.contains_key(name), "{name}: {coverage:#}");
    }
    assert!(!rest.contains_key(""), "{coverage:#}");

    let (unregistered, line) = (vec![0_u8; 100_003], line!());
    let coverage = program.coverage(Registry::global());
    let planted = unclaimed_at(&coverage, "tests/server.rs", line..=line);
    assert_eq!(planted, (unregistered.len() as u64, 1), "{coverage:#}");
}
