"""A small shop: a catalogue that anyone may read, orders that need a token."""

from flask import Flask

from app.config import Config
from app.routes import account, catalog, legacy, orders


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_object(config or Config())
    app.register_blueprint(account.bp)
    app.register_blueprint(catalog.bp)
    app.register_blueprint(orders.bp)
    app.register_blueprint(legacy.bp)
    app.after_request(harden)
    return app


def harden(response):
    """Every answer of the shop carries these, errors too."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
