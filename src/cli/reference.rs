//! The reference of the command line, from clap's own declarations.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::Cli;
use crate::catalog;

/// The width at which help is laid out, whatever the terminal.
const WIDTH: usize = 100;

/// The page `docs/src/reference/cli.md`.
pub fn page() -> String {
    let mut text = catalog::generated("`src/cli/`");
    text.push_str(
        "# Command line\n\nData goes to standard output, talk to standard error, progress to a terminal only.\n\
         `NO_COLOR` and `CLICOLOR_FORCE` hold.\n\n| exit | |\n|---|---|\n| 0 | the gate is met |\n| 1 | the gate is not \
         met: a fail, or a level too low |\n| 2 | usage, or the rules do not compile |\n| 3 | undecided: an error \
         outcome, missing material, an unusable target |\n| 70 | a bug of attest |\n",
    );
    let mut command = Cli::command().term_width(WIDTH);
    command.build();
    push(&mut text, "attest", &mut command.clone());
    push_below(&mut text, "attest", &mut command);
    text
}

fn push_below(text: &mut String, name: &str, command: &mut clap::Command) {
    for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
        let name = format!("{name} {}", sub.get_name());
        push(text, &name, sub);
        push_below(text, &name, sub);
    }
}

fn push(text: &mut String, name: &str, command: &mut clap::Command) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
}
