"""What the shop knows. In memory: this is an example, not a database."""

import hashlib
import hmac
import itertools
import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Product:
    sku: str
    title: str
    cents: int


@dataclass(frozen=True)
class Order:
    number: int
    user: str
    sku: str
    quantity: int


@dataclass
class Store:
    products: dict[str, Product] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    users: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def add_user(self, name, password):
        salt = os.urandom(16)
        self.users[name] = (salt, digest(password, salt))

    def knows(self, name, password):
        salt, expected = self.users.get(name, (b"", b""))
        return hmac.compare_digest(digest(password, salt), expected)

    def place(self, user, sku, quantity):
        order = Order(next(self.numbers), user, sku, quantity)
        self.orders.append(order)
        return order


def digest(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


store = Store()
store.products["TEA-1"] = Product("TEA-1", "Darjeeling, 100 g", 890)
store.products["CUP-1"] = Product("CUP-1", "Stoneware cup", 1450)
