//! Facts through tree-sitter: parse once, run one compiled query once, nest what it found by containment.
//!
//! A language is a [`Grammar`]: one query file that says how its syntax spells definitions, calls, imports, handlers and
//! conditions, tables for symbols and branches, and small hooks for what a query cannot say (which functions are tests,
//! what `helmet()` sets). This room knows no language.
//!
//! # The vocabulary of query files
//!
//! A pattern captures one *row* (a name without a dot) and its *parts*:
//!
//! | row | parts and properties |
//! |---|---|
//! | `@function` | `.name`, `.parameters` (the whole list, or the only parameter), `.qualifier` (written before the name: `Foo` in `Foo.prototype.f = …`), `.code` (the function's own node, where the row is a binding around it), `.body`; `#set! kind` of `function_kind` |
//! | `@class` | `.name`, `.body`, `.bases` (its named children are the bases), `.code`; `#set! kind` of `class_kind` |
//! | `@scope` | with `.name`: gives its name to what it encloses; without: an anonymous function, with `.parameters` |
//! | `@decorator` | `.name`, `.arguments`; `.callee` is the call that is no call here; `#set! decorates "next"` where it stands before its definition |
//! | `@call` | `.callee`, `.arguments` |
//! | `@parameter` | `.name` or `.pattern` (each name in it is a parameter), `.type`, `.default` |
//! | `@import` | `.module`, `.member`, `.alias`; `#set! member` for `default` and `*` |
//! | `@handler` | `.errors` (kinds, or a list of them), `.head` |
//! | `@guard` | `.condition`, `.branch`; `#set! leaves "always"` where there is no branch, `"only"` where it is a condition only if the branch leaves |
//! | `@note` | any part; `#set! note` names it for the hook |
//!
//! Several patterns may match one definition (bare, decorated, bound to a name): the widest match is the row. A pattern
//! never uses text predicates: what a name means is data of the language's hooks, looked up once.

mod broken;
mod definitions;
mod guards;
mod source;
mod vocabulary;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use streaming_iterator::StreamingIterator;
use tree_sitter::{Language, Node, Parser, Query, QueryCursor, Tree};

use super::super::model::{
    Call, CodeFacts, Decorator, EnvVar, Guard, GuardKind, Handler, Import, Parameter, Range, Test,
};
use crate::base::limits;
use definitions::{Decoration, Definitions, Sweep};
pub use definitions::{Definition, Nature};
use guards::{ArgumentList, Condition, DraftParameter, FlowTable};
pub use guards::{Flow, Judgement};
use source::Shapes;
pub use source::{Shape, Source, range};
pub use vocabulary::{Found, Part, Row};
use vocabulary::{Leaves, Vocabulary};

/// One language: its row.
#[derive(Debug)]
pub struct Grammar {
    /// The parser.
    pub language: fn() -> Language,
    /// The query, in pieces that are joined.
    pub query: &'static [&'static str],
    /// How expressions become symbols.
    pub shapes: &'static [(&'static str, Shape)],
    /// Names and branches.
    pub flow: Flow,
    /// Kinds of nodes that are a name within a destructuring `@parameter.pattern`.
    pub pattern_names: &'static [&'static str],
    /// Places (kind of the parent, field) inside such a pattern that bind nothing: defaults and keys.
    pub pattern_skips: &'static [(&'static str, &'static str)],
    /// Words of the language that the grammar does not know yet, each with the kind of the node that it stands in: there
    /// it becomes an ERROR node of its own, beside which everything is read as ever.
    pub unknown_words: &'static [(&'static str, &'static str)],
    /// What the query cannot say.
    pub hooks: Hooks,
}

/// The classes of a file that are validating types.
pub type Models = HashSet<Arc<str>>;

/// A language's own functions.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// Kind, visibility, `async` of a definition whose surroundings are known.
    pub classify: for<'t> fn(&mut Definition<'t>, &Source<'t>),
    /// What of the words before the name in its own head (`Foo.prototype`) belongs to the qualified name.
    pub qualifier: fn(&str) -> String,
    /// Whether the first parameter of a function is its receiver.
    pub receiver: fn(&Definition<'_>, &str) -> bool,
    /// A call: environment, headers, middleware, dynamic imports, tests.
    pub call: for<'t> fn(&mut Builder<'t>, &CallSite<'t>),
    /// A `@note`.
    pub note: for<'t> fn(&mut Builder<'t>, &Found<'_, 't>),
    /// Whether a base's last segment makes its subclasses validating types.
    pub model: fn(&str) -> bool,
    /// Whether a parameter is bound by a validating type, by its type, its default and the models of this file.
    pub validating: fn(Option<&str>, Option<&str>, &Models) -> bool,
    /// The last word, when all rows are there: tests, kinds of errors.
    pub finish: fn(&mut CodeFacts),
    /// What the names of `Builder::named_reads` stand for, when all of the tree is known.
    pub constants: for<'t> fn(&Source<'t>, &Tree, &HashSet<&'t str>) -> HashMap<&'t str, &'t str>,
    /// For a text with errors: newer syntax spelt so that the grammar reads it, byte for byte of the same length. Only the
    /// parser sees it; all names are read from the text itself.
    pub respell: fn(&str) -> Option<String>,
}

/// A call that the query found.
#[derive(Clone, Debug)]
pub struct CallSite<'t> {
    /// The whole call.
    pub node: Node<'t>,
    /// The node of what is called.
    pub function: Node<'t>,
    /// The argument list.
    pub arguments: Option<Node<'t>>,
    /// The symbol.
    pub callee: Arc<str>,
}

impl<'t> CallSite<'t> {
    /// The last segment of the symbol.
    pub fn last(&self) -> &str {
        last_segment(&self.callee)
    }

    /// The arguments, comments excluded.
    pub fn arguments(&self) -> Vec<Node<'t>> {
        self.arguments.map(named_children).unwrap_or_default()
    }
}

/// The last segment of a dotted symbol.
pub fn last_segment(symbol: &str) -> &str {
    symbol.rsplit('.').next().unwrap_or(symbol)
}

/// The named children of a node, comments excluded.
pub fn named_children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// The lower-case words of a name, by `_`, `-` and camel case: `assertValidUser` is `assert valid user`.
pub fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = Vec::new();
    let mut fresh = true;
    let mut lower = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            fresh = true;
            lower = false;
            continue;
        }
        if fresh || (lower && character.is_uppercase()) {
            words.push(String::new());
        }
        fresh = false;
        lower = character.is_lowercase() || character.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words.into_iter()
}

/// A test whose name is a title, or a suite around such tests.
#[derive(Clone, Debug)]
struct Title {
    name: Arc<str>,
    span: Range,
    whole: Range,
    framework: &'static str,
    skipped: bool,
    suite: bool,
}

/// The rows of one file while they are gathered.
#[derive(Debug)]
pub struct Builder<'t> {
    /// The text and its names.
    pub source: Source<'t>,
    /// Rows without an owner, or whose owner is found later.
    pub facts: CodeFacts,
    found: Vec<Definition<'t>>,
    decorations: Vec<Decoration>,
    no_calls: HashSet<usize>,
    calls: Vec<(usize, Call)>,
    lists: Vec<ArgumentList>,
    parameters: Vec<DraftParameter>,
    conditions: Vec<Condition>,
    titles: Vec<Title>,
    /// Names that a response was assigned to.
    pub responses: HashSet<Arc<str>>,
    /// The whole file's tests are skipped.
    pub skipped: bool,
    /// Names that an application or router was assigned to.
    pub applications: HashSet<Arc<str>>,
    modules: Vec<Import>,
    bound: HashSet<Range>,
    bodies: Vec<(Range, usize)>,
    kinds: Vec<(Range, Arc<str>)>,
    reads: Vec<(usize, EnvVar)>,
    writes: HashSet<usize>,
    named_reads: Vec<(usize, &'t str, Range)>,
}

impl<'t> Builder<'t> {
    /// A handler: the kinds that it names, and where it stands.
    pub fn handler(&mut self, errors: Vec<Arc<str>>, span: Range) {
        let catches_all = errors.is_empty();
        self.facts.handlers.push(Handler { errors, catches_all, caught: Vec::new(), owner: None, span });
    }

    /// A read of an environment variable by an expression, unless that expression turns out to be assigned.
    pub fn read_env(&mut self, expression: Node<'t>, name: &str, span: Range) {
        if !name.is_empty() {
            let name = self.source.intern(name);
            self.reads.push((expression.id(), EnvVar { name, span }));
        }
    }

    /// A read of the environment variable that the name at `node` stands for, if it stands for one text in all of the file.
    pub fn read_named_env(&mut self, expression: Node<'t>, node: Node<'t>) {
        self.named_reads.push((expression.id(), self.source.text(node), range(node)));
    }

    /// The expression is assigned or deleted: no read.
    pub fn written(&mut self, expression: Node<'t>) {
        self.writes.insert(expression.id());
    }

    /// What looks like a call is none.
    pub fn no_call(&mut self, node: Node<'t>) {
        self.no_calls.insert(node.id());
    }

    /// An import by a call, unless [`Self::bound_import`] says what it is bound to.
    pub fn import_by_call(&mut self, import: Import) {
        self.modules.push(import);
    }

    /// What the import of the module at `module` is bound to.
    pub fn bound_import(&mut self, module: Range, mut import: Import) {
        import.alias = import.alias.filter(|alias| *alias != import.module);
        self.bound.insert(module);
        self.facts.imports.push(import);
    }

    /// A kind of error that code tells apart: it counts for the innermost handler around it.
    pub fn told_apart(&mut self, kind: Arc<str>, at: Range) {
        self.kinds.push((at, kind));
    }

    /// A test with a title, or a suite of such tests; `whole` is the call that encloses what it holds.
    pub fn title(&mut self, name: Arc<str>, at: (Range, Range), framework: &'static str, skipped: bool, suite: bool) {
        let (span, whole) = at;
        self.titles.push(Title { name, span, whole, framework, skipped, suite });
    }

    /// The kinds of errors in an expression: a name, or the names in a tuple or union.
    pub fn error_kinds(&mut self, node: Node<'t>) -> Vec<Arc<str>> {
        let node = self.source.unwrapped(node);
        match self.source.plain_symbol(node) {
            Some(symbol) => vec![symbol],
            None => named_children(node).into_iter().filter_map(|child| self.source.plain_symbol(child)).collect(),
        }
    }

    fn import(&mut self, found: &Found<'_, 't>) {
        let Some(module) = found.part(Part::Module) else { return };
        let unquoted = |text: &'t str| text.trim_matches(['"', '\'', '`']);
        let text = unquoted(self.source.text(module));
        let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        let name = self.source.intern(&text);
        let member_node = found.part(Part::Member);
        let member = match (member_node, &found.properties.member) {
            (Some(member), None) => Some(self.source.intern(unquoted(self.source.text(member)))),
            (_, Some(member)) => Some(self.source.intern(member)),
            (None, None) => None,
        };
        let alias =
            found.part(Part::Alias).map(|alias| self.source.name(alias)).filter(|alias| Some(alias) != member.as_ref());
        self.facts.imports.push(Import { module: name, member, alias, span: range(member_node.unwrap_or(module)) });
    }

    fn decorator(&mut self, found: &Found<'_, 't>) {
        let Some(name) = found.part(Part::Name) else { return };
        let arguments = found.part(Part::Arguments).map(named_children).unwrap_or_default();
        let arguments = arguments.into_iter().map(|argument| self.source.name(argument)).collect();
        self.no_calls.extend(found.part(Part::Callee).map(|call| call.id()));
        let symbol = self.source.symbol(name);
        self.decorations.push(Decoration {
            name: symbol,
            arguments,
            span: range(name),
            whole: range(found.node),
            next: found.properties.decorates_next,
        });
    }

    fn parameter(&mut self, found: &Found<'_, 't>, machine: &Compiled) {
        let ty = found.part(Part::Type);
        let default = found.part(Part::Default).map(|node| self.source.name(node));
        let type_name = ty.map(|node| self.source.intern(self.source.text(node).trim_start_matches(':').trim()));
        let names = match (found.part(Part::Name), found.part(Part::Pattern)) {
            (Some(name), _) => vec![name],
            (None, Some(pattern)) => machine.pattern_names(pattern),
            (None, None) => Vec::new(),
        };
        for name in names {
            self.parameters.push(DraftParameter {
                name: self.source.name(name),
                ty: type_name.clone(),
                default: default.clone(),
                span: range(name),
                type_span: range(ty.or(found.part(Part::Default)).unwrap_or(name)),
                definition: usize::MAX,
                guards: Vec::new(),
            });
        }
    }
}

/// A grammar, compiled.
#[derive(Debug)]
struct Compiled {
    language: Language,
    query: Query,
    vocabulary: Vocabulary,
    shapes: Shapes,
    flow: FlowTable,
    grammar: &'static Grammar,
}

/// A grammar ready to run, compiled once.
#[derive(Debug)]
pub struct Machine(Result<Compiled, String>);

impl Machine {
    /// Compiles a row. A row that does not fit its grammar leaves every file broken; a test holds that none is so.
    pub fn new(grammar: &'static Grammar) -> Self {
        Self(Compiled::new(grammar))
    }

    /// What is wrong with the row, where something is.
    pub fn fault(&self) -> Option<&str> {
        self.0.as_ref().err().map(String::as_str)
    }

    /// The facts of one file.
    pub fn extract(&self, text: &str) -> CodeFacts {
        let whole = || CodeFacts { broken: vec![Range::new(0, text.len())], ..CodeFacts::default() };
        let too_long = u64::try_from(text.len()).is_ok_and(|length| length > limits::TARGET_FILE_BYTES);
        match &self.0 {
            Ok(compiled) if !too_long => compiled.extract(text).unwrap_or_else(whole),
            _ => whole(),
        }
    }
}

impl Compiled {
    fn new(grammar: &'static Grammar) -> Result<Self, String> {
        let language = (grammar.language)();
        let query = Query::new(&language, &grammar.query.concat()).map_err(|error| error.to_string())?;
        let vocabulary = Vocabulary::new(&query)?;
        let shapes = Shapes::new(&language, grammar.shapes)?;
        let flow = FlowTable::new(&language, &grammar.flow)?;
        Ok(Self { language, query, vocabulary, shapes, flow, grammar })
    }

    /// `None` where the parser or the query gave up: then nothing is known.
    fn extract(&self, text: &str) -> Option<CodeFacts> {
        let tree = self.parse(text).filter(|tree| !broken::is_noise(tree))?;
        let mut builder = Builder {
            source: Source::new(text, &self.shapes),
            facts: CodeFacts::default(),
            found: Vec::new(),
            decorations: Vec::new(),
            no_calls: HashSet::new(),
            calls: Vec::new(),
            lists: Vec::new(),
            parameters: Vec::new(),
            conditions: Vec::new(),
            titles: Vec::new(),
            responses: HashSet::new(),
            applications: HashSet::new(),
            modules: Vec::new(),
            bound: HashSet::new(),
            bodies: Vec::new(),
            kinds: Vec::new(),
            skipped: false,
            reads: Vec::new(),
            writes: HashSet::new(),
            named_reads: Vec::new(),
        };
        let mut cursor = QueryCursor::new();
        cursor.set_max_start_depth(u32::try_from(limits::SYNTAX_NESTING).ok());
        let mut matches = cursor.matches(&self.query, tree.root_node(), text.as_bytes());
        while let Some(found) = matches.next() {
            if let Some(found) = self.vocabulary.found(found.pattern_index, found.captures()) {
                self.gather(&mut builder, &found);
            }
        }
        drop(matches);
        (!cursor.did_exceed_match_limit()).then(|| self.settle(builder, &tree))
    }

    /// Where the grammar is behind the language, the spelling that it reads is parsed instead, if it leaves less unknown.
    fn parse(&self, text: &str) -> Option<Tree> {
        let mut parser = Parser::new();
        parser.set_language(&self.language).ok()?;
        let tree = parser.parse(text, None)?;
        if !tree.root_node().has_error() {
            return Some(tree);
        }
        let respelt = (self.grammar.hooks.respell)(text).filter(|respelt| respelt.len() == text.len());
        let second = respelt.and_then(|respelt| parser.parse(respelt, None));
        let better = second.filter(|second| broken::amount(second) < broken::amount(&tree));
        Some(better.unwrap_or(tree))
    }

    fn gather<'t>(&self, builder: &mut Builder<'t>, found: &Found<'_, 't>) {
        match found.row {
            Row::Function | Row::Class | Row::Scope => {
                let qualifier = self.grammar.hooks.qualifier;
                builder.found.extend(definitions::draft(&mut builder.source, found, qualifier));
            }
            Row::Decorator => builder.decorator(found),
            Row::Call => {
                let Some(function) = found.part(Part::Callee) else { return };
                let callee = builder.source.symbol(function);
                let arguments = found.part(Part::Arguments);
                let span = range(function);
                if let Some(arguments) = arguments {
                    let list =
                        ArgumentList { span: range(arguments), callee: Arc::clone(&callee), callee_start: span.start };
                    builder.lists.push(list);
                }
                builder.calls.push((found.node.id(), Call { callee: Arc::clone(&callee), owner: None, span }));
                (self.grammar.hooks.call)(builder, &CallSite { node: found.node, function, arguments, callee });
            }
            Row::Parameter => builder.parameter(found, self),
            Row::Import => builder.import(found),
            Row::Handler => {
                let mut errors = Vec::new();
                let mut end = found.part(Part::Head).map(|head| head.end_byte());
                for node in found.parts(Part::Errors) {
                    errors.extend(builder.error_kinds(node));
                    end = Some(node.end_byte());
                }
                let keyword = || found.node.child(0).map_or(found.node.end_byte(), |first| first.end_byte());
                let span = Range::new(found.node.start_byte(), end.unwrap_or_else(keyword));
                // Kinds that are no names (`except errors():`) are not known to catch anything.
                builder.bodies.push((range(found.node), builder.facts.handlers.len()));
                let unknown = errors.is_empty() && found.part(Part::Errors).is_some();
                builder.handler(errors, span);
                if unknown && let Some(handler) = builder.facts.handlers.last_mut() {
                    handler.catches_all = false;
                }
            }
            Row::Guard => {
                let Some(condition) = found.part(Part::Condition) else { return };
                let leaves = found.properties.leaves == Leaves::Always
                    || found.parts(Part::Branch).any(|branch| self.flow.leaves(&mut builder.source, branch));
                if leaves || found.properties.leaves != Leaves::Only {
                    builder.conditions.push(Condition { span: range(condition), leaves });
                }
            }
            Row::Note => (self.grammar.hooks.note)(builder, found),
        }
    }

    fn settle(&self, mut builder: Builder<'_>, tree: &Tree) -> CodeFacts {
        let hooks = self.grammar.hooks;
        builder.decorations.sort_by_key(|decoration| decoration.span);
        let found = std::mem::take(&mut builder.found);
        let definitions = Definitions::settle(found, &mut builder.decorations, &mut builder.source, hooks.classify);
        let mut facts = std::mem::take(&mut builder.facts);
        definitions.emit(&mut facts);

        let mut sweep = Sweep::default();
        for decoration in builder.decorations {
            if let Some(owner) = definitions.owner(&mut sweep, decoration.span) {
                let Decoration { name, arguments, span, .. } = decoration;
                facts.decorators.push(Decorator { name, arguments, owner, span });
            }
        }
        builder.calls.retain(|(node, _)| !builder.no_calls.contains(node));
        facts.calls = builder.calls.into_iter().map(|(_, call)| call).collect();
        facts.calls.sort_by_key(|call| (call.span.start, Reverse(call.span.end)));
        let mut sweep = Sweep::default();
        for call in &mut facts.calls {
            call.owner = definitions.owner(&mut sweep, call.span);
        }
        told_apart(&mut facts.handlers, &mut builder.bodies, &mut builder.kinds);
        let bound = &builder.bound;
        facts.imports.extend(builder.modules.drain(..).filter(|import| !bound.contains(&import.span)));
        facts.handlers.sort_by_key(|handler| (handler.span.start, Reverse(handler.span.end)));
        let mut sweep = Sweep::default();
        for handler in &mut facts.handlers {
            handler.owner = definitions.owner(&mut sweep, handler.span);
        }

        let mut parameters = builder.parameters;
        parameters.sort_by_key(|parameter| parameter.span);
        let mut sweep = Sweep::default();
        parameters.retain_mut(|parameter| {
            let span = parameter.span;
            let listed = |it: &Definition<'_>| it.parameters.is_some_and(|list| list.contains(span));
            let owner = sweep.innermost(&definitions.list, span, listed);
            parameter.definition = owner.unwrap_or(usize::MAX);
            owner.is_some()
        });
        parameters.sort_by_key(|parameter| (parameter.definition, parameter.span));
        let mut previous = usize::MAX;
        parameters.retain(|parameter| {
            let first = std::mem::replace(&mut previous, parameter.definition) != parameter.definition;
            let definition = definitions.list.get(parameter.definition);
            !(first && definition.is_some_and(|definition| (hooks.receiver)(definition, &parameter.name)))
        });
        merge_conditions(&mut builder.conditions);
        builder.lists.sort_by_key(|list| (list.span.start, Reverse(list.span.end)));
        let deep = guards::pass(
            tree,
            &builder.source,
            &self.flow,
            &definitions.list,
            &mut parameters,
            &builder.conditions,
            &builder.lists,
        );
        let models = descendants(&facts, hooks.model);
        for mut parameter in parameters {
            let owner = definitions.list.get(parameter.definition).and_then(Definition::as_owner);
            let Some(super::super::model::Owner::Function(function)) = owner else { continue };
            if (hooks.validating)(parameter.ty.as_deref(), parameter.default.as_deref(), &models) {
                let guard = Guard { kind: GuardKind::Type, before_use: true, leaves: false, span: parameter.type_span };
                parameter.guards.insert(0, guard);
            }
            let DraftParameter { name, ty, default, span, guards, .. } = parameter;
            facts.parameters.push(Parameter { name, ty, default, function, guards, span });
        }
        facts.parameters.sort_by_key(|parameter| parameter.span);

        let named = std::mem::take(&mut builder.named_reads);
        if !named.is_empty() {
            let wanted = named.iter().map(|(_, name, _)| *name).collect();
            let texts = (hooks.constants)(&builder.source, tree, &wanted);
            for (expression, name, span) in named {
                if let Some(text) = texts.get(name).filter(|text| !text.is_empty()) {
                    let name = builder.source.intern(text);
                    builder.reads.push((expression, EnvVar { name, span }));
                }
            }
        }
        let reads = std::mem::take(&mut builder.reads).into_iter();
        facts.env_vars = reads.filter(|(node, _)| !builder.writes.contains(node)).map(|(_, row)| row).collect();
        titled(&mut facts.tests, builder.titles, &mut builder.source);
        facts.broken.extend(broken::regions(tree, builder.source.whole(), self.grammar.unknown_words));
        facts.broken.extend(deep);
        facts.broken = broken::merged(facts.broken);
        (hooks.finish)(&mut facts);
        for test in &mut facts.tests {
            test.skipped |= builder.skipped;
        }
        facts.imports.sort_by_key(|row| row.span);
        facts.tests.sort_by_key(|row| row.span);
        facts.env_vars.sort_by_key(|row| row.span);
        facts.env_vars.dedup();
        facts.headers.sort_by_key(|row| row.span);
        facts.headers.dedup();
        facts.middleware.sort_by_key(|row| row.span);
        facts.middleware.dedup();
        facts
    }

    /// The names that a destructuring pattern binds.
    fn pattern_names<'t>(&self, pattern: Node<'t>) -> Vec<Node<'t>> {
        let mut names = Vec::new();
        let mut pending = vec![pattern];
        while let Some(node) = pending.pop() {
            if self.grammar.pattern_names.contains(&node.kind()) {
                names.push(node);
                continue;
            }
            let mut cursor = node.walk();
            if !cursor.goto_first_child() {
                continue;
            }
            loop {
                let field = cursor.field_name().unwrap_or_default();
                let skipped = |(kind, skipped): &(&str, &str)| *kind == node.kind() && *skipped == field;
                if cursor.node().is_named() && !self.grammar.pattern_skips.iter().any(skipped) {
                    pending.push(cursor.node());
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        names
    }
}

/// Names of the classes that derive from such a base, also through others of this file.
pub fn descendants(facts: &CodeFacts, root: fn(&str) -> bool) -> HashSet<Arc<str>> {
    let mut below: HashMap<&str, Vec<&Arc<str>>> = HashMap::new();
    let mut pending = Vec::new();
    for class in &facts.classes {
        for base in class.bases.iter().map(|base| last_segment(base)) {
            below.entry(base).or_default().push(&class.name);
            if root(base) {
                pending.push(&class.name);
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(name) = pending.pop() {
        if found.insert(Arc::clone(name)) {
            pending.extend(below.get(&**name).into_iter().flatten());
        }
    }
    found
}

/// One condition may be matched with each of its branches: it leaves where any does.
fn merge_conditions(conditions: &mut Vec<Condition>) {
    conditions.sort_by_key(|condition| (condition.span.start, Reverse(condition.span.end), Reverse(condition.leaves)));
    conditions.dedup_by_key(|condition| condition.span);
}

/// Gives each kind of error to the innermost handler around it.
fn told_apart(handlers: &mut [Handler], bodies: &mut [(Range, usize)], kinds: &mut [(Range, Arc<str>)]) {
    bodies.sort_unstable_by_key(|(span, at)| (span.start, Reverse(span.end), *at));
    kinds.sort();
    let mut open: Vec<(Range, usize)> = Vec::new();
    let mut bodies = bodies.iter().copied().peekable();
    for (place, kind) in kinds {
        while let Some(body) = bodies.next_if(|(span, _)| span.start <= place.start) {
            while open.last().is_some_and(|(last, _)| last.end <= body.0.start) {
                open.pop();
            }
            open.push(body);
        }
        while open.last().is_some_and(|(last, _)| last.end <= place.start) {
            open.pop();
        }
        if let Some(handler) = open.last().and_then(|(_, at)| handlers.get_mut(*at)) {
            handler.errors.push(Arc::clone(kind));
        }
    }
}

/// Tests with titles get the titles of the suites around them; a skipped suite skips what it holds.
fn titled(tests: &mut Vec<Test>, mut titles: Vec<Title>, source: &mut Source<'_>) {
    titles.sort_by_key(|title| (title.whole.start, Reverse(title.whole.end)));
    let mut open: Vec<(Range, Arc<str>, bool)> = Vec::new();
    for title in titles {
        while open.last().is_some_and(|(whole, ..)| !whole.contains(title.whole)) {
            open.pop();
        }
        let (qualified_name, skipped) = match open.last() {
            Some((_, outer, skipped)) => {
                (source.intern(&format!("{outer} > {}", title.name)), *skipped || title.skipped)
            }
            None => (Arc::clone(&title.name), title.skipped),
        };
        if title.suite {
            open.push((title.whole, qualified_name, skipped));
        } else {
            let Title { name, framework, span, whole, .. } = title;
            tests.push(Test { name, qualified_name, framework, skipped, span, whole });
        }
    }
}
