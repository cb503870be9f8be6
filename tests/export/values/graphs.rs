//! Graphs of shared blocks.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use deep_size::{DeepSize, Report, inspect};

pub(super) fn graphs() -> Vec<(&'static str, Report)> {
    let mut reports = Vec::new();

    let outside: Arc<str> = "held outside".into();
    let list = Arc::new(vec![outside.clone(), "inside".into()]);
    let value = (list.clone(), vec![outside.clone(), "inside".into()], [list.clone(), list.clone()]);
    reports.push(("outside", inspect(&value)));

    let kept = Rc::new(Person::named("kept by weak handles"));
    *kept.friend.borrow_mut() = Rc::downgrade(&kept);
    let dead = Rc::downgrade(&Rc::new(String::from("dead")));
    let value = (kept.clone(), Rc::downgrade(&kept), vec![dead.clone(), dead]);
    reports.push(("weak", inspect(&value)));
    let weak_outside = Rc::downgrade(&kept);
    reports.push(("weak_outside", inspect(&(kept.clone(), kept.clone()))));
    drop((value, kept, weak_outside));

    let ring = Person::ring(4);
    let ring_twice = (Person::ring(3), ring.clone());
    reports.push(("cycle", inspect(&ring_twice)));
    drop(ring);
    reports.push(("cycle_leaked", inspect(&ring_twice)));
    for first in [&ring_twice.0, &ring_twice.1] {
        first.knows.borrow_mut().clear();
    }

    let people: Vec<Rc<Person>> = (0..5000).map(|at| Rc::new(Person::named(&"n".repeat(at % 97)))).collect();
    for (at, person) in people.iter().enumerate() {
        // Each holds only later ones, so no cycle leaks.
        let known = [at * 2 + 1, at * 3 + 2, at + 17].map(|other| people.get(other).cloned());
        person.knows.borrow_mut().extend(known.into_iter().flatten());
        *person.friend.borrow_mut() = Rc::downgrade(&people[at / 2]);
    }
    let held = people[100].clone();
    let first = (people[0].clone(), people[3].clone());
    reports.push(("many_blocks", inspect(&people)));
    drop(people);
    reports.push(("many_retained", inspect(&first)));
    drop((held, first));

    let hub = Rc::new(Person::named("known to all"));
    let guests: Vec<Rc<Person>> = (0..200).map(|_| Rc::new(Person::named("guest"))).collect();
    for guest in &guests {
        guest.knows.borrow_mut().extend([hub.clone(), hub.clone()]);
    }
    reports.push(("hub", inspect(&(guests.clone(), guests, hub))));
    reports
}

#[derive(DeepSize)]
struct Person {
    name: String,
    knows: RefCell<Vec<Rc<Person>>>,
    friend: RefCell<Weak<Person>>,
}

impl Person {
    fn named(name: &str) -> Self {
        Self { name: name.into(), knows: RefCell::default(), friend: RefCell::default() }
    }

    /// Each holds the next one, the last holds the first, and all have a weak handle on the previous one.
    fn ring(length: usize) -> Rc<Self> {
        let people: Vec<_> = (0..length).map(|at| Rc::new(Self::named(&"x".repeat(at)))).collect();
        for (at, person) in people.iter().enumerate() {
            person.knows.borrow_mut().push(people[(at + 1) % length].clone());
            *person.friend.borrow_mut() = Rc::downgrade(&people[(at + length - 1) % length]);
        }
        people[0].clone()
    }
}

/// Two paths reach one block.
#[derive(DeepSize)]
pub(super) struct Diamond {
    left: Rc<Side>,
    right: Rc<Side>,
    also_left: Rc<Side>,
    also_right: Rc<Side>,
}

#[derive(DeepSize)]
struct Side {
    bottom: Rc<Vec<u64>>,
    own: Box<[u8]>,
}

pub(super) fn diamond() -> Diamond {
    let bottom = Rc::new(vec![0; 100]);
    let side = |bytes| Rc::new(Side { bottom: bottom.clone(), own: vec![0; bytes].into() });
    let (left, right) = (side(10), side(1000));
    Diamond { also_left: left.clone(), also_right: right.clone(), left, right }
}
