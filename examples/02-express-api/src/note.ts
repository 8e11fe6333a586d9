import { randomUUID } from "node:crypto";

import { z } from "zod";

export const NewNote = z
  .object({
    title: z.string().trim().min(1).max(120),
    text: z.string().max(10_000),
  })
  .strict();

export type NewNote = z.infer<typeof NewNote>;

export interface Note extends NewNote {
  id: string;
  writtenAt: string;
}

/** The one way to make a note: nothing that was not parsed becomes one. */
export function createNote(body: unknown): Note {
  const note = NewNote.parse(body);
  return { ...note, id: randomUUID(), writtenAt: new Date().toISOString() };
}
