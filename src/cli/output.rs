//! The one place where a command prints: data on standard output, talk on standard error, files through the system. A
//! reader who goes away is no error; a disk that is full is one.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::args::{Color, Talk};
use crate::base::source::SourceMap;
use crate::base::system::{Stream, System};
use crate::diag::style::{Ink, Style, harmless, inert};
use crate::diag::{Diagnostic, Severity, render};
use crate::report::Exit;

/// The streams of a command and how text looks on them.
#[expect(missing_debug_implementations, reason = "streams have nothing to show")]
pub struct Output<'a> {
    system: &'a dyn System,
    stdout: Pipe<'a>,
    stderr: Pipe<'a>,
    talk: Talk,
}

/// A stream that may have lost its reader.
struct Pipe<'a> {
    stream: &'a mut dyn Write,
    /// Nothing more is written.
    closed: bool,
    /// Why the stream took no more, unless its reader just went away.
    error: Option<String>,
}

impl Pipe<'_> {
    fn write(&mut self, text: &str) {
        if self.closed {
            return;
        }
        if let Err(error) = self.stream.write_all(text.as_bytes()).and_then(|()| self.stream.flush()) {
            self.closed = true;
            if error.kind() != ErrorKind::BrokenPipe {
                self.error = Some(error.to_string());
            }
        }
    }
}

impl<'a> Output<'a> {
    /// An output with default flags.
    pub fn new(system: &'a dyn System, stdout: &'a mut dyn Write, stderr: &'a mut dyn Write) -> Self {
        let pipe = |stream| Pipe { stream, closed: false, error: None };
        Self { system, stdout: pipe(stdout), stderr: pipe(stderr), talk: Talk::default() }
    }

    /// Takes the flags of the command line.
    pub fn configure(&mut self, talk: &Talk) {
        self.talk = talk.clone();
    }

    /// `-q`.
    pub fn quiet(&self) -> bool {
        self.talk.quiet
    }

    /// `-v`.
    pub fn verbose(&self) -> bool {
        self.talk.verbose
    }

    /// Whether a progress bar has somewhere to go.
    pub fn shows_progress(&self) -> bool {
        !self.talk.quiet && self.system.is_terminal(Stream::Stderr)
    }

    /// How text looks on standard output.
    pub fn data_style(&self) -> Style {
        self.style(Stream::Stdout)
    }

    /// How text looks on standard error.
    pub fn talk_style(&self) -> Style {
        self.style(Stream::Stderr)
    }

    /// `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether it is a terminal.
    fn style(&self, stream: Stream) -> Style {
        let variable = |name| self.system.env_var(name).filter(|value| !value.is_empty());
        let terminal = self.system.is_terminal(stream);
        let color = match self.talk.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if variable("NO_COLOR").is_some() => false,
            Color::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto => terminal && variable("TERM").as_deref() != Some("dumb"),
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default();
        let utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
        let width = variable("COLUMNS").and_then(|columns| columns.parse().ok()).unwrap_or(Style::WIDTH);
        Style { color, unicode: (terminal || color) && utf8, width: width.clamp(40, Style::WIDTH) }
    }

    /// Data.
    pub fn data(&mut self, text: &str) {
        self.stdout.write(text);
    }

    /// Talk.
    pub fn talk(&mut self, text: &str) {
        self.stderr.write(text);
    }

    /// What is wrong with the world.
    pub fn error(&mut self, message: &str, help: Option<&str>) {
        let style = self.talk_style();
        let mut text = format!("{}: {}\n", style.paint(Ink::Bad, "error"), inert(&harmless(message)));
        if let Some(help) = help {
            let _ = writeln!(text, "  = {}: {}", style.paint(Ink::Hint, "help"), inert(&harmless(help)));
        }
        self.talk(&text);
    }

    /// What is to be known, and stops nothing; not with `-q`.
    pub fn warning(&mut self, message: &str) {
        if !self.talk.quiet {
            let style = self.talk_style();
            let text = format!("{}: {}\n", style.paint(Ink::Warn, "warning"), inert(&harmless(message)));
            self.talk(&text);
        }
    }

    /// What is wrong with the rules; with `-q`, errors only.
    pub fn diagnostics(&mut self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        let errors: Vec<Diagnostic>;
        let shown = if self.quiet() {
            errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).cloned().collect();
            &errors
        } else {
            diagnostics
        };
        let text = render::render(shown, sources, self.talk_style());
        self.talk(&text);
    }

    /// Writes a file, whole or not at all; `false` where that fails, which is said.
    pub fn file(&mut self, path: &Path, text: &str) -> bool {
        match self.system.write(path, text.as_bytes()) {
            Ok(()) => true,
            Err(error) => {
                self.error(&error.to_string(), None);
                false
            }
        }
    }

    /// The exit, now that everything is written: what was promised and could not be written is no success.
    pub fn finish(mut self, exit: Exit) -> Exit {
        let Some(error) = self.stdout.error.take() else {
            return exit;
        };
        self.error(&format!("standard output cannot be written: {error}"), None);
        if exit == Exit::Met { Exit::Undecided } else { exit }
    }
}
