use core::ffi::{CStr, FromBytesUntilNulError, FromBytesWithNulError, c_void};

flat! { FromBytesUntilNulError, FromBytesWithNulError, c_void }

text! { |text: CStr| text.to_bytes_with_nul() }
