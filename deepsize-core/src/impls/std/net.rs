use std::net::{Incoming, Shutdown, TcpListener, TcpStream, UdpSocket};

flat! {
    Shutdown,
    /// Borrows its listener.
    Incoming<'_>,
}

// A socket is a descriptor of the operating system. The memory of the operating system does not count.
#[cfg(any(unix, windows, target_family = "wasm"))]
flat! { TcpListener, TcpStream, UdpSocket }

// On other targets, it may own memory: an address as text, a shared flag.
#[cfg(not(any(unix, windows, target_family = "wasm")))]
opaque! { Handle: TcpListener, TcpStream, UdpSocket }
