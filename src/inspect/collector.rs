//! The observer that gathers a report during the walk.
//!
//! Its methods run once per value, so their common case is short. The next part of a value is predicted: the part that
//! followed the previous part last time. A correct prediction needs no lookup, no allocation and no hash.

use core::alloc::Layout;
use core::ops::Range;
use core::{fmt, mem};
use std::vec::Vec;

use deep_size_core::observer::{Allocation, FlatRun, Node, Observer, Reason, Role, SharedEvent};

use super::frame::{Frame, index};
use super::inexact::InexactParts;
use super::largest::{Largest, MOST_STEPS};
use super::progress::{Pacer, VALUES_PER_LOOK};
use super::shared::SharedBlocks;
use crate::advice::notes::Notes;
use crate::advice::std_types::{counted_text, holds_text};
use crate::ownership::collector::{HandleCollector, HandleLocation, is_unique};
use crate::tree::names::optional;
use crate::tree::paths::Paths;
use crate::tree::stats::{NONE, PathId, PathStats};
use crate::tree::step::Step;

/// Sums up the walk, place by place.
pub(crate) struct Collector<'p> {
    pub(crate) paths: Paths,
    pub(crate) largest: Largest,
    pub(crate) opaque: InexactParts,
    pub(crate) lower_bounds: InexactParts,
    /// The number of references and raw pointers.
    pub(crate) unfollowed: usize,
    pub(crate) shared: SharedBlocks,
    pub(crate) ownership: HandleCollector,
    pub(crate) notes: Notes,
    pub(crate) compares_contents: bool,
    /// The frame outside the root, then one for each value entered. `depth` is the index of the innermost value. The frames
    /// beyond it are stale.
    frames: Vec<Frame>,
    depth: usize,
    /// The bytes of all blocks so far.
    pub(crate) blocks: usize,
    /// The size of the last block.
    last_block: usize,
    root: usize,
    /// The number of values for which each entered value counts. Greater than 1 in a sample.
    weight: usize,
    /// The weights around the samples that were entered.
    outer_weights: Vec<usize>,
    pacer: Option<Pacer<'p>>,
    looks: usize,
    values_to_look: u32,
}

impl<'p> Collector<'p> {
    pub(crate) fn new(most_places: usize, most_largest: usize, pacer: Option<Pacer<'p>>) -> Self {
        Self {
            paths: Paths::new(most_places),
            largest: Largest::new(most_largest),
            opaque: InexactParts::default(),
            lower_bounds: InexactParts::default(),
            unfollowed: 0,
            shared: SharedBlocks::default(),
            ownership: HandleCollector::new(),
            notes: Notes::default(),
            compares_contents: false,
            frames: std::vec![Frame::OUTSIDE; 16],
            depth: 0,
            blocks: 0,
            last_block: 0,
            root: 0,
            weight: 1,
            outer_weights: Vec::new(),
            pacer,
            looks: 0,
            values_to_look: VALUES_PER_LOOK,
        }
    }

    #[inline(always)]
    fn stats(&mut self, place: u32) -> &mut PathStats {
        &mut self.paths.places[place as usize]
    }

    #[inline(always)]
    fn top(&mut self) -> &mut Frame {
        &mut self.frames[self.depth]
    }

    fn here(&self) -> PathId {
        PathId(self.frames[self.depth].place)
    }

    /// Finds the place of an unexpected part, with the bytes to add there, and predicts that place from now on.
    fn find(&mut self, step: Step, type_name: &'static str, bytes: usize) -> (u32, usize) {
        let Frame { step: way, place: around, last, .. } = *self.top();
        let place = self.paths.find(around, step, type_name);
        let is_variant = matches!(self.stats(around).step, Step::Variant(_));
        match last {
            // The parts of a variant follow its name.
            NONE if is_variant => self.stats(around).predicted_child = place,
            NONE => self.stats(way).predicted_child = place,
            last => self.stats(last).predicted_next = place,
        }
        // A value without its own place already includes its parts.
        let is_counted = place == around && self.stats(place).step == Step::Rest;
        (place, if is_counted { 0 } else { bytes })
    }

    #[cold]
    #[inline(never)]
    fn enter_unexpected(&mut self, node: &Node) {
        if self.values_to_look == 0 {
            self.look();
        }
        if node.role == Role::Root {
            self.root = node.shallow_size;
        }
        if self.depth + 1 == self.frames.len() {
            self.make_room();
        }
        let (step, shallow) = self.find(Step::of(node.role), node.type_name, node.shallow_size);
        let weight = self.weight;
        let stats = self.stats(step);
        stats.count = stats.count.saturating_add(weight);
        stats.shallow = stats.shallow.saturating_add(shallow.saturating_mul(weight));
        self.push(step, node);
    }

    /// Enters a value at an unexpected place.
    fn push(&mut self, step: u32, node: &Node) {
        let Frame { address, .. } = *self.top();
        let shape = &mut self.paths.shapes[step as usize];
        shape.set_position(offset(address, Some(node.address)), node.shallow_size);
        shape.has_all_fields = node.has_all_fields;
        (shape.variants, shape.discriminant_size) = (node.variants, node.discriminant_size);
        shape.has_declared_order = node.has_declared_order;
        let stats = self.stats(step);
        stats.alignment = u32::try_from(node.alignment).unwrap_or(0);
        stats.impl_kind = stats.impl_kind.max(node.impl_kind);
        self.push_frame(step, node);
    }

    #[inline(always)]
    fn push_frame(&mut self, step: u32, node: &Node) {
        let stats = self.stats(step);
        let frame = Frame::new(step, stats.target, stats.predicted_child, index(&node.role), node.address);
        let after = stats.predicted_next;
        let around = self.top();
        (around.expected, around.last, around.is_closed) = (after, step, node.is_last);
        self.depth += 1;
        *self.top() = frame;
    }

    /// The place of the next value of a run.
    #[inline(always)]
    fn place_of_run(&mut self, run: &FlatRun) -> (u32, usize) {
        let expected = self.top().expected;
        match self.paths.places.get(expected as usize) {
            Some(stats) if stats.is_surely(&run.role, run.type_name) => (expected, run.size),
            _ => self.find_run(run),
        }
    }

    #[cold]
    #[inline(never)]
    fn find_run(&mut self, run: &FlatRun) -> (u32, usize) {
        let (place, bytes) = self.find(Step::of(run.role), run.type_name, run.size);
        let Frame { address, .. } = *self.top();
        let shape = &mut self.paths.shapes[place as usize];
        shape.set_position(offset(address, run.address), run.size / run.count.max(1));
        self.stats(place).alignment = u32::try_from(run.alignment).unwrap_or(0);
        (place, bytes)
    }

    #[inline(always)]
    fn keep_if_large(&mut self, depth: usize) {
        let blocks = self.frames[depth].blocks;
        if blocks > self.largest.threshold {
            self.largest.keep(blocks, &self.frames[..=depth]);
        }
    }

    /// Makes room for more frames.
    ///
    /// Merges closed frames inside the innermost block, except the first and the last ones, whose steps appear in paths. So
    /// a list takes constant memory.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let around = self.shared.inside.max(self.ownership.inside).max(MOST_STEPS);
        let most = self.depth.saturating_sub(MOST_STEPS);
        let (mut depth, mut merged) = (0, 0);
        for index in 0..=self.depth {
            let frame = self.frames[index];
            self.frames[depth] = Frame { merged: frame.merged + merged, ..frame };
            if frame.is_closed && !frame.is_sample && around < index && index <= most {
                self.keep_if_large(depth);
                merged = self.frames[depth].merged + 1;
            } else {
                merged = 0;
                depth += 1;
            }
        }
        self.depth = depth - 1;
        if depth > self.frames.len() / 2 {
            self.frames.extend_from_within(..);
        }
    }

    /// Clips the layout so that the total cannot overflow. A hand-written impl may report blocks that cannot exist.
    #[inline(always)]
    fn clipped(&self, layout: Layout) -> Layout {
        let room = (usize::MAX - self.root).saturating_sub(self.blocks);
        if layout.size() <= room {
            return layout;
        }
        Layout::from_size_align(room, layout.align()).unwrap_or(Layout::new::<()>())
    }

    /// Counts `count` blocks of the innermost value, `bytes` together. Each has at least one byte, so no sum overflows.
    #[inline(always)]
    fn block(&mut self, bytes: usize, spare: usize, count: usize) {
        let top = self.top();
        top.blocks += bytes;
        let place = top.place;
        self.blocks += bytes;
        self.last_block = bytes;
        let stats = self.stats(place);
        stats.blocks += bytes;
        stats.allocations += count.min(bytes);
        stats.spare += spare;
    }

    /// Records that a field of the innermost value may not have been entered.
    #[cold]
    fn misses_field(&mut self) {
        let place = self.here().0;
        self.paths.shapes[place as usize].misses_field = true;
    }

    fn location(&self) -> HandleLocation {
        let place = self.frames[self.depth].place;
        let type_name = self.paths.places[place as usize].type_name;
        HandleLocation { place, type_name, depth: self.depth, bytes: self.blocks }
    }

    /// Leaves the target of a shared handle or of a reference.
    #[cold]
    #[inline(never)]
    fn leave_block(&mut self) {
        if self.depth < self.shared.inside {
            self.shared.exit(self.blocks);
        }
        if self.depth < self.ownership.inside {
            let left = self.frames[self.depth + 1].step;
            self.ownership.leave(self.depth, self.blocks, self.paths.places[left as usize].type_name);
        }
    }

    /// Reads the clock for the progress callback.
    #[cold]
    #[inline(never)]
    fn look(&mut self) {
        self.looks += 1;
        self.values_to_look = VALUES_PER_LOOK;
        if let Some(pacer) = &mut self.pacer {
            pacer.look(self.looks.saturating_mul(VALUES_PER_LOOK as usize), self.root + self.blocks);
        }
    }
}

impl Observer for Collector<'_> {
    fn wants_content(&self) -> bool {
        self.compares_contents
    }

    fn enter(&mut self, node: &Node) {
        self.values_to_look -= 1;
        if node.may_hide_parts() {
            self.ownership.enter_manual();
        }
        if let [around, frame, ..] = &mut self.frames[self.depth..] {
            if let Some(stats) = self.paths.places.get_mut(around.expected as usize) {
                if stats.is_surely(&node.role, node.type_name) && stats.impl_kind == node.impl_kind {
                    stats.count = stats.count.saturating_add(self.weight);
                    let shallow = node.shallow_size.saturating_mul(self.weight);
                    stats.shallow = stats.shallow.saturating_add(shallow);
                    let (place, role) = (around.expected, index(&node.role));
                    *frame = Frame::new(place, stats.target, stats.predicted_child, role, node.address);
                    around.last = around.expected;
                    around.expected = stats.predicted_next;
                    around.is_closed = node.is_last;
                    self.depth += 1;
                    if self.values_to_look == 0 {
                        self.look();
                    }
                    return;
                }
            }
        }
        self.enter_unexpected(node);
    }

    fn exit(&mut self) {
        self.keep_if_large(self.depth);
        let top = self.top();
        if top.merged > 0 {
            (top.merged, top.blocks) = (top.merged - 1, 0);
            return;
        }
        if top.is_sample {
            self.weight = self.outer_weights.pop().unwrap_or(1);
        }
        self.depth = self.depth.saturating_sub(1);
        if self.depth < self.shared.inside || self.depth < self.ownership.inside {
            self.leave_block();
        }
    }

    fn flat(&mut self, run: &FlatRun) {
        let (place, bytes) = self.place_of_run(run);
        let weight = self.weight;
        let stats = self.stats(place);
        stats.count = stats.count.saturating_add(run.count.saturating_mul(weight));
        stats.shallow = stats.shallow.saturating_add(bytes.saturating_mul(weight));
        let (after, target) = (stats.predicted_next, stats.target);
        self.paths.end_run(target, run.count, weight);
        if run.needs_drop {
            self.ownership.hides_handles();
        }
        let top = self.top();
        (top.expected, top.last) = (after, place);
    }

    fn next_samples(&mut self, run: &FlatRun) -> Range<usize> {
        let (place, _) = self.place_of_run(run);
        let stats = self.stats(place);
        if stats.step == Step::Rest {
            return 0..0;
        }
        let target = stats.target;
        self.paths.sampler(target).plan(run.count)
    }

    fn sample(&mut self, node: &Node) {
        if self.values_to_look <= 1 {
            self.look();
        }
        self.values_to_look -= 1;
        if self.depth + 1 == self.frames.len() {
            self.make_room();
        }
        let expected = self.top().expected;
        let is_expected = |stats: &PathStats| stats.is_surely(&node.role, node.type_name);
        if !self.paths.places.get(expected as usize).is_some_and(is_expected) {
            let place = self.find(Step::of(node.role), node.type_name, 0).0;
            self.push(place, node);
        } else {
            self.push_frame(expected, node);
        }
        let Frame { place: target, .. } = *self.top();
        let weight = self.paths.sampler(target).take(self.weight);
        self.outer_weights.push(mem::replace(&mut self.weight, weight));
        self.top().is_sample = true;
    }

    fn union_field(&mut self, field: &FlatRun) {
        let place = self.here().0;
        let known = &self.paths.union_fields;
        if !known.iter().any(|(union, _, known)| *union == place && known.role == field.role) {
            let offset = offset(self.top().address, field.address);
            self.paths.union_fields.push((place, offset, *field));
        }
    }

    fn variant(&mut self, name: &'static str) {
        let Frame { place: around, expected, .. } = *self.top();
        let place = match self.paths.places.get(expected as usize) {
            Some(PathStats { step: Step::Variant(ours), .. }) if core::ptr::eq(*ours, name) => expected,
            _ => {
                let type_name = self.stats(around).type_name;
                if name == "None" && optional(type_name).is_some() {
                    return self.notes.none(around, self.weight);
                }
                // Variants often alternate.
                let known = self.paths.variant(around, name);
                known.unwrap_or_else(|| self.find(Step::Variant(name), type_name, 0).0)
            }
        };
        let weight = self.weight;
        let stats = self.stats(place);
        if stats.step == Step::Rest {
            return;
        }
        stats.count = stats.count.saturating_add(weight);
        let into = stats.predicted_child;
        let top = self.top();
        (top.place, top.expected, top.last) = (place, into, NONE);
    }

    fn allocation(&mut self, allocation: &Allocation) {
        if allocation.block_count == 0 {
            return;
        }
        let bytes = self.clipped(allocation.layout).size();
        self.block(bytes, allocation.spare_size().min(bytes), allocation.block_count);
    }

    fn shared(&mut self, event: &SharedEvent) {
        let mut event = *event;
        event.block.layout = self.clipped(event.block.layout);
        if event.counted {
            let bytes = event.block.layout.size();
            self.block(bytes, 0, usize::from(event.extends.is_none()));
            let is_unique = is_unique(&event);
            let stats = self.stats(self.here().0);
            stats.shared += bytes;
            stats.owns_alone |= is_unique;
            self.shared.counted(&event, self.depth, self.blocks);
        }
        let first = self.ownership.shared(&event, self.location()).map(PathId);
        let first = first.filter(|_| SharedBlocks::keeps_block(&event));
        if let Some(place) = first.and_then(|first| self.paths.reference(self.here(), first)) {
            let stats = self.stats(place);
            stats.count = stats.count.saturating_add(1);
        }
    }

    fn contains_root(&mut self, shallow_size: usize) {
        self.misses_field();
        self.paths.around_root = Some((self.here(), shallow_size));
        self.shared.contains_root(shallow_size);
    }

    fn borrowed(&mut self, memory: &Allocation, counted: bool) {
        let mut memory = *memory;
        memory.layout = self.clipped(memory.layout);
        if counted {
            self.block(memory.layout.size(), 0, 1);
        }
        self.ownership.borrowed(&memory, counted, self.location());
    }

    fn shrunk_size(&mut self, bytes: usize) {
        let Frame { place, blocks, .. } = *self.top();
        self.notes.shrunk(place, blocks, bytes);
    }

    fn rebuilt_size(&mut self, bytes: usize) {
        let Frame { place, blocks, .. } = *self.top();
        self.notes.rebuilt(place, blocks, bytes);
    }

    fn content(&mut self, bytes: &[u8]) {
        let Frame { step, place, blocks, .. } = *self.top();
        let (is_text, step) = (holds_text(self.stats(step).type_name), self.stats(step).step);
        let holder = self.frames[self.depth.saturating_sub(1)].place;
        match step {
            _ if is_text => {
                // A value that delegates to several texts has one block for each.
                let block = if blocks > 0 { mem::take(&mut self.last_block) } else { 0 };
                self.notes.text(place, bytes, block);
            }
            Step::Pointee => self.notes.text(holder, bytes, bytes.len()),
            Step::Shared => self.notes.text(holder, bytes, counted_text(bytes.len())),
            // The text is part of a value, or borrowed.
            _ => {}
        }
    }

    fn integer(&mut self, value: i128) {
        let place = self.here().0;
        self.notes.integer(place, value);
    }

    fn opaque(&mut self, reason: Reason) {
        self.misses_field();
        self.ownership.hides_handles();
        self.opaque.add(self.here(), reason, None);
    }

    fn lower_bound(&mut self, reason: Reason, missing_size: Option<usize>) {
        self.lower_bounds.add(self.here(), reason, missing_size);
    }

    fn unfollowed(&mut self, count: usize, raw_count: usize) {
        self.unfollowed = self.unfollowed.saturating_add(count);
        if raw_count > 0 {
            self.ownership.hides_handles();
        }
    }
}

/// The distance of a part from the start of the value around it.
fn offset(around: usize, part: Option<usize>) -> Option<usize> {
    part?.checked_sub(around)
}

impl fmt::Debug for Collector<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Collector").field("places", &self.paths.places.len()).finish_non_exhaustive()
    }
}
