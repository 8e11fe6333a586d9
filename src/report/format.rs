//! The table of formats: the one place that lists them. Does not know where a report goes.

use super::exit::Exit;
use super::human::{self, Excerpt};
use super::model::Report;
use super::view::Places;
use super::{github, html, json, jsonl, junit, markdown, sarif};

/// What a format is given.
#[expect(missing_debug_implementations, reason = "a function that finds excerpts has nothing to show")]
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// The report.
    pub report: &'a Report,
    /// How the command ends.
    pub exit: Exit,
    /// Where rules and target lie.
    pub places: &'a Places,
    /// Lines of the target; only people at a terminal are shown any.
    pub excerpt: &'a Excerpt<'a>,
    /// How people are spoken to.
    pub options: human::Options,
}

/// A form of the report.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// As `--format` names it.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    render: fn(&Said<'_>) -> Result<String, serde_json::Error>,
}

/// All formats, in the order of the help.
pub static FORMATS: [Format; 8] = [
    Format {
        name: "human",
        doc: "for people, at a terminal or in a log",
        render: |said| Ok(human::render(said.report, said.exit, said.excerpt, said.options)),
    },
    Format { name: "json", doc: "the whole report, one JSON value", render: |said| json::to_string(said.report) },
    Format {
        name: "jsonl",
        doc: "the whole report, one JSON object a line",
        render: |said| jsonl::render(said.report, said.exit),
    },
    Format {
        name: "sarif",
        doc: "SARIF 2.1.0, for code scanning and editors",
        render: |said| sarif::render(said.report, said.exit, said.places),
    },
    Format {
        name: "junit",
        doc: "JUnit XML, for test dashboards",
        render: |said| Ok(junit::render(said.report, said.exit, said.places)),
    },
    Format {
        name: "markdown",
        doc: "for a comment on a pull request or a step summary",
        render: |said| Ok(markdown::render(said.report, said.exit)),
    },
    Format {
        name: "html",
        doc: "one page without script, to keep or to print",
        render: |said| Ok(html::render(said.report, said.exit)),
    },
    Format {
        name: "github",
        doc: "annotations of a GitHub workflow",
        render: |said| Ok(github::render(said.report, said.exit, said.places)),
    },
];

impl Format {
    /// The format of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The report in this form; equal reports are equal bytes.
    ///
    /// # Errors
    /// Where the report cannot be JSON, which would be a bug of ours.
    pub fn render(&self, said: &Said<'_>) -> Result<String, serde_json::Error> {
        (self.render)(said)
    }
}
