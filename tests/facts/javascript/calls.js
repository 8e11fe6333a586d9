import("dynamic").then(go);
jwt.verify(token);
function caller(x) {
  // jwt.verify(commented)
  const s = "jwt.verify(quoted)";
  `text notCalled() ${inside.template(x)} \${escaped()}`;
  a?.b?.(c);
  new Foo.Bar(d());
  new Plain;
  tagged`x ${y()}`;
  x.map(v => v.trim()).filter(Boolean)
   .run();
  this.db . execute(x);
  this.#priv();
  super.method();
  (await fetch(x)).json();
  table[0].go();
  (function () { iife(); })();
  get()(now);
  (x || y).orElse();
  /regex()/.test(x);
  import.meta.resolve("x");
}
class A { field = make(); static { boot(); } m(p = late()) {} }
after();
