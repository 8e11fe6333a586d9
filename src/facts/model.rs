//! What an adapter says of one source file: plain data, names interned per file, places as byte ranges.
//!
//! The relations of the language (`functions(F)`, `calls(F)`, …) are read from this; it knows no other file.

use std::sync::Arc;

/// A half-open byte range of the file's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Range {
    /// `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// From the start of the first to the end of the last of the two.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies inside `self`.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte; an empty range touches what it lies in or at the edge of.
    pub fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// Everything that structural relations say of one source file.
///
/// Each list is ordered by the start of its rows' `span` (outer before inner). A *symbol* is dotted whatever the language
/// writes between segments (`Auth.verify`, `outer.inner`, `pkg.Type.Method`); sigils that are part of a name stay (`#priv`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodeFacts {
    /// Functions, methods, constructors, accessors, function-valued bindings, and signatures.
    pub functions: Vec<Function>,
    /// Classes and their kin.
    pub classes: Vec<Class>,
    /// Decorators, annotations, attributes.
    pub decorators: Vec<Decorator>,
    /// Calls.
    pub calls: Vec<Call>,
    /// Parameters of functions, receivers excluded.
    pub parameters: Vec<Parameter>,
    /// Places where errors are handled.
    pub handlers: Vec<Handler>,
    /// Imports: one row for each imported member or module.
    pub imports: Vec<Import>,
    /// Tests, by the framework's own rules.
    pub tests: Vec<Test>,
    /// Reads of environment variables whose name is a literal.
    pub env_vars: Vec<EnvVar>,
    /// HTTP response headers that code sets.
    pub headers: Vec<Header>,
    /// Middleware that an application registers.
    pub middleware: Vec<Middleware>,
    /// Regions that could not be parsed: nothing is known of what stands there.
    pub broken: Vec<Range>,
}

/// An index into [`CodeFacts::functions`] or [`CodeFacts::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A function.
    Function(u32),
    /// A class.
    Class(u32),
}

/// A definition of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The last segment: `verify`. Never empty: an anonymous function is no row, unless bound (`const f = () => {}`).
    pub name: Arc<str>,
    /// With the enclosing definitions of this file (and a receiver's type): `Auth.verify`, `outer.inner`.
    pub qualified_name: Arc<str>,
    /// What it is.
    pub kind: FunctionKind,
    /// The innermost enclosing class or function (for Go receivers and Rust impls: the type, where it is in this file).
    pub owner: Option<Owner>,
    /// `async`.
    pub is_async: bool,
    /// As far as the language marks it; the language's default where it does not.
    pub visibility: Visibility,
    /// The whole definition, decorators included: what lies inside belongs to it.
    pub span: Range,
    /// The definition without its decorators, whose arguments run elsewhere: what it calls and handles is in here.
    pub code_span: Range,
    /// The name alone: the evidence.
    pub name_span: Range,
}

/// Kinds of functions; the names are those of the enum `function_kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FunctionKind {
    /// A free or nested function, or a binding to one (`var f = func…`, `const f = function…`).
    Function,
    /// Belongs to a class, object literal, impl, or receiver.
    Method,
    /// `__init__`, `constructor`. Rust and Go have none.
    Constructor,
    /// A getter, setter or property.
    Accessor,
    /// A binding to an arrow function, lambda or closure.
    Lambda,
    /// No body: interface members, overload signatures, ambient declarations, trait items without default, prototypes.
    Signature,
}

impl FunctionKind {
    /// As the language spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Constructor => "constructor",
            Self::Accessor => "accessor",
            Self::Lambda => "lambda",
            Self::Signature => "signature",
        }
    }
}

/// Who may use a definition; the names are those of the enum `visibility`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Everybody. Python: no leading underscore. Go: upper-case. Rust: `pub`. JS/TS: no modifier.
    Public,
    /// Subclasses. Python: one leading underscore.
    Protected,
    /// The package or crate. Rust: `pub(...)`. Go: lower-case.
    Internal,
    /// The definition's own class or module. Python: two leading underscores (no dunder). Rust: no `pub`. JS: `#name`.
    Private,
}

impl Visibility {
    /// As the language spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Protected => "protected",
            Self::Internal => "internal",
            Self::Private => "private",
        }
    }
}

/// A definition of a class or its kin.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// The last segment.
    pub name: Arc<str>,
    /// With the enclosing definitions.
    pub qualified_name: Arc<str>,
    /// One of the enum `class_kind`.
    pub kind: &'static str,
    /// Base classes, implemented interfaces, embedded types, as dotted symbols (type arguments dropped).
    pub bases: Vec<Arc<str>>,
    /// The whole definition, decorators included.
    pub span: Range,
    /// The name alone.
    pub name_span: Range,
}

/// A decorator, annotation or attribute of a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Decorator {
    /// The dotted symbol without `@`, `#[]` or arguments: `app.route`.
    pub name: Arc<str>,
    /// The source of each argument, trimmed.
    pub arguments: Vec<Arc<str>>,
    /// What it decorates.
    pub owner: Owner,
    /// The symbol: the evidence.
    pub span: Range,
}

/// A call. Also `new X()`, macro calls (`println!` has the callee `println`), tagged templates, decorators with
/// arguments are no calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The dotted symbol as written, white space and type arguments dropped; the parts of a receiver that is no name
    /// are kept as `()` or `[]`: `jwt.decode`, `self.db.execute`, `make().run`.
    pub callee: Arc<str>,
    /// The innermost enclosing function or class; nothing at the top of the file.
    pub owner: Option<Owner>,
    /// The callee: the evidence.
    pub span: Range,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name; each name of a destructured parameter is a row of its own; `*args` is `args`.
    pub name: Arc<str>,
    /// The type as written.
    pub ty: Option<Arc<str>>,
    /// The default as written.
    pub default: Option<Arc<str>>,
    /// Index of its function.
    pub function: u32,
    /// How it is checked.
    pub guards: Vec<Guard>,
    /// The name: the evidence.
    pub span: Range,
}

/// One check of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// What it is.
    pub kind: GuardKind,
    /// No use of the parameter stands before it (uses inside the guard itself do not count).
    pub before_use: bool,
    /// For a comparison: the branch leaves (return, raise, throw, panic, continue, assert, abort call).
    pub leaves: bool,
    /// The guard: the evidence.
    pub span: Range,
}

/// Kinds of guards; the names are those of the enum `guard_kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardKind {
    /// Compared or type-tested in a condition (`if`, `assert`, `match`, `switch`).
    Comparison,
    /// Passed to a validator: a call whose last segment says so (`validate…`, `check…`, `sanitize…`, `parse…`,
    /// `schema.parse`, `int(x)`, `UUID(x)`, …).
    Validator,
    /// Bound by a validating type (a Pydantic model or constrained type, `Annotated[…]`, a newtype extractor…).
    Type,
}

impl GuardKind {
    /// As the language spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Validator => "validator",
            Self::Type => "type",
        }
    }
}

/// A place where errors are handled: `except`, `catch`, `if err != nil`, `match`/`map_err`/`?` with context.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The kinds of errors that it names, as dotted symbols.
    pub errors: Vec<Arc<str>>,
    /// Kinds that also catch what they are a base of, by the language's own hierarchy and the classes of this file,
    /// are resolved by [`Handler::caught`]; a handler without kinds (`except:`, `catch (e)`, `err != nil`) catches all.
    pub catches_all: bool,
    /// For each of `errors`, every known kind below it is listed here too, so that a base counts (`Exception` for
    /// `ValueError`): the language's own hierarchy and the classes of this file. Empty where there is none.
    pub caught: Vec<Arc<str>>,
    /// The innermost enclosing function or class.
    pub owner: Option<Owner>,
    /// The handler's head: the evidence.
    pub span: Range,
}

/// An import of a module or of a member.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The module as written: `a.b` (Python), `lodash/fp` (JavaScript, `node:` kept), `net/http` (Go), `a::b` (Rust);
    /// relative ones keep their dots.
    pub module: Arc<str>,
    /// The imported member under its original name (`default` for a default import; `*` for a wildcard).
    pub member: Option<Arc<str>>,
    /// The name that it is bound to here, where another.
    pub alias: Option<Arc<str>>,
    /// The evidence: the module's name, or the member's.
    pub span: Range,
}

/// A test, by the framework's own rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// A function's name, or the title of `it("…")`.
    pub name: Arc<str>,
    /// With the enclosing classes or the titles of `describe`, joined by `.` for functions and ` > ` for titles.
    pub qualified_name: Arc<str>,
    /// `pytest`, `unittest`, `jest`, `node`, `go`, `cargo`, …
    pub framework: &'static str,
    /// Marked to be skipped.
    pub skipped: bool,
    /// The name or title: the evidence.
    pub span: Range,
    /// The whole test: the function with its decorators, or the call that has the title.
    pub whole: Range,
}

/// A read of an environment variable.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvVar {
    /// Its name.
    pub name: Arc<str>,
    /// The evidence: the name's literal.
    pub span: Range,
}

/// A response header that is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Its name as written.
    pub name: Arc<str>,
    /// Its value, where it is a literal.
    pub value: Option<Arc<str>>,
    /// The evidence.
    pub span: Range,
}

/// A registration of middleware.
#[derive(Clone, Debug, PartialEq)]
pub struct Middleware {
    /// The dotted symbol of what is registered: `helmet`, `django.middleware.csrf.CsrfViewMiddleware`, `CORSMiddleware`.
    pub name: Arc<str>,
    /// The evidence: the symbol.
    pub span: Range,
}
