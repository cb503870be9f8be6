//! Expands the function.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Block, Error, Expr, FnArg, ImplItem, Item, ItemFn, Pat, PatIdent, Path, Result, ReturnType, Signature,
    Stmt, TraitItem, Type, parse_quote, token,
};

use crate::attr::Attrs;

/// The function with a scope in it. After an error, the unchanged function, so that its callers cause no further errors.
pub(crate) fn expand(attributes: TokenStream, item: TokenStream) -> TokenStream {
    match try_expand(attributes, item.clone()) {
        Ok(function) => function,
        Err(error) => [error.into_compile_error(), item].into_iter().collect(),
    }
}

fn try_expand(attributes: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut function = function(item)?;
    let attrs = Attrs::parse(attributes)?;
    let ItemFn { sig, block, .. } = &mut function;
    // With the original span, the compiler would warn about unused braces.
    let braces = block.brace_token.span.join();
    block.brace_token = token::Brace(Span::mixed_site().located_at(braces));
    if let Some(token) = &sig.constness {
        let message = "a `const fn` cannot be profiled, because it may run at compile time; remove the attribute or `const`";
        return Err(Error::new(token.span, message));
    }
    let krate = attrs.krate.unwrap_or_else(|| parse_quote!(::deep_size_track));
    let name = match &attrs.name {
        Some(name) => name.to_token_stream(),
        None => path(&krate),
    };
    let body = if sig.asyncness.is_some() {
        in_polls(&krate, &name, sig, block)
    } else if let Some(future) = returned_future(block) {
        *future = Expr::Verbatim(quote!(#krate::Scope::wrap(#name, #future)));
        return Ok(function.into_token_stream());
    } else {
        in_calls(&krate, &name, sig, block)
    };
    // Inner attributes stay in `function.attrs`, and are printed before the body.
    block.stmts = vec![Stmt::Expr(Expr::Verbatim(body), None)];
    Ok(function.into_token_stream())
}

/// An expression for the path of the enclosing function.
fn path(krate: &Path) -> TokenStream {
    // All instances of a generic function share the static.
    quote! {{
        fn here() {}
        static NAME: #krate::__private::FunctionName = #krate::__private::FunctionName::new();
        NAME.around(here)
    }}
}

/// The `async` block that a function returns, also in a `Box::pin` as from `#[async_trait]`.
fn returned_future(block: &mut Block) -> Option<&mut Expr> {
    match block.stmts.last_mut()? {
        Stmt::Expr(last @ Expr::Async(_), None) => Some(last),
        Stmt::Expr(Expr::Call(call), None) => {
            let is_pin =
                call.func.to_token_stream().into_iter().last().is_some_and(|name| name.to_string() == "pin");
            call.args.first_mut().filter(|argument| is_pin && matches!(argument, Expr::Async(_)))
        }
        _ => None,
    }
}

/// The scope's guard, then the arguments that must be dropped before it, then the body.
fn in_calls(krate: &Path, name: &TokenStream, sig: &mut Signature, block: &Block) -> TokenStream {
    let scope = syn::Ident::new("__scope", Span::mixed_site());
    let body = with_arguments(sig, block);
    quote! {
        let #scope = #krate::Scope::enter(#name);
        #body
    }
}

/// The body, at whose end the arguments are dropped.
fn with_arguments(sig: &mut Signature, block: &Block) -> TokenStream {
    let mut body = block.to_token_stream();
    // Inside a `match`, the closure of an `impl Trait` would lose the types inferred from the signature.
    if !matches!(&sig.output, ReturnType::Type(_, ty) if mentions_impl(ty)) {
        // The first argument is outermost, so that the drop order stays the same: the last argument first.
        for binding in sig.inputs.iter_mut().rev().filter_map(binding) {
            let PatIdent { ident, mutability, .. } = &binding;
            body = quote_spanned!(Span::mixed_site()=> match #ident { #mutability #ident => #body });
        }
    }
    body
}

/// The binding of an argument that is a plain name. Removes the argument's `mut`, because it is only moved.
fn binding(argument: &mut FnArg) -> Option<PatIdent> {
    let FnArg::Typed(argument) = argument else { return None };
    match &mut *argument.pat {
        Pat::Ident(pat) if argument.attrs.is_empty() && pat.attrs.is_empty() => {
            if pat.by_ref.is_some() || pat.subpat.is_some() {
                return None;
            }
            let binding = pat.clone();
            pat.mutability = None;
            Some(binding)
        }
        _ => None,
    }
}

/// The body as a future that is polled in the scope.
fn in_polls(krate: &Path, name: &TokenStream, sig: &mut Signature, block: &Block) -> TokenStream {
    let body = with_arguments(sig, block);
    let output = match &sig.output {
        ReturnType::Type(_, ty) if !mentions_impl(ty) && !matches!(**ty, Type::Never(_)) => Some(ty),
        _ => None,
    };
    // Fixes the output type for `?` and `into`: the signature does not constrain the inner future.
    let hint = output.map(|ty| {
        quote! {
            #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::empty_loop, clippy::let_unit_value)]
            if false {
                let returned: #ty = loop {};
                return returned;
            }
        }
    });
    quote! {
        #krate::Scope::wrap(#name, async move { #hint #body }).await
    }
}

fn mentions_impl(ty: &Type) -> bool {
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => ident == "impl",
            proc_macro2::TokenTree::Group(group) => any(group.stream()),
            _ => false,
        })
    }
    any(ty.to_token_stream())
}

/// The item, if it is a function with a body.
fn function(item: TokenStream) -> Result<ItemFn> {
    let error = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => return Ok(function),
        Err(error) => error,
    };
    if let Ok(TraitItem::Fn(method)) = syn::parse2(item.clone()) {
        let message = "`profile_memory` needs a function body; write it on the method in each impl";
        return Err(Error::new_spanned(method.sig.fn_token, message));
    }
    if let Ok(ImplItem::Fn(_)) = syn::parse2(item.clone()) {
        return Err(error);
    }
    match syn::parse2::<Item>(item.clone()) {
        Ok(item) => Err(misplaced(&item)),
        Err(_) if syn::parse2::<syn::ExprClosure>(item.clone()).is_ok() => {
            let message =
                "`profile_memory` belongs on a function; in a closure, write `scope!(\"…\");` at the start";
            Err(Error::new_spanned(item, message))
        }
        Err(_) => Err(error),
    }
}

fn misplaced(item: &Item) -> Error {
    let (token, what) = match item {
        Item::Impl(item) => {
            (item.impl_token.to_token_stream(), "an impl; write it on each method to profile")
        }
        Item::Trait(item) => {
            (item.trait_token.to_token_stream(), "a trait; write it on the methods of each impl")
        }
        Item::Mod(item) => {
            (item.mod_token.to_token_stream(), "a module; write it on each function to profile")
        }
        item => (first(item), "this item; to profile a part of a function, use `scope!(\"…\")`"),
    };
    Error::new_spanned(token, format!("`profile_memory` belongs on a function, not on {what}"))
}

fn first(item: &Item) -> TokenStream {
    let mut tokens = item.to_token_stream().into_iter();
    // Skip attributes, which are a `#` and a group.
    let token = tokens
        .find(|token| !matches!(token, proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Group(_)));
    token.map_or_else(|| item.to_token_stream(), TokenStream::from)
}
