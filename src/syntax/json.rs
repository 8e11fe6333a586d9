//! The tree as JSON, for `attest dump ast` and for tests. Places are `line:column-line:column`, columns in characters.

use serde_json::{Map, Value, json};

use super::ast::{
    Block, Doc, Expr, ExprKind, Field, FieldValue, File, Ident, Item, Member, Param, Path, Text, TypeExpr, UnaryOp,
};
use crate::base::source::SourceMap;
use crate::base::span::Span;

/// A file's tree as JSON: keywords, names, fields, and the place of each.
pub fn tree_json(file: &File, sources: &SourceMap) -> Value {
    let tree = Tree { sources };
    json!({
        "edition": file.edition.map(|(number, _)| number),
        "module": file.module.as_ref().map(path),
        "uses": file.uses.iter().map(|found| json!({
            "path": path(&found.path),
            "names": found.names.as_ref().map(|names| names.iter().map(ident).collect::<Vec<_>>()),
            "span": tree.span(found.span),
        })).collect::<Vec<_>>(),
        "items": file.items.iter().map(|item| tree.item(item)).collect::<Vec<_>>(),
    })
}

struct Tree<'a> {
    sources: &'a SourceMap,
}

fn ident(ident: &Ident) -> Value {
    Value::from(&*ident.text)
}

fn path(path: &Path) -> String {
    path.segments.iter().map(|segment| &*segment.text).collect::<Vec<_>>().join(".")
}

/// An object without the entries that are null.
fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let present = entries.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(present.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

fn text(text: &Text) -> Value {
    Value::from(&*text.value)
}

fn doc(doc: Option<&Doc>) -> Value {
    doc.map_or(Value::Null, |doc| Value::from(doc.text.as_str()))
}

fn type_name(ty: &TypeExpr) -> String {
    let arguments: Vec<String> = ty.arguments.iter().map(type_name).collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) };
    format!("{}{arguments}{}", ty.name.text, if ty.optional { "?" } else { "" })
}

impl Tree<'_> {
    fn span(&self, span: Span) -> Value {
        let Some(source) = self.sources.get(span.source) else { return Value::Null };
        let ((line, column), (end_line, end_column)) = (source.position(span.start), source.position(span.end));
        Value::from(format!("{line}:{column}-{end_line}:{end_column}"))
    }

    fn item(&self, item: &Item) -> Value {
        match item {
            Item::Param(item) => {
                let mut param = self.param(&item.param);
                if let Value::Object(entries) = &mut param {
                    entries.insert("keyword".to_owned(), Value::from("param"));
                    entries.insert("span".to_owned(), self.span(item.span));
                    if item.doc.is_some() {
                        entries.insert("doc".to_owned(), doc(item.doc.as_ref()));
                    }
                }
                param
            }
            Item::Block(block) => self.block(block),
            Item::Error(span) => json!({ "error": self.span(*span) }),
        }
    }

    fn param(&self, param: &Param) -> Value {
        object([
            ("name", ident(&param.name)),
            ("type", Value::from(type_name(&param.ty))),
            ("default", param.default.as_ref().map_or(Value::Null, |value| self.expr(value))),
        ])
    }

    fn block(&self, block: &Block) -> Value {
        let params: Vec<Value> = block.params.iter().map(|param| self.param(param)).collect();
        object([
            ("keyword", Value::from(block.keyword.name())),
            ("name", block.name.as_ref().map_or(Value::Null, |name| Value::from(path(name)))),
            ("title", block.title.as_ref().map_or(Value::Null, text)),
            ("doc", doc(block.doc.as_ref())),
            ("params", if params.is_empty() { Value::Null } else { Value::Array(params) }),
            ("expr", block.expr.as_ref().map_or(Value::Null, |expr| self.expr(expr))),
            ("members", Value::Array(block.members.iter().map(|member| self.member(member)).collect())),
            ("broken", if block.broken { Value::Bool(true) } else { Value::Null }),
            ("span", self.span(block.span)),
        ])
    }

    fn member(&self, member: &Member) -> Value {
        match member {
            Member::Field(field) => self.field(field),
            Member::Block(block) => self.block(block),
            Member::Error(span) => json!({ "error": self.span(*span) }),
        }
    }

    fn field(&self, field: &Field) -> Value {
        let value = match &field.value {
            FieldValue::Expr(expr) => self.expr(expr),
            FieldValue::Expect(expect) => object([
                ("subject", self.expr(&expect.subject)),
                ("verb", ident(&expect.verb)),
                ("at", expect.at.as_ref().map_or(Value::Null, |(path, _)| text(path))),
                ("line", expect.at.as_ref().and_then(|(_, line)| *line).map_or(Value::Null, |(line, _)| line.into())),
            ]),
            FieldValue::Error(span) => json!({ "error": self.span(*span) }),
        };
        object([
            ("field", ident(&field.name)),
            ("argument", field.argument.as_ref().map_or(Value::Null, text)),
            ("value", value),
            ("span", self.span(field.span)),
        ])
    }

    fn exprs(&self, exprs: &[Expr]) -> Value {
        Value::Array(exprs.iter().map(|expr| self.expr(expr)).collect())
    }

    /// One entry says the shape; the place is in `span`.
    fn expr(&self, expr: &Expr) -> Value {
        let optional = |optional: bool| if optional { Value::Bool(true) } else { Value::Null };
        let mut shape = match &expr.kind {
            ExprKind::Bool(value) => json!({ "bool": value }),
            ExprKind::Null => json!({ "null": true }),
            ExprKind::Int(value) => json!({ "int": value }),
            ExprKind::Decimal(value) => json!({ "decimal": value }),
            ExprKind::Text(value) => json!({ "text": text(value) }),
            ExprKind::Date(value) => json!({ "date": &**value }),
            ExprKind::Duration(number, unit) => json!({ "duration": format!("{number}{unit}") }),
            ExprKind::CodePattern(value) => json!({ "code": text(value) }),
            ExprKind::Name(name) => json!({ "name": ident(name) }),
            ExprKind::List(elements) => json!({ "list": self.exprs(elements) }),
            ExprKind::Select { base, optional: maybe, field } => {
                object([("select", ident(field)), ("base", self.expr(base)), ("optional", optional(*maybe))])
            }
            ExprKind::Index { base, optional: maybe, index } => {
                object([("index", self.expr(index)), ("base", self.expr(base)), ("optional", optional(*maybe))])
            }
            ExprKind::Call { callee, args, .. } => {
                let args = args.iter().map(|arg| {
                    let name = arg.name.as_ref().map_or(Value::Null, ident);
                    object([("name", name), ("value", self.expr(&arg.value))])
                });
                json!({ "call": self.expr(callee), "args": args.collect::<Vec<_>>() })
            }
            ExprKind::Unary { op, operand, .. } => {
                let op = if *op == UnaryOp::Not { "!" } else { "-" };
                json!({ "unary": op, "operand": self.expr(operand) })
            }
            ExprKind::Binary { op, left, right, .. } => {
                json!({ "binary": op.symbol(), "left": self.expr(left), "right": self.expr(right) })
            }
            ExprKind::Ternary { condition, yes, no } => {
                json!({ "if": self.expr(condition), "then": self.expr(yes), "else": self.expr(no) })
            }
            ExprKind::Quantifier(quantifier) => object([
                ("quantifier", serde_json::to_value(quantifier.kind).unwrap_or(Value::Null)),
                ("variable", ident(&quantifier.variable)),
                ("source", self.expr(&quantifier.source)),
                ("where", quantifier.filter.as_ref().map_or(Value::Null, |filter| self.expr(filter))),
                ("body", quantifier.body.as_ref().map_or(Value::Null, |body| self.expr(body))),
            ]),
            ExprKind::On { attacker, asset, properties } => object([
                ("attacker", ident(attacker)),
                ("on", ident(asset)),
                ("for", properties.as_ref().map_or(Value::Null, |names| names.iter().map(ident).collect())),
            ]),
            ExprKind::Error => json!({ "error": true }),
        };
        if let Value::Object(entries) = &mut shape {
            entries.insert("span".to_owned(), self.span(expr.span));
        }
        shape
    }
}
