"""How long the overview's page takes, from the middleware to the last byte."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.measure import Figure, alternate, counted_statements, percentile
from bench.province import MONTH
from units.models import Unit
from units.tenancy import scope

REQUESTS = 40


def overview(unit: Unit, *, reader: User, name: str, requests: int = REQUESTS) -> Iterator[Figure]:
    """The whole page of a unit's month, asked for by somebody who has signed in."""
    client = _signed_in(reader)
    address = reverse("overview", args=[f"{MONTH[0]}-{MONTH[1]:02}", unit.pk])

    def ask() -> None:
        answer = client.get(address, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    taken = alternate({name: ask}, rounds=requests)[name]
    with counted_statements() as statements:
        ask()
    yield Figure(f"overview_{name}_statements", len(statements), "statements")
    yield Figure(f"overview_{name}_p50", percentile(taken, 50) * 1000, "ms")
    yield Figure(f"overview_{name}_p95", percentile(taken, 95) * 1000, "ms")


def _signed_in(reader: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    # Signing in writes the time of it on the account.
    with scope(tenant=reader.tenant_id):
        client.force_login(reader, backend="accounts.backends.AccountBackend")
    return client
