use std::net::{Incoming, Shutdown, TcpListener, TcpStream, UdpSocket};

// The memory that the operating system keeps for a socket is not counted.
flat! {
    Shutdown, TcpListener, TcpStream, UdpSocket,
    /// Borrows its listener.
    Incoming<'_>,
}
