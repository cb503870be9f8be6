//! `uuid` 1: exact. Its types own nothing.

use uuid::fmt::{Braced, Hyphenated, Simple, Urn};
use uuid::{Builder, Error, NonNilUuid, Timestamp, Uuid, Variant, Version};

flat! { Braced, Builder, Error, Hyphenated, NonNilUuid, Simple, Timestamp, Urn, Uuid, Variant, Version }
