use std::os::unix::net::{Incoming, SocketAddr, UnixDatagram, UnixListener, UnixStream};

// The memory of the operating system for a socket does not count.
flat! {
    SocketAddr, UnixDatagram, UnixListener, UnixStream,
    /// Borrows its listener.
    Incoming<'_>,
}
