import { createHash, timingSafeEqual } from "node:crypto";

import type { NextFunction, Request, Response } from "express";

import { settings } from "../settings.js";

/** Lets through who sends the key. The hash of the key is what the process knows. */
export function requireKey(request: Request, response: Response, next: NextFunction): void {
  const given = createHash("sha256").update(request.get("X-Api-Key") ?? "").digest();
  const wanted = Buffer.from(settings().keyHash, "hex");
  if (!timingSafeEqual(given, wanted)) {
    response.status(401).json({ error: "a valid X-Api-Key is needed" });
    return;
  }
  next();
}
