//! The records of a shop: times, identifiers, amounts.

use std::collections::BTreeMap;
use std::rc::Rc;

use arbitrary::Unstructured;
use arrayvec::ArrayVec;
use bitvec::vec::BitVec;
use chrono::{DateTime, Days, NaiveDate, Utc};
use compact_str::CompactString;
use deep_size::DeepSize;
use hashbrown::HashMap;
use ordered_float::OrderedFloat;
use rust_decimal::Decimal;
use slotmap::{DefaultKey, SlotMap};
use ulid::Ulid;
use uuid::Uuid;

use super::{assert_states_exact, random};
use crate::random::{Random, below, length};

/// A program's wrapper around a time without a zone.
#[derive(DeepSize)]
struct At(DateTime<Utc>);

impl Random for At {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self(DateTime::from_timestamp(u32::random(source, depth).into(), 0).unwrap())
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, DeepSize)]
struct Day(NaiveDate);

impl Random for Day {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self(NaiveDate::default() + Days::new(u16::random(source, depth).into()))
    }
}

#[derive(DeepSize)]
struct Money {
    amount: Decimal,
    currency: [u8; 3],
}

impl Random for Money {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { amount: Decimal::new(i64::random(source, depth), 2), currency: *b"EUR" }
    }
}

#[derive(DeepSize)]
struct Line {
    sku: CompactString,
    quantity: u32,
    price: Money,
    weight: OrderedFloat<f64>,
    notes: Option<Box<str>>,
}

#[derive(DeepSize)]
enum State {
    Open,
    Paid { at: At, method: CompactString },
    Shipped { parcels: ArrayVec<Uuid, 4>, due: Day },
    Returned { reasons: Vec<String>, by: Option<Rc<str>> },
}

#[derive(DeepSize)]
struct Order {
    id: Uuid,
    placed: At,
    lines: Vec<Line>,
    state: State,
    tags: ArrayVec<CompactString, 3>,
    flags: BitVec,
    total: Money,
}

random! {
    struct Line { sku, quantity, price, weight, notes }
    enum State { Open {} Paid { at, method } Shipped { parcels, due } Returned { reasons, by } }
    struct Order { id, placed, lines, state, tags, flags, total }
}

#[derive(DeepSize)]
struct Ledger {
    orders: SlotMap<DefaultKey, Rc<Order>>,
    by_day: BTreeMap<Day, Vec<Rc<Order>>>,
    by_id: HashMap<Uuid, DefaultKey>,
    next: Ulid,
}

fn ledger(source: &mut Unstructured<'_>) -> Ledger {
    let mut ledger = Ledger {
        orders: SlotMap::new(),
        by_day: BTreeMap::new(),
        by_id: HashMap::new(),
        next: Ulid::from(u128::random(source, 0)),
    };
    for _ in 0..length(source, 0) {
        let order = Rc::<Order>::random(source, 1);
        let day = Day::random(source, 0);
        let key = ledger.orders.insert(order.clone());
        ledger.by_id.insert(order.id, key);
        ledger.by_day.entry(day).or_default().push(order);
        if below(source, 6) == 0 {
            ledger.orders.remove(key);
        }
    }
    ledger
}

#[test]
fn the_records_of_a_shop_are_exact() {
    assert_states_exact(ledger);
}
