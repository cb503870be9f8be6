//! Starts the service: `cargo run --release -p service`, or with another port: `cargo run --release -p service -- 8080`.
//!
//! It listens on the loopback interface only. On Unix, `SIGUSR1` writes `memory.json` and `heap.pb.gz` to the working directory.

use std::net::Ipv4Addr;
use std::process::ExitCode;

use deep_size_track::{Recorder, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fn main() -> ExitCode {
    let port = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 7300,
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            eprintln!("usage: service [PORT]");
            return ExitCode::from(2);
        }
    };
    let _recording = Recorder::sampled().start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(serve(port))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the service cannot listen on port {port}: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(port: u16) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    #[cfg(unix)]
    tokio::spawn(dump_on_signal());
    axum::serve(listener, service::routes()).await
}

#[cfg(unix)]
async fn dump_on_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = signal(SignalKind::user_defined1())?;
    while signals.recv().await.is_some() {
        if let Err(error) = service::dump(std::path::Path::new(".")) {
            eprintln!("cannot write the dump: {error}");
        }
    }
    Ok(())
}
