"""A service that keeps notes."""

import secrets

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from app import store
from app.auth import User, issue_token
from app.passwords import check_password, hash_password

app = FastAPI()

# The hash of a password that nobody has: an unknown name costs as much work as a wrong password.
NOBODY = hash_password(secrets.token_hex(32))


class Login(BaseModel):
    name: str
    password: str


class Note(BaseModel):
    text: str


@app.post("/login")
def log_in(form: Login):
    stored = store.PASSWORDS.get(form.name, NOBODY)
    if not check_password(form.password, stored):
        raise HTTPException(401, "the name or the password is wrong")
    return {"access_token": issue_token(form.name), "token_type": "bearer"}


@app.get("/notes")
def list_notes(user: User):
    return store.NOTES[user]


@app.post("/notes")
def add_note(user: User, note: Note):
    store.NOTES[user].append(note.text)
    return {"notes": len(store.NOTES[user])}
