//! Generates the impl.

use std::collections::BTreeMap;
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
    let Input { krate, visitor, .. } = input;
    let this = this(Span::mixed_site());
    let parts = if is_flat {
        TokenStream::new()
    } else {
        quote!(#visitor.whole_by_function(|#visitor| #krate::with::opaque(#this, #visitor));)
    };
    implement(input, &bound::complete(input), &parts, &quote!(#is_flat))
}

/// An impl that measures nothing, for a type with mistakes. Without it, each use of the type would be another error.
pub(crate) fn stub(input: &Input<'_>) -> TokenStream {
    implement(input, &input.generics, &TokenStream::new(), &quote!(false))
}

/// The impl of a type. The statements `parts` visit each part once, because type-checking the calls dominates the compile time.
fn implement(input: &Input<'_>, generics: &Generics, parts: &TokenStream, flat: &TokenStream) -> TokenStream {
    let Input { ident, lints, krate, visitor, visitor_type, lifetime, value, .. } = input;
    let variables = variables(input);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let arguments = arguments(generics);
    let this = this(Span::mixed_site());
    let path = match &input.attrs.krate {
        Some(path) => path.to_token_stream(),
        // Not `extern crate`: the compiler would show the alias in its messages.
        None => quote!(::deep_size),
    };
    let type_info = visits_all_parts(input).then(|| {
        let fields = with_fields(input);
        let order = (input.is_repr_c && input.shape == Shape::Struct).then(|| quote!(.with_declared_order()));
        quote! {
            #[inline(always)]
            fn __type_info(&#this) -> #krate::__private::TypeInfo {
                #krate::__private::TypeInfo::derived::<Self>(#krate::__private::Probe::<Self>::NEW.deep_size_is_flat()) #fields #order
            }
        }
    });
    // No `where Self: Sized` on `is_flat`: it would be an error for `struct Text(str)`.
    quote! {
        #(#lints)*
        const _: () = {
            use #path as #krate;
            #variables
            #[automatically_derived]
            impl #impl_generics #krate::DeepSize for #ident #arguments #where_clause {
                #[inline]
                fn walk_owned(&#this, #visitor: &mut #krate::Walker<'_>) {
                    #krate::__private::walk_owned(#this, #visitor)
                }
                #[inline]
                fn __walk_but_last(&#this, #visitor: &mut #krate::Walker<'_>) -> #krate::__private::LastPart<'_> {
                    #krate::__private::walk_but_last(#this, #visitor)
                }
                #[inline]
                fn is_flat() -> #krate::__private::bool {
                    #flat
                }
                #[inline]
                fn __sum(&#this, #value: #krate::__private::usize, #visitor: &mut #krate::Walker<'_>) -> #krate::__private::usize {
                    #krate::__private::sum(#this, #value, #visitor)
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

/// States the variants of an enum and the size of a discriminant that a `repr` determines, or that a union hides its fields.
fn with_fields(input: &Input<'_>) -> Option<TokenStream> {
    let krate = &input.krate;
    let variants = input.variants.iter().map(|variant| unraw(&variant.ident));
    let is_fieldless = input.fields().next().is_none();
    let discriminant = match &input.discriminant {
        // The whole value.
        _ if is_fieldless && !input.is_aligned => quote!(#krate::__private::size_of::<Self>()),
        Some(integer) => quote!(#krate::__private::size_of::<#krate::__private::#integer>()),
        None => quote!(0),
    };
    match input.shape {
        Shape::Enum => Some(quote!(.with_variants(&[#(#variants),*], #discriminant))),
        Shape::Union if !shows_offsets(input) => Some(quote!(.without_fields())),
        _ => None,
    }
}

/// Imports a function under the name of each variable.
///
/// A pattern of one identifier refers to a constant, static or unit struct of that name, if the user has one. The function
/// shadows such an item, and a variable may shadow a function.
fn variables(input: &Input<'_>) -> TokenStream {
    let Input { krate, visitor, value, function, bindings, .. } = input;
    let function = has_function(input).then_some(function);
    let names = [visitor, value].into_iter().chain(function).chain(bindings);
    quote!(use #krate::__private::{#(variable as #names),*};)
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
    let place = |field: &Field<'_>| match field.attrs.how {
        // For a reference, the compiler underlines the inner expression.
        How::Borrowed => of_self(field, quote!(&*&)),
        _ => of_self(field, quote!(&)),
    };
    input.fields().map(|field| visit(input, field, &place(field))).collect()
}

/// Visits the fields that are measured, which must be `Copy`, and the other fields that are known to be `Copy`.
fn visit_packed(input: &Input<'_>) -> TokenStream {
    let (krate, visitor) = (&input.krate, &input.visitor);
    let unmeasured = |field: &Field<'_>| {
        let (name, pointer) = (field.name(), of_self(field, quote!(&raw const)));
        quote!(#visitor.unmeasured_packed_field(#name, #pointer);)
    };
    let walk = |field: &Field<'_>| match (&field.attrs.how, peel(field.ty)) {
        (How::Skip, _) => unmeasured(field),
        (How::Measured, Type::Reference(reference)) if reference.mutability.is_some() => unmeasured(field),
        (How::Measured, Type::FnPtr(_)) => unmeasured(field),
        _ => {
            let pointer = of_self(field, quote!(&raw const));
            let method = at_type("deep_size_packed_field", field);
            let visit = visit_packed_field(input, field);
            quote!(#krate::__private::Copied::of(#pointer).#method(); #visit)
        }
    };
    input.fields().map(walk).collect()
}

/// Visits a field of a packed struct. Copies it in a closure, because each copy enlarges a frame.
fn visit_packed_field(input: &Input<'_>, field: &Field<'_>) -> TokenStream {
    let (Input { krate, visitor, value, .. }, name) = (input, field.name());
    let (copy, pointer) = (of_self(field, quote!(||)), of_self(field, quote!(&raw const)));
    match &field.attrs.how {
        How::Measured if field.is_measured() => match closure_plan(input, field.ty) {
            Some(plan) => {
                let method = at_type("deep_size_packed_closure_field", field);
                quote!(#krate::__private::Closure::<_, #plan>::of(#pointer).#method(#visitor, #name, #pointer, #copy);)
            }
            None => {
                let method = at_type("packed_field", field);
                quote!(#visitor.#method(#name, #pointer, #copy);)
            }
        },
        How::With(function) => {
            let call = call(input, function, slice::from_ref(value), slice::from_ref(field));
            quote!(#visitor.packed_field_by_function(#name, #copy, |#value, #visitor| #call);)
        }
        How::Measured if matches!(peel(field.ty), Type::Ptr(_)) => {
            let copy = in_self(field, TokenStream::new(), Delimiter::Brace);
            quote!(#visitor.packed_pointer_field(#name, #pointer, !#copy.is_null());)
        }
        How::Measured | How::Skip => quote!(#visitor.packed_reference_field(#name, #pointer);),
        How::Borrowed => visit(input, field, &in_self(field, quote!(&), Delimiter::Brace)),
    }
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
    let (visitor, ident, name) = (&input.visitor, &variant.ident, unraw(&variant.ident));
    let members = variant.fields.iter().map(|field| &field.member);
    let bindings = &input.bindings[..variant.fields.len()];
    let body: TokenStream = match &variant.attrs.how {
        How::With(function) => {
            let call = call(input, function, bindings, &variant.fields);
            quote!(#visitor.whole_by_function(|#visitor| #call);)
        }
        _ => {
            let fields = variant.fields.iter().zip(bindings);
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

/// Whether a function of the user measures a part.
fn has_function(input: &Input<'_>) -> bool {
    let of_variants = input.variants.iter().map(|variant| &variant.attrs.how);
    let mut all = of_variants.chain(input.fields().map(|field| &field.attrs.how));
    all.any(|how| matches!(how, How::With(_)))
}

/// Whether the visitor sees each part that may own memory, or a function of the user for it.
fn visits_all_parts(input: &Input<'_>) -> bool {
    input.attrs.whole.is_none()
        && !input.variants.iter().any(|variant| matches!(variant.attrs.how, How::With(_)))
}

/// Whether generated code can show the offsets of a union's fields. `offset_of!` warns about deprecated fields.
fn shows_offsets(input: &Input<'_>) -> bool {
    !input.fields().any(|field| field.is_deprecated)
}

fn check_union(input: &Input<'_>) -> TokenStream {
    let Input { krate, visitor, value, .. } = input;
    let this = this(Span::mixed_site());
    let check = |field: &Field<'_>| {
        let ty = field.ty.to_token_stream();
        let copied = if input.can_repeat(&ty, &ty.to_string()) {
            quote!(#krate::__private::Copied::<#ty>::NEW)
        } else {
            let member = &field.member;
            quote!(#krate::__private::Copied::of_union(|#value| Self { #member: #value }))
        };
        let method = field.is_measured().then(|| {
            let method = at_type("deep_size_union_field", field);
            quote!(.#method())
        });
        let is_measured = matches!(field.attrs.how, How::Measured);
        let unread = is_measured.then(|| quote!(#visitor.unread_field(#value #method);));
        let (name, member) = (field.name(), &field.member);
        let overlapping = shows_offsets(input).then(|| {
            let offset = quote!(#krate::__private::offset_of!(Self, #member));
            quote!(#visitor.overlapping_field(#name, #value.address(#this, #offset));)
        });
        quote! {
            let #value = #copied;
            #overlapping
            #unread
        }
    };
    input.fields().map(check).collect()
}

/// Visits one field, to which the expression `place` refers.
fn visit(input: &Input<'_>, field: &Field<'_>, place: &TokenStream) -> TokenStream {
    let (visitor, name) = (&input.visitor, field.name());
    match &field.attrs.how {
        How::Measured if field.is_measured() => match closure_plan(input, field.ty) {
            Some(plan) => {
                let (krate, method) = (&input.krate, at_type("deep_size_closure_field", field));
                quote!(#krate::__private::Closure::<_, #plan>::of(#place).#method(#visitor, #name, #place);)
            }
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
    let (Input { visitor, value, .. }, name) = (input, field.name());
    quote!(#visitor.field_by_function(#name, #place, |#value, #visitor| #call);)
}

/// `{ let __function: fn(&_, &_, &mut Walker<'_>) = path; __function(&*a, &*b, __visitor) }`, all of it at the span of the path.
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
    let (variable, walker, krate) = (at(&input.function), at(&input.visitor), at(&input.krate));
    let tokens = &function.tokens;
    let bind = if function.is_path {
        let parameters = fields.iter().map(|_| quote_spanned!(last=> &_,));
        quote_spanned!(last=> #variable: fn(#(#parameters)* &mut #krate::Walker<'_>) = #tokens)
    } else {
        let types = fields.iter().map(|field| field.ty.to_token_stream());
        let types = types.map(|ty| if input.can_repeat(&ty, &ty.to_string()) { ty } else { quote!(_) });
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

/// `&(self.x)` for the prefix `&`.
fn of_self(field: &Field<'_>, prefix: TokenStream) -> TokenStream {
    in_self(field, prefix, Delimiter::Parenthesis)
}

/// A prefix and the field between delimiters, spread over the field's type, so that an error in it underlines the type.
fn in_self(field: &Field<'_>, prefix: TokenStream, delimiter: Delimiter) -> TokenStream {
    let (first, last) = field.span();
    let (this, member) = (this(first), member_at(field, last));
    let mut place = Group::new(delimiter, quote_spanned!(first=> #this.#member));
    place.set_span(last);
    let prefix = prefix.into_iter().map(|mut token| {
        token.set_span(first);
        token
    });
    prefix.chain([place.into()]).collect()
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
        // Field access is hygienic: the span must resolve as in the macro that wrote the field's name.
        Member::Named(ident) => ident.set_span(span.resolved_at(ident.span())),
        Member::Unnamed(index) => index.span = span,
    }
    member.into_token_stream()
}

/// The expression for `is_flat`: whether the types of all fields are flat. Each type appears once. `false` is always correct.
fn is_flat(input: &Input<'_>) -> TokenStream {
    let krate = &input.krate;
    if has_function(input) || input.fields().any(|field| matches!(field.attrs.how, How::Borrowed)) {
        return quote!(false);
    }
    let mut types = BTreeMap::new();
    for field in input.fields().filter(|field| field.is_measured()) {
        let mut ty = field.ty.to_token_stream();
        let mut text = ty.to_string();
        if !input.can_repeat(&ty, &text) {
            ty = peel_arrays(field.ty).to_token_stream();
            text = ty.to_string();
            if !input.can_repeat(&ty, &text) {
                return quote!(false);
            }
        }
        types.insert(text, ty);
    }
    let types = types.into_values();
    let probes: Vec<_> =
        types.map(|ty| quote!(#krate::__private::Probe::<#ty>::NEW.deep_size_is_flat())).collect();
    if probes.is_empty() { quote!(true) } else { quote!(#(#probes)&&*) }
}

/// The type of the elements, if the type is an array.
fn peel_arrays(mut ty: &Type) -> &Type {
    while let Type::Array(array) = peel(ty) {
        ty = &array.elem;
    }
    ty
}

fn this(span: Span) -> Ident {
    Ident::new("self", span)
}
