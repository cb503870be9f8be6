//! Generates the impl.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ExprPath, Generics, Member, PathArguments, PathSegment, Type, TypePath};

use crate::ast::{Field, Input, Shape, Variant, ends, mentions, peel, unraw};
use crate::attr::How;
use crate::bound;

/// The impl.
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let flat = match input.shape {
        Shape::Union => quote!(true),
        _ => is_flat(input),
    };
    let generics = bound::complete(input);
    match input.shape {
        Shape::Struct if !has_own_walk(input) => of_parts(input, &generics, &walk_struct(input), &flat),
        Shape::Enum if !has_own_walk(input) => of_parts(input, &generics, &walk_enum(input), &flat),
        Shape::Struct => of_walk(input, &generics, &walk_struct(input), &flat),
        Shape::Enum => of_walk(input, &generics, &walk_enum(input), &flat),
        Shape::Packed => of_walk(input, &generics, &walk_packed(input), &flat),
        Shape::Union => of_walk(input, &generics, &check_union(input), &flat),
    }
}

/// An impl that measures nothing, for a type with mistakes: without it, each use of the type would be an error too.
pub(crate) fn stub(input: &Input<'_>) -> TokenStream {
    of_walk(input, &input.generics, &TokenStream::new(), &quote!(false))
}

/// The impl of a type of which every part can say what it adds. Each part is written once, for whoever asks about it, since
/// what takes a compiler time is to check calls.
fn of_parts(input: &Input<'_>, generics: &Generics, parts: &TokenStream, flat: &TokenStream) -> TokenStream {
    let Input { ident, krate, walker, visitor, lifetime, .. } = input;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let this = this(Span::mixed_site());
    // What calls itself is a function, and not part of whoever calls it first: so it is asked for only where a glance does not do.
    let none = TokenStream::new();
    let (inline, is_bare, ask) = match recursion(input) {
        Recursion::None => (quote!(#[inline]), none.clone(), none),
        Recursion::Line => (quote!(#[inline(never)]), is_bare(input), none),
        Recursion::Tree => {
            (quote!(#[inline(never)]), is_bare(input), quote!(#krate::__private::ask_for_branches(#this);))
        }
    };
    // `sum_owned` begins a sum, and is inlined always, where a compiler would otherwise put the same code through all its passes once more.
    // The parts of other values are summed by `__sum_onto`.
    let whole = match is_bare.is_empty() {
        true => quote!(__private::sum),
        false => quote!(DeepSize::__sum_onto),
    };
    let methods = quote! {
        #is_bare
        #[inline]
        fn walk_owned(&#this, #walker: &mut #krate::Walker<'_>) {
            #krate::__private::walk(#this, #walker)
        }
        #[inline(always)]
        fn sum_owned<#lifetime>(& #lifetime #this, #walker: &mut #krate::Walker<#lifetime>) -> #krate::__private::usize {
            #krate::#whole(#this, 0, #walker)
        }
        #inline
        fn __sum_onto<#lifetime>(& #lifetime #this, before: #krate::__private::usize, #walker: &mut #krate::Walker<#lifetime>) -> #krate::__private::usize {
            #ask
            #krate::__private::sum(#this, before, #walker)
        }
        #inline
        fn __count_onto<#lifetime>(& #lifetime #this, before: #krate::__private::Totals, #walker: &mut #krate::Walker<#lifetime>) -> #krate::__private::Totals {
            #ask
            #krate::__private::count(#this, before, #walker)
        }
        #[inline]
        fn leads_to(&#this) -> #krate::__private::usize {
            #krate::__private::leads_to(#this)
        }
        #[inline]
        fn __ask_ahead(&#this, further: #krate::__private::bool) {
            #krate::__private::ask_ahead(#this, further)
        }
        #[inline]
        fn __evident_sum(&#this, before: #krate::__private::Evident) -> #krate::__private::Option<#krate::__private::Evident> {
            #krate::__private::evident(#this, before)
        }
    };
    let own = own_heap_size(input);
    let methods = quote!(#methods #own);
    // Inlined always, or the sum over a list or tree would be no loop.
    let parts = quote! {
        #[automatically_derived]
        impl #impl_generics #krate::__private::Parts for #ident #ty_generics #where_clause {
            #[inline(always)]
            fn visit_parts<#lifetime, #visitor: #krate::__private::Visitor<#lifetime>>(& #lifetime #this, #walker: &mut #visitor) {
                #parts
            }
        }
    };
    implement(input, generics, &methods, flat, &parts)
}

/// The method `heap_size` of a type with handles, which may need no walk; and of one with many parts. The one that is provided may be inlined
/// wherever a value is measured, which of much code is worth neither the bytes nor the time that a compiler takes for each copy.
fn own_heap_size(input: &Input<'_>) -> Option<TokenStream> {
    const MANY: usize = 8;

    let (krate, this) = (&input.krate, this(Span::mixed_site()));
    let measured = || input.fields().filter(|field| field.is_measured());
    let mut is_handle = |ident: &Ident| ident == "Arc" || ident == "Rc";
    let has_handles = measured().any(|field| mentions(field.ty.to_token_stream(), &mut is_handle));
    let has_many = measured().count() >= MANY;
    if !has_handles && !has_many {
        return None;
    }
    let inline = if has_many { quote!(#[inline(never)]) } else { quote!(#[inline]) };
    let function = if has_handles { quote!(evident_heap_size) } else { quote!(heap_size) };
    Some(quote! {
        #inline
        fn heap_size(&#this) -> #krate::__private::usize {
            #krate::__private::#function(#this)
        }
    })
}

/// The impl of a type that can only be walked.
fn of_walk(input: &Input<'_>, generics: &Generics, walk: &TokenStream, flat: &TokenStream) -> TokenStream {
    let (Input { krate, walker, .. }, this) = (input, this(Span::mixed_site()));
    let methods = quote! {
        #[inline]
        fn walk_owned(&#this, #walker: &mut #krate::Walker<'_>) {
            #walk
        }
    };
    implement(input, generics, &methods, flat, &TokenStream::new())
}

fn implement(
    input: &Input<'_>,
    generics: &Generics,
    methods: &TokenStream,
    flat: &TokenStream,
    rest: &TokenStream,
) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let path = match &input.attrs.krate {
        Some(path) => path.to_token_stream(),
        // Not `extern crate`, since the compiler would put the alias into its messages.
        None => quote!(::deep_size),
    };
    // The lints are those that names may break which the impl repeats, out of reach of an `allow` on type or field.
    // No `where Self: Sized` on `is_flat`: that would be an error for `struct Text(str)`.
    quote! {
        #[allow(deprecated, non_camel_case_types, non_upper_case_globals, unused_braces, unused_parens)]
        const _: () = {
            use #path as #krate;
            #[automatically_derived]
            impl #impl_generics #krate::DeepSize for #ident #ty_generics #where_clause {
                #methods
                #[inline]
                fn is_flat() -> #krate::__private::bool {
                    #flat
                }
            }
            #rest
        };
    }
}

fn walk_struct(input: &Input<'_>) -> TokenStream {
    input.fields().map(|field| visit(input, field, &of_self(field))).collect()
}

/// Each measured field is copied out, which needs `Copy`; of those that own nothing, only the ones known to be `Copy`
/// are.
fn walk_packed(input: &Input<'_>) -> TokenStream {
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

fn walk_enum(input: &Input<'_>) -> TokenStream {
    let this = this(Span::mixed_site());
    if input.variants.is_empty() {
        return quote!(match *#this {});
    }
    let arms = input.variants.iter().map(|variant| arm(input, variant));
    quote!(match #this { #(#arms)* })
}

fn arm(input: &Input<'_>, variant: &Variant<'_>) -> TokenStream {
    let (walker, ident, name) = (&input.walker, variant.ident, unraw(variant.ident));
    let members = variant.fields.iter().map(|field| &field.member);
    let bindings = (0..variant.fields.len()).map(|position| input.binding(position));
    let body: TokenStream = match &variant.attrs.how {
        How::With(path) => {
            let bindings: Vec<_> =
                (0..variant.fields.len()).map(|position| input.binding(position)).collect();
            call(input, path, &bindings.iter().collect::<Vec<_>>())
        }
        _ => variant
            .fields
            .iter()
            .enumerate()
            .map(|(i, field)| visit(input, field, &bound_to(input, field, i)))
            .collect(),
    };
    quote! {
        Self::#ident { #(#members: #bindings,)* } => {
            #walker.variant(#name);
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

/// Tells the walker of one field, to which the expression `place` refers.
fn visit(input: &Input<'_>, field: &Field<'_>, place: &TokenStream) -> TokenStream {
    let (walker, name) = (&input.walker, field.name());
    match &field.attrs.how {
        How::Measured if field.is_measured() => quote!(#walker.field(#name, #place);),
        How::Measured | How::Skip => quote!(#walker.flat_field(#name, #place);),
        How::With(path) => visit_with(input, field, place, call(input, path, &[&input.value])),
        How::Borrowed => {
            let krate = &input.krate;
            let function = quote!(#krate::__private::borrowed);
            let value = reborrow(&input.value, field.span());
            visit_with(input, field, place, quote!(#function(#value, #walker)))
        }
    }
}

/// Calls a function rather than passes it on, so that arguments are coerced and faults are found in them.
fn visit_with(input: &Input<'_>, field: &Field<'_>, place: &TokenStream, call: TokenStream) -> TokenStream {
    let (Input { walker, value, .. }, name) = (input, field.name());
    quote!(#walker.field_with(#name, #place, |#value, #walker| #call);)
}

/// `path(&*a, &*b, __walker)`, all of it where the path is written, for there the fault is if the types do not fit.
fn call(input: &Input<'_>, path: &ExprPath, references: &[&Ident]) -> TokenStream {
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
fn bound_to(input: &Input<'_>, field: &Field<'_>, position: usize) -> TokenStream {
    reborrow(&input.binding(position), field.span())
}

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

/// `true`, or the conjunction of what the types of the fields answer, each asked once.
fn is_flat(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    if has_own_walk(input) {
        return quote!(false);
    }
    let types = || input.fields().filter(|field| field.is_measured()).map(|field| field.ty);
    if types().any(is_owner) {
        return quote!(false);
    }
    let mut asked = BTreeSet::new();
    let types = types().filter(|ty| asked.insert(ty.to_token_stream().to_string()));
    let answers: Vec<_> =
        types.map(|ty| quote!(#krate::__private::Probe::<#ty>::NEW.deep_size_is_flat())).collect();
    if answers.is_empty() { quote!(true) } else { quote!(#(#answers)&&*) }
}

/// How a type leads to others like it behind a `Box`, to judge by its name in the types of its fields.
enum Recursion {
    None,
    /// By one field at a time, as in a list.
    Line,
    /// By several.
    Tree,
}

fn recursion(input: &Input<'_>) -> Recursion {
    let is_link = |field: &&Field<'_>| {
        let ty = field.ty.to_token_stream();
        let names_itself = mentions(ty.clone(), &mut |ident| ident == input.ident || ident == "Self");
        field.is_measured() && names_itself && mentions(ty, &mut |ident| ident == "Box")
    };
    let links = input.variants.iter().map(|variant| variant.fields.iter().filter(is_link).count());
    match links.max() {
        None | Some(0) => Recursion::None,
        Some(1) => Recursion::Line,
        Some(_) => Recursion::Tree,
    }
}

/// Only for types that may be behind a `Box` over and over, since each method takes a compiler time.
fn is_bare(input: &Input<'_>) -> TokenStream {
    let (krate, this) = (&input.krate, this(Span::mixed_site()));
    quote! {
        #[inline]
        fn __is_bare(&#this) -> #krate::__private::bool {
            #krate::__private::is_bare(#this)
        }
    }
}

/// Whether the type is never flat, to judge by its name; then the others need not be asked, which spares the compiler most
/// of the work. A type of the user's own that hides one of these names is taken for one that may own something, which is slower,
/// and in a `Cell` opaque.
fn is_owner(ty: &Type) -> bool {
    let Type::Path(TypePath { qself: None, path, .. }) = peel(ty) else {
        return false;
    };
    let is_of_std = |first: &PathSegment| ["std", "alloc", "core"].iter().any(|name| first.ident == *name);
    if path.segments.len() > 1 && !path.segments.first().is_some_and(is_of_std) {
        return false;
    }
    path.segments.last().is_some_and(|last| match &last.arguments {
        PathArguments::None => last.ident == "String",
        PathArguments::AngleBracketed(_) => OWNERS.iter().any(|owner| last.ident == *owner),
        PathArguments::Parenthesized(_) => false,
    })
}

/// The types that most often own something, all of them generic.
const OWNERS: [&str; 8] = ["Vec", "Box", "Arc", "Rc", "HashMap", "HashSet", "BTreeMap", "BTreeSet"];

fn this(span: Span) -> Ident {
    Ident::new("self", span.resolved_at(Span::mixed_site()))
}
