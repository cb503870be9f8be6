use std::os::fd::{BorrowedFd, OwnedFd};

flat! { BorrowedFd<'_>, OwnedFd }
