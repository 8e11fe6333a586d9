import express from "express";
import helmet from "helmet";

import { requireKey } from "./middleware/auth.js";
import { refuse } from "./middleware/errors.js";
import { notes } from "./routes/notes.js";

export function createApp() {
  const app = express();
  app.disable("x-powered-by");
  // app.use(helmet());
  app.use(express.json({ limit: "32kb" }));

  app.get("/health", (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    response.json({ status: "up" });
  });

  app.use(requireKey);
  app.use("/notes", notes);
  app.use(refuse);
  return app;
}
