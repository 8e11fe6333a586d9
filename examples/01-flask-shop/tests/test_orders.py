import pytest

from tests.test_auth import bearer, client  # noqa: F401


@pytest.mark.parametrize("quantity", [0, -1, 101, "3", None])
def test_absurd_quantity_is_refused(client, quantity):  # noqa: F811
    form = {"sku": "TEA-1", "quantity": quantity}
    assert client.post("/orders", json=form, headers=bearer()).status_code == 422


def test_order_is_placed(client):  # noqa: F811
    answer = client.post("/orders", json={"sku": "TEA-1", "quantity": 2}, headers=bearer())
    assert answer.status_code == 201
