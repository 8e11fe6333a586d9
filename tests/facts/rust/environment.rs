use std::env::{self, var as read};

const KEY: &str = "CONST_KEY";

#[derive(Parser)]
struct Args {
    #[arg(long, env = "ARG_ENV")]
    url: String,
    #[clap(env("CLAP_ENV"))]
    token: String,
    #[serde(env = "NOT_ENV")]
    other: String,
}

fn reads(name: &str) {
    env::var("ENV_VAR");
    std::env::var_os("OS_VAR");
    read("ALIASED");
    dotenvy::var("DOTENV");
    env!("COMPILE_TIME");
    option_env!("MAYBE");
    env::var(KEY);
    env::var(name);
    env::set_var("WRITTEN", "x");
    // env::var("COMMENTED");
    let text = "env::var(\"IN_STRING\")";
    map.var("METHOD");
    println!("{:?}", std::env::var("IN_MACRO"));
}
