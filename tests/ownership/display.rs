//! The exact text of the sections on sharing.

use std::cell::RefCell;
use std::rc::Rc;

use deep_size::{DeepSize, inspect};

#[derive(DeepSize)]
struct Site {
    pages: Vec<Rc<Page>>,
    index: Vec<Rc<Page>>,
    old: Vec<std::rc::Weak<[u64; 100]>>,
}

#[derive(DeepSize)]
struct Page {
    text: String,
    links: RefCell<Vec<Rc<Page>>>,
}

fn page(letters: usize) -> Rc<Page> {
    Rc::new(Page { text: "x".repeat(letters), links: RefCell::default() })
}

fn link(from: &Rc<Page>, to: &Rc<Page>) {
    from.links.borrow_mut().reserve_exact(1);
    from.links.borrow_mut().push(to.clone());
}

#[test]
fn sections_list_holders_and_cycles() {
    let pages: Vec<Rc<Page>> = (1..=8).map(|number| page(1000 * number)).collect();
    // Three pages in a cycle, and one that two of them hold.
    link(&pages[0], &pages[1]);
    link(&pages[1], &pages[2]);
    link(&pages[2], &pages[0]);
    link(&pages[2], &pages[3]);
    link(&pages[1], &pages[3]);
    let dead = Rc::new([0; 100]);
    let value = Site { index: pages[5..].to_vec(), old: vec![Rc::downgrade(&dead)], pages };
    let outside = (value.pages[6].clone(), Rc::downgrade(&value.pages[7]), Rc::downgrade(&value.pages[7]));
    drop(dead);

    let text = inspect(&value).to_string();
    let sections = text.split("\n\n").skip(2).collect::<Vec<_>>().join("\n\n");
    let expected = "\
shared allocations, by retained size (5 of 8)
  retained      %        own      inside   outside  type ← holders
   7.9 KiB   21.5    7.9 KiB           2    2 weak  Page ← pages[], index[]
   6.9 KiB   18.8    6.9 KiB           2         1  Page ← pages[], index[]
   5.9 KiB   16.1    5.9 KiB           2         0  Page ← pages[], index[]
   4.0 KiB   10.8    4.0 KiB           3         0  Page ← pages[].links…[], pages[]
   3.0 KiB    8.2    3.0 KiB           2         0  Page ← pages[].links…[], pages[]

cycles of strong handles, leaked by a drop
  10.1 KiB   27.5  3 blocks: Page –pages[].links…[]→ (× 3) the first

advice, by bytes saved
    10.1 KiB   27.5  Page::links[]: make these handles weak, or this leaks
  … more: the sum of nodes that are not listed;  name…: recursive, values at all depths
";
    let drop_frees = "\ndropping it frees 19.7 KiB (unless others hold 816 B of it); 7.0 KiB stays alive (held elsewhere); \
         10.1 KiB leaks\n";
    assert!(text.contains(drop_frees), "{text}");
    assert!(sections == expected, "it reads:\n{sections}\n\nin:\n{text}");
    value.pages[0].links.take();
    drop(outside);
}

#[test]
fn a_block_that_holds_itself_is_printed_as_itself() {
    let page = page(0);
    page.links.borrow_mut().push(page.clone());
    let text = inspect(&page).to_string();
    assert!(text.contains("1 block: Page –links[]→ itself\n"), "{text}");
    page.links.take();
}
