"""Users and notes, in memory."""

from app.passwords import hash_password

PASSWORDS: dict[str, str] = {}
NOTES: dict[str, list[str]] = {}


def add_user(name: str, password: str) -> None:
    PASSWORDS[name] = hash_password(password)
    NOTES[name] = []
