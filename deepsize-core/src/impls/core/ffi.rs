use core::ffi::{CStr, FromBytesUntilNulError, FromBytesWithNulError, c_void};

flat! { FromBytesUntilNulError, FromBytesWithNulError, c_void }

flat_unsized! { CStr }
