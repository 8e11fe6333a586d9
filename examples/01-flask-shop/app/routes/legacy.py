"""The stock list of the old warehouse terminal, which cannot send a token. It goes in the second quarter."""

from flask import Blueprint, jsonify

from app.store import store

bp = Blueprint("legacy", __name__)


@bp.get("/legacy/stock")
def stock():
    return jsonify(sorted(store.products))
