import { test as base } from "vitest";
describe("auth", () => {
  it("verifies", async () => {});
  describe.each([[1]])("nested %s", () => {
    it.each([1, 2])("adds %d", () => {});
    it.each`a`("table", () => {});
  });
  it.skip("skipped", () => {});
  xit("x-skipped", () => {});
  it.todo("todo");
  it("pending");
  it.only('only', function () {});
});
describe.skip("off", () => { test(`inside`, () => {}); });
test("plain", () => {});
// it("commented", () => {});
regex.test("not a test");
it(dynamic, () => {});
test.beforeEach(() => {});
const s = 'it("quoted", () => {})';
