//! Parses and checks the deriving type.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Expr, ExprLit, ExprUnary, GenericArgument, GenericParam,
    Generics, Index, Lifetime, Lit, Member, Meta, PathArguments, Type, TypeParamBound, TypePath, UnOp,
};

use crate::attr::{self, Attrs, How, Place};
use crate::ctxt::Ctxt;
use crate::length;

pub(crate) struct Input<'a> {
    pub(crate) ident: Ident,
    is_deprecated: bool,
    /// Without the attributes of the parameters, which may belong to other derives.
    pub(crate) generics: Generics,
    pub(crate) attrs: Attrs,
    pub(crate) shape: Shape,
    /// An integer type of the size of an enum's discriminant, if attributes determine it.
    pub(crate) discriminant: Option<Ident>,
    /// Whether a `repr` raises the alignment.
    pub(crate) is_aligned: bool,
    /// Whether the fields are in the order of the declaration, because of `repr(C)`.
    pub(crate) is_repr_c: bool,
    /// A struct is an enum with one variant, and so is a union.
    pub(crate) variants: Vec<Variant<'a>>,
    /// Attributes that allow the lints lowered on the type and its parts. Generated code repeats tokens of those parts.
    pub(crate) lints: Vec<TokenStream>,
    /// The alias of the crate `deep_size` in generated code.
    pub(crate) krate: Ident,
    // The variables of generated code, and one type parameter. Each name costs build time, so there are few.
    /// A visitor or walker.
    pub(crate) visitor: Ident,
    pub(crate) visitor_type: Ident,
    /// The lifetime of the visited value.
    pub(crate) lifetime: Lifetime,
    /// A field or a sum.
    pub(crate) value: Ident,
    pub(crate) function: Ident,
    /// The fields of a variant.
    pub(crate) bindings: Vec<Ident>,
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
    pub(crate) ident: Ident,
    pub(crate) attrs: Attrs,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: Attrs,
    pub(crate) is_deprecated: bool,
}

impl<'a> Input<'a> {
    pub(crate) fn parse(ctxt: &mut Ctxt, tokens: TokenStream, input: &'a DeriveInput) -> Self {
        let attrs = Attrs::parse(ctxt, Place::Type, &input.attrs);
        let generics = without_attributes(ctxt, &input.generics);
        let is_deprecated = is_deprecated(&input.attrs);
        let (shape, variants) = match &input.data {
            Data::Struct(data) => {
                let shape = if has_repr(&input.attrs, "packed") { Shape::Packed } else { Shape::Struct };
                (shape, vec![Variant::only(&input.ident, fields(ctxt, data.fields.iter(), is_deprecated))])
            }
            Data::Enum(data) => (
                Shape::Enum,
                data.variants.iter().map(|variant| Variant::parse(ctxt, variant, is_deprecated)).collect(),
            ),
            Data::Union(data) => {
                let fields = fields(ctxt, data.fields.named.iter(), is_deprecated);
                reject_in_union(ctxt, &fields);
                (Shape::Union, vec![Variant::only(&input.ident, fields)])
            }
        };
        if let Some(whole) = &attrs.whole {
            reject_below(ctxt, &whole.token, &variants);
        }
        let taken = taken(tokens);
        let fresh = |name: &str| fresh(&taken, name);
        let (krate, visitor, visitor_type) =
            (fresh("_deep_size"), fresh("__visitor"), fresh("__DeepSizeVisitor"));
        let (value, function) = (fresh("__value"), fresh("__function"));
        let largest = variants.iter().map(|variant: &Variant<'_>| variant.fields.len()).max().unwrap_or(0);
        let bindings = if shape == Shape::Enum { 0..largest } else { 0..0 };
        let bindings = bindings.map(|position| fresh(&format!("__field{position}"))).collect();
        let lifetime = Lifetime { apostrophe: Span::mixed_site(), ident: fresh("__value") };
        Self {
            ident: usable(&input.ident, is_deprecated),
            is_deprecated,
            lints: lints(input),
            bindings,
            generics,
            attrs,
            shape,
            discriminant: discriminant(input),
            is_aligned: has_repr(&input.attrs, "align"),
            is_repr_c: has_repr(&input.attrs, "C"),
            variants,
            krate,
            visitor,
            visitor_type,
            lifetime,
            value,
            function,
        }
    }

    /// Whether generated code can repeat a field's type. `text` has the same tokens as `ty`.
    ///
    /// A block in a type can declare items, such as an `impl`, which must not be declared twice. Outside its declaration, naming a
    /// deprecated type is a warning.
    pub(crate) fn can_repeat(&self, ty: &TokenStream, text: &str) -> bool {
        let has_block = text.contains('{') && may_declare_items(length::show(ty.clone()), false);
        let names_itself = self.is_deprecated && mentions(ty.clone(), &mut |ident| *ident == self.ident);
        !has_block && !names_itself
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field<'a>> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }
}

impl<'a> Variant<'a> {
    /// The fields of a struct or union.
    fn only(ident: &Ident, fields: Vec<Field<'a>>) -> Self {
        Self { ident: ident.clone(), attrs: Attrs::default(), fields }
    }

    fn parse(ctxt: &mut Ctxt, variant: &'a syn::Variant, mut is_deprecated: bool) -> Self {
        is_deprecated |= self::is_deprecated(&variant.attrs);
        let attrs = Attrs::parse(ctxt, Place::Variant, &variant.attrs);
        let mut fields = fields(ctxt, variant.fields.iter(), is_deprecated);
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
        Self { ident: usable(&variant.ident, is_deprecated), attrs, fields }
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
pub(crate) fn ours(place: Span) -> Span {
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

/// Whether the tokens of a type contain a block with more than an expression, or a block with a macro.
fn may_declare_items(tokens: TokenStream, in_block: bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            let is_block = group.delimiter() == Delimiter::Brace;
            in_block && is_block || may_declare_items(group.stream(), in_block || is_block)
        }
        TokenTree::Punct(punct) => in_block && matches!(punct.as_char(), ';' | '!'),
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    })
}

fn fields<'a>(
    ctxt: &mut Ctxt,
    fields: impl Iterator<Item = &'a syn::Field>,
    is_deprecated: bool,
) -> Vec<Field<'a>> {
    let mut position = 0;
    let parse = |field: &'a syn::Field| {
        let index = Index { index: position, span: Span::mixed_site() };
        position += 1;
        let is_deprecated = is_deprecated || self::is_deprecated(&field.attrs);
        let ident = field.ident.as_ref().map(|ident| usable(ident, is_deprecated));
        Field {
            member: ident.map_or(Member::Unnamed(index), Member::Named),
            ty: &field.ty,
            attrs: Attrs::parse(ctxt, Place::Field, &field.attrs),
            is_deprecated,
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

fn has_repr(attributes: &[Attribute], name: &str) -> bool {
    reprs(attributes).any(|repr| mentions(repr, &mut |ident| ident == name))
}

/// The tokens in all `repr` attributes.
fn reprs(attributes: &[Attribute]) -> impl Iterator<Item = TokenStream> + '_ {
    attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("repr") => Some(list.tokens.clone()),
        _ => None,
    })
}

/// The type of the discriminant: `u8` for `repr(u8)` and `repr(C, u8)`, `c_int` for `repr(C)`.
fn discriminant(input: &DeriveInput) -> Option<Ident> {
    let (mut found, mut is_aligned) = (None, false);
    for repr in reprs(&input.attrs) {
        mentions(repr, &mut |ident| {
            if ident == "C" {
                found.get_or_insert("c_int".to_owned());
            } else if ident == "align" {
                is_aligned = true;
            } else if !["Rust", "transparent"].iter().any(|other| ident == other) {
                found = Some(ident.to_string());
            }
            false
        });
    }
    // Otherwise, an enum without fields has the size of its discriminant.
    if let (None, true, Data::Enum(data)) = (&found, is_aligned, &input.data) {
        found = smallest_discriminant(data).map(str::to_owned);
    }
    found.map(|name| Ident::new(&name, Span::mixed_site()))
}

/// The smallest integer type for the discriminants of an enum without fields. `None` if they are not written as numbers.
fn smallest_discriminant(data: &DataEnum) -> Option<&'static str> {
    let (mut next, mut least, mut most) = (0_i128, 0, 0);
    for (index, variant) in data.variants.iter().enumerate() {
        if !variant.fields.is_empty() {
            return None;
        }
        if let Some((_, value)) = &variant.discriminant {
            next = number(value)?;
        }
        (least, most) = if index == 0 { (next, next) } else { (next.min(least), next.max(most)) };
        next = next.checked_add(1)?;
    }
    let fits = |(_, bits): &&(&str, u32)| {
        let end = 1_i128 << (bits - 1);
        -end <= least && most < end || 0 <= least && most < 2 * end
    };
    let integers = [("u8", 8), ("u16", 16), ("u32", 32), ("u64", 64)];
    integers.iter().find(fits).filter(|_| data.variants.len() > 1).map(|(name, _)| *name)
}

/// The value of a literal, which may have a minus sign.
fn number(value: &Expr) -> Option<i128> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|number| -number),
        Expr::Group(group) => number(&group.expr),
        Expr::Paren(paren) => number(&paren.expr),
        _ => None,
    }
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

/// The identifier by which generated code uses an item.
///
/// The compiler does not warn about a deprecated item if the identifier has a derive's span.
fn usable(ident: &Ident, is_deprecated: bool) -> Ident {
    let mut ident = ident.clone();
    if is_deprecated {
        ident.set_span(ours(ident.span()));
    }
    ident
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}

/// The attributes that lower the level of lints, on the type, its parameters, its variants and its fields.
fn lints(input: &DeriveInput) -> Vec<TokenStream> {
    let params = input.generics.params.iter().flat_map(|param| match param {
        GenericParam::Lifetime(param) => &param.attrs,
        GenericParam::Type(param) => &param.attrs,
        GenericParam::Const(param) => &param.attrs,
    });
    let (variants, fields): (Vec<_>, Vec<_>) = match &input.data {
        Data::Struct(data) => (Vec::new(), data.fields.iter().collect()),
        Data::Enum(data) => (
            data.variants.iter().collect(),
            data.variants.iter().flat_map(|variant| &variant.fields).collect(),
        ),
        Data::Union(data) => (Vec::new(), data.fields.named.iter().collect()),
    };
    let of_variants = variants.iter().flat_map(|variant| &variant.attrs);
    let of_fields = fields.iter().flat_map(|field| &field.attrs);
    let all = input.attrs.iter().chain(params).chain(of_variants).chain(of_fields);
    let lowered = all.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if ["allow", "expect", "warn"].iter().any(|level| list.path.is_ident(level)) => {
            Some(&list.tokens)
        }
        _ => None,
    });
    lowered.map(|lints| quote!(#[allow(#lints)])).collect()
}

/// The identifiers in the tokens that begin with an underscore, as generated ones do.
fn taken(tokens: TokenStream) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    // A fast path: debug builds run derives without optimisation, but the optimised compiler makes this text.
    let text = tokens.to_string();
    if !text.contains("__") && !text.contains("_deep_size") {
        return taken;
    }
    mentions(tokens, &mut |ident| {
        let name = unraw(ident);
        if name.starts_with('_') {
            taken.insert(name);
        }
        false
    });
    taken
}

/// An identifier of this name, with underscores appended if the input uses that name.
///
/// Hygiene at `mixed_site` separates local variables from the user's, but not from const parameters and items.
fn fresh(taken: &BTreeSet<String>, name: &str) -> Ident {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    Ident::new(&name, Span::mixed_site())
}
