//! `log` 0.4: exact. Its types own nothing. Records borrow their parts.

use log::{
    Level, LevelFilter, Metadata, MetadataBuilder, ParseLevelError, Record, RecordBuilder, SetLoggerError,
};

flat! {
    Level, LevelFilter, Metadata<'_>, MetadataBuilder<'_>, ParseLevelError, Record<'_>, RecordBuilder<'_>,
    SetLoggerError,
}
