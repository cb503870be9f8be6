//! Implements `DeepSize` by hand for a type with a raw pointer, and compares the result with the allocator's count.
//!
//! ```text
//! cargo run --example manual_impl
//! ```

use std::alloc::{GlobalAlloc, Layout, System, handle_alloc_error};
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use deep_size::{DeepSize, Walker};

/// A stack of fixed capacity, in a block that it allocates and frees itself.
struct FixedStack<T> {
    start: NonNull<T>,
    len: usize,
    layout: Layout,
}

impl<T: DeepSize> DeepSize for FixedStack<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // The block, with the bytes in use, and then the memory that the elements own.
        walker.allocation(self.start.as_ptr(), self.layout, self.len * size_of::<T>());
        walker.elements(self.as_slice());
    }
}

impl<T> FixedStack<T> {
    fn new(capacity: usize) -> Self {
        let layout = Layout::array::<T>(capacity).expect("the capacity is reasonable");
        assert!(layout.size() > 0, "neither the capacity nor the elements may be empty");
        // SAFETY: the layout's size is not zero.
        let block = unsafe { std::alloc::alloc(layout) };
        let Some(start) = NonNull::new(block.cast()) else { handle_alloc_error(layout) };
        Self { start, len: 0, layout }
    }

    fn capacity(&self) -> usize {
        self.layout.size() / size_of::<T>()
    }

    fn push(&mut self, element: T) {
        assert!(self.len < self.capacity(), "the stack is full");
        // SAFETY: the slot is in the block, because `len` is below the capacity.
        unsafe { self.start.add(self.len).write(element) };
        self.len += 1;
    }

    fn as_slice(&self) -> &[T] {
        // SAFETY: the first `len` elements were written.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T> Drop for FixedStack<T> {
    fn drop(&mut self) {
        // SAFETY: the first `len` elements were written, the block was allocated with this layout, and neither is used again.
        unsafe {
            NonNull::slice_from_raw_parts(self.start, self.len).drop_in_place();
            std::alloc::dealloc(self.start.as_ptr().cast(), self.layout);
        }
    }
}

/// The live bytes of the whole program.
static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is forwarded to `System`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract, which `System` shares.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract, which `System` shares.
        unsafe { System.dealloc(block, layout) }
    }
}

fn main() {
    let before = LIVE.load(Relaxed);
    let mut stack = FixedStack::new(100);
    for word in ["four", "words", "on", "the heap"] {
        stack.push(word.to_owned());
    }
    let allocated = LIVE.load(Relaxed) - before;

    println!("{} strings in a stack with room for {}", stack.as_slice().len(), stack.capacity());
    println!("  measured   {:>5} B on the heap", stack.heap_size());
    println!("  allocated  {allocated:>5} B, as the allocator counts");
    assert_eq!(stack.heap_size(), allocated);
}
