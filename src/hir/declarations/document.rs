//! `document name { … }` and its `rule`s: what must be true between the fields of a signed document, typed from its JSON
//! Schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::json;
use crate::base::schema::{Refinement, RowSpec, Ty};
use crate::base::span::Span;
use crate::syntax::ast::{Block, Ident, Item, Keyword, Member};

use super::super::fields::{Fields, Reader, Shape};
use super::super::infer::{By, Infer, Reach};
use super::super::model::{DocumentDef, RuleDef, SchemaDef};
use super::super::world::{Log, ValueKind, World};
use super::super::{diags, shape, template};
use super::{doc, name};

const SHAPE: Shape = Shape {
    keyword: Keyword::Document,
    fields: &["predicate_type", "version", "schema", "context", "policy"],
    required: &[
        ("predicate_type", "\"https://example.com/predicate/v1\""),
        ("schema", "\"predicate.schema.json\""),
        ("policy", "\"policies/predicate.rego\""),
    ],
    repeated: &[],
    blocks: &[Keyword::Rule],
    title: false,
};

const RULE: Shape = Shape {
    keyword: Keyword::Rule,
    fields: &["when", "require", "fails", "message"],
    required: &[("require", "predicate.a == predicate.b"), ("fails", SCHEMA_INVALID)],
    repeated: &[],
    blocks: &[],
    title: false,
};

/// The code of a document that breaks a rule of its own; a package may have codes beside it.
const SCHEMA_INVALID: &str = "schema_invalid";
/// Largest JSON Schema, bytes.
const SCHEMA_BYTES: usize = 1 << 20;

/// The texts of the schemas that a unit's documents name.
type Schemas = BTreeMap<Arc<str>, Result<Arc<str>, String>>;

/// A document whose schema is read, and whose rules are not.
struct Draft<'a> {
    file: usize,
    block: &'a Block,
    def: DocumentDef,
}

/// All documents of a unit, by name.
pub(in crate::hir) fn lower(world: &mut World<'_>, unit: usize, schemas: &Schemas, log: &mut Log) -> Vec<DocumentDef> {
    let drafts = drafts(world, unit, schemas, log);
    // Types name rows by name, so the rows stand before the first rule is typed.
    let rows: Vec<RowSpec> = drafts.iter().flat_map(|draft| draft.def.schema.rows.iter().cloned()).collect();
    world.documents = rows;
    let mut documents: Vec<DocumentDef> = drafts.into_iter().map(|draft| rules(world, unit, draft, log)).collect();
    documents.sort_by(|left, right| (&left.name, left.span).cmp(&(&right.name, right.span)));
    documents
}

fn drafts<'a>(world: &World<'a>, unit: usize, schemas: &Schemas, log: &mut Log) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut types: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            let Item::Block(block) = item else { continue };
            if block.keyword != Keyword::Document {
                continue;
            }
            let Some(name) = name(block) else { continue };
            let fields = Fields::read(block, &SHAPE, log);
            let mut reader = Reader { world, file, log };
            let predicate_type = reader.text(&fields, "predicate_type");
            let version = reader.text(&fields, "version");
            let policy = reader.refined(&fields, "policy", Refinement::Path);
            let policy = policy.zip(fields.expr("policy").map(|expr| expr.span));
            let predicate = schema(&mut reader, &fields, "schema", &name, schemas);
            let context = if fields.has("context") {
                // Not to be mixed up with the rows of the predicate.
                schema(&mut reader, &fields, "context", &format!("{name}.context"), schemas).map(Some)
            } else {
                Some(None)
            };
            if let (Some(ty), Some(expr)) = (&predicate_type, fields.expr("predicate_type")) {
                if let Some(first) = types.get(ty) {
                    log.push(diags::duplicate_value(expr.span, ty, *first));
                } else {
                    types.insert(Arc::clone(ty), expr.span);
                }
            }
            let (Some(schema), Some(context)) = (predicate, context) else { continue };
            let (Some(predicate_type), Some(policy)) = (predicate_type, policy) else { continue };
            let doc = doc(block);
            let (rules, span) = (Vec::new(), block.head());
            let def = DocumentDef { name, doc, predicate_type, version, schema, context, policy, rules, span };
            drafts.push(Draft { file, block, def });
        }
    }
    drafts
}

/// The schema that a field names, its rows named `DOCUMENT/PART`; what is wrong with it is reported.
fn schema(
    reader: &mut Reader<'_, '_, '_>,
    fields: &Fields<'_>,
    field: &str,
    document: &str,
    schemas: &Schemas,
) -> Option<SchemaDef> {
    let path = reader.refined(fields, field, Refinement::Path)?;
    let span = fields.expr(field)?.span;
    let read = match schemas.get(&path) {
        Some(Ok(text)) => json::parse(text.as_bytes(), SCHEMA_BYTES).map_err(|error| error.to_string()),
        Some(Err(problem)) => Err(problem.clone()),
        None => Err("it was not read".to_owned()),
    };
    match read.and_then(|value| shape::of_schema(document, &value).map(|(ty, rows)| (value, ty, rows))) {
        Ok((value, ty, rows)) => Some(SchemaDef { path, value: Arc::new(value), span, ty, rows }),
        Err(problem) => {
            reader.log.push(diags::bad_schema(span, &path, &problem));
            None
        }
    }
}

fn rules(world: &World<'_>, unit: usize, draft: Draft<'_>, log: &mut Log) -> DocumentDef {
    let Draft { file, block, mut def } = draft;
    let mut names: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    for member in &block.members {
        let Member::Block(block) = member else { continue };
        if block.keyword != Keyword::Rule {
            continue;
        }
        let Some(name) = name(block) else { continue };
        if let Some(first) = names.get(&name) {
            log.push(diags::duplicate_declaration(block.head(), &name, *first));
            continue;
        }
        names.insert(Arc::clone(&name), block.head());
        def.rules.extend(rule(world, (unit, file), &def.schema.ty, block, name, log));
    }
    def
}

fn rule(
    world: &World<'_>,
    (unit, file): (usize, usize),
    predicate: &Ty,
    block: &Block,
    name: Arc<str>,
    log: &mut Log,
) -> Option<RuleDef> {
    let fields = Fields::read(block, &RULE, log);
    let mut reader = Reader { world, file, log };
    let fails = reader.name(&fields, "fails", "failure codes").and_then(|code| fails(world, unit, &code, reader.log));
    let message = reader.literal(&fields, "message").and_then(|text| template::of_assert(text, reader.log));
    let mut infer = Infer::new(world, file, log, Reach::Document);
    let subject = Ident { text: Arc::from("predicate"), span: block.head() };
    let local = infer.bind(&subject, predicate.clone(), false);
    let found = infer.log.found();
    let when = fields.expr("when").map(|expr| infer.check(expr, &Ty::Bool, By::Field("when")));
    // What `when` asks for is given in `require`.
    if let Some(when) = &when {
        infer.assume(when, true);
    }
    let asked = fields.expr("require")?;
    let require = infer.check(asked, &Ty::Bool, By::Field("require"));
    let sound = infer.log.found() == found;
    if sound && !infer.used.contains(&local) {
        log.push(diags::vacuous_rule(asked.span));
    }
    let written = Arc::from(world.sources.text(asked.span));
    let doc = doc(block);
    let (predicate, span) = (local, block.head());
    Some(RuleDef { name, doc, predicate, when, require, written, fails: fails?, message, span })
}

/// The code of a rule: `schema_invalid`, or one of the package's own.
fn fails(world: &World<'_>, unit: usize, code: &Ident, log: &mut Log) -> Option<Arc<str>> {
    if &*code.text == SCHEMA_INVALID {
        return Some(Arc::clone(&code.text));
    }
    let own = world.units.get(unit)?;
    if own.values.get(&code.text).is_some_and(|value| value.kind == ValueKind::Code) {
        return Some(Arc::clone(&code.text));
    }
    let codes = own.values.iter().filter(|(_, value)| value.kind == ValueKind::Code).map(|(name, _)| &**name);
    let known: BTreeSet<&str> = codes.chain([SCHEMA_INVALID]).collect();
    log.push(diags::unknown_rule_code(code.span, &code.text, &known));
    None
}
