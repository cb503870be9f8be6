use std::io::{Stderr, StderrLock, Stdin, StdinLock, Stdout, StdoutLock};

// Their buffers belong to the program as a whole.
flat! { Stderr, StderrLock<'_>, Stdin, StdinLock<'_>, Stdout, StdoutLock<'_> }
