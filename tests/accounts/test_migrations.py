"""Names of accounts from the time when capital letters made a difference."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import connection

from accounts.backends import AccountBackend
from accounts.models import User
from tests.cast import PASSWORD, Cast, Enter
from units.tenancy import scope

names = import_module("accounts.migrations.0003_names_in_small_letters")


@pytest.fixture(autouse=True)
def _before(cast: Cast, enter: Enter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop index name_once_in_small_letters")
    with enter(cast.admin):
        User.objects.filter(pk=cast.officer.pk).update(username="QN.Officer")


def stored() -> set[str]:
    with scope(reads_all=True):
        return set(User.objects.values_list("username", flat=True))


def test_names_are_kept_in_small_letters(cast: Cast) -> None:
    before = stored()
    names.write_small(apps, None)
    assert stored() == {name.lower() for name in before}
    backend = AccountBackend()
    assert backend.authenticate(None, username="QN.Officer", password=PASSWORD) == cast.officer


def test_names_that_differ_in_capital_letters_only_are_named_and_left(
    cast: Cast, enter: Enter
) -> None:
    with enter(cast.stranger):  # in another province
        User.objects.filter(pk=cast.stranger.pk).update(username="qn.OFFICER")
    before = stored()
    with pytest.raises(CommandError, match=r"QN\.Officer, qn\.OFFICER|qn\.OFFICER, QN\.Officer"):
        names.write_small(apps, None)
    assert stored() == before
