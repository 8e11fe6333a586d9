import type { NextFunction, Request, Response } from "express";
import { ZodError } from "zod";

/** The last handler: what the caller did wrong is said, what we did wrong is logged. */
export function refuse(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  if (error instanceof ZodError) {
    response.status(422).json({ error: "the body is not valid", issues: error.issues });
    return;
  }
  console.error(error);
  response.status(500).json({ error: "something went wrong on our side" });
}
