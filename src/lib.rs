//! How much memory a value really holds.
#![no_std]
#![forbid(unsafe_code)]

pub use deep_size_core::{
    Allocation, DeepSize, FlatRun, Handle, Meeting, Node, Observer, Reason, Role, SharedBlock, Tally, Walker,
};

/// Implements the trait of the same name by going into every field.
///
/// ```
/// use deep_size::DeepSize;
///
/// #[derive(DeepSize)]
/// struct User {
///     id: u64,
///     name: String,
///     role: Role,
/// }
///
/// #[derive(DeepSize)]
/// enum Role {
///     Admin,
///     Member { groups: Vec<String> },
/// }
///
/// let groups = vec![String::from("staff")];
/// let user = User { id: 1, name: String::from("Ada"), role: Role::Member { groups } };
/// assert_eq!(user.deep_size(), size_of::<User>() + 3 + size_of::<String>() + 5);
/// ```
///
/// A field can be left out, measured by a function, or count what it borrows:
///
/// ```
/// use deep_size::{DeepSize, Walker};
///
/// # mod other_crate {
/// #     pub struct Foreign(pub Vec<u8>);
/// # }
/// use other_crate::Foreign; // does not implement the trait
///
/// #[derive(DeepSize)]
/// struct Page<'a> {
///     // Counted where the pool is.
///     #[deep_size(skip)]
///     pool: Foreign,
///     #[deep_size(with = foreign)]
///     cache: Foreign,
///     title: &'a str,
///     #[deep_size(borrowed)]
///     text: &'a str,
/// }
///
/// fn foreign(foreign: &Foreign, walker: &mut Walker<'_>) {
///     walker.field("bytes", &foreign.0);
/// }
///
/// let page = Page {
///     pool: Foreign(vec![0; 100]),
///     cache: Foreign(vec![0; 10]),
///     title: "a title",
///     text: "a text",
/// };
/// assert_eq!(page.heap_size(), 10 + "a text".len());
/// ```
///
/// The bounds of the impl are inferred, and can be replaced where the inference asks for too much:
///
/// ```
/// use std::marker::PhantomData;
/// use deep_size::DeepSize;
///
/// #[derive(DeepSize)]
/// struct Id<T>(u32, PhantomData<T>);
///
/// // `T: DeepSize` would be inferred, since it is not known here what `Id` does with `T`.
/// #[derive(DeepSize)]
/// #[deep_size(bound = "")]
/// struct Ids<T> {
///     ids: Vec<Id<T>>,
/// }
///
/// struct Unmeasured;
/// let ids = Ids { ids: vec![Id::<Unmeasured>(1, PhantomData)] };
/// assert_eq!(ids.heap_size(), 4);
/// ```
#[cfg(feature = "derive")]
pub use deep_size_derive::DeepSize;

#[doc(hidden)]
pub use deep_size_core::__private;
