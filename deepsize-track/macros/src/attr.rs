//! Parses the arguments of `#[profile_memory(…)]`.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Error, LitStr, Path, Result, Token, token};

#[derive(Default)]
pub(crate) struct Attrs {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: Option<Path>,
}

impl Attrs {
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self> {
        Self::items.parse2(tokens)
    }

    fn items(input: ParseStream<'_>) -> Result<Self> {
        let mut attrs = Self::default();
        while !input.is_empty() {
            attrs.item(input)?;
            if !input.is_empty() {
                if !input.peek(Token![,]) {
                    return Err(input.error("expected `,`"));
                }
                input.parse::<Token![,]>()?;
            }
        }
        Ok(attrs)
    }

    fn item(&mut self, input: ParseStream<'_>) -> Result<()> {
        if input.peek(LitStr) {
            return self.set_name(input.parse()?);
        }
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error("expected a name in quotes, `name = \"…\"` or `crate = path`"));
        };
        if key == "name" {
            equals(&key, "name = \"…\"", input)?;
            if !input.peek(LitStr) {
                return Err(input.error("expected a name in quotes: `name = \"…\"`"));
            }
            return self.set_name(input.parse()?);
        }
        if key == "crate" {
            equals(&key, "crate = path", input)?;
            if input.peek(LitStr) {
                let literal: LitStr = input.parse()?;
                let message = format!("expected a path without quotes: `crate = {}`", literal.value());
                return Err(Error::new(literal.span(), message));
            }
            let path = input.call(Path::parse_mod_style)?;
            if self.krate.replace(path).is_some() {
                return Err(Error::new(key.span(), "duplicate attribute `crate`"));
            }
            return Ok(());
        }
        let is_alone = input.is_empty() || input.peek(Token![,]);
        let hint = if is_alone { format!("; did you mean `\"{key}\"`?") } else { String::new() };
        let message = format!("unknown attribute `{key}`, expected one of `name`, `crate`{hint}");
        Err(Error::new(key.span(), message))
    }

    fn set_name(&mut self, name: LitStr) -> Result<()> {
        if name.value().trim().is_empty() {
            let message = "empty scope name; write a name, or remove it to use the path of the function";
            return Err(Error::new(name.span(), message));
        }
        if !name.suffix().is_empty() {
            return Err(Error::new(name.span(), format!("unexpected suffix `{}`", name.suffix())));
        }
        let span = name.span();
        match self.name.replace(name) {
            None => Ok(()),
            Some(_) => Err(Error::new(span, "duplicate name; a scope has only one")),
        }
    }
}

fn equals(key: &Ident, form: &str, input: ParseStream<'_>) -> Result<()> {
    if input.peek(Token![=]) {
        let equals: Token![=] = input.parse()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Ok(());
        }
        return Err(Error::new(equals.span, format!("`{key}` needs a value: `{form}`")));
    }
    if input.peek(token::Paren) {
        return Err(input.error(format!("expected `{form}`")));
    }
    Err(Error::new(key.span(), format!("`{key}` needs a value: `{form}`")))
}
