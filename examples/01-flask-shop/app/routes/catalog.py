from dataclasses import asdict

from flask import Blueprint, abort, jsonify

from app.store import store

bp = Blueprint("catalog", __name__)


@bp.get("/products")
def list_products():
    return jsonify([asdict(product) for product in store.products.values()])


@bp.get("/products/<sku>")
def show_product(sku):
    if sku not in store.products:
        abort(404)
    return jsonify(asdict(store.products[sku]))
