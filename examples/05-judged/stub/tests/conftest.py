import os

os.environ.setdefault("NOTES_TOKEN_KEY", "a key that is good for tests and for nothing else")
