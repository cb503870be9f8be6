use std::process::{
    Child, ChildStderr, ChildStdin, ChildStdout, Command, CommandArgs, CommandEnvs, ExitCode, ExitStatus,
    Output, Stdio,
};

use crate::{DeepSize, Walker};

flat! {
    ChildStderr, ChildStdin, ChildStdout, ExitCode, ExitStatus, Stdio,
    /// Descriptors of the operating system. The memory of the other process does not count.
    Child,
    /// Borrows its command.
    CommandArgs<'_>,
    /// Borrows its command.
    CommandEnvs<'_>,
}

opaque! { Hidden: Command }

impl DeepSize for Output {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("status", &self.status);
        walker.field("stdout", &self.stdout);
        walker.field("stderr", &self.stderr);
    }
}
