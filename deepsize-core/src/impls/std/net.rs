use std::net::{Incoming, Shutdown, TcpListener, TcpStream, UdpSocket};

flat! {
    Shutdown,
    /// Borrows its listener.
    Incoming<'_>,
}

// A socket is a number given out by the operating system, whose own memory is not counted.
#[cfg(any(unix, windows, target_family = "wasm"))]
flat! { TcpListener, TcpStream, UdpSocket }

// Elsewhere it may be more: an address as text, a shared flag.
#[cfg(not(any(unix, windows, target_family = "wasm")))]
opaque! { Handle: TcpListener, TcpStream, UdpSocket }
