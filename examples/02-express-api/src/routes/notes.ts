import { Router } from "express";
import type { NextFunction, Request, Response } from "express";

import { createNote } from "../note.js";
import type { Note } from "../note.js";

const store = new Map<string, Note>();

export const notes = Router();

notes.get("/", listNotes);
notes.post("/", postNote);
notes.delete("/:id", deleteNote);

function listNotes(_request: Request, response: Response): void {
  response.json([...store.values()]);
}

function postNote(request: Request, response: Response, next: NextFunction): void {
  try {
    const note = createNote(request.body);
    store.set(note.id, note);
    response.status(201).json(note);
  } catch (error) {
    next(error);
  }
}

function deleteNote(request: Request, response: Response): void {
  response.sendStatus(store.delete(request.params.id ?? "") ? 204 : 404);
}
