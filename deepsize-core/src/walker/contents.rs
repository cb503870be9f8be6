//! Shared blocks whose contents are no value that could be handed over.

use super::Walker;
use crate::{Handle, Role, SharedBlock};

impl Walker<'_> {
    /// Reports a handle on `block` as [`shared`](Self::shared) does, for contents that `walk` reports.
    ///
    /// For values that lie in a block, and can be seen one by one but not as a slice. They take `bytes` of the block, and are told
    /// as one value of the type `T`. The first meeting counts the block and calls `walk`; later ones add nothing. Returns
    /// whether it was the first.
    ///
    /// ```
    /// use std::cell::OnceCell;
    /// use std::rc::Rc;
    /// use deep_size_core::{DeepSize, SharedBlock, Walker};
    ///
    /// /// A handle on a chunk with room for eight strings.
    /// #[derive(Clone)]
    /// struct Chunk(Rc<[OnceCell<String>; 8]>);
    ///
    /// impl DeepSize for Chunk {
    ///     fn walk_owned(&self, walker: &mut Walker<'_>) {
    ///         let strings = self.0.iter().filter_map(OnceCell::get);
    ///         let bytes = strings.clone().count() * size_of::<String>();
    ///         walker.shared_with::<[String], _>(SharedBlock::of_rc(&self.0), bytes, |walker| {
    ///             walker.elements(strings);
    ///         });
    ///     }
    /// }
    ///
    /// let chunk = Chunk(Rc::default());
    /// chunk.0[0].set(String::from("first")).unwrap();
    /// let two = [chunk.clone(), chunk];
    /// assert_eq!(two.heap_size(), 16 + 8 * 24 + 5);
    /// ```
    #[inline]
    pub fn shared_with<T, F>(&mut self, block: SharedBlock, bytes: usize, walk: F) -> bool
    where
        T: ?Sized,
        F: FnOnce(&mut Walker<'_>),
    {
        let counted = self.meet(block, Handle::Strong);
        if counted {
            self.on_a_stack(move |walker| {
                if walker.is_observed() {
                    walker.walk_contents::<T>(Role::Shared, block.address, bytes, walk);
                } else {
                    walk(walker);
                }
            });
        }
        counted
    }
}
