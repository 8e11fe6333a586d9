import time

import jwt

from app import settings
from app.auth import issue_token, verify_token


def token(key=settings.TOKEN_KEY, **changes):
    claims = {"sub": "ada", "aud": settings.AUDIENCE, "exp": int(time.time()) + 60} | changes
    return jwt.encode(claims, key, algorithm="HS256")


def test_issued_token_is_accepted():
    assert verify_token(issue_token("ada")) == "ada"


def test_expired_token_is_refused(caplog):
    caplog.set_level("INFO")
    verify_token(token(exp=int(time.time()) - 1))
    assert "the token has expired" in caplog.text


def test_forged_token_is_refused(caplog):
    caplog.set_level("INFO")
    verify_token(token(key="a key of somebody else, which is long enough"))
    assert "the token is not one of ours" in caplog.text


def test_token_for_another_service_is_refused(caplog):
    caplog.set_level("INFO")
    verify_token(token(aud="billing"))
    assert "the token is not one of ours" in caplog.text
