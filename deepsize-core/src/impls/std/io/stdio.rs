use std::io::{Stderr, StderrLock, Stdin, StdinLock, Stdout, StdoutLock};

// Their buffers belong to the process.
flat! { Stderr, StderrLock<'_>, Stdin, StdinLock<'_>, Stdout, StdoutLock<'_> }
