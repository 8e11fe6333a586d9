//! A thousand JSON assertions over 2,500 Python files, cold, as a whole process, beside what tree-sitter alone needs to
//! parse the same files on the same cores. Prints medians and their ratio; decides nothing.
//!
//! `cargo bench --bench thousand` makes its own files; `ATTEST_BENCH_ROOT=/path/to/repository` takes the Python files of
//! a repository instead.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads its own files and prints, and has nobody to report an error to"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rayon::prelude::*;

const FILES: usize = 2_500;
const ASSERTIONS: usize = 1_000;
const RUNS: usize = 5;

fn main() {
    let made = tempfile::tempdir().unwrap();
    let root = if let Some(root) = std::env::var_os("ATTEST_BENCH_ROOT") {
        PathBuf::from(root)
    } else {
        make(made.path());
        made.path().to_path_buf()
    };
    let mut files = Vec::new();
    gather(&root, &root, &mut files);
    files.sort();
    files.truncate(FILES);
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(root.join(file)).unwrap()).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    let list = made.path().join("assertions.json");
    std::fs::write(&list, assertions(&files, &texts)).unwrap();

    let whole = median(|| {
        let done = Command::new(env!("CARGO_BIN_EXE_attest"))
            .args(["check", "--quiet", "--root"])
            .args([&root, &list])
            .output()
            .unwrap();
        assert!(matches!(done.status.code(), Some(0 | 1 | 3)), "{}", String::from_utf8_lossy(&done.stderr));
    });
    let bare = median(|| {
        texts.par_iter().for_each(|text| {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&tree_sitter_python::LANGUAGE.into()).unwrap();
            assert!(parser.parse(text, None).is_some());
        });
    });
    #[expect(clippy::cast_precision_loss, reason = "megabytes and seconds for people")]
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{} files, {megabytes:.1} MB, {ASSERTIONS} assertions, {} threads",
        files.len(),
        rayon::current_num_threads()
    );
    println!("attest check, whole process, cold   {:.3} s", whole.as_secs_f64());
    println!("tree-sitter alone, same files       {:.3} s", bare.as_secs_f64());
    println!("ratio                               {:.2}", whole.as_secs_f64() / bare.as_secs_f64());
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(RUNS / 2).copied().unwrap_or_default()
}

/// Python files below a directory, relative to `root`; what git would not look at is left out.
fn gather(root: &Path, directory: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            if !name.starts_with('.') && name != "node_modules" {
                gather(root, &path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "py")
            && std::fs::read_to_string(&path).is_ok_and(|text| !text.is_empty())
        {
            files.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// Files of some 6 kB each with functions, classes, decorators, handlers and imports.
fn make(root: &Path) {
    for index in 0..FILES {
        let directory = root.join(format!("app/part_{}", index % 50));
        std::fs::create_dir_all(&directory).unwrap();
        let mut text = String::from("import os\nfrom flask import request, jsonify\nimport jwt\n\n");
        for method in 0..24 {
            text.push_str(&format!(
                "@app.route('/r{index}/{method}')\n@login_required\ndef handler_{index}_{method}(order_id, amount=0):\n    \
                 if amount <= 0:\n        raise ValueError('amount')\n    try:\n        claims = jwt.decode(request.headers['token'], \
                 KEY, algorithms=['RS256'])\n    except jwt.ExpiredSignatureError as error:\n        return jsonify(error=str(error)), 401\n    \
                 return save(claims, order_id, amount)\n\n"
            ));
        }
        text.push_str(&format!(
            "class Service{index}(Base):\n    def save(self, value):\n        return self.store.save(value)\n"
        ));
        std::fs::write(directory.join(format!("module_{index}.py")), text).unwrap();
    }
}

/// Assertions of eight kinds in turn, each about a file of its own; every eighth names a whole directory.
fn assertions(files: &[String], texts: &[String]) -> String {
    let named = |index: usize, keyword: &str| -> String {
        let text = &texts[index % texts.len()];
        let name = text.split(keyword).nth(1).unwrap_or("absent").chars();
        let name: String = name.take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if name.is_empty() { String::from("absent") } else { name }
    };
    let list: Vec<serde_json::Value> = (0..ASSERTIONS)
        .map(|at| {
            // Strides over all files, so that all are read.
            let index = at.wrapping_mul(2_654_435_761) % files.len();
            let file = &files[index];
            let directory =
                file.rsplit_once('/').map_or("*.py".to_owned(), |(directory, _)| format!("{directory}/*.py"));
            let (check, params) = match at % 8 {
                0 => ("function_exists", serde_json::json!({ "file": file, "name": named(index, "\ndef ") })),
                1 => ("class_exists", serde_json::json!({ "file": file, "name": named(index, "\nclass ") })),
                2 => (
                    "function_calls",
                    serde_json::json!({ "file": file, "caller": named(index, "\ndef "), "callee": "save" }),
                ),
                3 => ("pattern_absent", serde_json::json!({ "file": file, "pattern": r"\b(eval|exec)\(" })),
                4 => ("import_present", serde_json::json!({ "file": file, "module": "os" })),
                5 => ("no_plaintext_secret", serde_json::json!({ "file": file })),
                6 => ("error_handled", serde_json::json!({ "file": file, "function": named(index, "\ndef ") })),
                _ => ("function_exists", serde_json::json!({ "file": directory, "name": "absent" })),
            };
            serde_json::json!({ "type": check, "params": params })
        })
        .collect();
    serde_json::to_string(&list).unwrap()
}
