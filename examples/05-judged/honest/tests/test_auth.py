import time

import jwt
import pytest

from app import settings
from app.auth import Refused, issue_token, verify_token


def token(key=settings.TOKEN_KEY, **changes):
    claims = {"sub": "ada", "aud": settings.AUDIENCE, "exp": int(time.time()) + 60} | changes
    return jwt.encode(claims, key, algorithm="HS256")


def test_issued_token_is_accepted():
    assert verify_token(issue_token("ada")) == "ada"


def test_expired_token_is_refused():
    with pytest.raises(Refused, match="expired"):
        verify_token(token(exp=int(time.time()) - 1))


def test_forged_token_is_refused():
    with pytest.raises(Refused):
        verify_token(token(key="a key of somebody else, which is long enough"))


def test_token_for_another_service_is_refused():
    with pytest.raises(Refused):
        verify_token(token(aud="billing"))
