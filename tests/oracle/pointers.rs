//! Owning pointers, cells and locks.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use crate::exact;

exact! {
    boxes: Box<String>;
    boxes_of_units: Box<()>;
    boxes_of_boxes: Box<Box<Box<[u16]>>>;
    boxed_strs: Vec<Box<str>>;
    pinned_boxes: Pin<Box<Vec<String>>>;
    unique_rcs: Vec<Rc<String>>;
    rcs_of_bytes: Vec<Rc<u8>>;
    rcs_of_units: Vec<Rc<()>>;
    rcs_of_wide_alignment: Vec<Rc<u128>>;
    rcs_of_slices: Vec<Rc<[String]>>;
    rcs_of_strs: BTreeMap<u8, Rc<str>>;
    unique_arcs: Vec<Arc<Vec<String>>>;
    arcs_of_slices: Vec<Arc<[u16]>>;
    ref_cells: Vec<RefCell<Vec<u8>>>;
    cells: Vec<Cell<u32>>;
    once_cells: Vec<OnceCell<String>>;
    once_locks: Vec<OnceLock<String>>;
    mutexes: Arc<Mutex<Vec<String>>>;
    rw_locks: Vec<RwLock<Option<Box<str>>>>;
    manually_dropped: Vec<ManuallyDrop<u64>>;
    pointers_four_deep: Rc<RefCell<Vec<Arc<Mutex<BTreeMap<u8, Box<Rc<str>>>>>>>>;
}
