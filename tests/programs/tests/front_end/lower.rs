//! Lowers the trees of `syn` to the types of `hir`.

use la_arena::Idx;
use syn::punctuated::Punctuated;

use crate::Names;
use crate::hir::{
    Arm, Expr, ExprId, Field, Item, ItemKind, Module, Name, Operation, Pat, PatId, Path, Statement, Type,
    TypeId,
};

/// Lowers a file.
pub(crate) fn lower(file: &syn::File, names: &Names) -> Module {
    let mut lowering = Lowering { module: Module::default(), names };
    lowering.items(&file.items);
    lowering.module.shrink_to_fit();
    lowering.module
}

struct Lowering<'n> {
    module: Module,
    names: &'n Names,
}

impl Lowering<'_> {
    fn name(&self, ident: &syn::Ident) -> Name {
        self.names.intern(&ident.to_string())
    }

    fn member(&self, member: &syn::Member) -> Name {
        match member {
            syn::Member::Named(name) => self.name(name),
            syn::Member::Unnamed(index) => self.names.intern(&index.index.to_string()),
        }
    }

    fn items(&mut self, items: &[syn::Item]) -> Box<[Idx<Item>]> {
        items.iter().filter_map(|item| self.item(item)).collect()
    }

    fn add(&mut self, name: Name, attributes: &[syn::Attribute], kind: ItemKind) -> Idx<Item> {
        self.module.items.alloc(Item { name, documentation: documentation(attributes), kind })
    }

    fn item(&mut self, item: &syn::Item) -> Option<Idx<Item>> {
        let (name, attributes, kind) = match item {
            syn::Item::Fn(item) => {
                let kind = self.function(&item.sig, Some(&item.block));
                (self.name(&item.sig.ident), &item.attrs, kind)
            }
            syn::Item::Struct(item) => {
                let kind = ItemKind::Struct { fields: self.fields(&item.fields) };
                (self.name(&item.ident), &item.attrs, kind)
            }
            syn::Item::Enum(item) => {
                let variant =
                    |variant: &syn::Variant| (self.name(&variant.ident), self.fields(&variant.fields));
                let kind = ItemKind::Enum { variants: item.variants.iter().map(variant).collect() };
                (self.name(&item.ident), &item.attrs, kind)
            }
            syn::Item::Impl(item) => {
                let of = item.trait_.as_ref().map(|(_, path, _)| self.path(path));
                let on = self.of_type(&item.self_ty);
                let items = item.items.iter().filter_map(|item| self.impl_item(item)).collect();
                (Name::default(), &item.attrs, ItemKind::Impl { of, on, items })
            }
            syn::Item::Trait(item) => {
                let items = item.items.iter().filter_map(|item| self.trait_item(item)).collect();
                (self.name(&item.ident), &item.attrs, ItemKind::Trait { items })
            }
            syn::Item::Mod(item) => {
                let items = item.content.as_ref().map(|(_, items)| self.items(items)).unwrap_or_default();
                (self.name(&item.ident), &item.attrs, ItemKind::Module { items })
            }
            syn::Item::Const(item) => {
                let kind = self.constant(&item.ty, Some(&item.expr));
                (self.name(&item.ident), &item.attrs, kind)
            }
            syn::Item::Static(item) => {
                let kind = self.constant(&item.ty, Some(&item.expr));
                (self.name(&item.ident), &item.attrs, kind)
            }
            syn::Item::Type(item) => {
                let kind = ItemKind::Alias { of: Some(self.of_type(&item.ty)) };
                (self.name(&item.ident), &item.attrs, kind)
            }
            syn::Item::Macro(item) => {
                let kind = ItemKind::Macro { path: self.path(&item.mac.path) };
                (item.ident.as_ref().map(|name| self.name(name)).unwrap_or_default(), &item.attrs, kind)
            }
            syn::Item::Use(item) => {
                self.imports(&item.tree, &mut Vec::new());
                return None;
            }
            _ => return Some(self.add(Name::default(), &[], ItemKind::Other)),
        };
        Some(self.add(name, attributes, kind))
    }

    fn imports(&mut self, tree: &syn::UseTree, before: &mut Vec<Name>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(self.name(&path.ident));
                self.imports(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.imports(tree, before)),
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                let segments = before.iter().cloned().chain([self.name(ident)]).collect();
                self.module.imports.push(Path { segments, arguments: Box::default() });
            }
            syn::UseTree::Glob(_) => {
                let segments = before.iter().cloned().collect();
                self.module.imports.push(Path { segments, arguments: Box::default() });
            }
        }
    }

    fn impl_item(&mut self, item: &syn::ImplItem) -> Option<Idx<Item>> {
        let (name, attributes, kind) = match item {
            syn::ImplItem::Fn(item) => {
                (&item.sig.ident, &item.attrs, self.function(&item.sig, Some(&item.block)))
            }
            syn::ImplItem::Const(item) => {
                (&item.ident, &item.attrs, self.constant(&item.ty, Some(&item.expr)))
            }
            syn::ImplItem::Type(item) => {
                (&item.ident, &item.attrs, ItemKind::Alias { of: Some(self.of_type(&item.ty)) })
            }
            _ => return None,
        };
        Some(self.add(self.name(name), attributes, kind))
    }

    fn trait_item(&mut self, item: &syn::TraitItem) -> Option<Idx<Item>> {
        let (name, attributes, kind) = match item {
            syn::TraitItem::Fn(item) => {
                (&item.sig.ident, &item.attrs, self.function(&item.sig, item.default.as_ref()))
            }
            syn::TraitItem::Const(item) => {
                let value = item.default.as_ref().map(|(_, value)| value);
                (&item.ident, &item.attrs, self.constant(&item.ty, value))
            }
            syn::TraitItem::Type(item) => (&item.ident, &item.attrs, ItemKind::Alias { of: None }),
            _ => return None,
        };
        Some(self.add(self.name(name), attributes, kind))
    }

    fn function(&mut self, signature: &syn::Signature, body: Option<&syn::Block>) -> ItemKind {
        let parameter = |input: &syn::FnArg| match input {
            syn::FnArg::Receiver(receiver) => {
                let name = Pat::Name { name: self.names.intern("self"), inside: None };
                (self.module.pats.alloc(name), self.of_type(&receiver.ty))
            }
            syn::FnArg::Typed(typed) => (self.pattern(&typed.pat), self.of_type(&typed.ty)),
        };
        let parameters = signature.inputs.iter().map(parameter).collect();
        let result = self.result(&signature.output);
        let body = body.map(|block| self.block(block));
        ItemKind::Function { parameters, result, body }
    }

    fn result(&mut self, output: &syn::ReturnType) -> Option<TypeId> {
        match output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, of) => Some(self.of_type(of)),
        }
    }

    fn constant(&mut self, of: &syn::Type, value: Option<&syn::Expr>) -> ItemKind {
        ItemKind::Constant { of: self.of_type(of), value: value.map(|value| self.expr(value)) }
    }

    fn fields(&mut self, fields: &syn::Fields) -> Box<[Field]> {
        let field = |field: &syn::Field| Field {
            name: field.ident.as_ref().map(|name| self.name(name)),
            of: self.of_type(&field.ty),
        };
        fields.iter().map(field).collect()
    }

    fn path(&mut self, path: &syn::Path) -> Path {
        let mut arguments = Vec::new();
        let mut segments = smallvec::SmallVec::new();
        for segment in &path.segments {
            segments.push(self.name(&segment.ident));
            match &segment.arguments {
                syn::PathArguments::None => {}
                syn::PathArguments::AngleBracketed(inside) => {
                    for argument in &inside.args {
                        if let syn::GenericArgument::Type(of) = argument {
                            arguments.push(self.of_type(of));
                        }
                    }
                }
                syn::PathArguments::Parenthesized(inside) => {
                    arguments.extend(inside.inputs.iter().map(|of| self.of_type(of)));
                    arguments.extend(self.result(&inside.output));
                }
            }
        }
        Path { segments, arguments: arguments.into() }
    }

    fn of_type(&mut self, of: &syn::Type) -> TypeId {
        let lowered = match of {
            syn::Type::Path(path) => Type::Path(self.path(&path.path)),
            syn::Type::Reference(reference) => Type::Reference { to: self.of_type(&reference.elem) },
            syn::Type::Ptr(pointer) => Type::Reference { to: self.of_type(&pointer.elem) },
            syn::Type::Slice(slice) => Type::Parts([self.of_type(&slice.elem)].into()),
            syn::Type::Array(array) => Type::Parts([self.of_type(&array.elem)].into()),
            syn::Type::Tuple(tuple) => Type::Parts(tuple.elems.iter().map(|of| self.of_type(of)).collect()),
            syn::Type::Paren(inside) => return self.of_type(&inside.elem),
            syn::Type::ImplTrait(inside) => self.bounds(&inside.bounds),
            syn::Type::TraitObject(inside) => self.bounds(&inside.bounds),
            _ => Type::Other,
        };
        self.module.types.alloc(lowered)
    }

    fn bounds<P>(&mut self, bounds: &Punctuated<syn::TypeParamBound, P>) -> Type {
        let path = |bound: &syn::TypeParamBound| match bound {
            syn::TypeParamBound::Trait(bound) => Some(self.path(&bound.path)),
            _ => None,
        };
        Type::Bounds(bounds.iter().filter_map(path).collect())
    }

    fn pattern(&mut self, pattern: &syn::Pat) -> PatId {
        let lowered = match pattern {
            syn::Pat::Ident(ident) => {
                let inside = ident.subpat.as_ref().map(|(_, inside)| self.pattern(inside));
                Pat::Name { name: self.name(&ident.ident), inside }
            }
            syn::Pat::Path(path) => Pat::Path(self.path(&path.path)),
            syn::Pat::Struct(record) => {
                let field = |field: &syn::FieldPat| (self.member(&field.member), self.pattern(&field.pat));
                let fields = record.fields.iter().map(field).collect();
                Pat::Record { path: self.path(&record.path), fields }
            }
            syn::Pat::TupleStruct(tuple) => {
                let parts = tuple.elems.iter().map(|part| self.pattern(part)).collect();
                Pat::Parts { path: self.path(&tuple.path), parts }
            }
            syn::Pat::Tuple(syn::PatTuple { elems, .. }) | syn::Pat::Slice(syn::PatSlice { elems, .. }) => {
                let parts = elems.iter().map(|part| self.pattern(part)).collect();
                Pat::Parts { path: Path::default(), parts }
            }
            syn::Pat::Or(or) => {
                let parts = or.cases.iter().map(|part| self.pattern(part)).collect();
                Pat::Parts { path: Path::default(), parts }
            }
            syn::Pat::Lit(literal) => {
                let value = self.literal(&literal.lit);
                Pat::Value(self.module.exprs.alloc(value))
            }
            syn::Pat::Reference(reference) => return self.pattern(&reference.pat),
            syn::Pat::Paren(inside) => return self.pattern(&inside.pat),
            syn::Pat::Type(typed) => return self.pattern(&typed.pat),
            _ => Pat::Other,
        };
        self.module.pats.alloc(lowered)
    }

    fn literal(&mut self, literal: &syn::Lit) -> Expr {
        match literal {
            syn::Lit::Str(text) => Expr::Text(text.value().into()),
            syn::Lit::ByteStr(text) => Expr::Text(String::from_utf8_lossy(&text.value()).into()),
            syn::Lit::Int(number) => Expr::Number(self.names.intern(number.base10_digits())),
            syn::Lit::Float(number) => Expr::Number(self.names.intern(number.base10_digits())),
            syn::Lit::Bool(value) => Expr::Number(self.names.intern(&value.value.to_string())),
            syn::Lit::Char(letter) => Expr::Text(letter.value().to_string().into()),
            syn::Lit::Byte(byte) => Expr::Number(self.names.intern(&byte.value().to_string())),
            _ => Expr::Text(Box::default()),
        }
    }

    fn block(&mut self, block: &syn::Block) -> ExprId {
        let statements = block.stmts.iter().map(|statement| self.statement(statement)).collect();
        self.module.exprs.alloc(Expr::Block { statements })
    }

    fn statement(&mut self, statement: &syn::Stmt) -> Statement {
        match statement {
            syn::Stmt::Local(local) => {
                let of = match &local.pat {
                    syn::Pat::Type(typed) => Some(self.of_type(&typed.ty)),
                    _ => None,
                };
                let value = local.init.as_ref().map(|init| self.expr(&init.expr));
                Statement::Let { pattern: self.pattern(&local.pat), of, value }
            }
            syn::Stmt::Item(item) => match self.item(item) {
                Some(item) => Statement::Item(item),
                None => Statement::Expr(self.operation(Operation::Other, [])),
            },
            syn::Stmt::Expr(expr, _) => Statement::Expr(self.expr(expr)),
            syn::Stmt::Macro(call) => {
                let path = self.path(&call.mac.path);
                Statement::Expr(self.module.exprs.alloc(Expr::Macro { path }))
            }
        }
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e syn::Expr>) -> Box<[ExprId]> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    fn operation<'e>(&mut self, kind: Operation, exprs: impl IntoIterator<Item = &'e syn::Expr>) -> ExprId {
        let operands = self.exprs(exprs);
        self.module.exprs.alloc(Expr::Operation { kind, operands })
    }

    /// An operation whose last operand is a block.
    fn before_block(&mut self, kind: Operation, expr: Option<&syn::Expr>, block: &syn::Block) -> ExprId {
        let first = expr.map(|expr| self.expr(expr));
        let operands = first.into_iter().chain([self.block(block)]).collect();
        self.module.exprs.alloc(Expr::Operation { kind, operands })
    }

    fn expr(&mut self, expr: &syn::Expr) -> ExprId {
        let lowered = match expr {
            syn::Expr::Path(path) => Expr::Path(self.path(&path.path)),
            syn::Expr::Lit(literal) => self.literal(&literal.lit),
            syn::Expr::Call(call) => {
                Expr::Call { callee: self.expr(&call.func), arguments: self.exprs(&call.args) }
            }
            syn::Expr::MethodCall(call) => {
                let (receiver, arguments) = (self.expr(&call.receiver), self.exprs(&call.args));
                Expr::Method { receiver, name: self.name(&call.method), arguments }
            }
            syn::Expr::Field(field) => {
                Expr::Field { of: self.expr(&field.base), name: self.member(&field.member) }
            }
            syn::Expr::Struct(record) => {
                let field = |field: &syn::FieldValue| (self.member(&field.member), self.expr(&field.expr));
                let fields = record.fields.iter().map(field).collect();
                Expr::Record { path: self.path(&record.path), fields }
            }
            syn::Expr::Match(branches) => {
                let on = self.expr(&branches.expr);
                let arm = |arm: &syn::Arm| Arm {
                    pattern: self.pattern(&arm.pat),
                    guard: arm.guard.as_ref().map(|(_, guard)| self.expr(guard)),
                    value: self.expr(&arm.body),
                };
                Expr::Match { on, arms: branches.arms.iter().map(arm).collect() }
            }
            syn::Expr::Closure(closure) => {
                let parameters = closure.inputs.iter().map(|pattern| self.pattern(pattern)).collect();
                Expr::Closure { parameters, body: self.expr(&closure.body) }
            }
            syn::Expr::Let(condition) => {
                Expr::Let { pattern: self.pattern(&condition.pat), value: self.expr(&condition.expr) }
            }
            syn::Expr::Macro(call) => Expr::Macro { path: self.path(&call.mac.path) },
            syn::Expr::Block(block) => return self.block(&block.block),
            syn::Expr::Unsafe(block) => return self.block(&block.block),
            syn::Expr::Const(block) => return self.block(&block.block),
            syn::Expr::Async(block) => return self.block(&block.block),
            syn::Expr::Paren(inside) => return self.expr(&inside.expr),
            syn::Expr::Group(inside) => return self.expr(&inside.expr),
            syn::Expr::Reference(reference) => return self.operation(Operation::Unary, [&*reference.expr]),
            syn::Expr::Unary(unary) => return self.operation(Operation::Unary, [&*unary.expr]),
            syn::Expr::Try(tried) => return self.operation(Operation::Unary, [&*tried.expr]),
            syn::Expr::Await(awaited) => return self.operation(Operation::Unary, [&*awaited.base]),
            syn::Expr::Binary(binary) => {
                return self.operation(Operation::Binary, [&*binary.left, &binary.right]);
            }
            syn::Expr::Assign(assign) => {
                return self.operation(Operation::Assign, [&*assign.left, &assign.right]);
            }
            syn::Expr::Index(index) => return self.operation(Operation::Index, [&*index.expr, &index.index]),
            syn::Expr::Cast(cast) => return self.operation(Operation::Cast, [&*cast.expr]),
            syn::Expr::Range(range) => {
                return self.operation(
                    Operation::Range,
                    range.start.as_deref().into_iter().chain(range.end.as_deref()),
                );
            }
            syn::Expr::Tuple(tuple) => return self.operation(Operation::Tuple, &tuple.elems),
            syn::Expr::Array(array) => return self.operation(Operation::Array, &array.elems),
            syn::Expr::Repeat(array) => return self.operation(Operation::Array, [&*array.expr, &array.len]),
            syn::Expr::Return(jump) => return self.operation(Operation::Jump, jump.expr.as_deref()),
            syn::Expr::Break(jump) => return self.operation(Operation::Jump, jump.expr.as_deref()),
            syn::Expr::Continue(_) => return self.operation(Operation::Jump, []),
            syn::Expr::While(repeat) => {
                return self.before_block(Operation::Loop, Some(&repeat.cond), &repeat.body);
            }
            syn::Expr::Loop(repeat) => return self.before_block(Operation::Loop, None, &repeat.body),
            syn::Expr::ForLoop(repeat) => {
                return self.before_block(Operation::For, Some(&repeat.expr), &repeat.body);
            }
            syn::Expr::If(branch) => {
                let (condition, then) = (self.expr(&branch.cond), self.block(&branch.then_branch));
                let otherwise = branch.else_branch.as_ref().map(|(_, otherwise)| self.expr(otherwise));
                let operands = [condition, then].into_iter().chain(otherwise).collect();
                Expr::Operation { kind: Operation::If, operands }
            }
            _ => return self.operation(Operation::Other, []),
        };
        self.module.exprs.alloc(lowered)
    }
}

/// The text of all `///` lines.
fn documentation(attributes: &[syn::Attribute]) -> Option<Box<str>> {
    let line = |attribute: &syn::Attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n").into())
}
