"""How long the overview's page takes, from the middleware to the last byte."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.measure import Figure, alternate, counted_statements, percentile
from bench.province import MONTH
from reports import overview as pictures
from units.models import Unit
from units.tenancy import scope


def overview(unit: Unit, *, reader: User, name: str, requests: int) -> Iterator[Figure]:
    """The whole page of a unit's month, asked for by somebody who has signed in."""
    yield from _page(reader, _address("overview", unit), name=f"overview_{name}", requests=requests)


def progress(unit: Unit, *, reader: User, name: str, requests: int) -> Iterator[Figure]:
    """What an open page asks for every few seconds, when nothing has changed."""
    with scope(tenant=reader.tenant_id, reads_all=reader.reads_all_tenants):
        moment = pictures.computed_at(unit, year=MONTH[0], month=MONTH[1], user=reader)
    since = urlencode({"since": f"{moment.timestamp():.6f}"})
    address = f"{_address('progress', unit)}?{since}"
    yield from _page(reader, address, name=f"progress_{name}", requests=requests, status=204)


def _page(
    reader: User, address: str, *, name: str, requests: int, status: int = 200
) -> Iterator[Figure]:
    client = _signed_in(reader)

    def ask() -> None:
        answer = client.get(address, secure=True)
        if answer.status_code != status:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    taken = alternate({name: ask}, rounds=requests)[name]
    with counted_statements() as statements:
        ask()
    yield Figure(f"{name}_statements", len(statements), "statements")
    yield Figure(f"{name}_p50", percentile(taken, 50) * 1000, "ms")
    yield Figure(f"{name}_p95", percentile(taken, 95) * 1000, "ms")


def _address(page: str, unit: Unit) -> str:
    return reverse(page, args=[f"{MONTH[0]}-{MONTH[1]:02}", unit.pk])


def _signed_in(reader: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    # Signing in writes the time of it on the account.
    with scope(tenant=reader.tenant_id):
        client.force_login(reader, backend="accounts.backends.AccountBackend")
    return client
