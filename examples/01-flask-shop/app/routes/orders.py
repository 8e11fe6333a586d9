from dataclasses import asdict

from flask import Blueprint, abort, g, jsonify, request

from app.auth import login_required
from app.store import store

bp = Blueprint("orders", __name__)

MOST = 100


@bp.get("/orders")
@login_required
def list_orders():
    return jsonify([asdict(order) for order in store.orders if order.user == g.user])


@bp.post("/orders")
@login_required
def create_order():
    form = request.get_json()
    order = place_order(g.user, form.get("sku"), form.get("quantity"))
    return jsonify(asdict(order)), 201


def place_order(user, sku, quantity):
    if sku not in store.products:
        abort(404)
    if not isinstance(quantity, int) or not 1 <= quantity <= MOST:
        abort(422)
    return store.place(user, sku, quantity)
