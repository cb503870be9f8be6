//! Sockets. A socket that is registered with the runtime is opaque.

use tokio::net::tcp;
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
#[cfg(unix)]
use tokio::net::{UnixDatagram, UnixListener, UnixSocket, UnixStream, unix};

flat! { TcpSocket, tcp::ReadHalf<'_>, tcp::WriteHalf<'_> }

opaque! { Handle: TcpListener, TcpStream, UdpSocket, tcp::OwnedReadHalf, tcp::OwnedWriteHalf }

#[cfg(unix)]
flat! { UnixSocket, unix::ReadHalf<'_>, unix::SocketAddr, unix::UCred, unix::WriteHalf<'_> }

#[cfg(unix)]
opaque! {
    Handle: UnixDatagram, UnixListener, UnixStream, unix::OwnedReadHalf, unix::OwnedWriteHalf, unix::pipe::Receiver, unix::pipe::Sender,
}
