use std::os::windows::ffi::EncodeWide;
use std::os::windows::io::{
    BorrowedHandle, BorrowedSocket, HandleOrInvalid, HandleOrNull, InvalidHandleError, NullHandleError,
    OwnedHandle, OwnedSocket,
};

flat! {
    BorrowedHandle<'_>, BorrowedSocket<'_>, HandleOrInvalid, HandleOrNull, InvalidHandleError, NullHandleError,
    OwnedHandle, OwnedSocket,
    /// Borrows its text.
    EncodeWide<'_>,
}
