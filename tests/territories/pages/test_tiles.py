"""A tile of the map: sent once, absent where there is none."""

from django.test import Client
from django.urls import reverse


def test_a_tile_is_not_sent_twice(client: Client) -> None:
    address = reverse("tiles", args=[5, 15, 12])
    first = client.get(address)
    assert first.status_code == 204
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(reverse("tiles", args=[20, 0, 0])).status_code == 404
    assert client.get(reverse("tiles", args=[3, 9, 0])).status_code == 404
