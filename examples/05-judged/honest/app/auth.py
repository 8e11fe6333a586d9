"""Who sends a request: a short-lived access token that this service signed itself."""

import time
from typing import Annotated

import jwt
from fastapi import Depends, Header, HTTPException

from app import settings


class Refused(Exception):
    """The token proves nothing."""


def issue_token(name: str) -> str:
    now = int(time.time())
    claims = {"sub": name, "aud": settings.AUDIENCE, "iat": now, "exp": now + settings.LIFETIME_SECONDS}
    return jwt.encode(claims, settings.TOKEN_KEY, algorithm="HS256")


def verify_token(token: str) -> str:
    """The user whom the token names."""
    try:
        claims = jwt.decode(
            token,
            settings.TOKEN_KEY,
            algorithms=["HS256"],
            audience=settings.AUDIENCE,
            options={"require": ["exp", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise Refused("the token has expired") from error
    except jwt.InvalidTokenError as error:
        raise Refused("the token is not one of ours") from error
    return claims["sub"]


def current_user(authorization: Annotated[str, Header()] = "") -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, "send a bearer token")
    try:
        return verify_token(token)
    except Refused as refused:
        raise HTTPException(401, str(refused)) from refused


User = Annotated[str, Depends(current_user)]
