//! `attest schema NAME`: the JSON Schemas of what other programs read.

use super::output::Output;
use crate::base::suggest;
use crate::catalog::schemas::SCHEMAS;
use crate::report::Exit;
use crate::session::options::Failure;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The schema; without it, the names
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let Some(name) = &args.name else {
        for schema in SCHEMAS {
            output.data(&format!("{:16} {}\n", schema.name, schema.doc));
        }
        return Ok(Exit::Met);
    };
    let Some(schema) = SCHEMAS.iter().find(|schema| schema.name == name) else {
        let names: Vec<&str> = SCHEMAS.iter().map(|schema| schema.name).collect();
        let help = suggest::nearest(name, names.iter().copied())
            .map_or_else(|| format!("the schemas are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        return Err(Failure { message: format!("there is no schema `{name}`"), help: Some(help), exit: Exit::Usage });
    };
    output.data(schema.text);
    Ok(Exit::Met)
}
