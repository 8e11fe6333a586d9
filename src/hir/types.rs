//! Which types agree, and how types are written. Pure: knows neither names nor diagnostics.

use crate::base::schema::{ENUMS, Refinement, Ty};

/// Whether a value of type `have` may stand where `want` is expected, constants' literals aside.
pub(super) fn agrees(have: &Ty, want: &Ty) -> bool {
    match (have, want) {
        (Ty::Unknown, _) | (_, Ty::Unknown) => true,
        (have, want) if have == want => true,
        (Ty::Optional(have), Ty::Optional(want)) => agrees(have, want),
        // An absent argument and a given `null` could not be told apart.
        (Ty::Optional(_), _) | (Ty::Null, Ty::Optional(_)) => false,
        (have, Ty::Optional(want)) => agrees(have, want),
        (Ty::Refined(Refinement::Path | Refinement::Glob), Ty::Refined(Refinement::Files))
        | (Ty::Refined(_), Ty::Text) => true,
        (Ty::List(have), Ty::List(want)) => agrees(have, want),
        (have, Ty::Json) => is_scalar(have) || matches!(have, Ty::List(item) if is_scalar(item)),
        _ => false,
    }
}

/// Whether two values can be equal: one agrees with the other, or one is JSON of unknown shape.
pub(super) fn comparable(left: &Ty, right: &Ty) -> bool {
    agrees(left, right) || agrees(right, left)
}

/// What `Json` holds besides lists.
fn is_scalar(ty: &Ty) -> bool {
    matches!(ty, Ty::Bool | Ty::Int | Ty::Decimal | Ty::Text | Ty::Refined(_) | Ty::Json | Ty::Null | Ty::Unknown)
}

/// `T` of `T?`, else the type itself.
pub(super) fn plain(ty: &Ty) -> &Ty {
    match ty {
        Ty::Optional(inner) => inner,
        other => other,
    }
}

/// A text, refined or not.
pub(super) fn is_text(ty: &Ty) -> bool {
    matches!(ty, Ty::Text | Ty::Refined(_))
}

/// The type in which two values have an order, if they have one.
pub(super) fn ordered(left: &Ty, right: &Ty) -> bool {
    match (left, right) {
        (Ty::Unknown, _) | (_, Ty::Unknown) | (Ty::Int, Ty::Int) | (Ty::Decimal, Ty::Decimal) => true,
        (Ty::Refined(left), Ty::Refined(right)) if left == right => {
            !matches!(left, Refinement::VersionReq | Refinement::Regex | Refinement::Digest)
        }
        // Compared as text would be silently wrong where a type has an order of its own.
        (left, right) => is_text(left) && is_text(right) && !own_order(left) && !own_order(right),
    }
}

/// Types whose order is not that of their text.
pub(super) fn own_order(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Refined(
            Refinement::Version
                | Refinement::VersionReq
                | Refinement::Date
                | Refinement::Timestamp
                | Refinement::Duration
                | Refinement::Regex
                | Refinement::Digest
        )
    )
}

/// The type of that name that takes no argument; `List` is not among them.
pub(super) fn named(name: &str) -> Option<Ty> {
    Some(match name {
        "Bool" => Ty::Bool,
        "Int" => Ty::Int,
        "Decimal" => Ty::Decimal,
        "Text" => Ty::Text,
        "Json" => Ty::Json,
        _ => {
            if let Some(refinement) = Refinement::ALL.into_iter().find(|refinement| refinement.name() == name) {
                return Some(Ty::Refined(refinement));
            }
            return ENUMS.iter().find(|(known, _)| *known == name).map(|(known, _)| Ty::Enum(known));
        }
    })
}

/// The names that a type may begin with, for suggestions.
pub(super) fn type_names() -> impl Iterator<Item = &'static str> {
    ["Bool", "Int", "Decimal", "Text", "Json", "List"]
        .into_iter()
        .chain(Refinement::ALL.into_iter().map(Refinement::name))
        .chain(ENUMS.iter().map(|(name, _)| *name))
}

/// `a Text`, `an Int`: a type in a sentence.
pub(super) fn phrase(ty: &Ty) -> String {
    match ty {
        Ty::Result => "a result (pass, fail or error)".to_owned(),
        Ty::Null => "`null`".to_owned(),
        Ty::Row(name) => format!("a row of `{name}`"),
        Ty::Optional(inner) => format!("`{inner}?`, which may be missing"),
        Ty::List(item) if matches!(**item, Ty::Row(_)) => {
            let Ty::Row(name) = **item else { return String::new() };
            format!("a list of `{name}` rows")
        }
        Ty::Unknown => "of unknown type".to_owned(),
        other => {
            let name = other.to_string();
            let article = if name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) { "an" } else { "a" };
            format!("{article} `{name}`")
        }
    }
}
