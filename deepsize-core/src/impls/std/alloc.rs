use std::alloc::System;

flat! { System }
