//! Parses and checks the deriving type.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Data, DeriveInput, GenericArgument, GenericParam, Generics, Index, Lifetime, Member, Meta,
    PathArguments, Type, TypeParamBound, TypePath,
};

use crate::attr::{self, Attrs, How, Place};
use crate::ctxt::Ctxt;

pub(crate) struct Input<'a> {
    pub(crate) ident: &'a Ident,
    /// Without the attributes of the parameters, which may belong to other derives.
    pub(crate) generics: Generics,
    pub(crate) attrs: Attrs,
    pub(crate) shape: Shape,
    /// A struct is an enum with one variant, and so is a union.
    pub(crate) variants: Vec<Variant<'a>>,
    /// The alias of the crate `deep_size` in generated code.
    pub(crate) krate: Ident,
    // The variables of generated code, and one type parameter.
    pub(crate) walker: Ident,
    pub(crate) visitor: Ident,
    pub(crate) visitor_type: Ident,
    /// The lifetime of the visited value.
    pub(crate) lifetime: Lifetime,
    pub(crate) value: Ident,
    pub(crate) function: Ident,
    pub(crate) before: Ident,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    Struct,
    /// A struct whose fields may be misaligned, so references to them are errors.
    Packed,
    Enum,
    Union,
}

pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) attrs: Attrs,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: Attrs,
}

impl<'a> Input<'a> {
    pub(crate) fn parse(ctxt: &mut Ctxt, input: &'a DeriveInput) -> Self {
        let attrs = Attrs::parse(ctxt, Place::Type, &input.attrs);
        let generics = without_attributes(ctxt, &input.generics);
        let (shape, variants) = match &input.data {
            Data::Struct(data) => {
                let shape = if is_packed(&input.attrs) { Shape::Packed } else { Shape::Struct };
                (shape, vec![Variant::only(&input.ident, fields(ctxt, data.fields.iter()))])
            }
            Data::Enum(data) => {
                (Shape::Enum, data.variants.iter().map(|variant| Variant::parse(ctxt, variant)).collect())
            }
            Data::Union(data) => {
                let fields = fields(ctxt, data.fields.named.iter());
                reject_in_union(ctxt, &fields);
                (Shape::Union, vec![Variant::only(&input.ident, fields)])
            }
        };
        if let Some(whole) = &attrs.whole {
            reject_below(ctxt, &whole.token, &variants);
        }
        let fresh = |name| fresh(&generics, name);
        let (krate, walker, visitor) = (fresh("_deep_size"), fresh("__walker"), fresh("__visitor"));
        let (visitor_type, value, before) = (fresh("__DeepSizeVisitor"), fresh("__value"), fresh("__before"));
        let (function, ident) = (fresh("__function"), &input.ident);
        let lifetime = Lifetime { apostrophe: Span::mixed_site(), ident: fresh("__value") };
        Self {
            ident,
            generics,
            attrs,
            shape,
            variants,
            krate,
            walker,
            visitor,
            visitor_type,
            lifetime,
            value,
            function,
            before,
        }
    }

    /// The variable for the field at this position of a variant.
    pub(crate) fn binding(&self, position: usize) -> Ident {
        fresh(&self.generics, &format!("__field{position}"))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field<'a>> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }
}

impl<'a> Variant<'a> {
    /// The fields of a struct or union.
    fn only(ident: &'a Ident, fields: Vec<Field<'a>>) -> Self {
        Self { ident, attrs: Attrs::default(), fields }
    }

    fn parse(ctxt: &mut Ctxt, variant: &'a syn::Variant) -> Self {
        let attrs = Attrs::parse(ctxt, Place::Variant, &variant.attrs);
        let mut fields = fields(ctxt, variant.fields.iter());
        if let Some(whole) = &attrs.how_token {
            for field in &mut fields {
                if let Some(part) = &field.attrs.how_token {
                    let message =
                        format!("remove `{part}`, because `{whole}` on the variant applies to all fields");
                    ctxt.error(part, message);
                }
                field.attrs.how = attrs.how.clone();
            }
        }
        Self { ident: &variant.ident, attrs, fields }
    }
}

impl Field<'_> {
    /// The field's name in reports.
    pub(crate) fn name(&self) -> String {
        match &self.member {
            Member::Named(ident) => unraw(ident),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }

    /// Whether the impl of the field's type measures it.
    pub(crate) fn is_measured(&self) -> bool {
        matches!(self.attrs.how, How::Measured) && !is_pointer(self.ty)
    }

    /// The ends of the field's type, for errors that underline all of it.
    pub(crate) fn span(&self) -> (Span, Span) {
        match peel(self.ty) {
            // The common case, without a conversion to tokens.
            Type::Path(TypePath { qself: None, path, .. }) if path.leading_colon.is_none() => {
                let (first, last) = (path.segments.first(), path.segments.last());
                let first = first.map_or_else(Span::call_site, |first| first.ident.span());
                let last = last.map_or(first, |last| match &last.arguments {
                    PathArguments::None => last.ident.span(),
                    PathArguments::AngleBracketed(arguments) => arguments.gt_token.span,
                    PathArguments::Parenthesized(_) => ends(path).1,
                });
                (ours(first), ours(last))
            }
            ty => ends(ty),
        }
    }
}

/// The spans of the first and the last token. Names resolve as in the derive itself, because another macro may have
/// written the tokens.
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    (ours(first), ours(last))
}

/// The same span, in which names resolve as in the derive itself.
fn ours(place: Span) -> Span {
    place.resolved_at(Span::mixed_site())
}

/// The name without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

/// The type without parentheses and without the invisible groups around captures of macros.
pub(crate) fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        };
    }
}

/// Whether the type is written as a pointer that owns nothing.
pub(crate) fn is_pointer(ty: &Type) -> bool {
    matches!(peel(ty), Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_))
}

/// Whether this bound of a trait object is the trait of a closure. Only these traits are written with parentheses.
pub(crate) fn is_closure_trait(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    last.is_some_and(|last| matches!(last.arguments, PathArguments::Parenthesized(_)))
}

/// The types among the generic arguments.
pub(crate) fn types(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether any of these names occurs in the tokens.
pub(crate) fn mentions(tokens: TokenStream, is_name: &mut dyn FnMut(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_name(&ident),
        TokenTree::Group(group) => mentions(group.stream(), is_name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn fields<'a>(ctxt: &mut Ctxt, fields: impl Iterator<Item = &'a syn::Field>) -> Vec<Field<'a>> {
    let mut position = 0;
    let parse = |field: &'a syn::Field| {
        let index = Index { index: position, span: Span::mixed_site() };
        position += 1;
        Field {
            member: field.ident.clone().map_or(Member::Unnamed(index), Member::Named),
            ty: &field.ty,
            attrs: Attrs::parse(ctxt, Place::Field, &field.attrs),
        }
    };
    fields.map(parse).collect()
}

fn reject_in_union(ctxt: &mut Ctxt, fields: &[Field<'_>]) {
    for field in fields {
        if let (How::With(_) | How::Borrowed, Some(token)) = (&field.attrs.how, &field.attrs.how_token) {
            let message = format!(
                "`{token}` cannot be used in a union, because its active field is unknown; implement `DeepSize` by hand"
            );
            ctxt.error(token, message);
        }
    }
}

/// Rejects attributes on the variants and fields of a type with `flat` or `opaque`.
fn reject_below(ctxt: &mut Ctxt, whole: &Ident, variants: &[Variant<'_>]) {
    let fields = variants.iter().flat_map(|variant| &variant.fields);
    let all = variants.iter().map(|variant| &variant.attrs).chain(fields.map(|field| &field.attrs));
    for part in all.flat_map(|attrs| &attrs.names) {
        ctxt.error(part, format!("remove `{part}`, because `{whole}` on the type applies to all fields"));
    }
}

fn is_packed(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("repr") => {
            mentions(list.tokens.clone(), &mut |ident| ident == "packed")
        }
        _ => false,
    })
}

fn without_attributes(ctxt: &mut Ctxt, generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for param in &mut generics.params {
        let attributes = match param {
            GenericParam::Lifetime(param) => &mut param.attrs,
            GenericParam::Type(param) => &mut param.attrs,
            GenericParam::Const(param) => &mut param.attrs,
        };
        attr::reject(ctxt, attributes);
        attributes.clear();
    }
    generics
}

/// An identifier of this name, with underscores appended if a parameter has that name.
///
/// Hygiene at `mixed_site` separates local variables from the user's names, but not from const parameters.
fn fresh(generics: &Generics, name: &str) -> Ident {
    let mut ident = Ident::new(name, Span::mixed_site());
    if generics.params.is_empty() {
        return ident;
    }
    let params = generics.params.to_token_stream();
    while mentions(params.clone(), &mut |param| *param == ident) {
        ident = Ident::new(&format!("{ident}_"), Span::mixed_site());
    }
    ident
}
