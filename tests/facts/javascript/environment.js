const a = process.env.PLAIN;
const b = process.env["QUOTED"] ?? process?.env?.OPTIONAL;
const { DESTRUCTURED, RENAMED: renamed, DEFAULTED = "x" } = process.env;
const c = import.meta.env.VITE_KEY;
const d = Deno.env.get("DENO"), e = Bun.env.BUN;
process.env.WRITTEN = "1";
delete process.env.DELETED;
const f = process.env[name];
if ("MEMBER" in process.env) {}
// process.env.COMMENTED
const g = "process.env.IN_STRING";
const h = `${process.env.IN_TEMPLATE}`;
const i = config.env.NOT_ENV;
call(process.env.ARGUMENT.trim());
const j = process.env;
