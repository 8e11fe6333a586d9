"""Passwords are kept as salted scrypt hashes: `salt$hash`, both in hex."""

import hashlib
import hmac
import secrets


def derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


def hash_password(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${derive(password, salt).hex()}"


def check_password(password: str, stored: str) -> bool:
    salt, wanted = (bytes.fromhex(part) for part in stored.split("$"))
    return hmac.compare_digest(derive(password, salt), wanted)
