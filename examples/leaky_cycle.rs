//! Finds a cycle of `Rc`s, which a drop would leak.
//!
//! ```sh
//! cargo run --example leaky_cycle
//! ```
//!
//! In the first tree each folder holds its parent by an `Rc`, so dropping the tree leaks it. The report shows the paths of
//! the cycle. In the second tree the handle on the parent is a `Weak`, and a drop frees everything.

use std::cell::RefCell;
use std::error::Error;
use std::rc::{Rc, Weak};

use deep_size::advice::AdviceKind;
use deep_size::{DeepSize, inspect};

#[derive(DeepSize)]
struct Leaky {
    name: String,
    parent: RefCell<Option<Rc<Leaky>>>,
    folders: RefCell<Vec<Rc<Leaky>>>,
}

#[derive(DeepSize)]
struct Sound {
    name: String,
    parent: RefCell<Weak<Sound>>,
    folders: RefCell<Vec<Rc<Sound>>>,
}

fn leaky() -> Rc<Leaky> {
    let folder =
        |name: String| Rc::new(Leaky { name, parent: RefCell::default(), folders: RefCell::default() });
    let root = folder("root".to_owned());
    for number in 0..3 {
        let child = folder(format!("folder {number}"));
        *child.parent.borrow_mut() = Some(root.clone());
        root.folders.borrow_mut().push(child);
    }
    root
}

fn sound() -> Rc<Sound> {
    let folder =
        |name: String| Rc::new(Sound { name, parent: RefCell::default(), folders: RefCell::default() });
    let root = folder("root".to_owned());
    for number in 0..3 {
        let child = folder(format!("folder {number}"));
        *child.parent.borrow_mut() = Rc::downgrade(&root);
        root.folders.borrow_mut().push(child);
    }
    root
}

fn main() -> Result<(), Box<dyn Error>> {
    let leaky = leaky();
    let report = inspect(&leaky);
    report.print()?;
    assert_eq!(report.exclusive_size(), size_of_val(&leaky));
    assert_eq!(report.cyclic_size(), leaky.heap_size());
    for cycle in report.cycles() {
        println!("\na drop would leak {} B in this cycle:", cycle.size());
        for link in cycle.links() {
            println!("    {} holds the next one at {}", link.block().type_name(), link.node().path());
        }
    }
    let advice = report.advice().find(|advice| matches!(advice.kind(), AdviceKind::BreakCycle { .. }));
    println!("\n{}", advice.ok_or("there is a cycle")?);

    // Breaks the cycle. Without this, the drop at the end of the program would free nothing.
    assert_eq!(leaky.name, "root");
    leaky.folders.take();

    let sound = sound();
    let report = inspect(&sound);
    println!(
        "\nwith a `Weak` handle on the parent, a drop of {} frees {} of {} B",
        sound.name,
        report.exclusive_size(),
        report.deep_size()
    );
    assert_eq!((report.exclusive_size(), report.cycles().len()), (report.deep_size(), 0));
    Ok(())
}
