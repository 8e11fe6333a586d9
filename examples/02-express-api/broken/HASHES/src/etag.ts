import { createHash } from "node:crypto";

/** A short name for a body, so that a browser need not fetch it twice. */
export function etag(body: string): string {
  return createHash("md5").update(body).digest("base64url");
}
