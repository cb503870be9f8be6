use deep_size::{DeepSize, Reason, Size};
use priority_queue::{DoublePriorityQueue, PriorityQueue};

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{assert_lower_bound, live_bytes};

#[test]
fn no_queue_is_measured_in_excess() {
    for_random_bytes(|source| {
        let before = live_bytes();
        let mut queue = PriorityQueue::<String, u8>::with_capacity(below(source, 9));
        for _ in 0..length(source, 0) {
            queue.push(String::random(source, 1), u8::random(source, 0));
            if below(source, 3) == 0 {
                queue.pop();
            }
        }
        let (measured, built) = (queue.heap_size() as isize, live_bytes() - before);
        assert!(measured <= built, "{measured} of {built} bytes");
        assert!(!Size::of(&queue).is_exact());
    });
}

#[test]
fn a_growing_queue_lacks_only_spare_capacity() {
    for len in [1, 5, 20, 100_u64] {
        let mut built = 0;
        let build = || {
            let before = live_bytes();
            let mut queue = DoublePriorityQueue::new();
            for number in 0..len {
                queue.push(number.to_string(), number);
            }
            built = live_bytes() - before;
            queue
        };
        let measured = assert_lower_bound(Reason::Capacity, build) as isize;
        let spare = len.next_power_of_two().max(4) - len;
        assert_eq!(measured + 2 * 8 * spare as isize, built, "{len} items");
    }
}
