//! `attest explain NAME`: the page of a diagnostic, what a failure code says, or what a check of the standard library asks.

use super::output::Output;
use crate::base::suggest;
use crate::catalog::{checks, pages};
use crate::decide::codes::{self, FAILURE_CODES, Nature};
use crate::diag::codes::{CODES, Code};
use crate::diag::style::{Ink, Style, wrap};
use crate::report::Exit;
use crate::session::options::Failure;
use crate::session::pipeline;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A diagnostic (`AT2003`, `unknown-name`), a failure code (`assertion_failed`) or a check (`file_exists`)
    #[arg(value_name = "NAME")]
    name: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let style = output.data_style();
    let text = if let Some(page) = Code::find(&args.name).and_then(|info| pages::page(info.code)) {
        headings(page, style)
    } else if let Some(code) = codes::find(&args.name) {
        let nature = match code.nature {
            Nature::Denies => "It is a \"no\": a gate with it is not met, and `attest check` exits 1.",
            Nature::Undecides => "It is a \"cannot tell\": where nothing else is wrong, `attest check` exits 3.",
            Nature::Reserved => "No policy may emit it.",
        };
        let title = format!("{} (failure code {})", code.name, code.number);
        format!("{}\n\n{}\n{nature}\n", style.paint(Ink::Strong, &title), code.doc)
    } else {
        let std = pipeline::compile_std(false).package;
        let Some(check) = checks::find(&std, &args.name) else {
            let known = CODES.iter().flat_map(|info| [info.code.as_str(), info.name]);
            let known = known.chain(FAILURE_CODES.iter().map(|code| code.name));
            let known = known.chain(std.checks.iter().map(|check| &*check.path));
            return Err(Failure {
                message: format!("there is no code or check `{}`", args.name),
                help: suggest::nearest(&args.name, known).map(|near| format!("did you mean `{near}`?")),
                exit: Exit::Usage,
            });
        };
        headings(&checks::one(check), style)
    };
    output.data(&text);
    Ok(Exit::Met)
}

/// A page for a terminal: the lines of a paragraph joined and wrapped, headings strong, examples indented and left as
/// they are.
fn headings(page: &str, style: Style) -> String {
    let mut text = String::with_capacity(page.len());
    let mut paragraph = String::new();
    let mut example = false;
    for line in page.lines() {
        let is_item = line.starts_with("- ");
        let is_prose = !example && !line.trim().is_empty() && !line.starts_with(['#', '*']) && !line.starts_with("```");
        if !is_prose || is_item {
            finish(&mut paragraph, &mut text, style);
        }
        if line.starts_with("```") {
            example = !example;
        } else if is_prose {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        } else {
            if example {
                text.push_str(&format!("    {line}").trim_end().replace('\t', "    "));
            } else if let Some(heading) = line.strip_prefix('#') {
                text.push_str(&style.paint(Ink::Strong, heading.trim_start_matches('#').trim()));
            } else if let Some(severity) = line.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')) {
                text.push_str(&style.paint(Ink::Faint, severity));
            }
            text.push('\n');
        }
    }
    finish(&mut paragraph, &mut text, style);
    text
}

/// Ends a paragraph.
fn finish(paragraph: &mut String, text: &mut String, style: Style) {
    if !paragraph.is_empty() {
        text.push_str(&wrap(paragraph, style.width).join("\n"));
        text.push('\n');
        paragraph.clear();
    }
}
