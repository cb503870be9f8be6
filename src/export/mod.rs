//! Reports in formats that other programs read.
//!
//! | format | viewer | feature | shows |
//! | --- | --- | --- | --- |
//! | heap snapshot: `Report::write_heapsnapshot` | Chrome's developer tools, memlab | `heapsnapshot` | who holds each shared block, what it retains, and what has changed between two snapshots |

#[cfg(feature = "heapsnapshot")]
mod heapsnapshot;
