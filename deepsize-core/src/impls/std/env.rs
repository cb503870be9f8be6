use std::env::{Args, ArgsOs, JoinPathsError, SplitPaths, VarError, Vars, VarsOs};

use crate::{DeepSize, Walker};

flat! {
    JoinPathsError,
    /// Borrows its text.
    SplitPaths<'_>,
}

opaque! {
    Hidden:
    /// Owns copies of the remaining arguments.
    Args,
    /// Owns copies of the remaining arguments.
    ArgsOs,
    /// Owns copies of the remaining variables.
    Vars,
    /// Owns copies of the remaining variables.
    VarsOs,
}

impl DeepSize for VarError {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::NotPresent => walker.variant("NotPresent"),
            Self::NotUnicode(value) => {
                walker.variant("NotUnicode");
                walker.inner(value);
            }
        }
    }
}
