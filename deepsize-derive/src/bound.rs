//! Infers the bounds of an impl.
//!
//! Each parameter and each associated type that a measured field uses gets the bound. Field types themselves get none:
//! the impl of `struct Node { next: Option<Box<Node>> }` would require itself.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::punctuated::Punctuated;
use syn::{Generics, Path, Token, Type, TypeParamBound, TypePath, WherePredicate, parse_quote};

use crate::ast::{Field, Input, Shape, mentions, peel, types};
use crate::attr::{Attrs, How};

/// The generics of the impl.
pub(crate) fn complete(input: &Input<'_>) -> Generics {
    let mut generics = input.generics.clone();
    let mut predicates: Vec<WherePredicate> = Vec::new();
    let of_variants = input.variants.iter().map(|variant| &variant.attrs);
    let of_fields = input.fields().map(|field| &field.attrs);
    for attrs in [&input.attrs].into_iter().chain(of_variants).chain(of_fields) {
        predicates.extend(attrs.bound.iter().flatten().cloned());
    }
    if input.attrs.bound.is_none() && input.attrs.whole.is_none() {
        predicates.extend(inferred(input));
    }
    // An empty `where` is legal, but clutters the expansion.
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

fn inferred<'a>(input: &'a Input<'a>) -> Vec<WherePredicate> {
    let mut uses = Uses::of_none(input);
    for variant in input.variants.iter().filter(|variant| variant.attrs.bound.is_none()) {
        for field in &variant.fields {
            uses.field(field);
        }
    }
    let bound = required(input);
    let params = input.generics.type_params().map(|param| &param.ident);
    let used = params.filter(|ident| uses.params.contains(*ident));
    let of_params = used.map(|ident| parse_quote!(#ident: #bound));
    let of_types = uses.types.iter().map(|ty| parse_quote!(#ty: #bound));
    of_params.chain(of_types).collect()
}

fn required(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    match input.shape {
        Shape::Struct | Shape::Enum => quote!(#krate::DeepSize),
        // A field is copied out before it is measured.
        Shape::Packed => quote!(#krate::DeepSize + #krate::__private::Copy),
        Shape::Union => quote!(#krate::__private::Copy),
    }
}

/// The parameters of measured fields, and the types that get a bound as a whole.
struct Uses<'a> {
    input: &'a Input<'a>,
    all_params: BTreeSet<Ident>,
    /// The parameters declared as `T: ToOwned`, each with the path of that trait.
    to_owned: Vec<(Ident, Path)>,
    params: BTreeSet<Ident>,
    types: Vec<Type>,
}

impl<'a> Uses<'a> {
    fn of_none(input: &'a Input<'a>) -> Self {
        let all_params = input.generics.type_params().map(|param| param.ident.clone()).collect();
        let to_owned = to_owned(&input.generics);
        Self { input, all_params, to_owned, params: BTreeSet::new(), types: Vec::new() }
    }

    fn field(&mut self, field: &Field<'_>) {
        let Attrs { how, bound, .. } = &field.attrs;
        match how {
            _ if bound.is_some() => {}
            How::Skip | How::With(_) => {}
            How::Measured => self.ty(field.ty),
            How::Borrowed => self.borrowed(field.ty),
        }
    }

    /// Adds the targets of references: of the type itself, or of its arguments, as in `Option<&T>`.
    fn borrowed(&mut self, ty: &Type) {
        match peel(ty) {
            Type::Reference(reference) => self.ty(&reference.elem),
            Type::Path(path) => {
                let arguments = path.path.segments.iter().flat_map(|segment| types(&segment.arguments));
                arguments.for_each(|ty| self.borrowed(ty));
            }
            ty => self.ty(ty),
        }
    }

    fn ty(&mut self, ty: &Type) {
        match peel(ty) {
            Type::Array(array) => self.ty(&array.elem),
            Type::Slice(slice) => self.ty(&slice.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.ty(elem)),
            Type::Path(path) => self.path(path),
            // A derive cannot expand macros, so each parameter among the tokens counts as used.
            Type::Macro(mac) => {
                let Self { all_params, params, .. } = self;
                mentions(mac.mac.tokens.clone(), &mut |ident| {
                    if all_params.contains(ident) {
                        params.insert(ident.clone());
                    }
                    false
                });
            }
            // Pointers own nothing, and trait objects are measured through their vtables.
            _ => {}
        }
    }

    fn path(&mut self, ty: &TypePath) {
        let segments = &ty.path.segments;
        if let Some(qself) = &ty.qself {
            let tokens = qself.ty.to_token_stream().into_iter().chain(ty.path.to_token_stream());
            let all_params = &self.all_params;
            if mentions(tokens.collect(), &mut |ident| all_params.contains(ident)) {
                self.whole(ty);
            }
            return;
        }
        if ty.path.leading_colon.is_none() && self.all_params.contains(&segments[0].ident) {
            if segments.len() == 1 {
                self.params.insert(segments[0].ident.clone());
            } else {
                self.whole(ty);
            }
            return;
        }
        if self.is_phantom(ty) {
            let tokens = ty.to_token_stream();
            // The compiler prefers a bound that names a lifetime to the impl, even for a field with another lifetime.
            if !mentions_lifetime(tokens.clone())
                && mentions(tokens, &mut |ident| self.all_params.contains(ident))
            {
                self.whole(ty);
            }
            return;
        }
        if let Some(owned) = self.owned_form(&ty.path) {
            self.whole(&owned);
        }
        for segment in segments {
            types(&segment.arguments).for_each(|ty| self.ty(ty));
        }
    }

    /// Whether the type is written as a `PhantomData`, and is not the deriving type.
    ///
    /// A bound on the whole type is right for the `PhantomData` of `core`, which is always flat, and for a user's type of that name.
    fn is_phantom(&self, ty: &TypePath) -> bool {
        let segments = &ty.path.segments;
        let is_local = segments.len() == 1
            || ["crate", "self", "super"].iter().any(|keyword| segments[0].ident == keyword);
        let is_own = self.input.ident == "PhantomData" && is_local;
        segments.last().is_some_and(|last| last.ident == "PhantomData") && !is_own
    }

    /// `<T as ToOwned>::Owned` for a `Cow<'a, T>` of a parameter declared as `T: ToOwned`.
    ///
    /// Added to the bound `T: DeepSize`, so a user's own `Cow` still gets its usual bounds.
    fn owned_form(&self, path: &Path) -> Option<TypePath> {
        let last = path.segments.last().filter(|last| last.ident == "Cow")?;
        let Type::Path(target) = peel(types(&last.arguments).next()?) else { return None };
        let (param, to_owned) = self.to_owned.iter().find(|(param, _)| target.path.is_ident(param))?;
        Some(parse_quote!(<#param as #to_owned>::Owned))
    }

    /// Records a type that gets a bound as a whole, once. A type that cannot be repeated gets none.
    fn whole(&mut self, ty: &TypePath) {
        let tokens = ty.to_token_stream();
        let text = tokens.to_string();
        if self.input.can_repeat(&tokens, &text)
            && self.types.iter().all(|known| known.to_token_stream().to_string() != text)
        {
            self.types.push(Type::Path(ty.clone()));
        }
    }
}

/// The parameters declared as `T: ToOwned`, each with the path of that trait.
fn to_owned(generics: &Generics) -> Vec<(Ident, Path)> {
    let declared = generics.type_params().map(|param| (param.ident.clone(), &param.bounds));
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let in_clause = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(bound) => match peel(&bound.bounded_ty) {
            Type::Path(ty) => Some((ty.path.get_ident()?.clone(), &bound.bounds)),
            _ => None,
        },
        _ => None,
    });
    let with_path = |(param, bounds): (Ident, &Punctuated<TypeParamBound, Token![+]>)| {
        let path = bounds.iter().find_map(|bound| {
            match bound {
                TypeParamBound::Trait(bound) => Some(&bound.path),
                _ => None,
            }
            .filter(|path| path.segments.last().is_some_and(|last| last.ident == "ToOwned"))
        })?;
        Some((param, path.clone()))
    };
    declared.chain(in_clause).filter_map(with_path).collect()
}

fn mentions_lifetime(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '\'',
        TokenTree::Group(group) => mentions_lifetime(group.stream()),
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    })
}
