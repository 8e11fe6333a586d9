//! The wording of everything that this room reports, to be read as prose. Knows nothing of how a mistake was found.

use crate::base::limits;
use crate::base::span::Span;
use crate::diag::{Diagnostic, Severity, codes};

// ── Limits ──────────────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn file_too_large(span: Span, bytes: usize) -> Diagnostic {
    let most = limits::RULE_FILE_BYTES;
    Diagnostic::new(codes::LIMIT, span, format!("a rule file has at most {most} bytes, this one has {bytes}"))
        .help("split the file: all files of a package see each other's declarations")
}

pub(super) fn too_deep(span: Span, depth: usize) -> Diagnostic {
    let most = limits::RULE_NESTING;
    Diagnostic::new(codes::LIMIT, span, format!("brackets nest {depth} deep, the limit is {most}"))
        .help("take inner parts out into declarations of their own, such as a `check`")
}

pub(super) fn expression_too_deep(span: Span) -> Diagnostic {
    let most = limits::RULE_NESTING;
    Diagnostic::new(codes::LIMIT, span, format!("this expression nests more than {most} deep, the limit is {most}"))
        .help("take inner parts out into declarations of their own, such as a `check`")
}

pub(super) fn more_diagnostics(span: Span, hidden: usize) -> Diagnostic {
    let shown = limits::DIAGNOSTICS_PER_FILE;
    let mut note = Diagnostic::new(codes::LIMIT, span, format!("{hidden} more diagnostics of this file are not shown"))
        .help(format!("mend the first {shown}, then look again"));
    note.severity = Severity::Note;
    note
}

pub(super) fn no_thread(span: Span) -> Diagnostic {
    Diagnostic::new(codes::LIMIT, span, "no memory for the stack that this deeply nested file needs")
        .help("free memory and try again, or nest less deeply")
}

pub(super) fn bug(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(codes::BUG, span, format!("a bug in the parser: unexpected `{what}` in the tree"))
        .help("report this with the declaration that it points at")
}

// ── Literals ────────────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn unterminated_text(span: Span, closing: &str) -> Diagnostic {
    Diagnostic::new(codes::UNTERMINATED, span, "this text is not closed on its line")
        .label("begins here")
        .help(format!("close it with `{closing}`; text of several lines stands in `\"\"\"`"))
}

pub(super) fn unterminated_block(span: Span, closing: &str) -> Diagnostic {
    Diagnostic::new(codes::UNTERMINATED, span, "this block of text is never closed")
        .label("begins here")
        .help(format!("close it with `{closing}`"))
}

pub(super) fn unterminated_code(span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNTERMINATED, span, "this code pattern is never closed")
        .label("begins here")
        .help("close it with a backtick; a backtick inside is doubled")
}

pub(super) fn unterminated_comment(span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNTERMINATED, span, "this comment is never closed")
        .label("begins here")
        .help("close it with `*/`, or begin each line with `//`")
}

pub(super) fn too_many_hashes(span: Span) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, "a raw text has at most three `#`").help("use `r###\"...\"###` at most")
}

pub(super) fn single_quotes(span: Span, inner: &str) -> Diagnostic {
    let found = Diagnostic::new(codes::WRONG_QUOTES, span, "text stands in double quotes")
        .help("write `\"` instead of `'`; where the text holds `\"` itself, write `r#\"...\"#`");
    if inner.contains(['"', '\\']) { found } else { found.fix("use double quotes", span, format!("\"{inner}\"")) }
}

pub(super) fn smart_quotes(span: Span, inner: &str) -> Diagnostic {
    let found =
        Diagnostic::new(codes::WRONG_QUOTES, span, "text stands in straight quotes, these are typographic ones")
            .help("write `\"` on both sides");
    if inner.is_empty() || inner.contains(['"', '\\']) {
        found
    } else {
        found.fix("use straight quotes", span, format!("\"{inner}\""))
    }
}

pub(super) fn bad_escape(span: Span, written: &str) -> Diagnostic {
    let found = Diagnostic::new(codes::BAD_ESCAPE, span, format!("`{written}` is no escape"));
    let known = r#"the escapes are `\n \t \r \\ \" \u{...}`"#;
    match written.strip_prefix('\\') {
        Some("'") => found.help("a single quote needs no escape").fix("drop the backslash", span, "'"),
        Some("`" | "$" | "{" | "}" | "/") => found.help(known),
        _ => found.help(format!("{known}; in a regular expression, write the text raw: `r\"...\"`")),
    }
}

pub(super) fn bad_unicode_escape(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_ESCAPE, span, "this is no character's number")
        .help("write one to six hexadecimal digits of a Unicode character, as in `\\u{e9}`")
}

pub(super) fn malformed_number(span: Span, written: &str, is_date: bool) -> Diagnostic {
    let found = Diagnostic::new(codes::MALFORMED_NUMBER, span, format!("`{written}` is no number, date or duration"));
    let lower = written.to_ascii_lowercase();
    if is_date {
        found.help("a date is `2027-03-31`; a time of day is text: `\"2027-03-31T12:00:00Z\"`")
    } else if lower.starts_with("0x") {
        found.help("write the number with decimal digits")
    } else if written.contains('_') {
        let plain = written.replace('_', "");
        let found = found.help("write the digits without `_`");
        if plain.bytes().all(|byte| byte.is_ascii_digit()) {
            found.fix("drop the separators", span, plain)
        } else {
            found
        }
    } else if written.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        found.help("a duration is a whole number and one unit of `s m h d w`, as in `30d`; a name begins with a letter")
    } else {
        found.help("write digits, as in `42` or `1.5`")
    }
}

pub(super) fn integer_out_of_range(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, span, format!("`{written}` is too large"))
        .help("integers lie between -9223372036854775808 and 9223372036854775807")
}

pub(super) fn decimal_out_of_range(span: Span) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, span, "this decimal is too large")
        .help("decimals are IEEE 754 doubles, at most about 1.8e308")
}

// ── Characters ──────────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn foreign_name(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::NOT_ASCII_NAME, span, format!("the name `{name}` holds a letter beyond ASCII"))
        .help("names are ASCII letters, digits, `_` and inner `-`; titles and other texts may hold any letter")
}

pub(super) fn foreign_character(span: Span, found: char) -> Diagnostic {
    let number = u32::from(found);
    let shown = if found.is_control() || found.is_whitespace() || matches!(found, '\u{200B}'..='\u{2060}' | '\u{FEFF}')
    {
        format!("U+{number:04X}")
    } else {
        found.to_string()
    };
    let diagnostic = Diagnostic::new(codes::UNEXPECTED_CHARACTER, span, format!("unexpected character `{shown}`"));
    let (replacement, help) = match found {
        '\u{2013}' | '\u{2014}' | '\u{2212}' => ("-", "write a plain `-`"),
        '\u{2260}' => ("!=", "write `!=`"),
        '\u{2264}' => ("<=", "write `<=`"),
        '\u{2265}' => (">=", "write `>=`"),
        '\u{2227}' => ("&&", "write `&&`"),
        '\u{2228}' => ("||", "write `||`"),
        '\u{00AC}' => ("!", "write `!`"),
        '\u{2208}' => ("in", "write `in`"),
        '\u{FF1A}' => (":", "write a plain `:`"),
        _ if found.is_whitespace() => (" ", "write a plain space"),
        _ if found.is_control() || shown.starts_with("U+") => ("", "remove it; it is invisible"),
        _ => return diagnostic.help("remove it, or put it into a text: `\"...\"`"),
    };
    diagnostic.help(help).fix(help, span, replacement)
}

pub(super) fn foreign_sign(span: Span, found: char) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNEXPECTED_CHARACTER, span, format!("unexpected character `{found}`"));
    match found {
        '#' => diagnostic.help("a comment begins with `//`").fix("write `//`", span, "//"),
        '@' => diagnostic.help("a decorator's name is written without `@`, and an address as text"),
        '$' => diagnostic.help("`$NAME` stands in code patterns only: `` `f($X)` ``"),
        '\\' => diagnostic.help("escapes stand in texts only; a declaration may run over lines as it is"),
        _ => diagnostic.help("remove it"),
    }
}

pub(super) fn bidi_control(span: Span, found: char) -> Diagnostic {
    let number = u32::from(found);
    Diagnostic::new(
        codes::BIDI_CONTROL,
        span,
        format!("the invisible character U+{number:04X} turns the direction of text"),
    )
    .label("hides what the rule says")
    .help(format!("remove it; a text that needs it spells it `\\u{{{number:x}}}`"))
}

// ── Heads of files and declarations ─────────────────────────────────────────────────────────────────────────────────

pub(super) fn header_late(span: Span, word: &str, before: Option<(Span, &str)>) -> Diagnostic {
    let help = match word {
        "edition" => "move it to the first line of the file",
        "module" => "move it to the top, after `edition` and before every `use`",
        _ => "move it to the top, after `edition` and `module`",
    };
    let found = Diagnostic::new(codes::MISPLACED_HEADER, span, format!("`{word}` stands too late")).help(help);
    match before {
        Some((place, what)) => found.also(place, format!("`{what}` stands before it")),
        None => found,
    }
}

pub(super) fn header_twice(span: Span, word: &str, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_HEADER, span, format!("a second `{word}` in one file"))
        .also(first, "first here")
        .help("keep one of the two")
}

pub(super) fn dangling_doc(span: Span) -> Diagnostic {
    Diagnostic::new(codes::DANGLING_DOC, span, "this documentation belongs to no declaration")
        .help("put it directly before a declaration, or make it a comment with `//`")
}

pub(super) fn misspelt_keyword(span: Span, written: &str, meant: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_KEYWORD, span, format!("`{written}` begins no declaration"))
        .help(format!("did you mean `{meant}`?"))
        .fix(format!("write `{meant}`"), span, meant)
}

pub(super) fn unknown_keyword(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_KEYWORD, span, format!("`{written}` begins no declaration"))
        .help("a file holds `edition module use param check control assert waive test model asset attacker component boundary assumption finding document rule gate code`")
}

pub(super) fn expected_declaration(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("expected a declaration, found {found}"))
        .help("a declaration is `keyword name \"title\" { ... }`")
}

pub(super) fn field_outside(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("the field `{name}` stands outside of any declaration"))
        .help("put it inside the braces of a declaration; look for a `}` too many above")
}

pub(super) fn misplaced_declaration(span: Span, word: &str, container: &str) -> Diagnostic {
    let help = match word {
        "assert" => "put it into a `control`, or at the top of the file".to_owned(),
        "asset" | "attacker" | "component" | "boundary" | "assumption" => "put it into a `model`".to_owned(),
        "rule" => "put it into a `document`".to_owned(),
        _ => format!("close the `{container}` before it"),
    };
    Diagnostic::new(codes::MISPLACED_DECLARATION, span, format!("`{word}` cannot stand in `{container}`")).help(help)
}

pub(super) fn missing_name(span: Span, keyword: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("expected the name of this `{keyword}`, found {found}")).help(
        match keyword {
            "test" => "a test has a title only: `test \"title\" { ... }`".to_owned(),
            "check" => "write `check name(parameter: Type) { ... }`".to_owned(),
            "assert" => "write `assert name: expression`".to_owned(),
            _ => format!("write `{keyword} NAME \"title\" {{ ... }}`"),
        },
    )
}

pub(super) fn unquoted_title(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(codes::UNQUOTED_TEXT, span, format!("`{written}` is not quoted, a title is a text"))
        .help("put the title into double quotes")
}

pub(super) fn missing_brace(span: Span, head: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("expected `{{` after the head of this `{head}`, found {found}"))
        .help("put the fields into `{ ... }`")
}

// ── Brackets ────────────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn unclosed_brace(span: Span, keyword: Span, word: &str) -> Diagnostic {
    Diagnostic::new(codes::UNCLOSED_BRACKET, span, "this `{` is never closed")
        .also(keyword, format!("the `{word}` that it belongs to"))
        .help("close it with `}` before the next declaration")
}

pub(super) fn unclosed(open: Span, at: Span, sign: &str, closing: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::UNCLOSED_BRACKET, at, format!("expected `{closing}`, found {found}"))
        .also(open, format!("`{sign}` opened here"))
        .help(format!("close it with `{closing}`"))
}

pub(super) fn stray_bracket(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(codes::STRAY_BRACKET, span, format!("`{written}` closes nothing"))
        .help("remove it, or look for the bracket that is missing before it")
}

// ── Fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn equals_for_colon(span: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(codes::FIELD_PUNCTUATION, span, format!("{what} takes `:`, not `=`"))
        .help(format!("write `{name}: ...`"))
        .fix("write `:`", span, ":")
}

pub(super) fn missing_colon(span: Span, name: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::FIELD_PUNCTUATION, span, format!("expected `:` after `{name}`, found {found}"))
        .help(format!("write `{name}: value`"))
        .fix("insert `:`", span, ":")
}

pub(super) fn missing_colon_unsure(span: Span, name: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::FIELD_PUNCTUATION, span, format!("expected `:` after `{name}`, found {found}"))
        .help(format!("a field is `{name}: value`"))
}

pub(super) fn separator(span: Span, sign: &str) -> Diagnostic {
    Diagnostic::new(codes::FIELD_PUNCTUATION, span, format!("no `{sign}` stands between fields"))
        .help("fields need no separator")
        .fix(format!("remove `{sign}`"), span, "")
}

pub(super) fn missing_comma(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(codes::FIELD_PUNCTUATION, span, format!("expected `,` before {found}"))
        .help("elements and arguments are separated by commas")
        .fix("insert `,`", span, ",")
}

pub(super) fn expected_field(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("expected a field or `}}`, found {found}"))
        .help("a field is `name: value`")
}

pub(super) fn expected_verb(span: Span) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, "expected what is expected: `passes`, `fails`, `errors`, `skips` or `waived`")
        .help("write `expect: CONTROL.assert fails`, or `fails at \"path\":1`")
}

// ── Expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn expected(span: Span, what: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("expected {what}, found {found}"))
}

pub(super) fn wrong_operator(span: Span, written: &str, meant: &str, help: &str) -> Diagnostic {
    Diagnostic::new(codes::WRONG_OPERATOR, span, format!("`{written}` is no operator here")).help(help.to_owned()).fix(
        format!("write `{meant}`"),
        span,
        meant,
    )
}

pub(super) fn not_in(span: Span) -> Diagnostic {
    Diagnostic::new(codes::WRONG_OPERATOR, span, "`not in` is no operator").help("write `!(x in list)`")
}

pub(super) fn minus_spacing(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MINUS_SPACING, span, "minus needs a space on both sides")
        .help("write `a - b`: names may hold an inner `-`, so `a-b` is one name")
        .fix("space the minus", span, " - ")
}

pub(super) fn date_like(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(codes::MALFORMED_NUMBER, span, format!("`{written}` is no date"))
        .help("write year, month and day with four, two and two digits, as in `2027-03-01`")
}

pub(super) fn map_literal(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MAP_LITERAL, span, "map and message literals are not in the language")
        .help("`{ ... }` holds fields or a quantifier's body; write named arguments or a list `[...]`")
}

pub(super) fn unquoted_text(span: Span, written: &str, certain: bool) -> Diagnostic {
    let found = Diagnostic::new(codes::UNQUOTED_TEXT, span, format!("`{written}` is not quoted"))
        .help(format!("where a text is meant, write `\"{written}\"`"));
    if certain { found.fix("quote it", span, format!("\"{written}\"")) } else { found }
}

pub(super) fn unknown_quantifier(span: Span, written: &str, meant: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_KEYWORD, span, format!("`{written}` is no quantifier"))
        .help(format!("the quantifiers are `every`, `any` and `no`; did you mean `{meant}`?"))
        .fix(format!("write `{meant}`"), span, meant)
}

pub(super) fn bare_quantifier(span: Span, operator: &str) -> Diagnostic {
    Diagnostic::new(
        codes::BARE_QUANTIFIER,
        span,
        format!(
            "a quantifier without body reaches to the right end, so on the left of `{operator}` it needs parentheses"
        ),
    )
    .help(format!("write `(any x in S) {operator} ...`, or give the condition with `where`"))
}

pub(super) fn unexplained(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(codes::SYNTAX, span, format!("this is no {what} that the language knows"))
        .help("compare it with the language reference")
}
