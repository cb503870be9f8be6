//! The contenders, each with an adapter for every type that it can measure.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Ours,
    /// A loop that sums the same bytes without a framework.
    ByHand,
    Deepsize,
    /// With its `StandardTracker`, which values with sharing need.
    GetSize2,
    /// Without a tracker, which suffices for values without sharing.
    GetSize2Plain,
    MemDbg,
    Allocative,
}

impl Who {
    pub(crate) const ALL: [Self; 7] = [
        Self::Ours,
        Self::ByHand,
        Self::Deepsize,
        Self::GetSize2,
        Self::GetSize2Plain,
        Self::MemDbg,
        Self::Allocative,
    ];

    pub(crate) fn is_peer(self) -> bool {
        !matches!(self, Self::Ours | Self::ByHand)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "deep-size",
            Self::ByHand => "by hand",
            Self::Deepsize => "deepsize",
            Self::GetSize2 => "get-size2",
            Self::GetSize2Plain => "get-size2 plain",
            Self::MemDbg => "mem_dbg",
            Self::Allocative => "allocative",
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Measures values of type `V`, shallow size included.
pub(crate) trait Contender<V> {
    const WHO: Who;

    fn deep_size(value: &V) -> usize;
}

pub(crate) struct Ours;
pub(crate) struct Deepsize;
pub(crate) struct GetSize2;
pub(crate) struct GetSize2Plain;
pub(crate) struct MemDbg;
pub(crate) struct Allocative;

impl<V: deep_size::DeepSize> Contender<V> for Ours {
    const WHO: Who = Who::Ours;

    #[inline]
    fn deep_size(value: &V) -> usize {
        value.deep_size()
    }
}

impl<V: deepsize::DeepSizeOf> Contender<V> for Deepsize {
    const WHO: Who = Who::Deepsize;

    #[inline]
    fn deep_size(value: &V) -> usize {
        value.deep_size_of()
    }
}

impl<V: get_size2::GetSize> Contender<V> for GetSize2 {
    const WHO: Who = Who::GetSize2;

    #[inline]
    fn deep_size(value: &V) -> usize {
        value.get_size_with_tracker(get_size2::StandardTracker::new()).0
    }
}

impl<V: get_size2::GetSize> Contender<V> for GetSize2Plain {
    const WHO: Who = Who::GetSize2Plain;

    #[inline]
    fn deep_size(value: &V) -> usize {
        value.get_size()
    }
}

impl<V: mem_dbg::MemSize> Contender<V> for MemDbg {
    const WHO: Who = Who::MemDbg;

    #[inline]
    fn deep_size(value: &V) -> usize {
        value.mem_size(mem_dbg::SizeFlags::CAPACITY | mem_dbg::SizeFlags::FOLLOW_RCS)
    }
}

impl<V: allocative::Allocative> Contender<V> for Allocative {
    const WHO: Who = Who::Allocative;

    #[inline]
    fn deep_size(value: &V) -> usize {
        allocative::size_of_unique(value)
    }
}
