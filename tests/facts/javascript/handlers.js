function tried() {
  try { risky(); } catch (e) {
    if (e instanceof TypeError) return;
    else if (e instanceof errors.AppError) log(e);
  }
}
function optional() { try { risky(); } catch { log(); } }
function onlyFinally() { try { risky(); } finally { cleanup(); } }
function promised() { return fetch(x).then(ok).catch(err => log(err)); }
function second() { return fetch(x).then(ok, failed); }
function schema() { return z.string().catch("default"); }
// try { } catch (e) { }
process.on("uncaughtException", handler);
if (x instanceof Date) {}
