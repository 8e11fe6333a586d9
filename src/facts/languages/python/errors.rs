//! Which kinds of errors a Python handler catches beyond those it names: the builtin hierarchy and the classes of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::super::model::CodeFacts;
use super::super::treesitter::last_segment;

/// Builtin exceptions with their bases (Python 3.14).
const BUILTIN: &[(&str, &str)] = &[
    ("BaseExceptionGroup", "BaseException"),
    ("GeneratorExit", "BaseException"),
    ("KeyboardInterrupt", "BaseException"),
    ("SystemExit", "BaseException"),
    ("Exception", "BaseException"),
    ("ExceptionGroup", "BaseExceptionGroup"),
    ("ExceptionGroup", "Exception"),
    ("ArithmeticError", "Exception"),
    ("FloatingPointError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("BufferError", "Exception"),
    ("EOFError", "Exception"),
    ("ImportError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("LookupError", "Exception"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("MemoryError", "Exception"),
    ("NameError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("OSError", "Exception"),
    ("IOError", "Exception"),
    ("EnvironmentError", "Exception"),
    ("BlockingIOError", "OSError"),
    ("ChildProcessError", "OSError"),
    ("ConnectionError", "OSError"),
    ("BrokenPipeError", "ConnectionError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionResetError", "ConnectionError"),
    ("FileExistsError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("InterruptedError", "OSError"),
    ("IsADirectoryError", "OSError"),
    ("NotADirectoryError", "OSError"),
    ("PermissionError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("TimeoutError", "OSError"),
    ("ReferenceError", "Exception"),
    ("RuntimeError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("PythonFinalizationError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("StopAsyncIteration", "Exception"),
    ("StopIteration", "Exception"),
    ("SyntaxError", "Exception"),
    ("IndentationError", "SyntaxError"),
    ("TabError", "IndentationError"),
    ("SystemError", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("UnicodeError", "ValueError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("UnicodeEncodeError", "UnicodeError"),
    ("UnicodeTranslateError", "UnicodeError"),
    ("Warning", "Exception"),
    ("BytesWarning", "Warning"),
    ("DeprecationWarning", "Warning"),
    ("EncodingWarning", "Warning"),
    ("FutureWarning", "Warning"),
    ("ImportWarning", "Warning"),
    ("PendingDeprecationWarning", "Warning"),
    ("ResourceWarning", "Warning"),
    ("RuntimeWarning", "Warning"),
    ("SyntaxWarning", "Warning"),
    ("UnicodeWarning", "Warning"),
    ("UserWarning", "Warning"),
];

/// Names of one kind: `OSError` is `IOError` is `EnvironmentError`.
const SAME: &[&str] = &["OSError", "IOError", "EnvironmentError"];

/// Fills [`super::super::super::model::Handler::caught`].
pub(super) fn resolve(facts: &mut CodeFacts) {
    if facts.handlers.iter().all(|handler| handler.errors.is_empty()) {
        return;
    }
    let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, base) in BUILTIN {
        below.entry(base).or_default().push(kind);
    }
    for class in &facts.classes {
        for base in &class.bases {
            below.entry(last_segment(base)).or_default().push(&class.name);
        }
    }
    let mut known: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    for handler in &mut facts.handlers {
        let mut caught = BTreeSet::new();
        for error in &handler.errors {
            let last = last_segment(error);
            handler.catches_all |= last == "BaseException";
            caught.extend(known.entry(Arc::clone(error)).or_insert_with(|| descendants(last, &below)).iter().cloned());
        }
        for error in &handler.errors {
            caught.remove(error);
        }
        handler.caught = caught.into_iter().collect();
    }
}

fn descendants(kind: &str, below: &BTreeMap<&str, Vec<&str>>) -> Vec<Arc<str>> {
    let mut found = BTreeSet::new();
    let mut pending = vec![kind];
    while let Some(kind) = pending.pop() {
        let same = if SAME.contains(&kind) { SAME } else { &[] };
        for below in below.get(kind).into_iter().flatten().chain(same) {
            if found.insert(*below) {
                pending.push(below);
            }
        }
    }
    found.into_iter().map(Arc::from).collect()
}
