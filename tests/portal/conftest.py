"""The demo, as it was loaded, and the connection inside of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cnscd_portal.demo.provinces import HAI_DUONG, QUANG_NINH, Province
from tests.databases import Database
from units.models import Level, Tenant, Unit
from units.tenancy import scope

SETTINGS = {
    "DEMO": True,
    "BUSINESS_DATE": date(2024, 6, 10),
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
}


@pytest.fixture(scope="module")
def demo(demo_database: Database, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """What was said while both provinces were loaded; the connection stands in their database.

    The tests here only read. They ask for no database of their own: that would be another one.
    """
    demo_database.renew()
    with django_db_blocker.unblock(), override_settings(**SETTINGS), _inside_of(demo_database):
        yield demo_database.said().splitlines()


@contextmanager
def _inside_of(database: Database) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database.name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture
def quang_ninh(demo: list[str]) -> Iterator[Unit]:
    with inside(QUANG_NINH) as province:
        yield province


@pytest.fixture
def hai_duong(demo: list[str]) -> Iterator[Unit]:
    with inside(HAI_DUONG) as province:
        yield province


@contextmanager
def inside(province: Province) -> Iterator[Unit]:
    """The province, with the connection open for it."""
    with scope(tenant=Tenant.objects.get(code=province.code).pk):
        yield Unit.objects.get(level=Level.PROVINCE)
