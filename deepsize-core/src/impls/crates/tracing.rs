//! `tracing` 0.1: enabled spans and `Dispatch` are opaque, because a subscriber owns the data. Levels and metadata own nothing.

use tracing::callsite::Identifier;
use tracing::instrument::Instrumented;
use tracing::level_filters::{LevelFilter, ParseLevelFilterError};
use tracing::metadata::{Kind, ParseLevelError};
use tracing::span::{Entered, EnteredSpan, Id, Span};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Level, Metadata, field};

use crate::{DeepSize, Reason, Walker};

flat! {
    Entered<'_>, Id, Identifier, Interest, Kind, Level, LevelFilter, Metadata<'_>, ParseLevelError,
    ParseLevelFilterError, field::Empty, field::Field, field::FieldSet,
}

opaque! {
    Handle:
    /// A handle on a subscriber.
    Dispatch,
}

/// Nothing if the span is disabled. Otherwise it is a handle on data of its subscriber.
impl DeepSize for Span {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !self.is_disabled() {
            walker.opaque(Reason::Handle);
        }
    }
}

delegates! { |this: EnteredSpan| &**this; }

/// The future and its span.
impl<T: DeepSize> DeepSize for Instrumented<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("inner", self.inner());
        walker.field("span", self.span());
    }
}
