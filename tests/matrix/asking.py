"""How what the table names is asked for."""

from collections.abc import Callable
from copy import deepcopy

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.matrix.scenes import Scene
from tests.matrix.table import TABLE
from tests.pages import read


def asked(names: list[str]) -> list[tuple[str, str]]:
    """Each address with each of its methods."""
    return [(name, method) for name in names for method in TABLE[name].methods]


def ask(client: Client, name: str, method: str, scene: Scene) -> HttpResponse:
    """Ask, and forget what the answer did to the cookies: whoever signs out is here again."""
    cookies = deepcopy(client.cookies)
    response = send(client, name, method, scene)
    client.cookies = cookies
    return response


def send(client: Client, name: str, method: str, scene: Scene) -> HttpResponse:
    address = reverse(name, kwargs=TABLE[name].kwargs(scene))
    if method not in ("post", "put", "patch"):
        return getattr(client, method)(address)
    data = TABLE[name].data(scene)
    if page := TABLE[name].shown_on:
        data = {
            **data,
            "seen": seen(client.get(reverse(page, kwargs=TABLE[name].kwargs(scene))), address),
        }
    if address.startswith("/api/"):
        return getattr(client, method)(address, data, content_type="application/json")
    return getattr(client, method)(address, data)


def seen(response: HttpResponse, address: str) -> str:
    """What the form that is sent to an address says that its page showed; "" of no page."""
    if response.status_code != 200:
        return ""
    forms = read(response).all("form", method="post")
    here = [form for form in forms if form.attributes.get("action", address) == address]
    return next(form.filled()["seen"] for form in here if "seen" in form.filled())


# What the fixtures `scene_of` and `browser_of` hand out.
SceneOf = Callable[..., Scene]
BrowserOf = Callable[[str], Client]
