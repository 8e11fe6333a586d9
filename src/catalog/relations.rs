//! The reference of relations, from their declarations and from the tables of who reads what.

use std::fmt::Write as _;

use super::cell;
use crate::base::schema::{ENUMS, RowSpec, Ty};
use crate::facts::language::LANGUAGES;
use crate::facts::relations::{self, Need, RELATIONS};
use crate::facts::{documents, headers, languages, manifests};

/// The page.
pub fn page() -> String {
    let signatures = relations::signatures();
    let mut text = super::generated("`src/facts/relations/`");
    text.push_str(
        "# Relations\n\nA relation is a function from a scope to rows; the scope is a path or a glob below the target's \
         root.\nRows are read-only, in the order of path and place.\nEvery row but `span` has `path`, `language` and \
         `span` besides what its table lists.\n\n| relation | rows | read from | |\n|---|---|---|---|\n",
    );
    for relation in &signatures.relations {
        let source = RELATIONS
            .iter()
            .find(|declared| declared.name == relation.name)
            .map_or("", |declared| read_from(declared.need));
        let _ = writeln!(
            text,
            "| `{}` | [`{}`](#{}) | {source} | {} |",
            call(relation.name, &relation.params),
            relation.row,
            relation.row,
            cell(relation.doc)
        );
    }
    text.push_str("\n## Values of the run\n\n| value | type | |\n|---|---|---|\n");
    for value in &signatures.values {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", value.name, value.ty, cell(value.doc));
    }
    text.push_str("\n## Rows\n");
    for row in &signatures.rows {
        push_row(&mut text, row);
    }
    push_readers(&mut text);
    text.push_str("\n## Enums\n\n| enum | words |\n|---|---|\n");
    for (name, values) in ENUMS {
        let words: Vec<String> = values.iter().map(|word| format!("`{word}`")).collect();
        let _ = writeln!(text, "| `{name}` | {} |", words.join(" "));
    }
    text
}

fn read_from(need: Need) -> &'static str {
    match need {
        Need::Listing => "the listing",
        Need::Text | Need::Secrets => "text",
        Need::Code => "code",
        Need::Documents => "documents",
        Need::Manifest => "manifests",
        Need::TestReport => "JUnit reports",
        Need::Headers => "server configuration and code",
    }
}

/// `name(scope: Files)`.
fn call(name: &str, params: &[(&'static str, Ty)]) -> String {
    let params: Vec<String> = params.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    format!("{name}({})", params.join(", "))
}

fn push_row(text: &mut String, row: &RowSpec) {
    let common = |name: &str| row.name != "span" && matches!(name, "path" | "language" | "span");
    let _ = write!(text, "\n### {}\n\n{}\n\n| | type | |\n|---|---|---|\n", row.name, row.doc);
    for column in row.columns.iter().filter(|column| !common(column.name)) {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", column.name, column.ty, cell(column.doc));
    }
    for method in &row.methods {
        let called = call(method.name, &method.params);
        let _ = writeln!(text, "| `{called}` | `{}` | {} |", method.result, cell(method.doc));
    }
}

fn push_readers(text: &mut String) {
    text.push_str(
        "\n## Languages\n\nThe language of a file is told by its name, and where that has no extension by the \
         interpreter that its first line names.\nCode without an adapter is an error for structural relations: nothing \
         is known of it.\nData and prose simply have no such rows.\n\n| language | files | code |\n|---|---|---|\n",
    );
    for language in LANGUAGES {
        let files: Vec<String> = language.files().map(|file| format!("`{file}`")).collect();
        let code = if !language.is_code() {
            "data"
        } else if languages::adapter(language.name).is_some() {
            "adapter"
        } else {
            "no adapter"
        };
        let _ = writeln!(text, "| `{}` | {} | {code} |", language.name, files.join(" "));
    }
    let listed = |names: &mut dyn Iterator<Item = &'static str>| {
        names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let _ = write!(
        text,
        "\n## Formats\n\n- `config(scope)` reads documents in {}.\n- `manifests(scope)` and `dependencies(scope)` read {}, \
         by the file's name.\n- `headers(scope)` reads server configuration named {}, and code.\n- `test_results(scope)` \
         reads JUnit XML.\n\nAny other file in the scope of these is an error, but for headers, where code is asked.\n",
        listed(&mut documents::FORMATS.iter().map(|(name, _)| *name)),
        listed(&mut manifests::names()),
        listed(&mut headers::NAMES.iter().copied()),
    );
}
