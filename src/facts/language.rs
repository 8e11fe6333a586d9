//! Which language a file is written in, by its name. One row a language; whether an adapter exists is said in
//! [`super::languages`].

/// What a language's files are to structural relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Code: without an adapter nothing can be said of it.
    Code,
    /// Data or prose: it simply has no functions.
    Data,
}

/// A language: one of the enum `language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// As the enum spells it.
    pub name: &'static str,
    /// How people call it.
    pub title: &'static str,
    /// Code or data.
    pub nature: Nature,
    /// Extensions without dot, lower case.
    extensions: &'static [&'static str],
    /// Whole file names.
    names: &'static [&'static str],
}

impl Language {
    /// How its files are named: `*.py`, whole names.
    pub fn files(self) -> impl Iterator<Item = String> {
        let names = self.names.iter().map(|name| (*name).to_owned());
        self.extensions.iter().map(|extension| format!("*.{extension}")).chain(names)
    }

    /// Whether its files are code.
    pub fn is_code(self) -> bool {
        self.nature == Nature::Code
    }
}

/// A file that no row claims.
pub const UNKNOWN: Language =
    Language { name: "unknown", title: "unknown", nature: Nature::Data, extensions: &[], names: &[] };

const fn code(name: &'static str, title: &'static str, extensions: &'static [&'static str]) -> Language {
    Language { name, title, nature: Nature::Code, extensions, names: &[] }
}

const fn data(
    name: &'static str,
    title: &'static str,
    extensions: &'static [&'static str],
    names: &'static [&'static str],
) -> Language {
    Language { name, title, nature: Nature::Data, extensions, names }
}

/// All rows.
pub const LANGUAGES: &[Language] = &[
    code("python", "Python", &["py", "pyi", "pyw"]),
    code("javascript", "JavaScript", &["js", "mjs", "cjs", "jsx"]),
    code("typescript", "TypeScript", &["ts", "mts", "cts"]),
    code("tsx", "TSX", &["tsx"]),
    code("go", "Go", &["go"]),
    code("rust", "Rust", &["rs"]),
    code("java", "Java", &["java"]),
    code("kotlin", "Kotlin", &["kt", "kts"]),
    code("c", "C", &["c", "h"]),
    code("cpp", "C++", &["cc", "cpp", "cxx", "hh", "hpp", "hxx", "ipp"]),
    code("csharp", "C#", &["cs"]),
    code("ruby", "Ruby", &["rb", "rake"]),
    code("php", "PHP", &["php"]),
    code("swift", "Swift", &["swift"]),
    code("scala", "Scala", &["scala", "sc"]),
    code("bash", "Bash", &["sh", "bash"]),
    data("json", "JSON", &["json", "jsonc", "json5"], &[]),
    data("yaml", "YAML", &["yaml", "yml"], &[]),
    data("toml", "TOML", &["toml"], &["Cargo.lock", "poetry.lock", "uv.lock", "Pipfile"]),
    data("ini", "INI", &["ini", "cfg", "conf"], &[".editorconfig", ".gitconfig", ".npmrc"]),
    data("dotenv", "dotenv", &["env"], &[".env"]),
    data("properties", "properties", &["properties"], &[]),
    data("xml", "XML", &["xml", "csproj", "props", "targets"], &[]),
    data("hcl", "HCL", &["hcl", "tf", "tfvars"], &[]),
    data("dockerfile", "Dockerfile", &["dockerfile"], &["Dockerfile", "Containerfile"]),
    data("nginx", "nginx", &[], &["nginx.conf"]),
    data("markdown", "Markdown", &["md", "markdown"], &[]),
    data("text", "text", &["txt", "rst", "adoc"], &["LICENSE", "README"]),
];

/// Languages of code that have no row of their own: nothing can be said of them, and that must be said.
const OTHER_CODE: &[(&str, &[&str])] = &[
    ("Ada", &["adb", "ads"]),
    ("Assembly", &["asm", "s"]),
    ("Astro", &["astro"]),
    ("Clojure", &["clj", "cljs", "cljc"]),
    ("COBOL", &["cbl", "cob"]),
    ("CoffeeScript", &["coffee"]),
    ("Crystal", &["cr"]),
    ("CUDA", &["cu", "cuh"]),
    ("Cython", &["pyx", "pxd"]),
    ("D", &["d"]),
    ("Dart", &["dart"]),
    ("Elixir", &["ex", "exs"]),
    ("Elm", &["elm"]),
    ("Erlang", &["erl", "hrl"]),
    ("F#", &["fs", "fsx"]),
    ("Fortran", &["f", "f90", "f95"]),
    ("Groovy", &["groovy", "gradle"]),
    ("Haskell", &["hs", "lhs"]),
    ("Julia", &["jl"]),
    ("Lua", &["lua"]),
    ("Nim", &["nim"]),
    ("Objective-C", &["m", "mm"]),
    ("OCaml", &["ml", "mli"]),
    ("Perl", &["pl", "pm"]),
    ("PowerShell", &["ps1", "psm1"]),
    ("R", &["r"]),
    ("Solidity", &["sol"]),
    ("SQL", &["sql"]),
    ("Svelte", &["svelte"]),
    ("Tcl", &["tcl"]),
    ("Verilog", &["v", "vh", "sv", "svh"]),
    ("VHDL", &["vhd", "vhdl"]),
    ("Visual Basic", &["vb"]),
    ("Vue", &["vue"]),
    ("Windows batch", &["bat", "cmd"]),
    ("Zig", &["zig"]),
];

/// Code of a language without a row.
const fn other_code(title: &'static str) -> Language {
    Language { name: UNKNOWN.name, title, nature: Nature::Code, extensions: &[], names: &[] }
}

/// The language of a path, by its name alone: a whole name first, then `.env.*`, then the extension.
pub fn of_path(path: &str) -> Language {
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = |wanted: &str| LANGUAGES.iter().find(|language| language.name == wanted).copied();
    if let Some(language) = LANGUAGES.iter().find(|language| language.names.contains(&name)) {
        return *language;
    }
    if name.starts_with(".env.") {
        return named("dotenv").unwrap_or(UNKNOWN);
    }
    if name.starts_with("Dockerfile.") {
        return named("dockerfile").unwrap_or(UNKNOWN);
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    if let Some(language) = LANGUAGES.iter().find(|language| language.extensions.contains(&extension.as_str())) {
        return *language;
    }
    let other = OTHER_CODE.iter().find(|(_, extensions)| extensions.contains(&extension.as_str()));
    other.map_or(UNKNOWN, |(title, _)| other_code(title))
}

/// The language of the interpreter that a first line names: `#!/usr/bin/env python3`.
pub fn of_first_line(text: &str) -> Option<Language> {
    let line = text.lines().next()?.strip_prefix("#!")?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let first = words.next()?;
    let interpreter =
        if first == "env" { words.find(|word| !word.starts_with('-') && !word.contains('='))? } else { first };
    let name = match interpreter.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "python" | "pypy" => "python",
        "node" | "nodejs" => "javascript",
        "deno" | "bun" | "ts-node" | "tsx" => "typescript",
        "sh" | "bash" | "dash" | "zsh" | "ksh" => "bash",
        "ruby" => "ruby",
        "php" => "php",
        "swift" => "swift",
        "scala" => "scala",
        "kotlin" => "kotlin",
        // Another interpreter's script is code all the same.
        _ => return Some(other_code("this interpreter's")),
    };
    LANGUAGES.iter().find(|language| language.name == name).copied()
}
