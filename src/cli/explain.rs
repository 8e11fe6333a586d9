//! `attest explain CODE`: the page of a diagnostic, or what a failure code says.

use super::output::Output;
use crate::base::suggest;
use crate::catalog::pages;
use crate::decide::codes::{self, FAILURE_CODES, Nature};
use crate::diag::codes::{CODES, Code};
use crate::diag::style::{Ink, Style, wrap};
use crate::report::Exit;
use crate::session::options::Failure;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A diagnostic (`AT2003`, `unknown-name`) or a failure code (`assertion_failed`)
    #[arg(value_name = "CODE")]
    code: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let style = output.data_style();
    let text = if let Some(page) = Code::find(&args.code).and_then(|info| pages::page(info.code)) {
        headings(page, style)
    } else if let Some(code) = codes::find(&args.code) {
        let nature = match code.nature {
            Nature::Denies => "It is a \"no\": a gate with it is not met, and `attest check` exits 1.",
            Nature::Undecides => "It is a \"cannot tell\": where nothing else is wrong, `attest check` exits 3.",
            Nature::Reserved => "No policy may emit it.",
        };
        let title = format!("{} (failure code {})", code.name, code.number);
        format!("{}\n\n{}\n{nature}\n", style.paint(Ink::Strong, &title), code.doc)
    } else {
        let known = CODES.iter().flat_map(|info| [info.code.as_str(), info.name]);
        let known = known.chain(FAILURE_CODES.iter().map(|code| code.name));
        return Err(Failure {
            message: format!("there is no code `{}`", args.code),
            help: suggest::nearest(&args.code, known).map(|near| format!("did you mean `{near}`?")),
            exit: Exit::Usage,
        });
    };
    output.data(&text);
    Ok(Exit::Met)
}

/// A page for a terminal: prose wrapped, headings strong, examples indented and left as they are.
fn headings(page: &str, style: Style) -> String {
    let mut text = String::with_capacity(page.len());
    let mut example = false;
    for line in page.lines() {
        if line.starts_with("```") {
            example = !example;
            continue;
        }
        if example {
            text.push_str(&format!("    {line}").trim_end().replace('\t', "    "));
        } else if let Some(heading) = line.strip_prefix('#') {
            text.push_str(&style.paint(Ink::Strong, heading.trim_start_matches('#').trim()));
        } else if let Some(severity) = line.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')) {
            text.push_str(&style.paint(Ink::Faint, severity));
        } else {
            text.push_str(&wrap(line, style.width).join("\n"));
        }
        text.push('\n');
    }
    text
}
