//! A server and its clients in one process.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const CLIENTS: usize = 4;

/// The number of sessions that the server keeps.
const SESSIONS: usize = 500;

type Sessions = Arc<Mutex<VecDeque<Value>>>;

/// Answers this many requests, each of a line of JSON, over the loopback interface.
///
/// # Panics
///
/// Panics if the system refuses a connection, or if an answer is wrong.
pub fn serve(requests: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_io().build();
    let work = async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let sessions = Sessions::default();
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(answer(stream, sessions.clone()));
            }
            #[expect(unreachable_code, reason = "gives the block its type")]
            io::Result::Ok(())
        });
        let clients: Vec<_> =
            (0..CLIENTS).map(|_| tokio::spawn(request(address, requests / CLIENTS))).collect();
        for client in clients {
            client.await.expect("the client ends")?;
        }
        server.abort();
        io::Result::Ok(())
    };
    runtime.and_then(|runtime| runtime.block_on(work)).expect("the loopback interface works");
}

async fn answer(stream: TcpStream, sessions: Sessions) -> io::Result<()> {
    let (input, mut output) = stream.into_split();
    let mut lines = BufReader::new(input).lines();
    while let Some(line) = lines.next_line().await? {
        let request: Value = serde_json::from_str(&line)?;
        let tags = request["tags"].as_array().map_or(0, Vec::len);
        let mut reply = json!({ "id": request["id"], "tags": tags, "text": line.to_uppercase() }).to_string();
        let old = {
            let mut sessions = sessions.lock().expect("no thread panics");
            sessions.push_back(request);
            (sessions.len() > SESSIONS).then(|| sessions.pop_front())
        };
        drop(old);
        reply.push('\n');
        output.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}

async fn request(address: std::net::SocketAddr, count: usize) -> io::Result<()> {
    let (input, mut output) = TcpStream::connect(address).await?.into_split();
    let mut lines = BufReader::new(input).lines();
    for id in 0..count {
        let line = json!({ "id": id, "name": format!("user {id:x}"), "tags": ["red", "green", "blue"] });
        output.write_all(format!("{line}\n").as_bytes()).await?;
        let reply: Value = serde_json::from_str(&lines.next_line().await?.unwrap_or_default())?;
        assert_eq!((reply["id"].as_u64(), reply["tags"].as_u64()), (Some(id as u64), Some(3)));
    }
    Ok(())
}
