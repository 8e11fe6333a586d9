import pytest
from fastapi.testclient import TestClient

from app import store
from app.main import app

client = TestClient(app)
store.add_user("ada", "correct horse")


def log_in(name, password):
    return client.post("/login", json={"name": name, "password": password})


def test_login_gives_a_token():
    answer = log_in("ada", "correct horse").json()
    notes = client.get("/notes", headers={"Authorization": f"Bearer {answer['access_token']}"})
    assert notes.json() == []


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", "wrong")])
def test_login_tells_nothing(name, password):
    answer = log_in(name, password)
    assert (answer.status_code, answer.json()) == (401, {"detail": "the name or the password is wrong"})


def test_notes_need_a_token():
    assert client.get("/notes").status_code == 401
