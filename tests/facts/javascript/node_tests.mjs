import test from "node:test";
test("top", async (t) => {
  await t.test("sub", () => {});
});
