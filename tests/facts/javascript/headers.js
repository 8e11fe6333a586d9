app.get("/", (req, res) => {
  res.set("X-Set", "1");
  res.setHeader("X-SetHeader", value);
  res.header({ "X-Object": "o", plain: "p", ...others });
  res.status(200).append("X-Chained", "c");
  res.headers["X-Index"] = "i";
  res.writeHead(200, { "Content-Type": "text/html" });
  ctx.set("X-Koa", "k");
  reply.header("X-Fastify", "f").send();
  req.set("X-Request", "no");
  req.headers["X-Request"] = "no";
  res.get("X-Read");
  res.set("X-OnlyName");
  map.set("X-Map", "no");
  // res.set("X-Commented", "no")
});
fetch(url, { headers: { "X-Client": "no" } });
axios.get(url, { headers: { "X-Client": "no" } });
const request = new Request(url, { headers: { "X-Client": "no" } });
export function GET() {
  const made = NextResponse.next();
  made.headers.set("X-Made", "m");
  return new Response("x", { headers: { "X-New": "n" } });
}
const j = Response.json({}, { headers: new Headers({ "X-Json": "j" }) });
const securityHeaders = [{ key: "X-Next", value: "nx" }];
module.exports = { async headers() { return [{ source: "/", headers: [{ key: "X-Listed", value: "l" }] }]; } };
const keys = [{ key: "X-Other", value: "no" }];
