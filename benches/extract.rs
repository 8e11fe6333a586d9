//! How long facts take beside the bare parse: `cargo bench --bench extract -- LANGUAGE DIRECTORY...` reads every file of
//! that language below the directories, on one core.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads what it is pointed at")]
#![expect(clippy::expect_used, reason = "a grammar that does not fit ends the benchmark")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark talks to a terminal")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use attest::facts::{language, languages};

fn gather(directory: &Path, wanted: &str, texts: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, wanted, texts);
        } else if language::of_path(&path.to_string_lossy()).name == wanted {
            texts.extend(std::fs::read_to_string(&path));
        }
    }
}

fn best(texts: &[String], mut run: impl FnMut(&str)) -> Duration {
    let once = |run: &mut dyn FnMut(&str)| {
        let start = Instant::now();
        for text in texts {
            run(text);
        }
        start.elapsed()
    };
    (0..3).map(|_| once(&mut run)).min().unwrap_or_default()
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let wanted = arguments.next().unwrap_or_else(|| "python".to_owned());
    let mut texts = Vec::new();
    for directory in arguments {
        gather(Path::new(&directory), &wanted, &mut texts);
    }
    let Some(adapter) = languages::adapter(&wanted) else { return eprintln!("no adapter for `{wanted}`") };
    let grammar = match wanted.as_str() {
        "python" => tree_sitter_python::LANGUAGE,
        "javascript" => tree_sitter_javascript::LANGUAGE,
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX,
        _ => return eprintln!("no grammar for `{wanted}`"),
    };
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&grammar.into()).expect("the grammar fits the runtime");
    let bytes: usize = texts.iter().map(String::len).sum();
    let parse = best(&texts, |text| drop(black_box(parser.parse(text, None))));
    let facts = best(&texts, |text| drop(black_box((adapter.extract)(text))));
    let ratio = facts.as_secs_f64() / parse.as_secs_f64();
    println!("{} files, {bytes} bytes: parse {parse:.2?}, facts {facts:.2?}, ratio {ratio:.2}", texts.len());
}
