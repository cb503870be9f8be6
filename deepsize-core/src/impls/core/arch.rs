//! Vector registers, for architectures with stable types.

#[cfg(target_arch = "x86")]
use core::arch::x86 as arch;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64 as arch;

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
flat! {
    arch::CpuidResult,
    arch::__m128, arch::__m128d, arch::__m128i,
    arch::__m256, arch::__m256d, arch::__m256i,
    arch::__m512, arch::__m512d, arch::__m512i,
}

#[cfg(target_arch = "aarch64")]
use core::arch::aarch64 as arch;

#[cfg(target_arch = "aarch64")]
flat! {
    arch::int8x8_t, arch::int16x4_t, arch::int32x2_t, arch::int64x1_t,
    arch::int8x16_t, arch::int16x8_t, arch::int32x4_t, arch::int64x2_t,
    arch::uint8x8_t, arch::uint16x4_t, arch::uint32x2_t, arch::uint64x1_t,
    arch::uint8x16_t, arch::uint16x8_t, arch::uint32x4_t, arch::uint64x2_t,
    arch::float32x2_t, arch::float32x4_t, arch::float64x1_t, arch::float64x2_t,
    arch::poly8x8_t, arch::poly16x4_t, arch::poly64x1_t,
    arch::poly8x16_t, arch::poly16x8_t, arch::poly64x2_t,
}

#[cfg(target_arch = "wasm32")]
flat! { core::arch::wasm32::v128 }
