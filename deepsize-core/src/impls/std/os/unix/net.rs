use std::os::unix::net::{Incoming, SocketAddr, UnixDatagram, UnixListener, UnixStream};

// The memory that the operating system keeps for a socket is not counted.
flat! {
    SocketAddr, UnixDatagram, UnixListener, UnixStream,
    /// Borrows its listener.
    Incoming<'_>,
}
