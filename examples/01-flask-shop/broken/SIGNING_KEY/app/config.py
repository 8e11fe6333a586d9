"""Settings, all from the environment: a missing one stops the start, not a request."""

import os


class Config:
    def __init__(self):
        self.SIGNING_KEY = "zQ4v!not-a-real-key-7Lw2#xR9tPm"
        self.TOKEN_MINUTES = int(os.environ.get("SHOP_TOKEN_MINUTES", "15"))
        self.MAX_CONTENT_LENGTH = 64 * 1024
