//! `url` 2: a lower bound.
//!
//! A `Url` is one `String` (`src/lib.rs` of 2.5.8) and does not expose its capacity. The parser reserves as many bytes as the input
//! has, and then the text can grow. Setters may shorten it, so there is no limit. A clone has no spare capacity.

use core::alloc::Layout;

use alloc::string::String;
use url::{Host, OpaqueOrigin, Origin, ParseError, Position, SyntaxViolation, Url};

use crate::{DeepSize, Reason, Walker};

flat! { OpaqueOrigin, ParseError, Position, SyntaxViolation }

/// The length of the text, without spare capacity.
impl DeepSize for Url {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let text = self.as_str();
        walker.lower_bound(Reason::Capacity, None);
        walker.allocation(text.as_ptr(), Layout::for_value(text), text.len());
        walker.emit_content(text.as_bytes());
    }
}

/// The domain name, if there is one.
impl<S: DeepSize> DeepSize for Host<S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Domain(domain) => {
                walker.variant("Domain");
                walker.field("0", domain);
            }
            Self::Ipv4(address) => {
                walker.variant("Ipv4");
                walker.field("0", address);
            }
            Self::Ipv6(address) => {
                walker.variant("Ipv6");
                walker.field("0", address);
            }
        }
    }

    #[inline]
    fn is_flat() -> bool {
        S::is_flat()
    }
}

/// The scheme and the host.
impl DeepSize for Origin {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Opaque(origin) => {
                walker.variant("Opaque");
                walker.field("0", origin);
            }
            Self::Tuple(scheme, host, port) => {
                walker.variant("Tuple");
                walker.field::<String>("0", scheme);
                walker.field("1", host);
                walker.field("2", port);
            }
        }
    }
}
