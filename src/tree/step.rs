//! The steps of a path.

use std::borrow::Cow;

use deep_size_core::observer::Role;

/// The name of a type, a field or a variant.
pub(crate) type Name = Cow<'static, str>;

/// One step of a path. Names come from the program or from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<S = &'static str> {
    // In the order of `Role`, which makes comparing the two cheap.
    Root,
    Field(S),
    Element,
    Key,
    Value,
    /// The contents of a wrapper, or the target of a pointer. Unnamed unless there are several types.
    Inner,
    Pointee,
    Shared,
    Borrowed,
    /// The active variant of an enum.
    Variant(S),
    /// Handles on blocks that another place counts.
    Reference,
    /// All values beyond the limit on places.
    Rest,
}

impl Step {
    pub(crate) fn of(role: Role) -> Self {
        match role {
            Role::Root => Self::Root,
            Role::Field(name) => Self::Field(name),
            Role::Element(_) => Self::Element,
            Role::Key(_) => Self::Key,
            Role::Value(_) => Self::Value,
            Role::Pointee => Self::Pointee,
            Role::Shared => Self::Shared,
            Role::Borrowed => Self::Borrowed,
            _ => Self::Inner,
        }
    }

    /// The same step with a name that may be owned.
    pub(crate) fn named(self) -> Step<Name> {
        self.map(|name| Name::Borrowed(name))
    }
}

impl<S> Step<S> {
    /// The same step with another name.
    pub(crate) fn map<'s, T>(&'s self, name: impl FnOnce(&'s S) -> T) -> Step<T> {
        match self {
            Self::Root => Step::Root,
            Self::Field(field) => Step::Field(name(field)),
            Self::Element => Step::Element,
            Self::Key => Step::Key,
            Self::Value => Step::Value,
            Self::Inner => Step::Inner,
            Self::Pointee => Step::Pointee,
            Self::Shared => Step::Shared,
            Self::Borrowed => Step::Borrowed,
            Self::Variant(variant) => Step::Variant(name(variant)),
            Self::Reference => Step::Reference,
            Self::Rest => Step::Rest,
        }
    }

    #[inline(always)]
    pub(super) fn tag(&self) -> u8 {
        match self {
            Self::Root => 0,
            Self::Field(_) => 1,
            Self::Element => 2,
            Self::Key => 3,
            Self::Value => 4,
            Self::Inner => 5,
            Self::Pointee => 6,
            Self::Shared => 7,
            Self::Borrowed => 8,
            Self::Variant(_) => 9,
            Self::Reference => 10,
            Self::Rest => 11,
        }
    }

    /// Whether the step is left out of a path unless there are several types.
    pub(crate) fn is_transparent(&self) -> bool {
        matches!(self, Self::Inner | Self::Pointee | Self::Shared | Self::Borrowed)
    }
}
