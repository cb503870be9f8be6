//! Starts the service, loads it for ten seconds, and reads each endpoint.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use deep_size::census::Census;
use prometheus_parse::{Scrape, Value};

/// The service, and its address. Dropping this ends it.
struct Service {
    process: Child,
    address: String,
    folder: std::path::PathBuf,
}

impl Service {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("deep-size-service-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let mut process = Command::new(env!("CARGO_BIN_EXE_service"))
            .arg("0")
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once('/').expect("the service prints its address").1.to_owned();
        Self { process, address, folder }
    }

    /// Sends a request and returns the status line and the body.
    fn request(&self, method: &str, path: &str, body: &[u8]) -> (String, Vec<u8>) {
        request(&self.address, method, path, body)
    }
}

fn request(address: &str, method: &str, path: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the service accepts connections");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("the response has a head");
    let head = String::from_utf8(response[..end].to_vec()).unwrap();
    (head.lines().next().unwrap_or_default().to_owned(), response.split_off(end + 4))
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

const DOCUMENTS: usize = 2000;

#[test]
fn each_endpoint_can_be_parsed() {
    let service = Service::start();
    let end = Instant::now() + Duration::from_secs(10);
    let clients: Vec<_> = (0..2)
        .map(|client: usize| {
            let address = service.address.clone();
            thread::spawn(move || {
                let mut count = 0;
                // Each document is written at least once.
                while count < DOCUMENTS || Instant::now() < end {
                    let key = format!("/documents/secret-{}", (count * 2 + client) % DOCUMENTS);
                    let (status, _) = request(&address, "PUT", &key, &[b'x'; 1000]);
                    assert!(status.contains("204"), "{status}");
                    let (status, body) = request(&address, "GET", &key, b"");
                    assert!(status.contains("200") && body.len() == 1000, "{status}");
                    count += 1;
                }
            })
        })
        .collect();
    clients.into_iter().for_each(|client| client.join().unwrap());

    let (_, json) = service.request("GET", "/debug/memory.json", b"");
    let census = Census::from_json(&json[..]).expect("the body is a census");
    let store = census.item("store/documents").expect("the store is a root");
    assert_eq!(store.missed(), None);
    // The blocks of the documents, and of the keys with two counts.
    let keys: usize =
        (0..DOCUMENTS).map(|key| (16 + format!("secret-{key}").len()).next_multiple_of(8)).sum();
    let least = DOCUMENTS * 1000 + keys;
    assert!((least..least + DOCUMENTS * 200).contains(&store.deep_size()), "{census}");
    assert!(census.shared_size("store/documents", "store/history") > 0, "{census}");

    let (_, text) = service.request("GET", "/metrics", b"");
    let lines = String::from_utf8(text).unwrap();
    let scrape = Scrape::parse(lines.lines().map(|line| Ok(line.to_owned()))).expect("the body is valid");
    let gauge = |name: &str, root: &str| {
        let sample = scrape.samples.iter().find(|sample| {
            sample.metric == name && sample.labels.get("root").is_some_and(|label| label == root)
        });
        match sample.map(|sample| &sample.value) {
            Some(&Value::Gauge(value)) => value,
            other => panic!("{name} of {root}: {other:?}"),
        }
    };
    assert_eq!(gauge("deep_size_bytes", "store/documents"), store.deep_size() as f64);
    assert_eq!(gauge("deep_size_age_seconds", "store/history"), 0.0);

    let (_, profile) = service.request("GET", "/debug/pprof/heap", b"");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&profile[..]).read_to_end(&mut unpacked).expect("the body is gzip");
    let contains = |text: &str| unpacked.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(contains("inuse_space") && contains("service::write"), "the profile has names");

    let (_, page) = service.request("GET", "/debug/memory", b"");
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("\"documents\""), "{page}");
    assert!(page.contains(&format!("<data value=\"{}\">", census.deep_size())), "{page}");
    let (_, text) = service.request("GET", "/debug/memory.txt", b"");
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("  claimed by values\n") && text.contains("documents\n"), "{text}");
    #[cfg(target_os = "linux")]
    assert!(text.ends_with("  resident\n") && !text.contains("negative"), "{text}");
    for body in [&json[..], lines.as_bytes(), &unpacked, page.as_bytes(), text.as_bytes()] {
        assert!(!body.windows(7).any(|bytes| bytes == b"secret-"), "a page contains a key");
    }
    let (status, _) = service.request("GET", "/documents/absent", b"");
    assert!(status.contains("404"), "{status}");

    #[cfg(unix)]
    {
        let signal = Command::new("kill").args(["-USR1", &service.process.id().to_string()]).status();
        assert!(signal.expect("the command runs").success());
        let (memory, heap) = (service.folder.join("memory.json"), service.folder.join("heap.pb.gz"));
        let dumped = (0..500).find_map(|_| {
            thread::sleep(Duration::from_millis(20));
            // The profile is written last. Its end is a checksum.
            let heap = std::fs::File::open(&heap).ok()?;
            flate2::read::GzDecoder::new(heap).read_to_end(&mut Vec::new()).ok()?;
            Some(Census::from_json(std::fs::File::open(&memory).ok()?).expect("the file is a census"))
        });
        let dumped = dumped.expect("the signal writes both files");
        assert_eq!(dumped.item("store/documents").map(|item| item.deep_size()), Some(store.deep_size()));
    }
}
