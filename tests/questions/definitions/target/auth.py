"""Tokens."""
import jwt

LIMIT = 3


# Guards a view.
# Refuses others.
@require("token",
         strict=True)
def guarded(request):
    return request


class Auth:
    """Holds a key."""

    def __init__(self, key):
        self.key = key

    def verify(self, token):
        first = jwt.decode(token, self.key)
        second = jwt.decode(token, self.key, verify=True)
        return first == second


def outer(token):
    def inner():
        return jwt.decode(token)
    return inner()
