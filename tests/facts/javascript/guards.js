function none(x) { use(x); }
function thrown(x) { if (!x) throw new Error(`no ${x}`); use(x); }
function typed(x) {
  if (typeof x !== "string") {
    log("bad");
    return;
  }
  use(x);
}
function doesNotLeave(x) { if (x == null) { log("null"); } use(x); }
function afterUse(x) { use(x); if (!x) return; }
function inElse(x) { if (Array.isArray(x)) { use(x); } else { throw new TypeError(); } }
function switched(x) {
  switch (x) {
    case "a": use(x); break;
    default: throw new Error();
  }
}
function switchedOn(x) { switch (x) { case 1: break; default: log(); } }
function validators(a, b, c, d) {
  schema.parse(a);
  const v = validateUser({ b });
  assert.equal(c, 1);
  checkout(d);
}
function destructured({ id, name: label }, [first]) {
  if (!id || label === "") return null;
  if (other.first) return;
}
const arrow = (x, y) => { if (isNaN(x)) return; return x + y; };
function shortCircuit(x, y) { x || fail("x"); const z = y || "default"; }
function passedOn(x) { if (db.find(x)) return; }
function nested(x) { const check = () => { if (x < 0) throw new Error(); }; check(); }
function shadowed(x) { items.filter(x => { if (!x) return; }); }
function aborting(x) { if (!x) { process.exit(1); } }
function member(x) { if (!x.id) return; }
function mention(x) { obj.x = 1; if (obj.x) return; call({ x: 1 }); }
function chained(x) { if (a) {} else if (!x) { return; } }
