import { z } from "zod";

const Settings = z.object({
  port: z.coerce.number().int().min(1).max(65535),
  keyHash: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Settings = z.infer<typeof Settings>;

/** Everything that differs between two installations. A missing or malformed one stops the start. */
export function settings(): Settings {
  return Settings.parse({
    port: process.env.PORT,
    keyHash: process.env.API_KEY_HASH,
  });
}
