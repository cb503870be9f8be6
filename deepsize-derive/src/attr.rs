//! Parses `#[deep_size(…)]`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, TokenStreamExt as _};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, ExprPath, LitStr, Meta, Path, Result, Token, WherePredicate, token};

use crate::ctxt::Ctxt;

/// The attributes on one type, variant or field.
#[derive(Default)]
pub(crate) struct Attrs {
    pub(crate) how: How,
    /// The token that set `how`.
    pub(crate) how_token: Option<Ident>,
    pub(crate) whole: Option<Whole>,
    pub(crate) bound: Option<Vec<WherePredicate>>,
    pub(crate) krate: Option<Path>,
    /// The names of all attributes at this place.
    pub(crate) names: Vec<Ident>,
}

/// How a type is measured without its fields: `flat` or `opaque`.
pub(crate) struct Whole {
    pub(crate) token: Ident,
    /// Whether the type owns nothing. Otherwise, it owns memory of unknown size.
    pub(crate) is_flat: bool,
}

/// How a field, or each field of a variant, is measured.
#[derive(Clone, Default)]
pub(crate) enum How {
    /// By its own impl.
    #[default]
    Measured,
    /// Not at all.
    Skip,
    /// By this function.
    With(Function),
    /// By counting its target.
    Borrowed,
}

/// The value of `with`.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) tokens: TokenStream,
    /// Whether it is a path. Otherwise, it is a closure or an expression that returns one.
    pub(crate) is_path: bool,
}

/// The place of an attribute.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Type,
    Variant,
    Field,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Flat,
    Opaque,
    Skip,
    With,
    Borrowed,
    Bound,
    Crate,
}

const KEYS: [Key; 7] = [Key::Flat, Key::Opaque, Key::Skip, Key::With, Key::Borrowed, Key::Bound, Key::Crate];

impl Attrs {
    pub(crate) fn parse(ctxt: &mut Ctxt, place: Place, attributes: &[Attribute]) -> Self {
        let mut parser = Parser { ctxt, place, seen: Vec::new(), attrs: Self::default() };
        for attribute in attributes {
            if is_ours(attribute) {
                parser.attribute(attribute);
            }
        }
        parser.check();
        parser.attrs
    }
}

/// Whether this is one of the derive's own attributes.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("deep_size")
}

struct Parser<'a> {
    ctxt: &'a mut Ctxt,
    place: Place,
    seen: Vec<Key>,
    attrs: Attrs,
}

impl Parser<'_> {
    fn attribute(&mut self, attribute: &Attribute) {
        match &attribute.meta {
            Meta::List(list) => {
                if let Err(error) = list.parse_args_with(|input: ParseStream<'_>| self.items(input)) {
                    self.ctxt.push(error);
                }
            }
            meta => {
                let message = format!("expected `#[deep_size(…)]` with {}", self.place.one_of_keys());
                self.ctxt.error(meta, message);
            }
        }
    }

    /// Reads the list. After a mistake, continues after the next comma.
    fn items(&mut self, input: ParseStream<'_>) -> Result<()> {
        while !input.is_empty() {
            if let Err(error) = self.item(input) {
                self.ctxt.push(error);
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<TokenTree>()?;
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn item(&mut self, input: ParseStream<'_>) -> Result<()> {
        let Ok(name) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected {}", self.place.one_of_keys())));
        };
        let Some(key) = Key::named(&name) else {
            return Err(Error::new(name.span(), self.place.unknown(&name)));
        };
        if !key.places().contains(&self.place) {
            let message = format!(
                "`{name}` belongs on {}, not on {}{}",
                key.home(),
                self.place.name(),
                key.instead(self.place)
            );
            return Err(Error::new(name.span(), message));
        }
        if self.seen.contains(&key) {
            return Err(Error::new(name.span(), format!("duplicate attribute `{name}`; remove it")));
        }
        self.seen.push(key);
        self.attrs.names.push(name.clone());
        self.value(key, name, input)?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,`"));
        }
        Ok(())
    }

    fn value(&mut self, key: Key, name: Ident, input: ParseStream<'_>) -> Result<()> {
        match key {
            Key::Flat | Key::Opaque => {
                no_value(&name, input)?;
                self.set_whole(Whole { is_flat: key == Key::Flat, token: name });
            }
            Key::Skip => {
                no_value(&name, input)?;
                self.set_how(How::Skip, name);
            }
            Key::Borrowed => {
                no_value(&name, input)?;
                self.set_how(How::Borrowed, name);
            }
            Key::With => {
                equals(&name, "with = function", input)?;
                let function = function(input)?;
                self.set_how(How::With(function), name);
            }
            Key::Bound => {
                equals(&name, "bound = \"T: Trait\"", input)?;
                self.attrs.bound = Some(predicates(input)?);
            }
            Key::Crate => {
                equals(&name, "crate = path", input)?;
                no_string("crate", input)?;
                self.attrs.krate = Some(input.call(Path::parse_mod_style)?);
            }
        }
        Ok(())
    }

    /// Reports attributes that exclude each other, in any order.
    fn check(&mut self) {
        if let (How::Skip, Some(token), Some(_)) = (&self.attrs.how, &self.attrs.how_token, &self.attrs.bound)
        {
            self.ctxt.error(token, "remove `bound` or `skip`, because a skipped field needs no bound");
        }
        if let (Some(Whole { token, .. }), Some(_)) = (&self.attrs.whole, &self.attrs.bound) {
            let message = format!("remove `bound` or `{token}`, because `{token}` needs no bound");
            self.ctxt.error(token, message);
        }
    }

    fn set_whole(&mut self, whole: Whole) {
        match &self.attrs.whole {
            None => self.attrs.whole = Some(whole),
            Some(earlier) => self.exclude(&whole.token, &earlier.token.clone()),
        }
    }

    fn exclude(&mut self, token: &Ident, earlier: &Ident) {
        let message = format!("`{token}` cannot be combined with `{earlier}`; remove one of them");
        self.ctxt.error(token, message);
    }

    fn set_how(&mut self, how: How, token: Ident) {
        match &self.attrs.how_token {
            None => (self.attrs.how, self.attrs.how_token) = (how, Some(token)),
            Some(earlier) => self.exclude(&token, &earlier.clone()),
        }
    }
}

fn no_value(name: &Ident, input: ParseStream<'_>) -> Result<()> {
    if input.peek(Token![=]) || input.peek(token::Paren) {
        return Err(input.error(format!("`{name}` takes no value; write `{name}` alone")));
    }
    Ok(())
}

fn equals(name: &Ident, form: &str, input: ParseStream<'_>) -> Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new(name.span(), format!("`{name}` needs a value: `{form}`")));
    }
    if !input.peek(Token![=]) {
        return Err(input.error(format!("expected `{form}`")));
    }
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new(equals.span, format!("`{name}` needs a value: `{form}`")));
    }
    Ok(())
}

fn function(input: ParseStream<'_>) -> Result<Function> {
    no_string("with", input)?;
    let mut tokens = TokenStream::new();
    let is_closure = closure_head(input, &mut tokens)?;
    if !is_closure && (input.peek(Ident::peek_any) || input.peek(Token![::]) || input.peek(Token![<])) {
        input.parse::<ExprPath>()?.to_tokens(&mut tokens);
        let is_whole = input.is_empty() || input.peek(Token![,]);
        if is_whole || (input.peek(Ident::peek_any) && !input.peek(Token![as])) {
            return Ok(Function { tokens, is_path: true });
        }
    }
    rest_of_expression(input, &mut tokens)?;
    Ok(Function { tokens, is_path: false })
}

/// Reads the parameters of a closure, because their commas do not end the expression. Returns `false` if there is no closure.
fn closure_head(input: ParseStream<'_>, tokens: &mut TokenStream) -> Result<bool> {
    input.parse::<Option<Token![move]>>()?.to_tokens(tokens);
    if let Some(empty) = input.parse::<Option<Token![||]>>()? {
        empty.to_tokens(tokens);
        return Ok(true);
    }
    let Some(open) = input.parse::<Option<Token![|]>>()? else {
        return Ok(false);
    };
    open.to_tokens(tokens);
    while !input.is_empty() && !input.peek(Token![|]) {
        tokens.append(input.parse::<TokenTree>()?);
    }
    input.parse::<Token![|]>()?.to_tokens(tokens);
    Ok(true)
}

/// Reads up to a comma that is not between `::<` and `>`.
///
/// The compiler checks the expression. The expression parser of `syn` would increase the build time of every user.
fn rest_of_expression(input: ParseStream<'_>, tokens: &mut TokenStream) -> Result<()> {
    let mut generics = 0_usize;
    while !input.is_empty() && (generics > 0 || !input.peek(Token![,])) {
        if input.peek(Token![->]) || input.peek(Token![=>]) {
            tokens.append(input.parse::<TokenTree>()?);
        } else if input.peek(Token![<]) && generics > 0 || input.peek(Token![::]) && input.peek3(Token![<]) {
            generics += 1;
        } else if input.peek(Token![>]) {
            generics = generics.saturating_sub(1);
        }
        tokens.append(input.parse::<TokenTree>()?);
    }
    Ok(())
}

fn no_string(name: &str, input: ParseStream<'_>) -> Result<()> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let message = format!("expected a path without quotes: `{name} = {}`", literal.value());
        return Err(Error::new(literal.span(), message));
    }
    Ok(())
}

fn predicates(input: ParseStream<'_>) -> Result<Vec<WherePredicate>> {
    if !input.peek(LitStr) {
        return Err(input.error("expected a string of where predicates: `bound = \"T: Trait\"`"));
    }
    let literal: LitStr = input.parse()?;
    if literal.value().trim_start().starts_with("where ") {
        return Err(Error::new(literal.span(), "malformed where predicates: remove `where`"));
    }
    match literal.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated) {
        Ok(predicates) => Ok(predicates.into_iter().collect()),
        Err(error) => Err(Error::new(literal.span(), format!("malformed where predicates: {error}"))),
    }
}

impl Key {
    fn named(name: &Ident) -> Option<Self> {
        KEYS.into_iter().find(|key| name == key.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Opaque => "opaque",
            Self::Skip => "skip",
            Self::With => "with",
            Self::Borrowed => "borrowed",
            Self::Bound => "bound",
            Self::Crate => "crate",
        }
    }

    fn places(self) -> &'static [Place] {
        match self {
            Self::Skip | Self::With => &[Place::Field, Place::Variant],
            Self::Borrowed => &[Place::Field],
            Self::Bound => &[Place::Type, Place::Variant, Place::Field],
            Self::Flat | Self::Opaque | Self::Crate => &[Place::Type],
        }
    }

    /// The correction for a wrong place, as the end of a message.
    fn instead(self, place: Place) -> &'static str {
        match (self, place) {
            (Self::Skip, Place::Type) => "; write `#[deep_size(flat)]`",
            (Self::Flat, Place::Variant | Place::Field) => "; write `#[deep_size(skip)]`",
            (Self::Opaque, Place::Field) => "; write `#[deep_size(with = with::opaque)]`",
            _ => "",
        }
    }

    /// The places, as a message lists them.
    fn home(self) -> String {
        let places: Vec<_> = self.places().iter().map(|place| place.name()).collect();
        places.join(" or ")
    }
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Type => "a type",
            Self::Variant => "a variant",
            Self::Field => "a field",
        }
    }

    /// The attributes that belong here.
    fn keys(self) -> impl Iterator<Item = Key> {
        KEYS.into_iter().filter(move |key| key.places().contains(&self))
    }

    /// The same, as a message lists them.
    fn one_of_keys(self) -> String {
        let keys: Vec<_> = self.keys().map(|key| format!("`{}`", key.name())).collect();
        format!("one of {}", keys.join(", "))
    }

    fn unknown(self, name: &Ident) -> String {
        let mut message = format!("unknown attribute `{name}`, expected {}", self.one_of_keys());
        let text = name.to_string();
        let near = self.keys().min_by_key(|key| distance(&text, key.name()));
        if let Some(key) = near.filter(|key| distance(&text, key.name()) <= 2) {
            message += &format!("; did you mean `{}`?", key.name());
        }
        message
    }
}

/// The edit distance between two words.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

/// Rejects `#[deep_size(…)]` on a generic parameter.
pub(crate) fn reject(ctxt: &mut Ctxt, attributes: &[Attribute]) {
    for attribute in attributes {
        if is_ours(attribute) {
            ctxt.error(attribute, "`deep_size` belongs on a type, a variant or a field, not on a parameter");
        }
    }
}
