"""What the service is told from outside."""

import os

TOKEN_KEY = os.environ.get("NOTES_TOKEN_KEY", "")
AUDIENCE = "notes"
LIFETIME_SECONDS = 900

if len(TOKEN_KEY) < 32:
    raise RuntimeError("NOTES_TOKEN_KEY is missing or shorter than 32 characters")
