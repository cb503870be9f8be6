//! `bit-set` 0.11: exact, like its `BitVec`.

use bit_set::BitSet;
use bit_vec::BitBlock;

delegates! { |this: BitSet<B> where [B: BitBlock]| this.get_ref(); }
