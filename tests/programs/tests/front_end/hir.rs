//! The tree of a file after parsing, without trivia: items, and bodies in arenas.

use std::sync::OnceLock;

use deep_size::DeepSize;
use la_arena::{Arena, Idx};
use smallvec::SmallVec;
use smol_str::SmolStr;

pub(crate) type Name = SmolStr;
pub(crate) type ExprId = Idx<Expr>;
pub(crate) type PatId = Idx<Pat>;
pub(crate) type TypeId = Idx<Type>;

/// A file.
#[derive(Debug, Default, DeepSize)]
pub(crate) struct Module {
    pub(crate) items: Arena<Item>,
    pub(crate) exprs: Arena<Expr>,
    pub(crate) pats: Arena<Pat>,
    pub(crate) types: Arena<Type>,
    pub(crate) imports: Vec<Path>,
    /// The first lines of the documentation of each item, made on demand.
    // A planted mistake: the field owns memory.
    #[deep_size(skip)]
    pub(crate) summaries: OnceLock<Vec<String>>,
}

#[derive(Debug, DeepSize)]
pub(crate) struct Item {
    pub(crate) name: Name,
    pub(crate) documentation: Option<Box<str>>,
    pub(crate) kind: ItemKind,
}

#[derive(Debug, DeepSize)]
pub(crate) enum ItemKind {
    Function { parameters: Box<[(PatId, TypeId)]>, result: Option<TypeId>, body: Option<ExprId> },
    Struct { fields: Box<[Field]> },
    Enum { variants: Box<[(Name, Box<[Field]>)]> },
    Impl { of: Option<Path>, on: TypeId, items: Box<[Idx<Item>]> },
    Trait { items: Box<[Idx<Item>]> },
    Module { items: Box<[Idx<Item>]> },
    Constant { of: TypeId, value: Option<ExprId> },
    Alias { of: Option<TypeId> },
    Macro { path: Path },
    Other,
}

#[derive(Debug, DeepSize)]
pub(crate) struct Field {
    pub(crate) name: Option<Name>,
    pub(crate) of: TypeId,
}

/// Names, and the types between angle brackets.
#[derive(Debug, Default, DeepSize)]
pub(crate) struct Path {
    pub(crate) segments: SmallVec<[Name; 2]>,
    pub(crate) arguments: Box<[TypeId]>,
}

#[derive(Debug, DeepSize)]
pub(crate) enum Expr {
    Path(Path),
    Text(Box<str>),
    Number(Name),
    Call {
        callee: ExprId,
        arguments: Box<[ExprId]>,
    },
    Method {
        receiver: ExprId,
        name: Name,
        arguments: Box<[ExprId]>,
    },
    Field {
        of: ExprId,
        name: Name,
    },
    Record {
        path: Path,
        fields: Box<[(Name, ExprId)]>,
    },
    Block {
        statements: Box<[Statement]>,
    },
    Match {
        on: ExprId,
        arms: Box<[Arm]>,
    },
    Closure {
        parameters: Box<[PatId]>,
        body: ExprId,
    },
    Let {
        pattern: PatId,
        value: ExprId,
    },
    Macro {
        path: Path,
    },
    /// Operators, branches, loops, casts, tuples, and so on: their operands.
    Operation {
        kind: Operation,
        operands: Box<[ExprId]>,
    },
}

#[derive(Debug, Clone, Copy, DeepSize)]
pub(crate) enum Operation {
    Unary,
    Binary,
    Assign,
    Index,
    Range,
    Cast,
    If,
    Loop,
    For,
    Jump,
    Tuple,
    Array,
    Other,
}

#[derive(Debug, DeepSize)]
pub(crate) enum Statement {
    Let { pattern: PatId, of: Option<TypeId>, value: Option<ExprId> },
    Expr(ExprId),
    Item(Idx<Item>),
}

#[derive(Debug, DeepSize)]
pub(crate) struct Arm {
    pub(crate) pattern: PatId,
    pub(crate) guard: Option<ExprId>,
    pub(crate) value: ExprId,
}

#[derive(Debug, DeepSize)]
pub(crate) enum Pat {
    Name { name: Name, inside: Option<PatId> },
    Path(Path),
    Record { path: Path, fields: Box<[(Name, PatId)]> },
    Parts { path: Path, parts: Box<[PatId]> },
    Value(ExprId),
    Other,
}

#[derive(Debug, DeepSize)]
pub(crate) enum Type {
    Path(Path),
    Reference { to: TypeId },
    Parts(Box<[TypeId]>),
    Bounds(Box<[Path]>),
    Other,
}

impl Module {
    pub(crate) fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
        self.exprs.shrink_to_fit();
        self.pats.shrink_to_fit();
        self.types.shrink_to_fit();
        self.imports.shrink_to_fit();
    }
}
