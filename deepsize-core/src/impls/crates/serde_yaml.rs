//! `serde_yaml` 0.9 and its fork `serde_norway` 0.9: exact, except for maps and tags.
//!
//! A `Mapping` is an `IndexMap` (`src/mapping.rs` of 0.9.34), with the same exceptions. A `Tag` is a `String` that does not
//! expose its capacity.

/// Implements `DeepSize` for the types of one of the crates.
macro_rules! yaml {
    ($yaml:ident) => {
        const _: () = {
            use $yaml::value::{Tag, TaggedValue};
            use $yaml::{Mapping, Number, Value};

            use crate::impls::crates::indexmap::walk_blocks;
            use crate::{DeepSize, Reason, Walker};

            flat! { Number }

            variants! {
                Value {
                    Null, Bool(value), Number(value), String(value), Sequence(value), Mapping(value), Tagged(value),
                }
            }

            fields! { TaggedValue { tag, value } }

            /// A vector of the entries, and a table of their indices.
            impl DeepSize for Mapping {
                built_in! {}

                fn walk_owned(&self, walker: &mut Walker<'_>) {
                    let first = self.iter().next().map_or(core::ptr::null(), |(key, _)| core::ptr::from_ref(key));
                    walk_blocks::<Value, Value>(walker, self.capacity(), self.len(), first.cast());
                    walker.entries(self.iter());
                }
            }

            /// The text without spare capacity, and without a leading exclamation mark, which the tag may omit.
            impl DeepSize for Tag {
                built_in! {}

                fn walk_owned(&self, walker: &mut Walker<'_>) {
                    let len = crate::impls::crates::text_len(self).saturating_sub(1);
                    walker.buffer(core::ptr::null::<u8>(), len, len);
                    walker.lower_bound(Reason::Capacity, None);
                }
            }
        };
    };
}

#[cfg(feature = "serde_norway_0_9")]
yaml! { serde_norway }
#[cfg(feature = "serde_yaml_0_9")]
yaml! { serde_yaml }
