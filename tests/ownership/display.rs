//! The exact text of the sections on sharing.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use deep_size::{DeepSize, inspect};

#[derive(DeepSize)]
struct Site {
    pages: Vec<Rc<Page>>,
    index: Vec<Rc<Page>>,
    old: Vec<Weak<[u64; 100]>>,
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

/// The line on the outcome of a drop.
#[track_caller]
fn drop_line(text: &str) -> &str {
    text.lines().find(|line| line.starts_with("dropping it frees")).expect("a drop leaves something")
}

#[test]
fn uncertain_bytes_of_a_leak_belong_to_the_leak() {
    #[derive(DeepSize)]
    struct Member {
        itself: RefCell<Option<Rc<Member>>>,
        old: Weak<[u8; 136]>,
        data: [u64; 14],
    }
    let dead = Rc::new([0; 136]);
    let member = Rc::new(Member { itself: RefCell::default(), old: Rc::downgrade(&dead), data: [0; 14] });
    drop(dead);
    member.itself.replace(Some(member.clone()));
    let report = inspect(&member);
    let text = report.to_string();
    assert_eq!(drop_line(&text), "dropping it frees 8 B; 304 B leaks (unless others hold 152 B of it)");
    member.itself.take();
}

#[test]
fn handles_that_hidden_parts_may_hold_are_a_bound() {
    #[derive(DeepSize)]
    struct Parent {
        links: Vec<Cell<Option<Weak<Parent>>>>,
        #[deep_size(skip)]
        hidden: Option<Rc<String>>,
        seen: Rc<String>,
    }
    let seen = Rc::new(String::from("text"));
    let parent = Rc::new_cyclic(|link| Parent {
        links: vec![Cell::new(Some(link.clone())), Cell::new(Some(link.clone()))],
        hidden: Some(seen.clone()),
        seen,
    });
    let report = inspect(&parent);
    let text = report.to_string();
    let rows: Vec<&str> = text.lines().filter(|line| line.contains(" ← ")).skip(1).collect();
    assert_eq!(
        rows,
        [
            "      72 B   58.1       72 B           1  ≤ 2 weak  Parent ← .",
            "      44 B   35.5       44 B           1       ≤ 1  String ← seen",
        ]
    );
    for block in report.shared_allocations() {
        let outside = (block.outside_strong_count(), block.outside_weak_count());
        let is_parent = block.type_name().ends_with("Parent");
        assert_eq!(outside, if is_parent { (Some(0), None) } else { (None, Some(0)) });
        assert!(block.is_uncertain());
    }
}

#[test]
fn a_handle_without_counts_has_its_own_reason() {
    let pinned = Rc::pin([0_u8; 100]);
    let text = inspect(&pinned).to_string();
    assert_eq!(
        drop_line(&text),
        "dropping it frees 8 B; 120 B may stay alive (the number of handles is unknown)"
    );
    let hidden = Rc::new(0_u64);
    let value = (pinned, hidden.clone(), Cell::new(Some(hidden)));
    let text = inspect(&value).to_string();
    let reason = "144 B may stay alive (some handles were not seen, or their number is unknown)";
    assert_eq!(drop_line(&text), format!("dropping it frees 24 B; {reason}"));
}
