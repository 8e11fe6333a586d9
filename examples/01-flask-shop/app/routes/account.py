from flask import Blueprint, abort, jsonify, request

from app.auth import issue_token
from app.store import store

bp = Blueprint("account", __name__)


@bp.post("/login")
def login():
    form = request.get_json()
    if not store.knows(form.get("user", ""), form.get("password", "")):
        abort(401)
    return jsonify(token=issue_token(form["user"]))
