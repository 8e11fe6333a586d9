-- Ran in production on 2026-02-03. A migration that ran is history: it is never edited, a new one follows it.
CREATE TABLE accounts (
  name  text   PRIMARY KEY,
  cents bigint NOT NULL
);
