// function commented() {}
const text = "function quoted() {}";
/** function documented() {} */
function plain(a, b = f(1), { c, d: { e = 2 } }, [g, , h], ...rest) {}
async function* stream() {}
export default function main() {}
export const arrow = async (x) => x;
const one = x => x, two = function named(y) {};
let later; later = function () {};
exports.exported = function (z) {};
module.exports.also = () => {};
module.exports = { shorthand() {}, pair: function () {}, arrow: (q) => q, async asyncShort() {}, [computed]() {}, get prop() { return 1; } };
Foo.prototype.bar = function () {};
ns.deep.f = () => {};

class Auth extends base.Base {
  #secret = 1;
  static handler = async (event) => event;
  bound = function () {};
  constructor(key) { super(key); this.check = () => {}; }
  verify(token) { function inner() {} return inner; }
  #priv() {}
  static async load() {}
  get name() { return 1; }
  set name(v) {}
  *items() {}
  'quoted-name'() {}
  [Symbol.iterator]() {}
}
const Bound = class extends Auth { m() {} };
export default class {
  anonymousMember() {}
}
const api = { auth: { login() {} }, 'x-y': () => {} };
items.map(function callback(item) { return item; }).forEach(x => x);
if (flag) { function conditional() {} }
(function iife() {})();
const wrapped = memo(() => {});
function outer() {
  const helper = () => { function deepest() {} };
}
const jsx = <Foo render={() => call(<Bar onClick={onClick()} />)} />;
label: for (;;) {}
