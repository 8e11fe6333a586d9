from datetime import datetime, timedelta, timezone

import jwt
import pytest

from app import create_app
from app.store import store

KEY = "k" * 32


class TestConfig:
    __test__ = False
    SIGNING_KEY = KEY
    TOKEN_MINUTES = 15


@pytest.fixture
def client():
    store.users.clear()
    store.add_user("ada", "correct horse")
    return create_app(TestConfig()).test_client()


def bearer(key=KEY, minutes=5):
    expires = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    token = jwt.encode({"sub": "ada", "exp": expires}, key, algorithm="HS256")
    return {"Authorization": f"Bearer {token}"}


def test_login_gives_a_token_that_opens_orders(client):
    answer = client.post("/login", json={"user": "ada", "password": "correct horse"})
    token = answer.get_json()["token"]
    assert client.get("/orders", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_orders_need_a_token(client):
    assert client.get("/orders").status_code == 401


def test_expired_token_is_refused(client):
    assert client.get("/orders", headers=bearer(minutes=-5)).status_code == 401


def test_forged_token_is_refused(client):
    assert client.get("/orders", headers=bearer(key="f" * 32)).status_code == 401
