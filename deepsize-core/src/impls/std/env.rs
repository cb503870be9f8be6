use std::env::{Args, ArgsOs, JoinPathsError, SplitPaths, VarError, Vars, VarsOs};

use crate::{DeepSize, Walker};

flat! {
    JoinPathsError,
    /// Borrows what it splits.
    SplitPaths<'_>,
}

opaque! {
    Hidden:
    /// Holds copies of the arguments not yet handed out.
    Args,
    /// Holds copies of the arguments not yet handed out.
    ArgsOs,
    /// Holds copies of the variables not yet handed out.
    Vars,
    /// Holds copies of the variables not yet handed out.
    VarsOs,
}

impl DeepSize for VarError {
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
