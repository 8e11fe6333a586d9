import { createHash } from "node:crypto";

import request from "supertest";
import { beforeAll, describe, expect, it } from "vitest";

import { createApp } from "../src/app.js";

const key = "only for this test";

describe("notes", () => {
  beforeAll(() => {
    process.env.PORT = "3000";
    process.env.API_KEY_HASH = createHash("sha256").update(key).digest("hex");
  });

  it.skip("refuses a caller without a key", async () => {
    await request(createApp()).get("/notes").expect(401);
  });

  it("refuses a note without a title", async () => {
    await request(createApp()).post("/notes").set("X-Api-Key", key).send({ text: "x" }).expect(422);
  });

  it("keeps a note", async () => {
    const body = { title: "Milk", text: "two litres" };
    const answer = await request(createApp()).post("/notes").set("X-Api-Key", key).send(body).expect(201);
    expect(answer.body).toMatchObject(body);
  });
});
