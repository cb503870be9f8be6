//! Bodies, item trees and scopes, as stored for each file by a language server or linter.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use arbitrary::Unstructured;
use camino::Utf8PathBuf;
use deep_size::DeepSize;
use indexmap::IndexMap;
use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

use super::{assert_states_exact, random};
use crate::random::{Random, below, length};

/// A multiplicative hasher, like the one in rustc.
#[derive(Default)]
struct Fx(u64);

impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type FxHashMap<K, V> = HashMap<K, V, BuildHasherDefault<Fx>>;

/// An index into an arena, which owns no element.
#[derive(DeepSize)]
struct Idx<T> {
    raw: u32,
    owner: PhantomData<fn() -> T>,
}

impl<T> Random for Idx<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { raw: u32::random(source, depth), owner: PhantomData }
    }
}

impl<T> PartialEq for Idx<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for Idx<T> {}

impl<T> Hash for Idx<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

#[derive(DeepSize)]
struct Arena<T> {
    data: Vec<T>,
}

impl<T: Random> Random for Arena<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { data: Vec::random(source, depth) }
    }
}

#[derive(PartialEq, Eq, Hash, Clone, DeepSize)]
struct Name(SmolStr);

#[derive(DeepSize)]
enum GenericArg {
    Lifetime(Name),
    Type(TypeRef),
    Const(u128),
}

#[derive(DeepSize)]
struct GenericArgs {
    args: Box<[GenericArg]>,
    has_self_type: bool,
    parenthesized: bool,
}

#[derive(DeepSize)]
enum TypeRef {
    Never,
    Path(Box<Path>),
    Tuple(ThinVec<TypeRef>),
    Reference(Box<TypeRef>, Option<Name>, bool),
    Array { element: Box<TypeRef>, len: u64 },
}

#[derive(DeepSize)]
struct Path {
    segments: SmallVec<[Name; 1]>,
    generic_args: Option<Box<[Option<Arc<GenericArgs>>]>>,
}

#[derive(DeepSize)]
enum Literal {
    Bool(bool),
    String(Box<str>),
    ByteString(Box<[u8]>),
    Int(u128, Option<u8>),
}

#[derive(DeepSize)]
enum Expr {
    Missing,
    Path(Path),
    If { condition: Idx<Expr>, then_branch: Idx<Expr>, else_branch: Option<Idx<Expr>> },
    Block { statements: Box<[Statement]>, tail: Option<Idx<Expr>> },
    MethodCall { receiver: Idx<Expr>, name: Name, args: Box<[Idx<Expr>]>, generics: Option<Box<GenericArgs>> },
    Closure { args: Box<[Idx<Pat>]>, types: Box<[Option<TypeRef>]>, body: Idx<Expr> },
    Literal(Literal),
}

#[derive(DeepSize)]
enum Statement {
    Expr { expr: Idx<Expr>, has_semicolon: bool },
    Let { pat: Idx<Pat>, type_ref: Option<TypeRef>, initializer: Option<Idx<Expr>> },
    Item,
}

#[derive(DeepSize)]
enum Pat {
    Wild,
    Bind { name: Name, subpat: Option<Idx<Pat>> },
    Record { path: Option<Box<Path>>, fields: Box<[(Name, Idx<Pat>)]> },
    Lit(Literal),
}

#[derive(DeepSize)]
struct Body {
    exprs: Arena<Expr>,
    pats: Arena<Pat>,
    params: Box<[Idx<Pat>]>,
    ranges: FxHashMap<Idx<Expr>, (u32, u32)>,
}

#[derive(DeepSize)]
struct Symbol {
    kind: u8,
    uses: ThinVec<(u32, u32)>,
    docs: Option<Arc<str>>,
}

#[derive(DeepSize)]
struct Scope {
    parent: Option<u32>,
    symbols: IndexMap<Name, Symbol>,
}

random! {
    struct Name { 0 }
    enum GenericArg { Const { 0 } Lifetime { 0 } Type { 0 } }
    struct GenericArgs { args, has_self_type, parenthesized }
    enum TypeRef { Never {} Path { 0 } Tuple { 0 } Reference { 0, 1, 2 } Array { element, len } }
    struct Path { segments, generic_args }
    enum Literal { Bool { 0 } String { 0 } ByteString { 0 } Int { 0, 1 } }
    enum Expr {
        Missing {}
        Path { 0 }
        If { condition, then_branch, else_branch }
        Block { statements, tail }
        MethodCall { receiver, name, args, generics }
        Closure { args, types, body }
        Literal { 0 }
    }
    enum Statement { Item {} Expr { expr, has_semicolon } Let { pat, type_ref, initializer } }
    enum Pat { Wild {} Bind { name, subpat } Record { path, fields } Lit { 0 } }
    struct Body { exprs, pats, params, ranges }
    struct Symbol { kind, uses, docs }
    struct Scope { parent, symbols }
}

/// A file. The database and the last analysis share its parts.
#[derive(DeepSize)]
struct File {
    path: Arc<Utf8PathBuf>,
    text: Arc<str>,
    bodies: FxHashMap<u32, Arc<Body>>,
    scopes: Vec<Scope>,
    line_index: Arc<[u32]>,
}

#[derive(DeepSize)]
struct Database {
    files: FxHashMap<u32, Arc<File>>,
    analysed: Vec<(Arc<File>, Arc<Body>)>,
    interned: Vec<Name>,
}

fn database(source: &mut Unstructured<'_>) -> Database {
    let mut database =
        Database { files: FxHashMap::default(), analysed: Vec::new(), interned: Vec::random(source, 1) };
    for number in 0..1 + below(source, 4) {
        let file = Arc::new(File {
            path: Arc::new(Utf8PathBuf::from(format!("src/{number}.rs"))),
            text: Arc::random(source, 0),
            bodies: (0..length(source, 2)).map(|id| (id as u32, Arc::random(source, 0))).collect(),
            scopes: Vec::random(source, 1),
            line_index: Arc::random(source, 0),
        });
        let bodies = file.bodies.values().filter(|_| bool::random(source, 0)).cloned().collect::<Vec<_>>();
        database.analysed.extend(bodies.into_iter().map(|body| (file.clone(), body)));
        database.files.insert(u32::random(source, 0), file);
    }
    database
}

#[test]
fn a_language_server_is_exact() {
    assert_states_exact(database);
}
