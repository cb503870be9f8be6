//! Generates the impl.

use std::collections::BTreeSet;
use std::slice;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ExprPath, GenericParam, Generics, Member, Type};

use crate::ast::{Field, Input, Shape, Variant, ends, peel, unraw};
use crate::attr::How;
use crate::bound;

/// The impl.
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let flat = match input.shape {
        Shape::Union => quote!(true),
        _ => is_flat(input),
    };
    let parts = match input.shape {
        Shape::Struct => visit_struct(input),
        Shape::Packed => visit_packed(input),
        Shape::Enum => visit_enum(input),
        Shape::Union => check_union(input),
    };
    implement(input, &bound::complete(input), &parts, &flat)
}

/// An impl that measures nothing, for a type with mistakes. Without it, each use of the type would be an error too.
pub(crate) fn stub(input: &Input<'_>) -> TokenStream {
    implement(input, &input.generics, &TokenStream::new(), &quote!(false))
}

/// The impl of a type whose parts `parts` shows to a visitor. Each part is written once, because checking calls takes the compiler
/// most of its time.
fn implement(input: &Input<'_>, generics: &Generics, parts: &TokenStream, flat: &TokenStream) -> TokenStream {
    let Input { ident, krate, walker, visitor, visitor_type, before, .. } = input;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let arguments = arguments(generics);
    let this = this(Span::mixed_site());
    let path = match &input.attrs.krate {
        Some(path) => path.to_token_stream(),
        // Not `extern crate`, since the compiler would put the alias into its messages.
        None => quote!(::deep_size),
    };
    // The lints are those that repeated names may break, out of reach of an `allow` on type or field.
    // No `where Self: Sized` on `is_flat`: that would be an error for `struct Text(str)`.
    quote! {
        #[allow(deprecated, non_camel_case_types, non_upper_case_globals, unused_braces, unused_parens)]
        const _: () = {
            use #path as #krate;
            #[automatically_derived]
            impl #impl_generics #krate::DeepSize for #ident #arguments #where_clause {
                #[inline]
                fn walk_owned(&#this, #walker: &mut #krate::Walker<'_>) {
                    #krate::__private::Parts::visit_parts(#this, #walker)
                }
                #[inline]
                fn is_flat() -> #krate::__private::bool {
                    #flat
                }
                #[inline]
                fn __sum(&#this, #before: #krate::__private::usize, #walker: &mut #krate::Walker<'_>) -> #krate::__private::usize {
                    #krate::__private::sum(#this, #before, #walker)
                }
                #[inline]
                fn __next_reads(&#this) -> [#krate::__private::usize; 2] {
                    #krate::__private::next_reads(#this)
                }
            }
            #[automatically_derived]
            impl #impl_generics #krate::__private::Parts for #ident #arguments #where_clause {
                #[inline(always)]
                fn visit_parts<#visitor_type: #krate::__private::Visitor>(&#this, #visitor: &mut #visitor_type) {
                    #parts
                }
            }
        };
    }
}

/// `<'a, T, { N }>`. Without the braces, `N` would be a type of that name if one is in scope.
fn arguments(generics: &Generics) -> Option<TokenStream> {
    let argument = |param: &GenericParam| match param {
        GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
        GenericParam::Type(param) => param.ident.to_token_stream(),
        GenericParam::Const(param) => {
            let ident = &param.ident;
            quote!({ #ident })
        }
    };
    let arguments = generics.params.iter().map(argument);
    // The user's own brackets, so that messages point at the type.
    let (open, close) = (generics.lt_token?, generics.gt_token?);
    Some(quote!(#open #(#arguments),* #close))
}

fn visit_struct(input: &Input<'_>) -> TokenStream {
    input.fields().map(|field| visit(input, field, &of_self(field))).collect()
}

/// Each measured field is copied out, which needs `Copy`; of those that own nothing, only the ones known to be `Copy`
/// are.
fn visit_packed(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    let walk = |field: &Field<'_>| {
        let ty = field.ty;
        match (&field.attrs.how, peel(ty)) {
            (How::Skip, _) => TokenStream::new(),
            (How::Measured, Type::Reference(reference)) if reference.mutability.is_some() => {
                TokenStream::new()
            }
            _ => {
                let method = at_type("deep_size_packed_field", field);
                let visit = visit(input, field, &copied(field));
                quote!(#krate::__private::Copied::<#ty>::NEW.#method(); #visit)
            }
        }
    };
    input.fields().map(walk).collect()
}

fn visit_enum(input: &Input<'_>) -> TokenStream {
    let this = this(Span::mixed_site());
    if input.variants.is_empty() {
        return quote!(match *#this {});
    }
    let arms = input.variants.iter().map(|variant| arm(input, variant));
    quote!(match #this { #(#arms)* })
}

fn arm(input: &Input<'_>, variant: &Variant<'_>) -> TokenStream {
    let (visitor, ident, name) = (&input.visitor, variant.ident, unraw(variant.ident));
    let members = variant.fields.iter().map(|field| &field.member);
    let bindings: Vec<_> = (0..variant.fields.len()).map(|position| input.binding(position)).collect();
    let body: TokenStream = match &variant.attrs.how {
        How::With(path) => {
            let (walker, call) = (&input.walker, call(input, path, &bindings));
            quote!(#visitor.with(|#walker| #call);)
        }
        _ => {
            let fields = variant.fields.iter().zip(&bindings);
            fields.map(|(field, binding)| visit(input, field, &reborrow(binding, field.span()))).collect()
        }
    };
    quote! {
        Self::#ident { #(#members: #bindings,)* } => {
            #visitor.variant(#name);
            #body
        }
    }
}

/// Whether a part of the type is measured by a function of the user's, or borrowed.
fn has_own_walk(input: &Input<'_>) -> bool {
    let of_variants = input.variants.iter().map(|variant| &variant.attrs.how);
    let mut all = of_variants.chain(input.fields().map(|field| &field.attrs.how));
    all.any(|how| matches!(how, How::With(_) | How::Borrowed))
}

fn check_union(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    let check = |field: &Field<'_>| {
        let ty = field.ty;
        let method = at_type("deep_size_union_field", field);
        quote!(#krate::__private::Copied::<#ty>::NEW.#method();)
    };
    input.fields().filter(|field| field.is_measured()).map(check).collect()
}

/// Shows the visitor one field, to which the expression `place` refers.
fn visit(input: &Input<'_>, field: &Field<'_>, place: &TokenStream) -> TokenStream {
    let (walker, visitor, name) = (&input.walker, &input.visitor, field.name());
    match &field.attrs.how {
        How::Measured if field.is_measured() => quote!(#visitor.field(#name, #place);),
        How::Measured | How::Skip => quote!(#visitor.flat_field(#name, #place);),
        How::With(path) => visit_with(input, field, place, call(input, path, slice::from_ref(&input.value))),
        How::Borrowed => {
            let krate = &input.krate;
            let function = quote!(#krate::__private::borrowed);
            let value = reborrow(&input.value, field.span());
            visit_with(input, field, place, quote!(#function(#value, #walker)))
        }
    }
}

/// Calls the function in a closure, so that its arguments are coerced and type errors point at them.
fn visit_with(input: &Input<'_>, field: &Field<'_>, place: &TokenStream, call: TokenStream) -> TokenStream {
    let (Input { walker, visitor, value, .. }, name) = (input, field.name());
    quote!(#visitor.field_with(#name, #place, |#value, #walker| #call);)
}

/// `path(&*a, &*b, __walker)`, all of it at the span of the path, where a type error should point.
fn call(input: &Input<'_>, path: &ExprPath, references: &[Ident]) -> TokenStream {
    let (first, last) = ends(path);
    let references = references.iter().map(|reference| reborrow(reference, (first, last)));
    let mut walker = input.walker.clone();
    walker.set_span(last);
    let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(last=> #(#references,)* #walker));
    arguments.set_span(last);
    quote!(#path #arguments)
}

/// `&self.x`, spread over the field's type, so that an error in it underlines the type.
fn of_self(field: &Field<'_>) -> TokenStream {
    let (first, last) = field.span();
    let (this, member) = (this(first), member_at(field, last));
    quote_spanned!(first=> &#this.#member)
}

/// `&{ self.x }`, spread likewise.
fn copied(field: &Field<'_>) -> TokenStream {
    let (first, last) = field.span();
    let (this, member) = (this(first), member_at(field, last));
    let mut block = Group::new(Delimiter::Brace, quote_spanned!(first=> #this.#member));
    block.set_span(last);
    quote_spanned!(first=> &#block)
}

/// `&*__field0`, spread likewise.
fn reborrow(reference: &Ident, (first, last): (Span, Span)) -> TokenStream {
    let mut reference = reference.clone();
    reference.set_span(last);
    quote_spanned!(first=> &*#reference)
}

/// The name of a method of ours, at the field's type.
fn at_type(method: &str, field: &Field<'_>) -> Ident {
    Ident::new(method, field.span().0)
}

fn member_at(field: &Field<'_>, span: Span) -> TokenStream {
    let mut member = field.member.clone();
    match &mut member {
        Member::Named(ident) => ident.set_span(span),
        Member::Unnamed(index) => index.span = span,
    }
    member.into_token_stream()
}

/// The conjunction of the answers of the fields' types, each asked once.
fn is_flat(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    if has_own_walk(input) {
        return quote!(false);
    }
    let types = input.fields().filter(|field| field.is_measured()).map(|field| field.ty);
    let mut asked = BTreeSet::new();
    let types = types.filter(|ty| asked.insert(ty.to_token_stream().to_string()));
    let answers: Vec<_> =
        types.map(|ty| quote!(#krate::__private::Probe::<#ty>::NEW.deep_size_is_flat())).collect();
    if answers.is_empty() { quote!(true) } else { quote!(#(#answers)&&*) }
}

fn this(span: Span) -> Ident {
    Ident::new("self", span.resolved_at(Span::mixed_site()))
}
