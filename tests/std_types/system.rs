//! Files, sockets, processes, threads, the environment.

use std::backtrace::Backtrace;
use std::env::{self, VarError};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::net::{TcpListener, UdpSocket};
use std::process::{Command, ExitCode, ExitStatus, Output, Stdio};
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use deep_size::{DeepSize, Reason};

use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::text;

thread_local! {
    static LOCAL: u8 = const { 1 };
}

fn this_test() -> File {
    File::open(env::current_exe().expect("the executable has a path")).expect("the executable can be opened")
}

#[test]
fn files_and_metadata_are_flat() {
    let metadata = this_test().metadata().expect("the file has metadata");
    assert_flat(this_test());
    assert_flat(metadata.permissions());
    assert_flat(metadata.file_type());
    assert_flat(metadata);
    assert_flat(OpenOptions::new());
    assert_flat(fs::FileTimes::new());
    assert_flat(fs::DirBuilder::new());
}

#[test]
fn directories_are_opaque() {
    let directory = env::temp_dir();
    assert_opaque(Reason::Handle, || fs::read_dir(&directory).expect("the folder can be read"));
    let file = env::current_exe().expect("the executable has a path");
    let mut entries =
        fs::read_dir(file.parent().expect("the executable is in a folder")).expect("the folder can be read");
    assert_opaque(Reason::Handle, || {
        entries.next().expect("the folder is not empty").expect("the entry can be read")
    });
}

#[test]
fn sockets_are_flat() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    assert_flat(listener.local_addr().expect("the listener is bound"));
    assert_flat(listener.incoming());
    assert_flat(listener);
    assert_flat(UdpSocket::bind("127.0.0.1:0").expect("a port is free"));
}

#[cfg(unix)]
#[test]
fn descriptors_and_local_sockets_are_flat() {
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::{SocketAddr, UnixStream};

    let (one, other) = UnixStream::pair().expect("a pair can be made");
    assert_flat(one.as_fd());
    assert_flat(OwnedFd::from(one));
    assert_flat::<SocketAddr>(other.peer_addr().expect("the stream is connected"));
    assert_flat(other);
}

#[test]
fn the_output_of_a_process_owns_its_two_buffers() {
    let status = ExitStatus::default();
    assert_exact(|| Output { status, stdout: text().into_bytes(), stderr: text().into_bytes() });
    assert_flat(status);
    assert_flat(ExitCode::SUCCESS);
    assert_flat(Stdio::piped());
}

#[test]
fn a_command_is_opaque() {
    assert_opaque(Reason::Hidden, || Command::new("program"));
    let mut command = Command::new("program");
    command.arg("argument").env("NAME", "value");
    assert_flat(command.get_args());
    assert_flat(command.get_envs());
}

#[test]
fn a_thread_is_opaque() {
    assert_opaque(Reason::Handle, thread::current);
    let handle = thread::spawn(text);
    assert_eq!(handle.heap_size(), 0);
    assert_opaque(Reason::Handle, || handle.thread().clone());
    assert_eq!(handle.join().expect("the thread does not panic").heap_size(), 100);
    assert_opaque(Reason::Hidden, || thread::Builder::new().name(text()));
    thread::scope(|scope| {
        let handle = scope.spawn(|| ());
        assert_opaque(Reason::Handle, || handle);
    });
}

#[test]
fn thread_ids_and_local_keys_are_flat() {
    assert_flat(thread::current().id());
    assert_eq!(LOCAL.heap_size(), 0);
    assert!(thread::LocalKey::<String>::is_flat());
    assert!(thread::AccessError::is_flat());
}

#[test]
fn a_waker_is_opaque() {
    assert_opaque(Reason::Handle, || Waker::noop().clone());
    assert_flat(Context::from_waker(Waker::noop()));
}

#[test]
fn a_backtrace_is_opaque_once_captured() {
    assert_exact(Backtrace::disabled);
    drop(Backtrace::force_capture());
    assert_opaque(Reason::Hidden, Backtrace::force_capture);
}

#[test]
fn an_error_of_the_environment_owns_the_variable() {
    assert_exact(|| VarError::NotPresent);
    assert_exact(|| VarError::NotUnicode(OsString::from("value")));
    assert_opaque(Reason::Hidden, env::args);
    assert_opaque(Reason::Hidden, env::args_os);
    assert_opaque(Reason::Hidden, env::vars);
    assert_opaque(Reason::Hidden, env::vars_os);
    assert_flat(env::split_paths("/a:/b"));
}

#[test]
fn times_are_flat() {
    assert_flat(Duration::ZERO);
    assert_flat(Instant::now());
    assert_flat(SystemTime::now());
    assert_flat(SystemTime::UNIX_EPOCH.duration_since(SystemTime::now()).expect_err("the epoch is earlier"));
    assert_flat(Duration::try_from_secs_f32(-1.0).expect_err("the duration is negative"));
}
