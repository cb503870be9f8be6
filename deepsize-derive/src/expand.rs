//! Generates the impl.

use std::collections::BTreeSet;
use std::slice;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericParam, Generics, Member, Type, TypePath};

use crate::ast::{Field, Input, Shape, Variant, ends, is_closure_trait, peel, types, unraw};
use crate::attr::{Function, How};
use crate::bound;

/// The impl.
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    if let Some(whole) = &input.attrs.whole {
        return without_parts(input, whole.is_flat);
    }
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

/// The impl of a type whose parts are not visited.
fn without_parts(input: &Input<'_>, is_flat: bool) -> TokenStream {
    let Input { krate, walker, visitor, .. } = input;
    let this = this(Span::mixed_site());
    let parts = if is_flat {
        TokenStream::new()
    } else {
        quote!(#visitor.whole_by_function(|#walker| #krate::with::opaque(#this, #walker));)
    };
    implement(input, &bound::complete(input), &parts, &quote!(#is_flat))
}

/// An impl that measures nothing, for a type with mistakes. Without it, each use of the type would be another error.
pub(crate) fn stub(input: &Input<'_>) -> TokenStream {
    implement(input, &input.generics, &TokenStream::new(), &quote!(false))
}

/// The impl of a type. The statements `parts` visit each part once, because type-checking the calls dominates the compile time.
fn implement(input: &Input<'_>, generics: &Generics, parts: &TokenStream, flat: &TokenStream) -> TokenStream {
    let Input { ident, krate, walker, visitor, visitor_type, lifetime, before, .. } = input;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let arguments = arguments(generics);
    let this = this(Span::mixed_site());
    let path = match &input.attrs.krate {
        Some(path) => path.to_token_stream(),
        // Not `extern crate`: the compiler would show the alias in its messages.
        None => quote!(::deep_size),
    };
    let type_info = visits_all_parts(input).then(|| {
        quote! {
            #[inline(always)]
            fn __type_info(&#this) -> #krate::__private::TypeInfo {
                #krate::__private::TypeInfo::derived::<Self>()
            }
        }
    });
    // Repeated names may trigger these lints, and an `allow` on the type or field does not reach the copies.
    // No `where Self: Sized` on `is_flat`: it would be an error for `struct Text(str)`.
    quote! {
        #[allow(deprecated, non_camel_case_types, non_upper_case_globals, unused_braces, unused_parens)]
        const _: () = {
            use #path as #krate;
            #[automatically_derived]
            impl #impl_generics #krate::DeepSize for #ident #arguments #where_clause {
                #[inline]
                fn walk_owned(&#this, #walker: &mut #krate::Walker<'_>) {
                    #krate::__private::walk_owned(#this, #walker)
                }
                #[inline]
                fn __walk_but_last(&#this, #walker: &mut #krate::Walker<'_>) -> #krate::__private::LastPart<'_> {
                    #krate::__private::walk_but_last(#this, #walker)
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
                #type_info
            }
            #[automatically_derived]
            impl #impl_generics #krate::__private::Parts for #ident #arguments #where_clause {
                #[inline(always)]
                fn visit_parts<#lifetime, #visitor_type: #krate::__private::AnyVisitor<#lifetime>>(&#lifetime #this, #visitor: &mut #visitor_type) {
                    #parts
                }
            }
        };
    }
}

/// `<'a, T, { N }>`. Without the braces, `N` could mean a type of that name.
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
    // The user's brackets, so that messages point at the type.
    let (open, close) = (generics.lt_token?, generics.gt_token?);
    Some(quote!(#open #(#arguments),* #close))
}

fn visit_struct(input: &Input<'_>) -> TokenStream {
    input.fields().map(|field| visit(input, field, &of_self(field))).collect()
}

/// Copies each measured field out, which needs `Copy`. Of the other fields, copies those known to be `Copy`.
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
        How::With(function) => {
            let (walker, call) = (&input.walker, call(input, function, &bindings, &variant.fields));
            quote!(#visitor.whole_by_function(|#walker| #call);)
        }
        _ => {
            let fields = variant.fields.iter().zip(&bindings);
            fields.map(|(field, binding)| visit(input, field, &reborrow(binding, field.span()))).collect()
        }
    };
    quote! {
        Self::#ident { #(#members: #bindings,)* } => {
            #visitor.active_variant(#name);
            #body
        }
    }
}

/// Whether a function of the user measures a part, or a part is borrowed.
fn has_own_walk(input: &Input<'_>) -> bool {
    let of_variants = input.variants.iter().map(|variant| &variant.attrs.how);
    let mut all = of_variants.chain(input.fields().map(|field| &field.attrs.how));
    all.any(|how| matches!(how, How::With(_) | How::Borrowed))
}

/// Whether the visitor sees each part that may own memory, or a function of the user for it.
fn visits_all_parts(input: &Input<'_>) -> bool {
    let skips = |field: &Field<'_>| matches!(field.attrs.how, How::Skip);
    input.attrs.whole.is_none()
        && !input.variants.iter().any(|variant| matches!(variant.attrs.how, How::With(_)))
        && !(input.shape == Shape::Packed && input.fields().any(skips))
}

fn check_union(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    let check = |field: &Field<'_>| {
        let ty = field.ty;
        let method = at_type("deep_size_union_field", field);
        quote!(#krate::__private::Copied::<#ty>::NEW.#method();)
    };
    let visitor = &input.visitor;
    let measured = input.fields().filter(|field| matches!(field.attrs.how, How::Measured));
    let unread = measured.map(|field| {
        let ty = field.ty;
        quote!(#visitor.unread_field::<#ty>();)
    });
    input.fields().filter(|field| field.is_measured()).map(check).chain(unread).collect()
}

/// Visits one field, to which the expression `place` refers.
fn visit(input: &Input<'_>, field: &Field<'_>, place: &TokenStream) -> TokenStream {
    let (visitor, name) = (&input.visitor, field.name());
    match &field.attrs.how {
        How::Measured if field.is_measured() => match closure_plan(input, field.ty) {
            Some(plan) => {
                let (krate, ty, method) = (&input.krate, field.ty, at_type("deep_size_closure_field", field));
                quote!(#krate::__private::Closure::<#ty, #plan>::NEW.#method(#visitor, #name, #place);)
            }
            None if input.shape == Shape::Packed => quote!(#visitor.temporary_field(#name, #place);),
            None => quote!(#visitor.measured_field(#name, #place);),
        },
        How::Measured if matches!(peel(field.ty), Type::Reference(_)) => {
            quote!(#visitor.reference_field(#name, #place);)
        }
        How::Measured if matches!(peel(field.ty), Type::Ptr(_)) => {
            quote!(#visitor.pointer_field(#name, #place, !(#place).is_null());)
        }
        How::Measured | How::Skip => quote!(#visitor.unmeasured_field(#name, #place);),
        How::With(function) => {
            let call = call(input, function, slice::from_ref(&input.value), slice::from_ref(field));
            visit_with(input, field, place, call)
        }
        How::Borrowed => quote!(#visitor.borrowed_field(#name, #place);),
    }
}

/// The plan for a field with a closure in its type, as in `HashMap<String, Vec<Box<dyn Fn(A) -> B>>>`.
///
/// A type of `__private` for each pointer, container, slice, array or tuple around the closure. `None` without a closure.
fn closure_plan(input: &Input<'_>, ty: &Type) -> Option<TokenStream> {
    let krate = &input.krate;
    let each = |elem| closure_plan(input, elem).map(|elem| quote!(#krate::__private::Each<#elem>));
    match peel(ty) {
        Type::TraitObject(object) if object.bounds.iter().any(is_closure_trait) => {
            Some(quote!(#krate::__private::Captures))
        }
        Type::FnPtr(_) => Some(quote!(#krate::__private::Nothing)),
        Type::Array(array) => each(&array.elem),
        Type::Slice(slice) => each(&slice.elem),
        Type::Tuple(tuple) => {
            let fields = closure_plans(input, tuple.elems.iter())?;
            Some(quote!((#(#fields,)*)))
        }
        Type::Path(TypePath { path, .. }) => {
            let last = path.segments.last()?;
            let arguments = closure_plans(input, types(&last.arguments))?;
            match &*arguments {
                // Has the elements of its pointer.
                [pointer] if last.ident == "Pin" => Some(pointer.clone()),
                [elem] => Some(quote!(#krate::__private::Each<#elem>)),
                // Further arguments are hashers and allocators.
                [key, value, ..] => Some(quote!(#krate::__private::Entries<#key, #value>)),
                [] => None,
            }
        }
        _ => None,
    }
}

/// The plans for these types, or `None` if none of them has a closure.
fn closure_plans<'a>(input: &Input<'_>, types: impl Iterator<Item = &'a Type>) -> Option<Vec<TokenStream>> {
    let krate = &input.krate;
    let plans: Vec<_> = types.map(|ty| closure_plan(input, ty)).collect();
    if plans.iter().all(Option::is_none) {
        return None;
    }
    let plan = |plan: Option<_>| plan.unwrap_or_else(|| quote!(#krate::__private::Impl));
    Some(plans.into_iter().map(plan).collect())
}

/// Calls the function in a closure, so that its arguments are coerced.
fn visit_with(input: &Input<'_>, field: &Field<'_>, place: &TokenStream, call: TokenStream) -> TokenStream {
    let (Input { walker, visitor, value, .. }, name) = (input, field.name());
    quote!(#visitor.field_by_function(#name, #place, |#value, #walker| #call);)
}

/// `{ let __function: fn(&_, &_, &mut Walker<'_>) = path; __function(&*a, &*b, __walker) }`, all of it at the span of the path.
///
/// A path of another type is an error that shows the expected signature. The call coerces the arguments.
///
/// Another expression is coerced to `&dyn Fn(&A, &B, &mut Walker<'_>)` with the types of the fields. So the compiler can infer
/// the types in a closure and the parameters of generic functions. With a generic function instead, it would report each
/// mistake twice.
fn call(input: &Input<'_>, function: &Function, references: &[Ident], fields: &[Field<'_>]) -> TokenStream {
    let (first, last) = ends(&function.tokens);
    let at = |ident: &Ident| {
        let mut ident = ident.clone();
        ident.set_span(last);
        ident
    };
    let (variable, walker, krate) = (at(&input.function), at(&input.walker), at(&input.krate));
    let tokens = &function.tokens;
    let bind = if function.is_path {
        let parameters = fields.iter().map(|_| quote_spanned!(last=> &_,));
        quote_spanned!(last=> #variable: fn(#(#parameters)* &mut #krate::Walker<'_>) = #tokens)
    } else {
        let types = fields.iter().map(|field| field.ty);
        let reference = quote_spanned!(first=> &);
        let mut tokens = Group::new(Delimiter::Parenthesis, tokens.clone());
        tokens.set_span(last);
        quote_spanned! {last=>
            #variable: &dyn #krate::__private::Fn(#(&#types,)* &mut #krate::Walker<'_>) = #reference #tokens
        }
    };
    let references = references.iter().map(|reference| reborrow(reference, (first, last)));
    quote_spanned! {last=>
        {
            let #bind;
            #variable(#(#references,)* #walker)
        }
    }
}

/// `&self.x`, spread over the field's type, so that an error in it underlines the type.
fn of_self(field: &Field<'_>) -> TokenStream {
    let (first, last) = field.span();
    let (this, member) = (this(first), member_at(field, last));
    quote_spanned!(first=> &#this.#member)
}

/// `&{ self.x }`, with the same span.
fn copied(field: &Field<'_>) -> TokenStream {
    let (first, last) = field.span();
    let (this, member) = (this(first), member_at(field, last));
    let mut block = Group::new(Delimiter::Brace, quote_spanned!(first=> #this.#member));
    block.set_span(last);
    quote_spanned!(first=> &#block)
}

/// `&*__field0`, with the same span.
fn reborrow(reference: &Ident, (first, last): (Span, Span)) -> TokenStream {
    let mut reference = reference.clone();
    reference.set_span(last);
    quote_spanned!(first=> &*#reference)
}

/// The name of a method of `__private`, at the field's type.
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

/// Whether all types of fields are flat. Each type appears once.
fn is_flat(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    if has_own_walk(input) {
        return quote!(false);
    }
    let types = input.fields().filter(|field| field.is_measured()).map(|field| field.ty);
    let mut seen = BTreeSet::new();
    let types = types.filter(|ty| seen.insert(ty.to_token_stream().to_string()));
    let probes: Vec<_> =
        types.map(|ty| quote!(#krate::__private::Probe::<#ty>::NEW.deep_size_is_flat())).collect();
    if probes.is_empty() { quote!(true) } else { quote!(#(#probes)&&*) }
}

fn this(span: Span) -> Ident {
    Ident::new("self", span.resolved_at(Span::mixed_site()))
}
