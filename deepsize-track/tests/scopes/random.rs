//! Random scopes, compared with a simple model.

use std::collections::BTreeMap;

use deep_size_track::{Profile, Row, Scope};

use super::{bytes, together};

/// A random action.
enum Step {
    Enter(usize),
    End,
    Allocate(u64),
    Free,
}

/// Calls, allocated bytes, freed bytes, peak, and bytes allocated by the scope itself.
type Figures = (u64, u64, u64, u64, u64);

/// An open call.
struct Open {
    /// The enclosing scopes and itself. A recursive scope occurs once.
    path: Vec<usize>,
    is_outermost: bool,
    /// The live bytes at its start, and their peak.
    start: u64,
    peak: u64,
    allocated: u64,
    freed: u64,
    /// The bytes allocated by the calls inside.
    inside: u64,
}

const NAMES: [&str; 5] = ["random a", "random b", "random c", "random d", "random e"];

/// The expected figures of each path.
fn sums(steps: &[Step]) -> BTreeMap<Vec<usize>, Figures> {
    let mut rows: BTreeMap<Vec<usize>, Figures> = BTreeMap::new();
    let (mut open, mut held, mut live): (Vec<Open>, Vec<u64>, u64) = (Vec::new(), Vec::new(), 0);
    for step in steps {
        match *step {
            Step::Enter(name) => {
                let mut path = open.last().map_or(Vec::new(), |open| open.path.clone());
                match path.iter().position(|around| *around == name) {
                    Some(at) => path.truncate(at + 1),
                    None => path.push(name),
                }
                let is_outermost = open.iter().all(|open| open.path != path);
                rows.entry(path.clone()).or_default().0 += 1;
                let (allocated, freed, inside) = (0, 0, 0);
                open.push(Open { path, is_outermost, start: live, peak: live, allocated, freed, inside });
            }
            Step::End => {
                let call = open.pop().expect("a call is open");
                let row = rows.get_mut(&call.path).expect("the call was entered");
                row.4 += call.allocated - call.inside;
                if call.is_outermost {
                    (row.1, row.2) = (row.1 + call.allocated, row.2 + call.freed);
                    row.3 = row.3.max(call.peak - call.start);
                }
                if let Some(outer) = open.last_mut() {
                    outer.peak = outer.peak.max(call.peak);
                    outer.allocated += call.allocated;
                    outer.inside += call.allocated;
                    outer.freed += call.freed;
                }
            }
            Step::Allocate(size) => {
                live += size;
                held.push(size);
                if let Some(open) = open.last_mut() {
                    (open.allocated, open.peak) = (open.allocated + size, open.peak.max(live));
                }
            }
            Step::Free => {
                let size = held.pop().expect("a block is held");
                live -= size;
                open.last_mut().into_iter().for_each(|open| open.freed += size);
            }
        }
    }
    rows
}

#[test]
fn random_scopes_agree_with_a_simple_model() {
    let _together = together();
    // The xorshift generator of Marsaglia (2003).
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    };
    let (mut steps, mut open, mut held) = (Vec::new(), 0, 0);
    for _ in 0..60_000 {
        steps.push(match random() % 12 {
            0..4 => Step::Enter((random() % 5) as usize),
            4..8 if open > 0 => Step::End,
            8 | 9 if held > 0 => Step::Free,
            _ => Step::Allocate(random() % 10_000),
        });
        match steps.last() {
            Some(Step::Enter(_)) => open += 1,
            Some(Step::End) => open -= 1,
            Some(Step::Free) => held -= 1,
            _ => held += 1,
        }
    }
    steps.extend((0..open).map(|_| Step::End));
    let expected = sums(&steps);

    let (mut scopes, mut held) = (Vec::with_capacity(steps.len()), Vec::with_capacity(steps.len()));
    for step in &steps {
        match *step {
            Step::Enter(name) => scopes.push(Scope::enter(NAMES[name])),
            Step::End => drop(scopes.pop()),
            Step::Allocate(size) => held.push(bytes(size as usize)),
            Step::Free => drop(held.pop()),
        }
    }
    let profile = Profile::take();
    assert!(expected.len() >= 100, "{} paths", expected.len());
    for (path, figures) in expected {
        let path: Vec<&str> = path.into_iter().map(|name| NAMES[name]).collect();
        let row = profile.find(&path).expect("the scope was entered");
        let Row { calls, allocated_size, freed_size, peak_size, self_allocated_size, .. } = *row;
        let found = (calls, allocated_size, freed_size, peak_size, self_allocated_size);
        assert_eq!(found, figures, "{path:?}");
    }
}
