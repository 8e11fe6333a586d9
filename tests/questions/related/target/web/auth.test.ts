import { verify } from "./auth";

describe("auth", () => {
  it("refuses the empty token", () => {
    expect(verify("")).toBe(false);
  });

  it("does something else", () => {
    expect(1).toBe(1);
  });
});
